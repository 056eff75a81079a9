"""One environment as one stack per cloud: by configuration alone, and proven equal across the stacks."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sandbox import environment
from sandbox.layout import ROOT, VARIABLE, Layout
from sandbox.session import Session
from sandbox.workspace import VENV


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fork that has split its dev environment."""
    for file in ("__main__.py", "Pulumi.yaml"):
        (tmp_path / file).write_text((ROOT / file).read_text())
    tracked = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    for cloud in ("aws", "gcp"):
        callers = {cloud: tracked["modelport:models"]["height"]["callers"][cloud]}
        models = {"height": {"callers": callers}}
        config = {**tracked, "modelport:clouds": [cloud], "modelport:models": models}
        (tmp_path / f"Pulumi.dev-{cloud}.yaml").write_text(yaml.safe_dump({"config": config}))
    monkeypatch.setenv(VARIABLE, str(tmp_path / ".sandbox"))
    monkeypatch.delenv(VENV, raising=False)  # As a user has it.
    yield tmp_path
    _session(tmp_path, "dev-aws").reset()


def _session(root: Path, name: str) -> Session:
    return Session(Layout(environment=name, folder=root / ".sandbox", root=root), print)


def test_two_stacks_run_the_same_image(root: Path) -> None:
    for name in ("dev-aws", "dev-gcp"):
        assert _session(root, name).up() == (0, [])
    session = _session(root, "dev-gcp")

    proven = subprocess.run(
        ["python", "-m", "infra.evidence", "dev-aws", "dev-gcp"],
        cwd=session.layout.work,
        env=environment.child(session.layout, session.tools()),
        capture_output=True,
        text=True,
        check=False,
    )

    assert proven.returncode == 0, proven.stderr
    assert "parity of height: equal" in proven.stdout
    assert "dev-aws aws function: sha256:" in proven.stdout
    assert "dev-gcp gcp registry: sha256:" in proven.stdout
    assert {each.cloud for each in session.world().live("dev-gcp")} == {"gcp"}
