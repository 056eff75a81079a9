"""Network on Azure: closed unless said otherwise, and ranges as planned."""

import dataclasses
from ipaddress import IPv4Network

import pytest

from components.core.errors import InvalidArgument
from components.network.azure import AzureNetwork
from components.network.contract import NetworkArgs
from sandbox.rules.azure_security import Flow, denied
from sandbox.world import Resource
from tests.components.builders import network
from tests.components.network.on_azure import (
    ACCOUNT,
    ADDRESS,
    ASSIGNMENT,
    ENDPOINT,
    ENVIRONMENT,
    EXISTING,
    FLOW_LOG,
    HUB,
    LIFECYCLE,
    LINK,
    NAT,
    NETWORK,
    ONE,
    PLAN,
    RANGES,
    SECURITY,
    SHARED,
    SUBNET,
    ZONE,
    ZONE_GROUP,
    Made,
)
from tests.components.waiting import waits_for


def test_ranges_are_those_of_the_plan(deployed):
    cloud = deployed(network, "azure").cloud
    assert cloud.inputs(NETWORK)["addressSpace"] == {"addressPrefixes": [PLAN.whole]}
    assert "subnets" not in cloud.inputs(NETWORK)
    made = {name: cloud.inputs(SUBNET, f"network-{name}")["addressPrefix"] for name in RANGES}
    assert made == RANGES
    assert all(IPv4Network(each).subnet_of(IPv4Network(PLAN.whole)) for each in made.values())


@pytest.mark.parametrize("purpose", RANGES)
def test_no_subnet_is_open_by_default(purpose, deployed):
    cloud = deployed(network, "azure").cloud
    made = cloud.inputs(SUBNET, f"network-{purpose}")
    assert made["defaultOutboundAccess"] is False
    assert f"/networkSecurityGroups/network-{purpose}" in made["networkSecurityGroup"]["id"]
    assert made["privateEndpointNetworkPolicies"] == "Enabled"
    delegated = [each["serviceName"] for each in made.get("delegations", [])]
    assert delegated == (["Microsoft.App/environments"] if purpose in ("internal", "external") else [])


@pytest.mark.parametrize("purpose", RANGES)
def test_what_no_rule_names_is_denied(purpose, deployed):
    group = _group(deployed, purpose)
    for direction in ("Inbound", "Outbound"):
        last = max(_rules(group, direction), key=lambda each: each["priority"])
        assert (last["access"], last["priority"], last["protocol"]) == ("Deny", 4096, "*")
        assert (last["sourceAddressPrefix"], last["destinationAddressPrefix"]) == ("*", "*")


INTERNET, PEER = "Internet", "10.9.0.0/16"
FLOWS = [
    ("external", "Inbound", INTERNET, PLAN.external, 443, True),
    ("external", "Inbound", INTERNET, PLAN.external, 80, False),
    ("external", "Inbound", INTERNET, PLAN.external, 22, False),
    ("external", "Inbound", "AzureLoadBalancer", PLAN.external, 30000, True),
    ("internal", "Inbound", INTERNET, PLAN.internal, 443, False),
    ("internal", "Inbound", PEER, PLAN.internal, 443, True),
    ("internal", "Inbound", PEER, PLAN.internal, 8080, False),
    ("endpoints", "Inbound", PLAN.external, PLAN.endpoints.whole, 443, True),
    ("endpoints", "Inbound", PLAN.external, PLAN.endpoints.whole, 22, False),
    ("endpoints", "Inbound", PLAN.internal, PLAN.endpoints.whole, 8080, False),
    ("endpoints", "Inbound", PEER, PLAN.endpoints.whole, 443, False),
    ("endpoints", "Inbound", INTERNET, PLAN.endpoints.whole, 443, False),
    ("endpoints", "Outbound", PLAN.endpoints.whole, INTERNET, 443, False),
    ("nodes", "Inbound", PLAN.external, PLAN.nodes.whole, 443, False),
    ("nodes", "Outbound", PLAN.nodes.whole, INTERNET, 443, False),
    ("external", "Outbound", PLAN.external, PLAN.endpoints.whole, 443, True),
    ("external", "Outbound", PLAN.external, PLAN.internal, 443, True),
    ("external", "Outbound", PLAN.external, PLAN.nodes.whole, 443, False),
    ("external", "Outbound", PLAN.external, "AzureActiveDirectory", 443, True),
    ("external", "Outbound", PLAN.external, INTERNET, 443, True),
    ("external", "Outbound", PLAN.external, INTERNET, 80, False),
]


@pytest.mark.parametrize(("purpose", "direction", "source", "destination", "port", "passes"), FLOWS)
def test_what_passes(purpose, direction, source, destination, port, passes, deployed):
    flow = Flow(direction, source, destination, port)
    assert (denied(_group(deployed, purpose), flow) is None) is passes


@pytest.mark.parametrize("protocol", ["Udp", "Icmp"])
def test_endpoints_take_no_other_protocol(protocol, deployed):
    flow = Flow("Inbound", PLAN.external, PLAN.endpoints.whole, 443, protocol)
    assert denied(_group(deployed, "endpoints"), flow) == "inbound-deny-all"


def test_without_egress_nothing_leaves_but_to_the_platform(deployed):
    group = _group(deployed, "external", egress="none")
    assert denied(group, Flow("Outbound", PLAN.external, INTERNET, 443)) == "outbound-deny-all"
    assert denied(group, Flow("Outbound", PLAN.external, "MicrosoftContainerRegistry", 443)) is None
    cloud = deployed(network, "azure", egress="none").cloud
    assert not {NAT, ADDRESS} & set(cloud.counts)
    assert "natGateway" not in cloud.inputs(SUBNET, "network-external")


def test_with_egress_functions_leave_by_one_address(deployed):
    cloud = deployed(network, "azure").cloud
    assert cloud.inputs(ADDRESS)["publicIPAllocationMethod"] == "Static"
    (address,) = cloud.inputs(NAT)["publicIpAddresses"]
    assert "/publicIPAddresses/network-egress" in address["id"]
    through = {name for name in RANGES if "natGateway" in cloud.inputs(SUBNET, f"network-{name}")}
    assert through == {"internal", "external"}


def _group(deployed, purpose, **changes):
    inputs = deployed(network, "azure", **changes).cloud.inputs(SECURITY, f"network-{purpose}")
    return Resource(urn="", type=SECURITY, id="", cloud="azure", inputs=inputs, outputs={})


def _rules(group, direction):
    return [each for each in group.inputs["securityRules"] if each["direction"] == direction]


@pytest.mark.parametrize("days", [30, 545])
def test_flows_are_recorded_and_kept(days, deployed):
    cloud = deployed(network, "azure", retention_days=days).cloud
    made = cloud.inputs(FLOW_LOG)
    assert (made["enabled"], made["targetResourceId"].rpartition("/")[0].rpartition("/")[2]) == (
        True,
        "virtualNetworks",
    )
    assert (made["resourceGroupName"], made["networkWatcherName"]) == (
        "NetworkWatcherRG",
        "NetworkWatcher_westeurope",
    )
    (rule,) = cloud.inputs(LIFECYCLE)["policy"]["rules"]
    gone = rule["definition"]["actions"]["baseBlob"]["delete"]
    assert gone == {"daysAfterModificationGreaterThan": days}


def test_records_are_written_by_an_identity_and_read_by_nobody_outside(deployed):
    cloud = deployed(network, "azure").cloud
    account = cloud.inputs(ACCOUNT)
    assert (account["allowSharedKeyAccess"], account["allowBlobPublicAccess"]) == (False, False)
    assert account["networkRuleSet"] == {"bypass": "AzureServices", "defaultAction": "Deny"}
    (who,) = cloud.inputs(FLOW_LOG)["identity"]["userAssignedIdentities"]
    assert "/userAssignedIdentities/network-flows" in who
    right = cloud.inputs(ASSIGNMENT)
    assert right["scope"].endswith(f"/storageAccounts/{account['accountName']}")
    assert right["roleDefinitionId"].endswith("ba92f5b4-2d11-453d-a403-e96b0029c9fe")
    assert "network-flows" in cloud.monitor.needs[f"{FLOW_LOG}::network-flows"]


def test_two_stacks_in_a_location_do_not_share_a_log(deployed):
    cloud = deployed(network, "azure").cloud
    assert cloud.inputs(FLOW_LOG)["flowLogName"] == cloud.inputs(ACCOUNT)["accountName"]


def test_names_are_seen_by_this_network_alone(deployed):
    cloud = deployed(network, "azure").cloud
    for service, called in (
        ("registry", "privatelink.azurecr.io"),
        ("storage", "privatelink.blob.core.windows.net"),
    ):
        assert cloud.inputs(ZONE, f"network-{service}")["privateZoneName"] == called
        link = cloud.inputs(LINK, f"network-{service}")
        assert "/virtualNetworks/network" in link["virtualNetwork"]["id"]
        assert (link["location"], link["registrationEnabled"]) == ("global", False)


@pytest.mark.parametrize("side", ["internal", "external"])
def test_functions_wait_for_names_and_all_subnets(side, deploy, context):
    waited = waits_for(deploy, lambda: network("azure", context).subnets[side])
    assert {f"{SUBNET}::network-{each}" for each in RANGES} <= waited
    assert {f"{LINK}::network-registry", f"{LINK}::network-storage"} <= waited


def test_endpoints_wait_for_all_subnets(deployed):
    """Azure refuses two changes of a network at once."""
    needs = deployed(network, "azure", reached=True).cloud.monitor.needs
    assert {f"network-{each}" for each in RANGES} <= needs[f"{ENDPOINT}::registry-endpoint"]


UNCHANGEABLE = [
    (ENDPOINT, ["registry-endpoint"], ["privateLinkServiceConnections", "location"]),
    (SECURITY, [f"network-{purpose}" for purpose in RANGES], ["location"]),
    (NAT, ["network-egress"], ["location"]),
    (FLOW_LOG, ["network-flows"], ["targetResourceId", "location"]),
    (LINK, ["network-registry", "network-storage"], ["virtualNetwork"]),
]


@pytest.mark.parametrize(("type_", "names", "properties"), UNCHANGEABLE)
def test_what_azure_refuses_to_change_is_made_anew(type_, names, properties, deployed):
    cloud = deployed(network, "azure", reached=True).cloud
    assert {one.name for one in cloud.children if one.typ == type_} == set(names)
    for name in names:
        told = cloud.monitor.options[f"{type_}::{name}"].get("replaceOnChanges", [])
        assert set(properties) <= set(told), name


@pytest.mark.parametrize("existing", [EXISTING, ONE])
def test_an_existing_network_is_left_alone(existing, cloud, deploy, context):
    made = []
    deploy(lambda: made.append(Made(context, existing=existing)))
    assert cloud.own_children(AzureNetwork.token()) == []


def test_an_existing_network_lends_its_subnets_and_zones(cloud, deploy, context):
    deploy(lambda: [(each := Made(context, existing=EXISTING)).function(), each.storage()])
    assert cloud.inputs(ENDPOINT, "registry-endpoint")["subnet"] == {"id": EXISTING.endpoints}
    (config,) = cloud.inputs(ZONE_GROUP, "storage-endpoint")["privateDnsZoneConfigs"]
    zone = f"{HUB}/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
    assert config["privateDnsZoneId"] == zone
    for name, subnet in (("host-internal", "private"), ("host", "open")):
        inside = cloud.inputs(ENVIRONMENT, name)["vnetConfiguration"]
        assert inside["infrastructureSubnetId"] == f"{SHARED}/subnets/{subnet}"
    assert cloud.inputs(LINK, "host-internal")["virtualNetwork"] == {"id": SHARED}
    assert not {NETWORK, SUBNET, SECURITY, FLOW_LOG} & set(cloud.counts)


def test_one_subnet_is_not_for_two_environments(deploy, context):
    with pytest.raises(InvalidArgument, match=r"existing\.functions: two subnets on Azure"):
        deploy(lambda: Made(context, existing=ONE).host("internal", "external"))


@pytest.mark.parametrize("side", ["internal", "external"])
def test_one_subnet_is_for_whichever_side_there_is(side, cloud, deploy, context):
    deploy(lambda: Made(context, existing=ONE).host(side))
    assert cloud.inputs(ENVIRONMENT)["vnetConfiguration"]["infrastructureSubnetId"] == ONE.functions[0]


def test_what_is_no_network_of_azure_is_refused(context):
    wrong = dataclasses.replace(EXISTING, network="vpc-0a1b2c3d")
    (refusal,) = AzureNetwork.refusals("network", NetworkArgs(context=context, existing=wrong))
    assert "existing.network" in str(refusal)
