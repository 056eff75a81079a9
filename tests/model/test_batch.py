"""Tasks that share a manifest: every shard once, whoever dies, and however many there are."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from app.batch import Batch
from app.errors import StartRefused
from app.leases import Leases
from app.logs import Log
from app.predictor import Predictor
from app.settings import Settings, read
from obstore.store import LocalStore

from tests.model.conftest import HEIGHT, MODEL, SHA256

ROW, PREDICTED = '{"Weight": 200}\n', '{"Height":73.61}\n'
Task = Callable[..., Batch]


@pytest.fixture(scope="module")
def height() -> Predictor:
    return Predictor(HEIGHT)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("rows", "results"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def task(place: Path) -> Task:
    settings = Settings(batch_uri=f"{place}/rows/", batch_results_uri=f"{place}/results/", lease_seconds=100)
    return lambda **more: Batch(settings, Log("error"), **more)


def _manifest(place: Path, *shards: str, rows: int = 1) -> None:
    for shard in shards:
        file = place / "rows" / shard
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ROW * rows)
    (place / "rows" / "manifest.json").write_text(json.dumps({"shards": shards}))


def _results(place: Path) -> dict[str, str]:
    folder = place / "results"
    return {
        str(each.relative_to(folder)): each.read_text()
        for each in folder.rglob("*")
        if each.is_file() and "leases" not in each.parts
    }


def test_every_shard_becomes_predictions(place: Path, task: Task, height: Predictor) -> None:
    _manifest(place, "a.jsonl", "of/today/b ä.jsonl", rows=3)
    assert task().run(height) == []
    assert _results(place) == {
        "a.jsonl.predictions.jsonl": PREDICTED * 3,
        "of/today/b ä.jsonl.predictions.jsonl": PREDICTED * 3,
    }


def test_more_rows_than_one_step_takes(place: Path, task: Task, height: Predictor) -> None:
    _manifest(place, "a", rows=25_001)
    assert task().run(height) == []
    assert _results(place)["a.predictions.jsonl"].count("\n") == 25_001


def test_many_tasks_do_each_shard_once(place: Path, task: Task, height: Predictor) -> None:
    shards = [f"{each:03}.jsonl" for each in range(60)]
    _manifest(place, *shards)

    with ThreadPoolExecutor(8) as pool:
        ran = [pool.submit(task(wait=lambda _: time.sleep(0.01)).run, height) for _ in range(8)]
    assert [each.result() for each in ran] == [[]] * 8
    assert len(_results(place)) == 60
    leases = [each for each in (place / "results" / "leases").rglob("*") if each.is_file()]
    assert len(leases) == 60, "one lease for each"
    assert len({each.read_text() for each in leases}) > 1, "shared among the tasks"


def test_what_was_done_is_not_done_again(place: Path, task: Task, height: Predictor) -> None:
    _manifest(place, "a", "b")
    task().run(height)
    (place / "results" / "a.predictions.jsonl").write_text("of before")
    assert task().run(height) == []
    assert _results(place)["a.predictions.jsonl"] == "of before"


def test_who_died_stands_in_the_way_until_the_lease_is_over(
    place: Path, height: Predictor, task: Task
) -> None:
    _manifest(place, "a")
    waited: list[float] = []
    now = time.time()
    assert Leases(LocalStore(place / "results"), 100, "dead", time.time).claim("a")

    done = task(clock=lambda: now + sum(waited), wait=waited.append).run(height)

    assert done == []
    assert 95 < sum(waited) <= 115
    assert _results(place) == {"a.predictions.jsonl": PREDICTED}


def test_of_two_who_see_nobody_one_gets_the_lease(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (Leases(LocalStore(place / "results"), 100, name, time.time) for name in "ab")
    monkeypatch.setattr("app.leases.obstore.list", lambda *_, **__: [])
    assert first.claim("a")
    assert not second.claim("a")


def test_what_somebody_has_done_meanwhile_is_left(place: Path, task: Task, height: Predictor) -> None:
    _manifest(place, "a")
    task().run(height)
    assert not task()._one(height, "a")


def test_a_late_owner_changes_nothing(place: Path, task: Task, height: Predictor) -> None:
    """It lost its lease while it worked, and another one was faster."""
    _manifest(place, "a")
    late = task()
    task().run(height)
    late._put("a.predictions.jsonl", b"late")
    assert _results(place) == {"a.predictions.jsonl": PREDICTED}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"Weight": "a"}\n', "Expected `float`, got `str`"),
        ('{"Weight": 1e308}\n', "no finite number"),
        ("\xff", "malformed"),
        (None, "it is not there"),
    ],
)
def test_a_shard_that_cannot_be_predicted_is_told_and_stops_nobody(
    place: Path, task: Task, height: Predictor, content: str | None, reason: str
) -> None:
    _manifest(place, "bad", "good")
    bad = place / "rows" / "bad"
    if content is None:
        bad.unlink()
    else:
        bad.write_text(content)
    assert task().run(height) == ["bad"]
    found = _results(place)
    assert found["good.predictions.jsonl"] == PREDICTED
    assert reason in json.loads(found["bad.failed.json"])["reason"]
    assert task().run(height) == ["bad"], "it is still told, and not tried again"


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (None, "cannot be read"),
        ("{", "is not"),
        ("[]", "is not"),
        ('{"shards": "a"}', "is not"),
        ('{"shards": ["a"], "more": 1}', "is not"),
        ('{"shards": ["../secrets"]}', "not beside it"),
        ('{"shards": ["/etc/passwd"]}', "not beside it"),
        ('{"shards": [""]}', "not beside it"),
        ('{"shards": ["a", "a"]}', "something twice"),
    ],
)
def test_a_manifest_that_is_none(
    place: Path, task: Task, height: Predictor, manifest: str | None, says: str
) -> None:
    if manifest is not None:
        (place / "rows" / "manifest.json").write_text(manifest)
    with pytest.raises(StartRefused, match=says):
        task().run(height)


def test_both_places_are_needed() -> None:
    with pytest.raises(StartRefused, match="BATCH_URI, BATCH_RESULTS_URI: one of them is missing"):
        read({"BATCH_URI": "s3://rows/"})
    with pytest.raises(StartRefused, match="BATCH_URI"):
        read({"BATCH_URI": "rows/", "BATCH_RESULTS_URI": "s3://results/"})


def _process(place: Path, **more: str) -> "subprocess.Popen[bytes]":
    told = {
        "MODEL_URI": str(HEIGHT),
        "MODEL_SHA256": SHA256,
        "BATCH_URI": f"{place}/rows/",
        "BATCH_RESULTS_URI": f"{place}/results/",
        "LEASE_SECONDS": "2",
        **more,
    }
    with (place / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "app.batch"], cwd=MODEL, env=told, stdout=log, stderr=log
        )


def test_tasks_that_are_killed_lose_nothing(place: Path) -> None:
    shards = [f"{each:03}" for each in range(40)]
    _manifest(place, *shards, rows=20_000)
    for _ in range(3):
        both = [_process(place), _process(place)]
        deadline = time.monotonic() + 30
        before = len(_results(place))
        while len(_results(place)) < before + 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        for each in both:
            each.kill()
            each.wait()
    assert 0 < len(_results(place)) < 40, "killed in the middle"

    last = [_process(place) for _ in range(2)]
    assert [each.wait(120) for each in last] == [0, 0]

    assert {name: len(text) for name, text in _results(place).items()} == {
        f"{shard}.predictions.jsonl": len(PREDICTED) * 20_000 for shard in shards
    }


def test_a_task_with_a_shard_that_fails_ends_with_1(place: Path) -> None:
    _manifest(place, "bad", "good")
    (place / "rows" / "bad").write_text("{}\n")
    assert _process(place).wait(30) == 1
    assert set(_results(place)) == {"bad.failed.json", "good.predictions.jsonl"}


def test_a_task_that_is_told_to_end_ends_at_once(place: Path) -> None:
    _manifest(place, *[f"{each}" for each in range(60)], rows=50_000)
    process = _process(place)
    deadline = time.monotonic() + 30
    while not _results(place) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"BATCH_URI": "", "BATCH_RESULTS_URI": ""}, "BATCH_URI: is missing"),
        ({"BATCH_URI": "/nowhere/"}, "/nowhere/"),
        ({"MODEL_SHA256": "0" * 64}, "is another file"),
    ],
)
def test_a_start_that_is_refused_says_why(place: Path, variables: dict[str, str], says: str) -> None:
    _manifest(place, "a")
    assert _process(place, **variables).wait(30) == 1
    told = [json.loads(line) for line in (place / "log").read_text().splitlines()]
    assert told[-1]["severity"] == "ERROR"
    assert says in str(told[-1])
    assert not any((place / "results").iterdir())
