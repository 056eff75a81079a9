"""The application: what is answered to whom."""

import asyncio
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from time import perf_counter
from typing import Any

import msgspec
from granian.rsgi import HTTPProtocol, ProtocolClosed, ProtocolError, Scope

from app import openapi
from app.errors import Failed, NotUnderstood, Refusal
from app.events import Events
from app.gate import Gate
from app.logs import Log, trace
from app.metrics import Metrics
from app.objects import read
from app.predictor import Predictor
from app.push import Doorkeeper
from app.settings import Settings

JSON = "application/json"
PROBLEM = "application/problem+json"
"""How errors are told (rfc-editor.org/rfc/rfc9457)."""
EVENT_FAILED = HTTPStatus.BAD_GATEWAY
"""Of `/events` alone, so that Lambda's adapter can tell a failed event from a failed request."""
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
_ABOVE = 1000
"""Rows that are predicted beside the loop, so that probes and other requests go on."""
_PATIENCE, _LONGEST = 5.0, 64 * 2**20
"""Seconds and bytes in which a refused request is heard out."""

Answer = tuple[HTTPStatus, str, bytes]


class Application:
    """One model behind HTTP, as granian's own interface has it (RSGI: few steps between socket and code)."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.gate = Gate(settings.concurrency)
        self.metrics = Metrics()
        self.log = Log(settings.log_level, model=settings.model, version=settings.model_version)
        self._environment = environment
        self._doorkeeper = Doorkeeper(settings, environment)
        self._events = Events(settings, self.log)
        self._predictor: Predictor | None = None
        self._routes = {
            "/": {"GET": self._about},
            "/livez": {"GET": self._alive},
            "/readyz": {"GET": self._ready},
            "/openapi.json": {"GET": self._described},
            "/predict": {"POST": self._predict},
            "/events": {"POST": self._told},
        }

    def serves(self, predictor: Predictor) -> None:
        """From now on it is ready."""
        self._predictor = predictor
        self._requests = msgspec.json.Decoder(predictor.rows)
        self._answers = msgspec.json.Encoder()
        self._openapi = msgspec.json.encode(openapi.document(self.settings, predictor))

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request; nothing that happens in it ends the server."""
        began = perf_counter()
        headers: dict[str, str] = {}
        try:
            status, kind, body = await self._routed(scope, protocol)
        except Refusal as refusal:
            status, headers = refusal.status, refusal.headers
            kind, body = PROBLEM, _problem(status, refusal.detail)
            await _heard_out(protocol)
        except Exception as error:  # A defect of ours: the caller is not told what it is.
            status, kind = HTTPStatus.INTERNAL_SERVER_ERROR, PROBLEM
            body = _problem(status, "the model failed")
            self.log(
                "error",
                "failed",
                error=repr(error),
                path=scope.path,
                **trace(scope.headers, self._environment),
            )
        self._tell(scope, status, perf_counter() - began)
        if not self.gate.open:
            headers = {**headers, "connection": "close"}
        protocol.response_bytes(
            status,
            [
                ("content-type", kind),
                ("x-request-id", _request_id(scope.headers)),
                *headers.items(),
            ],
            body,
        )

    async def _routed(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        methods = self._routes.get(scope.path)
        if methods is None:
            raise Refusal(HTTPStatus.NOT_FOUND, f"there is {', '.join(self._routes)}")
        answer = methods.get(scope.method)
        if answer is None:
            allowed = ", ".join(methods)
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, f"{scope.path} takes {allowed}", allow=allowed)
        return await answer(scope, protocol)

    def _tell(self, scope: Scope, status: HTTPStatus, seconds: float) -> None:
        path = scope.path if scope.path in self._routes else "other"
        self.metrics.requests.labels(path, str(int(status))).inc()
        if path == "/predict":
            self.metrics.seconds.observe(seconds)
        level = "debug" if status < HTTPStatus.BAD_REQUEST else "info"
        if self.log.shows(level):
            self.log(
                level,
                f"{scope.method} {path} {int(status)}",
                request_id=_request_id(scope.headers),
                milliseconds=round(seconds * 1000, 3),
                **trace(scope.headers, self._environment),
            )

    async def _about(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        told = {"model": self.settings.model, "version": self.settings.model_version}
        return HTTPStatus.OK, JSON, msgspec.json.encode(told)

    async def _alive(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        return HTTPStatus.OK, "text/plain", b"ok"

    async def _ready(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        self._loaded()
        if not self.gate.open:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "it is being stopped")
        return HTTPStatus.OK, "text/plain", b"ok"

    async def _described(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        self._loaded()
        return HTTPStatus.OK, JSON, self._openapi

    async def _predict(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        predictor = self._loaded()
        with self.gate.pass_through():
            try:
                async with asyncio.timeout(self.settings.timeout_seconds):
                    asked = self._parsed(await self._body(scope, protocol))
                    rows = asked if isinstance(asked, list) else [asked]
                    self._check(rows)
                    predictions = await _predicted(predictor, rows)
            except TimeoutError:
                seconds = f"{self.settings.timeout_seconds:g} seconds"
                raise Refusal(HTTPStatus.GATEWAY_TIMEOUT, f"not done within {seconds}") from None
        self.metrics.rows.inc(len(rows))
        return HTTPStatus.OK, JSON, self._answers.encode(predictions if asked is rows else predictions[0])

    async def _told(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        """Of objects, by the cloud itself; others are told that there is nothing."""
        await asyncio.to_thread(self._doorkeeper.check, scope.headers)
        predictor = self._loaded()
        with self.gate.pass_through():
            try:
                objects = read(await self._body(scope, protocol))
                results = await asyncio.to_thread(self._events.handle, predictor, objects)
            except NotUnderstood as error:
                raise Refusal(EVENT_FAILED, str(error)) from error
            except Failed as failed:
                raise Refusal(EVENT_FAILED, str(failed)) from failed
        return HTTPStatus.OK, JSON, msgspec.json.encode({"results": results})

    def _loaded(self) -> Predictor:
        if self._predictor is None:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "the model is being loaded", retry_after="1")
        return self._predictor

    async def _body(self, scope: Scope, protocol: HTTPProtocol) -> bytes:
        """The body, of which no more is kept than may be; raises `Refusal` for others."""
        kind = scope.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind != JSON:
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"content-type is {JSON}; came {kind}")
        most = self.settings.max_body_bytes
        length = scope.headers.get("content-length", "")
        if length.isdecimal() and int(length) <= most:
            return await protocol()
        body, heard = bytearray(), 0
        if not length.isdecimal():
            async for chunk in protocol:
                heard += len(chunk)
                if heard <= most:
                    body += chunk
                elif heard > _LONGEST:
                    break
            if heard <= most:
                return bytes(body)
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {most} bytes")

    def _parsed(self, body: bytes) -> Any:
        try:
            return self._requests.decode(body)
        except msgspec.ValidationError as error:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"no JSON: {error}") from error

    def _check(self, rows: list[Any]) -> None:
        if not 1 <= len(rows) <= self.settings.max_rows:
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"1 to {self.settings.max_rows} rows; came {len(rows)}"
            )


async def _heard_out(protocol: HTTPProtocol) -> None:
    """Read on without keeping it: who still sends when the connection closes never sees the answer.

    rfc-editor.org/rfc/rfc9112#section-9.6
    """
    heard = 0
    with suppress(TimeoutError, ProtocolClosed, ProtocolError):
        async with asyncio.timeout(_PATIENCE):
            async for chunk in protocol:
                heard += len(chunk)
                if heard > _LONGEST:
                    return


async def _predicted(predictor: Predictor, rows: list[Any]) -> list[Any]:
    if len(rows) < _ABOVE:
        return predictor.predict(rows)
    return await asyncio.get_running_loop().run_in_executor(None, predictor.predict, rows)


def _problem(status: HTTPStatus, detail: str) -> bytes:
    return msgspec.json.encode({"title": status.phrase, "status": int(status), "detail": detail})


def _request_id(headers: Any) -> str:
    """The caller's own, so that both ends' logs can be joined; else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
