"""Who reaches what in networks on the simulated Google Cloud: functions and buckets, and what is recorded."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import reach
from sandbox.needs import Refused
from sandbox.rules import gcp_reach
from sandbox.rules.gcp_types import AUDIT, BUCKET, FIREWALL, FOLDER, RECORD, ROUTE, RUN, SUBNET
from tests.sandbox.playing import Stage, off
from tests.sandbox.playing_gcp import (
    DENY,
    NETWORK_ID,
    PROJECT,
    SUBNETS,
    given,
    hold,
    needed,
    networked,
    reaching,
    refuses,
    template,
)
from tests.sandbox.playing_gcp import GOOD as OTHERS

Stages = Callable[..., Stage]
INSIDE = {
    "networkInterfaces": [{"network": NETWORK_ID, "subnetwork": f"{SUBNETS}/functions"}],
    "egress": "ALL_TRAFFIC",
}
FILTER = {
    "mode": "Enabled",
    "allowAllServiceAgentAccess": True,
    "vpcNetworkSources": [{"network": NETWORK_ID, "allowedIpCidrRanges": ["10.20.128.0/18"]}],
    "publicNetworkSource": {"allowedIpCidrRanges": ["203.0.113.0/28"]},
}
FILTERED: dict[str, Any] = {**OTHERS[BUCKET], "name": "modelport-b", "ipFilter": FILTER}
IN_NETWORK: dict[str, Any] = {**OTHERS[RUN], **template(vpcAccess=INSIDE)}
GOOD: dict[str, dict[str, Any]] = {
    RUN: IN_NETWORK,
    BUCKET: {**OTHERS[BUCKET], "ipFilter": FILTER},
    AUDIT: OTHERS[AUDIT],
}


def access(**changes: Any) -> dict[str, Any]:
    return template(vpcAccess={**INSIDE, **changes})


def filtered(**changes: Any) -> dict[str, Any]:
    return {"ipFilter": {**FILTER, **changes}}


def public(*ranges: str) -> dict[str, Any]:
    return filtered(publicNetworkSource={"allowedIpCidrRanges": list(ranges)})


MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("run-network", RUN, access(networkInterfaces=[]), "one and only one of connector and network_interfaces"),
    ("run-network", RUN, access(connector="ours"), "one and only one of connector and network_interfaces"),
    ("run-network", RUN, access(networkInterfaces=[{"tags": ["a"]}]), "network or subnetwork is required"),
    ("run-network", RUN, access(networkInterfaces=INSIDE["networkInterfaces"] * 2), "one at most, came 2"),
    ("run-network-egress", RUN, access(egress="PRIVATE_RANGES_ONLY"), "template.vpcAccess.egress: what is for public addresses"),
    ("run-network-egress", RUN, access(egress=None), "template.vpcAccess.egress: what is for public addresses"),
    ("value", RUN, access(egress="ALL"), "template.vpcAccess.egress"),
    ("bucket-filter", BUCKET, filtered(allowAllServiceAgentAccess=None), "allowAllServiceAgentAccess: is required"),
    ("bucket-filter", BUCKET, public("203.0.113.1/28"), "ipFilter: Invalid range '203.0.113.1/28'"),
    ("bucket-filter", BUCKET, public("0.0.0.0/0"), "the filter keeps nobody out"),
    ("bucket-filter", BUCKET, public(*(f"203.0.{each}.0/24" for each in range(200))), "201 ranges; allowed: 200"),
    ("bucket-filter", BUCKET, filtered(vpcNetworkSources=FILTER["vpcNetworkSources"] * 26), "more than 25 networks"),
    ("value", BUCKET, filtered(mode="On"), "ipFilter.mode"),
    ("audit-kinds", AUDIT, {"auditLogConfigs": [{"logType": "DATA_READ"}]}, "DATA_WRITE is left out"),
    ("audit-exempted", AUDIT, {"auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": ["user:a@example.com"]}, {"logType": "DATA_WRITE"}]}, "would be recorded nowhere"),
    ("value", AUDIT, {"auditLogConfigs": [{"logType": "ALL"}]}, "auditLogConfigs"),
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


def test_a_function_needs_all_that_leads_to_google(ready: Stage) -> None:
    made = ready.make(RUN, "height", **IN_NETWORK)
    assert {"functions", "out", "google", "addresses", "all"} <= set(needed(ready, RUN, made["id"]))


@pytest.mark.parametrize(
    ("type_", "id_", "says"),
    [
        (ROUTE, f"projects/{PROJECT}/global/routes/google", "no route to 199.36.153.8/30"),
        (FIREWALL, f"projects/{PROJECT}/global/firewalls/out", "no rule of a firewall that allows 443"),
        (RECORD, f"projects/{PROJECT}/managedZones/google/rrsets/private.googleapis.com./A", r"leads \*.googleapis.com."),
        (RECORD, f"projects/{PROJECT}/managedZones/google/rrsets/*.googleapis.com./CNAME", r"leads \*.googleapis.com."),
    ],
    ids=["route", "firewall", "addresses", "alias"],
)  # fmt: skip
def test_without_one_of_them_no_instance_would_start(
    ready: Stage, monkeypatch: pytest.MonkeyPatch, type_: str, id_: str, says: str
) -> None:
    ready.world.remove(type_, id_)
    assert refuses(ready, monkeypatch, says, RUN, **IN_NETWORK) == "run-reaches-google"


def test_what_denies_first_closes_the_door(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.change(
        FIREWALL, f"projects/{PROJECT}/global/firewalls/deny", "deny", **given({**DENY, "priority": 999})
    )
    assert refuses(ready, monkeypatch, "allows 443", RUN, **IN_NETWORK) == "run-reaches-google"


def test_the_restricted_addresses_do_as_well(ready: Stage) -> None:
    zone = f"projects/{PROJECT}/managedZones/google"
    ready.change(
        RECORD,
        f"{zone}/rrsets/private.googleapis.com./A",
        "addresses",
        **{**OTHERS[RECORD], "rrdatas": ["199.36.153.4"]},
    )

    made = ready.make(RUN, **IN_NETWORK)

    assert "addresses" in needed(ready, RUN, made["id"]), "they are what it was reached by"


def test_what_answers_inside_needs_a_name_there(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = {**IN_NETWORK, "ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY"}
    assert refuses(ready, monkeypatch, r"leads \*.run.app.", RUN, **inputs) == "run-internal-names"


@pytest.mark.parametrize(
    ("rule", "changes", "says"),
    [
        ("run-network-subnet", {"networkInterfaces": [{"subnetwork": f"{SUBNETS}/other"}]}, "subnetworks/other' does not exist"),
        ("run-network-subnet", {"networkInterfaces": [{"network": "projects/p/global/networks/other", "subnetwork": f"{SUBNETS}/functions"}]}, "is not in network 'projects/p"),
    ],
)  # fmt: skip
def test_a_subnet_is_there_and_of_the_network(
    ready: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, changes: dict, says: str
) -> None:
    assert refuses(ready, monkeypatch, says, RUN, **{**OTHERS[RUN], **access(**changes)}) == rule


def test_a_subnet_is_of_the_services_region(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.make(
        SUBNET, **{**OTHERS[SUBNET], "name": "far", "region": "europe-west4", "ipCidrRange": "10.20.190.0/24"}
    )
    far = {"networkInterfaces": [{"subnetwork": f"projects/{PROJECT}/regions/europe-west4/subnetworks/far"}]}
    says = "is not in europe-west1"
    assert refuses(ready, monkeypatch, says, RUN, **{**OTHERS[RUN], **access(**far)}) == "run-network-subnet"


def test_a_subnet_has_room(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.make(SUBNET, **{**OTHERS[SUBNET], "name": "small", "ipCidrRange": "10.20.190.0/27"})
    small = {"networkInterfaces": [{"subnetwork": f"{SUBNETS}/small"}]}
    says = "too small, /26 is needed"
    assert refuses(ready, monkeypatch, says, RUN, **{**OTHERS[RUN], **access(**small)}) == "run-network-room"


def test_a_subnet_is_held_by_its_functions_and_for_a_while_after(
    ready: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = ready.make(RUN, "height", **IN_NETWORK)["id"]
    with pytest.raises(Refused, match=f"already being used by '{service}'") as found:
        ready.delete(SUBNET, f"{SUBNETS}/functions", "functions")
    assert found.value.rule == "subnet-in-use"
    ready.delete(RUN, service, "height")
    with pytest.raises(Refused, match=r"serverless-ipv4.* lets go after 1 to 2 hours") as found:
        ready.delete(SUBNET, f"{SUBNETS}/functions", "functions")
    assert found.value.rule == "subnet-addresses-held"
    ready.delete(SUBNET, f"{SUBNETS}/functions", "functions")
    assert ready.world.get(SUBNET, f"{SUBNETS}/functions") is None


def test_a_filter_names_a_network_that_exists(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    source = {"network": f"projects/{PROJECT}/global/networks/other", "allowedIpCidrRanges": ["10.0.0.0/8"]}
    inputs = {**FILTERED, **filtered(vpcNetworkSources=[source])}
    assert (
        refuses(cloud, monkeypatch, "networks/other' of the filter does not exist", BUCKET, **inputs)
        == "bucket-filter-network"
    )


def test_whoever_deploys_must_pass_the_filter(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(BUCKET, "filtered", **FILTERED)
    folder = {**OTHERS[FOLDER], "bucket": "modelport-b"}
    cloud.make(FOLDER, "inbox", **folder)
    monkeypatch.setenv(reach.VARIABLE, "198.51.100.7")
    says = "IP filtering condition .*you come from 198.51.100.7"
    assert (
        refuses(cloud, monkeypatch, says, FOLDER, **{**folder, "name": "more/"}) == "bucket-filter-deployer"
    )


def test_a_bucket_that_its_maker_cannot_read_is_refused(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(reach.VARIABLE, "198.51.100.7")
    assert (
        refuses(cloud, monkeypatch, "ipFilter: .*IP filtering condition", BUCKET, **FILTERED)
        == "bucket-filter-deployer"
    )


def test_a_filter_that_is_left_out_stays(cloud: Stage) -> None:
    inputs = {**OTHERS[BUCKET], "ipFilter": FILTER}
    assert cloud.diff(BUCKET, inputs, OTHERS[BUCKET]).changes == []


@pytest.mark.parametrize(
    ("changes", "address", "passes"),
    [
        ({}, "203.0.113.10", True),
        ({}, "198.51.100.7", False),
        ({"publicNetworkSource": None}, "203.0.113.10", False),
        ({"publicNetworkSource": {"allowedIpCidrRanges": ["2001:db8::/32"]}}, "203.0.113.10", False),
        ({"mode": "Disabled"}, "198.51.100.7", True),
    ],
    ids=["named", "not named", "nobody named", "IPv6 only", "switched off"],
)
def test_a_bucket_answers_those_it_names(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, changes: dict, address: str, passes: bool
) -> None:
    off(monkeypatch, "bucket-filter-deployer")
    inputs = {**FILTERED, "ipFilter": given({**FILTER, **changes})}
    cloud.make(BUCKET, "filtered", **inputs)
    denied = gcp_reach.storage_denies(cloud.world, "modelport-b", address)
    assert denied is None if passes else "Error 403: There is an IP filtering condition" in str(denied)


def test_without_a_filter_everybody_is_answered(cloud: Stage) -> None:
    assert gcp_reach.storage_denies(cloud.world, "modelport-a", "198.51.100.7") is None
    assert gcp_reach.storage_denies(cloud.world, "somebody-elses", "198.51.100.7") is None
    assert gcp_reach.registry_denies(cloud.world, "europe-west1-docker.pkg.dev", "198.51.100.7") is None
