"""`python -m sandbox.gateway PORT`: serve until told to stop."""

import asyncio
import os
import signal
import sys
from contextlib import suppress

from granian.server.embed import Server

from sandbox.gateway.process import IDLE
from sandbox.gateway.server import Gateway
from sandbox.layout import folder


async def serve(port: int) -> None:
    """Answer until SIGTERM or SIGINT, then end all that was started."""
    gateway = Gateway(folder(), float(os.environ.get(IDLE, "300")))
    server = Server(gateway, address="127.0.0.1", port=port, websockets=False, log_enabled=False)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tending = asyncio.create_task(gateway.tend())
    serving = asyncio.create_task(server.serve())
    ends = {serving, tending, asyncio.create_task(stop.wait())}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    tending.cancel()
    gateway.stop()
    server.stop()
    with suppress(RuntimeError):
        await serving


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
    sys.stdout.flush()
    os._exit(0)  # Native code aborts when the interpreter ends under it.
