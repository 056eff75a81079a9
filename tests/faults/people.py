"""Interruptions by people, two at once, and what a machine does to processes."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable

from recovery.processes import command_of
from sandbox.processes import with_words
from tests.engine.bench import Bench
from tests.faults import Fault
from tests.faults.acts import THING, begin, one, plan, prepare, same, until

_PATIENCE = 120.0
_SLOW = "slow"


def _working(bench: Bench, cloud: str, how: str = _SLOW) -> "subprocess.Popen[str]":
    """A `make up` that is in the middle of a creation."""
    prepare(bench, cloud, deployed=False)
    plan(bench, THING[cloud], "create", how, name="thing")
    running = begin("up")
    until(bench.session.world().struck, running)
    return running


def _ended(running: "subprocess.Popen[str]") -> str:
    return running.communicate(timeout=_PATIENCE)[0]


def _interrupted(cloud: str, number: int) -> Callable[[Bench], str]:
    """Whoever typed `make up` ends it."""

    def happens(bench: Bench) -> str:
        running = _working(bench, cloud)
        running.send_signal(number)
        return _ended(running)

    return happens


def _program_killed(bench: Bench) -> str:
    running = _working(bench, "aws")
    home = str(bench.session.layout.home)
    for pid in with_words("pulumi-language-python-exec"):
        if home.rpartition("/")[0] in command_of(pid):
            os.kill(pid, signal.SIGKILL)
    return _ended(running)


def _second(bench: Bench) -> str:
    """Another `make up` while one is at work; the first one ends well."""
    running = _working(bench, "gcp")
    refused = bench.sandbox("up")
    first = _ended(running)
    assert (running.returncode, refused.code) == (0, 1), first + refused.text
    return refused.text


def _beside(bench: Bench) -> str:
    """A `pulumi up` by hand while `make up` is at work; the first one ends well."""
    running = _working(bench, "azure")
    refused = bench.up()
    first = _ended(running)
    assert running.returncode == 0, first
    assert refused.code != 0
    return refused.text


def _copied_by_hand(bench: Bench) -> str:
    """Killed, and then `pulumi cancel` and `pulumi up` by hand: the engine makes a second one."""
    running = _working(bench, "gcp", "hang-after")
    os.killpg(running.pid, signal.SIGKILL)
    os.kill(bench.engine.locks()[0].pid, signal.SIGKILL)
    _ended(running)
    bench.pulumi("cancel", "--yes").good()
    return bench.up().good().text


def _machine_gone(bench: Bench) -> str:
    """Every process of the deployment dies at once, the registries too."""
    running = _working(bench, "azure", "hang-after")
    pids = [running.pid, *(lock.pid for lock in bench.engine.locks()), *_of_sandbox(bench)]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return _ended(running)


def _of_sandbox(bench: Bench) -> list[int]:
    return with_words(str(bench.session.layout.folder), "registry")


def _lock_of(bench: Bench, hostname: str, pid: int) -> None:
    folder = bench.session.layout.backend / ".pulumi" / "locks" / "organization" / "modelport" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    text = (
        f'{{"pid": {pid}, "username": "me", "hostname": "{hostname}", "timestamp": "2026-01-01T00:00:00Z"}}'
    )
    (folder / "other.json").write_text(text, encoding="utf-8")


def _number_given_anew(bench: Bench) -> str:
    """The machine was started again, and the process number of the lock belongs to somebody else."""
    prepare(bench, "aws", deployed=True)
    _lock_of(bench, socket.gethostname(), 1)
    return ""


ROWS = (
    *(
        Fault(
            name,
            f"while `{THING[cloud]}` is made",
            "to go on, with all that was made",
            ("make up",),
            "made, once",
            _interrupted(cloud, number),
            one,
        )
        for name, number, cloud in (
            ("Ctrl-C", signal.SIGINT, "aws"),
            ("SIGTERM to `make up`", signal.SIGTERM, "gcp"),
        )
    ),
    Fault(
        "`make up` is killed (SIGKILL)",
        f"while `{THING['azure']}` is made",
        "update canceled",
        ("make up",),
        "made, once",
        _interrupted("azure", signal.SIGKILL),
        one,
    ),
    Fault(
        "the program is killed (SIGKILL)",
        f"while `{THING['aws']}` is made",
        "to go on, with all that was made",
        ("make up",),
        "made, once",
        _program_killed,
        one,
    ),
    Fault(
        "every process is killed, the registries too",
        f"after `{THING['azure']}` was made",
        "exists and is recorded now",
        ("make up",),
        "the one that exists is kept",
        _machine_gone,
        same,
    ),
    Fault(
        "a second `make up`",
        "while one is at work",
        "another command is at work here: make up",
        (),
        "the first one ends well",
        _second,
        one,
    ),
    Fault(
        "a `pulumi up` by hand",
        "while `make up` is at work",
        "the stack is currently locked by 1 lock(s)",
        (),
        "the first one ends well",
        _beside,
        one,
    ),
    Fault(
        "`pulumi cancel` and `pulumi up` by hand",
        f"after a killed one had made `{THING['gcp']}`",
        "exists twice; the next up deletes the copy that holds nothing",
        ("make up",),
        "the copy is deleted",
        _copied_by_hand,
        one,
    ),
    Fault(
        "the machine starts again",
        "and gave the lock's process number to another program",
        "removed the lock of a pulumi that was killed",
        ("make up",),
        "the same one",
        _number_given_anew,
        same,
    ),
)
"""People and machines."""
