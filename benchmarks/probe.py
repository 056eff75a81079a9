"""Inside of the process that runs a program: what it takes, and when what happened.

Everything is told once, when the process ends, so that measuring costs both programs the same, and little.
"""

import atexit
import builtins
import json
import os
import runpy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPORT = "MODELPORT_BENCHMARK_REPORT"
"""Names the file that is written."""

TRACE = "MODELPORT_BENCHMARK_TRACE"
"""Set: every registration and the time of imports are told, too; this itself takes time."""

Interval = tuple[float, float]
"""Begin and end in seconds since the epoch."""


@dataclass
class _Trace:
    """What a program did, while it does it."""

    begun: float = field(default_factory=time.time)
    """When its first line ran."""
    imports: float = 0.0
    """Seconds in import statements, each counted once."""
    registrations: list[tuple[str, float, float]] = field(default_factory=list)
    """Type, begin and end of each resource's registration."""
    _depth: int = 0

    def importing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The import statement, timed where it is not part of another."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            self._depth += 1
            start = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.imports += time.perf_counter() - start

        return timed

    def registering(self, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The call to the engine, timed."""

        def timed(request: Any) -> Any:
            start = time.time()
            try:
                return original(request)
            finally:
                self.registrations.append((str(request.type), start, time.time()))

        return timed


def run(program: str) -> None:
    """Run a program as Pulumi would, and report on this process when it ends."""
    trace = _Trace()
    atexit.register(_report, trace)
    if os.environ.get(TRACE):
        _attach(trace)
    runpy.run_path(program, run_name="__main__")


def _attach(trace: _Trace) -> None:
    from pulumi.runtime.settings import get_monitor

    monitor: Any = get_monitor()
    monitor.RegisterResource = trace.registering(monitor.RegisterResource)
    builtins.__import__ = trace.importing(builtins.__import__)


def _report(trace: _Trace) -> None:
    told = {
        "cpu_seconds": time.process_time(),
        "peak_mib": peak_mib(),
        "born": born(),
        "begun": trace.begun,
        "imports": trace.imports,
        "registrations": trace.registrations,
        "ended": time.time(),
    }
    Path(os.environ[REPORT]).write_text(json.dumps(told), encoding="utf-8")


def peak_mib() -> float:
    """The most memory that this process ever held, in MiB.

    Not `ru_maxrss`, which a process inherits from the one that started it.
    """
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) / 1024


def born() -> float:
    """When this process was started, in seconds since the epoch."""
    fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ago = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.time() - ago
