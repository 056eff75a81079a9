"""Address plan: one range of a stack, cut into parts that never overlap."""

import ipaddress
from dataclasses import dataclass
from ipaddress import IPv4Network

from components.core.errors import InvalidArgument

CLOUDS = ("aws", "azure", "gcp")
"""Each cloud has a quarter of the range, in this order; the last is left for what comes later."""

EVERYWHERE = "0.0.0.0/0"
MOST_ZONES = 4
WIDEST, NARROWEST = 14, 20
"""Prefixes of a stack's range: a virtual network of AWS has 65,536 addresses at most."""

# RFC 1918, the only addresses that every cloud takes for a network of one's own.
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
# learn.microsoft.com/azure/aks/configure-azure-cni#prerequisites has the last two; the first is the bridge
# of container runtimes: cloud.google.com/run/docs/configuring/vpc-direct-vpc#supported_ip_ranges
_TAKEN = tuple(map(IPv4Network, ("172.17.0.0/16", "172.30.0.0/16", "172.31.0.0/16")))

# Part to the longest prefix that a cloud accepts for it, and why.
SMALLEST = {
    "nodes": (28, "docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"),
    "endpoints": (28, "docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"),
    "egress": (28, "docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"),
    "functions": (26, "cloud.google.com/run/docs/configuring/vpc-direct-vpc#ip-address-allocation"),
    "internal": (27, "learn.microsoft.com/azure/container-apps/custom-virtual-networks#subnet"),
    "external": (27, "learn.microsoft.com/azure/container-apps/custom-virtual-networks#subnet"),
    "pods": (24, "cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing"),
    "services": (27, "cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing"),
}


@dataclass(frozen=True)
class Part:
    """A part that clouds with subnets of a zone cut once more."""

    whole: str
    zones: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """The parts of one cloud's network, as `a.b.c.d/n`; a zone has one each where there are several."""

    whole: str
    """Everything below."""

    nodes: Part
    """Machines, and functions on AWS: half of it."""

    pods: str
    """Pods of clusters that give them addresses of their own: a quarter."""

    services: str
    """Services of clusters: a sixteenth, as each of the following."""

    functions: str
    """Functions; on Azure in two halves, for environments that face inside and outside."""

    internal: str
    external: str

    endpoints: Part
    """Private addresses of the cloud's own services."""

    egress: Part
    """What leads outside."""


def check(cidr: str) -> IPv4Network:
    """The range itself; raises `InvalidArgument` that says what is wrong with it."""
    try:
        found = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        raise InvalidArgument("cidr", f'a range of IPv4 as in "10.20.0.0/16"; came "{cidr}"') from None
    if str(found) != cidr:
        raise InvalidArgument("cidr", f'written by its first address, "{found}"; came "{cidr}"')
    if not any(found.subnet_of(private) for private in _PRIVATE):
        allowed = ", ".join(map(str, _PRIVATE))
        raise InvalidArgument("cidr", f'within {allowed}; came "{cidr}"')
    for taken in _TAKEN:
        if found.overlaps(taken):
            raise InvalidArgument(
                "cidr", f'apart from {taken}, which the clouds use themselves; came "{cidr}"'
            )
    if found.prefixlen < WIDEST:
        raise InvalidArgument("cidr", f'a "/{WIDEST}" at most; came "{cidr}"')
    _check_room(found)
    return found


def addresses(cidr: str, cloud: str, zones: int) -> Addresses:
    """The plan of one cloud, alike for all three; raises `InvalidArgument`."""
    if not 2 <= zones <= MOST_ZONES:
        raise InvalidArgument("zones", f"2 to {MOST_ZONES}; came {zones}")
    return _cut(check(cidr), cloud, zones)


def _cut(whole: IPv4Network, cloud: str, zones: int) -> Addresses:
    ours = list(whole.subnets(2))[CLOUDS.index(cloud)]
    nodes, rest = ours.subnets(1)
    pods, small = rest.subnets(1)
    services, functions, endpoints, egress = small.subnets(2)
    internal, external = functions.subnets(1)
    return Addresses(
        whole=str(ours),
        nodes=_zones(nodes, zones),
        pods=str(pods),
        services=str(services),
        functions=str(functions),
        internal=str(internal),
        external=str(external),
        endpoints=_zones(endpoints, zones),
        egress=_zones(egress, zones),
    )


def _zones(part: IPv4Network, zones: int) -> Part:
    """Always quarters, so that a zone more moves nothing that is there."""
    return Part(str(part), tuple(str(each) for each in part.subnets(2))[:zones])


def _check_room(whole: IPv4Network) -> None:
    """Names every part that a cloud would refuse as too small."""
    if whole.prefixlen > 32 - 8:
        raise InvalidArgument("cidr", f'a "/{NARROWEST}" at least; came "{whole}"')
    plan = _cut(whole, CLOUDS[0], MOST_ZONES)
    tight = []
    for part, (longest, _) in SMALLEST.items():
        planned = getattr(plan, part)
        first = planned.zones[0] if isinstance(planned, Part) else planned
        length = IPv4Network(first).prefixlen
        if length > longest:
            tight.append(f"{part} would have /{length} and need /{longest}")
    if tight:
        what = f'a "/{NARROWEST}" at least, as {", ".join(tight)}'
        raise InvalidArgument("cidr", f'{what}; came "{whole}"')
