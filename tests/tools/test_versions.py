"""Reading version numbers."""

import pytest

from tools.versions import Version, parse, parse_go, show


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.258.0", (3, 258, 0)),
        ("3.249.0\n", (3, 249, 0)),
        ("v3.259.0-alpha.x1234", (3, 259, 0)),
        ("0.22.1", (0, 22, 1)),
        ("v0.20", (0, 20, 0)),
        (" github.com/distribution/distribution/v3 v3.0.0+unknown", (3, 0, 0)),
        ("(devel)", None),
        ("", None),
    ],
)
def test_parse(text: str, version: Version | None) -> None:
    assert parse(text) == version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go version go1.25 darwin/arm64", (1, 25, 0)),
        ("go version go1.27rc1 linux/amd64", (1, 27, 0)),
        ("", None),
    ],
)
def test_parse_go(text: str, version: Version | None) -> None:
    assert parse_go(text) == version


def test_versions_compare_as_numbers() -> None:
    assert parse("v3.9.0") < parse("v3.249.0")  # type: ignore[operator]
    assert show((3, 249, 0)) == "3.249.0"
