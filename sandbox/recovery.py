"""After a killed `up`: creations that were begun are matched with what the simulated clouds hold.

`pulumi refresh --import-pending-creates` is the engine's own way, but CLI 3.258 was seen to drop such a
creation instead of recording it, so the exported state is settled here and imported again.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.world import Resource


@dataclass
class Settled:
    """A state without pending operations, and what became of each interrupted creation (URNs)."""

    state: dict[str, Any]
    recorded: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    """They exist beside an older one of the same URN: a replacement; the next `up` makes another."""


def settle(state: Mapping[str, Any], live: Iterable[Resource]) -> Settled | None:
    """Settle an exported state; None when nothing is pending."""
    if not state["deployment"].get("pending_operations"):
        return None
    settled = Settled(copy.deepcopy(dict(state)))
    deployment = settled.state["deployment"]
    resources = deployment.setdefault("resources", [])
    known = {(each["urn"], each.get("id")) for each in resources}
    made = {each.urn: each for each in live if (each.urn, each.id) not in known}
    for operation in deployment.pop("pending_operations"):
        if operation["type"] == "creating":
            _creation(settled, resources, operation["resource"], made)
    return settled


def _creation(
    settled: Settled, resources: list[dict[str, Any]], begun: dict[str, Any], made: Mapping[str, Resource]
) -> None:
    urn = begun["urn"]
    if urn not in made:
        settled.absent.append(urn)
    elif any(each["urn"] == urn for each in resources):
        settled.orphaned.append(urn)
    else:
        # Last in the list: what it depends on is there, and what depends on it was not begun.
        resources.append({**begun, "id": made[urn].id, "outputs": dict(made[urn].outputs)})
        settled.recorded.append(urn)
