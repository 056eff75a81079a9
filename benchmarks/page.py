"""docs/benchmarks.md, from what was measured: as it is, also where a goal is missed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import models, overhead
from benchmarks.measure import Spread
from benchmarks.models import Growth
from benchmarks.overhead import Compared, Overhead
from benchmarks.reasons import LONG, PARTS
from benchmarks.starts import KINDS, Part, Starts

_HEAD = """\
# Benchmarks

<!-- written by `make bench`; do not edit -->

Measured by `make bench` in {minutes:.0f} minutes, with the real engine on the simulated clouds, on
{machine}.
Seconds are those of that machine and that day; ratios are of runs that alternated in one session, and hold
elsewhere, too. Every table gives the least, the median and the most of all rounds.

| goal | measured | met |
| --- | --- | --- |
"""
_OVERHEAD = """
## Against the bare SDKs

`pulumi preview` of `dev` (three clouds, one model, no callers) against a program that makes the same
resources with the classes of the SDKs and nothing else ([benchmarks/bare/](../benchmarks/bare/));
`tests/benchmarks/test_bare.py` compares types, counts, inputs and options of both. On top, this program
has the check of all settings, a component for each capability and cloud, and the proof of parity.
{rounds} rounds after a warm-up, one of each in turn; ratios are round by round. Memory is the most that
the process of the program held, and CPU what it took; the engine and the plugins are not in these two.
Each program runs as it is: this one switches the search for garbage off (`__main__.py`), which takes less
time and more memory; the bare one leaves Python as it comes.

"""
_GROWTH = """
## Many models

`pulumi preview` of `dev` with more and more models, each on three clouds; {rounds} rounds, and the fewer
models, the more runs in each. What a further model takes is the difference of two medians, over the
number of models between them. Each model reserves what it serves at once: 200 models fit into AWS's
default because their scale is 1.

"""
_STARTS = """
## Starts

`make up`, {rounds} times each: {kinds}.

"""
_PARTS = """
Where the time goes, of one more run of each, watched step by step (the watch itself takes a little time):

"""


@dataclass(frozen=True)
class Machine:
    """On what it was measured, without a name or a path of it."""

    cores: int
    memory_gib: float
    python: str
    """Version, such as 3.11.9."""
    cli: str
    """Version of the Pulumi CLI."""

    def __str__(self) -> str:
        memory = f"{self.memory_gib:.0f} GiB of memory"
        return f"{self.cores} cores, {memory}, Python {self.python} and Pulumi {self.cli}"


@dataclass(frozen=True)
class Results:
    """Everything that was measured in one session."""

    machine: Machine
    minutes: float
    overhead: Overhead
    growth: Growth
    starts: Starts


def render(results: Results) -> str:
    """The whole page."""
    head = _HEAD.format(machine=results.machine, minutes=results.minutes)
    goals = "".join(_row(each) for each in _goals(results))
    parts = [_overhead(results.overhead), _growth(results.growth), _starts(results.starts)]
    return f"{head}{goals}{''.join(parts)}"


def _goals(results: Results) -> Iterator[Sequence[str]]:
    for name, compared in (("time", results.overhead.wall), ("memory", results.overhead.memory)):
        ratio = compared.ratio.median
        text = f"{name} of a preview at most {overhead.GOAL:.2f} of the bare SDKs'"
        yield text, f"{ratio:.3f}", _met(ratio <= overhead.GOAL)
    growth = results.growth
    text = f"each further model takes as long as any, within {models.GOAL:.0%}"
    yield text, f"{growth.spread:.0%}", _met(growth.met)


def _met(met: bool) -> str:
    return "yes" if met else "**no**"


def _overhead(found: Overhead) -> str:
    rows: list[Sequence[str]] = [("", "", "least", "median", "most"), ("---",) * 5]
    rows += _compared("wall time, s", found.wall, 2)
    rows += _compared("CPU, s", found.cpu, 2)
    rows += _compared("peak memory, MiB", found.memory, 1)
    return _OVERHEAD.format(rounds=found.rounds) + _table(rows)


def _compared(name: str, found: Compared, digits: int) -> list[Sequence[str]]:
    return [
        (name, overhead.OURS, *found.ours.shown(digits)),
        ("", overhead.THEIRS, *found.theirs.shown(digits)),
        ("", "**ratio**", *found.ratio.shown(3)),
    ]


def _growth(found: Growth) -> str:
    each = {one.more: f"{one.seconds * 1000:.0f}" for one in found.marginals}
    heads = ("models", "least, s", "median, s", "most, s", "each further model, ms")
    rows: list[Sequence[str]] = [
        (*heads, "CPU in all, s", "of the program", "its memory, MiB"),
        ("---",) * 8,
        *(
            (
                str(row.models),
                *row.wall.shown(),
                each.get(row.models, ""),
                f"{row.whole:.1f}",
                f"{row.cpu:.1f}",
                f"{row.memory:.0f}",
            )
            for row in found.rows
        ),
    ]
    return _GROWTH.format(rounds=found.rounds) + _table(rows)


def _starts(found: Starts) -> str:
    kinds = "; ".join(f"**{kind}**: {meaning}" for kind, meaning in KINDS.items())
    rows: list[Sequence[str]] = [("start", "least, s", "median, s", "most, s"), ("---",) * 4]
    rows += [(kind, *found.wall[kind].shown(1)) for kind in KINDS]
    text = _STARTS.format(rounds=found.rounds, kinds=kinds) + _table(rows)
    return text + _PARTS + _table(_parts(found)) + _dominating(found)


def _parts(found: Starts) -> list[Sequence[str]]:
    """One row for each step, one column for each kind."""
    columns = [{part.name: part.seconds for part in found.parts[kind]} for kind in KINDS]
    rows: list[Sequence[str]] = [("step, s", *KINDS), ("---",) * (1 + len(KINDS))]
    rows += [(PARTS[name], *(f"{column[name]:.2f}" for column in columns)) for name in columns[0]]
    return [*rows, ("all", *(f"{sum(column.values()):.2f}" for column in columns))]


def _dominating(found: Starts) -> str:
    """The longest steps of each kind, and why they take long."""
    lines = [""]
    longest = {kind: sorted(found.parts[kind], key=_seconds)[: -1 - LONG : -1] for kind in KINDS}
    for kind, parts in longest.items():
        whole = sum(part.seconds for part in found.parts[kind])
        shares = ", ".join(f"{PARTS[part.name]} ({part.seconds / whole:.0%})" for part in parts)
        lines.append(f"- **{kind}** is mostly: {shares}.")
    return (
        "\n".join(lines) + "\n\nWhy:\n\n" + _why(dict.fromkeys(p.name for ps in longest.values() for p in ps))
    )


def _seconds(part: Part) -> float:
    return part.seconds


def _why(names: Iterable[str]) -> str:
    from benchmarks.reasons import WHY

    return "".join(f"- {PARTS[name]}: {WHY[name]}\n" for name in names)


def _table(rows: Iterable[Sequence[str]]) -> str:
    return "".join(map(_row, rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def summary(results: Results) -> list[tuple[str, Spread]]:
    """What is printed at the end: ratios, and seconds of starts."""
    ours = results.overhead
    ratios = [("wall time", ours.wall.ratio), ("CPU", ours.cpu.ratio), ("peak memory", ours.memory.ratio)]
    return [
        *((f"{name}, this program / bare SDKs", ratio) for name, ratio in ratios),
        *((f"preview of {row.models} models, s", row.wall) for row in results.growth.rows),
        *((f"make up, {kind}, s", results.starts.wall[kind]) for kind in KINDS),
    ]
