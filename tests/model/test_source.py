"""Where the model's file comes from: fetched once, and only the right one."""

import hashlib
from pathlib import Path

import pytest
from app import source
from app.errors import StartRefused

CONTENT = b"a model" * 300_000
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def there(tmp_path: Path) -> Path:
    file = tmp_path / "there" / "height.onnx"
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    return file


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_file_is_fetched_and_kept_by_its_hash(there: Path, cache: Path) -> None:
    assert source.fetch(there.as_uri(), SHA, cache) == cache / SHA
    assert (cache / SHA).read_bytes() == CONTENT


def test_what_is_kept_is_not_fetched_again(there: Path, cache: Path) -> None:
    source.fetch(there.as_uri(), SHA, cache)
    there.unlink()
    assert source.fetch(there.as_uri(), SHA, cache).read_bytes() == CONTENT


def test_what_is_kept_and_spoilt_is_fetched_again(there: Path, cache: Path) -> None:
    cache.mkdir()
    (cache / SHA).write_bytes(CONTENT[:-1])
    assert source.fetch(there.as_uri(), SHA, cache).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"more", b"other"])
def test_another_file_is_refused_and_not_kept(there: Path, cache: Path, content: bytes) -> None:
    there.write_bytes(content)
    came = hashlib.sha256(content).hexdigest()
    with pytest.raises(StartRefused, match=f"another file: expected {SHA}, came {came}"):
        source.fetch(there.as_uri(), SHA, cache)
    assert list(cache.iterdir()) == []


def test_a_file_that_is_not_there_is_named(there: Path, cache: Path) -> None:
    there.unlink()
    with pytest.raises(StartRefused, match=r"MODEL_URI: file://.*height.onnx cannot be read"):
        source.fetch(there.as_uri(), SHA, cache)
    assert list(cache.iterdir()) == []


def test_the_file_of_the_image_is_checked_where_a_hash_is_given(there: Path, cache: Path) -> None:
    assert source.fetch(str(there), SHA, cache) == there
    assert source.fetch(str(there), "", cache) == there
    with pytest.raises(StartRefused, match=r"MODEL_SHA256: .*another file"):
        source.fetch(str(there), "0" * 64, cache)
    with pytest.raises(StartRefused, match="there is no file"):
        source.fetch(f"{there}.other", "", cache)
