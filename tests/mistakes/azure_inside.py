"""Mistakes inside of a network on Azure: environments, registries and storage, and their names."""

from typing import Any

from pulumi_azure_native import containerregistry, storage

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.azure import ACCOUNT, APP, ENVIRONMENT
from tests.mistakes.changes import forgetting, inside, setting, without

SUBNET = "azure-native:network:Subnet"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
ZONE = "azure-native:privatedns:PrivateZone"
LINK = "azure-native:privatedns:VirtualNetworkLink"
RECORDS = "azure-native:privatedns:PrivateRecordSet"
REGISTRY = "azure-native:containerregistry:Registry"

_CONFIG = "private_dns_zone_configs.0.private_dns_zone_id"
_CONNECTION = "private_link_service_connections.0"
_INTO = "vnet_configuration.infrastructure_subnet_id"


def replaced(old: str, new: str) -> Any:
    """A change of an output's text."""
    return lambda output: output.apply(lambda known: known.replace(old, new))


def _small(props: Props) -> None:
    props["address_prefix"] = f"{props['address_prefix'].partition('/')[0]}/28"


def _all_forgotten(*paths: str) -> Any:
    """Gives inputs as if they were plain text."""

    def change(props: Props) -> None:
        for path in paths:
            inside(path, forgotten)(props)

    return change


MISTAKES: dict[str, Mistake] = {
    # environments
    "subnet that is not delegated": Mistake(
        SUBNET,
        without("delegations"),
        ("infrastructureSubnetId", "must be delegated to Microsoft.App/environments"),
        "environment-subnet",
        name="network-external",
    ),
    "subnet delegated to somebody else": Mistake(
        SUBNET,
        inside("delegations.0.service_name", "Microsoft.Web/serverFarms"),
        ("infrastructureSubnetId", "ManagedEnvironmentSubnetDelegationError"),
        "environment-subnet",
        name="network-internal",
    ),
    "subnet delegated to what does not exist": Mistake(
        SUBNET,
        inside("delegations.0.service_name", "Microsoft.App/managedEnvironments"),
        ("delegations[0].serviceName", "SubnetDelegationServiceNameNotFound"),
        "vnet-subnet-delegation,environment-subnet",
        name="network-internal",
    ),
    "subnet too small for an environment": Mistake(
        SUBNET,
        _small,
        ("infrastructureSubnetId", "at least /27"),
        "environment-subnet",
        name="network-external",
    ),
    "two environments in a subnet": Mistake(
        ENVIRONMENT,
        inside(_INTO, replaced("network-external", "network-internal")),
        ("infrastructureSubnetId", "an environment shares none"),
        "environment-subnet",
        name="host",
    ),
    "environment before its subnet": Mistake(
        ENVIRONMENT,
        inside(_INTO, forgotten),
        ("ManagedEnvironment", "needs", "Subnet", "by luck"),
        luck=True,
    ),
    "record that leads elsewhere": Mistake(
        RECORDS,
        inside("a_records.0.ipv4_address", "10.20.64.4"),
        ("environmentId", "leads to 10.20.64.4"),
        "app-names",
    ),
    "record of one name only": Mistake(
        RECORDS,
        setting(relative_record_set_name="@"),
        ("environmentId", "nobody in the network would find it"),
        "app-names",
    ),
    "app before its name": Mistake(
        APP,
        forgetting("environment_id"),
        ("ContainerApp 'inner'", "needs", "PrivateRecordSet", "by luck"),
        name="inner",
        luck=True,
    ),
    # registry and storage
    "registry that answers everybody": Mistake(
        REGISTRY,
        inside("network_rule_set.default_action", containerregistry.DefaultAction.ALLOW),
        ("privateLinkServiceId", "goes on answering the whole internet"),
        "private-endpoint-target-open",
    ),
    "registry of a tier that does not close": Mistake(
        REGISTRY,
        inside("sku.name", containerregistry.SkuName.STANDARD),
        ("networkRuleSet", "needs sku.name Premium"),
        "acr-premium,private-endpoint-target",
    ),
    "storage that answers everybody": Mistake(
        ACCOUNT,
        inside("network_rule_set.default_action", storage.DefaultAction.ALLOW),
        ("privateLinkServiceId", "goes on answering the whole internet"),
        "private-endpoint-target-open",
        name="storage",
    ),
    "storage that lets in a range of one": Mistake(
        ACCOUNT,
        inside("network_rule_set.ip_rules.0.i_p_address_or_range", "203.0.113.7/32"),
        ("ipRules[0].iPAddressOrRange", "give each address by itself"),
        "storage-ip-rules",
        name="storage",
    ),
    "registry that lets in private addresses": Mistake(
        REGISTRY,
        inside("network_rule_set.ip_rules.0.i_p_address_or_range", "10.20.64.0/18"),
        ("ipRules[0].iPAddressOrRange", "only public addresses arrive"),
        "acr-ip-rules",
    ),
    # endpoints and names
    "endpoint to what a storage does not have": Mistake(
        ENDPOINT,
        inside(f"{_CONNECTION}.group_ids", ["blobs"]),
        ("groupIds", "InvalidPrivateLinkServiceConnectionGroupIds"),
        "private-endpoint-target,private-zone-group-zone",
        name="storage-endpoint",
    ),
    "endpoint among the functions": Mistake(
        ENDPOINT,
        lambda props: props.update(
            subnet={"id": replaced("network-endpoints", "network-internal")(props["subnet"]["id"])}
        ),
        ("subnet.id", "PrivateEndpointCannotBeCreatedInSubnetWithDelegation"),
        "private-endpoint-subnet,environment-subnet",
        name="storage-endpoint",
    ),
    "endpoints that no security group counts for": Mistake(
        SUBNET,
        without("private_endpoint_network_policies"),
        ("subnet.id", "does not count for endpoints"),
        "private-endpoint-subnet",
        name="network-endpoints",
    ),
    "endpoint without a name": Mistake(
        ZONE_GROUP,
        setting(private_dns_zone_configs=[]),
        ("privateDnsZoneConfigs", "one to five zones"),
        "private-zone-group-configs,app-pull-inside",
        name="registry-endpoint",
    ),
    "endpoint with a name where nobody looks": Mistake(
        ZONE_GROUP,
        inside(_CONFIG, replaced("privatelink.blob.core.windows.net", "privatelink.azurecr.io")),
        ("privateDnsZoneId", "nobody looks in privatelink.azurecr.io"),
        "private-zone-group-zone",
        name="storage-endpoint",
    ),
    "zone in one location": Mistake(
        ZONE, setting(location="westeurope"), ("location", "allowed: global"), "value"
    ),
    "zone that another network sees": Mistake(
        LINK,
        inside("virtual_network.id", lambda output: output.apply(lambda known: f"{known}2")),
        ("virtualNetwork.id", "was not found"),
        "private-link-network,private-zone-group-linked",
        name="network-storage",
    ),
    "name before the network sees its zone": Mistake(
        ZONE_GROUP,
        inside(_CONFIG, forgotten),
        ("PrivateDnsZoneGroup", "needs", "VirtualNetworkLink", "by luck"),
        luck=True,
    ),
    "app before the registry answers inside": Mistake(
        APP,
        _all_forgotten(
            "template.containers.0.image",
            "template.revision_suffix",
            "configuration.registries.0.server",
        ),
        ("ContainerApp", "needs", "PrivateDnsZoneGroup 'registry-endpoint'", "by luck"),
        luck=True,
    ),
}
