"""`python -m app`: serve until told to stop, and then end what was accepted."""

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import uvloop
from granian.server.embed import Server

from app import settings as environment
from app import source
from app.errors import StartRefused
from app.logs import Log
from app.predictor import Predictor
from app.server import Application
from app.settings import Settings

_GRACE = 10.0
"""Seconds in which clouds let a container end, at the least (Cloud Run)."""
_CACHE = Path(tempfile.gettempdir()) / "models"
"""The one place that may be written where the root file system may not."""


def main() -> None:
    """Serve; refused starts are told a line per reason, and end with 1."""
    try:
        uvloop.run(_serve(environment.read(os.environ)))
    except StartRefused as refused:
        log = Log("error")
        for reason in str(refused).splitlines():
            log("error", reason)
        sys.exit(1)


async def _serve(settings: Settings) -> None:
    application = Application(settings, os.environ)
    application.metrics.serve(settings.metrics_port)
    server = Server(
        application,
        address="0.0.0.0",  # noqa: S104 - a container's own network
        port=settings.port,
        websockets=False,
        # Those for whom there is no room are told so, not left waiting.
        backpressure=4 * settings.concurrency + 64,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    loading = asyncio.create_task(asyncio.to_thread(_load, settings))
    stopped = asyncio.create_task(_told_to_stop())
    await asyncio.wait({serving, loading, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if loading.done():
        application.serves(loading.result())
        application.log("info", "ready")
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    in_time = await application.gate.close(_GRACE)
    application.log("info", "stopped", all_done=in_time)
    server.stop()
    await serving


def _load(settings: Settings) -> Predictor:
    return Predictor(source.fetch(settings.model_uri, settings.model_sha256, _CACHE))


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    main()
