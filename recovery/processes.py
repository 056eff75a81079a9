"""Whether a process lives, and which one it is."""

import subprocess
from pathlib import Path

_PROC = Path("/proc")


def command_of(pid: int) -> str:
    """Command line of a live process; empty when there is none (a zombie has none either)."""
    try:
        return (
            (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        )
    except OSError:
        if _PROC.exists():
            return ""
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


def runs(pid: int, *words: str) -> bool:
    """Tell whether a process lives and its command line holds all words: a pid may have been given anew."""
    command = command_of(pid)
    return bool(command) and all(word in command for word in words)
