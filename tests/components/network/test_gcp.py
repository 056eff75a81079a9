"""Network on Google Cloud: what is closed, what is open, and what is recorded."""

from ipaddress import ip_network

import pulumi
import pytest

from components.network.contract import NetworkArgs
from components.network.existing import Existing
from components.network.gcp import GcpNetwork
from tests.components.builders import network
from tests.components.network.on_gcp import (
    API,
    EXCLUSION,
    FIREWALL,
    FUNCTIONS,
    GOOGLE,
    ID,
    LOG_BUCKET,
    NAT,
    NETWORK,
    OTHERS,
    PLAN,
    RECORD,
    ROUTE,
    ROUTER,
    SHARED,
    SINK,
    SUBNET,
    ZONE,
)
from tests.components.waiting import waits_for


@pytest.fixture
def rules(deployed):
    """Rules of the firewall by their logical names."""

    def look(**changes):
        cloud = deployed(network, "gcp", **changes).cloud
        return {
            one.name.removeprefix("network-"): one.inputs for one in cloud.children if one.typ == FIREWALL
        }

    return look


def test_it_makes_no_subnet_and_no_route_by_itself(deployed):
    one = deployed(network, "gcp").cloud.inputs(NETWORK)
    assert (one["autoCreateSubnetworks"], one["deleteDefaultRoutesOnCreate"]) == (False, True)


def test_ranges_are_those_of_the_plan(deployed):
    cloud = deployed(network, "gcp").cloud
    nodes = cloud.inputs(SUBNET, "network-nodes")
    assert cloud.inputs(SUBNET, "network-functions")["ipCidrRange"] == PLAN.functions
    assert nodes["ipCidrRange"] == PLAN.nodes.whole
    assert {each["rangeName"]: each["ipCidrRange"] for each in nodes["secondaryIpRanges"]} == {
        "pods": PLAN.pods,
        "services": PLAN.services,
    }
    assert cloud.counts[SUBNET] == 2


@pytest.mark.parametrize("subnet", ["network-functions", "network-nodes"])
def test_every_subnet_reaches_google_and_records_what_flows(deployed, subnet):
    one = deployed(network, "gcp").cloud.inputs(SUBNET, subnet)
    assert one["privateIpGoogleAccess"] is True
    assert one["stackType"] == "IPV4_ONLY"
    assert one["logConfig"]["flowSampling"] == 1.0
    assert one["network"] == ID


def test_nothing_comes_in_and_nothing_goes_out_unless_allowed(rules):
    into, out = rules()["deny-ingress"], rules()["deny-egress"]
    assert (into["direction"], into["sourceRanges"]) == ("INGRESS", ["0.0.0.0/0"])
    assert (out["direction"], out["destinationRanges"]) == ("EGRESS", ["0.0.0.0/0"])
    for rule in (into, out):
        assert rule["denies"] == [{"protocol": "all"}]
        assert rule["priority"] == 65534
    assert all("logConfig" in rule for rule in rules().values())


def test_only_https_leaves_and_nothing_is_let_in(rules):
    allowed = {name: rule for name, rule in rules().items() if "allows" in rule}
    assert {name: rule["destinationRanges"] for name, rule in allowed.items()} == {
        "allow-google": [GOOGLE],
        "allow-inside": [PLAN.whole],
        "allow-internet": ["0.0.0.0/0"],
    }
    for rule in allowed.values():
        assert rule["direction"] == "EGRESS"
        assert rule["allows"] == [{"protocol": "tcp", "ports": ["443"]}]
        assert rule["priority"] < 65534


def test_without_egress_there_is_no_way_to_the_internet(deployed, rules):
    cloud = deployed(network, "gcp", egress="none").cloud
    assert cloud.inputs(ROUTE)["destRange"] == GOOGLE
    assert (cloud.counts[ROUTER], cloud.counts[NAT]) == (0, 0)
    assert "allow-internet" not in rules(egress="none")


def test_with_egress_it_leads_through_a_nat_that_logs_errors(deployed):
    cloud = deployed(network, "gcp").cloud
    routes = {one.inputs["destRange"] for one in cloud.children if one.typ == ROUTE}
    assert routes == {GOOGLE, "0.0.0.0/0"}
    one = cloud.inputs(NAT)
    assert one["natIpAllocateOption"] == "AUTO_ONLY"
    assert one["logConfig"] == {"enable": True, "filter": "ERRORS_ONLY"}


@pytest.mark.parametrize(
    ("zone", "domain", "host"),
    [
        ("googleapis", "googleapis.com.", "private.googleapis.com."),
        ("pkg", "pkg.dev.", "pkg.dev."),
        ("run", "run.app.", "run.app."),
    ],
)
def test_all_names_of_google_lead_inside_and_nobody_else_sees_them(deployed, zone, domain, host):
    cloud = deployed(network, "gcp").cloud
    one = cloud.inputs(ZONE, f"network-{zone}")
    assert (one["dnsName"], one["visibility"]) == (domain, "private")
    assert one["privateVisibilityConfig"] == {"networks": [{"networkUrl": ID}]}
    addresses, alias = (cloud.inputs(RECORD, f"network-{zone}-{what}") for what in ("addresses", "all"))
    assert (addresses["name"], addresses["type"]) == (host, "A")
    assert [each in map(str, ip_network(GOOGLE)) for each in addresses["rrdatas"]] == [True] * 4
    assert (alias["name"], alias["type"], alias["rrdatas"]) == (f"*.{domain}", "CNAME", [host])


def test_records_of_flows_are_kept_as_long_as_asked_and_only_there(deployed):
    cloud = deployed(network, "gcp", retention_days=90).cloud
    bucket = cloud.inputs(LOG_BUCKET)
    assert (bucket["retentionDays"], bucket["location"]) == (90, "europe-west1")
    wanted = cloud.inputs(SINK)["filter"]
    assert wanted == cloud.inputs(EXCLUSION)["filter"]
    assert 'resource.type="gce_subnetwork"' in wanted
    assert '"network-functions-0a1b2c3"' in wanted
    assert '"network-nodes-0a1b2c3"' in wanted
    assert cloud.inputs(SINK)["destination"].endswith(f"/buckets/{bucket['bucketId']}")


def test_subnets_are_known_once_everything_is_ready(deploy, context):
    waited = waits_for(
        deploy, lambda: network("gcp", context).subnets["internal"].apply(lambda all_: all_[0])
    )
    assert f"{SUBNET}::network-functions" in waited
    assert f"{FIREWALL}::network-deny-egress" in waited
    assert f"{FIREWALL}::network-allow-google" in waited
    assert {f"{ROUTE}::network-google", f"{ROUTE}::network-internet"} <= waited
    assert f"{NAT}::network-nat" in waited
    assert f"{RECORD}::network-run-all" in waited
    assert f"{EXCLUSION}::network-flows-excluded" in waited


def test_both_sides_are_one_subnet(deploy, context):
    seen = []

    def program():
        one = network("gcp", context)
        pulumi.Output.all(one.id, one.subnets["internal"], one.subnets["external"]).apply(seen.append)

    deploy(program)
    assert seen == [[ID, [FUNCTIONS], [FUNCTIONS]]]


def test_in_a_network_that_exists_nothing_is_made(deployed):
    cloud = deployed(network, "gcp", **SHARED).cloud
    assert set(cloud.counts) == {API}


def test_a_network_that_exists_is_used_once_the_apis_are_on(deploy, context):
    waited = waits_for(deploy, lambda: network("gcp", context, **SHARED).id)
    assert {f"{API}::landing-{each}" for each in ("compute", "dns", "logging")} <= waited


@pytest.mark.parametrize(
    ("existing", "says"),
    [
        (Existing(network="shared", functions=OTHERS.functions), "existing.network"),
        (Existing(network=OTHERS.network, functions=(*OTHERS.functions, FUNCTIONS)), "1 to 1 subnets"),
        (
            Existing(network=OTHERS.network, functions=(FUNCTIONS,)),
            "subnets of projects/hub-network-dev",
        ),
    ],
    ids=["no network", "two subnets", "another project"],
)
def test_what_cannot_be_a_network_is_refused(context, existing, says):
    args = NetworkArgs(context=context, existing=existing)
    (refusal,) = GcpNetwork.refusals("network", args)
    assert says in str(refusal)
