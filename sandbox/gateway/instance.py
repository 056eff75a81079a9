"""The application as a process of this machine, which plays every instance of a revision."""

import asyncio
import hashlib
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from sandbox import objects, ports
from sandbox.environment import bare
from sandbox.gateway.endpoints import Endpoint
from sandbox.layout import ROOT

MODEL = ROOT / "model"
_INSIDE = MODEL / "height.onnx"
"""What the image brings as `/model/model.onnx`."""
_START = """\
import ctypes, runpy, signal, sys

if sys.platform == "linux":  # It ends with the gateway, however that ends.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""
"""`python -m app`, and nothing that outlives who started it (PR_SET_PDEATHSIG)."""
_PATIENCE = 60.0
_MOST = 1000


class NotStarted(Exception):
    """The application ended, or was never ready."""


class Instance:
    """One process; not yet started."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.endpoint = endpoint
        self.inside = 0
        self.used = time.monotonic()
        self._log = folder / "gateway" / f"{endpoint.stack}-{endpoint.cloud}-{endpoint.model}.log"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = asyncio.Lock()
        self.address = ""

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    async def start(self, client: httpx.AsyncClient) -> bool:
        """Wait until it is ready; tells whether it had to be started. Raises `NotStarted`."""
        async with self._starting:
            if self.runs:
                return False
            port = ports.free()
            self.address = f"http://127.0.0.1:{port}"
            self._log.parent.mkdir(parents=True, exist_ok=True)
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _START, str(self._folder)],
                    cwd=MODEL,
                    env=environment(self.endpoint, port, self._folder),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            await self._ready(client)
            return True

    async def _ready(self, client: httpx.AsyncClient) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self.runs and time.monotonic() < deadline:
            try:
                if (await client.get(f"{self.address}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)
        self.stop()
        raise NotStarted(f"{self.endpoint.model} on {self.endpoint.cloud} does not start: {self._log}")

    def stop(self) -> None:
        """Tell it to end: what it has accepted is served first."""
        if self._process and self.runs:
            self._process.terminate()


def environment(endpoint: Endpoint, port: int, folder: Path) -> dict[str, str]:
    """What the container would find, with the model's file where it lies on this machine."""
    return {
        **bare(),
        **_of_the_platform(endpoint),
        **endpoint.variables,
        **_model(endpoint.variables, folder),
        "PORT": str(port),
        "ADDRESS": "127.0.0.1",  # Nobody gets past the gateway from another machine.
        "METRICS_PORT": "0",
        # It plays all instances at once.
        "CONCURRENCY": str(min(_MOST, max(1, endpoint.instances * endpoint.each))),
    }


def _of_the_platform(endpoint: Endpoint) -> dict[str, str]:
    """learn.microsoft.com/azure/container-apps/environment-variables,
    cloud.google.com/run/docs/container-contract
    """
    if endpoint.cloud == "azure":
        return {"CONTAINER_APP_REVISION": endpoint.revision}
    return {"K_REVISION": endpoint.revision} if endpoint.cloud == "gcp" else {}


def _model(variables: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Where the model's file lies: of an own bucket, what was copied there; else the one in the image."""
    uri = variables.get("MODEL_URI")
    if not uri:
        inside = hashlib.sha256(_INSIDE.read_bytes()).hexdigest()
        return {"MODEL_URI": str(_INSIDE), "MODEL_SHA256": inside}
    url = urlsplit(uri)
    if url.scheme == "https":  # A blob: https://<account>.blob.core.windows.net/<container>/<key>.
        uri = f"az://{url.netloc.partition('.')[0]}{url.path}"
    found = objects.parse(uri)
    return {"MODEL_URI": str(found.file(folder / "objects", own=True)) if found else uri}
