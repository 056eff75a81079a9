"""Commands: what they say, and where they say it."""

import sys

import pytest
from rich.console import Console
from typer.testing import CliRunner

from sandbox import cli, locks, login, report
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.layout import layout
from sandbox.order import Luck
from sandbox.session import Remains, Session

COMMANDS = (
    "up",
    "down",
    "shell",
    "env",
    "status",
    "drift",
    "put",
    "registries",
    "login",
    "logout",
    "order",
    "reset",
)
DIGEST = "sha256:" + "a" * 64


@pytest.fixture(autouse=True)
def sandbox(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELPORT_SANDBOX", str(tmp_path / "box"))


def run(*words):
    return CliRunner().invoke(cli.app, list(words))


def test_help_says_what_it_is_and_how_to_start():
    said = run("--help").stdout
    assert "simulated" in said
    assert "python -m sandbox up" in said
    assert all(command in said for command in COMMANDS)


def test_a_missing_environment_names_those_that_exist():
    failed = run("up", "--env", "nowhere").exception
    assert isinstance(failed, SandboxError)
    assert "dev" in str(failed)


def test_errors_are_printed_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sandbox", "drift", "Bucket", "tags"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda box: (box / "world.sqlite").write_text("garbage"), "bring it back, or start anew"),
        (lambda box: (box / "world.sqlite").mkdir(), "bring it back, or start anew"),
        (lambda box: (box / "dev.lock").mkdir(), "must be a folder that you may write"),
    ],
    ids=["a world of garbage", "a folder in the place of the world", "a folder in the place of the lock"],
)
def test_a_spoilt_sandbox_is_told_without_a_traceback(spoil, says, monkeypatch, tmp_path, capsys):
    box = tmp_path / "box"
    box.mkdir(exist_ok=True)
    spoil(box)
    monkeypatch.setattr(Session, "prepare", lambda self: self.world())
    monkeypatch.setattr(sys, "argv", ["sandbox", "up"])
    with pytest.raises(SystemExit) as left:
        cli.main()

    assert left.value.code == 1
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_an_error_that_is_not_about_the_sandbox_is_not_taken_for_one(monkeypatch):
    def fail(self):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(Session, "up", fail)
    monkeypatch.setattr(sys, "argv", ["sandbox", "up"])
    with pytest.raises(ConnectionRefusedError):
        cli.main()


def test_env_prints_shell_lines_only(monkeypatch, tmp_path, capfd):
    class Chatty:
        tools = tmp_path

        def select(self):
            print("a step that talks")

    monkeypatch.setattr(Session, "prepare", lambda self: Chatty())
    monkeypatch.setattr(sys, "argv", ["sandbox", "env"])
    with pytest.raises(SystemExit):
        cli.main()
    out, err = capfd.readouterr()
    assert all(line.startswith(("unset ", "export ", "cd ")) for line in out.splitlines())
    assert "a step that talks" in err


def test_a_failed_up_says_how_to_continue(monkeypatch):
    monkeypatch.setattr(Session, "up", lambda self: (255, []))
    failed = run("up")
    assert failed.exit_code == 255
    assert "make up ENV=dev" in failed.stderr


def test_down_fails_when_something_lives(monkeypatch):
    remains = Remains(["urn:a"], ["vault b"], ["p/run.googleapis.com"])
    monkeypatch.setattr(Session, "down", lambda self, force: (0, remains))
    failed = run("down")
    assert failed.exit_code == 1
    assert "still lives: urn:a" in failed.stderr
    assert "its name stays taken): vault b" in failed.stderr
    assert "stays enabled in the project: p/run.googleapis.com" in failed.stderr


def test_a_failed_down_says_how_to_go_on(monkeypatch):
    monkeypatch.setattr(Session, "down", lambda self, force: (255, Remains([], [], [])))
    failed = run("down", "--env", "prod")
    assert failed.exit_code == 255
    assert "make down ENV=prod" in failed.stderr


def test_status_of_an_empty_sandbox():
    said = run("status").stdout
    assert "Nothing exists" in said
    assert not layout().folder.exists()


def test_login_and_logout():
    run("login")
    assert login.logged_in(layout())
    run("logout")
    assert not login.logged_in(layout())


def test_reset_leaves_other_folders_alone(tmp_path):
    (tmp_path / "box").mkdir()
    assert isinstance(run("reset").exception, SandboxError)
    assert (tmp_path / "box").exists()


def test_outputs_show_the_proof(capsys):
    evidence = {"aws": {"registry": DIGEST, "function": DIGEST}}
    proof = {"verdict": "unproven", "expected": DIGEST, "evidence": evidence}
    images = {"aws": {"height": f"r/height@{DIGEST}"}, "gcp": {"height": f"g/height@{DIGEST}"}}
    report.outputs(Console(width=200), {"images": images, "parity": {"height": proof}, "digests": {}})
    said = capsys.readouterr().out
    assert "parity of height: unproven" in said
    assert f"height  gcp  g/height@{DIGEST}" in said
    assert said.index("expected") < said.index("aws registry") < said.index(f"aws function  {DIGEST}")


def test_luck_is_shown(capsys):
    report.luck(Console(width=400), [Luck("urn:a", "urn:b")])
    assert "only by luck" in capsys.readouterr().out


@pytest.mark.parametrize("files", [("dev.lock",), ("world.sqlite", "world.sqlite-wal")])
def test_reset_removes_a_sandbox_that_was_only_begun(files):
    box = layout().folder
    box.mkdir()
    for name in files:
        (box / name).touch()
    assert run("reset").exit_code == 0
    assert not box.exists()


@pytest.mark.parametrize("name", ["bin", "home", "docker"])
def test_reset_leaves_a_folder_alone_that_only_has_names_like_ours(name):
    (layout().folder / name).mkdir(parents=True)
    (layout().folder / name / "mine").touch()
    assert isinstance(run("reset").exception, SandboxError)
    assert (layout().folder / name / "mine").exists()


def test_reset_removes_what_a_login_made():
    run("login")
    assert run("reset").exit_code == 0
    assert not layout().folder.exists()


def test_reset_removes_nothing_under_who_is_at_work():
    layout().folder.mkdir()
    layout().addresses.write_text("{}")
    with locks.hold(layout().folder / "prod.lock", "make up"):
        assert "another command is at work here: make up" in str(run("reset").exception)
    assert layout().addresses.exists()


@pytest.mark.parametrize("command", ["order", "recover", "down"])
def test_what_was_never_deployed_is_told(command, monkeypatch):
    monkeypatch.setattr(Session, "prepare", lambda self: Engine(self.layout, self.layout.bin))
    monkeypatch.setattr(Session, "_clear", lambda self, engine: None)
    layout("prod").work.mkdir(parents=True)
    (layout("prod").work / "Pulumi.yaml").write_text("name: modelport\n")
    refused = run(command, "--env", "prod").exception
    assert "stack 'prod' was never deployed here" in str(refused)
    assert "make up ENV=prod" in str(refused)
