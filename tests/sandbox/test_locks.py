"""One command at a time, and who it is."""

import fcntl
import os
import threading
import time
from pathlib import Path

import pytest

from sandbox import locks
from sandbox.errors import SandboxError


def test_a_second_one_is_told_who_is_at_work(tmp_path: Path) -> None:
    with locks.hold(tmp_path / "lock", "make up"):
        with pytest.raises(SandboxError, match=rf"at work here: make up \(process {os.getpid()}\)"):
            with locks.hold(tmp_path / "lock", "make down"):
                pass
    with locks.hold(tmp_path / "lock", "make down"):
        assert "make down" in (tmp_path / "lock").read_text()


def test_one_that_has_the_lock_and_has_not_said_who_it_is_yet_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with file.open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def late() -> None:
            time.sleep(0.1)
            file.write_text("make up (process 1)\n")

        writer = threading.Thread(target=late)
        writer.start()
        with pytest.raises(SandboxError, match=r"make up \(process 1\)"):
            with locks.hold(file, "make down"):
                pass
        writer.join()


def test_one_that_waits_comes_after(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locks.hold(tmp_path / "lock", "second", wait=True):
            order.append("second")

    with locks.hold(tmp_path / "lock", "first"):
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.1)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
