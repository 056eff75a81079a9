"""Who holds the lock of a stack."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from recovery import locks
from recovery.processes import runs


def _lock(folder: Path, name: str = "a", **values: object) -> None:
    place = folder / ".pulumi" / "locks" / "organization" / "modelport" / "dev"
    place.mkdir(parents=True, exist_ok=True)
    lock = {
        "pid": os.getpid(),
        "hostname": socket.gethostname(),
        "timestamp": "2026-01-01T00:00:00Z",
        **values,
    }
    (place / f"{name}.json").write_text(json.dumps(lock))


def _may_live(folder: Path) -> list[bool]:
    return [each.may_live() for each in locks.of(folder, "modelport", "dev")]


def test_nobody_holds_a_stack_without_locks(tmp_path: Path) -> None:
    assert locks.of(tmp_path, "modelport", "dev") == []


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    _lock(tmp_path, pid=2**22 + 1)
    assert _may_live(tmp_path) == [False]


def test_a_number_that_now_belongs_to_another_program_holds_nothing(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "60"])
    _lock(tmp_path, pid=other.pid)
    try:
        while not runs(other.pid, "sleep"):  # It has no command line in its first moment.
            time.sleep(0.01)
        assert _may_live(tmp_path) == [False]
    finally:
        other.kill()
        other.wait()


def test_a_pulumi_that_is_at_work_holds_it(tmp_path: Path) -> None:
    named = tmp_path / "pulumi"
    shutil.copy(str(shutil.which("sleep")), named)
    working = subprocess.Popen([named, "60"])
    _lock(tmp_path, pid=working.pid)
    try:
        while not runs(working.pid, "pulumi"):  # It has no command line in its first moment.
            time.sleep(0.01)
        assert _may_live(tmp_path) == [True]
    finally:
        working.kill()
        working.wait()


def test_of_another_machine_nobody_can_tell(tmp_path: Path) -> None:
    _lock(tmp_path, pid=2**22 + 1, hostname="elsewhere")
    assert _may_live(tmp_path) == [True]
    assert "on elsewhere" in locks.of(tmp_path, "modelport", "dev")[0].holder


@pytest.mark.parametrize("text", ["", '{"pid": 1', "[]", "{}", '{"pid": null, "hostname": "a"}', "\x00"])
def test_a_lock_that_was_cut_off_is_nobodys_and_removed(tmp_path: Path, text: str) -> None:
    _lock(tmp_path)
    file = next(tmp_path.rglob("a.json"))
    file.write_text(text)
    assert locks.of(tmp_path, "modelport", "dev") == []
    assert not file.exists()


def test_the_draft_that_a_full_disk_left_is_nobodys_and_removed(tmp_path: Path) -> None:
    _lock(tmp_path)
    lock = next(tmp_path.rglob("a.json"))
    (draft := lock.with_name("b.json.18ea3c270f73dbaa.tmp")).touch()
    (attributes := lock.with_name("a.json.attrs")).touch()
    assert len(locks.of(tmp_path, "modelport", "dev")) == 1
    assert not draft.exists()
    assert attributes.exists()
