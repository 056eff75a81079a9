"""The user's cache of built tools: safe for two starts at once, never with half a build in it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def folder() -> Path:
    """`$XDG_CACHE_HOME/modelport/tools`, by default below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is to be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "modelport" / "tools"


def once(key: str, make: Callable[[Path], None], waiting: Callable[[], None]) -> Path:
    """The folder `key` of the cache, filled by `make` when it is not there yet.

    `make` fills a temporary folder, which gets its name when it is complete; whoever comes meanwhile waits
    (`waiting` is called first) and then finds it. An exception of `make` leaves nothing behind.
    """
    target = folder() / key
    if target.is_dir():
        return target
    folder().mkdir(parents=True, exist_ok=True)
    with _lock(folder() / f"{key}.lock", waiting):
        if not target.is_dir():
            _fill(target, make)
    return target


def _fill(target: Path, make: Callable[[Path], None]) -> None:
    for left_over in target.parent.glob(f"{target.name}.part-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=f"{target.name}.part-", dir=target.parent))
    try:
        make(part)
        part.chmod(0o755)
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _lock(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """An exclusive lock between processes; the system lets go of it when its holder dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
