"""A sandbox of the tests' own, with the real engine."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.layout import VARIABLE, Layout
from sandbox.session import Session
from sandbox.workspace import VENV
from tests.engine import preloaded
from tests.engine.bench import Bench

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the engine."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shelf"


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory, shelf: Path) -> Iterator[Bench]:
    """One sandbox for the run: tools, plugins, registries and the image are prepared once."""
    folder = tmp_path_factory.mktemp("engine") / "sandbox"
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv(VARIABLE, str(folder))
        if sys.platform == "linux":
            patch.setenv(VENV, str(stack.enter_context(preloaded.environment(folder.parent / "venv"))))
        session = Session(Layout(environment="dev", folder=folder), print)
        bench = Bench(session, session.prepare(), shelf)
        yield bench
        session.reset()


@pytest.fixture
def bench(workshop: Bench) -> Iterator[Bench]:
    """The sandbox with an empty world, an empty stack and the tracked settings."""
    workshop.wipe()
    return workshop
