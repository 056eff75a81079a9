"""A stack on Azure, in a network: its components, each made when a test asks for it."""

import dataclasses

import pulumi

from components import catalog
from components.function.contract import Function, FunctionArgs, FunctionLinks
from components.host.contract import Host, HostArgs, HostLinks
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.image.contract import Image, ImageArgs, ImageLinks
from components.key.contract import Key, KeyArgs, KeyLinks
from components.network.addresses import addresses
from components.network.contract import Network, NetworkArgs, NetworkLinks
from components.network.existing import Existing
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from components.storage.contract import Storage, StorageArgs, StorageLinks
from tests.components.builders import ACCESS, DIGEST, SOURCE, landing

NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
SECURITY = "azure-native:network:NetworkSecurityGroup"
NAT = "azure-native:network:NatGateway"
ADDRESS = "azure-native:network:PublicIPAddress"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
FLOW_LOG = "azure-native:network:FlowLog"
ZONE = "azure-native:privatedns:PrivateZone"
LINK = "azure-native:privatedns:VirtualNetworkLink"
RECORDS = "azure-native:privatedns:PrivateRecordSet"
REGISTRY = "azure-native:containerregistry:Registry"
ACCOUNT = "azure-native:storage:StorageAccount"
LIFECYCLE = "azure-native:storage:ManagementPolicy"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
ENVIRONMENT = "azure-native:app:ManagedEnvironment"
APP = "azure-native:app:ContainerApp"
AUTH = "azure-native:app:ContainerAppsAuthConfig"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"

PLAN = addresses("10.20.0.0/16", "azure", 2)
RANGES = {
    "nodes": PLAN.nodes.whole,
    "internal": PLAN.internal,
    "external": PLAN.external,
    "endpoints": PLAN.endpoints.whole,
}
HUB = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/hub"
SHARED = f"{HUB}/providers/Microsoft.Network/virtualNetworks/shared"
EXISTING = Existing(
    network=SHARED,
    functions=(f"{SHARED}/subnets/private", f"{SHARED}/subnets/open"),
    endpoints=f"{SHARED}/subnets/endpoints",
    zones=HUB,
)
ONE = dataclasses.replace(EXISTING, functions=(f"{SHARED}/subnets/private",))
FROM = ("203.0.113.0/28", "198.51.100.7/32")


class Made:
    """Components of a stack in a network, each made when asked for."""

    def __init__(self, context, *, encrypted=False, provider=None, **changes):
        self.context = context
        self.opts = pulumi.ResourceOptions(provider=provider)
        self.landing = landing("azure", context, self.opts)
        key = KeyArgs(context=context)
        self.key = self._make(Key, "key", key, KeyLinks(self.landing)) if encrypted else None
        values = {"cidr": None if "existing" in changes else "10.20.0.0/16", **changes}
        args = NetworkArgs(context=context, **values)
        self.network = self._make(Network, "network", args, NetworkLinks(self.landing, self.key))

    def _make(self, kind, name, args, links):
        return catalog.implementation(kind, "azure")(name, args, links, self.opts)

    def registry(self):
        args = RegistryArgs(context=self.context, models=("height",))
        return self._make(Registry, "registry", args, RegistryLinks(self.landing, self.key, self.network))

    def storage(self, **changes):
        args = StorageArgs(context=self.context, **changes)
        return self._make(Storage, "storage", args, StorageLinks(self.landing, self.key, self.network))

    def host(self, *sides):
        args = HostArgs(context=self.context, sides=sides)
        return self._make(Host, "host", args, HostLinks(self.landing, self.key, self.network))

    def function(self, mode="private", on=None):
        images = self.registry()
        source = ImageArgs(context=self.context, model="height", source=SOURCE)
        who = IdentityArgs(context=self.context, model="height")
        links = FunctionLinks(
            landing=self.landing,
            host=on or self.host("internal", "external"),
            registry=images,
            image=self._make(Image, "height", source, ImageLinks(images)),
            identity=self._make(Identity, "height", who, IdentityLinks(self.landing)),
        )
        access = dataclasses.replace(ACCESS["azure"], mode=mode)
        args = FunctionArgs(context=self.context, model="height", digest=DIGEST, access=access)
        return self._make(Function, "height", args, links)
