"""A deployment that failed, was killed or answered late is continued by running it again."""

import os
import signal
import subprocess
import sys
import time

import pytest
import yaml

from sandbox.layout import ROOT
from tests.engine.bench import Bench

ACR = "azure-native:containerregistry:Registry"


def _faults(bench: Bench, **entry: object) -> None:
    file = bench.session.layout.folder / "faults.yaml"
    file.write_text(yaml.safe_dump({"operations": [{"type": ACR, "operation": "create", **entry}]}))


def _whole(bench: Bench) -> None:
    """Everything is there once, nothing is left to do."""
    bench.sandbox("up").good()
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"
    assert bench.steps() == {}
    live = [each.urn for each in bench.session.world().live("dev")]
    known = [each["urn"] for each in bench.engine.resources()]
    assert len(live) == len(set(live)), "nothing exists twice"
    assert set(live) <= set(known), "nothing exists that the state does not know"


@pytest.mark.parametrize("how", ["throttled", "denied", "timeout-after"])
def test_a_creation_that_fails_once_is_continued(bench: Bench, how: str) -> None:
    _faults(bench, how=how, times=1)

    assert bench.sandbox("up").code != 0

    _whole(bench)


@pytest.mark.parametrize("seconds", [1.5, 3.0, 4.5])
def test_an_up_that_is_killed_is_continued(bench: Bench, seconds: float) -> None:
    _faults(bench, how="slow", times=1)
    running = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()

    _whole(bench)
