"""Physical names fit what each resource allows, or are refused; they are never cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core import naming
from components.core.context import Context
from components.core.errors import InvalidArgument

LIMITS = [limit for limit in vars(naming).values() if isinstance(limit, naming.Limit)]
WORDS = st.text("abxyz059-", min_size=1, max_size=20)
RANDOM = st.text("abxyz059", max_size=8)
ANYTHING = st.text(max_size=40)
EVERY_LIMIT = pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.kind)


def context(project="modelport", environment="dev"):
    return Context(project=project, environment=environment, owner="team")


@EVERY_LIMIT
def test_every_limit_says_where_it_comes_from(limit):
    assert "." in limit.source
    assert "/" in limit.source
    assert 1 <= limit.shortest < limit.longest
    assert limit.random < limit.longest


@EVERY_LIMIT
@given(words=st.lists(ANYTHING, min_size=1, max_size=4), random=RANDOM)
def test_a_name_is_allowed_or_refused(limit, words, random):
    try:
        name = naming.fit(limit, words, random)
    except InvalidArgument:
        return
    assert limit.shortest <= len(name) <= limit.longest
    assert re.fullmatch(limit.pattern, name, re.ASCII)


@EVERY_LIMIT
@given(words=st.lists(WORDS, min_size=1, max_size=3))
def test_nothing_of_a_word_is_lost(limit, words):
    try:
        name = naming.fit(limit, words)
    except InvalidArgument:
        return
    assert name.replace("-", "") == "".join(words).replace("-", "")


@given(one=RANDOM, other=RANDOM)
def test_another_random_part_is_another_name(one, other):
    wanted = naming.full(naming.CONTAINER_REGISTRY, context(), "registry")
    assert (wanted.with_random(one) == wanted.with_random(other)) == (one == other)


def test_the_short_form_of_each_kind():
    words = (context(), "registry")
    assert (
        naming.full(naming.CONTAINER_REGISTRY, *words).with_random("a1b2c3") == "modelportdevregistrya1b2c3"
    )
    assert (
        naming.full(naming.ARTIFACT_REPOSITORY, *words).with_random("a1b2c3")
        == "modelport-dev-registry-a1b2c3"
    )


def test_capitals_and_dots_of_a_stack_name_are_folded():
    wanted = naming.full(naming.ARTIFACT_REPOSITORY, context(environment="Dev.EU_west"), "registry")
    assert wanted.with_random("a1b2c3") == "modelport-dev-eu-west-registry-a1b2c3"


def test_too_long_a_name_is_refused_and_says_how_long():
    wanted = naming.full(naming.CONTAINER_REGISTRY, context("a" * 40), "registry")
    with pytest.raises(InvalidArgument, match=r"has 57 characters, 6 of them random; allowed: 5 to 50"):
        wanted.check()


def test_a_letter_that_a_name_may_not_hold_is_refused():
    with pytest.raises(InvalidArgument, match="must match"):
        naming.full(naming.ARTIFACT_REPOSITORY, context("größe"), "registry").check()


@pytest.mark.parametrize(
    "model", ["Height", "height_2", "-height", "height-", "a--b", "1height", "", "h" * 25]
)
def test_a_model_has_one_name_everywhere_so_it_is_never_folded(model):
    with pytest.raises(InvalidArgument, match="models: "):
        naming.check("models", naming.MODEL, model)
