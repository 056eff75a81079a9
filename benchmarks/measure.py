"""Runs that alternate, and what is made of their times."""

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key")
Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Spread:
    """Of several values, the least, the one in the middle, and the most."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of one value or more."""
        return cls(min(values), statistics.median(values), max(values))

    def shown(self, digits: int = 2) -> tuple[str, str, str]:
        """As text, in the order of a table."""
        return f"{self.least:.{digits}f}", f"{self.median:.{digits}f}", f"{self.most:.{digits}f}"


def interleaved(
    runs: Sequence[tuple[Key, Callable[[], Sample]]],
    rounds: int,
    warm_up: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> dict[Key, list[Sample]]:
    """All of the runs one after the other, then all again, …; `warm_up` rounds before these do not count.

    Key → its samples, in the order of the rounds: what slows a machine down for a minute slows all of them
    down. A key may stand in a round several times.
    """
    found: dict[Key, list[Sample]] = {key: [] for key, _ in runs}
    for number in range(-warm_up, rounds):
        for key, run in runs:
            say(f"{key}, round {number + 1} of {rounds}" if number >= 0 else f"{key}, warm-up")
            sample = run()
            if number >= 0:
                found[key].append(sample)
    return found


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours divided by theirs, round by round."""
    return Spread.of([our / their for our, their in zip(ours, theirs, strict=True)])


@dataclass(frozen=True)
class Marginal:
    """What each further model takes, between two numbers of models."""

    fewer: int
    more: int
    seconds: float


def marginals(seconds: Mapping[int, Sequence[float]]) -> list[Marginal]:
    """Between each number of models and the next, of the medians over all rounds."""
    medians = {models: statistics.median(times) for models, times in sorted(seconds.items())}
    numbers = list(medians)
    return [
        Marginal(fewer, more, (medians[more] - medians[fewer]) / (more - fewer))
        for fewer, more in itertools.pairwise(numbers)
    ]


def growth(found: Sequence[Marginal]) -> float:
    """The largest of the marginal times over the least; 1 where time is a straight line."""
    times = [each.seconds for each in found]
    return max(times) / min(times)


def covered(intervals: Sequence[tuple[float, float]]) -> float:
    """Seconds in which at least one of the intervals was going on."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(intervals):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total
