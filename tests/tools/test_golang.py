"""Which Go builds: the user's, or the pinned one."""

import re
from pathlib import Path

import pytest

from tests.tools.conftest import Program
from tools import golang
from tools.errors import ToolError
from tools.progress import Reporter

NEEDED = (1, 25, 11)


@pytest.fixture
def installer(program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a script in the place of pip."""

    def play(name: str, script: str) -> Path:
        path = program(name, script)
        monkeypatch.setattr(golang, "_installer", lambda: ["/bin/sh", str(path)])
        return path

    return play


def test_the_users_go_when_new_enough(program: Program) -> None:
    own = program("go", "echo go version go1.25.11 linux/amd64")
    assert golang.go(NEEDED, Reporter()) == own


@pytest.mark.parametrize("own", [None, "echo go version go1.25.10 linux/amd64", "exit 1"])
def test_else_the_pinned_one_from_the_cache(
    own: str | None, program: Program, installer: Program, store: Path
) -> None:
    if own:
        program("go", own)
    arguments = store.parent / "arguments"
    installer("pip", f'echo "$@" > {arguments}; exit 0')
    found = golang.go(NEEDED, Reporter())
    assert found.relative_to(store).parts[1:] == ("go", "bin", "go")
    assert "--require-hashes" in arguments.read_text()
    assert str(golang.LOCK) in arguments.read_text()


def test_when_that_cannot_be_installed_both_ways_out_are_told(installer: Program, store: Path) -> None:
    installer("pip", "echo 'ERROR: no matching distribution' >&2; exit 1")
    expected = "there is no Go 1.25.11 or newer on PATH.*no matching distribution.*Fix: install Go 1.25.11"
    with pytest.raises(ToolError, match=re.compile(expected, re.DOTALL)):
        golang.go(NEEDED, Reporter())
    assert not list(store.glob("go-*/"))
