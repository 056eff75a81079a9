"""Who holds the lock of a stack: a deployment that is at work, or one that was killed.

A state in files (`pulumi login file://…`) keeps them in `.pulumi/locks/organization/<project>/<stack>`, with
process and machine of the holder.
"""

import json
import socket
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
        return self.elsewhere or runs(self.pid, "pulumi")

    @property
    def elsewhere(self) -> bool:
        """Whether its holder is, or was, on another machine."""
        return self.hostname != socket.gethostname()


def of(folder: Path, project: str, stack: str) -> list[Lock]:
    """Locks of a stack whose state is in this folder; one that was cut off is nobody's, and removed."""
    found = []
    place = folder / ".pulumi" / "locks" / "organization" / project / stack
    # A full disk leaves drafts (`….json.….tmp`), which Pulumi takes for locks, too.
    for file in sorted(each for each in place.glob("*.json*") if each.suffix != ".attrs"):
        try:
            found.append(_read(file.read_bytes()))
        except FileNotFoundError:
            pass  # Freed in this moment.
        except (ValueError, TypeError, KeyError):
            file.unlink()
    return found


def _read(text: bytes) -> Lock:
    raw = json.loads(text)
    return Lock(int(raw["pid"]), str(raw["hostname"]), str(raw.get("timestamp", "time unknown")))
