"""`python -m app.batch`: turn the shards of a manifest into predictions, as one of any number of tasks."""

import os
import random
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from app import settings as environment
from app import source
from app.errors import Failed, Refusal, StartRefused
from app.leases import Leases
from app.logs import Log
from app.predictor import Predictor
from app.settings import Settings

MANIFEST = "manifest.json"
_AT_ONCE = 10_000
_LARGEST = 256 * 2**20
"""Rows that are predicted in one step, and bytes of a shard, which is in memory as a whole."""
_PAUSE, _LONGEST = 0.1, 30.0
"""Of a lease, and seconds: until it is looked again whether what others do is done."""


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """`manifest.json`: names of objects beside it, with a row in each line."""

    shards: list[str]


class Batch:
    """Does what is not done, and waits for what others do: when it ends, everything is done."""

    def __init__(
        self,
        settings: Settings,
        log: Log,
        clock: Callable[[], float] = time.time,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._log = log
        self._wait = wait
        self._rows = _store(settings.batch_uri)
        self._results = _store(settings.batch_results_uri)
        self._leases = Leases(self._results, settings.lease_seconds, uuid.uuid4().hex, clock)

    def run(self, predictor: Predictor) -> list[str]:
        """Return the shards that cannot be predicted; raises `StartRefused` for a manifest that is none."""
        shards = self._shards()
        random.shuffle(shards)  # So that tasks do not stand in each other's way.
        while left := [each for each in shards if not self._ended(each)]:
            claimed = [self._leases.claim(each) and self._one(predictor, each) for each in left]
            if not any(claimed):
                self._wait(min(_LONGEST, self._settings.lease_seconds * _PAUSE))
        return sorted(each for each in shards if self._there(_failed(each)))

    def _shards(self) -> list[str]:
        where = f"{self._settings.batch_uri}{MANIFEST}"
        try:
            told = msgspec.json.decode(bytes(obstore.get(self._rows, MANIFEST).bytes()), type=Manifest)
        except (BaseError, OSError) as error:
            raise StartRefused(f"BATCH_URI: {where} cannot be read: {error}") from error
        except msgspec.DecodeError as error:
            raise StartRefused(f'BATCH_URI: {where} is not {{"shards": ["…"]}}: {error}') from error
        wrong = [each for each in told.shards if not each or each[0] == "/" or ".." in each.split("/")]
        if wrong or len({*told.shards}) < len(told.shards):
            raise StartRefused(f"BATCH_URI: {where} names what is not beside it, or something twice: {wrong}")
        return told.shards

    def _ended(self, shard: str) -> bool:
        return self._there(_done(shard)) or self._there(_failed(shard))

    def _there(self, name: str) -> bool:
        try:
            obstore.head(self._results, name)
        except FileNotFoundError:
            return False
        return True

    def _one(self, predictor: Predictor, shard: str) -> bool:
        """Do it, unless somebody has since it was looked; tells whether."""
        if self._ended(shard):
            return False
        try:
            lines = b"".join(self._predicted(predictor, shard))
        except Failed as failed:
            self._log("error", "a shard cannot be predicted", shard=shard, reason=str(failed))
            self._put(_failed(shard), msgspec.json.encode({"shard": shard, "reason": str(failed)}))
        else:
            self._put(_done(shard), lines)
            self._log("info", "predicted", shard=shard)
        return True

    def _predicted(self, predictor: Predictor, shard: str) -> Iterator[bytes]:
        try:
            got = obstore.get(self._rows, shard)
            if got.meta["size"] > _LARGEST:
                raise Failed(f"it has {got.meta['size']} bytes; allowed: {_LARGEST}")
            rows = msgspec.json.Decoder(predictor.row).decode_lines(bytes(got.bytes()))
            for first in range(0, len(rows), _AT_ONCE):
                yield msgspec.json.Encoder().encode_lines(predictor.predict(rows[first : first + _AT_ONCE]))
        except FileNotFoundError as error:
            raise Failed("it is not there") from error
        except (msgspec.DecodeError, UnicodeDecodeError, Refusal) as error:
            raise Failed(str(error)) from error

    def _put(self, name: str, content: bytes) -> None:
        """Once: who was slower has made the same."""
        try:
            obstore.put(self._results, name, content, mode="create")
        except AlreadyExistsError:
            self._log("info", "done by another task meanwhile", name=name)


def _done(shard: str) -> str:
    return f"{shard}.predictions.jsonl"


def _failed(shard: str) -> str:
    return f"{shard}.failed.json"


def _store(uri: str) -> Any:
    """A folder that all tasks share is a place as good as a bucket."""
    return LocalStore(uri) if uri.startswith("/") else from_url(uri)


def main() -> int:
    """Return 0 once every shard is predicted, 1 where some could not be, or for a refused start."""
    signal.signal(signal.SIGTERM, _leave)  # Without, the first process of a container would not hear it.
    log = Log("info")
    try:
        settings = environment.read(os.environ)
        if not settings.batch_uri:
            raise StartRefused("BATCH_URI: is missing")
        predictor = Predictor(source.fetch(settings.model_uri, settings.model_sha256))
        failed = Batch(settings, log).run(predictor)
    except StartRefused as refused:
        log.refused(refused)
        return 1
    except (BaseError, OSError) as error:  # The engine starts the task again.
        log("error", "a storage does not answer", error=repr(error))
        return 1
    log("error" if failed else "info", "all shards are done", failed=len(failed))
    return 1 if failed else 0


def _leave(number: int, _: FrameType | None) -> NoReturn:
    """At once: a lease passes, and a half-made result is never written."""
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
