"""Deployments that are killed again and again, while every type they consist of is made, changed, deleted."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress

from tests.engine.bench import Bench
from tests.faults.acts import begin, plan, wrong

_QUIET = 1.0
"""Seconds in which nothing else begins: all that can be at work is."""
_MOST = 40
_AT_ONCE = "100"
"""Operations that hang together: fewer rounds."""


EVERYTHING: dict[str, object] = {
    "encryption": "customer",
    "network": {"cidr": "10.20.0.0/16", "egress": "internet", "allow_from": ["203.0.113.0/28"]},
}
"""Settings of a stack that has all that there is."""


def _struck(bench: Bench) -> set[str]:
    """Types whose operations were killed."""
    with closing(sqlite3.connect(bench.session.layout.world)) as world:
        uses = world.execute("SELECT fault FROM faults WHERE fault LIKE '[%'")
        return {str(json.loads(use)[0]) for (use,) in uses}


def _until_quiet(bench: Bench, running: "subprocess.Popen[str]") -> None:
    """Wait until the command ends, or everything it can do hangs."""
    world = bench.session.world()
    began = seen = world.struck()
    quiet = time.monotonic()
    while running.poll() is None and (seen == began or time.monotonic() - quiet < _QUIET):
        time.sleep(0.1)
        if (now := world.struck()) != seen:
            seen, quiet = now, time.monotonic()


def _killed_until_done(bench: Bench, *words: str) -> None:
    """Run a command and kill its `pulumi` whenever everything hangs, until it gets through."""
    for _ in range(_MOST):
        running = begin(*words, PULUMI_PARALLEL=_AT_ONCE)
        _until_quiet(bench, running)
        if running.poll() is None:
            with suppress(IndexError):  # It ended in this moment.
                os.kill(bench.engine.locks()[0].pid, signal.SIGKILL)
        text = running.communicate(timeout=300)[0]
        if running.returncode == 0:
            return
        assert abs(running.returncode) == signal.SIGKILL, text
    raise AssertionError(f"not done after {_MOST} kills")


def _types(bench: Bench) -> set[str]:
    """Types of the state that some provider makes."""
    custom = {each["type"] for each in bench.engine.resources() if each.get("custom")}
    return {each for each in custom if not each.startswith("pulumi:")}


def test_what_is_killed_while_it_is_made_is_made_once(bench: Bench) -> None:
    for key, value in EVERYTHING.items():
        bench.edit(key, value)
    plan(bench, "*", "create", "hang-after", per="type")

    _killed_until_done(bench, "up")

    assert _struck(bench) == _types(bench)
    assert list(wrong(bench)) == []
    assert bench.steps() == {}


def test_what_is_killed_while_it_is_changed_or_deleted_is_changed_and_gone(bench: Bench) -> None:
    bench.deployed()
    bench.edit("owner", "others@example.com")
    plan(bench, "*", "update", "hang-after", per="type")

    _killed_until_done(bench, "up")

    assert len(_struck(bench)) > 10, "all that bears tags"
    assert list(wrong(bench)) == []
    assert bench.steps() == {}

    plan(bench, "*", "delete", "hang-after", per="type")
    _killed_until_done(bench, "down")

    assert len(_struck(bench)) > 30
    assert bench.session.remains().live == []
