"""What becomes of creations that a killed `up` had begun."""

from sandbox import recovery
from sandbox.world import Resource

BUCKET = "aws:s3/bucket:Bucket"


def urn(name):
    return f"urn:pulumi:dev::modelport::{BUCKET}::{name}"


def live(name, id_):
    return Resource(urn(name), BUCKET, id_, "aws", {}, {"arn": f"arn:aws:s3:::{id_}"})


def state(*pending, resources=()):
    begun = [{"type": "creating", "resource": {"urn": urn(name), "inputs": {"a": 1}}} for name in pending]
    return {"version": 3, "deployment": {"resources": list(resources), "pending_operations": begun}}


def test_nothing_pending_is_nothing_to_settle():
    assert recovery.settle({"deployment": {"resources": []}}, []) is None


def test_what_exists_is_recorded_with_its_id_and_outputs():
    settled = recovery.settle(state("models"), [live("models", "models-1")])
    (recorded,) = settled.state["deployment"]["resources"]
    assert recorded == {
        **{"urn": urn("models"), "inputs": {"a": 1}, "id": "models-1"},
        "outputs": {"arn": "arn:aws:s3:::models-1"},
    }
    assert settled.recorded == [urn("models")]
    assert "pending_operations" not in settled.state["deployment"]


def test_what_does_not_exist_is_forgotten():
    settled = recovery.settle(state("models"), [live("other", "other-1")])
    assert settled.state["deployment"]["resources"] == []
    assert settled.absent == [urn("models")]


def test_a_replacement_beside_the_old_one_is_named():
    old = {"urn": urn("models"), "id": "models-1"}
    settled = recovery.settle(
        state("models", resources=[old]), [live("models", "models-1"), live("models", "models-2")]
    )
    assert settled.state["deployment"]["resources"] == [old]
    assert settled.orphaned == [urn("models")]


def test_the_old_one_alone_is_no_replacement():
    old = {"urn": urn("models"), "id": "models-1"}
    assert recovery.settle(state("models", resources=[old]), [live("models", "models-1")]).absent == [
        urn("models")
    ]


def test_other_pending_operations_are_dropped():
    pending = state()
    pending["deployment"]["pending_operations"] = [{"type": "deleting", "resource": {"urn": urn("models")}}]
    assert recovery.settle(pending, []).recorded == []
