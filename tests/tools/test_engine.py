"""The installed CLI and its language host together: what a user sees of a program that stops itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.install import ensure

PROGRAM = """
import sys
import pulumi
print("from the program")
if pulumi.Config().get_bool("stop"):
    pulumi.log.error("stopped:region: no such region")
    sys.exit(32)
pulumi.export("seen", pulumi.Config().get("stop"))
"""


@pytest.fixture(scope="module")
def tools() -> Path:
    """The tools, in the user's own cache: they are built once, not once per test."""
    return ensure()


@pytest.fixture
def project(tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a stack of its own, away from all others."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: stopped\nruntime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}\n"
    )
    (tmp_path / "__main__.py").write_text(PROGRAM)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), f"{sys.prefix}/bin", os.environ["PATH"]]))
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/backend")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")
    pulumi(tmp_path, "stack", "init", "dev")
    return tmp_path


def pulumi(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"], cwd=folder, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.engine
def test_a_program_runs_and_its_words_are_in_the_log(project: Path) -> None:
    code, text = pulumi(project, "preview")
    assert code == 0, text
    assert "from the program" in text
    assert "warning" not in text


@pytest.mark.engine
def test_a_program_that_told_its_user_ends_with_that_line_only(project: Path) -> None:
    pulumi(project, "config", "set", "stop", "true")
    code, text = pulumi(project, "preview")
    assert code != 0
    assert "error: stopped:region: no such region" in text
    assert "unhandled" not in text
    assert "Traceback" not in text
    assert "warning" not in text
