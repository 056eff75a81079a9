"""How faults are brought about, and what is looked at afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from sandbox.layout import ROOT
from sandbox.world import Resource
from tests.engine.bench import Bench
from tests.faults import small

THING = {
    "aws": "aws:ecr/repository:Repository",
    "azure": "azure-native:resources:ResourceGroup",
    "gcp": "gcp:storage/bucket:Bucket",
}
"""The type of `thing` in the small program."""

_PATIENCE = 120.0
_MOMENT = 0.4
"""Time in which the CLI writes down what it heard of."""

_SECRET = "4dabf18193072939515e22adb298388d"
"""Marks a secret in a state."""

Act = Callable[[Bench], None]


def prepare(bench: Bench, cloud: str, deployed: bool) -> None:
    """The small program of a cloud, up already or not."""

    def up() -> None:
        bench.write(small.PROGRAM.format(cloud=cloud))
        bench.up().good()

    if deployed:
        bench.kept(f"small.{cloud}", up)
    else:
        bench.write(small.PROGRAM.format(cloud=cloud))


def update(bench: Bench) -> None:
    """Settings that change `thing`."""
    bench.edit("owner", "others@example.com")


def replace(bench: Bench) -> None:
    """Settings that replace `thing`."""
    bench.edit("generation", 1)


def plan(bench: Bench, type_: str, operation: str, how: str, **more: object) -> None:
    """Let an operation of the clouds fail."""
    entry = {"type": type_, "operation": operation, "how": how, **more}
    _faults(bench).write_text(yaml.safe_dump({"operations": [entry]}), encoding="utf-8")


def _faults(bench: Bench) -> Path:
    return bench.session.layout.folder / "faults.yaml"


def begin(*words: str, **variables: str) -> subprocess.Popen[str]:
    """Start a command of the sandbox, with more variables in its environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *words],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def until(condition: Callable[[], object], running: subprocess.Popen[str]) -> None:
    """Wait for something to happen while a command runs."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)


def killed(bench: Bench, *words: str, number: int = signal.SIGKILL) -> str:
    """Run a command, and kill its `pulumi` once a planned fault has struck; return what was printed."""
    world = bench.session.world()
    before = world.struck()
    running = begin(*words)
    until(lambda: world.struck() > before, running)
    time.sleep(_MOMENT)
    os.kill(bench.engine.locks()[0].pid, number)
    return running.communicate(timeout=_PATIENCE)[0]


def things(bench: Bench) -> list[Resource]:
    """Every `thing` that lives."""
    return [each for each in bench.session.world().live() if each.urn.endswith("::thing")]


def one(bench: Bench, _: list[Resource]) -> bool:
    """One is there."""
    return len(things(bench)) == 1


def same(bench: Bench, before: list[Resource]) -> bool:
    """The one that was there is there, and no other."""
    return [each.id for each in things(bench)] == [each.id for each in before]


def nothing(bench: Bench, _: list[Resource]) -> bool:
    """Nothing is there."""
    return not bench.session.world().live(bench.engine.stack)


def wrong(bench: Bench) -> Iterator[str]:
    """What was lost, doubled or orphaned: the state and the clouds must hold the same, each once."""
    live = Counter((each.urn, each.id) for each in bench.session.world().live(bench.engine.stack))
    state = bench.engine.deployment()
    yield from (f"pending: {each}" for each in state.get("pending_operations") or [])
    yield from (f"doubled: {urn}" for urn, count in Counter(urn for urn, _ in live).items() if count > 1)
    yield from (
        f"to be deleted: {each['urn']}" for each in state.get("resources") or [] if each.get("delete")
    )
    yield from (f"orphaned: {each}" for each in bench.session.unrecorded(bench.engine))
    yield from (f"lost: {urn}" for urn in bench.session.gone())
    held = {(each["urn"], each.get("id")): each for each in state.get("resources") or []}
    yield from (f"recorded otherwise: {each.urn}" for each in _live(bench) if _other(each, held))


def _live(bench: Bench) -> list[Resource]:
    return bench.session.world().live(bench.engine.stack)


def _other(live: Resource, held: dict[tuple[str, str], dict[str, Any]]) -> bool:
    """Whether the state has other properties of an object than its cloud; what is secret cannot be read."""
    recorded = held.get((live.urn, live.id), {}).get("outputs")
    if recorded is None:
        return False
    secret = {key for key, value in recorded.items() if _SECRET in json.dumps(value)}
    here, there = (
        {key: value for key, value in each.items() if value is not None and key not in secret}
        for each in (recorded, live.outputs)
    )
    return bool(here != there)
