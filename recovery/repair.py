"""Bringing the state of a stack in accord with what exists, with the plain `pulumi`."""

import json
import tempfile
from collections.abc import Callable, Collection
from typing import Any

from recovery.errors import RecoveryError
from recovery.state import Entry, Settled, creations, interrupted, settle, unknown

Pulumi = Callable[..., str]
"""Runs one command of `pulumi` for the stack and returns what it prints; raises when that fails."""
Found = Collection[tuple[str, str]]
"""URNs and ids of what exists and the state does not know."""


def repair(pulumi: Pulumi, found: Found) -> Settled | None:
    """Record what exists, forget what does not; None where nothing is to be done.

    The place of what the state does not even know as begun is looked up in a preview: parent, provider,
    dependencies. With orphans, the state stays as it is. What a refresh drops was not there: `RecoveryError`.
    """
    state = _export(pulumi)
    if not found and not interrupted(state):
        return None
    settled = settle(state, found, planned(pulumi) if _strange(state, found) else {})
    if settled.orphans:
        return settled  # First they go: with the operations, it would be forgotten that they were begun.
    if _export(pulumi)["deployment"] != state["deployment"]:
        raise RecoveryError("the state has changed meanwhile: a deployment is at work\n  Fix: run it again")
    _load(pulumi, settled.state)
    if taken := [*settled.recorded, *settled.surplus]:
        pulumi("refresh", "--yes", "--skip-preview", *(word for urn in taken for word in ("--target", urn)))
        _prove(pulumi, found)
    return settled


def _export(pulumi: Pulumi) -> Entry:
    state: Entry = json.loads(pulumi("stack", "export"))
    return state


def _strange(state: Entry, found: Found) -> bool:
    known = {each["urn"] for each in state["deployment"].get("resources") or []}
    return any(urn not in known and urn not in creations(state) for urn, _ in found)


def planned(pulumi: Pulumi) -> dict[str, Entry]:
    """What a deployment would create: the places of resources in the state, by URN.

    Their inputs are left to the refresh, as in an import: a preview masks secrets and makes names of its own.
    """
    steps: list[Any] = json.loads(pulumi("preview", "--json"))["steps"]
    entries = [step["newState"] for step in steps if step["op"] == "create"]
    return {
        each["urn"]: each if not each.get("custom") else {**each, "inputs": {}, "propertyDependencies": {}}
        for each in entries
    }


def _prove(pulumi: Pulumi, found: Found) -> None:
    if missing := [f"{urn} with id {id_}" for urn, id_ in unknown(_export(pulumi), found)]:
        raise RecoveryError(
            f"the cloud does not have {'; '.join(missing)}\n  Fix: python -m recovery --exists 'URN=ID' with "
            "the right id, before the next pulumi up: nothing else remembers that it was begun"
        )


def _load(pulumi: Pulumi, state: Entry) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        pulumi("stack", "import", "--file", file.name)
