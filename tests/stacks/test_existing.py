"""A network that another stack made is joined, and nothing of a network is made a second time."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_azure_native as azure
import pulumi_gcp as gcp
import pytest

import infra
from components.core.context import Context
from components.network.contract import SIDES
from infra.settings import parse
from sandbox.world import World
from tests.components.builders import PLACES, network
from tests.infra.given import given
from tests.rehearsal import Rehearsal

Rehearse = Callable[[Callable[[], object]], Rehearsal]

HUB = Context(project="hub", environment="shared", owner="ml-platform@example.com")
PROVIDERS: dict[str, Callable[[str, str], pulumi.ProviderResource]] = {
    "aws": lambda region, account: aws.Provider("aws", region=region, allowed_account_ids=[account]),
    "azure": lambda region, account: azure.Provider("azure", location=region, subscription_id=account),
    "gcp": lambda region, account: gcp.Provider("gcp", region=region, project=account),
}
PARTS = (
    "aws:ec2/vpc:Vpc",
    "aws:ec2/subnet:Subnet",
    "azure-native:network:VirtualNetwork",
    "azure-native:network:Subnet",
    "gcp:compute/network:Network",
    "gcp:compute/subnetwork:Subnetwork",
)


def hub() -> None:
    """A network on each cloud, as another team keeps it."""
    for cloud, maker in PROVIDERS.items():
        place = PLACES[cloud]
        provider = maker(place["region"], place["account"])
        network(cloud, HUB, pulumi.ResourceOptions(provider=provider))


def ids(world: World, type_: str, name: str) -> list[str]:
    """Ids of what was made under logical names that begin like this."""
    return sorted(each.id for each in world.all(type_) if each.urn.rpartition("::")[2].startswith(name))


def existing(world: World) -> dict[str, dict[str, Any]]:
    """What is said of it in the settings of a stack that joins it."""
    (vpc,), (vnet,) = ids(world, PARTS[0], "network"), ids(world, PARTS[2], "network")
    (endpoints,) = ids(world, PARTS[3], "network-endpoints")
    return {
        "aws": {"network": vpc, "functions": ids(world, PARTS[1], "network-nodes")},
        "azure": {
            "network": vnet,
            "functions": [subnet for side in SIDES for subnet in ids(world, PARTS[3], f"network-{side}")],
            "endpoints": endpoints,
            "zones": vnet.partition("/providers/")[0],
        },
        "gcp": {
            "network": ids(world, PARTS[4], "network")[0],
            "functions": ids(world, PARTS[5], "network-functions"),
        },
    }


@pytest.fixture
def joined(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    """The program in the hub's networks, with a private model and another one."""
    kept = rehearse(hub)
    network = {"existing": existing(kept.world), "allow_from": ["203.0.113.0/28"]}
    models = {"height": {}, "inner": {"access": "private"}}
    monkeypatch.setattr(infra, "load", lambda: parse(given(network=network, models=models)))
    kept.begin("modelport", "dev")
    return rehearse(infra.deploy)


def test_it_deploys_and_nothing_is_luck(joined: Rehearsal) -> None:
    assert joined.luck() == []
    assert joined.outputs["parity"]["inner"]["verdict"] == "equal"


def test_nothing_of_a_network_is_made_a_second_time(joined: Rehearsal) -> None:
    made = {each.type for each in joined.world.live("dev")}

    assert not made & set(PARTS)
    assert "aws:ec2/securityGroup:SecurityGroup" in made, "functions have one of their own"
    assert "azure-native:network:PrivateEndpoint" in made, "and so have registry and storage"


def test_functions_run_in_the_subnets_that_were_named(joined: Rehearsal) -> None:
    there = existing(joined.world)

    for function in joined.made("aws:lambda/function:Function"):
        assert sorted(function["vpcConfig"]["subnetIds"]) == there["aws"]["functions"]
    for service in joined.made("gcp:cloudrunv2/service:Service"):
        (inside,) = service["template"]["vpcAccess"]["networkInterfaces"]
        assert [inside["subnetwork"]] == there["gcp"]["functions"]
    environments = joined.made("azure-native:app:ManagedEnvironment")
    assert {each["vnetConfiguration"]["infrastructureSubnetId"] for each in environments} == {
        *there["azure"]["functions"]
    }
