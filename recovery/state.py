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
    """What a state has, by URN, without what waits to be deleted, or was deleted to be replaced."""
    return {
        each["urn"]: each
        for each in resources
        if not each.get("delete") and not each.get("pendingReplacement")
    }


def same_id(type_: str, one: object, other: object) -> bool:
    """Azure compares ids without regard to case."""
    if type_.startswith("azure-native:"):
        return str(one).lower() == str(other).lower()
    return one == other


def unknown(state: State, found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What exists and is not recorded, of URNs and ids."""
    held: dict[str, list[Entry]] = {}
    for each in state["deployment"].get("resources") or []:
        if not each.get("pendingReplacement"):
            held.setdefault(each["urn"], []).append(each)
    return [
        (urn, id_)
        for urn, id_ in found
        if not any(same_id(each["type"], each.get("id"), id_) for each in held.get(urn, ()))
    ]


def settle(state: State, found: Iterable[tuple[str, str]], planned: Mapping[str, Entry]) -> Settled:
    """Bring a state in accord with what exists; no operation is pending afterwards.

    `found` are URNs and ids of what exists and the state does not know, `planned` are entries, as a preview
    shows them, for what was not even recorded as begun.
    """
    settled = Settled(copy.deepcopy(dict(state)))
    begun = creations(state)
    settled.state["deployment"].pop("pending_operations", None)
    there = list(found)
    for urn, id_ in _in_order(unknown(state, there), [*begun, *planned]):
        _take(settled, urn, id_, begun, planned)
    settled.absent = [urn for urn in begun if urn not in {urn for urn, _ in there}]
    return settled


def _in_order(found: Iterable[tuple[str, str]], order: list[str]) -> list[tuple[str, str]]:
    """What was begun first comes first: what depends on it comes later."""
    place = {urn: index for index, urn in reversed(list(enumerate(order)))}
    return sorted(found, key=lambda each: place.get(each[0], len(order)))


def _take(
    settled: Settled, urn: str, id_: str, begun: Mapping[str, Entry], planned: Mapping[str, Entry]
) -> None:
    resources = settled.state["deployment"].setdefault("resources", [])
    if known := current(resources).get(urn):
        # At the end of the list: what it depends on is there. It holds nothing yet, the other one may.
        resources.append(_surplus(begun.get(urn, known), id_))
        settled.surplus.append(urn)
        return
    above = [*_above(urn, planned, {each["urn"] for each in resources})]
    entries = [each[urn] for each in (begun, planned) if urn in each]
    if possible := [each for each in entries if _possible(each, [*resources, *above])]:
        _record(resources, above, _made(possible[0], id_))
        settled.recorded.append(urn)
    else:
        settled.orphans.append((urn, id_))


def _record(resources: list[Entry], above: list[Entry], made: Entry) -> None:
    """In the place of what was deleted to be replaced, else at the end."""
    for place, each in enumerate(resources):
        if each["urn"] == made["urn"] and each.get("pendingReplacement"):
            resources[place] = made
            return
    resources += [*above, made]


def _made(begun: Entry, id_: str) -> Entry:
    """An entry with an id; its outputs are what was asked for until a refresh asks the cloud.

    Should that be cut off, too, the engine does it before the next deployment.
    """
    return {
        **begun,
        "id": id_,
        "outputs": dict(begun.get("inputs") or {}),
        "refreshBeforeUpdate": True,
    }


def _surplus(begun: Entry, id_: str) -> Entry:
    """An entry that the next deployment deletes."""
    without = {name: value for name, value in _made(begun, id_).items() if name != "deletedWith"}
    return {**without, "delete": True, "protect": False, "retainOnDelete": False}


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
