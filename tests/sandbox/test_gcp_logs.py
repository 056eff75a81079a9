"""Log buckets, sinks and exclusions on the simulated Google Cloud."""

from collections.abc import Callable

import pytest

from sandbox.needs import Refused
from sandbox.rules.gcp_types import EXCLUSION, LOG_BUCKET, SINK
from tests.sandbox.playing import Stage, off
from tests.sandbox.playing_gcp import GOOD, LOGS, PROJECT, furnish, hold, needed, refuses

Stages = Callable[..., Stage]


@pytest.fixture
def cloud(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project with all that is needed before."""
    made = stage("gcp")
    hold(monkeypatch)
    furnish(made)
    return made


def test_a_sink_needs_its_bucket(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cloud.make(SINK, "sink", **GOOD[SINK])
    assert needed(cloud, SINK, made["id"]) == ["logging", "logs"]
    assert made["writerIdentity"] == ""
    other = {**GOOD[SINK], "destination": GOOD[SINK]["destination"].replace("functions-a", "other")}
    assert refuses(cloud, monkeypatch, "Bucket `.*other` does not exist", SINK, **other) == "sink-destination"


@pytest.mark.parametrize(
    "destination",
    ["storage.googleapis.com/modelport-a", "logging.googleapis.com/projects/p/locations/l/buckets/b"],
)
def test_a_sink_into_something_else_is_not_simulated(cloud: Stage, destination: str) -> None:
    with pytest.raises(Refused, match=r"is no log bucket of the sink's own project"):
        cloud.make(SINK, **{**GOOD[SINK], "destination": destination})


def test_nothing_is_excluded_that_no_sink_keeps(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"logs would be lost"):
        cloud.make(EXCLUSION, **GOOD[EXCLUSION])
    cloud.make(SINK, "sink", **GOOD[SINK])
    made = cloud.make(EXCLUSION, "excluded", **GOOD[EXCLUSION])
    assert needed(cloud, EXCLUSION, made["id"]) == ["logging", "sink"]
    other = LOGS.replace("dev", "prod")
    assert (
        refuses(cloud, monkeypatch, "logs would be lost", EXCLUSION, filter=other) == "exclusion-loses-logs"
    )


def test_a_project_has_so_many_exclusions(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(SINK, "sink", **GOOD[SINK])
    for at in range(50):
        cloud.make(EXCLUSION, f"excluded{at}", **GOOD[EXCLUSION])
    assert (
        refuses(cloud, monkeypatch, "50 exclusions already", EXCLUSION, **GOOD[EXCLUSION])
        == "exclusion-count"
    )


def test_a_deleted_log_bucket_holds_its_name(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = f"projects/{PROJECT}/locations/europe-west1/buckets/functions-a"
    cloud.delete(LOG_BUCKET, id_, "logs")
    assert [each.id for each in cloud.world.tombstones()] == [id_]
    assert (
        refuses(cloud, monkeypatch, "holds its name for 7 days", LOG_BUCKET, **GOOD[LOG_BUCKET])
        == "log-bucket-held"
    )


def test_the_built_in_log_buckets_are_only_forgotten(cloud: Stage) -> None:
    made = cloud.make(
        LOG_BUCKET, "default", **{**GOOD[LOG_BUCKET], "bucketId": "_Default", "location": "global"}
    )
    cloud.delete(LOG_BUCKET, made["id"], "default")
    assert cloud.world.tombstones() == []


def test_a_locked_log_bucket_stays_locked(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = cloud.make(LOG_BUCKET, "locked", **{**GOOD[LOG_BUCKET], "bucketId": "locked", "locked": True})["id"]
    loose = {**GOOD[LOG_BUCKET], "bucketId": "locked", "retentionDays": 7}
    with pytest.raises(Refused, match=r"locked: cannot be undone"):
        cloud.change(LOG_BUCKET, id_, "locked", **loose)
    with pytest.raises(Refused, match=r"retentionDays: cannot be lowered"):
        cloud.change(LOG_BUCKET, id_, "locked", **{**loose, "locked": True})
    cloud.change(LOG_BUCKET, id_, "locked", **{**loose, "locked": True, "retentionDays": 60})
    off(monkeypatch, "log-bucket-locked")
    cloud.change(LOG_BUCKET, id_, "locked", **loose)
