"""The cache of built tools: no half build, one builder at a time."""

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from tools import cache


def nothing() -> None:
    """Nobody waits in this test."""


def build(part: Path) -> None:
    (part / "tool").write_text("whole")


def test_what_was_built_is_found_again(store: Path) -> None:
    target = cache.once("tool-1", build, nothing)
    assert target == store / "tool-1"
    assert (
        cache.once("tool-1", lambda part: pytest.fail("built twice"), nothing) / "tool"
    ).read_text() == "whole"


def test_a_build_that_fails_leaves_nothing(store: Path) -> None:
    def fail(part: Path) -> None:
        (part / "tool").write_text("half")
        raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        cache.once("tool-1", fail, nothing)
    assert [path.name for path in store.iterdir()] == ["tool-1.lock"]
    assert (cache.once("tool-1", build, nothing) / "tool").read_text() == "whole"


def killed_half_way(part: Path) -> None:
    (part / "tool").write_text("half")
    os._exit(9)


def test_a_killed_build_is_neither_used_nor_in_the_way(store: Path) -> None:
    process = multiprocessing.get_context("fork").Process(
        target=cache.once, args=("tool-1", killed_half_way, nothing)
    )
    process.start()
    process.join()
    assert list(store.glob("tool-1.part-*"))
    assert not (store / "tool-1").exists()
    assert (cache.once("tool-1", build, nothing) / "tool").read_text() == "whole"
    assert not list(store.glob("tool-1.part-*"))


def slow_and_counted(part: Path) -> None:
    with (part.parent / "count").open("a") as count:
        count.write("built\n")
    time.sleep(0.3)
    build(part)


def start(log: str) -> None:
    cache.once("tool-1", slow_and_counted, lambda: Path(log).write_text("waited"))


def test_two_starts_at_once_build_once_and_the_second_waits(store: Path, tmp_path: Path) -> None:
    logs = [tmp_path / "first", tmp_path / "second"]
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=start, args=(str(log),)) for log in logs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert (store / "count").read_text() == "built\n"
    assert [log.exists() for log in logs].count(True) == 1
    assert (store / "tool-1" / "tool").read_text() == "whole"


def test_a_relative_cache_home_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "modelport" / "tools"
