"""A problem is one line, whatever is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import ConfigurationError, InvalidArgument, Problem, Unsupported, nearest


def test_a_problem_has_its_parts_in_order() -> None:
    problem = Problem("key", "is wrong", 1, ["one", "two"], "one", "do it")
    assert str(problem) == 'key: is wrong, came 1; allowed: one, two; did you mean "one"? Fix: do it'


def test_a_problem_may_be_short() -> None:
    assert str(Problem("key", "is wrong")) == "key: is wrong"
    assert str(Problem("key", "is wrong", fix="do it")) == "key: is wrong. Fix: do it"


@given(st.text(), st.text(), st.text() | st.integers() | st.lists(st.text()), st.text())
def test_a_problem_is_one_line(key: str, what: str, came: object, fix: str) -> None:
    assert len(str(Problem(key, what, came, fix=fix)).splitlines()) <= 1


def test_a_long_value_is_shortened() -> None:
    assert len(str(Problem("key", "is wrong", "x" * 5000))) < 120


def test_all_problems_are_carried() -> None:
    error = ConfigurationError([Problem("a", "is wrong"), Problem("b", "is wrong")])
    assert error.lines == ("a: is wrong", "b: is wrong")
    assert str(error) == "a: is wrong\nb: is wrong"


def test_the_others_say_their_line() -> None:
    assert InvalidArgument("keep", "at least 1").lines == ("keep: at least 1",)
    advice = Unsupported("azure", "registry", "keep", "leave it out").lines
    assert advice == ("registry.keep is not supported on azure: leave it out",)


@pytest.mark.parametrize(
    ("word", "found"), [("regin", "region"), ("REGION", "region"), ("zzz", None), ("", None)]
)
def test_nearest(word: str, found: str | None) -> None:
    assert nearest(word, ["account", "region"]) == found
