"""Faults of the clouds on demand, from the `operations` list of `.sandbox/faults.yaml`.

Each entry: `type` (a type token), `operation` (create, update, delete, read), `how` (see `HOW`), `times`
(default 1), `per` (what that counts for: each `resource`, as by default, or each `type`) and `name` (a
logical name, default any); the type may be `*`. The world counts every use, so that a fault also ends.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.needs import Refused, Situation

HOW = (
    "throttled",
    "denied",
    "slow",
    "timeout-after",
    "hang-before",
    "hang-after",
    "crash-before",
    "crash-after",
)
"""`after`: it was done, and the answer never comes; a provider that hangs waits to be killed."""
OPERATIONS = ("create", "update", "delete", "read")
PER = ("resource", "type")
_KEYS = {"type", "operation", "how", "times", "per", "name"}
_SLOW_SECONDS = 3.0

_SAYS = {
    "aws": {
        "throttled": "ThrottlingException: Rate exceeded",
        "denied": "AccessDeniedException: User is not authorized to perform this action",
    },
    "azure-native": {
        "throttled": 'Status=429 Code="TooManyRequests" Message="The request is being throttled."',
        "denied": 'Status=403 Code="AuthorizationFailed" Message="The client does not have authorization"',
    },
    "gcp": {
        "throttled": "googleapi: Error 429: Quota exceeded, rateLimitExceeded",
        "denied": "googleapi: Error 403: The caller does not have permission, forbidden",
    },
}
_CODES = {"throttled": "RESOURCE_EXHAUSTED", "denied": "PERMISSION_DENIED"}


class Late(Exception):
    """The answer did not come in time, although the operation was done."""


@contextmanager
def strike(operation: str, situation: Situation, sandbox: Path) -> Iterator[None]:
    """Refuse, wait or end as the faults file says, before the operation and after it: a context."""
    struck = [
        entry["how"]
        for entry in _entries(sandbox / "faults.yaml")
        if _meant(entry, operation, situation) and _still(entry, situation)
    ]
    for how in struck:
        _before(how, situation)
    yield
    for how in struck:
        _after(how)


def _entries(file: Path) -> list[Mapping[str, Any]]:
    if not file.exists():
        return []
    import yaml  # Only where there are faults.

    raw = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    entries: list[Mapping[str, Any]] = raw if isinstance(raw, list) else raw.get("operations") or []
    for entry in entries:
        _validate(entry, file)
    return entries


def _validate(entry: Mapping[str, Any], file: Path) -> None:
    """A fault that can never happen would make a test pass for nothing."""
    wrong = sorted(set(entry) - _KEYS)
    if (
        wrong
        or entry.get("how") not in HOW
        or entry.get("operation") not in OPERATIONS
        or entry.get("per", "resource") not in PER
        or "type" not in entry
    ):
        raise Refused(
            f"{file.name}: {dict(entry)} is no fault; type, operation ({', '.join(OPERATIONS)}) and "
            f"how ({', '.join(HOW)}) are needed, times, per ({', '.join(PER)}) and name allowed",
            rule="faults",
        )


def _meant(entry: Mapping[str, Any], operation: str, situation: Situation) -> bool:
    return (
        entry["operation"] == operation
        and entry["type"] in (situation.type, "*")
        and entry.get("name", situation.name) == situation.name
    )


def _still(entry: Mapping[str, Any], situation: Situation) -> bool:
    whose = situation.type if entry.get("per") == "type" else situation.urn
    use = json.dumps([whose, entry], sort_keys=True)
    return situation.world.use_fault(use, int(entry.get("times", 1)))


def _before(how: str, situation: Situation) -> None:
    if how == "slow":
        time.sleep(_SLOW_SECONDS)
    elif how in _CODES:
        says = _SAYS.get(situation.type.partition(":")[0], {}).get(how, how)
        raise Refused(says, code=_CODES[how], rule="faults")
    elif how.endswith("-before"):
        _vanish(how)


def _after(how: str) -> None:
    if how == "timeout-after":
        raise Late("timed out while waiting for it to be ready")
    if how.endswith("-after"):
        _vanish(how)


def _vanish(how: str) -> None:
    """No answer any more: the process is gone, or never gets on until it is killed."""
    if how.startswith("crash"):
        os._exit(1)
    while True:
        time.sleep(1)
