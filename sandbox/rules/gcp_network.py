"""Google Cloud: what only code can say about networks, subnets, firewalls, routes and the way out."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.gcp_types import FIREWALL, NAT, NETWORK, ROUTE, ROUTER, RUN, SUBNET
from sandbox.wire import has_unknown
from sandbox.world import Resource, World

EVERYWHERE = "0.0.0.0/0"
_SHORTEST, _LONGEST = 8, 29
_HOPS = ("Gateway", "Ilb", "Instance", "Ip", "VpnTunnel")
_IN_A_NETWORK = (SUBNET, FIREWALL, ROUTE, ROUTER)

Found = Iterator[tuple[str, str]]


def short(link: Any) -> str:
    """`projects/…` of whatever names a resource of Compute Engine."""
    return re.sub(r"^https://[^/]+/(compute/v1/)?", "", str(link))


def network(world: World, link: Any) -> Resource | None:
    """The network that a link or a bare name means."""
    wanted = short(link)
    if "/" in wanted:
        return world.get(NETWORK, wanted)
    return world.find(NETWORK, name=wanted)


def within(world: World, type_: str, network_id: str) -> list[Resource]:
    """Everything of a type in a network."""
    return [each for each in world.all(type_) if short(each.inputs.get("network")) == network_id]


def cidr(text: Any) -> IPv4Network | None:
    """A range that begins at its first address; None for anything else."""
    try:
        return IPv4Network(str(text))
    except ValueError:
        return None


@rule("network-auto-subnets", NETWORK)
def _auto(situation: Situation) -> Found:
    """Google's own default: a subnet in every region, in a range that overlaps with that of others."""
    if situation.get("autoCreateSubnetworks", True):
        yield (
            "autoCreateSubnetworks",
            "a subnet would be made in every region, none of them ours; set it to false",
        )


@rule("network-default-route", NETWORK)
def _default_route(situation: Situation) -> Found:
    """Google takes it: a way to the internet that nobody asked for."""
    if not situation.get("deleteDefaultRoutesOnCreate", False):
        yield (
            "deleteDefaultRoutesOnCreate",
            "leaves a route to the internet that no program knows; set it to true",
        )


@rule("network-in-use", NETWORK, on="delete")
def _network_in_use(situation: Situation) -> None:
    for type_ in _IN_A_NETWORK:
        for each in within(situation.world, type_, situation.id):
            text = (
                f"googleapi: Error 400: The network resource '{situation.id}' is already being used by "
                f"'{each.id}', resourceInUseByAnotherResource"
            )
            raise Refused(text, property="name", code="FAILED_PRECONDITION")


@rule("compute-network-exists", *_IN_A_NETWORK, on="create update")
def _network_exists(situation: Situation) -> None:
    link = situation.get("network")
    found = network(situation.world, link)
    text = f"googleapi: Error 404: The resource '{short(link)}' was not found, notFound"
    situation.require(found, "network", text)


def ranges(situation: Situation | Resource) -> Iterator[tuple[str, Any]]:
    """Every range of a subnet, with its path."""
    inputs = situation.inputs
    if inputs.get("ipCidrRange") is not None:
        yield "ipCidrRange", inputs["ipCidrRange"]
    for at, each in enumerate(inputs.get("secondaryIpRanges") or []):
        yield f"secondaryIpRanges[{at}].ipCidrRange", each.get("ipCidrRange")


@rule("subnet-range", SUBNET)
def _range(situation: Situation) -> Found:
    """cloud.google.com/vpc/docs/subnets#ipv4-ranges"""
    if not situation.given("ipCidrRange"):
        yield "ipCidrRange", "is left out"
    for path, text in ranges(situation):
        found = None if has_unknown(text) else cidr(text)
        if found is None and not has_unknown(text):
            yield path, f"Invalid IPCidrRange: {text}: a range a.b.c.d/n that begins at its first address"
        elif found and not _SHORTEST <= found.prefixlen <= _LONGEST:
            yield path, f"Invalid IPCidrRange: {text}: allowed: /{_SHORTEST} to /{_LONGEST}"


@rule("subnet-overlap", SUBNET, on="create")
def _overlap(situation: Situation) -> Found:
    """No two ranges of a network share an address, whichever subnet they are of."""
    own = [(path, text, cidr(text)) for path, text in ranges(situation)]
    there = [
        (text, cidr(text), each.properties.get("name"))
        for each in within(situation.world, SUBNET, short(situation.get("network")))
        for _, text in ranges(each)
    ]
    for at, (path, text, found) in enumerate(own):
        for other, taken, name in [*there, *((t, f, "itself") for _, t, f in own[:at])]:
            if found and taken and found.overlaps(taken):
                yield (
                    path,
                    f"Invalid IPCidrRange: {text} conflicts with {other} of subnetwork '{name}'., invalid",
                )


@rule("subnet-flow-logs", SUBNET)
def _flow_logs(situation: Situation) -> Found:
    """Google's own default records nothing. cloud.google.com/vpc/docs/flow-logs"""
    if not situation.given("logConfig"):
        yield "logConfig", "is left out: what flows would be recorded nowhere"


@rule("subnet-private-access", SUBNET)
def _private_access(situation: Situation) -> Found:
    """What has no address outside reaches nothing without: cloud.google.com/vpc/docs/private-google-access"""
    if not situation.get("privateIpGoogleAccess", False) and situation.knows("privateIpGoogleAccess"):
        yield "privateIpGoogleAccess", "is off: Google's services would not answer; set it to true"


@rule("subnet-in-use", SUBNET, on="delete")
def _subnet_in_use(situation: Situation) -> None:
    for each in situation.world.all(RUN):
        if situation.id in subnets_of(each.inputs):
            raise _held(situation.id, each.id)


@rule("subnet-addresses-held", SUBNET, on="delete")
def _addresses_held(situation: Situation) -> None:
    """One to two hours after the last: cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet

    Time does not pass here: the first attempt comes too early, the second in time.
    """
    held = f"serverless-ipv4 {situation.id}"
    if situation.world.known(held) and situation.world.use_fault(held, 1):
        region = situation.id.rpartition("/subnetworks/")[0]
        raise _held(
            situation.id, f"{region}/addresses/serverless-ipv4-1", "; Cloud Run lets go after 1 to 2 hours"
        )


def _held(subnet: str, user: str, more: str = "") -> Refused:
    text = (
        f"googleapi: Error 400: The subnetwork resource '{subnet}' is already being used by '{user}', "
        f"resourceInUseByAnotherResource{more}"
    )
    return Refused(text, property="name", code="FAILED_PRECONDITION")


def subnets_of(inputs: Mapping[str, Any]) -> list[str]:
    """Subnets in which a Cloud Run service runs."""
    interfaces = vpc_access(inputs).get("networkInterfaces") or []
    return [short(each.get("subnetwork")) for each in interfaces if isinstance(each, Mapping)]


def vpc_access(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a service sends; empty when it is in no network, or when that is not known yet."""
    template = inputs.get("template")
    found = template.get("vpcAccess") if isinstance(template, Mapping) else None
    return found if isinstance(found, Mapping) else {}


@rule("route-hop", ROUTE)
def _hop(situation: Situation) -> Found:
    hops = [f"nextHop{each}" for each in _HOPS if situation.given(f"nextHop{each}")]
    if len(hops) != 1:
        yield "nextHopGateway", f"exactly one next hop; came {', '.join(hops) or 'none'}"


@rule("route-range", ROUTE)
def _route_range(situation: Situation) -> Found:
    text = situation.get("destRange")
    if text is not None and cidr(text) is None:
        yield "destRange", f"Invalid value: '{text}': a range a.b.c.d/n that begins at its first address"


@rule("nat-router-exists", NAT, on="create update")
def _router_exists(situation: Situation) -> None:
    name, region = str(situation.get("router")).rpartition("/")[2], situation.identity.get("region")
    found = situation.world.get(
        ROUTER, f"projects/{situation.identity['project']}/regions/{region}/routers/{name}"
    )
    text = f"googleapi: Error 404: The resource router '{name}' was not found in {region}, notFound"
    situation.require(found, "router", text)


@rule("nat-addresses", NAT)
def _nat_addresses(situation: Situation) -> Found:
    if situation.get("type", "PUBLIC") == "PRIVATE":
        return
    option, given = situation.get("natIpAllocateOption"), bool(situation.inputs.get("natIps"))
    if option is None:
        yield "natIpAllocateOption", "is required: AUTO_ONLY, or MANUAL_ONLY with natIps"
    elif given != (option == "MANUAL_ONLY"):
        yield "natIps", f"are for MANUAL_ONLY, and required there; came {option}"


@rule("nat-subnets", NAT)
def _nat_subnets(situation: Situation) -> Found:
    listed = situation.get("sourceSubnetworkIpRangesToNat") == "LIST_OF_SUBNETWORKS"
    if listed != bool(situation.inputs.get("subnetworks")):
        yield "subnetworks", "are for LIST_OF_SUBNETWORKS, and required there"


@rule("nat-twice", NAT, on="create")
def _nat_twice(situation: Situation) -> Found:
    """One NAT serves a range: of those that serve all subnets, a router has one."""
    router = str(situation.get("router")).rpartition("/")[2]
    for each in situation.world.all(NAT):
        if str(each.inputs.get("router")).rpartition("/")[2] == router:
            yield (
                "router",
                f"googleapi: Error 400: {each.id} serves all subnets of '{router}' already, invalid",
            )
