"""What becomes of a state after a deployment was killed: what was begun and exists is recorded in it.

`pulumi refresh --import-pending-creates` is the engine's own way, but CLI 3.258 only renames such an
operation and drops it at the end of that refresh, so that nobody knows of the resource any more
(`pkg/cmd/pulumi/operations/refresh.go`, `pkg/backend/snapshot.go`).
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

State = Mapping[str, Any]
"""What `pulumi stack export` prints."""
Entry = dict[str, Any]
"""One resource of a state: `urn`, `type`, `id`, `inputs`, `outputs`, `parent`, `provider`, `dependencies`."""

STATE_ONLY = ("random", "command", "pulumi", "modelport")
"""Packages whose resources are on no cloud: what was begun of them is simply begun anew."""


@dataclass
class Settled:
    """A state, and what became of each resource (URNs)."""

    state: Entry
    recorded: list[str] = field(default_factory=list)
    """They exist, and the state knows them now; their outputs come with a refresh."""
    surplus: list[str] = field(default_factory=list)
    """They exist beside another one of the same URN; the next `up` deletes them."""
    orphans: list[tuple[str, str]] = field(default_factory=list)
    """They exist (URN and id), and nothing tells where in the state they belong."""
    absent: list[str] = field(default_factory=list)
    """They were begun and do not exist."""


def creations(state: State) -> dict[str, Entry]:
    """What was being created on a cloud when the deployment ended, by URN."""
    begun = (each for each in _pending(state) if each["type"] == "creating")
    return {each["resource"]["urn"]: each["resource"] for each in begun if in_a_cloud(each["resource"])}


def interrupted(state: State) -> bool:
    """Tell whether operations were going on when the deployment ended."""
    return bool(_pending(state))


def in_a_cloud(resource: Mapping[str, Any]) -> bool:
    """Tell whether a cloud holds the resource, and not only the state."""
    return bool(resource.get("custom")) and resource["type"].partition(":")[0] not in STATE_ONLY


def current(resources: Iterable[Entry]) -> dict[str, Entry]:
    """What a state has, by URN, without what only waits to be deleted."""
    return {each["urn"]: each for each in resources if not each.get("delete")}


def settle(state: State, found: Iterable[tuple[str, str]], planned: Mapping[str, Entry]) -> Settled:
    """Bring a state in accord with what exists; no operation is pending afterwards.

    `found` are URNs and ids of what exists and the state does not know, `planned` are entries, as a preview
    shows them, for what was not even recorded as begun.
    """
    settled = Settled(copy.deepcopy(dict(state)))
    begun = creations(state)
    settled.state["deployment"].pop("pending_operations", None)
    there = list(found)
    for urn, id_ in _in_order(there, [*begun, *planned]):
        _take(settled, urn, id_, {**planned, **begun})
    settled.absent = [urn for urn in begun if urn not in {urn for urn, _ in there}]
    return settled


def _in_order(found: Iterable[tuple[str, str]], order: list[str]) -> list[tuple[str, str]]:
    """What was begun first comes first: what depends on it comes later."""
    place = {urn: index for index, urn in reversed(list(enumerate(order)))}
    return sorted(found, key=lambda each: place.get(each[0], len(order)))


def _take(settled: Settled, urn: str, id_: str, begun: Mapping[str, Entry]) -> None:
    resources = settled.state["deployment"].setdefault("resources", [])
    known = current(resources).get(urn)
    if known and known.get("id") == id_:
        return  # It was made again under the same name: there is one, and the state has it.
    if known:
        # At the end of the list: what it depends on is there. It holds nothing yet, the other one may.
        resources.append({**_made(begun.get(urn, known), id_), "delete": True, "protect": False})
        settled.surplus.append(urn)
        return
    above = [*_above(urn, begun, {each["urn"] for each in resources})]
    if urn in begun and _possible(begun[urn], [*resources, *above]):
        resources += [*above, _made(begun[urn], id_)]
        settled.recorded.append(urn)
    else:
        settled.orphans.append((urn, id_))


def _made(begun: Entry, id_: str) -> Entry:
    """An entry with an id; its outputs are what was asked for until a refresh asks the cloud."""
    return {**begun, "id": id_, "outputs": dict(begun.get("inputs") or {})}


def _above(urn: str, planned: Mapping[str, Entry], there: set[str]) -> Iterator[Entry]:
    """Components above a resource that the state does not have, from the top."""
    parent = str(planned.get(urn, {}).get("parent"))
    if parent in planned and parent not in there and not planned[parent].get("custom"):
        yield from _above(parent, planned, there)
        yield planned[parent]


def _possible(begun: Entry, resources: Iterable[Entry]) -> bool:
    """Whether all that an entry refers to is there: the engine refuses a state where something is missing."""
    urns = {each["urn"] for each in resources}
    provider = str(begun.get("provider", "")).rpartition("::")[0]
    return {begun.get("parent"), *(begun.get("dependencies") or ()), provider} - {None, ""} <= urns


def _pending(state: State) -> list[Entry]:
    return list(state["deployment"].get("pending_operations") or [])
