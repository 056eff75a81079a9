"""Rounds that alternate, and their statistics."""

import pytest

from benchmarks.measure import Marginal, Spread, covered, growth, interleaved, marginals, ratios


def test_runs_alternate_and_the_warm_up_does_not_count() -> None:
    done: list[str] = []

    def run(name: str) -> int:
        done.append(name)
        return len(done)

    found = interleaved([("a", lambda: run("a")), ("b", lambda: run("b"))], rounds=2)

    assert done == ["a", "b"] * 3
    assert found == {"a": [3, 5], "b": [4, 6]}


def test_a_key_may_stand_in_a_round_twice() -> None:
    counted = iter(range(9))
    runs = [("few", lambda: next(counted)), ("few", lambda: next(counted)), ("many", lambda: next(counted))]

    assert interleaved(runs, rounds=2, warm_up=0) == {"few": [0, 1, 3, 4], "many": [2, 5]}


def test_every_run_is_said() -> None:
    said: list[str] = []
    interleaved([(10, lambda: None)], rounds=1, say=said.append)
    assert said == ["10, warm-up", "10, round 1 of 1"]


@pytest.mark.parametrize(
    ("values", "spread"),
    [([3.0], (3, 3, 3)), ([4.0, 1.0, 2.0], (1, 2, 4)), ([1.0, 2.0, 4.0, 3.0], (1, 2.5, 4))],
)
def test_spread(values: list[float], spread: tuple[float, float, float]) -> None:
    assert Spread.of(values) == Spread(*spread)


def test_a_spread_is_shown_with_as_many_digits_as_asked() -> None:
    assert Spread(1, 1.25, 2).shown(1) == ("1.0", "1.2", "2.0")


def test_ratios_are_taken_round_by_round() -> None:
    """Of the medians alone it would be 1: a machine that slows down in between hides nothing here."""
    assert ratios([2.0, 10.0, 30.0], [1.0, 10.0, 60.0]) == Spread(0.5, 1.0, 2.0)


def test_ratios_need_as_many_of_both() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0, 2.0], [1.0])


def test_marginals_are_of_medians_in_the_order_of_models() -> None:
    seconds = {10: [14.0, 13.0, 99.0], 1: [5.0, 5.0, 5.0], 50: [34.0]}
    assert marginals(seconds) == [Marginal(1, 10, 1.0), Marginal(10, 50, 0.5)]


def test_growth_of_a_line_is_one() -> None:
    assert growth(marginals({1: [3.0], 2: [4.0], 10: [12.0]})) == 1
    assert growth([Marginal(1, 2, 0.5), Marginal(2, 3, 0.75)]) == 1.5


@pytest.mark.parametrize(
    ("intervals", "seconds"),
    [([], 0), ([(1, 2), (5, 7)], 3), ([(1, 4), (2, 3)], 3), ([(2, 5), (1, 3), (5, 6)], 5)],
)
def test_what_goes_on_at_once_counts_once(intervals: list[tuple[float, float]], seconds: float) -> None:
    assert covered(intervals) == seconds
