"""`python -m benchmarks.traced FILE`: `make up`, with a watch on its steps; FILE takes them as JSON."""

import functools
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.probe import REPORT, TRACE, born

STEPS = (
    ("sandbox.session", "Session.prepare", "prepare"),
    ("tools.install", "ensure", "tools"),
    ("sandbox.home", "prepare", "plugins"),
    ("sandbox.registries", "start", "registries"),
    ("sandbox.images", "publish", "image"),
    ("sandbox.engine", "Engine.select", "select"),
    ("sandbox.engine", "Engine.run", "run"),
    ("sandbox.engine", "Engine.deployment", "state"),
)
"""Module, name in it, and what the step is called."""


def watched(original: Callable[..., Any], name: str, steps: list[tuple[str, float, float]]) -> Any:
    """The same function, which writes down when it began and ended, in seconds since the epoch."""

    @functools.wraps(original)
    def timed(*args: Any, **kwargs: Any) -> Any:
        begin = time.time()
        try:
            return original(*args, **kwargs)
        finally:
            steps.append((name, begin, time.time()))

    return timed


def attach(steps: list[tuple[str, float, float]]) -> None:
    """Watch all steps."""
    for module, path, name in STEPS:
        __import__(module)
        *owners, last = path.split(".")
        owner: Any = functools.reduce(getattr, owners, sys.modules[module])
        setattr(owner, last, watched(getattr(owner, last), name, steps))


def _probe_once_prepared() -> None:
    """The stack's own program, reporting on itself."""
    from benchmarks.workbench import REAL, probed
    from sandbox.engine import Engine
    from sandbox.session import Session

    original = Session.prepare

    def prepare(self: Session) -> Engine:
        engine = original(self)
        probed(self.layout, REAL)
        return engine

    Session.prepare = prepare  # type: ignore[method-assign]


def main(file: Path) -> None:
    """Deploy as `make up` does."""
    from sandbox.cli import app

    steps: list[tuple[str, float, float]] = []
    report = file.with_suffix(".program")
    os.environ |= {REPORT: str(report), TRACE: "1"}
    _probe_once_prepared()
    attach(steps)
    steps.append(("begin", born(), time.time()))
    code: object = 1
    with suppress(SystemExit):
        code = app(["up"], standalone_mode=False)
    steps.append(("end", time.time(), time.time()))
    told = {"steps": steps, "program": json.loads(report.read_text(encoding="utf-8"))}
    file.write_text(json.dumps(told), encoding="utf-8")
    sys.exit(1 if code else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
