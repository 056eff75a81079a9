"""Faults of the registries on demand, from the `registry` list of `.sandbox/faults.yaml`.

Each entry: `command` (a command of crane), `match` (part of the image's name, default any), `times` (default:
always), and what happens: `error` (message of a failure) or `digest` (what is answered instead of asking).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.hosts import Reference
from sandbox.layout import layout
from sandbox.shims.refusals import Refused
from sandbox.world import World

_KEYS = {"command", "match", "times", "error", "digest"}


@dataclass(frozen=True)
class Fault:
    """What happens instead of the command: one of the two is set."""

    error: str = ""
    digest: str = ""


def of(command: str, references: Iterable[Reference]) -> Fault | None:
    """Return the first fault meant for a command on these images; `Refused` when an entry is senseless."""
    names = [reference.name for reference in references]
    for entry in _entries(layout().folder / "faults.yaml"):
        meant = entry["command"] == command and any(entry.get("match", "") in name for name in names)
        if meant and _still(entry):
            return Fault(error=entry.get("error", ""), digest=entry.get("digest", ""))
    return None


def _entries(file: Path) -> list[Mapping[str, Any]]:
    if not file.exists():
        return []
    import yaml  # Only where there are faults: it is no part of the standard library and slow to load.

    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    entries: list[Mapping[str, Any]] = (raw.get("registry") or []) if isinstance(raw, dict) else []
    for entry in entries:
        # A fault that can never happen would make a test pass for nothing.
        if set(entry) - _KEYS or "command" not in entry or ("error" in entry) == ("digest" in entry):
            raise Refused(
                f"{file.name}: {dict(entry)} is no fault of a registry; command and one of error and digest "
                "are needed, match and times allowed"
            )
    return entries


def _still(entry: Mapping[str, Any]) -> bool:
    if "times" not in entry:
        return True
    return World(layout().world).use_fault(json.dumps(entry, sort_keys=True), int(entry["times"]))
