"""The application as a process, as every cloud runs it."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import ports

MODEL = Path(__file__).resolve().parents[2] / "model"
HEIGHT = MODEL / "height.onnx"
SHA256 = hashlib.sha256(HEIGHT.read_bytes()).hexdigest()
_PATIENCE = 30.0


@dataclass(frozen=True)
class Process:
    """The application, and what it printed: into a file, for nobody reads a pipe while it works."""

    popen: "subprocess.Popen[bytes]"
    file: Any

    def ended(self) -> tuple[int, str]:
        """Its exit code, once it has ended, and what it printed."""
        code = self.popen.wait(_PATIENCE)
        return code, self.printed()

    def printed(self) -> str:
        """What it has printed so far."""
        self.file.seek(0)
        return str(self.file.read().decode())

    def lines(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self.printed().splitlines()]


@dataclass(frozen=True)
class Served:
    """A process that serves, and where."""

    process: Process
    url: str
    metrics: str

    def predict(self, body: object, **more: Any) -> httpx.Response:
        """Ask for a prediction."""
        return httpx.post(f"{self.url}/predict", json=body, timeout=_PATIENCE, **more)

    def stop(self) -> None:
        """Tell it to end."""
        self.process.popen.send_signal(signal.SIGTERM)


@contextmanager
def begun(**environment: object) -> Iterator[Process]:
    """The application with these variables and nothing else."""
    words = {name: str(value) for name, value in environment.items()}
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPYCACHEPREFIX") if name in os.environ}
    command = [sys.executable, "-m", "app"]
    with tempfile.TemporaryFile() as file:
        with subprocess.Popen(
            command, cwd=MODEL, env={**kept, **words}, stdout=file, stderr=subprocess.STDOUT
        ) as popen:
            try:
                yield Process(popen, file)
            finally:
                popen.kill()


@contextmanager
def serving(ready: bool = True, **environment: object) -> Iterator[Served]:
    """The application with the model of the repository, unless told otherwise."""
    port, metrics = ports.free(), ports.free()
    told = {"MODEL": "height", "MODEL_URI": HEIGHT, "MODEL_SHA256": SHA256, "PORT": port}
    with begun(**{**told, "METRICS_PORT": metrics, **environment}) as process:
        served = Served(process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics}")
        _await(served, "/readyz" if ready else "/livez")
        yield served


def _await(served: Served, path: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert served.process.popen.poll() is None, served.process.printed()
        with suppress(httpx.TransportError):
            if httpx.get(served.url + path).is_success:
                return
        time.sleep(0.05)
    raise AssertionError(f"{path} was not answered in time")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One process for the tests of a file."""
    with serving(LOG_LEVEL="debug", CONCURRENCY=8) as made:
        yield made


@pytest.fixture
def serve() -> Callable[..., Any]:
    """A process with variables of the test's own."""
    return serving
