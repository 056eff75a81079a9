"""The folder with all tools, and the pins it is made from."""

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools import cache, install
from tools.__main__ import app
from tools.build import EXEC
from tools.errors import ToolError
from tools.pins import HERE, PULUMI, TOOLS, Tool
from tools.progress import Reporter

ROOT = HERE.parent


def fake_build(tool: Tool, reporter: Reporter) -> Path:
    """Stands for a build of some minutes."""

    def make(part: Path) -> None:
        for name in (tool.name, EXEC):
            (part / name).write_text(f"{tool.name}\n")
            (part / name).chmod(0o755)

    return cache.once(tool.key, make, lambda: None)


@pytest.fixture
def nothing_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tools have to be built."""
    monkeypatch.setattr(install, "find", lambda tool: None)
    monkeypatch.setattr(install, "built", fake_build)


@pytest.mark.usefixtures("nothing_on_path")
def test_the_folder_holds_all_tools() -> None:
    folder = install.ensure(Reporter())
    assert sorted(path.name for path in folder.iterdir()) == sorted(tool.name for tool in TOOLS)
    for tool in TOOLS:
        assert (folder / tool.name).read_text() == f"{tool.name}\n"
        assert os.access(folder / tool.name, os.X_OK)


@pytest.mark.usefixtures("nothing_on_path")
def test_a_built_cli_has_its_language_host_beside_it_and_off_path() -> None:
    folder = install.ensure(Reporter())
    real = (folder / "pulumi").resolve()
    assert real.parent == folder.parent / "libexec"
    assert real.with_name("pulumi-language-python").read_text() == install.HOST.read_text()
    assert os.access(real.with_name("pulumi-language-python"), os.X_OK)
    assert real.with_name(EXEC).exists()
    assert real.with_name("messages.py").read_text() == install.MESSAGES.read_text()


@pytest.mark.usefixtures("nothing_on_path")
@pytest.mark.parametrize(("part", "copy"), [("HOST", "pulumi-language-python"), ("MESSAGES", "messages.py")])
def test_another_language_host_makes_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, copy: str
) -> None:
    first = install.ensure(Reporter())
    assert install.ensure(Reporter()) == first
    changed = tmp_path / "messages.py"
    changed.write_text("# changed\n")
    monkeypatch.setattr(install, part, changed)
    second = install.ensure(Reporter())
    assert second != first
    assert (second.parent / "libexec" / copy).read_text() == "# changed\n"


def test_tools_on_path_are_linked_not_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(install, "find", lambda tool: tmp_path / tool.name)
    monkeypatch.setattr(install, "built", lambda *_: pytest.fail("built"))
    folder = install.ensure(Reporter())
    assert (folder / "pulumi").readlink() == tmp_path / "pulumi"
    assert not (folder.parent / "libexec").exists()


@pytest.mark.usefixtures("nothing_on_path")
def test_the_command_prints_the_folder_and_nothing_else() -> None:
    result = CliRunner().invoke(app, ["install"])
    assert result.exit_code == 0
    assert result.stdout == f"{install.ensure(Reporter())}\n"


def test_the_command_tells_a_problem_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tool: Tool) -> None:
        raise ToolError("there is no Go", "install it")

    monkeypatch.setattr(install, "find", fail)
    result = CliRunner().invoke(app, ["install"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error: there is no Go. Fix: install it\n"


def test_the_cli_is_as_new_as_the_sdk() -> None:
    locked = (ROOT / "requirements.txt").read_text()
    assert f"\npulumi=={PULUMI.pinned.removeprefix('v')} " in locked


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_is_pinned_with_checksums(tool: Tool) -> None:
    assert f"{tool.module} {tool.pinned} h1:" in (tool.folder / "go.sum").read_text()
    assert f"tool {tool.package}\n" in (tool.folder / "go.mod").read_text()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "tools/uv.txt", "tools/go.txt"])
def test_every_lock_has_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\w)", "\n" + text)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_both_locks_have_the_same_versions() -> None:
    def versions(lock: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^\s\\;]+", (ROOT / lock).read_text(), re.MULTILINE))

    assert versions("requirements.txt") < versions("requirements-dev.txt")
    assert versions("tools/uv.txt") < versions("requirements-dev.txt")
