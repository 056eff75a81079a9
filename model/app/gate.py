"""How many requests are at work, and whether more may come."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from app.errors import Refusal


class Gate:
    """Lets a number of requests in at once; once it closes, none."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.inside = 0
        self.open = True
        self._empty = asyncio.Event()

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
            if not self.inside:
                self._empty.set()

    async def close(self, seconds: float) -> bool:
        """Let those inside end; tell whether they did in time. What was accepted meanwhile is still served."""
        self.open = False
        self._empty.clear()
        if not self.inside:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
