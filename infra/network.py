"""What can be set for the network of a stack."""

from components.network.existing import GROUP, NETWORK, SUBNET
from infra.kinds import (
    AwsSubnets,
    AzureSubnet,
    AzureSubnets,
    Cidr,
    Egress,
    GcpNetwork,
    GcpSubnets,
    ResourceGroup,
    Sources,
    VirtualNetwork,
    Vpc,
    about,
)
from infra.sections import Section

_VNET = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/hub"
_NETWORK = f"{_VNET}/providers/Microsoft.Network/virtualNetworks/shared"


class ExistingAws(Section):
    """A network on AWS that somebody else keeps, with its routes and endpoints."""

    network: Vpc = about(
        "The VPC.", noun="the id of a VPC", allowed=NETWORK["aws"][1], example="vpc-0a1b2c3d4e5f60718"
    )
    functions: AwsSubnets = about(
        "Private subnets in which functions run, each in another zone.",
        noun="a list of 2 to 4 subnets",
        element="the id of a subnet",
        allowed=SUBNET["aws"][1],
        example="subnet-0a1b2c3d4e5f60718",
    )


class ExistingAzure(Section):
    """A network on Azure that somebody else keeps, with its routes and private DNS zones."""

    network: VirtualNetwork = about(
        "The virtual network.",
        noun="the id of a virtual network",
        allowed=NETWORK["azure"][1],
        example=_NETWORK,
    )
    functions: AzureSubnets = about(
        "Subnets delegated to Microsoft.App/environments: for private models, then for all others.",
        noun="a list of 1 or 2 subnets",
        element="the id of a subnet",
        allowed=SUBNET["azure"][1],
        example=f"{_NETWORK}/subnets/functions",
    )
    endpoints: AzureSubnet = about(
        "The subnet in which registry and storage get their private addresses.",
        noun="the id of a subnet",
        allowed=SUBNET["azure"][1],
        example=f"{_NETWORK}/subnets/endpoints",
    )
    zones: ResourceGroup = about(
        "The resource group with the private DNS zones of registries and blobs, linked to the network.",
        noun="the id of a resource group",
        allowed=GROUP[1],
        example=_VNET,
    )


class ExistingGcp(Section):
    """A network on Google Cloud that somebody else keeps, with its routes and names."""

    network: GcpNetwork = about(
        "The VPC network.",
        noun="the name of a network",
        allowed=NETWORK["gcp"][1],
        example="projects/example-models-dev/global/networks/shared",
    )
    functions: GcpSubnets = about(
        "The subnet in which functions run.",
        noun="a list of 1 subnet",
        element="the name of a subnet",
        allowed=SUBNET["gcp"][1],
        example="projects/example-models-dev/regions/europe-west1/subnetworks/functions",
    )


class ExistingSettings(Section):
    """Networks that somebody else keeps, one for each cloud of the stack."""

    aws: ExistingAws | None = about("Required when `clouds` names aws.", default=None)
    azure: ExistingAzure | None = about("Required when `clouds` names azure.", default=None)
    gcp: ExistingGcp | None = about("Required when `clouds` names gcp.", default=None)


class NetworkSettings(Section):
    """The network of a stack: a range to make one in on every cloud, or networks that exist."""

    cidr: Cidr | None = about(
        "Range of private addresses, a quarter for each cloud; another one makes the networks anew.",
        noun="a range of IPv4",
        allowed="/14 to /20, within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        example="10.20.0.0/16",
        default=None,
    )
    existing: ExistingSettings | None = about("Networks that exist, instead of `cidr`.", default=None)
    egress: Egress = about(
        "What functions reach besides the services of their cloud: nothing, or HTTPS to everywhere.",
        noun="a kind of egress",
        allowed="none, internet",
        example="none",
        default="none",
    )
    allow_from: Sources = about(
        "Public ranges from which registries and storage answer besides: those of whoever deploys.",
        noun="a list of ranges",
        element="a range",
        allowed="a.b.c.d/n of public addresses, /16 to /32",
        example="203.0.113.0/28",
        default=(),
    )
