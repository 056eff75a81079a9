"""How long `make up` takes from cold, from warm and unchanged, and what of it takes how long."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Spread, covered
from benchmarks.workbench import Failed, temporary, wipe
from sandbox.layout import ROOT, Layout

KINDS = {
    "cold": "no sandbox folder; the tools are built",
    "unchanged": "all of it is up",
    "warm": "a sandbox, whose clouds and stack are empty",
}
"""Kinds of starts, in the order in which they follow from each other."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """One step of a start; all of them follow each other, without overlap."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Starts:
    """Wall time of `make up` for each kind, and one watched run of each, step by step."""

    rounds: int
    wall: Mapping[str, Spread]
    parts: Mapping[str, list[Part]]


def measure(rounds: int, say: Callable[[str], None]) -> Starts:
    """Go through all kinds, so many times, and once more with a watch."""
    wall: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        with temporary() as folder:
            for kind in KINDS:
                say(f"make up, {kind}, round {number + 1} of {rounds}")
                _ready(kind, folder)
                wall[kind].append(_timed(["make", "--silent", "up"]))
    return Starts(rounds, {kind: Spread.of(times) for kind, times in wall.items()}, watched(say))


def watched(say: Callable[[str], None]) -> dict[str, list[Part]]:
    """One run of each kind, step by step."""
    parts = {}
    with temporary() as folder:
        file = folder.with_name("trace.json")
        for kind in KINDS:
            say(f"make up, {kind}, with a watch")
            _ready(kind, folder)
            _timed([sys.executable, "-m", "benchmarks.traced", str(file)])
            parts[kind] = breakdown(json.loads(file.read_text(encoding="utf-8")))
    return parts


def _ready(kind: str, folder: Path) -> None:
    """What must be there, given what was there before; see the order of the kinds."""
    if kind == "warm":
        wipe(Layout(environment="dev", folder=folder))


def _timed(command: list[str]) -> float:
    """Seconds that a command takes; raises `Failed` with what it printed."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise Failed(f"{' '.join(command[:3])}: {done.stdout}")
    return seconds


def breakdown(told: Mapping[str, Any]) -> list[Part]:
    """The steps of one watched run; together they are all of its time."""
    steps: Sequence[tuple[str, float, float]] = [tuple(each) for each in told["steps"]]
    (begin,) = _named(steps, "begin")
    (run,) = _named(steps, "run")
    (end,) = _named(steps, "end")
    before = _lengths(steps, ("tools", "plugins", "registries", "image"))
    prepared = sum(last - first for first, last in _named(steps, "prepare"))
    select = _length(_named(steps, "select"))
    state = _length(_named(steps, "state"))
    rest = (end[0] - begin[0]) - (begin[1] - begin[0]) - prepared - select - (run[1] - run[0])
    return [
        Part("command", begin[1] - begin[0]),
        *(Part(name, seconds) for name, seconds in before.items()),
        Part("preparing", prepared - sum(before.values())),
        Part("select", select),
        *_program(run, told["program"]),
        Part("state", state),
        Part("checks", rest - state),
    ]


def _program(run: Interval, program: Mapping[str, Any]) -> list[Part]:
    """What `pulumi up` does, seen from the program that it runs."""
    made: Sequence[tuple[str, float, float]] = [tuple(each) for each in program["registrations"]]
    everything = [(begin, end) for _, begin, end in made]
    providers = covered([(begin, end) for kind, begin, end in made if kind.startswith("pulumi:providers:")])
    others = covered([(begin, end) for kind, begin, end in made if kind != "command:local:Command"])
    first, last = min(begin for begin, _ in everything), max(end for _, end in everything)
    return [
        Part("engine", program["born"] - run[0]),
        Part("python", program["begun"] - program["born"]),
        Part("imports", program["imports"]),
        Part("planning", first - program["begun"] - program["imports"]),
        Part("providers", providers),
        Part("resources", others - providers),
        Part("copies", covered(everything) - others),
        Part("waiting", last - first - covered(everything)),
        Part("leaving", run[1] - last),
    ]


def _named(steps: Sequence[tuple[str, float, float]], name: str) -> list[Interval]:
    return [(begin, end) for each, begin, end in steps if each == name]


def _length(intervals: Sequence[Interval]) -> float:
    return sum(end - begin for begin, end in intervals)


def _lengths(steps: Sequence[tuple[str, float, float]], names: Sequence[str]) -> dict[str, float]:
    """Name → seconds in all steps of that name."""
    return {name: _length(_named(steps, name)) for name in names}
