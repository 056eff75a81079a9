"""Azure: what Container Apps needs inside a network, and how functions are found there.

Sources: learn.microsoft.com/azure/container-apps/custom-virtual-networks, …/firewall-integration,
…/private-endpoints-with-dns
"""

from collections.abc import Iterator
from typing import Any

from sandbox import facts as knowledge
from sandbox import hosts
from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_endpoints import Path, links_of, path
from sandbox.rules.azure_network import network_of, place, ranges, settled, users
from sandbox.rules.azure_reach import closed
from sandbox.rules.azure_security import Flow, denied, group_of
from sandbox.rules.azure_types import APP, ENVIRONMENT, NETWORK, RECORDS, REGISTRY, SUBNET, ZONE, Found, by_id
from sandbox.world import Resource, World

_SUBNET = "vnetConfiguration.infrastructureSubnetId"
_DELEGATED = "Microsoft.App/environments"
_LONGEST = 27
_WRONG = "ManagedEnvironmentInvalidNetworkConfiguration"
_PLATFORM = (
    "MicrosoftContainerRegistry",
    "AzureFrontDoor.FirstParty",
    "AzureActiveDirectory",
    "AzureMonitor",
)
_NAMES = "168.63.129.16/32"


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """An environment that faces inside has an address of its subnet."""
    if situation.type != ENVIRONMENT or not situation.get("vnetConfiguration.internal"):
        return outputs
    subnet = by_id(situation.world, str(situation.get(_SUBNET)), SUBNET)
    if subnet is None or "provisioningState" not in outputs:
        return outputs
    (first, *_) = ranges(subnet.inputs)
    return {**outputs, "staticIp": str(first[-6])}


@rule("environment-zones", ENVIRONMENT)
def _zones(situation: Situation) -> Found:
    """learn.microsoft.com/azure/reliability/reliability-azure-container-apps"""
    known, here = knowledge.clouds()["azure_zones"], place(situation.inputs)
    if situation.get("zoneRedundant") is True and here and here not in known:
        yield "zoneRedundant", f"there are no zones in {here}; leave it out"


@rule("environment-subnet", ENVIRONMENT, on="create")
def _in_subnet(situation: Situation) -> None:
    id_ = situation.get(_SUBNET)
    if id_ is None:
        return
    found = by_id(situation.world, str(id_), SUBNET)
    text = f"{_WRONG}: the subnet {id_!r} could not be found"
    found = situation.require(found, _SUBNET, text)
    settled(situation, found)
    for text in _unfit(situation, found):
        raise Refused(text, property=_SUBNET, code="FAILED_PRECONDITION")


def _unfit(situation: Situation, subnet: Resource) -> Iterator[str]:
    delegated = [each.get("serviceName") for each in subnet.inputs.get("delegations") or ()]
    if bool(situation.inputs.get("workloadProfiles")) and delegated != [_DELEGATED]:
        yield f"ManagedEnvironmentSubnetDelegationError: the subnet must be delegated to {_DELEGATED}"
    for own in ranges(subnet.inputs):
        if own.prefixlen > _LONGEST:
            yield f"{_WRONG}: the subnet {own} must have a size of at least /{_LONGEST}"
    for each in users(situation.world, subnet.id):
        yield f"{_WRONG}: the subnet belongs to {each.id} already; an environment shares none"
    network = network_of(situation.world, subnet.id)
    if network and place(network.inputs) != place(situation.inputs):
        yield f"{_WRONG}: the network is in {place(network.inputs)}"


@rule("environment-egress", ENVIRONMENT, on="create")
def _egress(situation: Situation) -> None:
    """An environment whose security group stops the platform never gets ready."""
    subnet = by_id(situation.world, str(situation.get(_SUBNET)), SUBNET)
    group = group_of(situation, subnet) if subnet else None
    if subnet is None or group is None:
        return
    for what, flow in _needed(str(ranges(subnet.inputs)[0])):
        if stops := denied(group, flow):
            text = f"{_WRONG}: the subnet's security group stops {what} (rule {stops}, {flow.direction})"
            raise Refused(text, property=_SUBNET, code="FAILED_PRECONDITION")


def _needed(own: str) -> Iterator[tuple[str, Flow]]:
    yield "the subnet's own traffic", Flow("Outbound", own, own, 12345)
    yield "the subnet's own traffic", Flow("Inbound", own, own, 12345)
    yield "the load balancer's probes", Flow("Inbound", "AzureLoadBalancer", own, 30000)
    yield "names", Flow("Outbound", own, _NAMES, 53, "Udp")
    for tag in _PLATFORM:
        yield tag, Flow("Outbound", own, tag, 443)


@rule("app-pull-inside", APP, on="create update")
def _pull_inside(situation: Situation) -> None:
    """A registry that is closed answers from inside, by a private address and a name that leads there."""
    environment = by_id(situation.world, str(situation.get("environmentId")), ENVIRONMENT)
    for exact, image in situation.each("template.containers.image"):
        held = situation.world.find(REGISTRY, loginServer=hosts.parse(str(image)).host)
        if environment is None or held is None or not closed(held.inputs):
            continue
        how = _way(situation.world, environment, held)
        if isinstance(how, str):
            text = f"DENIED: unable to pull image: client is not allowed access to {held.outputs['name']}"
            raise Refused(f"{text}: {how}", property=exact, code="PERMISSION_DENIED")
        for each in (how.endpoint, how.group, how.link):
            situation.need(each)
        _through(situation, environment, how, exact)


def _way(world: World, environment: Resource, target: Resource) -> Path | str:
    inside = (environment.inputs.get("vnetConfiguration") or {}).get("infrastructureSubnetId")
    network = network_of(world, str(inside)) if inside else None
    if network is None:
        return "the environment is in no network"
    return path(world, network, target)


def _through(situation: Situation, environment: Resource, how: Path, exact: str) -> None:
    """Both security groups let it through."""
    world = situation.world
    ids = (
        environment.inputs["vnetConfiguration"]["infrastructureSubnetId"],
        how.endpoint.inputs["subnet"]["id"],
    )
    pair = [by_id(world, str(id_), SUBNET) for id_ in ids]
    if pair[0] is None or pair[1] is None:
        return
    own, far = (str(ranges(each.inputs)[0]) for each in pair if each)
    for subnet, direction in ((pair[0], "Outbound"), (pair[1], "Inbound")):
        group = group_of(situation, subnet)
        if group and (stops := denied(group, Flow(direction, own, far, 443))):
            text = f"unable to pull image: the security group of {subnet.outputs['name']} stops it"
            raise Refused(f"{text} (rule {stops})", property=exact, code="PERMISSION_DENIED")


@rule("app-names", APP, on="create update")
def _names(situation: Situation) -> None:
    """Azure makes no name for an environment that faces inside: its owner does."""
    environment = by_id(situation.world, str(situation.get("environmentId")), ENVIRONMENT)
    given = (environment.inputs.get("vnetConfiguration") or {}) if environment else {}
    if environment is None or not given.get("internal"):
        return
    network = network_of(situation.world, str(given["infrastructureSubnetId"]))
    found = _found(situation.world, environment, network)
    if isinstance(found, str):
        text = f"nobody in the network would find it: {found}"
        raise Refused(text, property="environmentId", code="FAILED_PRECONDITION")
    for each in found:
        situation.need(each)


def _found(world: World, environment: Resource, network: Resource | None) -> list[Resource] | str:
    domain, address = (environment.outputs[each] for each in ("defaultDomain", "staticIp"))
    zone = world.find(ZONE, privateZoneName=domain)
    if zone is None:
        return f"no private zone {domain}"
    record = world.find(RECORDS, privateZoneName=domain, relativeRecordSetName="*", recordType="A")
    leads = [each.get("ipv4Address") for each in record.inputs.get("aRecords") or ()] if record else []
    if record is None or leads != [address]:
        return f"the record *.{domain} leads to {', '.join(map(str, leads)) or 'nothing'}, not to {address}"
    for link in links_of(world, zone.id):
        linked = by_id(world, str(link.inputs["virtualNetwork"]["id"]), NETWORK)
        if linked and network and linked.id == network.id:
            return [zone, record, link]
    return f"its network has no link to the zone {domain}"
