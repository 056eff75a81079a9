"""Version numbers: reading them from what a program prints, and comparing them."""

import re
from typing import TypeAlias

Version: TypeAlias = tuple[int, int, int]

_NUMBER = re.compile(r"(?:^|[\sv/])(\d+)\.(\d+)(?:\.(\d+))?")


def parse(text: str) -> Version | None:
    """The first version in `text` ("v3.258.0", "go1.26.8" is read by `parse_go`); None when there is none."""
    match = _NUMBER.search(text)
    return _triple(match) if match else None


def parse_go(text: str) -> Version | None:
    """The version in the answer of `go version` ("go version go1.26.8 linux/amd64")."""
    match = re.search(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?", text)
    return _triple(match) if match else None


def show(version: Version) -> str:
    """As people write it: "3.249.0"."""
    return ".".join(str(part) for part in version)


def _triple(match: re.Match[str]) -> Version:
    major, minor, patch = match.groups(default="0")
    return int(major), int(minor), int(patch)
