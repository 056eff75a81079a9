"""Objects with rows become objects with predictions."""

from collections.abc import Callable
from typing import Any

import msgspec
import obstore
from obstore.store import from_url

from app.errors import Failed, Refusal
from app.logs import Log
from app.objects import Object
from app.predictor import Predictor
from app.settings import Settings


class Events:
    """Handles each object of the configured place; the same object again leads to the same result."""

    def __init__(self, settings: Settings, log: Log, stores: Callable[[str], Any] = from_url) -> None:
        self._settings = settings
        self._log = log
        self._stores = stores

    def handle(self, predictor: Predictor, objects: list[Object]) -> list[str]:
        """The URIs of the results; raises `Failed` for what must be told again, or looked at by a person."""
        source = self._settings.events_uri
        ours = [each for each in objects if source and each.uri.startswith(source)]
        if others := len(objects) - len(ours):
            self._log("warning", "events of other places are none of ours", objects=others)
        return [uri for each in ours for uri in self._one(predictor, each)]

    def _one(self, predictor: Predictor, found: Object) -> list[str]:
        name = found.uri.removeprefix(self._settings.events_uri)
        target = f"{name}.predictions.jsonl"
        try:
            content = self._content(name)
        except FileNotFoundError:
            self._log("info", "gone before it was read", uri=found.uri, version=found.version)
            return []
        rows = self._rows(predictor, found, content)
        try:
            lines = msgspec.json.Encoder().encode_lines(predictor.predict(rows))
        except Refusal as refusal:
            raise Failed(f"{found.uri}: {refusal.detail}") from refusal
        try:
            obstore.put(self._stores(self._settings.results_uri), target, lines)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise Failed(f"{self._settings.results_uri}{target} cannot be written: {error}") from error
        return [f"{self._settings.results_uri}{target}"]

    def _content(self, name: str) -> bytes:
        """What is there; raises `Failed`, and `FileNotFoundError` for what somebody has deleted."""
        try:
            got = obstore.get(self._stores(self._settings.events_uri), name)
            if got.meta["size"] > self._settings.max_body_bytes:
                raise Failed(f"{name} has {got.meta['size']} bytes; allowed: {self._settings.max_body_bytes}")
            return bytes(got.bytes())
        except FileNotFoundError:
            raise
        except (obstore.exceptions.BaseError, OSError, ValueError) as error:  # The last for a path with `..`.
            raise Failed(f"{self._settings.events_uri}{name} cannot be read: {error}") from error

    def _rows(self, predictor: Predictor, found: Object, content: bytes) -> list[Any]:
        """One row, a list of rows, or a row per line."""
        try:
            if found.uri.endswith(".jsonl"):
                rows = msgspec.json.Decoder(predictor.row).decode_lines(content)
            else:
                told = msgspec.json.decode(content, type=predictor.rows)
                rows = told if isinstance(told, list) else [told]
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Failed(f"{found.uri} holds no rows: {error}") from error
        if not 1 <= len(rows) <= self._settings.max_rows:
            raise Failed(f"{found.uri} holds {len(rows)} rows; allowed: 1 to {self._settings.max_rows}")
        return rows
