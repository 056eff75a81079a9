"""Processes of the sandbox: which live, which were left over, and how they end."""

import os
import signal
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from recovery.processes import command_of, runs

_PROC = Path("/proc")
_LEFT_OVER = ("sandbox.plugin", "pulumi-language-python", "pulumi-resource-")


def _parent_of(pid: int) -> int:
    try:
        # The name in parentheses may hold blanks; the fields after it do not.
        return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _belongs_to(pid: int, home: Path) -> bool:
    try:
        environment = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"PULUMI_HOME={home}".encode() in environment


def _under_a_cli(pid: int) -> bool:
    seen = _parent_of(pid)
    while seen > 1:
        if Path(command_of(seen).partition(" ")[0]).name == "pulumi":
            return True
        seen = _parent_of(seen)
    return False


def with_words(*words: str) -> list[int]:
    """Live processes whose command line holds all words (Linux; elsewhere none are found)."""
    if not _PROC.exists():
        return []
    return [
        int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit() and runs(int(entry.name), *words)
    ]


def left_over(home: Path) -> list[int]:
    """Plugins and language hosts of this sandbox whose `pulumi` is gone (Linux; elsewhere none are found)."""
    ours = [pid for word in _LEFT_OVER for pid in with_words(word) if _belongs_to(pid, home)]
    return [pid for pid in ours if not _under_a_cli(pid)]


def end(pids: Iterable[int], patience: float = 5.0) -> None:
    """End processes: asked first, then killed after `patience` seconds."""
    waiting = list(pids)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in waiting:
            _send(pid, number)
        deadline = time.monotonic() + patience
        while waiting and time.monotonic() < deadline:
            waiting = [pid for pid in waiting if _alive(pid)]
            time.sleep(0.02 if waiting else 0)


def background(words: list[str], environment: Mapping[str, str], log: Path) -> int:
    """Start what outlives this command, and return its pid.

    Not subprocess.Popen, which expects to see the end of what it starts. Its own session, because Ctrl-C
    in the terminal must not end it: the next command uses it again.
    """
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), append, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(words[0], words, environment, file_actions=actions, setsid=True)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _alive(pid: int) -> bool:
    try:  # A child of ours that ended stays a zombie until it is waited for.
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    return bool(command_of(pid))
