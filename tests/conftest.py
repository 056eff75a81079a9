"""What every test may use: a context, the recording mock and a way to run a program against it."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pulumi
import pytest
from pulumi.runtime import settings

from components.core.context import Context
from tests.mocks import Cloud
from tests.rehearsal import Rehearsal

PROJECT = "modelport"
STACK = "test"

Deploy = Callable[[Callable[[], object]], None]

# No deadline: a busy machine is slow, not wrong. `make test-fast` asks for the quick profile by name.
hypothesis.settings.register_profile("thorough", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=25)
hypothesis.settings.load_profile("thorough")


@pytest.fixture
def context() -> Context:
    """A context as `stacks` would make it."""
    return Context(project=PROJECT, environment=STACK, owner="ml-platform@example.com")


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop for this test alone; closes it, and those that Pulumi makes in threads and forgets."""
    made: list[asyncio.AbstractEventLoop] = []
    make = asyncio.new_event_loop

    def remembered() -> asyncio.AbstractEventLoop:
        made.append(make())
        return made[-1]

    monkeypatch.setattr(asyncio, "new_event_loop", remembered)
    asyncio.set_event_loop(remembered())
    # The root of an earlier test would stay, with futures of a loop that is closed.
    settings.ROOT.set(None)
    yield made[0]
    _end_tasks(made[0])
    asyncio.set_event_loop(None)
    for each in made:
        each.close()


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Ends what a failed program left waiting, which would speak up in a later test."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))


@pytest.fixture
def cloud(loop: asyncio.AbstractEventLoop) -> Cloud:
    """The recording mock, set as the engine of this test."""
    mocks = Cloud()
    pulumi.runtime.set_mocks(mocks, project=PROJECT, stack=STACK, monitor=mocks.monitor)
    return mocks


@pytest.fixture
def deploy(cloud: Cloud, loop: asyncio.AbstractEventLoop) -> Deploy:
    """Runs a program and waits until its last resource is registered."""
    return lambda program: _run(program, loop)


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where schemas are kept, which are read from the SDKs once for all tests."""
    return tmp_path_factory.mktemp("schema")


@pytest.fixture
def rehearse(
    tmp_path: Path, schemas: Path, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], object]], Rehearsal]:
    """Runs a program against empty simulated clouds, without the engine; raises what a cloud refuses."""
    (tmp_path / "schema").symlink_to(schemas)
    made = Rehearsal(tmp_path, monkeypatch)
    pulumi.runtime.set_mocks(made.mocks, project=PROJECT, stack=STACK, monitor=made)

    def run(program: Callable[[], object]) -> Rehearsal:
        _run(program, loop)
        return made

    return run


def _run(program: Callable[[], object], loop: asyncio.AbstractEventLoop) -> None:
    def without_result() -> None:
        program()

    try:
        pulumi.runtime.test(without_result)()
    except Exception as error:
        # Only the error itself: the loop's own frames are hundreds, and its echoes in other tasks
        # would be written whenever garbage is collected, in the middle of other tests.
        loop.set_exception_handler(lambda *_: None)
        raise error.with_traceback(None) from None
