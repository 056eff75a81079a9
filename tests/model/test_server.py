"""What is answered over HTTP, to good requests and to bad ones."""

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.model.conftest import HEIGHT, SHA256, Served, begun

Serve = Callable[..., Any]
JSON = {"content-type": "application/json"}


def _raw(served: Served, head: str, body: bytes = b"") -> socket.socket:
    """A connection on which a request was begun."""
    _, _, address = served.url.rpartition("/")
    host, _, port = address.partition(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(head.replace("\n", "\r\n").encode() + body)
    return connection


def _slow(served: Served) -> socket.socket:
    """A prediction whose body does not come."""
    connection = _raw(served, "POST /predict HTTP/1.1\nhost: x\ncontent-length: 15\n\n")
    time.sleep(0.2)  # Until the application has it.
    return connection


def test_one_row_or_many(served: Served) -> None:
    assert served.predict({"Weight": 200}).json() == {"Height": 73.61}
    assert served.predict([{"Weight": 180}, {"Weight": 400}]).json() == [{"Height": 72.43}, {"Height": 85.45}]


def test_the_same_request_has_the_same_bytes(served: Served) -> None:
    assert {served.predict([{"Weight": 225}]).content for _ in range(5)} == {b'[{"Height":75.09}]'}


def test_many_rows_are_predicted_beside_the_probes(served: Served) -> None:
    rows = [{"Weight": 100 + each / 100} for each in range(10_000)]
    assert len(served.predict(rows).json()) == len(rows)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "no JSON"),
        (b"{", 400, "no JSON"),
        (b'{"Weight": NaN}', 400, "no JSON"),
        (b'{"Weight": Infinity}', 400, "no JSON"),
        (b'\xff{"Weight": 1}', 400, "no JSON"),
        (b"[" * 100_000, 422, "got `array`"),
        (b'{"Weight": ' + b"[" * 100_000, 422, "got `array`"),
        (b'{"Weight": "200"}', 422, "Expected `float`, got `str` - at `$.Weight`"),
        (b'{"Weight": null}', 422, "got `null`"),
        (b'{"Weight": true}', 422, "got `bool`"),
        (b'{"Weight": 1e400}', 422, "out of range"),
        (b'{"Weight": 1e308}', 422, "no finite number"),
        (b'{"weight": 200}', 422, "`weight`"),
        (b"{}", 422, "missing required field `Weight`"),
        (b'{"Weight": 200, "Age": 3}', 422, "unknown field `Age`"),
        (b"[]", 422, "1 to 10000 rows; came 0"),
        (json.dumps([{"Weight": 1}] * 10_001).encode(), 422, "came 10001"),
        (b"null", 422, "got `null`"),
        (b'"200"', 422, "got `str`"),
        (b" " * (2**20 + 1), 413, "at most 1048576 bytes"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_request_is_told_what_is_wrong(served: Served, body: bytes, status: int, says: str) -> None:
    answer = httpx.post(f"{served.url}/predict", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]


def test_a_body_of_unknown_length_is_read_no_further_than_allowed(served: Served) -> None:
    def endless() -> Any:
        for _ in range(64):
            yield b" " * 2**16

    answer = httpx.post(f"{served.url}/predict", content=endless(), headers=JSON)
    assert answer.status_code == 413
    short = iter([b'{"Weight": ', b"200}"])
    assert httpx.post(f"{served.url}/predict", content=short, headers=JSON).json() == {"Height": 73.61}


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [("/predict", "application/json", 413), ("/predict", "text/plain", 415), ("/other", "text/plain", 404)],
)
def test_who_sends_a_lot_in_vain_hears_why(served: Served, path: str, kind: str, status: int) -> None:
    sent = []

    def lot() -> Any:
        for each in range(512):
            sent.append(each)
            yield b" " * 2**16

    headers = {"content-type": kind, "content-length": str(512 * 2**16)}
    answer = httpx.post(f"{served.url}{path}", content=lot(), headers=headers)
    assert answer.status_code == status
    assert len(sent) == 512, "the server read on"


def test_only_json_is_taken(served: Served) -> None:
    answer = httpx.post(
        f"{served.url}/predict", content=b"Weight=200", headers={"content-type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        415,
        "content-type is application/json; came text/plain",
    )
    with_charset = {"content-type": "Application/JSON; charset=utf-8"}
    assert httpx.post(f"{served.url}/predict", content=b'{"Weight": 200}', headers=with_charset).is_success


def test_other_paths_and_methods_are_named(served: Served) -> None:
    assert "/predict" in httpx.get(f"{served.url}/other").json()["detail"]
    refused = httpx.get(f"{served.url}/predict")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_it_says_what_it_is_and_that_it_lives(served: Served) -> None:
    assert httpx.get(served.url).json() == {"model": "height", "version": "image"}
    assert [httpx.get(served.url + path).text for path in ("/livez", "/readyz")] == ["ok", "ok"]


def test_a_request_id_comes_back(served: Served) -> None:
    assert served.predict({"Weight": 200}, headers={"x-request-id": "mine"}).headers["x-request-id"] == "mine"
    for odd in ("", "with blank", "x" * 129):
        given = served.predict({"Weight": 200}, headers={"x-request-id": odd}).headers["x-request-id"]
        assert given != odd
        assert len(given) == 32


def test_whoever_finds_no_room_is_told_to_come_again(serve: Serve) -> None:
    with serve(CONCURRENCY=1) as served:
        with _slow(served):
            refused = served.predict({"Weight": 200})
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
            assert httpx.get(f"{served.url}/livez").is_success, "probes need no room"
        deadline = time.monotonic() + 10
        while not served.predict({"Weight": 200}).is_success:
            assert time.monotonic() < deadline, "the place of one who has gone is free again"


def test_what_takes_too_long_is_ended(serve: Serve) -> None:
    with serve(TIMEOUT_SECONDS=0.5) as served, _slow(served) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 504 ")


def test_an_accepted_request_is_answered_after_sigterm(serve: Serve) -> None:
    with serve() as served:
        with _slow(served) as connection:
            served.stop()
            time.sleep(0.5)
            connection.sendall(b'{"Weight": 200}')
            assert b'{"Height":73.61}' in connection.recv(1000)
        assert served.process.ended()[0] == 0
        assert served.process.lines()[-1]["all_done"] is True


def test_sigterm_under_load_loses_no_accepted_request(serve: Serve) -> None:
    with serve() as served, ThreadPoolExecutor(8) as pool:
        answers: list[httpx.Response] = []

        def load() -> None:
            """Until it is told, as a load balancer is, to send no more; a request that is lost raises."""
            with httpx.Client(timeout=30) as client:
                closing = False
                while not closing:
                    answers.append(answer := client.post(f"{served.url}/predict", json={"Weight": 200}))
                    closing = answer.headers.get("connection") == "close"

        working = [pool.submit(load) for _ in range(8)]
        while len(answers) < 100:
            time.sleep(0.01)
        served.stop()
        for each in working:
            each.result()
        assert {answer.status_code for answer in answers} == {200}
        assert served.process.ended()[0] == 0


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"MODEL_SHA256": "0" * 64}, "is another file"),
        ({"MODEL_URI": "/nowhere.onnx"}, "there is no file /nowhere.onnx"),
        ({"PORT": "no"}, "PORT: "),
    ],
)
def test_a_start_is_refused_in_a_line_of_the_log(told: dict[str, str], says: str) -> None:
    with begun(**{"MODEL_URI": HEIGHT, "MODEL_SHA256": SHA256, "METRICS_PORT": 0, **told}) as process:
        assert process.ended()[0] == 1
        (error,) = (line["message"] for line in process.lines() if line["severity"] == "ERROR")
    assert says in error


def test_what_happens_is_counted(served: Served) -> None:
    def counted(what: str) -> float:
        lines = httpx.get(f"{served.metrics}/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(what))

    answers, rows = 'modelport_requests_total{path="/predict",status="200"}', "modelport_rows_total"
    before = counted(answers), counted(rows)
    served.predict([{"Weight": 200}] * 7)
    assert (counted(answers), counted(rows)) == (before[0] + 1, before[1] + 7)


def test_metrics_are_not_where_predictions_are(served: Served) -> None:
    assert httpx.get(f"{served.url}/metrics").status_code == 404


def test_logs_have_the_request_and_the_trace_and_no_payload(serve: Serve) -> None:
    traces = {
        "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
        "x-cloud-trace-context": "105445aa7843bc8bf206b12000100000/1;o=1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    with serve(LOG_LEVEL="debug", GOOGLE_CLOUD_PROJECT="models") as served:
        for name, value in traces.items():
            served.predict({"Weight": 123.25}, headers={name: value, "x-request-id": name})
        served.stop()
        _, printed = served.process.ended()
        lines = {line.get("request_id"): line for line in served.process.lines()}
    assert lines["x-amzn-trace-id"]["xray_trace_id"] == traces["x-amzn-trace-id"]
    assert lines["x-cloud-trace-context"]["logging.googleapis.com/trace"] == (
        "projects/models/traces/105445aa7843bc8bf206b12000100000"
    )
    assert lines["traceparent"]["traceparent"] == traces["traceparent"]
    assert "123.25" not in printed


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with begun(MODEL_URI=HEIGHT, MODEL_SHA256=SHA256, METRICS_PORT=0, PORT=port) as process:
            code, printed = process.ended()
    assert code == 1
    assert f"PORT: {port} cannot be listened on: Address already in use" in printed
    assert "Traceback" not in printed


def test_a_download_that_hangs_keeps_nobody_from_stopping(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"https://127.0.0.1:{silent.getsockname()[1]}/models/height.onnx"
        with serve(ready=False, MODEL_URI=uri) as served:
            waiting = served.predict({"Weight": 200})
            assert (waiting.status_code, waiting.json()["detail"]) == (503, "the model is being loaded")
            assert httpx.get(f"{served.url}/readyz").status_code == 503
            served.stop()
            assert served.process.ended()[0] == 0
