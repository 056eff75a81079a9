"""How many requests are at work, and whether more may come."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from app.errors import Refusal

_QUIET = 0.2
_STEP = 0.02
"""Seconds without a request after which nobody else comes, and between two looks."""


class Gate:
    """Lets a number of requests in at once; once it closes, none."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.inside = 0
        self.open = True
        self._left = 0.0

    @contextmanager
    def pass_through(self) -> Iterator[None]:
        """Be one of those inside; raises `Refusal` (503, to be tried again) when there is no room."""
        if self.inside >= self._most:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._most} requests are at work: come again",
                retry_after="1",
            )
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
            self._left = asyncio.get_running_loop().time()

    async def close(self, seconds: float) -> bool:
        """Let those inside end, and those come in who are on their way; tell whether they all did in time.

        Answers say meanwhile that their connection closes (rfc-editor.org/rfc/rfc9112#section-9.6), and the
        probe that nobody should be sent here.
        """
        self.open = False
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.inside or loop.time() - self._left < _QUIET:
            if loop.time() > deadline:
                return False
            await asyncio.sleep(_STEP)
        return True
