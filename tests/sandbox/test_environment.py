"""The environment of commands in the sandbox."""

import os
import subprocess
from pathlib import Path

import pytest

from sandbox import environment
from sandbox.layout import Layout

TOOLS = Path("/tools/bin")
FOREIGN = (
    *("AWS_PROFILE", "ARM_CLIENT_SECRET", "AZURE_TENANT_ID", "GOOGLE_APPLICATION_CREDENTIALS"),
    *("CLOUDSDK_CONFIG", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK", "KUBECONFIG", "DOCKER_AUTH_CONFIG"),
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)


@pytest.fixture
def paths(tmp_path):
    layout = Layout(environment="dev", folder=tmp_path / "with blank" / ".sandbox")
    layout.work.mkdir(parents=True)
    return layout


@pytest.mark.parametrize("name", FOREIGN)
def test_removes_what_could_reach_a_real_cloud(monkeypatch, paths, name):
    monkeypatch.setenv(name, "secret")
    assert name not in environment.child(paths, TOOLS)
    assert f"unset {name}" in environment.shell_lines(paths, TOOLS)


def test_the_shims_come_before_the_tools_and_the_interpreter(monkeypatch, paths):
    monkeypatch.setenv("PATH", f"/usr/bin:{paths.bin}")
    path = environment.child(paths, TOOLS)["PATH"].split(os.pathsep)
    assert path[:2] == [str(paths.bin), str(TOOLS)]
    assert path[3:] == ["/usr/bin"]


def test_lines_survive_a_shell(monkeypatch, paths):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    script = "\n".join(
        [*environment.shell_lines(paths, TOOLS), 'echo "$PULUMI_HOME|${AWS_PROFILE-none}|$PWD"']
    )
    run = subprocess.run(["/bin/sh", "-eu", "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == f"{paths.home}|none|{paths.work}"
    assert run.stderr == ""


def test_only_shell_lines_come_out(paths):
    assert all(
        line.startswith(("unset ", "export ", "cd ")) for line in environment.shell_lines(paths, TOOLS)
    )


def test_a_user_may_say_how_many_operations_go_on_at_once(monkeypatch, paths):
    monkeypatch.setenv("PULUMI_PARALLEL", "3")
    monkeypatch.setenv("PULUMI_PARALLEL_DIFF", "true")
    child = environment.child(paths, TOOLS)
    assert child["PULUMI_PARALLEL"] == "3"
    assert "PULUMI_PARALLEL_DIFF" not in child


def test_what_a_user_says_about_gos_garbage_counts(monkeypatch, paths):
    assert environment.child(paths, TOOLS)["GOGC"] == "off"
    monkeypatch.setenv("GOGC", "50")
    assert environment.child(paths, TOOLS)["GOGC"] == "50"
