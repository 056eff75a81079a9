"""Azure: the types that have rules, and what several files of rules need."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.needs import Refused, Situation
from sandbox.world import Resource, World

GROUP = "azure-native:resources:ResourceGroup"
REGISTRY = "azure-native:containerregistry:Registry"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
ROLE = "azure-native:authorization:RoleDefinition"
ACCOUNT = "azure-native:storage:StorageAccount"
SERVICE = "azure-native:storage:BlobServiceProperties"
CONTAINER = "azure-native:storage:BlobContainer"
LIFECYCLE = "azure-native:storage:ManagementPolicy"
VAULT = "azure-native:keyvault:Vault"
KEY = "azure-native:keyvault:Key"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"
ENVIRONMENT = "azure-native:app:ManagedEnvironment"
APP = "azure-native:app:ContainerApp"
AUTH = "azure-native:app:ContainerAppsAuthConfig"
NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
SECURITY = "azure-native:network:NetworkSecurityGroup"
NAT = "azure-native:network:NatGateway"
ADDRESS = "azure-native:network:PublicIPAddress"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
FLOW_LOG = "azure-native:network:FlowLog"
ZONE = "azure-native:privatedns:PrivateZone"
RECORDS = "azure-native:privatedns:PrivateRecordSet"
ZONE_LINK = "azure-native:privatedns:VirtualNetworkLink"

IN_A_GROUP = (
    REGISTRY, IDENTITY, ACCOUNT, VAULT, WORKSPACE, ENVIRONMENT, APP, NETWORK, SECURITY, NAT, ADDRESS,
    ENDPOINT, ZONE,
)  # fmt: skip
"""Types with tags and a location, directly in a resource group."""

Found = Iterator[tuple[str, str]]


def entries(inputs: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects of a list of the inputs, each with its path; none while the list is not known."""
    value: Any = inputs
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    listed = enumerate(value if isinstance(value, list) else [])
    return [(f"{path}[{at}]", each) for at, each in listed if isinstance(each, Mapping)]


def by_id(world: World, id_: str, *types: str) -> Resource | None:
    """What has this id, of one of the types when given; Azure compares ids without regard to case."""
    wanted = id_.lower().rstrip("/")
    for each in world.all():
        if each.cloud == "azure" and each.id.lower() == wanted and (not types or each.type in types):
            return each
    return None


def below(world: World, id_: str) -> list[Resource]:
    """What lies below an id: children, and assignments and settings of it."""
    return [each for each in world.all() if each.id.lower().startswith(f"{id_}/".lower())]


def required(situation: Situation, property_: str, type_: str, what: str) -> Resource:
    """The resource whose id stands in a property; raises `Refused` when there is none."""
    id_ = str(situation.get(property_))
    found = by_id(situation.world, id_, type_)
    text = f'Status=404 Code="ResourceNotFound" Message="The {what} {id_!r} was not found."'
    return situation.require(found, property_, text)


def parent(situation: Situation, property_: str, type_: str, what: str) -> Resource:
    """The resource of the same group whose name stands in a property; raises `Refused`."""
    name, group = (str(situation.get(each)).lower() for each in (property_, "resourceGroupName"))
    for each in situation.world.all(type_):
        here = str(each.inputs.get("resourceGroupName", "")).lower() == group
        if here and str(each.outputs.get("name", "")).lower() == name:
            return situation.need(each)
    text = f"Status=404 Code=\"ParentResourceNotFound\" Message=\"no {what} '{name}' in '{group}'\""
    raise Refused(text, property=property_, code="NOT_FOUND")
