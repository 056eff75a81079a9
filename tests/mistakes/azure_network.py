"""Mistakes in a network on Azure, each one change of a program that passes."""

from typing import Any

import pulumi
from pulumi_azure_native import network as networks
from pulumi_azure_native import storage

from tests.mistakes import Mistake, Props, azure_inside
from tests.mistakes.azure import ACCOUNT, ASSIGNMENT
from tests.mistakes.azure_inside import replaced
from tests.mistakes.changes import forgetting, inside, setting, without

NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
SECURITY = "azure-native:network:NetworkSecurityGroup"
NAT = "azure-native:network:NatGateway"
ADDRESS = "azure-native:network:PublicIPAddress"
FLOW_LOG = "azure-native:network:FlowLog"

_WRITES = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
_READS = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"


def _open(name: str, **values: Any) -> Any:
    """Changes the rule of a security group that has this name."""

    def change(props: Props) -> None:
        (found,) = [each for each in props["security_rules"] if each.name == name]
        for key, value in values.items():
            setattr(found, key, value)

    return change


def _alone(options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The same options, waiting for nothing."""
    options.depends_on = None
    return options


def _as_it_is(props: Props) -> None:
    """Inputs stay."""


MISTAKES: dict[str, Mistake] = {
    # network
    "network whose ranges overlap": Mistake(
        NETWORK,
        inside("address_space.address_prefixes", ["10.20.64.0/18", "10.20.80.0/20"]),
        ("addressSpace.addressPrefixes", "NetcfgOverlappingAddressSpace"),
        "vnet-ranges",
    ),
    "network with subnets in two places": Mistake(
        NETWORK,
        setting(subnets=[networks.SubnetArgs(name="more", address_prefix="10.20.64.0/24")]),
        ("subnets", "delete those of their own"),
        "vnet-inline",
    ),
    "subnet outside its network": Mistake(
        SUBNET,
        setting(address_prefix="10.21.0.0/24"),
        ("addressPrefix", "NetcfgInvalidSubnet"),
        "vnet-subnet-in-network",
        name="network-nodes",
    ),
    "subnet over the others": Mistake(
        SUBNET,
        setting(address_prefix="10.20.64.0/18"),
        ("addressPrefix", "NetcfgSubnetRangesOverlap"),
        "vnet-subnet-in-network",
        name="network-nodes",
    ),
    "subnet before another is made": Mistake(
        SUBNET,
        _as_it_is,
        ("Subnet 'network-internal'", "needs", "Subnet 'network-nodes'", "by luck"),
        name="network-internal",
        luck=True,
        opts=_alone,
    ),
    # closed defaults
    "subnet without a security group": Mistake(
        SUBNET,
        without("network_security_group"),
        ("networkSecurityGroup", "everything of the network comes in"),
        "vnet-subnet-closed",
        name="network-internal",
    ),
    "subnet whose machines reach the internet": Mistake(
        SUBNET,
        without("default_outbound_access"),
        ("defaultOutboundAccess", "by themselves"),
        "vnet-subnet-closed",
    ),
    "security group that denies nothing": Mistake(
        SECURITY,
        lambda props: props.update(security_rules=props["security_rules"][:-1]),
        ("securityRules", "Azure's own would let it through"),
        "nsg-last",
    ),
    "security group with two rules in one place": Mistake(
        SECURITY,
        inside("security_rules.1.priority", 100),
        ("securityRules[1].priority", "SecurityRuleConflict"),
        "nsg-priority",
        name="network-external",
    ),
    "security group with a tag that is none": Mistake(
        SECURITY,
        _open("outbound-images-front", destination_address_prefix="AzureFrontDoor.Firstparty"),
        ("destinationAddressPrefix", "no service tag"),
        "nsg-prefix",
        name="network-external",
    ),
    "security group that lets everything in": Mistake(
        SECURITY,
        _open("inbound-callers", destination_port_ranges=["1-65535"]),
        ("sourceAddressPrefix", "the whole internet comes in"),
        "nsg-wide",
        name="network-external",
    ),
    "security group that stops the platform": Mistake(
        SECURITY,
        _open("outbound-sign-in", access="Deny"),
        ("infrastructureSubnetId", "stops AzureActiveDirectory"),
        "environment-egress",
        name="network-internal",
    ),
    "security group that stops the functions": Mistake(
        SECURITY,
        _open("inbound-functions", source_address_prefix="10.99.0.0/24"),
        ("image", "unable to pull image", "network-endpoints stops it"),
        "app-pull-inside",
        name="network-endpoints",
    ),
    # egress
    "address that changes": Mistake(
        ADDRESS,
        without("public_ip_allocation_method"),
        ("publicIPAllocationMethod", "is Static"),
        "azure-address-standard",
    ),
    "gateway that leads nowhere": Mistake(
        NAT,
        without("public_ip_addresses"),
        ("publicIpAddresses", "nothing would leave"),
        "azure-nat-standard",
    ),
    # flow logs
    "records of a security group": Mistake(
        FLOW_LOG,
        lambda props: props.update(
            target_resource_id=replaced("virtualNetworks", "networkSecurityGroups")(
                props["target_resource_id"]
            )
        ),
        ("targetResourceId", "NsgFlowLogCreationBlocked"),
        "vnet-flow-log-target",
    ),
    "records in a watcher of our own": Mistake(
        FLOW_LOG,
        setting(network_watcher_name="watcher"),
        ("networkWatcherName", "NetworkWatcher_westeurope"),
        "vnet-flow-log-watcher",
    ),
    "records that nobody may write": Mistake(
        ASSIGNMENT,
        lambda props: props.update(role_definition_id=replaced(_WRITES, _READS)(props["role_definition_id"])),
        ("identity", "AuthorizationPermissionMismatch"),
        "vnet-flow-log-right",
        name="network-flows",
    ),
    "records that nobody writes": Mistake(
        FLOW_LOG,
        without("identity"),
        ("identity", "KeyBasedAuthenticationNotPermitted"),
        "vnet-flow-log-right",
    ),
    "records that the firewall keeps out": Mistake(
        ACCOUNT,
        inside("network_rule_set.bypass", storage.Bypass.NONE),
        ("storageId", "keeps the watcher out"),
        "vnet-flow-log-storage",
        name="network-flows",
    ),
    "records switched off": Mistake(
        FLOW_LOG, setting(enabled=False), ("enabled", "records nothing"), "vnet-flow-log-on"
    ),
    "records for too long": Mistake(
        FLOW_LOG,
        inside("retention_policy.days", 366),
        ("retentionPolicy.days", "at most 365"),
        "value",
    ),
    "records before the right to write them": Mistake(
        FLOW_LOG, forgetting("storage_id"), ("FlowLog", "needs", "RoleAssignment", "by luck"), luck=True
    ),
    **azure_inside.MISTAKES,
}
