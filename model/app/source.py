"""Where the model's file comes from, and that it is the right one."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import obstore
from obstore.store import from_url

from app.errors import StartRefused

_CACHE = Path(tempfile.gettempdir()) / "models"
"""The one place that may be written where the root file system may not."""
_CHUNK = 2**20


def fetch(uri: str, sha256: str, cache: Path = _CACHE) -> Path:
    """The file at a URI, fetched once and kept by its hash; raises `StartRefused` unless it is that file."""
    if uri.startswith("/"):
        return _inside(Path(uri), sha256)
    kept = cache / sha256
    if kept.is_file() and _hash(_chunks(kept)) == sha256:
        return kept
    cache.mkdir(parents=True, exist_ok=True)
    folder, _, name = uri.rpartition("/")
    with tempfile.NamedTemporaryFile(dir=cache, delete=False) as draft:
        try:
            came = _hash(_written(obstore.get(from_url(folder), name), draft))
            _check(uri, sha256, came)
        except (obstore.exceptions.BaseError, OSError) as error:
            Path(draft.name).unlink()
            raise StartRefused(f"MODEL_URI: {uri} cannot be read: {error}") from error
        except StartRefused:
            Path(draft.name).unlink()
            raise
    return Path(draft.name).replace(kept)


def _inside(file: Path, sha256: str) -> Path:
    if not file.is_file():
        raise StartRefused(f"MODEL_URI: there is no file {file}")
    if sha256:
        _check(str(file), sha256, _hash(_chunks(file)))
    return file


def _check(uri: str, expected: str, came: str) -> None:
    if came != expected:
        raise StartRefused(f"MODEL_SHA256: {uri} is another file: expected {expected}, came {came}")


def _hash(chunks: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


def _chunks(file: Path) -> Iterable[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def _written(stream: Iterable[bytes], draft: IO[bytes]) -> Iterable[bytes]:
    for chunk in stream:
        draft.write(chunk)
        yield bytes(chunk)
