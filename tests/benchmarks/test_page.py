"""The page says what was measured, also where a goal is missed, and nothing of the machine's own."""

import functools
import importlib
import json
import platform
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import page, reasons, starts, traced
from benchmarks.__main__ import PAGE, app
from benchmarks.measure import Marginal, Spread
from benchmarks.models import Growth, Row
from benchmarks.overhead import Compared, Overhead
from benchmarks.page import Machine, Results, render
from benchmarks.starts import KINDS, Part, Starts, breakdown

ROOT = Path(__file__).parents[2]
SAME = Compared.of([2.0, 2.1], [2.0, 2.1])

TOLD = {
    "steps": [
        ["begin", 0.0, 1.0],
        ["tools", 1.0, 1.5],
        ["plugins", 1.5, 1.6],
        ["registries", 1.6, 2.0],
        ["image", 2.0, 2.5],
        ["prepare", 1.0, 3.0],
        ["select", 3.0, 3.5],
        ["run", 4.0, 14.0],
        ["state", 14.5, 15.0],
        ["state", 15.0, 15.5],
        ["end", 16.0, 16.0],
    ],
    "program": {
        "born": 5.0,
        "begun": 5.5,
        "imports": 1.5,
        "registrations": [
            ["pulumi:pulumi:Stack", 7.25, 7.5],
            ["pulumi:providers:aws", 7.5, 9.0],
            ["pulumi:providers:gcp", 7.5, 8.5],
            ["aws:s3/bucket:Bucket", 9.0, 10.0],
            ["command:local:Command", 9.5, 12.0],
            ["aws:lambda/function:Function", 12.25, 13.0],
        ],
    },
}
"""One watched run, in seconds."""


def results(wall: Compared = SAME, last: float = 0.2) -> Results:
    rows = [Row(models, Spread(4, 5, 6), 2.0, 170.0, 9.0) for models in (1, 10, 200)]
    found = Growth(3, rows, [Marginal(1, 10, 0.2), Marginal(10, 200, last)])
    parts = {kind: breakdown(TOLD) for kind in KINDS}
    began = Starts(3, {kind: Spread(10, 11, 12) for kind in KINDS}, parts)
    return Results(Machine(2, 8, "3.11.7", "3.258.0"), 9, Overhead(7, wall, SAME, SAME), found, began)


def test_goals_are_met() -> None:
    text = render(results())
    assert "| time of a preview at most 1.10 of the bare SDKs' | 1.000 | yes |" in text
    assert "| each further model takes as long as any, within 15% | 0% | yes |" in text


def test_a_missed_goal_is_printed_as_it_is() -> None:
    text = render(results(Compared.of([1.2, 1.3, 1.1], [1.0, 1.0, 1.0]), last=0.25))
    assert "| time of a preview at most 1.10 of the bare SDKs' | 1.200 | **no** |" in text
    assert "| each further model takes as long as any, within 15% | 25% | **no** |" in text
    assert "|  | **ratio** | 1.100 | 1.200 | 1.300 |" in text


def test_tables_are_whole() -> None:
    """As many cells in each row as in its head."""
    for table in re.findall(r"(?:^\|.*\n)+", render(results()), re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1


def test_the_machine_is_described_and_not_named() -> None:
    text = render(results())
    assert "2 cores, 8 GiB of memory, Python 3.11.7 and Pulumi 3.258.0" in text
    for own in (str(ROOT), str(Path.home()), platform.node()):
        assert not re.search(rf"(?<!\w){re.escape(own)}(?!\w)", text)


def test_links_of_the_page_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", render(results())):
        assert (PAGE.parent / target).exists(), target


def test_steps_follow_each_other_and_are_all_of_the_time() -> None:
    parts = {part.name: part.seconds for part in breakdown(TOLD)}

    assert sum(parts.values()) == pytest.approx(16)
    assert min(parts.values()) >= 0
    assert parts["providers"] == 1.5
    assert parts["resources"] == 2.0
    assert parts["copies"] == 2.0
    assert parts["waiting"] == 0.25
    assert parts["state"] == 1.0


def test_every_step_has_words_and_a_reason() -> None:
    names = [part.name for part in breakdown(TOLD)]
    assert set(names) == set(reasons.PARTS) == set(reasons.WHY)


def test_the_longest_steps_are_named_with_their_share() -> None:
    parts = [Part("imports", 6), Part("copies", 3), Part("engine", 1)]
    found = Starts(1, dict.fromkeys(KINDS, Spread(10, 10, 10)), dict.fromkeys(KINDS, parts))
    said = page._dominating(found)
    assert f"- **cold** is mostly: {reasons.PARTS['imports']} (60%), {reasons.PARTS['copies']} (30%)" in said
    assert said.count(reasons.WHY["imports"]) == 1


@pytest.mark.parametrize(("module", "path", "name"), traced.STEPS)
def test_every_watched_step_is_there(module: str, path: str, name: str) -> None:
    assert callable(functools.reduce(getattr, path.split("."), importlib.import_module(module)))
    assert name in {"prepare", "run"} or name in reasons.PARTS


def test_a_watched_function_does_what_it_did() -> None:
    steps: list[tuple[str, float, float]] = []

    def double(number: int) -> int:
        return number * 2

    assert traced.watched(double, "double", steps)(4) == 8
    ((name, begin, end),) = steps
    assert (name, begin <= end) == ("double", True)


def test_a_command_that_fails_is_told_with_what_it_printed() -> None:
    with pytest.raises(starts.Failed, match="gone wrong"):
        starts._timed(["sh", "-c", "echo gone wrong; exit 3"])


def test_help() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    for word in ("--rounds", "--model-rounds", "--start-rounds", "--output"):
        assert word in re.sub(r"\x1b\[[0-9;]*m", "", shown.output)


def test_results_are_plain_values() -> None:
    """What a process tells another survives the way."""
    assert breakdown(json.loads(json.dumps(TOLD))) == breakdown(TOLD)
