"""This program against the same resources with the bare SDKs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.measure import Spread, interleaved, ratios
from benchmarks.workbench import BARE, REAL, Cost, Workbench

GOAL = 1.10
"""Ratio at most, of time and of memory."""

OURS, THEIRS = "this program", "bare SDKs"


@dataclass(frozen=True)
class Compared:
    """One quantity of both programs, and their ratio round by round."""

    ours: Spread
    theirs: Spread
    ratio: Spread

    @classmethod
    def of(cls, ours: Sequence[float], theirs: Sequence[float]) -> "Compared":
        """From samples of the same rounds."""
        return cls(Spread.of(ours), Spread.of(theirs), ratios(ours, theirs))


@dataclass(frozen=True)
class Overhead:
    """What this program takes beside the bare one."""

    rounds: int
    wall: Compared
    """Seconds of `pulumi preview`."""
    cpu: Compared
    """Seconds of processor in the program's process."""
    memory: Compared
    """MiB at most in that process."""

    @property
    def met(self) -> bool:
        """Whether the goal is met, in the median of the rounds."""
        return max(self.wall.ratio.median, self.memory.ratio.median) <= GOAL


def measure(bench: Workbench, rounds: int, say: Callable[[str], None]) -> Overhead:
    """Preview both programs in turn."""
    bench.uncalled()
    runs = [(OURS, lambda: bench.preview(REAL)), (THEIRS, lambda: bench.preview(BARE))]
    found = interleaved(runs, rounds, say=say)

    def compared(quantity: Callable[[Cost], float]) -> Compared:
        return Compared.of(
            [quantity(each) for each in found[OURS]], [quantity(each) for each in found[THEIRS]]
        )

    return Overhead(
        rounds,
        wall=compared(lambda cost: cost.wall),
        cpu=compared(lambda cost: cost.cpu),
        memory=compared(lambda cost: cost.memory),
    )
