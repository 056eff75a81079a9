"""Ports of this machine that can be listened on."""

import random
import socket
from contextlib import suppress

from sandbox.errors import SandboxError

_RANGE = range(20_000, 32_000)
"""Below those that the kernel gives to connections (`ip_local_port_range`), which may take a port that was
free a moment ago."""
_TRIES = 200
_GIVEN: set[int] = set()
"""Those that this process was given, and does not listen on yet."""


def free() -> int:
    """One that nobody listens on."""
    for port in random.sample(_RANGE, _TRIES):
        if port not in _GIVEN and is_free(port):
            _GIVEN.add(port)
            return port
    raise SandboxError(f"no port of {_RANGE.start} to {_RANGE.stop} is free on this machine")


def is_free(port: int) -> bool:
    """Whether it can be listened on now."""
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
