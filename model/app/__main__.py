"""`python -m app`: serve until told to stop, and then end what was accepted."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

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


def main() -> int:
    """Serve, and return the exit code; a refused start is told a line per reason, and ends with 1."""
    try:
        uvloop.run(_serve(environment.read(os.environ)))
    except StartRefused as refused:
        Log("error").refused(refused)
        return 1
    return 0


async def _serve(settings: Settings) -> None:
    application = Application(settings, os.environ)
    application.metrics.serve(settings.metrics_port)
    server = Server(
        application,
        address=settings.address,
        port=settings.port,
        websockets=False,
        # Those for whom there is no room are told so, not left waiting.
        backpressure=4 * settings.concurrency + 64,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _until_stopped(application, serving)
    finally:  # Also when the model is refused: an interpreter that ends under a running server aborts.
        in_time = await application.gate.close(_GRACE)
        application.log("info", "stopped", all_done=in_time)
        server.stop()
        await _ended(serving, settings)


async def _ended(serving: "asyncio.Task[None]", settings: Settings) -> None:
    try:
        await serving
    except RuntimeError as error:  # The only one that granian has for a port that it does not get.
        reason = str(error).partition("\n")[0]
        raise StartRefused(f"PORT: {settings.port} cannot be listened on: {reason}") from error


async def _until_stopped(application: Application, serving: "asyncio.Task[None]") -> None:
    stopped = asyncio.create_task(_told_to_stop())
    loading = _beside(_load, application.settings)
    ends: list[asyncio.Future[Any]] = [serving, loading, stopped]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    if loading.done():
        application.serves(loading.result())
        application.log("info", "ready")
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)


def _beside(work: Callable[[Settings], Predictor], settings: Settings) -> "asyncio.Future[Predictor]":
    """Do it in a thread that nobody waits for at the end: a download may hang."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Predictor] = loop.create_future()

    def run() -> None:
        try:
            result = work(settings)
        except BaseException as error:
            loop.call_soon_threadsafe(done.set_exception, error)
        else:
            loop.call_soon_threadsafe(done.set_result, result)

    threading.Thread(target=run, daemon=True).start()
    return done


def _load(settings: Settings) -> Predictor:
    return Predictor(source.fetch(settings.model_uri, settings.model_sha256))


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # At once: a download may hang in its thread, and native code aborts when the interpreter ends under it.
    os._exit(code)
