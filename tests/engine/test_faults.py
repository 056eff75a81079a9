"""What goes wrong in a deployment, a row of the table each: nothing is lost, doubled or orphaned."""

import shlex

import pytest

from tests.engine.bench import Bench, Run
from tests.faults import Fault, table
from tests.faults.acts import things, wrong


def _typed(bench: Bench, command: str) -> Run:
    """What the user types; the Makefile's targets are commands of the sandbox."""
    first, *words = shlex.split(command.removeprefix(".venv/bin/"))
    return bench.sandbox(*words) if first == "make" else bench.run(first, *words)


@pytest.mark.parametrize(
    "fault", [pytest.param(each, id=f"{each.what} {each.moment}") for each in table.rows()]
)
def test_a_fault_costs_nothing(bench: Bench, fault: Fault) -> None:
    seen = fault.happens(bench)
    before = things(bench)
    for command in fault.types:
        seen += _typed(bench, command).good().text

    assert fault.sees in seen
    assert list(wrong(bench)) == []
    assert fault.holds(bench, before), f"{before} became {things(bench)}"
    assert "make down" in fault.types or bench.steps() == {}
