"""Networks: a range that is too small, a way out added, models moved inside and out again, and who copies."""

import pytest

from tests.engine.bench import Bench

RANGE = "10.20.0.0/16"
ELSEWHERE = "198.51.100.7"
APP = "azure-native:app:ContainerApp::height"
FUNCTIONS = {
    "aws:lambda/function:Function::height",
    APP,
    "gcp:cloudrunv2/service:Service::height",
}


@pytest.fixture
def joined(bench: Bench) -> Bench:
    """Dev in a network, from where images can be copied."""
    bench.deployed("joined", network={"cidr": RANGE, "allow_from": ["203.0.113.0/28"]})
    return bench


def test_a_range_that_is_too_small_is_refused_before_anything_is_made(bench: Bench) -> None:
    bench.set("network.cidr", "10.20.0.0/22")

    refused = bench.up()

    assert refused.code != 0
    assert "endpoints would have /30 and need /28" in refused.text
    assert bench.session.world().live() == []


def test_it_goes_up_in_the_right_order_and_stays_as_it_is(joined: Bench) -> None:
    assert joined.luck() == []
    assert joined.steps() == {}
    assert joined.outputs()["parity"]["height"]["verdict"] == "equal"


def test_a_way_out_and_its_subnets_are_added_beside_what_is_there(joined: Bench) -> None:
    joined.set("network.egress", "internet")

    changes = joined.changes()

    assert any(each.startswith("aws:ec2/subnet:Subnet::") for each in changes)
    assert set(changes.values()) <= {"create", "update"}
    assert joined.steps() == {}

    joined.set("network.egress", "none")
    joined.up().good()
    assert (joined.luck(), joined.steps()) == ([], {})


HOLDING = ("Bucket::", "StorageAccount::storage", "Registry::", "Repository::", "BlobContainer::")


def test_another_range_is_another_network_around_the_same_data(joined: Bench) -> None:
    joined.set("network.cidr", "10.64.0.0/16")

    replaced = {step for step, operation in joined.steps().items() if operation == "replace"}
    assert "azure-native:network:VirtualNetwork::network" in replaced
    assert "aws:ec2/vpc:Vpc::network" in replaced
    assert not [step for step in replaced if any(part in step for part in HOLDING)]
    # Google lets go of addresses of functions a while later: as on a real cloud, twice.
    if joined.up().code != 0:
        joined.up().good()
    assert (joined.luck(), joined.steps()) == ([], {})


def test_a_network_is_left_again(joined: Bench) -> None:
    joined.pulumi("config", "rm", "modelport:network").good()
    if joined.up().code != 0:
        joined.up().good()

    assert (joined.luck(), joined.steps()) == ([], {})
    assert not joined.session.world().all("aws:ec2/vpc:Vpc")


def test_a_model_goes_inside_and_comes_out_again(joined: Bench) -> None:
    outside = joined.outputs()["endpoints"]
    joined.set("models.height.access", "private")

    changes = joined.changes()
    assert changes["aws:lambda/functionUrl:FunctionUrl::height-url"] == "delete"
    assert changes[APP] == "replace", "an app stays in its environment"
    assert changes["gcp:cloudrunv2/service:Service::height"] == "update"
    inside = joined.outputs()["endpoints"]
    assert inside["aws"].get("height") is None
    assert inside["azure"]["height"] != outside["azure"]["height"]
    assert joined.steps() == {}

    joined.set("models.height.access", "authenticated")
    joined.up().good()

    assert joined.outputs()["endpoints"]["aws"]["height"].startswith("https://")
    assert joined.steps() == {}


def test_what_lives_is_named_when_a_stack_gets_its_first_network(bench: Bench) -> None:
    bench.deployed()
    bench.edit("network", {"cidr": RANGE, "allow_from": ["203.0.113.0/28"]})

    replaced = {each for each, operation in bench.changes().items() if operation == "replace"}
    assert not [each for each in replaced if any(part in each for part in HOLDING)]
    assert "azure-native:app:ManagedEnvironment::host" in replaced
    assert bench.steps() == {}


def test_an_image_is_copied_from_where_the_registry_answers(bench: Bench) -> None:
    bench.edit("network", {"cidr": RANGE, "allow_from": ["203.0.113.0/28"]})

    refused = bench.up(MODELPORT_ADDRESS=ELSEWHERE)
    assert refused.code != 0
    assert f"you come from {ELSEWHERE}" in refused.text
    changes = bench.changes()
    assert {changes[each] for each in FUNCTIONS} == {"create"}
    assert bench.steps() == {}
