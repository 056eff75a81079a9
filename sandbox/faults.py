"""Faults of the clouds on demand, from the `operations` list of `.sandbox/faults.yaml`.

Each entry: `type` (a type token), `operation` (create, update, delete, read), `how` (see `HOW`), `times`
(default 1) and `name` (a logical name, default any). The world counts every use, so that a fault also ends.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.needs import Refused, Situation

HOW = ("throttled", "denied", "timeout-after", "slow")
OPERATIONS = ("create", "update", "delete", "read")
_KEYS = {"type", "operation", "how", "times", "name"}
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


def strike(operation: str, situation: Situation, sandbox: Path) -> bool:
    """Refuse or wait as the faults file says; True when the answer is to be lost after the operation."""
    late = False
    for entry in _entries(sandbox / "faults.yaml"):
        if _meant(entry, operation, situation) and _still(entry, situation):
            late = _happen(entry["how"], situation) or late
    return late


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
        or "type" not in entry
    ):
        raise Refused(
            f"{file.name}: {dict(entry)} is no fault; type, operation ({', '.join(OPERATIONS)}) and "
            f"how ({', '.join(HOW)}) are needed, times and name allowed",
            rule="faults",
        )


def _meant(entry: Mapping[str, Any], operation: str, situation: Situation) -> bool:
    wanted = (operation, situation.type, situation.name)
    return (entry["operation"], entry["type"], entry.get("name", situation.name)) == wanted


def _still(entry: Mapping[str, Any], situation: Situation) -> bool:
    return situation.world.use_fault(json.dumps(entry, sort_keys=True), int(entry.get("times", 1)))


def _happen(how: str, situation: Situation) -> bool:
    if how == "slow":
        time.sleep(_SLOW_SECONDS)
    elif how in _CODES:
        says = _SAYS.get(situation.type.partition(":")[0], {}).get(how, how)
        raise Refused(says, code=_CODES[how], rule="faults")
    return how == "timeout-after"
