"""Processes: stale pids, left-over plugins, and how they end."""

import subprocess
import sys

import pytest

from recovery.processes import command_of, runs
from sandbox import processes

SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", SLEEP])
    # A process that was just forked does not have its own command line yet.
    while not runs(process.pid, "time.sleep"):
        pass
    yield process
    process.kill()
    process.wait()


def test_a_pid_counts_only_with_the_right_command(sleeper):
    assert runs(sleeper.pid, "time.sleep")
    assert not runs(sleeper.pid, "registry")


def test_ends_a_process(sleeper):
    processes.end([sleeper.pid])
    assert not runs(sleeper.pid)


def test_ending_what_is_gone_is_no_error(sleeper):
    sleeper.kill()
    sleeper.wait()
    processes.end([sleeper.pid])
    assert command_of(sleeper.pid) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="processes' environments are read from /proc")
def test_finds_plugins_of_this_sandbox_only(tmp_path, plugin):
    ours, _ = plugin(tmp_path / "home"), plugin(tmp_path / "other")
    assert processes.left_over(tmp_path / "home") == [ours.pid]
