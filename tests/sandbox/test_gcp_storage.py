"""Buckets and folders on the simulated Google Cloud, and who may read them."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.needs import Refused
from sandbox.rules.gcp_types import BUCKET, BUCKET_MEMBER, FOLDER, FOLDER_MEMBER
from tests.sandbox.playing import Stage, off
from tests.sandbox.playing_gcp import GOOD, NAMED, PROJECT, condition, furnish, hold, needed, refuses

Stages = Callable[..., Stage]


@pytest.fixture
def cloud(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project with all that is needed before."""
    made = stage("gcp")
    hold(monkeypatch)
    furnish(made)
    return made


def test_members_need_bucket_folder_and_account(cloud: Stage) -> None:
    folder = cloud.make(FOLDER, "inbox", **GOOD[FOLDER])
    assert folder["id"] == "modelport-a/inbox/"
    assert needed(cloud, FOLDER, folder["id"]) == ["storage"]
    on_folder = cloud.make(FOLDER_MEMBER, "read", **GOOD[FOLDER_MEMBER])
    assert needed(cloud, FOLDER_MEMBER, on_folder["id"]) == ["storage", "inbox", "height"]
    on_bucket = cloud.make(BUCKET_MEMBER, "all", **GOOD[BUCKET_MEMBER])
    assert needed(cloud, BUCKET_MEMBER, on_bucket["id"]) == ["storage", "height"]


def test_two_folders_of_a_name_clash(cloud: Stage) -> None:
    cloud.make(FOLDER, "inbox", **GOOD[FOLDER])
    with pytest.raises(Refused, match=r"Error 409: The managed folder"):
        cloud.make(FOLDER, "again", **GOOD[FOLDER])


@pytest.mark.parametrize(
    ("rule", "type_", "changes", "says"),
    [
        ("bucket-exists", FOLDER, {"bucket": "other"}, "The specified bucket does not exist"),
        ("bucket-exists", BUCKET_MEMBER, {"bucket": "other"}, "The specified bucket does not exist"),
        ("folder-exists", FOLDER_MEMBER, {"managedFolder": "out/"}, "The managed folder 'out/' does not exist"),
        ("bucket-public", BUCKET_MEMBER, {"member": "allUsers"}, "public access prevention is enforced"),
        ("member-exists", BUCKET_MEMBER, {"member": f"serviceAccount:x@{PROJECT}.iam.gserviceaccount.com"}, "does not exist"),
    ],
)  # fmt: skip
def test_what_is_granted_must_be_there(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, type_: str, changes: dict, says: str
) -> None:
    assert refuses(cloud, monkeypatch, says, type_, **{**GOOD[type_], **changes}) == rule


def test_folders_and_conditions_need_uniform_access(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    off(monkeypatch, "bucket-open")
    cloud.make(BUCKET, "mixed", name="mixed-access", location="europe-west1")
    mixed = {"bucket": "mixed-access"}
    with pytest.raises(Refused, match=r"needs uniform bucket-level access"):
        cloud.make(BUCKET_MEMBER, **{**GOOD[BUCKET_MEMBER], **mixed, **condition(NAMED)})
    assert refuses(cloud, monkeypatch, "uniform", FOLDER, **{**GOOD[FOLDER], **mixed}) == "folder-uniform"


def test_a_bucket_has_a_name_that_nobody_in_the_world_has(cloud: Stage) -> None:
    cloud.world.take(BUCKET, "models")
    with pytest.raises(Refused, match=r"Error 409: The requested bucket name is not available"):
        cloud.make(BUCKET, **{**GOOD[BUCKET], "name": "models"})


def test_a_bucket_is_compared_without_regard_to_the_case_of_its_location(cloud: Stage) -> None:
    old = GOOD[BUCKET]
    assert cloud.diff(BUCKET, old, {**old, "location": "EUROPE-WEST1"}).changes == []
    assert cloud.diff(BUCKET, old, {**old, "location": "us-east1"}).replaces == ["location"]
    assert cloud.diff(BUCKET, old, {**old, "lifecycleRules": []}).replaces == []


def put(cloud: Stage, path: str) -> Path:
    """Let a bucket hold an object."""
    found = cloud.world.path.parent / "objects" / "own" / "gs" / path
    found.parent.mkdir(parents=True)
    found.write_text("content", encoding="utf-8")
    return found


@pytest.mark.parametrize("disabled", [False, True])
def test_a_bucket_with_objects_goes_by_force_only(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, disabled: bool
) -> None:
    there = put(cloud, "modelport-a/inbox/one.json")
    with pytest.raises(Refused, match=r"modelport-a containing objects without forceDestroy"):
        cloud.delete(BUCKET, "modelport-a", "storage")
    if disabled:
        off(monkeypatch, "bucket-not-empty")
    else:
        cloud.change(BUCKET, "modelport-a", "storage", **{**GOOD[BUCKET], "forceDestroy": True})
    cloud.delete(BUCKET, "modelport-a", "storage")
    assert not there.exists()


def test_objects_stay_when_only_their_folder_goes(cloud: Stage) -> None:
    id_ = cloud.make(FOLDER, "inbox", **{**GOOD[FOLDER], "forceDestroy": False})["id"]
    there = put(cloud, "modelport-a/inbox/one.json")
    with pytest.raises(Refused, match=r"modelport-a/inbox/ containing objects"):
        cloud.delete(FOLDER, id_, "inbox")
    cloud.change(FOLDER, id_, "inbox", **GOOD[FOLDER])
    cloud.delete(FOLDER, id_, "inbox")
    assert there.exists()
