"""Who holds the lock of a stack: a deployment that is at work, or one that was killed.

A state in files (`pulumi login file://…`) keeps them in `.pulumi/locks/organization/<project>/<stack>`, with
process and machine of the holder.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recovery.processes import runs


@dataclass(frozen=True)
class Lock:
    """One lock: process, machine and time of the `pulumi` that took it."""

    pid: int
    hostname: str
    timestamp: str

    @property
    def holder(self) -> str:
        """Who it is, in words."""
        return f"process {self.pid} on {self.hostname}, {self.timestamp}"

    def may_live(self) -> bool:
        """Whether its holder may be at work; of another machine nobody can tell from here."""
        return self.hostname != socket.gethostname() or runs(self.pid, "pulumi")


def of(folder: Path, project: str, stack: str) -> list[Lock]:
    """Locks of a stack whose state is in this folder, the oldest first."""
    files = sorted((folder / ".pulumi" / "locks" / "organization" / project / stack).glob("*.json"))
    return [lock for file in files for lock in _read(file)]


def _read(file: Path) -> Iterator[Lock]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return  # Freed in this moment, or cut off: nobody holds it.
    yield Lock(int(raw["pid"]), str(raw.get("hostname", "")), str(raw.get("timestamp", "time unknown")))
