"""AWS: virtual private clouds, their subnets, routes and gateways.

Sources: docs.aws.amazon.com/vpc/latest/userguide/, vpc-cidr-blocks.html, subnet-sizing.html,
VPC_Route_Tables.html and nat-gateway-troubleshooting.html; for errors,
docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.aws_functions import FUNCTION
from sandbox.rules.aws_types import (
    ADDRESS,
    ASSOCIATION,
    DEFAULT_GROUP,
    ENDPOINT,
    FLOW_LOG,
    GROUP,
    INTERNET,
    NAT,
    ROUTE,
    SUBNET,
    TABLE,
    VPC,
    ZONES,
    foreign,
)
from sandbox.wire import at
from sandbox.world import Resource, World

EVERYWHERE = ("0.0.0.0/0", "::/0")
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_TARGETS: Mapping[str, str] = {"gatewayId": INTERNET, "natGatewayId": NAT}
_OTHER_TARGETS = (
    "carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "localGatewayId", "networkInterfaceId",
    "odbNetworkArn", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
)  # fmt: skip
# What keeps a thing from being deleted: type to the paths that name it.
_HOLDING: Mapping[str, Mapping[str, str]] = {
    VPC: {SUBNET: "vpcId", INTERNET: "vpcId", ENDPOINT: "vpcId", GROUP: "vpcId", TABLE: "vpcId"},
    SUBNET: {NAT: "subnetId", ENDPOINT: "subnetIds", FUNCTION: "vpcConfig.subnetIds"},
    GROUP: {ENDPOINT: "securityGroupIds", FUNCTION: "vpcConfig.securityGroupIds"},
    ADDRESS: {NAT: "allocationId"},
}

Found = Iterator[tuple[str, str]]


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """The default group is the one that came with the VPC; only a gateway has a prefix list."""
    if situation.type == ENDPOINT and situation.get("vpcEndpointType") != "Gateway":
        return {**outputs, "prefixListId": None}
    vpc = situation.world.get(VPC, str(situation.get("vpcId")))
    if situation.type == DEFAULT_GROUP and vpc and "arn" in outputs:
        start = str(outputs["arn"]).rpartition("/")[0]
        return {**outputs, "arn": f"{start}/{vpc.outputs['defaultSecurityGroupId']}"}
    return outputs


def lookup(situation: Situation, type_: str, id_: object, path: str) -> Resource:
    """What an id names, as a need; raises `Refused` as EC2 does."""
    found = situation.world.get(type_, str(id_))
    what = type_.rpartition(":")[2]
    text = f"Invalid{what}ID.NotFound: The {what} ID {str(id_)!r} does not exist"
    return situation.require(found, path, text)


def listed(resource: Resource, path: str) -> list[str]:
    """Values at a dotted path of the inputs, in or out of a list."""
    found = [value for _, value in at(resource.inputs, path)]
    return [str(each) for value in found for each in (value if isinstance(value, list) else [value])]


def table_of(world: World, subnet: str) -> Resource | None:
    """The association of a subnet with a table of its own."""
    return next((each for each in world.all(ASSOCIATION) if each.inputs.get("subnetId") == subnet), None)


def ways_out(world: World, subnet: str) -> list[Resource]:
    """Routes of the table of a subnet."""
    joined = table_of(world, subnet)
    table = joined.inputs.get("routeTableId") if joined else None
    return [each for each in world.all(ROUTE) if each.inputs.get("routeTableId") == table]


def _range(text: object) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(str(text))
    except ValueError:
        return None


@rule("ec2-range", VPC)
def _vpc_range(situation: Situation) -> Found:
    text = situation.get("cidrBlock")
    found = _range(text)
    if not situation.knows("cidrBlock"):
        return
    if text is None or found is None:
        yield "cidrBlock", f"must be a range of IPv4 that begins at its first address, came {text!r}"
    elif not 16 <= found.prefixlen <= 28:
        yield "cidrBlock", f"InvalidVpc.Range: /16 to /28, came {text!r}"
    elif not found.is_private:
        yield "cidrBlock", f"{text!r} are somebody's public addresses, which would be out of reach"


@rule("ec2-dns", VPC)
def _dns(situation: Situation) -> Found:
    if situation.get("enableDnsHostnames") and situation.get("enableDnsSupport") is False:
        yield "enableDnsHostnames", "needs enableDnsSupport"


@rule("ec2-vpc-exists", SUBNET, INTERNET, TABLE, GROUP, DEFAULT_GROUP, ENDPOINT, FLOW_LOG, on="create update")
def _vpc_exists(situation: Situation) -> None:
    vpc = situation.get("vpcId")
    if vpc is None:
        raise Refused("without one it would belong to the default VPC: name it", property="vpcId")
    if not foreign(vpc):
        lookup(situation, VPC, vpc, "vpcId")


@rule("ec2-subnet-range", SUBNET, on="create")
def _subnet_range(situation: Situation) -> None:
    """Inside of the VPC, and apart from its other subnets."""
    text = situation.get("cidrBlock")
    own, vpc = _range(text), situation.world.get(VPC, str(situation.get("vpcId")))
    whole = _range(vpc.inputs.get("cidrBlock")) if vpc else None
    if own is None or not 16 <= own.prefixlen <= 28 or (whole and not own.subnet_of(whole)):
        text = f"InvalidSubnet.Range: The CIDR {text!r} is invalid: /16 to /28 within {whole}"
        raise Refused(text, property="cidrBlock")
    for each in situation.world.all(SUBNET):
        other = _range(each.inputs.get("cidrBlock"))
        if each.inputs.get("vpcId") == situation.get("vpcId") and other and own.overlaps(other):
            text = f"InvalidSubnet.Conflict: The CIDR {str(own)!r} conflicts with {each.id} ({other})"
            raise Refused(text, property="cidrBlock", code="ALREADY_EXISTS")


@rule("ec2-subnet-zone", SUBNET)
def _subnet_zone(situation: Situation) -> Found:
    zones = [f"{situation.identity.get('region')}{zone}" for zone in ZONES]
    zone = situation.get("availabilityZone")
    if not situation.given("availabilityZone"):
        yield "availabilityZone", "is needed: AWS would choose one, and perhaps the same for all"
    elif zone is not None and zone not in zones:
        allowed = ", ".join(zones)
        yield (
            "availabilityZone",
            f"InvalidParameterValue: Value ({zone}) is invalid. Subnets can be created in {allowed}",
        )


@rule("ec2-subnet-public", SUBNET)
def _subnet_public(situation: Situation) -> Found:
    """EC2 does; then every machine in it has an address that the internet reaches."""
    if situation.get("mapPublicIpOnLaunch"):
        yield "mapPublicIpOnLaunch", "gives a public address to everything in the subnet: must be false"


@rule("ec2-one-gateway", INTERNET, on="create")
def _one_gateway(situation: Situation) -> None:
    for each in situation.world.all(INTERNET):
        if each.inputs.get("vpcId") == situation.get("vpcId"):
            text = f"Resource.AlreadyAssociated: {situation.get('vpcId')} has an internet gateway: {each.id}"
            raise Refused(text, property="vpcId", code="ALREADY_EXISTS")


@rule("ec2-nat-address", NAT, on="create")
def _nat_address(situation: Situation) -> None:
    allocation = situation.get("allocationId")
    if allocation is None:
        text = "MissingParameter: a public NAT gateway needs an allocation ID"
        raise Refused(text, property="allocationId")
    lookup(situation, ADDRESS, allocation, "allocationId")
    for each in situation.world.all(NAT):
        if each.inputs.get("allocationId") == allocation:
            text = f"Resource.AlreadyAssociated: {allocation} is the address of {each.id} already"
            raise Refused(text, property="allocationId", code="ALREADY_EXISTS")


@rule("ec2-nat-way-out", NAT, on="create")
def _nat_way_out(situation: Situation) -> None:
    """EC2 makes it in any subnet of a VPC with a gateway, and then nothing comes through."""
    subnet = lookup(situation, SUBNET, situation.get("subnetId"), "subnetId")
    joined = table_of(situation.world, subnet.id)
    for each in ways_out(situation.world, subnet.id):
        if joined and each.inputs.get("gatewayId") and each.inputs.get(_DESTINATIONS[0]) in EVERYWHERE:
            situation.need(joined)
            situation.need(each)
            return
    text = f"Gateway.NotAttached: no route leads from {subnet.id} to an internet gateway"
    raise Refused(text, property="subnetId", code="FAILED_PRECONDITION")


@rule("ec2-inline-routes", TABLE)
def _inline_routes(situation: Situation) -> Found:
    if situation.given("routes"):
        yield "routes", "fight with routes that are resources of their own"


@rule("ec2-route-one", ROUTE)
def _route_one(situation: Situation) -> Found:
    for names in (_DESTINATIONS, (*_TARGETS, *_OTHER_TARGETS)):
        given = [name for name in names if situation.given(name)]
        if len(given) != 1:
            yield names[0], f"exactly one of {', '.join(names)}, came {', '.join(given) or 'none'}"


@rule("ec2-route-target", ROUTE, on="create update")
def _route_target(situation: Situation) -> None:
    table = lookup(situation, TABLE, situation.get("routeTableId"), "routeTableId")
    for name, type_ in _TARGETS.items():
        if situation.given(name):
            target = lookup(situation, type_, situation.get(name), name)
            if _vpc(situation, target) != table.inputs.get("vpcId"):
                text = f"InvalidParameterValue: {target.id} and {table.id} belong to different networks"
                raise Refused(text, property=name)


def _vpc(situation: Situation, gateway: Resource) -> object:
    subnet = situation.world.get(SUBNET, str(gateway.inputs.get("subnetId")))
    return (subnet or gateway).inputs.get("vpcId")


@rule("ec2-association", ASSOCIATION, on="create")
def _association(situation: Situation) -> None:
    subnet = lookup(situation, SUBNET, situation.get("subnetId"), "subnetId")
    table = lookup(situation, TABLE, situation.get("routeTableId"), "routeTableId")
    if subnet.inputs.get("vpcId") != table.inputs.get("vpcId"):
        text = f"InvalidParameterValue: {table.id} and {subnet.id} belong to different networks"
        raise Refused(text, property="routeTableId")
    if other := table_of(situation.world, subnet.id):
        text = f"Resource.AlreadyAssociated: {subnet.id} has the table {other.inputs.get('routeTableId')}"
        raise Refused(text, property="subnetId", code="ALREADY_EXISTS")


@rule("ec2-in-use", VPC, SUBNET, GROUP, ADDRESS, INTERNET, on="delete")
def _in_use(situation: Situation) -> None:
    """EC2 waits for nothing; what functions leave behind goes within 45 minutes, and the provider waits."""
    holding = {NAT: "vpcId"} if situation.type == INTERNET else _HOLDING[situation.type]
    for type_, path in holding.items():
        for each in situation.world.all(type_):
            own = situation.id in listed(each, path)
            mapped = situation.type == INTERNET and _vpc(situation, each) == situation.inputs.get("vpcId")
            if own or mapped:
                text = f"DependencyViolation: {situation.id} has a dependent object: {each.id} ({type_})"
                raise Refused(text, code="FAILED_PRECONDITION")
