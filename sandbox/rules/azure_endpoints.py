"""Azure: private endpoints, and the names that lead to them.

Sources: learn.microsoft.com/azure/private-link/private-endpoint-overview, …/private-endpoint-dns,
learn.microsoft.com/azure/dns/private-dns-virtual-network-links
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_network import network_of, place, settled
from sandbox.rules.azure_reach import closed
from sandbox.rules.azure_types import (
    ACCOUNT,
    ENDPOINT,
    ENVIRONMENT,
    NETWORK,
    RECORDS,
    REGISTRY,
    SUBNET,
    VAULT,
    ZONE,
    ZONE_GROUP,
    ZONE_LINK,
    Found,
    by_id,
    entries,
    parent,
    required,
)
from sandbox.world import Resource, World

_TARGETS = {
    REGISTRY: {"registry": "privatelink.azurecr.io"},
    ACCOUNT: {
        each: f"privatelink.{each}.core.windows.net"
        for each in ("blob", "file", "queue", "table", "dfs", "web")
    },
    VAULT: {"vault": "privatelink.vaultcore.azure.net"},
    ENVIRONMENT: {"managedEnvironments": "privatelink.{location}.azurecontainerapps.io"},
}
"""What an endpoint can stand for, as group ids, and the zone in which its name is looked up."""

_CONNECTIONS = "privateLinkServiceConnections"
_SMALLEST = 30


@dataclass(frozen=True)
class Path:
    """How a network reaches something: the endpoint, its names, and who sees them."""

    endpoint: Resource
    group: Resource
    link: Resource


def path(world: World, network: Resource, target: Resource) -> Path | str:
    """How a network reaches something by a private address; text says what is missing."""
    for endpoint in world.all(ENDPOINT):
        subnet = str((endpoint.inputs.get("subnet") or {}).get("id"))
        here = network_of(world, subnet)
        if here and here.id.lower() == network.id.lower() and _target(endpoint) == target.id.lower():
            return _named(world, network, endpoint)
    return f"no private endpoint leads there from {network.outputs.get('name')}"


def _named(world: World, network: Resource, endpoint: Resource) -> Path | str:
    below = f"{endpoint.id}/privateDnsZoneGroups/".lower()
    for group in world.all(ZONE_GROUP):
        if group.id.lower().startswith(below):
            for _, each in entries(group.inputs, "privateDnsZoneConfigs"):
                for link in links_of(world, str(each.get("privateDnsZoneId"))):
                    if _linked_to(link, network):
                        return Path(endpoint, group, link)
            return f"{network.outputs.get('name')} does not see the zone of its name"
    return "the private endpoint has no name"


def links_of(world: World, zone: str) -> Iterator[Resource]:
    """The links of a zone."""
    below = f"{zone}/virtualNetworkLinks/".lower()
    yield from (each for each in world.all(ZONE_LINK) if each.id.lower().startswith(below))


def _linked_to(link: Resource, network: Resource) -> bool:
    return str((link.inputs.get("virtualNetwork") or {}).get("id")).lower() == network.id.lower()


def _target(endpoint: Resource) -> str:
    listed = entries(endpoint.inputs, _CONNECTIONS)
    return str(listed[0][1].get("privateLinkServiceId")).lower() if listed else ""


@rule("private-endpoint-connection", ENDPOINT)
def _connection(situation: Situation) -> Found:
    manual = entries(situation.inputs, "manualPrivateLinkServiceConnections")
    listed = entries(situation.inputs, _CONNECTIONS) + manual
    if situation.knows(_CONNECTIONS) and len(listed) != 1:
        yield _CONNECTIONS, f"one connection, here or by hand; came {len(listed)}"
    for exact, each in listed:
        groups = each.get("groupIds")
        if isinstance(groups, list) and len(groups) != 1:
            yield f"{exact}.groupIds", f"one group id; came {', '.join(map(str, groups)) or 'none'}"


@rule("private-endpoint-subnet", ENDPOINT, on="create")
def _subnet(situation: Situation) -> None:
    found = required(situation, "subnet.id", SUBNET, "subnet")
    settled(situation, found)
    if found.inputs.get("delegations"):
        text = "PrivateEndpointCannotBeCreatedInSubnetWithDelegation: the subnet belongs to another service"
        raise Refused(text, property="subnet.id", code="FAILED_PRECONDITION")
    if found.inputs.get("privateEndpointNetworkPolicies") not in ("Enabled", "NetworkSecurityGroupEnabled"):
        text = (
            "its security group does not count for endpoints; set the subnet's privateEndpointNetworkPolicies"
        )
        raise Refused(text, property="subnet.id", code="FAILED_PRECONDITION")
    network = network_of(situation.world, found.id)
    if network and place(network.inputs) != place(situation.inputs):
        text = f"InvalidResourceLocation: the network is in {place(network.inputs)}"
        raise Refused(text, property="location", code="FAILED_PRECONDITION")


@rule("private-endpoint-target", ENDPOINT, on="create")
def _to(situation: Situation) -> None:
    for exact, each in entries(situation.inputs, _CONNECTIONS):
        path_ = f"{exact}.privateLinkServiceId"
        found = by_id(situation.world, str(each.get("privateLinkServiceId")), *_TARGETS)
        text = f"PrivateLinkServiceNotFound: {each.get('privateLinkServiceId')!r} is nothing to lead to"
        found = situation.require(found, path_, text)
        wanted = [name for name in each.get("groupIds") or () if name not in _TARGETS[found.type]]
        if wanted:
            known = ", ".join(_TARGETS[found.type])
            text = f"InvalidPrivateLinkServiceConnectionGroupIds: {wanted[0]!r}; it has: {known}"
            raise Refused(text, property=f"{exact}.groupIds", code="FAILED_PRECONDITION")
        if found.type == REGISTRY and (found.inputs.get("sku") or {}).get("name") != "Premium":
            text = "PrivateEndpointFeatureNotSupportedOnSku: the registry's sku must be Premium"
            raise Refused(text, property=path_, code="FAILED_PRECONDITION")


@rule("private-endpoint-target-open", ENDPOINT, on="create")
def _open(situation: Situation) -> None:
    """Azure takes it: an address inside changes nothing about the one outside."""
    for exact, each in entries(situation.inputs, _CONNECTIONS):
        found = by_id(situation.world, str(each.get("privateLinkServiceId")), REGISTRY, ACCOUNT)
        if found and not closed(found.inputs):
            text = (
                f"{found.outputs['name']} goes on answering the whole internet: set its publicNetworkAccess "
                "to Disabled, or its networkRuleSet.defaultAction to Deny"
            )
            raise Refused(text, property=f"{exact}.privateLinkServiceId", code="FAILED_PRECONDITION")


@rule("private-zone-group-configs", ZONE_GROUP)
def _configs(situation: Situation) -> Found:
    listed = entries(situation.inputs, "privateDnsZoneConfigs")
    names = [each.get("name") for _, each in listed]
    if situation.knows("privateDnsZoneConfigs") and not 1 <= len(listed) <= 5:
        yield "privateDnsZoneConfigs", f"one to five zones; came {len(listed)}"
    if len(set(names)) < len(names):
        yield "privateDnsZoneConfigs", "each name once"


@rule("private-zone-group-endpoint", ZONE_GROUP, on="create update")
def _group_endpoint(situation: Situation) -> None:
    found = parent(situation, "privateEndpointName", ENDPOINT, "private endpoint")
    for each in situation.world.all(ZONE_GROUP):
        if each.id.lower().startswith(f"{found.id}/".lower()) and each.urn != situation.urn:
            text = f"an endpoint has one group of zones, and this has {each.outputs['name']}"
            raise Refused(text, property="privateEndpointName", code="ALREADY_EXISTS")


@rule("private-zone-group-zone", ZONE_GROUP, on="create update")
def _group_zone(situation: Situation) -> None:
    endpoint = parent(situation, "privateEndpointName", ENDPOINT, "private endpoint")
    for exact, each in entries(situation.inputs, "privateDnsZoneConfigs"):
        at = f"{exact}.privateDnsZoneId"
        zone = by_id(situation.world, str(each.get("privateDnsZoneId")), ZONE)
        text = f"PrivateDnsZoneNotFound: {each.get('privateDnsZoneId')!r} was not found"
        zone = situation.require(zone, at, text)
        known = _zones_for(situation.world, endpoint)
        if zone.outputs["name"] not in known:
            text = f"nobody looks in {zone.outputs['name']}: the name is looked up in {', '.join(known)}"
            raise Refused(text, property=at, code="FAILED_PRECONDITION")


def _zones_for(world: World, endpoint: Resource) -> list[str]:
    target = by_id(world, _target(endpoint), *_TARGETS)
    groups = [name for _, each in entries(endpoint.inputs, _CONNECTIONS) for name in each["groupIds"]]
    if target is None:
        return []
    zones = _TARGETS[target.type]
    return [zones[name].format(location=place(target.inputs)) for name in groups if name in zones]


@rule("private-zone-group-linked", ZONE_GROUP, on="create update")
def _group_linked(situation: Situation) -> None:
    """Azure takes it, and the name goes on leading to the address outside."""
    endpoint = parent(situation, "privateEndpointName", ENDPOINT, "private endpoint")
    network = network_of(situation.world, str(endpoint.inputs["subnet"]["id"]))
    for exact, each in entries(situation.inputs, "privateDnsZoneConfigs"):
        links = list(links_of(situation.world, str(each.get("privateDnsZoneId"))))
        seen = next((link for link in links if network and _linked_to(link, network)), None)
        if seen is None:
            text = "the endpoint's network has no link to the zone: names lead to public addresses there"
            raise Refused(text, property=f"{exact}.privateDnsZoneId", code="FAILED_PRECONDITION")
        situation.need(seen)


@rule("private-zone-in-use", ZONE, on="delete")
def _zone_in_use(situation: Situation) -> None:
    for each in links_of(situation.world, situation.id):
        text = f"CannotDeleteResource: the zone has links, such as {each.outputs['name']}"
        raise Refused(text, code="FAILED_PRECONDITION")


@rule("private-record-of-its-type", RECORDS)
def _records(situation: Situation) -> Found:
    kind = situation.get("recordType")
    if kind == "A" and situation.knows("aRecords") and not situation.inputs.get("aRecords"):
        yield "aRecords", "a set of type A holds an address at least"


@rule("private-record-zone", RECORDS, on="create update")
def _record_zone(situation: Situation) -> None:
    parent(situation, "privateZoneName", ZONE, "private zone")


@rule("private-link-zone", ZONE_LINK, on="create update")
def _link_zone(situation: Situation) -> None:
    parent(situation, "privateZoneName", ZONE, "private zone")


@rule("private-link-network", ZONE_LINK, on="create update")
def _link_network(situation: Situation) -> None:
    required(situation, "virtualNetwork.id", NETWORK, "virtual network")


@rule("private-link-twice", ZONE_LINK, on="create")
def _link_twice(situation: Situation) -> None:
    """A network sees one zone of a name."""
    name, network = (situation.get(each) for each in ("privateZoneName", "virtualNetwork.id"))
    for each in situation.world.all(ZONE_LINK):
        same = str(each.inputs.get("privateZoneName")).lower() == str(name).lower()
        if same and str((each.inputs.get("virtualNetwork") or {}).get("id")).lower() == str(network).lower():
            text = f"Conflict: the network is linked to a zone {name} already, by {each.id}"
            raise Refused(text, property="virtualNetwork.id", code="ALREADY_EXISTS")


@rule("acr-ip-rules", REGISTRY)
@rule("storage-ip-rules", ACCOUNT)
def _ip_rules(situation: Situation) -> Found:
    """learn.microsoft.com/azure/storage/common/storage-network-security-limitations"""
    for exact, value in situation.each("networkRuleSet.ipRules.iPAddressOrRange"):
        if text := _wrong_source(str(value), small=situation.type == REGISTRY):
            yield exact, text


def _wrong_source(text: str, *, small: bool) -> str:
    try:
        found = ipaddress.IPv4Network(text)
    except ValueError:
        return f"{text!r} is no IPv4 address or range that begins at its first address"
    if any(found.overlaps(each) for each in _PRIVATE):
        return f"{text} is private: only public addresses arrive there"
    if not small and "/" in text and found.prefixlen > _SMALLEST:
        return f"{text}: ranges end at /{_SMALLEST}; give each address by itself"
    return ""


_PRIVATE: tuple[Any, ...] = tuple(
    ipaddress.IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
