"""Google Cloud: what only code can say about services and buckets inside a network, and what is recorded."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from sandbox import reach
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules import gcp_reach
from sandbox.rules.gcp_dns import records, seen_by
from sandbox.rules.gcp_network import cidr, network, short, subnets_of, vpc_access, within
from sandbox.rules.gcp_types import (
    AUDIT,
    BUCKET,
    BUCKET_MEMBER,
    FIREWALL,
    FOLDER,
    FOLDER_MEMBER,
    ROUTE,
    RUN,
    SUBNET,
    ZONE,
)
from sandbox.wire import has_unknown
from sandbox.world import Resource, World

# cloud.google.com/vpc/docs/configure-private-google-access#domain-options
_PRIVATE, _RESTRICTED = IPv4Network("199.36.153.8/30"), IPv4Network("199.36.153.4/30")
_SMALLEST = 26
_FILTER = "ipFilter.vpcNetworkSources"
_MOST_RANGES, _MOST_NETWORKS = 200, 25
_INSIDE = "INGRESS_TRAFFIC_INTERNAL_ONLY"

Found = Iterator[tuple[str, str]]


@rule("run-network", RUN)
def _network(situation: Situation) -> Found:
    """cloud.google.com/run/docs/reference/rest/v2/VpcAccess"""
    access = vpc_access(situation.inputs)
    interfaces = access.get("networkInterfaces") or []
    if access and bool(access.get("connector")) == bool(interfaces):
        yield "template.vpcAccess", "one and only one of connector and network_interfaces must be set"
    if len(interfaces) > 1:
        yield "template.vpcAccess.networkInterfaces", f"one at most, came {len(interfaces)}"
    for at, each in enumerate(interfaces):
        if not each.get("network") and not each.get("subnetwork"):
            yield f"template.vpcAccess.networkInterfaces[{at}]", "network or subnetwork is required"


@rule("run-network-egress", RUN)
def _egress(situation: Situation) -> Found:
    """Google takes it: only what is for private addresses would go through the network."""
    if (
        vpc_access(situation.inputs)
        and situation.get("template.vpcAccess.egress", "PRIVATE_RANGES_ONLY") != "ALL_TRAFFIC"
    ):
        yield (
            "template.vpcAccess.egress",
            "what is for public addresses would leave beside the network; set ALL_TRAFFIC",
        )


def _subnet(situation: Situation) -> Resource | None:
    (wanted,) = subnets_of(situation.inputs)[:1] or ("",)
    return situation.world.get(SUBNET, wanted)


@rule("run-network-subnet", RUN, on="create update")
def _subnet_exists(situation: Situation) -> None:
    path = "template.vpcAccess.networkInterfaces[0]"
    for wanted in subnets_of(situation.inputs):
        found = situation.world.get(SUBNET, wanted)
        text = f"googleapi: Error 404: subnetwork '{wanted}' does not exist, or is not to be used"
        found = situation.require(found, f"{path}.subnetwork", text)
        location = situation.inputs.get("location") or situation.identity.get("region")
        if found.id.split("/")[3] != location:
            raise Refused(
                f"googleapi: Error 400: {wanted} is not in {location}", property=f"{path}.subnetwork"
            )
        for _, named in situation.each("template.vpcAccess.networkInterfaces.network"):
            if short(named) != short(found.inputs.get("network")):
                text = f"googleapi: Error 400: subnetwork '{wanted}' is not in network '{short(named)}'"
                raise Refused(text, property=f"{path}.network")


@rule("run-network-room", RUN, on="create update")
def _room(situation: Situation) -> Found:
    """cloud.google.com/run/docs/configuring/vpc-direct-vpc#ip-address-allocation"""
    found = _subnet(situation)
    whole = cidr(found.inputs.get("ipCidrRange")) if found else None
    if found and whole and whole.prefixlen > _SMALLEST:
        yield (
            "template.vpcAccess.networkInterfaces[0].subnetwork",
            f"googleapi: Error 400: {found.id} is too small, /{_SMALLEST} is needed; came {whole}",
        )


@rule("run-reaches-google", RUN, on="create update")
def _reaches(situation: Situation) -> Found:
    """Google takes it, and no instance would ever start: models come from a bucket.

    cloud.google.com/vpc/docs/configure-private-google-access
    """
    found = _subnet(situation)
    if found is None:
        return
    path, where = "template.vpcAccess", short(found.inputs.get("network"))
    route = _first(_routes(situation.world, where))
    door = _first(_doors(situation.world, where))
    for what, one in (("route", route), ("rule of a firewall that allows 443", door)):
        if one is None:
            yield path, f"no {what} to {_PRIVATE}: an instance would reach no service of Google's"
        else:
            situation.need(one)
    yield from _named(situation, "googleapis.com.", path, "an instance would reach no service of Google's")


def _first(found: Iterator[Resource]) -> Resource | None:
    return next(found, None)


def _routes(world: World, where: str) -> Iterator[Resource]:
    """Those to Google's addresses; the narrowest first."""
    fits = [each for each in within(world, ROUTE, where) if _covers(each.inputs.get("destRange"))]
    yield from sorted(fits, key=lambda each: -int(str(each.inputs["destRange"]).partition("/")[2]))


def _covers(text: Any) -> bool:
    found = cidr(text)
    return bool(found and (_PRIVATE.subnet_of(found) or _RESTRICTED.subnet_of(found)))


def _doors(world: World, where: str) -> Iterator[Resource]:
    """What lets HTTPS out to Google, unless something before denies it."""
    meant = [
        each
        for each in within(world, FIREWALL, where)
        if each.inputs.get("direction") == "EGRESS" and not each.inputs.get("disabled")
        if any(map(_covers, each.inputs.get("destinationRanges") or ["0.0.0.0/0"]))
    ]
    before = min((_priority(each) for each in meant if each.inputs.get("denies")), default=65536)
    for each in sorted(meant, key=_width):
        if _priority(each) < before and any(map(_https, each.inputs.get("allows") or [])):
            yield each


def _priority(firewall: Resource) -> int:
    return int(firewall.inputs.get("priority", 1000))


def _width(firewall: Resource) -> int:
    return -max(
        int(str(each).partition("/")[2] or 0) for each in firewall.inputs.get("destinationRanges") or ["/0"]
    )


def _https(allowed: Mapping[str, Any]) -> bool:
    protocol, ports = str(allowed.get("protocol")).lower(), allowed.get("ports") or []
    return protocol == "all" or (protocol in ("tcp", "6") and (not ports or "443" in map(str, ports)))


def _named(situation: Situation, domain: str, path: str, then: str) -> Found:
    """What a zone of this network needs, so that all names of a domain lead inside."""
    where = network_of(situation)
    zones = [
        each
        for each in situation.world.all(ZONE)
        if each.inputs.get("dnsName") == domain and where in seen_by(each.inputs)
    ]
    held = [record for zone in zones for record in records(situation.world, zone)]
    addresses = [each for each in held if each.inputs.get("type") == "A" and _leads_inside(each)]
    hosts = {each.inputs.get("name") for each in addresses}
    alias = [
        each
        for each in held
        if each.inputs.get("name") == f"*.{domain}" and set(each.inputs.get("rrdatas") or []) <= hosts
    ]
    if not addresses or not alias:
        yield path, f"no private zone of the network leads *.{domain} to {_PRIVATE}: {then}"
    for each in [*addresses, *alias]:
        situation.need(each)


def _leads_inside(record: Resource) -> bool:
    found = [IPv4Address(each) for each in record.inputs.get("rrdatas") or []]
    return bool(found) and (
        all(each in _PRIVATE for each in found) or all(each in _RESTRICTED for each in found)
    )


def network_of(situation: Situation) -> str:
    """The network in which a service runs."""
    found = _subnet(situation)
    return short(found.inputs.get("network")) if found else ""


@rule("run-internal-names", RUN, on="create update")
def _internal(situation: Situation) -> Found:
    """cloud.google.com/run/docs/securing/private-networking; from a public address it answers 404."""
    if situation.get("ingress") == _INSIDE and _subnet(situation):
        yield from _named(situation, "run.app.", "ingress", "nobody in the network would reach the service")


@on_delete("run-holds-addresses", RUN)
def _holds(situation: Situation) -> bool:
    """Addresses stay with Cloud Run for a while: see `subnet-addresses-held`."""
    for subnet in subnets_of(situation.inputs):
        situation.world.know(**{f"serverless-ipv4 {subnet}": situation.id})
    return False


@rule("bucket-filter", BUCKET)
def _filter(situation: Situation) -> Found:
    """cloud.google.com/storage/docs/ip-filtering-overview"""
    if situation.get("ipFilter.mode") != "Enabled":
        return
    if situation.get("ipFilter.allowAllServiceAgentAccess") is None:
        yield "ipFilter.allowAllServiceAgentAccess", "is required when mode is Enabled"
    public = _ranges(situation, "ipFilter.publicNetworkSource")
    inside = _ranges(situation, _FILTER)
    for text in (*public, *inside):
        if cidr(text) is None and ":" not in str(text):
            yield "ipFilter", f"Invalid range '{text}': a.b.c.d/n that begins at its first address"
    if "0.0.0.0/0" in public:
        yield "ipFilter.publicNetworkSource", "the whole internet is let in: the filter keeps nobody out"
    if len(public) + len(inside) > _MOST_RANGES:
        yield "ipFilter", f"{len(public) + len(inside)} ranges; allowed: {_MOST_RANGES}"
    if len((situation.inputs.get("ipFilter") or {}).get("vpcNetworkSources") or []) > _MOST_NETWORKS:
        yield _FILTER, f"more than {_MOST_NETWORKS} networks"


def _ranges(situation: Situation, path: str) -> list[str]:
    found = [text for _, each in situation.each(f"{path}.allowedIpCidrRanges") for text in each]
    return [str(text) for text in found if not has_unknown(text)]


@rule("bucket-filter-network", BUCKET, on="create update")
def _filter_network(situation: Situation) -> None:
    if situation.get("ipFilter.allowCrossOrgVpcs"):
        return
    for path, link in situation.each(f"{_FILTER}.network"):
        found = network(situation.world, link)
        if found is None:
            text = f"googleapi: Error 400: The VPC network '{link}' of the filter does not exist., invalid"
            raise Refused(text, property=path)
        situation.need(found)


@rule("bucket-filter-deployer", BUCKET, BUCKET_MEMBER, FOLDER, FOLDER_MEMBER, on="create update")
def _deployer(situation: Situation) -> None:
    """Whoever makes a bucket reads it next, and a right or a folder is made inside.

    Whoever may `storage.buckets.exemptFromIpFilter` could do the first from elsewhere, and never the second;
    the simulated deployer may not: cloud.google.com/storage/docs/bypass-ip-filter
    """
    own, address = situation.type == BUCKET, reach.address()
    bucket = str(situation.get("bucket")).removeprefix("b/")
    denied = (
        gcp_reach.filter_denies(situation.inputs.get("ipFilter"), address)
        if own
        else gcp_reach.storage_denies(situation.world, bucket, address)
    )
    if denied:
        add = f"pulumi config set --path 'modelport:network.allow_from[0]' {address}/32"
        text = f"{denied}; you come from {address}. Fix: {add}, or deploy from inside of the network"
        raise Refused(text, property="ipFilter" if own else "bucket", code="PERMISSION_DENIED")


@rule("audit-kinds", AUDIT)
def _kinds(situation: Situation) -> Found:
    """Google takes it: half of what happens would be recorded."""
    kinds = {kind for _, kind in situation.each("auditLogConfigs.logType")}
    for kind in ("DATA_READ", "DATA_WRITE"):
        if kind not in kinds and situation.knows("auditLogConfigs"):
            yield "auditLogConfigs", f"{kind} is left out: what happened could not be told"


@rule("audit-exempted", AUDIT)
def _exempted(situation: Situation) -> Found:
    """Google takes it."""
    if any(each.get("exemptedMembers") for each in situation.inputs.get("auditLogConfigs") or []):
        yield "auditLogConfigs.exemptedMembers", "what they do would be recorded nowhere"
