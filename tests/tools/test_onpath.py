"""Which programs on PATH will do."""

from pathlib import Path

import pytest

from tests.tools.conftest import Program
from tools.onpath import find
from tools.pins import CRANE, PULUMI, REGISTRY


def test_nothing_on_path(program: Program) -> None:
    assert [find(tool) for tool in (PULUMI, CRANE, REGISTRY)] == [None, None, None]


@pytest.mark.parametrize(("version", "good"), [("v3.249.0", True), ("v3.300.1", True), ("v3.248.9", False)])
def test_pulumi_must_be_new_enough(program: Program, version: str, good: bool) -> None:
    pulumi = program("pulumi", f"echo {version}")
    program("pulumi-language-python", "")
    assert find(PULUMI) == (pulumi if good else None)


def test_pulumi_without_its_language_host_will_not_do(program: Program) -> None:
    program("pulumi", "echo v3.258.0")
    assert find(PULUMI) is None


def test_the_language_host_may_be_where_a_symlink_ends(program: Program, tmp_path: Path) -> None:
    real = program("pulumi", "echo v3.258.0").rename(tmp_path / "pulumi")
    (tmp_path / "pulumi-language-python").touch()
    link = tmp_path / "path" / "pulumi"
    link.symlink_to(real)
    assert find(PULUMI) == link


@pytest.mark.parametrize(
    ("version", "good"), [("0.20.0", True), ("v0.22.1", True), ("0.19.9", False), ("x", False)]
)
def test_crane_must_be_new_enough(program: Program, version: str, good: bool) -> None:
    crane = program("crane", f"echo {version}")
    assert find(CRANE) == (crane if good else None)


def test_a_program_that_fails_will_not_do(program: Program) -> None:
    program("crane", "echo 0.22.1; exit 1")
    assert find(CRANE) is None


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ("$0 github.com/distribution/distribution/v3 v3.0.0", True),
        ("$0 github.com/docker/distribution v2.8.3", False),
        ("some other registry 9.1.0", False),
    ],
)
def test_registry_must_be_that_of_distribution_3(program: Program, answer: str, good: bool) -> None:
    registry = program("registry", f'echo "{answer}"')
    assert find(REGISTRY) == (registry if good else None)


def test_the_shims_of_a_sandbox_do_not_count(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    crane = program("crane", "echo 0.22.1")
    monkeypatch.setenv("MODELPORT_SANDBOX", str(crane.parent))
    assert find(CRANE) is None


def test_our_own_builds_do_not_count(program: Program, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.mkdir(parents=True)
    program("crane", "echo 0.22.1").rename(store / "crane")
    monkeypatch.setenv("PATH", str(store))
    assert find(CRANE) is None
