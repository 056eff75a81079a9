"""An image is named by its content, and by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.digests import check_digest, digest_of, split, tag_of
from components.core.errors import InvalidArgument

HEX = "a1" * 32


@pytest.mark.parametrize(
    "repository", ["ghcr.io/example/height", "127.0.0.1:5000/height", "height", "a.b/c-d/e_f"]
)
def test_repository_and_digest_are_told_apart(repository):
    assert split(f"{repository}@sha256:{HEX}") == (repository, f"sha256:{HEX}")


@pytest.mark.parametrize(
    "source",
    [
        "ghcr.io/example/height:latest",
        "ghcr.io/example/height",
        f"ghcr.io/example/height@sha256:{HEX[1:]}",
        f"ghcr.io/example/height@sha256:{HEX.upper()}",
        f"https://ghcr.io/example/height@sha512:{HEX}",
        f"$(id)@sha256:{HEX}",
        f"--help@sha256:{HEX}",
        f"a b@sha256:{HEX}",
        "",
    ],
)
def test_everything_else_is_refused_with_a_way_to_the_digest(source):
    with pytest.raises(InvalidArgument, match="crane digest"):
        digest_of(source)


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_tag_is_allowed_everywhere_and_tells_its_digest(hexadecimal):
    tag = tag_of(f"sha256:{hexadecimal}")
    assert len(tag) <= 128  # github.com/opencontainers/distribution-spec: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
    assert tag == f"digest-{hexadecimal}"


def test_a_digest_that_is_none_is_refused():
    with pytest.raises(InvalidArgument, match="in_use: must be sha256:"):
        check_digest("in_use", "latest")


@pytest.mark.parametrize(
    "digest", [HEX, f"sha256:{HEX[1:]}", f"sha256:{HEX}0", f"sha256:{HEX.upper()}", "", "latest"]
)
def test_what_is_no_digest_is_refused(digest):
    with pytest.raises(InvalidArgument, match="it"):
        check_digest("it", digest)
