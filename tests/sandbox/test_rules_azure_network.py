"""Planted mistakes in networks on Azure: refused by name, silent otherwise."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.rules.azure_types import (
    ADDRESS,
    ENDPOINT,
    FLOW_LOG,
    NAT,
    NETWORK,
    RECORDS,
    SECURITY,
    SUBNET,
    ZONE,
    ZONE_GROUP,
)
from sandbox.rules.azure_types import ZONE_LINK as LINK
from sandbox.wire import UNKNOWN
from tests.sandbox import playing_azure
from tests.sandbox.playing import ACR, ASSIGNMENT, Stage
from tests.sandbox.playing_azure import ACCOUNT, DIAGNOSTIC, ENVIRONMENT, MODELS, ROLES

Stages = Callable[..., Stage]


HERE = f"{MODELS}/providers/Microsoft.Network"
NETWORK_ID = f"{HERE}/virtualNetworks/net"
ACCOUNT_ID = f"{MODELS}/providers/Microsoft.Storage/storageAccounts/modelsdev1"
ZONE_ID = f"{HERE}/privateDnsZones/privatelink.blob.core.windows.net"
WRITER = f"{MODELS}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runs"
BLOB = "privatelink.blob.core.windows.net"
CLOSED = {"networkRuleSet": {"defaultAction": "Deny", "bypass": "AzureServices"}}
DELEGATED = {"delegations": [{"name": "it", "serviceName": "Microsoft.App/environments"}]}


def way(name: str, priority: int, direction: str = "Inbound", **changes: Any) -> dict[str, Any]:
    known = {
        "name": name,
        "priority": priority,
        "direction": direction,
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "10.0.0.0/24",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "10.0.0.0/24",
        "destinationPortRange": "443",
    }
    return {each: value for each, value in {**known, **changes}.items() if value is not None}


def denying(direction: str) -> dict[str, Any]:
    return way(
        f"deny-{direction}",
        4096,
        direction,
        access="Deny",
        protocol="*",
        sourceAddressPrefix="*",
        destinationAddressPrefix="*",
        destinationPortRange="*",
    )


def ways(*more: dict[str, Any]) -> dict[str, Any]:
    return {"securityRules": [*more, denying("Inbound"), denying("Outbound")]}


def connection(target: str = ACCOUNT_ID, *groups: str) -> dict[str, Any]:
    return {
        "privateLinkServiceConnections": [
            {"name": "it", "privateLinkServiceId": target, "groupIds": list(groups or ["blob"])}
        ]
    }


GOOD: dict[str, dict[str, Any]] = {
    **playing_azure.GOOD,
    NETWORK: {"resourceGroupName": "models", "virtualNetworkName": "net", "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
    SECURITY: {"resourceGroupName": "models", "networkSecurityGroupName": "closed", **ways(way("https", 100))},
    ADDRESS: {"resourceGroupName": "models", "publicIpAddressName": "out", "sku": {"name": "Standard"}, "publicIPAllocationMethod": "Static"},
    NAT: {"resourceGroupName": "models", "natGatewayName": "out", "sku": {"name": "Standard"}, "publicIpAddresses": [{"id": f"{HERE}/publicIPAddresses/out"}]},
    SUBNET: {"resourceGroupName": "models", "virtualNetworkName": "net", "subnetName": "ends", "addressPrefix": "10.0.0.0/24", "defaultOutboundAccess": False, "networkSecurityGroup": {"id": f"{HERE}/networkSecurityGroups/closed"}, "natGateway": {"id": f"{HERE}/natGateways/out"}, "privateEndpointNetworkPolicies": "Enabled"},
    ACCOUNT: {**playing_azure.GOOD[ACCOUNT], **CLOSED},
    ENDPOINT: {"resourceGroupName": "models", "privateEndpointName": "storage", "subnet": {"id": f"{NETWORK_ID}/subnets/ends"}, **connection()},
    ZONE: {"resourceGroupName": "models", "privateZoneName": BLOB, "location": "global"},
    LINK: {"resourceGroupName": "models", "privateZoneName": BLOB, "virtualNetworkLinkName": "net", "location": "global", "virtualNetwork": {"id": NETWORK_ID}},
    RECORDS: {"resourceGroupName": "models", "privateZoneName": BLOB, "relativeRecordSetName": "*", "recordType": "A", "ttl": 300, "aRecords": [{"ipv4Address": "10.0.0.4"}]},
    ZONE_GROUP: {"resourceGroupName": "models", "privateEndpointName": "storage", "privateDnsZoneGroupName": "default", "privateDnsZoneConfigs": [{"name": "it", "privateDnsZoneId": ZONE_ID}]},
    ASSIGNMENT: {"scope": ACCOUNT_ID, "principalType": "ServicePrincipal", "roleDefinitionId": f"{ROLES}/ba92f5b4-2d11-453d-a403-e96b0029c9fe"},
    FLOW_LOG: {"resourceGroupName": "NetworkWatcherRG", "networkWatcherName": "NetworkWatcher_westeurope", "flowLogName": "it", "targetResourceId": NETWORK_ID, "storageId": ACCOUNT_ID, "enabled": True, "identity": {"type": "UserAssigned", "userAssignedIdentities": [WRITER]}},
}  # fmt: skip

MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("vnet-ranges", NETWORK, {"addressSpace": {}}, "is required"),
    ("vnet-ranges", NETWORK, {"addressSpace": {"addressPrefixes": ["10.0.0.1/16"]}}, "InvalidCIDRNotation"),
    ("vnet-ranges", NETWORK, {"addressSpace": {"addressPrefixes": ["169.254.1.0/24"]}}, "keeps for itself"),
    ("vnet-ranges", NETWORK, {"addressSpace": {"addressPrefixes": ["10.0.0.0/30"]}}, "smaller than /29"),
    ("vnet-ranges", NETWORK, {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "10.0.1.0/24"]}}, "NetcfgOverlappingAddressSpace"),
    ("vnet-inline", NETWORK, {"subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24"}]}, "leave it out"),
    ("vnet-subnet-range", SUBNET, {"addressPrefix": None}, "exactly one of"),
    ("vnet-subnet-range", SUBNET, {"addressPrefixes": ["10.0.0.0/24"]}, "exactly one of"),
    ("vnet-subnet-range", SUBNET, {"addressPrefix": "10.0.0.0/30"}, "smaller than /29"),
    ("vnet-subnet-closed", SUBNET, {"networkSecurityGroup": None}, "give one"),
    ("vnet-subnet-closed", SUBNET, {"defaultOutboundAccess": True}, "set it to False"),
    ("vnet-subnet-delegation", SUBNET, {"delegations": [{"name": "a", "serviceName": "Microsoft.App"}]}, "known: Microsoft.App/environments"),
    ("nsg-priority", SECURITY, ways(way("a", 100), way("b", 100)), "SecurityRuleConflict"),
    ("nsg-ends", SECURITY, ways(way("a", 100, sourceAddressPrefix=None)), "came none"),
    ("nsg-ends", SECURITY, ways(way("a", 100, sourceAddressPrefixes=["10.0.0.0/24"])), "exactly one of sourceAddressPrefix"),
    ("nsg-ends", SECURITY, ways(way("a", 100, destinationPortRanges=["80"])), "exactly one of destinationPortRange"),
    ("nsg-prefix", SECURITY, ways(way("a", 100, sourceAddressPrefix="AzureMonitors")), "no service tag"),
    ("nsg-ports", SECURITY, ways(way("a", 100, destinationPortRange="443-80")), "SecurityRuleInvalidPortRange"),
    ("nsg-ports", SECURITY, ways(way("a", 100, destinationPortRange="65536")), "allowed: *, a port"),
    ("nsg-wide", SECURITY, ways(way("a", 100, sourceAddressPrefix="*", destinationPortRange="22")), "the whole internet comes in on 22"),
    ("nsg-wide", SECURITY, ways(way("a", 100, "Outbound", destinationAddressPrefix="Internet", destinationPortRange="*")), "to everywhere on *"),
    ("nsg-last", SECURITY, {"securityRules": [denying("Inbound")]}, "left Outbound"),
    ("azure-nat-standard", NAT, {"sku": None}, "is required"),
    ("azure-nat-standard", NAT, {"publicIpAddresses": []}, "nothing would leave"),
    ("azure-address-standard", ADDRESS, {"sku": None}, "is retired"),
    ("azure-address-standard", ADDRESS, {"publicIPAllocationMethod": "Dynamic"}, "is Static"),
    ("private-endpoint-connection", ENDPOINT, {"privateLinkServiceConnections": []}, "came 0"),
    ("private-endpoint-connection", ENDPOINT, connection(ACCOUNT_ID, "blob", "dfs"), "one group id"),
    ("private-zone-group-configs", ZONE_GROUP, {"privateDnsZoneConfigs": [{"name": "a", "privateDnsZoneId": ZONE_ID}] * 2}, "each name once"),
    ("private-record-of-its-type", RECORDS, {"aRecords": []}, "an address at least"),
    ("storage-ip-rules", ACCOUNT, {"networkRuleSet": {"ipRules": [{"iPAddressOrRange": "203.0.113.6/31"}]}}, "ranges end at /30"),
    ("storage-ip-rules", ACCOUNT, {"networkRuleSet": {"ipRules": [{"iPAddressOrRange": "everybody"}]}}, "is no IPv4 address"),
    ("acr-ip-rules", ACR, {"sku": {"name": "Premium"}, "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "192.168.0.0/24"}]}}, "is private"),
    ("vnet-flow-log-on", FLOW_LOG, {"enabled": None}, "records nothing"),
    ("vnet-flow-log-watcher", FLOW_LOG, {"resourceGroupName": "models"}, "watchers are in NetworkWatcherRG"),
    ("environment-zones", ENVIRONMENT, {"location": "westus", "zoneRedundant": True}, "no zones in westus"),
    ("diagnostic-categories", DIAGNOSTIC, {"resourceUri": f"{ACCOUNT_ID}/blobServices/default"}, "supported: StorageRead"),
    ("diagnostic-categories", DIAGNOSTIC, {"resourceUri": ACCOUNT_ID}, "an account itself has no logs"),
    ("value", FLOW_LOG, {"identity": {"type": "SystemAssigned"}}, "allowed: UserAssigned"),
    ("value", ZONE, {"location": "westeurope"}, "allowed: global"),
    ("value", SECURITY, ways(way("a", 99)), "at least 100"),
    ("name", ZONE, {"privateZoneName": "blob"}, "does not match"),
]  # fmt: skip


UNKNOWNS: dict[str, list[dict[str, Any]]] = {
    NETWORK: [{"addressSpace": UNKNOWN}, {"addressSpace": {"addressPrefixes": [UNKNOWN]}}],
    SUBNET: [{"networkSecurityGroup": UNKNOWN}, {"networkSecurityGroup": {"id": UNKNOWN}}, {"addressPrefix": UNKNOWN}, {"delegations": UNKNOWN}],
    SECURITY: [{"securityRules": UNKNOWN}, ways(way("a", 100, sourceAddressPrefix=UNKNOWN)), ways(way("a", 100, destinationPortRange=UNKNOWN))],
    NAT: [{"publicIpAddresses": UNKNOWN}, {"publicIpAddresses": [{"id": UNKNOWN}]}, {"sku": UNKNOWN}],
    ADDRESS: [{"sku": UNKNOWN}, {"publicIPAllocationMethod": UNKNOWN}],
    ENDPOINT: [{"subnet": UNKNOWN}, {"privateLinkServiceConnections": UNKNOWN}, connection(UNKNOWN)],
    ZONE_GROUP: [{"privateDnsZoneConfigs": UNKNOWN}, {"privateEndpointName": UNKNOWN}],
    ZONE: [{"privateZoneName": UNKNOWN}],
    LINK: [{"virtualNetwork": UNKNOWN}, {"virtualNetwork": {"id": UNKNOWN}}],
    RECORDS: [{"aRecords": UNKNOWN}, {"aRecords": [{"ipv4Address": UNKNOWN}]}],
    FLOW_LOG: [{"targetResourceId": UNKNOWN}, {"storageId": UNKNOWN}, {"identity": UNKNOWN}, {"networkWatcherName": UNKNOWN}],
    ACCOUNT: [{"networkRuleSet": UNKNOWN}],
}  # fmt: skip


@pytest.mark.parametrize("type_", UNKNOWNS)
def test_what_is_not_known_yet_is_not_wrong(stage: Stages, type_: str) -> None:
    for unknown in UNKNOWNS[type_]:
        assert stage("azure-native").rules(type_, **{**GOOD[type_], **unknown}) == set()
