"""The command line of recovery: what it asks, refuses and tells, and with which exit code."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from recovery import __main__ as cli
from recovery.errors import RecoveryError
from tests.recovery.test_repair import Pulumi
from tests.recovery.test_state import entry, state, urn

Run = Callable[..., tuple[int, str]]


class Stack(Pulumi):
    """A stack whose state is in a folder of files."""

    url = "https://state.example.com"

    def __call__(self, *words: str) -> str:
        if words[0] == "whoami":
            return json.dumps({"url": self.url})
        if words[:2] == ("stack", "ls"):
            return json.dumps([{"name": "other", "current": False}, {"name": "dev", "current": True}])
        return super().__call__(*[word for word in words if word not in ("--stack", "dev")])


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    """A creation was interrupted; the cloud has it."""
    pulumi = Stack(state(entry("models")), {urn("models"): "models-1"})
    monkeypatch.setattr(cli, "_pulumi", pulumi)
    monkeypatch.chdir(tmp_path)
    Path("Pulumi.yaml").write_text("name: modelport\n")
    return pulumi


def _run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, words)
    error: Any = done.exception
    return done.exit_code, done.output + (str(error) if isinstance(error, RecoveryError) else "")


def test_without_answers_it_asks(stack: Stack) -> None:
    code, text = _run()

    assert code == 2
    assert "--stack dev --exists" in text
    assert stack.state == state(entry("models"))


def test_with_the_answer_it_records(stack: Stack) -> None:
    code, text = _run("--exists", f"{urn('models')}=models-1")

    assert code == 0
    assert f"recorded: {urn('models')}" in text
    assert "Next: pulumi up --stack dev" in text


def test_the_same_answer_again_changes_nothing(stack: Stack) -> None:
    _run("--exists", f"{urn('models')}=models-1")
    after = json.dumps(stack.state)

    assert _run("--exists", f"{urn('models')}=models-1")[0] == 0
    assert json.dumps(stack.state) == after


def test_an_id_may_hold_an_equals_sign(stack: Stack) -> None:
    stack.cloud[urn("models")] = "a=b"

    assert _run("--exists", f"{urn('models')}=a=b")[0] == 0
    assert stack.state["deployment"]["resources"][0]["id"] == "a=b"


def test_an_orphan_ends_in_an_error_and_in_no_deployment(stack: Stack) -> None:
    stack.state = state()
    code, text = _run("--exists", f"{urn('models')}=models-1")

    assert code == 1
    assert "Next: pulumi up" not in text


@pytest.mark.parametrize("form", ["file://{}", "file://{}?no_tmp_dir=true", "file://~"])
def test_a_lock_that_may_live_stops_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    stack.url = form.format(tmp_path)
    folder = tmp_path / ".pulumi" / "locks" / "organization" / "modelport" / "dev"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(
        json.dumps({"pid": os.getpid(), "hostname": f"not-{socket.gethostname()}"})
    )
    code, text = _run()

    assert code == 1
    assert "is locked by pulumi" in text


def test_outside_of_a_project_it_says_where_to_run(stack: Stack, tmp_path: Path) -> None:
    stack.url = f"file://{tmp_path}"
    Path("Pulumi.yaml").unlink()

    assert "there is no Pulumi.yaml here" in _run()[1]


def test_elsewhere_nobody_can_tell_who_holds_the_lock(stack: Stack) -> None:
    assert "pulumi cancel frees it" in _run()[1]
