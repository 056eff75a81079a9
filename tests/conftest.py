"""What every test may use: a context, the recording mock and a way to run a program against it."""

import asyncio
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pulumi
import pytest

from components.core.context import Context
from tests.mocks import Cloud
from tests.programs import PROJECT, STACK, own_loop, recording, run
from tests.rehearsal import Rehearsal

Deploy = Callable[[Callable[[], object]], None]

# No deadline: a busy machine is slow, not wrong. `make test-fast` asks for the quick profile by name.
hypothesis.settings.register_profile("thorough", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=10)
hypothesis.settings.load_profile("thorough")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What rehearses a program runs it on the simulated clouds."""
    for item in items:
        if "rehearse" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.simulation)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Once it is known what runs, and in which order."""
    session.items[:] = _longest_first(session.items)
    # What is imported by now stays, and a program makes much in little time: look for garbage less often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _longest_first(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """What uses the engine first, on each worker, which begins with its share of the list.

    Who is done takes from the end of another's share: moments are left then, where it would be minutes.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = sorted(filter(_uses_the_engine, items), key=lambda item: item.path.name != "test_every_type.py")
    fast = [item for item in items if not _uses_the_engine(item)]
    for worker in range(workers):
        for these in (slow, fast):
            yield from these[len(these) * worker // workers : len(these) * (worker + 1) // workers]


def _uses_the_engine(item: pytest.Item) -> bool:
    return item.get_closest_marker("engine") is not None


@pytest.fixture
def context() -> Context:
    """A context as `stacks` would make it."""
    return Context(project=PROJECT, environment=STACK, owner="ml-platform@example.com")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop for this test alone."""
    with own_loop() as made:
        yield made


@pytest.fixture
def cloud(loop: asyncio.AbstractEventLoop) -> Cloud:
    """The recording mock, set as the engine of this test."""
    return recording()


@pytest.fixture
def deploy(cloud: Cloud, loop: asyncio.AbstractEventLoop) -> Deploy:
    """Runs a program and waits until its last resource is registered."""
    return lambda program: run(program, loop)


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where schemas are kept, which are read from the SDKs once for all tests."""
    return tmp_path_factory.mktemp("schema")


@pytest.fixture
def rehearse(
    tmp_path: Path, schemas: Path, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Callable[[], object]], Rehearsal]]:
    """Runs a program against empty simulated clouds, without the engine; raises what a cloud refuses."""
    (tmp_path / "schema").symlink_to(schemas)
    made = Rehearsal(tmp_path, monkeypatch)
    pulumi.runtime.set_mocks(made.mocks, project=PROJECT, stack=STACK, monitor=made)

    def rehearsed(program: Callable[[], object]) -> Rehearsal:
        run(program, loop)
        return made

    yield rehearsed
    made.world.close()
