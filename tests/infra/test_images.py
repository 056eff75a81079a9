"""Images named by digest are understood exactly; everything else is refused with what was meant."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.digests import split
from components.core.errors import Refused
from infra.images import ImageReference, parse

HEX = "0123456789abcdef" * 4
GOOD = f"ghcr.io/example/height@sha256:{HEX}"

ALNUM = string.ascii_lowercase + string.digits
words = st.text(ALNUM, min_size=1, max_size=8)
labels = st.builds(lambda a, b: f"{a}-{b}", words, words) | words
ports = st.integers(1, 65535).map(lambda port: f":{port}")
hosts = st.builds(
    lambda parts, port: ".".join(parts) + port, st.lists(labels, min_size=2, max_size=4), ports | st.just("")
) | st.builds(lambda host, port: host + port, words, ports)
parts = st.builds("".join, st.tuples(words, st.sampled_from([".", "_", "__", "-", "--"]), words)) | words
repositories = st.builds(
    lambda host, path: "/".join([host, *path]), hosts, st.lists(parts, min_size=1, max_size=4)
)
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda digits: f"sha256:{digits}")


@given(repositories, digests)
def test_every_reference_by_digest_is_read_and_written_alike(repository: str, digest: str) -> None:
    text = f"{repository}@{digest}"
    assert parse(text) == ImageReference(repository, digest)
    assert str(parse(text)) == text
    assert split(text) == (repository, digest), "the components must accept what the settings accept"


@given(repositories, st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=20))
def test_a_tag_is_never_accepted(repository: str, tag: str) -> None:
    for text in (f"{repository}:{tag}", f"{repository}:{tag}@sha256:{HEX}", repository):
        with pytest.raises(Refused):
            parse(text)


@pytest.mark.parametrize("tag", [".v1", "-v1", "v" * 129])
def test_a_tag_that_is_none_is_refused_without_a_suggestion(tag: str) -> None:
    with pytest.raises(Refused, match="is not an image reference"):
        parse(f"ghcr.io/example/height:{tag}@sha256:{HEX}")


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    refusal = None
    try:
        assert str(parse(text)) == text
    except Refused as error:
        refusal = error
    assert refusal is None or refusal.what
    assert not (refusal and refusal.nearest) or str(parse(refusal.nearest)) == refusal.nearest


@given(repositories, digests, st.data())
def test_one_wrong_character_is_refused_or_named(repository: str, digest: str, data: st.DataObject) -> None:
    text = f"{repository}@{digest}"
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = text[:place] + data.draw(st.sampled_from("ABC !\n$`'\"")) + text[place + 1 :]
    with pytest.raises(Refused):
        parse(wrong)


WRONG = {
    "": "is not an image reference",
    "@": "is not an image reference",
    "height": "has no registry host and has no digest",
    "height:v1": 'has no registry host and names a tag ("v1") instead of a digest',
    f"height@sha256:{HEX}": "has no registry host",
    f"example/height@sha256:{HEX}": "has no registry host",
    "ghcr.io/example/height": "has no digest",
    "ghcr.io/example/height:v1": 'names a tag ("v1") instead of a digest',
    "localhost:5000/height:v1": 'names a tag ("v1") instead of a digest',
    "localhost:5000/height": "has no digest",
    f"ghcr.io/example/height:v1@sha256:{HEX}": 'names a tag ("v1") beside the digest',
    f"ghcr.io/Example/height@sha256:{HEX}": "has upper-case letters",
    f"GHCR.io/example/height@sha256:{HEX}": "has upper-case letters",
    f"ghcr.io/example/height@sha256:{HEX.upper()}": "has upper-case hex digits",
    f"ghcr.io/example/height@sha256:{HEX[1:]}": "has a digest of 63 hex digits, not 64",
    f"ghcr.io/example/height@sha256:{HEX}0": "has a digest of 65 hex digits, not 64",
    "ghcr.io/example/height@sha256:": "has a digest of 0 hex digits, not 64",
    f"ghcr.io/example/height@sha256:{HEX[1:]}g": "has a digest with characters that are not hex digits",
    f"ghcr.io/example/height@sha512:{HEX}": 'has a digest of the algorithm "sha512"',
    f"https://{GOOD}": "is a URL",
    f" {GOOD}": "has white space in it",
    f"ghcr.io//height@sha256:{HEX}": "is not an image reference",
    f"ghcr.io/-height@sha256:{HEX}": "is not an image reference",
    f"ghcr.io/@sha256:{HEX}": "is not an image reference",
    f"ghcr.io/{'a' * 250}@sha256:{HEX}": "has 258 characters before the digest",
    "ghcr.io/e/h;reboot:v1": "is not an image reference",
    "ghcr.io/e/$(reboot)": "is not an image reference",
}


@pytest.mark.parametrize(("text", "what"), WRONG.items())
def test_says_what_is_wrong(text: str, what: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.what.startswith(what)


MEANT = {
    f"ghcr.io/Example/height@sha256:{HEX}": f"ghcr.io/example/height@sha256:{HEX}",
    f"ghcr.io/example/height@sha256:{HEX.upper()}": f"ghcr.io/example/height@sha256:{HEX}",
    f"https://{GOOD}": GOOD,
    f"{GOOD}\n": GOOD,
    f"ghcr.io/example/height:v1@sha256:{HEX}": GOOD,
    f"height@sha256:{HEX}": f"docker.io/library/height@sha256:{HEX}",
    f"example/height@sha256:{HEX}": f"docker.io/example/height@sha256:{HEX}",
    "ghcr.io/e/h:v1": None,
}


@pytest.mark.parametrize(("text", "meant"), MEANT.items())
def test_says_what_was_meant(text: str, meant: str | None) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.nearest == meant


@pytest.mark.parametrize("text", ["ghcr.io/e/h;reboot:v1", "ghcr.io/e/h$(reboot):v1", "ghcr.io/e/`reboot`"])
def test_no_command_is_made_of_what_is_no_image(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.fix is None
