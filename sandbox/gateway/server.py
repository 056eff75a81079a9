"""The front doors of the three clouds, on one port of this machine."""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from sandbox.gateway import access, page
from sandbox.gateway.access import Answer
from sandbox.gateway.endpoints import Endpoint, endpoints
from sandbox.gateway.instance import Instance, NotStarted
from sandbox.world import World

_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "host"}
"""Headers of one connection (rfc-editor.org/rfc/rfc9110#section-7.6.1)."""
_KEPT = 30


@dataclass(frozen=True)
class Seen:
    """One request that was answered."""

    where: str
    path: str
    who: str
    status: int
    milliseconds: float
    start: str


class Gateway:
    """Leads `/<stack>/<cloud>/<model>/…` to the model, as its cloud would."""

    def __init__(self, folder: Path, idle: float) -> None:
        self._folder = folder
        self._idle = idle
        self._file = folder / "world.sqlite"
        self._world: tuple[int, World] | None = None
        self._instances: dict[str, Instance] = {}
        self._client = httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None))
        self._seen: deque[Seen] = deque(maxlen=_KEPT)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.path == "/":
            answer = Answer(HTTPStatus.OK, self._page(), {"content-type": "text/html; charset=utf-8"})
        else:
            answer = await self._routed(scope, protocol)
        protocol.response_bytes(answer.status, [*answer.headers.items()], answer.body)

    async def _routed(self, scope: Any, protocol: Any) -> Answer:
        began = time.perf_counter()
        parts = scope.path.strip("/").split("/")
        known, path = self._known(), "/" + "/".join(parts[3:])
        found = known.get("/".join(parts[:3]))
        if found is None:
            there = ", ".join(f"/{each}" for each in sorted(known)) or "nothing deployed"
            return Answer(HTTPStatus.NOT_FOUND, f"there is {there}\n".encode())
        # Heard out before it is refused: who still sends when the connection closes sees no answer.
        body = await protocol()
        who = access.caller(scope.headers.get("authorization", ""))
        answer, start = access.refusal(found, who), ""
        if answer is None:
            answer, start = await self._answer(found, who, scope, path, body)
        taken = round((time.perf_counter() - began) * 1000, 1)
        self._seen.appendleft(Seen(found.path, path, who or "nobody", answer.status, taken, start))
        return answer

    async def _answer(
        self, found: Endpoint, who: str | None, scope: Any, path: str, body: bytes
    ) -> tuple[Answer, str]:
        instance = self._instance(found)
        if refused := access.too_long(found, len(body)) or access.too_many(found, instance.inside):
            return refused, ""
        instance.inside += 1
        try:
            cold = await instance.start(self._client)
            async with asyncio.timeout(found.seconds):
                told = await self._client.request(
                    scope.method,
                    f"{instance.address}{path}{'?' + scope.query_string if scope.query_string else ''}",
                    headers=[*_forwarded(found, who, scope.headers)],
                    content=body,
                )
        except TimeoutError:
            return access.too_late(found), ""
        except (NotStarted, httpx.TransportError):
            return access.broken(found), ""
        finally:
            instance.inside -= 1
            instance.used = time.monotonic()
        headers = {name: value for name, value in told.headers.items() if name not in _HOP}
        return Answer(told.status_code, told.content, headers), "cold" if cold else "warm"

    def _known(self) -> dict[str, Endpoint]:
        """What is deployed in the world that is there now."""
        try:
            number = self._file.stat().st_ino
        except FileNotFoundError:
            return {}
        if self._world is None or self._world[0] != number:
            self._world = number, World(self._file)
        return {each.path: each for each in endpoints(self._world[1])}

    def _instance(self, found: Endpoint) -> Instance:
        """Of this very revision; one of another serves what it has, and ends."""
        there = self._instances.get(found.path)
        if there is None or there.endpoint != found:
            if there:
                there.stop()
            there = self._instances[found.path] = Instance(found, self._folder)
        return there

    async def tend(self) -> None:
        """Keep warm what is to be warm, stop what nobody asks for; return when the sandbox is gone."""
        while self._file.exists():
            try:
                await self._tended(self._known())
            except (NotStarted, sqlite3.Error) as error:
                print(error, flush=True)
            await asyncio.sleep(min(1.0, self._idle))

    async def _tended(self, known: Mapping[str, Endpoint]) -> None:
        for key, instance in [*self._instances.items()]:
            rests = not instance.inside and time.monotonic() - instance.used > self._idle
            if key not in known or (rests and not known[key].warm):
                instance.stop()
                del self._instances[key]
        for each in filter(lambda one: one.warm, known.values()):
            await self._instance(each).start(self._client)

    def stop(self) -> None:
        """End every process."""
        for instance in self._instances.values():
            instance.stop()

    def _page(self) -> bytes:
        running = {key for key, instance in self._instances.items() if instance.runs}
        return page.render([*self._known().values()], running, [*self._seen])


def _forwarded(found: Endpoint, who: str | None, headers: Any) -> Iterator[tuple[str, str]]:
    """What the caller sent, without what only the platform may say; and that."""
    said = _platform(found, who)
    for name, value in headers.items():
        if name not in (*_HOP, *said, "authorization") and not name.startswith("x-ms-client-principal"):
            yield name, value
    yield from ((name, value) for name, value in said.items() if value)


def _platform(found: Endpoint, who: str | None) -> Mapping[str, str]:
    """Headers that each platform writes over whatever a caller sent."""
    if found.cloud == "aws":
        return {"x-amzn-request-context": '{"http":{}}', "x-amzn-lambda-context": "{}"}
    return {"x-ms-client-principal-id": who or ""} if found.cloud == "azure" else {}
