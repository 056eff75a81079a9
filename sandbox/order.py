"""Order check: what the simulated world needed must also be a path in the state's dependencies.

The engine happens to create in a good order even where an edge is missing, so a deployment that went well
proves nothing. A need that was met without a path is met by luck.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Luck:
    """A resource that needed another and did not say so."""

    dependent: str
    needed: str

    def __str__(self) -> str:
        return (
            f"{_short(self.dependent)} needs {_short(self.needed)}, which existed in time only by luck: "
            "no dependency leads there. Fix: pass an output of the one to the other, or add depends_on"
        )


def edges(resources: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """What each resource of an exported state waits for: dependencies, properties' dependencies, provider.

    Depending on a component means depending on its children: the SDK has already written those into the list,
    but a component's own entry in another state may stand for them, so its children are followed as well.
    """
    found: dict[str, set[str]] = {}
    children: dict[str, set[str]] = {}
    for each in resources:
        found[each["urn"]] = set(_direct(each))
        if parent := each.get("parent"):
            children.setdefault(parent, set()).add(each["urn"])
    components = {each["urn"] for each in resources if not each.get("custom")}
    for urn, waits_for in found.items():
        for component in waits_for & components:
            found[urn] = found[urn] | _below(component, children) - {urn}
    return found


def _direct(resource: Mapping[str, Any]) -> Iterator[str]:
    yield from resource.get("dependencies") or ()
    for urns in (resource.get("propertyDependencies") or {}).values():
        yield from urns or ()
    if provider := resource.get("provider"):
        yield provider.rpartition("::")[0]
    if deleted_with := resource.get("deletedWith"):
        yield deleted_with


def _below(urn: str, children: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = deque(children.get(urn, ()))
    while waiting:
        each = waiting.popleft()
        found.add(each)
        waiting.extend(children.get(each, ()))
    return found


def reaches(start: str, goal: str, graph: Mapping[str, set[str]]) -> bool:
    """Tell whether a path of dependencies leads from one resource to the other."""
    seen = {start}
    waiting = deque([start])
    while waiting:
        for each in graph.get(waiting.popleft(), set()) - seen:
            if each == goal:
                return True
            seen.add(each)
            waiting.append(each)
    return False


def check(resources: Sequence[Mapping[str, Any]], needs: Mapping[str, Iterable[str]]) -> list[Luck]:
    """Return every need (dependent → needed URNs) that no path explains, also one outside the state.

    A need of a resource that the state does not hold is skipped: it belongs to another stack or is gone.
    """
    graph = edges(resources)
    return [
        Luck(dependent, needed)
        for dependent, all_needed in sorted(needs.items())
        if dependent in graph
        for needed in sorted(set(all_needed))
        if needed != dependent and not reaches(dependent, needed, graph)
    ]


def _short(urn: str) -> str:
    """Type and name of a URN: the last type of the chain of parents."""
    parts = urn.split("::")
    return f"{parts[2].rpartition('$')[2]} {parts[3]!r}" if len(parts) > 3 else urn
