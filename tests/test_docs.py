"""Pages that are generated from tests are fresh, and whole."""

from tests import docs
from tests.faults import table as faults
from tests.mistakes import table as mistakes
from tools.docs import ROOT, stale, whole

FAULTS = 30
MISTAKES = 150
"""As many as were promised, at least."""


def test_what_is_generated_is_what_stands_there() -> None:
    assert stale(ROOT, whole(ROOT, docs.pages())) == [], "Fix: make docs"


def test_every_fault_is_a_row() -> None:
    page = faults.page().partition("## ")[2]
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) - 2 * len(faults.SECTIONS) == len(faults.rows()) >= FAULTS


def test_no_fault_is_there_twice() -> None:
    assert len({(each.what, each.moment) for each in faults.rows()}) == len(faults.rows())


def test_every_mistake_is_a_row() -> None:
    planted = sum(map(len, mistakes.ALL.values()))
    wrong = sum(map(len, mistakes.SETTINGS.values()))
    rows = [line for line in mistakes.part().splitlines() if line.startswith("| ")]
    heads = 2 * (len(mistakes.ALL) + len(mistakes.SETTINGS))
    assert len(rows) - heads == planted + wrong
    assert planted >= MISTAKES
