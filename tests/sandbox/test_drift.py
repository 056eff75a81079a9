"""Changes behind Pulumi's back."""

import pytest

from sandbox import drift
from sandbox.errors import SandboxError
from sandbox.world import Resource, World

BUCKET = "aws:s3/bucket:Bucket"
URN = f"urn:pulumi:dev::modelport::{BUCKET}::models"


def bucket(name):
    return Resource(
        urn=f"urn:pulumi:dev::modelport::{BUCKET}::{name}",
        type=BUCKET,
        id=f"{name}-1a2b",
        cloud="aws",
        inputs={"tags": {"owner": "me"}, "rules": [{"days": 7}]},
        outputs={"arn": f"arn:aws:s3:::{name}", "tags": {"owner": "me"}},
    )


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "world.sqlite")
    made.add(bucket("models"))
    return made


@pytest.mark.parametrize(
    "name", [BUCKET, "Bucket", "models-1a2b", f"urn:pulumi:dev::modelport::{BUCKET}::models"]
)
def test_finds_by_type_id_or_urn(world, name):
    assert drift.find(world, name).id == "models-1a2b"


def test_changes_what_was_asked_for_and_what_is_reported(world):
    _, old, new = drift.change(world, "Bucket", "tags.owner", "nobody")
    assert (old, new) == ("me", "nobody")
    found = drift.find(world, "Bucket")
    assert found.inputs["tags"] == found.outputs["tags"] == {"owner": "nobody"}


def test_a_value_is_json_where_it_reads_as_json(world):
    drift.change(world, "Bucket", "rules[0].days", "30")
    found = drift.find(world, "Bucket")
    assert found.inputs["rules"] == [{"days": 30}]
    assert "rules" not in found.outputs


def test_may_add_below_a_property_that_exists(world):
    assert drift.change(world, "Bucket", "tags.team", "red")[1] is None
    assert drift.find(world, "Bucket").inputs["tags"] == {"owner": "me", "team": "red"}


def test_an_unknown_property_names_the_nearest(world):
    with pytest.raises(SandboxError, match=r"'tag' does not exist; did you mean 'tags'"):
        drift.change(world, "Bucket", "tag", "x")


def test_an_unknown_object_lists_what_lives(world):
    with pytest.raises(SandboxError, match=r"did you mean 'aws:s3/bucket:Bucket'[\s\S]*::models"):
        drift.find(world, "aws:s3/buckt:Bucket")


def test_two_of_a_type_must_be_named(world):
    world.add(bucket("logs"))
    with pytest.raises(SandboxError, match="2 live objects match 'Bucket'"):
        drift.find(world, "Bucket")


def test_deletes(world):
    drift.delete(world, "Bucket")
    assert world.live() == []
