"""Objects with rows become objects with predictions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from app.errors import Failed
from app.events import Events
from app.logs import Log
from app.objects import Object
from app.predictor import Predictor
from app.settings import Settings
from obstore.store import LocalStore

from tests.model.conftest import HEIGHT, Served

IN, OUT = "s3://rows/in/", "s3://rows/out/"
PREDICTED = '{"Height":73.61}\n{"Height":72.43}\n'
Handle = Callable[..., list[str]]


@pytest.fixture(scope="module")
def height() -> Predictor:
    return Predictor(HEIGHT)


@pytest.fixture
def handle(tmp_path: Path, height: Predictor) -> Handle:
    """Handles objects of two folders that play the places."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    settings = Settings(events_uri=IN, results_uri=OUT, max_rows=3, max_body_bytes=1000)
    events = Events(settings, Log("error"), lambda uri: LocalStore(tmp_path / uri.split("/")[-2]))
    return lambda *uris: events.handle(height, [Object(uri, "1") for uri in uris])


def _put(folder: Path, name: str, content: object) -> str:
    file = folder / "in" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return IN + name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.json", [{"Weight": 200}, {"Weight": 180}]),
        ("rows.jsonl", '{"Weight": 200}\n{"Weight": 180}\n'),
        ("of/today/rows ä.json", [{"Weight": 200}, {"Weight": 180}]),
    ],
)
def test_rows_become_predictions(handle: Handle, tmp_path: Path, name: str, content: object) -> None:
    uri = _put(tmp_path, name, content)
    assert handle(uri) == [f"{OUT}{name}.predictions.jsonl"]
    assert (tmp_path / "out" / f"{name}.predictions.jsonl").read_text() == PREDICTED


def test_the_same_object_again_is_the_same_result(handle: Handle, tmp_path: Path) -> None:
    uri = _put(tmp_path, "rows.json", {"Weight": 200})
    assert handle(uri, uri) == handle(uri) * 2
    assert len(list((tmp_path / "out").iterdir())) == 1


@pytest.mark.parametrize("uri", ["s3://other/in/rows.json", f"{OUT}rows.json", "gs://rows/in/rows.json"])
def test_objects_of_other_places_are_left_alone(handle: Handle, tmp_path: Path, uri: str) -> None:
    assert handle(uri) == []
    assert list((tmp_path / "out").iterdir()) == []


def test_without_a_place_nothing_is_ours(height: Predictor) -> None:
    assert Events(Settings(), Log("error")).handle(height, [Object("s3://rows/in/rows.json", "1")]) == []


def test_what_is_gone_again_needs_no_result(handle: Handle) -> None:
    assert handle(f"{IN}rows.json") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "holds no rows"),
        ({"weight": 1}, "holds no rows"),
        ([], "holds 0 rows; allowed: 1 to 3"),
        ([{"Weight": 1}] * 4, "holds 4 rows"),
        ([{"Weight": 1e308}], "no finite number"),
        (" " * 1001, "has 1001 bytes; allowed: 1000"),
    ],
)
def test_what_cannot_be_predicted_fails_and_writes_nothing(
    handle: Handle, tmp_path: Path, content: object, says: str
) -> None:
    uri = _put(tmp_path, "rows.json", content)
    with pytest.raises(Failed, match=says):
        handle(uri)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_event_with_a_way_out_of_its_place_leads_nowhere(handle: Handle, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"Weight": 200}')
    with pytest.raises(Failed):
        handle(f"{IN}../secret.json")
    assert list((tmp_path / "out").iterdir()) == []


def test_over_http_nobody_from_outside_tells_of_events(served: Served, serve: Callable[..., Any]) -> None:
    told = {"Records": []}
    assert httpx.post(f"{served.url}/events", json=told).status_code == 404
    with serve(AWS_LAMBDA_RUNTIME_API="127.0.0.1:1") as on_lambda:
        for context, status in (("null", 200), ('{"http": {}}', 404)):
            headers = {"x-amzn-request-context": context}
            assert httpx.post(f"{on_lambda.url}/events", json=told, headers=headers).status_code == status
        answer = httpx.post(
            f"{on_lambda.url}/events", json={"a": 1}, headers={"x-amzn-request-context": "null"}
        )
        assert (answer.status_code, "no event of a storage" in answer.text) == (502, True)
    with serve(EVENTS_CALLER="push@example.com", EVENTS_AUDIENCE="https://x") as on_run:
        assert httpx.post(f"{on_run.url}/events", json=told).status_code == 401
