"""Simulated providers for the tests of the sandbox."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from recovery.processes import runs
from sandbox.layout import Layout
from sandbox.workspace import VENV
from tests.sandbox.estate import deployed
from tests.sandbox.playing import Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here tests the simulated clouds themselves."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.simulation)


@pytest.fixture(autouse=True)
def _as_a_user_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the environment of the engine's tests, which may run in the same process."""
    monkeypatch.delenv(VENV, raising=False)


@pytest.fixture
def stage(tmp_path: Path, schemas: Path) -> Callable[..., Stage]:
    """Makes the provider of a package; all of one test share one world."""

    def make(package: str, **config: object) -> Stage:
        link = tmp_path / "schema"
        if not link.exists():
            link.symlink_to(schemas)
        return Stage(package, tmp_path, **config)

    return make


@pytest.fixture
def box(rehearse: object, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A sandbox in which dev is deployed."""
    return deployed(rehearse, monkeypatch)


@pytest.fixture
def plugin() -> Iterator[Callable[[Path], subprocess.Popen[bytes]]]:
    """Starts what looks like a plugin of a `PULUMI_HOME` and does nothing."""
    words = [sys.executable, "-c", "import time; time.sleep(60)", "-m", "sandbox.plugin", "aws"]
    with ExitStack() as stack:

        def start(home: Path) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(words, env={**os.environ, "PULUMI_HOME": str(home)})
            stack.callback(process.wait)
            stack.callback(process.kill)
            # A process that was just forked does not have its own command line yet.
            while not runs(process.pid, "sandbox.plugin"):
                pass
            return process

        yield start
