"""Networks on the simulated Google Cloud: subnets, firewalls and ways out, and what is held on to."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.rules.gcp_types import AUDIT, FIREWALL, NAT, NETWORK, RECORD, ROUTE, ROUTER, SUBNET, ZONE
from tests.sandbox.playing import Stage
from tests.sandbox.playing_gcp import (
    GOOD,
    HTTPS,
    NETWORK_ID,
    PROJECT,
    SUBNETS,
    hold,
    needed,
    networked,
    reaching,
    refuses,
)

Stages = Callable[..., Stage]
MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("network-auto-subnets", NETWORK, {"autoCreateSubnetworks": None}, "autoCreateSubnetworks: a subnet would be made in every region"),
    ("network-default-route", NETWORK, {"deleteDefaultRoutesOnCreate": None}, "deleteDefaultRoutesOnCreate: leaves a route"),
    ("name", NETWORK, {"name": "Ours"}, "name"),
    ("value", NETWORK, {"mtu": 1200}, "mtu"),
    ("subnet-range", SUBNET, {"ipCidrRange": None}, "ipCidrRange: is left out"),
    ("subnet-range", SUBNET, {"ipCidrRange": "10.20.180.1/22"}, "begins at its first address"),
    ("subnet-range", SUBNET, {"ipCidrRange": "10.20.180.0/30"}, "allowed: /8 to /29"),
    ("subnet-range", SUBNET, {"secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "pods"}]}, "secondaryIpRanges[0].ipCidrRange: Invalid"),
    ("subnet-flow-logs", SUBNET, {"logConfig": None}, "logConfig: is left out"),
    ("subnet-private-access", SUBNET, {"privateIpGoogleAccess": False}, "privateIpGoogleAccess: is off"),
    ("value", SUBNET, {"stackType": "IPV4"}, "stackType"),
    ("region", SUBNET, {"region": "westeurope"}, "is a region of azure"),
    ("firewall-action", FIREWALL, {"allows": None}, "allows: exactly one of allows, denies"),
    ("firewall-action", FIREWALL, {"denies": [HTTPS], "logConfig": {"metadata": "INCLUDE_ALL_METADATA"}}, "exactly one of allows, denies"),
    ("firewall-sides", FIREWALL, {"sourceRanges": ["10.0.0.0/8"]}, "sourceRanges: is for INGRESS"),
    ("firewall-sides", FIREWALL, {"direction": "INGRESS"}, "destinationRanges: is for EGRESS"),
    ("firewall-sides", FIREWALL, {"direction": None, "destinationRanges": None}, "sourceRanges: one of source_tags"),
    ("firewall-ports", FIREWALL, {"allows": [{"protocol": "https"}]}, "allows[0].protocol: 'https'"),
    ("firewall-ports", FIREWALL, {"allows": [{"protocol": "icmp", "ports": ["443"]}]}, "allows[0].ports: icmp has no ports"),
    ("firewall-ports", FIREWALL, {"allows": [{"protocol": "tcp", "ports": ["443-80"]}]}, "a range of ports"),
    ("firewall-ports", FIREWALL, {"allows": [{"protocol": "tcp", "ports": ["65536"]}]}, "a port such as 443"),
    ("firewall-ranges", FIREWALL, {"destinationRanges": ["199.36.153.9/30"]}, "destinationRanges: Invalid value"),
    ("firewall-open", FIREWALL, {"direction": "INGRESS", "destinationRanges": None, "sourceRanges": ["0.0.0.0/0"]}, "sourceRanges: the whole internet is let in"),
    ("firewall-open", FIREWALL, {"allows": [{"protocol": "all"}]}, "everything may leave"),
    ("firewall-log", FIREWALL, {"allows": None, "denies": [HTTPS]}, "logConfig: is left out"),
    ("value", FIREWALL, {"priority": 65536}, "priority"),
    ("route-hop", ROUTE, {"nextHopGateway": None}, "nextHopGateway: exactly one next hop; came none"),
    ("route-hop", ROUTE, {"nextHopIp": "10.20.180.2"}, "came nextHopGateway, nextHopIp"),
    ("route-range", ROUTE, {"destRange": "199.36.153.9/30"}, "destRange: Invalid value"),
    ("value", ROUTE, {"nextHopGateway": "internet"}, "nextHopGateway"),
    ("nat-addresses", NAT, {"natIpAllocateOption": None}, "natIpAllocateOption: is required"),
    ("nat-addresses", NAT, {"natIpAllocateOption": "MANUAL_ONLY"}, "natIps: are for MANUAL_ONLY"),
    ("nat-addresses", NAT, {"natIps": ["203.0.113.1"]}, "natIps: are for MANUAL_ONLY"),
    ("nat-subnets", NAT, {"sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"}, "subnetworks: are for LIST_OF_SUBNETWORKS"),
]  # fmt: skip


@pytest.fixture
def cloud(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project with a network in which nothing reaches anything."""
    hold(monkeypatch)
    return networked(stage("gcp"))


@pytest.fixture
def ready(cloud: Stage) -> Stage:
    """A network in which functions reach Google's services."""
    return reaching(cloud)


@pytest.mark.parametrize(
    ("type_", "api"), [(NETWORK, "Compute Engine"), (ZONE, "Cloud DNS"), (AUDIT, "Cloud Resource Manager")]
)
def test_each_needs_its_api(stage: Stages, type_: str, api: str) -> None:
    with pytest.raises(Refused, match=rf"{api} API .* SERVICE_DISABLED"):
        stage("gcp").make(type_, **GOOD[type_])


@pytest.mark.parametrize("type_", [SUBNET, FIREWALL, ROUTE, ROUTER])
def test_a_network_comes_first(cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
    inputs = {**GOOD[type_], "network": f"projects/{PROJECT}/global/networks/other"}
    assert (
        refuses(cloud, monkeypatch, "networks/other' was not found", type_, **inputs)
        == "compute-network-exists"
    )


def test_what_is_needed_is_remembered(ready: Stage) -> None:
    assert needed(ready, SUBNET, f"{SUBNETS}/functions") == ["compute", "network"]
    zone = f"projects/{PROJECT}/managedZones/google"
    assert needed(ready, ZONE, zone) == ["dns", "network"]
    assert needed(ready, RECORD, f"{zone}/rrsets/private.googleapis.com./A") == ["zone"]


@pytest.mark.parametrize(
    "changes",
    [
        {"ipCidrRange": "10.20.176.0/20"},
        {"ipCidrRange": "10.20.200.0/24", "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.20.183.0/24"}]},
        {"ipCidrRange": "10.20.200.0/24", "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.20.200.128/25"}]},
    ],
    ids=["another subnet", "by a second range", "itself"],
)  # fmt: skip
def test_ranges_do_not_overlap(ready: Stage, monkeypatch: pytest.MonkeyPatch, changes: dict) -> None:
    inputs = {**GOOD[SUBNET], "name": "more", **changes}
    assert refuses(ready, monkeypatch, "conflicts with", SUBNET, **inputs) == "subnet-overlap"


def test_ranges_of_another_network_may(ready: Stage) -> None:
    ready.make(NETWORK, "other", **{**GOOD[NETWORK], "name": "other"})
    inputs = {**GOOD[SUBNET], "name": "more", "network": f"projects/{PROJECT}/global/networks/other"}

    made = ready.make(SUBNET, **inputs)

    ranges = [
        ready.there(SUBNET, each).inputs["ipCidrRange"] for each in (made["id"], f"{SUBNETS}/functions")
    ]
    assert ranges == [GOOD[SUBNET]["ipCidrRange"]] * 2, "both are there, with the same range"


def test_a_nat_needs_its_router_and_is_the_only_one(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="router 'ours' was not found in europe-west1"):
        cloud.make(NAT, **GOOD[NAT])
    cloud.make(ROUTER, "router", **GOOD[ROUTER])
    made = cloud.make(NAT, "nat", **GOOD[NAT])
    assert needed(cloud, NAT, made["id"]) == ["router"]
    inputs = {**GOOD[NAT], "name": "second"}
    assert refuses(cloud, monkeypatch, "serves all subnets of 'ours' already", NAT, **inputs) == "nat-twice"


def test_a_router_is_of_the_region(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(ROUTER, **{**GOOD[ROUTER], "region": "europe-west4"})
    assert refuses(cloud, monkeypatch, "not found in europe-west1", NAT, **GOOD[NAT]) == "nat-router-exists"


def test_a_network_goes_last(ready: Stage) -> None:
    with pytest.raises(
        Refused, match=r"'projects/.*/networks/ours' is already being used by .*functions"
    ) as found:
        ready.delete(NETWORK, NETWORK_ID, "network")
    assert found.value.rule == "network-in-use"


def test_a_subnet_that_nobody_used_goes_at_once(ready: Stage) -> None:
    ready.delete(SUBNET, f"{SUBNETS}/functions", "functions")
    assert ready.world.get(SUBNET, f"{SUBNETS}/functions") is None


def test_another_range_is_another_subnet_and_a_network_of_a_rule_stays(ready: Stage) -> None:
    assert ready.diff(SUBNET, GOOD[SUBNET], {**GOOD[SUBNET], "ipCidrRange": "10.20.184.0/22"}).replaces == [
        "ipCidrRange"
    ]
    other = {**GOOD[FIREWALL], "network": f"projects/{PROJECT}/global/networks/other"}
    with pytest.raises(Refused, match=r"network.*cannot be changed after creation"):
        ready.change(FIREWALL, f"projects/{PROJECT}/global/firewalls/out", "out", **other)
