"""A deployment that failed, was killed or answered late is continued by running it again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import yaml

from sandbox.layout import ROOT
from tests.engine.bench import Bench

ACR = "azure-native:containerregistry:Registry"
_PATIENCE = 120.0


def _faults(bench: Bench, **entry: object) -> None:
    file = bench.session.layout.folder / "faults.yaml"
    file.write_text(yaml.safe_dump({"operations": [{"type": ACR, "operation": "create", **entry}]}))


def _wrong(bench: Bench) -> Iterator[str]:
    """What is not as it should be once `up` was run again: all is there once, and nothing left to do."""
    again = bench.sandbox("up")
    if again.code != 0:
        yield again.text
        return
    if bench.outputs()["parity"]["height"]["verdict"] != "equal":
        yield "the clouds do not run the same image"
    yield from (f"left to do: {step}" for step in bench.steps())
    live = [each.urn for each in bench.session.world().live("dev")]
    known = {each["urn"] for each in bench.engine.resources()}
    yield from (f"exists twice: {urn}" for urn in set(live) if live.count(urn) > 1)
    yield from (f"exists, and the state does not know it: {urn}" for urn in set(live) - known)


@pytest.mark.parametrize("how", ["throttled", "denied", "timeout-after"])
def test_a_creation_that_fails_once_is_continued(bench: Bench, how: str) -> None:
    _faults(bench, how=how, times=1)

    assert bench.sandbox("up").code != 0

    assert list(_wrong(bench)) == []


# How many objects there are when it is killed: before the first, among them, while functions are made.
@pytest.mark.parametrize("made", [0, 10, 40])
def test_an_up_that_is_killed_is_continued(bench: Bench, made: int) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + _PATIENCE
    while len(bench.session.world().live("dev")) < made and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running.poll() is None, "it was over before it could be killed"
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert len(bench.session.world().live("dev")) >= made

    assert list(_wrong(bench)) == []
