"""What becomes of a state after a deployment was killed."""

from collections.abc import Iterable
from typing import Any

import pytest

from recovery.state import Entry, Settled, creations, interrupted, settle

BUCKET = "aws:s3/bucket:Bucket"
PROVIDER = "urn:pulumi:dev::modelport::pulumi:providers:aws::aws"
PARENT = "urn:pulumi:dev::modelport::modelport:aws:Storage::storage"


def urn(name: str, type_: str = BUCKET) -> str:
    return f"urn:pulumi:dev::modelport::{type_}::{name}"


def entry(name: str, type_: str = BUCKET, **more: Any) -> Entry:
    return {"urn": urn(name, type_), "type": type_, "custom": True, "inputs": {"a": 1}, **more}


def state(*pending: Entry, resources: Iterable[Entry] = (), kind: str = "creating") -> Entry:
    operations = [{"type": kind, "resource": each} for each in pending]
    return {"version": 3, "deployment": {"resources": list(resources), "pending_operations": operations}}


def held(settled: Settled) -> list[Entry]:
    found: list[Entry] = settled.state["deployment"]["resources"]
    return found


@pytest.mark.parametrize("kind", ["creating", "updating", "deleting"])
def test_a_pending_operation_is_an_interruption(kind: str) -> None:
    assert interrupted(state(entry("models"), kind=kind))
    assert not interrupted(state())


def test_what_is_on_a_cloud_may_have_been_made() -> None:
    text = entry("suffix", "random:index/randomString:RandomString")
    component = entry("storage", "modelport:aws:Storage", custom=False)
    assert list(creations(state(entry("models"), text, component))) == [urn("models")]
    assert creations(state(entry("models"), kind="updating")) == {}


def test_what_exists_is_recorded_with_its_id() -> None:
    settled = settle(state(entry("models")), [(urn("models"), "models-1")], {})

    made = {"id": "models-1", "outputs": {"a": 1}, "refreshBeforeUpdate": True}
    assert held(settled) == [{**entry("models"), **made}]
    assert settled.recorded == [urn("models")]
    assert not interrupted(settled.state)


def test_what_does_not_exist_is_forgotten() -> None:
    settled = settle(state(entry("models")), [], {})

    assert held(settled) == []
    assert settled.absent == [urn("models")]
    assert not interrupted(settled.state)


def test_a_copy_beside_the_one_of_the_state_is_to_be_deleted_and_the_other_stays() -> None:
    old = entry("models", id="models-1", protect=True)
    begun = entry("models", protect=True, retainOnDelete=True, deletedWith=PARENT)
    settled = settle(state(begun, resources=[old]), [(urn("models"), "models-2")], {})

    kept, copy = held(settled)
    assert kept == old
    assert (copy["id"], copy["delete"], copy["protect"]) == ("models-2", True, False)
    assert copy["retainOnDelete"] is False
    assert "deletedWith" not in copy
    assert settled.surplus == [urn("models")]


def test_what_the_state_has_under_the_same_id_is_left_alone() -> None:
    old = entry("models", id="models-1", protect=True)
    settled = settle(state(entry("models"), resources=[old]), [(urn("models"), "models-1")], {})

    assert held(settled) == [old]
    assert settled.surplus == []
    assert not interrupted(settled.state)


def test_azure_compares_ids_without_regard_to_case() -> None:
    group = "azure-native:resources:ResourceGroup"
    old = entry("thing", group, id="/subscriptions/1/resourcegroups/thing")
    found = [(urn("thing", group), "/subscriptions/1/resourceGroups/thing")]

    assert held(settle(state(resources=[old]), found, {})) == [old]


def test_what_was_deleted_to_be_replaced_gives_way_to_what_was_made() -> None:
    old = entry("models", id="models-1", pendingReplacement=True)
    after = entry("after", id="after-1", dependencies=[urn("models")])
    found = [(urn("models"), "models-1")]
    settled = settle(state(entry("models"), resources=[old, after]), found, {})

    assert [(each["id"], each.get("pendingReplacement")) for each in held(settled)] == [
        ("models-1", None),
        ("after-1", None),
    ]
    assert settled.recorded == [urn("models")]


def test_what_was_begun_under_a_component_that_is_gone_takes_its_planned_place() -> None:
    found = [(urn("models"), "models-1")]
    settled = settle(state(entry("models", parent=PARENT)), found, {urn("models"): entry("models")})

    assert settled.recorded == [urn("models")]


def test_of_two_that_were_made_one_is_recorded() -> None:
    both = [(urn("models"), "models-1"), (urn("models"), "models-2")]
    settled = settle(state(entry("models")), both, {})

    assert [(each["id"], each.get("delete", False)) for each in held(settled)] == [
        ("models-1", False),
        ("models-2", True),
    ]


def test_what_was_begun_later_comes_later() -> None:
    first, second = entry("first"), entry("second", dependencies=[urn("first")])
    both = [(urn("second"), "2"), (urn("first"), "1")]

    assert [each["id"] for each in held(settle(state(first, second), both, {}))] == ["1", "2"]


def test_what_a_preview_shows_gets_its_components_too() -> None:
    provider = {"urn": PROVIDER, "type": "pulumi:providers:aws", "custom": True, "id": "p"}
    component = {"urn": PARENT, "type": "modelport:aws:Storage", "custom": False}
    planned = entry("models", parent=PARENT, provider=f"{PROVIDER}::p")
    settled = settle(
        state(resources=[provider]),
        [(urn("models"), "models-1")],
        {PARENT: component, urn("models"): planned},
    )

    assert [each["urn"] for each in held(settled)] == [PROVIDER, PARENT, urn("models")]


@pytest.mark.parametrize(
    "more", [{"parent": PARENT}, {"provider": f"{PROVIDER}::p"}, {"dependencies": [urn("other")]}]
)
def test_what_refers_to_something_that_is_missing_is_an_orphan(more: dict[str, Any]) -> None:
    settled = settle(state(), [(urn("models"), "models-1")], {urn("models"): entry("models", **more)})

    assert held(settled) == []
    assert settled.orphans == [(urn("models"), "models-1")]


def test_what_nobody_knows_of_is_an_orphan() -> None:
    assert settle(state(), [(urn("models"), "models-1")], {}).orphans == [(urn("models"), "models-1")]


def test_the_given_state_stays_as_it_is() -> None:
    given = state(entry("models"))
    settle(given, [(urn("models"), "models-1")], {})

    assert given == state(entry("models"))
