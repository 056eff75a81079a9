"""A sandbox of the benchmarks' own: real engine, simulated clouds, programs to choose."""

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.probe import REPORT
from sandbox import environment
from sandbox.engine import Engine
from sandbox.layout import ROOT, VARIABLE, Layout
from sandbox.session import Session

REAL = ROOT / "__main__.py"
BARE = ROOT / "benchmarks" / "bare" / "__main__.py"

# Without it, each run would compile the SDKs anew, and measure that.
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"

PROBED = """\
from benchmarks.probe import run

run({program!r})
"""


class Failed(Exception):
    """A run ended with an error, so there is nothing to measure; says what was printed."""


@dataclass(frozen=True)
class Cost:
    """What one `pulumi` command took."""

    wall: float
    """Seconds from its start to its end."""
    cpu: float
    """Seconds of processor that the process of the program took."""
    memory: float
    """MiB, the most that this process ever held."""
    whole: float
    """Seconds of processor in all processes: the program, the engine and its plugins."""


@dataclass(frozen=True)
class Workbench:
    """One prepared sandbox, whose stack and clouds are empty."""

    session: Session
    engine: Engine

    @property
    def layout(self) -> Layout:
        """Where everything is."""
        return self.session.layout

    def preview(self, program: Path) -> Cost:
        """What `pulumi preview` of a program takes, with the settings as they are now."""
        probed(self.layout, program)
        report = self.layout.folder / "report.json"
        report.unlink(missing_ok=True)
        start, spent = time.perf_counter(), _spent()
        self._pulumi("preview", **{REPORT: str(report)})
        wall, whole = time.perf_counter() - start, _spent() - spent
        told = json.loads(report.read_text(encoding="utf-8"))
        return Cost(wall, told["cpu_seconds"], told["peak_mib"], whole)

    def models(self, number: int) -> None:
        """From now on there are so many models, each of which reserves as little as it can."""
        least = {"scale": {"max": 1, "concurrency": 1}}
        self._have({f"model-{each:03}": least for each in range(number)})

    def uncalled(self) -> None:
        """From now on its one model has no callers: the bare program knows none."""
        self._have({"height": {}})

    def _have(self, models: dict[str, object]) -> None:
        settings = self.layout.work_settings
        content = yaml.safe_load(settings.read_text(encoding="utf-8"))
        content["config"]["modelport:models"] = models
        settings.write_text(yaml.safe_dump(content), encoding="utf-8")

    def _pulumi(self, *words: str, **extra: str) -> str:
        done = subprocess.run(
            [str(self.engine.tools / "pulumi"), *words, "--non-interactive"],
            cwd=self.layout.work,
            env={**environment.child(self.layout, self.engine.tools), **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Failed(f"pulumi {' '.join(words)}: {done.stdout}")
        return done.stdout


def probed(layout: Layout, program: Path) -> None:
    """From now on the stack's program is this one, and reports on itself."""
    folder = layout.work / "program"
    folder.mkdir(exist_ok=True)
    (folder / "__main__.py").write_text(PROBED.format(program=str(program)), encoding="utf-8")
    file = layout.work / "Pulumi.yaml"
    project: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**project, "main": folder.name}), encoding="utf-8")


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder for a sandbox, which is where every command of this process and its children works."""
    before = {name: os.environ.get(name) for name in (VARIABLE, NO_BYTECODE)}
    with tempfile.TemporaryDirectory(prefix="modelport-benchmarks-") as outer:
        folder = Path(outer) / "sandbox"
        os.environ[VARIABLE] = str(folder)
        os.environ.pop(NO_BYTECODE, None)
        try:
            yield folder
        finally:
            if folder.exists():
                Session(Layout(environment="dev", folder=folder), lambda _: None).reset()
            os.environ.pop(VARIABLE)
            os.environ |= {name: value for name, value in before.items() if value is not None}


@contextmanager
def workbench() -> Iterator[Workbench]:
    """A sandbox that is prepared, and gone afterwards."""
    with temporary() as folder:
        session = Session(Layout(environment="dev", folder=folder), lambda _: None)
        engine = session.prepare()
        engine.select()
        yield Workbench(session, engine)


def wipe(layout: Layout) -> None:
    """Forget the stack and the clouds; registries, plugins and caches stay."""
    for path in (layout.backend, layout.work, *layout.folder.glob("world.sqlite*")):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _spent() -> float:
    """Seconds of processor that all children took which have ended, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
