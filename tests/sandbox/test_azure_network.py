"""Networks on Azure: what the simulated cloud refuses once it has looked at what is there."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.rules.azure_reach import registry_denies, storage_denies
from tests.sandbox import playing_azure
from tests.sandbox.playing import ACR, ASSIGNMENT, GROUP, IDENTITY, Stage
from tests.sandbox.playing_azure import ACCOUNT
from tests.sandbox.test_rules_azure_network import (
    ACCOUNT_ID,
    ADDRESS,
    DELEGATED,
    ENDPOINT,
    FLOW_LOG,
    GOOD,
    HERE,
    LINK,
    NAT,
    NETWORK,
    NETWORK_ID,
    RECORDS,
    SECURITY,
    SUBNET,
    WRITER,
    ZONE,
    ZONE_GROUP,
    ZONE_ID,
    connection,
)

Stages = Callable[..., Stage]

ORDER = (GROUP, NETWORK, SECURITY, ADDRESS, NAT, SUBNET, ACCOUNT, ENDPOINT, ZONE, LINK, RECORDS, ZONE_GROUP)


@pytest.fixture
def built(stage: Stages) -> Callable[..., tuple[Stage, dict[str, str]]]:
    """Makes everything up to a type; returns the ids of all."""

    def make(*, until: str = ZONE_GROUP, **changes: dict[str, Any]) -> tuple[Stage, dict[str, str]]:
        cloud, ids = stage("azure-native"), {}
        for type_ in ORDER[: ORDER.index(until) + 1]:
            ids[type_] = cloud.make(type_, **{**GOOD[type_], **changes.get(type_.rpartition(":")[2], {})})[
                "id"
            ]
        return cloud, ids

    return make


MADE: list[tuple[str, str, dict[str, Any], str]] = [
    ("vnet-subnet-in-network", SUBNET, {"addressPrefix": "10.1.0.0/24"}, "NetcfgInvalidSubnet"),
    ("vnet-subnet-parts", SUBNET, {"networkSecurityGroup": {"id": f"{HERE}/networkSecurityGroups/none"}}, "InvalidResourceReference"),
    ("vnet-subnet-parts", SUBNET, {"natGateway": {"id": f"{HERE}/natGateways/none"}}, "InvalidResourceReference"),
    ("azure-nat-addresses", NAT, {"publicIpAddresses": [{"id": f"{HERE}/publicIPAddresses/none"}]}, "was not found"),
    ("private-endpoint-subnet", ENDPOINT, {"subnet": {"id": f"{NETWORK_ID}/subnets/none"}}, "was not found"),
    ("private-endpoint-subnet", ENDPOINT, {"location": "northeurope"}, "InvalidResourceLocation"),
    ("private-endpoint-target", ENDPOINT, connection(f"{ACCOUNT_ID}2"), "PrivateLinkServiceNotFound"),
    ("private-endpoint-target", ENDPOINT, connection(ACCOUNT_ID, "registry"), "it has: blob"),
    ("private-link-zone", LINK, {"privateZoneName": "privatelink.azurecr.io"}, "no private zone"),
    ("private-link-network", LINK, {"virtualNetwork": {"id": f"{NETWORK_ID}2"}}, "was not found"),
    ("private-record-zone", RECORDS, {"privateZoneName": "privatelink.azurecr.io"}, "no private zone"),
    ("private-zone-group-endpoint", ZONE_GROUP, {"privateEndpointName": "none"}, "no private endpoint"),
    ("private-zone-group-zone", ZONE_GROUP, {"privateDnsZoneConfigs": [{"name": "a", "privateDnsZoneId": f"{ZONE_ID}2"}]}, "PrivateDnsZoneNotFound"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "type_", "mistake", "says"), MADE, ids=[f"{each[0]}-{n}" for n, each in enumerate(MADE)]
)
def test_is_not_made(built: Any, rule: str, type_: str, mistake: dict[str, Any], says: str) -> None:
    cloud, _ = built(until=ORDER[ORDER.index(type_) - 1])
    with pytest.raises(Refused, match=says) as refused:
        cloud.make(type_, **{**GOOD[type_], **mistake})
    assert refused.value.rule == rule
    assert cloud.make(type_, **GOOD[type_])


def test_names_need_a_network_that_sees_them(built: Any) -> None:
    cloud, ids = built()
    cloud.delete(ZONE_GROUP, ids[ZONE_GROUP])
    cloud.delete(LINK, ids[LINK])
    with pytest.raises(Refused, match="has no link to the zone"):
        cloud.make(ZONE_GROUP, **GOOD[ZONE_GROUP])


def test_a_network_is_linked_to_a_zone_once(built: Any) -> None:
    cloud, _ = built()
    with pytest.raises(Refused, match=r"is linked to a zone .* already"):
        cloud.make(LINK, "other", **{**GOOD[LINK], "virtualNetworkLinkName": "other"})


def test_an_endpoint_has_one_group_of_zones(built: Any) -> None:
    cloud, _ = built()
    with pytest.raises(Refused, match="has one group of zones"):
        cloud.make(ZONE_GROUP, "other", **{**GOOD[ZONE_GROUP], "privateDnsZoneGroupName": "other"})


def test_an_open_account_is_not_given_an_address_inside(built: Any) -> None:
    with pytest.raises(Refused, match="goes on answering the whole internet"):
        built(StorageAccount={"networkRuleSet": None})


@pytest.mark.parametrize(
    ("type_", "says"),
    [
        (NETWORK, "InUseSubnetCannotBeDeleted"),
        (SUBNET, "InUseSubnetCannotBeDeleted"),
        (SECURITY, "InUseNetworkSecurityGroupCannotBeDeleted"),
        (NAT, "InUseNatGatewayCannotBeDeleted"),
        (ADDRESS, "PublicIPAddressCannotBeDeleted"),
        (ZONE, "CannotDeleteResource: the zone has links"),
    ],
)
def test_what_is_in_use_stays(built: Any, type_: str, says: str) -> None:
    cloud, ids = built()
    with pytest.raises(Refused, match=says):
        cloud.delete(type_, ids[type_])


def test_in_the_other_order_all_of_it_goes(built: Any) -> None:
    cloud, ids = built()
    for type_ in reversed(ORDER):
        cloud.delete(type_, ids[type_])
    assert cloud.world.all() == []


@pytest.mark.parametrize("change", [{"addressPrefix": "10.0.1.0/24"}, DELEGATED])
def test_a_subnet_in_use_keeps_what_it_is(built: Any, change: dict[str, Any]) -> None:
    cloud, ids = built()
    with pytest.raises(Refused, match="InUseSubnetCannotBeUpdated"):
        cloud.change(SUBNET, ids[SUBNET], **{**GOOD[SUBNET], **change})


def test_a_range_with_a_subnet_stays(built: Any) -> None:
    cloud, ids = built()
    with pytest.raises(Refused, match="InUsePrefixCannotBeDeleted"):
        cloud.change(
            NETWORK, ids[NETWORK], **{**GOOD[NETWORK], "addressSpace": {"addressPrefixes": ["10.2.0.0/16"]}}
        )


def test_a_link_leads_to_another_network_by_being_made_anew_only(built: Any) -> None:
    cloud, ids = built()
    with pytest.raises(Refused, match="cannot be changed after creation"):
        cloud.change(LINK, ids[LINK], **{**GOOD[LINK], "virtualNetwork": {"id": f"{NETWORK_ID}2"}})


def _recorded(cloud: Stage) -> dict[str, Any]:
    who = cloud.make(IDENTITY, **GOOD[IDENTITY])
    cloud.make(ASSIGNMENT, "writes", principalId=who["principalId"], **GOOD[ASSIGNMENT])
    return cloud.make(FLOW_LOG, **GOOD[FLOW_LOG])


def test_flows_are_recorded_once(built: Any) -> None:
    cloud, _ = built()
    made = _recorded(cloud)
    assert list(made["identity"]["userAssignedIdentities"]) == [WRITER]
    with pytest.raises(Refused, match="FlowLogTargetAlreadyInUse"):
        cloud.make(FLOW_LOG, "other", **{**GOOD[FLOW_LOG], "flowLogName": "other"})


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        ({"identity": None}, "KeyBasedAuthenticationNotPermitted"),
        ({}, "FailedIdentityOperation"),
        ({"storageId": f"{ACCOUNT_ID}2"}, "was not found"),
        ({"targetResourceId": f"{NETWORK_ID}2"}, "TargetResourceNotFound"),
    ],
)
def test_nobody_records_without_a_right(built: Any, mistake: dict[str, Any], says: str) -> None:
    cloud, _ = built()
    with pytest.raises(Refused, match=says):
        cloud.make(FLOW_LOG, **{**GOOD[FLOW_LOG], **mistake})


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ({"publicNetworkAccess": "Disabled"}, "keeps the watcher out"),
        ({"networkRuleSet": {"defaultAction": "Deny", "bypass": "None"}}, "keeps the watcher out"),
        ({"location": "northeurope"}, "StorageAccountNotInSameRegion"),
    ],
)
def test_records_need_an_account_that_takes_them(built: Any, account: dict[str, Any], says: str) -> None:
    cloud, _ = built(StorageAccount=account)
    with pytest.raises(Refused, match=says):
        cloud.make(FLOW_LOG, **GOOD[FLOW_LOG])


RULES = {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "203.0.113.0/28"}, {"iPAddressOrRange": "198.51.100.7"}]}}  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "address", "answers"),
    [
        ({}, "192.0.2.1", True),
        (RULES, "203.0.113.15", True),
        (RULES, "203.0.113.16", False),
        (RULES, "198.51.100.7", True),
        ({"networkRuleSet": {"defaultAction": "Deny"}}, "203.0.113.1", False),
        ({**RULES, "publicNetworkAccess": "Disabled"}, "203.0.113.1", False),
        ({"networkRuleSet": {"defaultAction": "Allow"}}, "192.0.2.1", True),
    ],
)
def test_they_answer_whom_they_let_in(
    stage: Stages, settings: dict[str, Any], address: str, answers: bool
) -> None:
    cloud = stage("azure-native")
    cloud.make(GROUP, **GOOD[GROUP])
    cloud.make(ACCOUNT, **{**playing_azure.GOOD[ACCOUNT], **settings})
    cloud.make(ACR, **{**GOOD[ACR], "sku": {"name": "Premium"}, **settings})
    denials = (
        registry_denies(cloud.world, "modelsdev1.azurecr.io", address),
        storage_denies(cloud.world, "modelsdev1", address),
    )
    if answers:
        assert denials == (None, None)
    else:
        assert all(text and text.startswith("403 Forbidden") for text in denials)
        assert address in str(denials[0])


def test_somebody_elses_registry_and_account_answer(stage: Stages) -> None:
    world = stage("azure-native").world
    assert registry_denies(world, "others.azurecr.io", "192.0.2.1") is None
    assert storage_denies(world, "others", "192.0.2.1") is None
