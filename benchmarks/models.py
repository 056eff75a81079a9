"""What each further model takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.measure import Marginal, Spread, growth, interleaved, marginals
from benchmarks.workbench import REAL, Cost, Workbench

GOAL = 0.15
"""How far the marginal times may differ, as a part of the least."""

# The marginal time is a difference of two times: the fewer models, the more it is made of noise.
ROUND = (1, 10, 1, 10, 50, 1, 10, 50, 200)
"""Numbers of models in one round, in their order."""


@dataclass(frozen=True)
class Row:
    """Previews of one number of models."""

    models: int
    wall: Spread
    """Seconds of `pulumi preview`."""
    cpu: float
    """Seconds of processor in the program's process, in the median."""
    memory: float
    """MiB at most in that process, in the median."""
    whole: float
    """Seconds of processor in all processes, in the median."""


@dataclass(frozen=True)
class Growth:
    """How previews grow with the number of models."""

    rounds: int
    rows: list[Row]
    marginals: list[Marginal]

    @property
    def spread(self) -> float:
        """How much more the dearest further model takes than the cheapest, as a part of that."""
        return growth(self.marginals) - 1

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.spread <= GOAL


def measure(
    bench: Workbench, rounds: int, say: Callable[[str], None], numbers: Sequence[int] = ROUND
) -> Growth:
    """Preview stacks with more and more models."""

    def run(number: int) -> Callable[[], Cost]:
        def preview() -> Cost:
            bench.models(number)
            return bench.preview(REAL)

        return preview

    found = interleaved([(number, run(number)) for number in numbers], rounds, 0, say)
    rows = [_row(number, costs) for number, costs in sorted(found.items())]
    walls = {number: [cost.wall for cost in costs] for number, costs in found.items()}
    return Growth(rounds, rows, marginals(walls))


def _row(number: int, costs: Sequence[Cost]) -> Row:
    return Row(
        number,
        wall=Spread.of([cost.wall for cost in costs]),
        cpu=Spread.of([cost.cpu for cost in costs]).median,
        memory=Spread.of([cost.memory for cost in costs]).median,
        whole=Spread.of([cost.whole for cost in costs]).median,
    )
