"""Objects of the clouds as files: which address is which, and what a storage refuses."""

from pathlib import Path

import pytest

from sandbox import login, objects, reach
from sandbox.layout import VARIABLE, layout
from sandbox.objects import Object
from sandbox.shims import rclone
from sandbox.world import Resource, World

BUCKETS = {
    ":s3,provider=AWS,env_auth,region=eu-central-1:ours/a/b": Object("s3", "ours", "a/b"),
    ":gcs,env_auth,bucket_policy_only:ours/a": Object("gs", "ours", "a"),
    ":azureblob,env_auth,account=acc:objects/a": Object("az", "acc/objects", "a"),
    "s3://ours/a": Object("s3", "ours", "a"),
    "az://acc/objects/a": Object("az", "acc/objects", "a"),
    "https://example.com/a/b": Object("https", "example.com", "a/b"),
}
TYPES = {
    "s3": ("aws:s3/bucket:Bucket", {"bucket": "ours"}),
    "gs": ("gcp:storage/bucket:Bucket", {"name": "ours"}),
    "az": ("azure-native:storage:BlobContainer", {"containerName": "objects", "accountName": "acc"}),
}


@pytest.fixture(autouse=True)
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "box"))
    login.login(layout())
    return tmp_path / "box"


@pytest.mark.parametrize(("text", "found"), BUCKETS.items())
def test_addresses_and_remotes_are_told_apart(text: str, found: Object) -> None:
    assert objects.parse(text) == found


@pytest.mark.parametrize("text", ["/tmp/part", "s3://bucket", ":s3:bucket", "s3://b/../../x", ":ftp:b/k", ""])
def test_what_is_no_object_is_a_file(text: str) -> None:
    assert objects.parse(text) is None


@pytest.mark.parametrize("text", list(BUCKETS)[:5])
def test_a_bucket_of_this_world_is_written_and_read(text: str, sandbox: Path) -> None:
    found = BUCKETS[text]
    with pytest.raises(rclone.Refused, match="NoSuchBucket"):
        rclone.mapped(["copyto", "/tmp/part", text])
    type_, properties = TYPES[found.scheme]
    World(layout().world).add(Resource("urn:pulumi:dev::p::t::n", type_, "id", "aws", properties, {}))

    assert rclone.mapped(["copyto", "/tmp/part", text]) == [
        "copyto",
        "/tmp/part",
        str(sandbox / "objects" / "own" / found.scheme / found.bucket / found.key),
    ]
    assert rclone.mapped(["cat", text])[1].startswith(str(sandbox / "objects" / "own"))


def test_what_others_have_is_read_and_never_written(sandbox: Path) -> None:
    with pytest.raises(rclone.Refused, match="python -m sandbox put FILE s3://theirs/a"):
        rclone.mapped(["cat", "s3://theirs/a"])
    file = Object("s3", "theirs", "a").file(sandbox / "objects", own=False)
    file.parent.mkdir(parents=True)
    file.write_text("x")

    assert rclone.mapped(["cat", "s3://theirs/a"]) == ["cat", str(file)]
    with pytest.raises(rclone.Refused, match="not yours"):
        rclone.mapped(["copyto", "/tmp/part", "s3://theirs/a"])


def test_nothing_is_fetched_over_the_network(sandbox: Path) -> None:
    file = Object("https", "example.com", "a").file(sandbox / "objects", own=False)
    file.parent.mkdir(parents=True)
    file.write_text("x")
    assert rclone.mapped(["copyurl", "https://example.com/a", "/tmp/part"]) == [
        "copyto",
        str(file),
        "/tmp/part",
    ]


def test_without_a_login_storages_are_closed() -> None:
    login.logout(layout())
    with pytest.raises(rclone.Refused, match="403; log in"):
        rclone.mapped(["cat", "s3://theirs/a"])


def test_other_commands_are_refused() -> None:
    with pytest.raises(rclone.Refused, match="rclone delete is not simulated"):
        rclone.mapped(["delete", "s3://ours/a"])


def test_without_the_real_one_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELPORT_RCLONE", raising=False)
    with pytest.raises(SystemExit, match="run: make up"):
        rclone.main(["version"])


@pytest.mark.parametrize("text", list(BUCKETS)[:3])
def test_a_bucket_refuses_whom_its_network_rules_leave_out(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = BUCKETS[text]
    type_, properties = TYPES[found.scheme]
    World(layout().world).add(Resource("urn:pulumi:dev::p::t::n", type_, "id", "aws", properties, {}))
    monkeypatch.setattr(
        reach, "storage_denies", lambda world, scheme, bucket: f"403: {scheme} {bucket} is closed"
    )

    with pytest.raises(rclone.Refused, match=f"403: {found.scheme} {found.bucket} is closed; you come from"):
        rclone.mapped(["copyto", "/tmp/part", text])
    with pytest.raises(rclone.Refused, match=r"modelport:network\.allow_from"):
        rclone.mapped(["cat", text])
