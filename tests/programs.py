"""Runs programs under the recording mock, each with an event loop of its own."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest
from pulumi.runtime import settings
from pulumi.runtime.proto import source_pb2

from components.core.component import Component
from tests.mocks import Cloud

PROJECT = "modelport"
STACK = "test"


@contextmanager
def own_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop for one program; closes it, and those that Pulumi makes in threads and forgets."""
    made: list[asyncio.AbstractEventLoop] = []
    make = asyncio.new_event_loop

    def remembered() -> asyncio.AbstractEventLoop:
        made.append(make())
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "new_event_loop", remembered)
        _spare(patch)
        loop = remembered()
        # One thread for all calls to the mock: each would have an event loop of its own.
        loop.set_default_executor(ThreadPoolExecutor(1))
        asyncio.set_event_loop(loop)
        # The root of an earlier test would stay, with futures of a loop that is closed.
        settings.ROOT.set(None)
        try:
            yield loop
        finally:
            _end_tasks(loop)
            asyncio.set_event_loop(None)
            for each in made:
                each.close()


def run(program: Callable[[], object], loop: asyncio.AbstractEventLoop) -> None:
    """Runs a program and waits until its last resource is registered."""

    def without_result() -> None:
        program()

    try:
        pulumi.runtime.test(without_result)()
    except Exception as error:
        # Only the error itself: the loop's own frames are hundreds, and its echoes in other tasks
        # would be written whenever garbage is collected, in the middle of other tests.
        loop.set_exception_handler(lambda *_: None)
        raise error.with_traceback(None) from None


def recording() -> Cloud:
    """A recording mock, set as the engine of the program that runs next."""
    mocks = Cloud()
    pulumi.runtime.set_mocks(mocks, project=PROJECT, stack=STACK, monitor=mocks.monitor)
    return mocks


def recorded(program: Callable[[], object]) -> Cloud:
    """Runs a program by itself; the mock that it returns can be looked at as long as anybody likes."""
    with own_loop() as loop:
        cloud = recording()
        run(program, loop)
    return cloud


@dataclass(frozen=True)
class Deployed:
    """What a component was, and the mock that recorded it; many tests look, so none may change it."""

    kind: type[Component[Any, Any]]
    """Its class. The component itself is not kept: it would keep its event loop's tasks."""

    name: str
    cloud: Cloud

    @property
    def outputs(self) -> dict[str, Any]:
        """What it registered."""
        return self.cloud.monitor.outputs[f"{self.kind.token()}::{self.name}"]


def deploy_alone(build: Callable[[], Component[Any, Any]]) -> Deployed:
    """Deploys one component by itself."""
    made: list[Component[Any, Any]] = []
    cloud = recorded(lambda: made.append(build()))
    return Deployed(type(made[0]), made[0].pulumi_resource_name, cloud)


def _spare(patch: pytest.MonkeyPatch) -> None:
    """Leaves out what the SDK computes for each resource and nobody here reads: a third of the time.

    Where in the source it was made, for an engine's messages; and the URNs of its aliases, for engines
    to which aliases cannot be told as they are.
    """
    patch.setattr(pulumi.runtime.resource, "_get_stack_trace", source_pb2.StackTrace)
    patch.setattr(pulumi.resource, "collapse_alias_to_urn", lambda *_: "")


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Ends what a failed program left waiting, which would speak up in a later test."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
