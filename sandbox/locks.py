"""One command at a time: file locks that vanish with their process."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.errors import SandboxError

_MOMENT = 2.0


@contextmanager
def hold(path: Path, purpose: str, wait: bool = False) -> Iterator[None]:
    """Hold a lock file; when another process has it, wait or say which one it is.

    The kernel frees the lock when its process dies, however it dies, so it is never stale.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            who = _holder(path)
            raise SandboxError(f"another command is at work here: {who}", "wait until it ends") from None
        file.truncate(0)
        file.write(f"{purpose} (process {os.getpid()})\n")
        file.flush()
        yield


def _holder(path: Path) -> str:
    """What the holder says of itself; it has the lock a moment before it has written that."""
    deadline = time.monotonic() + _MOMENT
    while not (said := path.read_text(encoding="utf-8").strip()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return said or "another process"
