"""Azure: what only code can say about virtual networks, their subnets, and the way out of them.

Sources: learn.microsoft.com/azure/virtual-network/virtual-networks-faq,
…/virtual-network-manage-subnet, …/ip-services/default-outbound-access, …/nat-gateway/nat-gateway-resource
"""

import ipaddress
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_types import (
    ADDRESS,
    ENDPOINT,
    ENVIRONMENT,
    NAT,
    NETWORK,
    SECURITY,
    SUBNET,
    ZONE_LINK,
    Found,
    by_id,
    parent,
)
from sandbox.world import Resource, World

Range = ipaddress.IPv4Network

# What Azure keeps for itself, in every network.
_KEPT = ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
_LONGEST = 29
_DELEGATIONS = (
    "Microsoft.App/environments",
    "Microsoft.ContainerInstance/containerGroups",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.DBforPostgreSQL/flexibleServers",
    "Microsoft.Network/dnsResolvers",
    "Microsoft.Sql/managedInstances",
    "Microsoft.Web/serverFarms",
)


def network_of(world: World, subnet: str) -> Resource | None:
    """The network that a subnet belongs to."""
    return by_id(world, subnet.lower().rpartition("/subnets/")[0], NETWORK)


def subnets_of(world: World, network: Resource) -> list[Resource]:
    """All subnets of a network."""
    below = f"{network.id}/subnets/".lower()
    return [each for each in world.all(SUBNET) if each.id.lower().startswith(below)]


def ranges(inputs: Mapping[str, Any]) -> list[Range]:
    """The ranges of a subnet, or of a network; what is none is left out."""
    space = inputs.get("addressSpace") or inputs
    one, more = space.get("addressPrefix"), space.get("addressPrefixes")
    return [found for text in (more or [one]) if text and (found := _range(str(text)))]


def users(world: World, subnet: str) -> Iterator[Resource]:
    """What is in a subnet."""
    for each in world.all(ENVIRONMENT):
        inside = (each.inputs.get("vnetConfiguration") or {}).get("infrastructureSubnetId")
        if str(inside).lower() == subnet.lower():
            yield each
    for each in world.all(ENDPOINT):
        if str((each.inputs.get("subnet") or {}).get("id")).lower() == subnet.lower():
            yield each


def settled(situation: Situation, subnet: Resource) -> None:
    """Whatever joins a network needs all of its subnets: Azure refuses two changes of a network at once.

    github.com/hashicorp/terraform-provider-azurerm/issues/21293
    """
    network = network_of(situation.world, subnet.id)
    for each in subnets_of(situation.world, network) if network else ():
        situation.need(each)


def place(inputs: Mapping[str, Any]) -> str:
    """A location, as it is compared."""
    return str(inputs.get("location", "")).replace(" ", "").lower()


def _range(text: str) -> Range | None:
    try:
        return Range(text)
    except ValueError:
        return None


@rule("vnet-ranges", NETWORK)
def _ranges(situation: Situation) -> Found:
    path = "addressSpace.addressPrefixes"
    given = [(exact, str(each)) for exact, listed in situation.each(path) for each in listed]
    if situation.knows("addressSpace") and not given:
        yield path, "is required: a network has a range at least"
    for exact, text in given:
        yield from _wrong_range(exact, text)
    for one, other in combinations([found for _, text in given if (found := _range(text))], 2):
        if one.overlaps(other):
            yield path, f"NetcfgOverlappingAddressSpace: {one} and {other} overlap"


def _wrong_range(path: str, text: str) -> Found:
    found = _range(text)
    if found is None:
        yield path, f"InvalidCIDRNotation: {text!r} is no range that begins at its first address"
        return
    for kept in _KEPT:
        if found.overlaps(Range(kept)):
            yield path, f"{text} overlaps {kept}, which Azure keeps for itself"
    if found.prefixlen > _LONGEST:
        yield path, f"{text} is smaller than /{_LONGEST}"


@rule("vnet-inline", NETWORK)
def _inline(situation: Situation) -> Found:
    """github.com/pulumi/pulumi-azure-native/issues/611"""
    if situation.given("subnets"):
        yield "subnets", "subnets given here delete those of their own at the next update; leave it out"


@rule("vnet-shrinks", NETWORK, on="update")
def _shrinks(situation: Situation) -> None:
    space = ranges(situation.inputs)
    here = by_id(situation.world, situation.id, NETWORK)
    for each in subnets_of(situation.world, here) if here else ():
        if not all(any(one.subnet_of(whole) for whole in space) for one in ranges(each.inputs)):
            text = f"InUsePrefixCannotBeDeleted: the subnet {each.outputs['name']} lies in it"
            raise Refused(text, property="addressSpace.addressPrefixes", code="FAILED_PRECONDITION")


@rule("vnet-in-use", NETWORK, on="delete")
def _network_in_use(situation: Situation) -> None:
    here = by_id(situation.world, situation.id, NETWORK)
    inside = [each for subnet in (subnets_of(situation.world, here) if here else ()) for each in
              users(situation.world, subnet.id)]  # fmt: skip
    linked = [
        each
        for each in situation.world.all(ZONE_LINK)
        if str((each.inputs.get("virtualNetwork") or {}).get("id")).lower() == situation.id.lower()
    ]
    for each in (*inside, *linked):
        raise Refused(f"InUseSubnetCannotBeDeleted: {each.id} uses it", code="FAILED_PRECONDITION")


@rule("vnet-subnet-range", SUBNET)
def _subnet_range(situation: Situation) -> Found:
    one, more = situation.given("addressPrefix"), situation.given("addressPrefixes")
    if one == more:
        yield "addressPrefix", "exactly one of addressPrefix and addressPrefixes"
    text = situation.get("addressPrefix")
    if text is not None:
        yield from _wrong_range("addressPrefix", str(text))


@rule("vnet-subnet-closed", SUBNET)
def _subnet_closed(situation: Situation) -> Found:
    """Azure takes a subnet without any of this."""
    if not situation.given("networkSecurityGroup"):
        yield "networkSecurityGroup", "everything of the network comes in, and everything leaves; give one"
    if situation.get("defaultOutboundAccess", True) is True and situation.knows("defaultOutboundAccess"):
        yield "defaultOutboundAccess", "machines would reach the internet by themselves; set it to False"


@rule("vnet-subnet-delegation", SUBNET)
def _delegation(situation: Situation) -> Found:
    for path, name in situation.each("delegations.serviceName"):
        if name not in _DELEGATIONS:
            yield path, f"SubnetDelegationServiceNameNotFound: {name!r}; known: {', '.join(_DELEGATIONS)}"


@rule("vnet-subnet-in-network", SUBNET, on="create update")
def _in_network(situation: Situation) -> None:
    network = parent(situation, "virtualNetworkName", NETWORK, "virtual network")
    for own in ranges(situation.inputs):
        if not any(own.subnet_of(whole) for whole in ranges(network.inputs)):
            text = f"NetcfgInvalidSubnet: {own} is not within {', '.join(map(str, ranges(network.inputs)))}"
            raise Refused(text, property="addressPrefix", code="FAILED_PRECONDITION")
        for each in subnets_of(situation.world, network):
            taken = next((one for one in ranges(each.inputs) if one.overlaps(own)), None)
            if taken and each.urn != situation.urn:
                text = f"NetcfgSubnetRangesOverlap: {own} overlaps {taken} of {each.outputs['name']}"
                raise Refused(text, property="addressPrefix", code="FAILED_PRECONDITION")


@rule("vnet-subnet-one-by-one", SUBNET, on="create")
def _one_by_one(situation: Situation) -> None:
    """Two at once: AnotherOperationInProgress, github.com/pulumi/pulumi-azure-native/issues/1024"""
    network = parent(situation, "virtualNetworkName", NETWORK, "virtual network")
    for each in subnets_of(situation.world, network):
        situation.need(each)


@rule("vnet-subnet-parts", SUBNET, on="create update")
def _parts(situation: Situation) -> None:
    network = parent(situation, "virtualNetworkName", NETWORK, "virtual network")
    for name, type_ in (("networkSecurityGroup", SECURITY), ("natGateway", NAT)):
        id_ = situation.get(f"{name}.id")
        if id_ is None:
            continue
        found = by_id(situation.world, str(id_), type_)
        text = f"InvalidResourceReference: {id_!r} was not found"
        found = situation.require(found, f"{name}.id", text)
        if place(found.inputs) != place(network.inputs):
            text = f"ResourceNotInSameLocation: it is in {place(found.inputs)}, the network is not"
            raise Refused(text, property=f"{name}.id", code="FAILED_PRECONDITION")


@rule("vnet-subnet-kept", SUBNET, on="update")
def _kept(situation: Situation) -> None:
    """What is in a subnet keeps its range and its delegation."""
    for name in ("addressPrefix", "addressPrefixes", "delegations"):
        if situation.old_inputs.get(name) != situation.inputs.get(name):
            for each in users(situation.world, situation.id):
                text = f"InUseSubnetCannotBeUpdated: {each.id} is in it"
                raise Refused(text, property=name, code="FAILED_PRECONDITION")


@rule("vnet-subnet-in-use", SUBNET, on="delete")
def _subnet_in_use(situation: Situation) -> None:
    for each in users(situation.world, situation.id):
        raise Refused(f"InUseSubnetCannotBeDeleted: {each.id} is in it", code="FAILED_PRECONDITION")


@rule("azure-nat-standard", NAT)
def _nat_standard(situation: Situation) -> Found:
    if situation.knows("sku") and situation.get("sku.name") is None:
        yield "sku.name", "is required: Standard"
    listed = situation.inputs.get("publicIpAddresses") or situation.inputs.get("publicIpPrefixes")
    if not listed and situation.knows("publicIpAddresses", "publicIpPrefixes"):
        yield "publicIpAddresses", "an address or a prefix at least: nothing would leave"


@rule("azure-nat-addresses", NAT, on="create update")
def _nat_addresses(situation: Situation) -> None:
    for path, id_ in situation.each("publicIpAddresses.id"):
        found = by_id(situation.world, str(id_), ADDRESS)
        text = f"InvalidResourceReference: {id_!r} was not found"
        situation.require(found, path, text)


@rule("azure-nat-in-use", NAT, on="delete")
def _nat_in_use(situation: Situation) -> None:
    for each in situation.world.all(SUBNET):
        if str((each.inputs.get("natGateway") or {}).get("id")).lower() == situation.id.lower():
            text = f"InUseNatGatewayCannotBeDeleted: {each.id} uses it"
            raise Refused(text, code="FAILED_PRECONDITION")


@rule("azure-address-standard", ADDRESS)
def _standard(situation: Situation) -> Found:
    """learn.microsoft.com/azure/virtual-network/ip-services/public-ip-basic-upgrade-guidance"""
    if not situation.knows("sku", "publicIPAllocationMethod"):
        return
    if situation.get("sku.name", "Basic") == "Basic":
        yield "sku.name", "Basic, Azure's default, is retired; give Standard"
    elif situation.get("publicIPAllocationMethod", "Dynamic") != "Static":
        yield "publicIPAllocationMethod", "an address of sku Standard is Static"


@rule("azure-address-in-use", ADDRESS, on="delete")
def _address_in_use(situation: Situation) -> None:
    for each in situation.world.all(NAT):
        if situation.id.lower() in str(each.inputs.get("publicIpAddresses")).lower():
            text = f"PublicIPAddressCannotBeDeleted: {each.id} uses it"
            raise Refused(text, code="FAILED_PRECONDITION")
