"""Google Cloud: what only code can say about DNS zones and their records."""

from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.gcp_network import network, short
from sandbox.rules.gcp_types import RECORD, ZONE
from sandbox.world import Resource, World

# Of Google itself, which nobody else may publish; inside a network of one's own they may mean anything.
_RESERVED = ("googleapis.com.", "run.app.", "pkg.dev.", "gcr.io.", "google.com.")

Found = Iterator[tuple[str, str]]


def seen_by(inputs: Mapping[str, Any]) -> list[str]:
    """Networks that see a private zone."""
    visible = (inputs.get("privateVisibilityConfig") or {}).get("networks") or []
    return [short(each.get("networkUrl")) for each in visible]


def records(world: World, zone: Resource) -> list[Resource]:
    """What a zone holds."""
    return [each for each in world.all(RECORD) if _zone(world, each.inputs, zone.id.split("/")[1]) == zone.id]


def _zone(world: World, inputs: Mapping[str, Any], project: str) -> str:
    name = str(inputs.get("managedZone")).rpartition("/")[2]
    return f"projects/{inputs.get('project') or project}/managedZones/{name}"


@rule("zone-visible", ZONE)
def _visible(situation: Situation) -> Found:
    """cloud.google.com/dns/docs/zones#create-private-zone"""
    private = situation.get("visibility", "public") == "private"
    seen = situation.inputs.get("privateVisibilityConfig") or {}
    if private and not (seen.get("networks") or seen.get("gkeClusters")):
        yield "privateVisibilityConfig", "no network sees the zone: its names would lead nowhere"
    if not private and seen:
        yield "privateVisibilityConfig", "is for private zones"


@rule("zone-reserved", ZONE)
def _reserved(situation: Situation) -> Found:
    name = str(situation.get("dnsName", ""))
    if situation.get("visibility", "public") != "private" and name in _RESERVED:
        yield "dnsName", f"googleapi: Error 400: {name} is reserved or has already been registered, invalid"


@rule("zone-network-exists", ZONE, on="create update")
def _network_exists(situation: Situation) -> None:
    for link in seen_by(situation.inputs):
        found = network(situation.world, link)
        text = f"googleapi: Error 404: The resource named '{link}' does not exist., notFound"
        situation.require(found, "privateVisibilityConfig.networks.networkUrl", text)


@rule("zone-twice", ZONE, on="create")
def _twice(situation: Situation) -> Found:
    """A network sees one zone of a name."""
    own = set(seen_by(situation.inputs))
    for each in situation.world.all(ZONE):
        if each.inputs.get("dnsName") == situation.get("dnsName") and own & set(seen_by(each.inputs)):
            yield (
                "dnsName",
                f"googleapi: Error 400: a network sees '{each.id}' of the same name already, conflict",
            )


@rule("zone-not-empty", ZONE, on="delete")
def _not_empty(situation: Situation) -> None:
    """Every zone has an SOA and an NS by itself; all else is to go before."""
    found = situation.world.get(ZONE, situation.id)
    if found and not situation.inputs.get("forceDestroy") and records(situation.world, found):
        name = situation.id.rpartition("/")[2]
        text = f"googleapi: Error 400: The resource named '{name}' cannot be deleted because it is not empty"
        raise Refused(f"{text}, containerNotEmpty", property="forceDestroy", code="FAILED_PRECONDITION")


def _zone_of(situation: Situation) -> Resource | None:
    return situation.world.get(ZONE, _zone(situation.world, situation.inputs, situation.identity["project"]))


@rule("record-zone-exists", RECORD, on="create update")
def _zone_exists(situation: Situation) -> None:
    found = _zone_of(situation)
    if found is None:
        name = situation.get("managedZone")
        text = f"googleapi: Error 404: The 'parameters.managedZone' resource named '{name}' does not exist."
        raise Refused(text, property="managedZone", code="NOT_FOUND")
    situation.need(found)


@rule("record-in-zone", RECORD, on="create")
def _in_zone(situation: Situation) -> Found:
    found = _zone_of(situation)
    name, domain = str(situation.get("name")), str(found.inputs.get("dnsName")) if found else ""
    if found and name != domain and not name.endswith(f".{domain}"):
        yield (
            "name",
            f"googleapi: Error 400: Invalid value: '{name}' is not in {domain}",
        )


@rule("record-values", RECORD)
def _values(situation: Situation) -> Found:
    kind, values = situation.get("type"), situation.inputs.get("rrdatas")
    if not values and not situation.given("routingPolicy"):
        yield "rrdatas", "one of rrdatas, routingPolicy is required"
    for value in values or [] if situation.knows("rrdatas") else []:
        if kind == "A" and not _is_address(value):
            yield "rrdatas", f"Invalid value: '{value}' is no IPv4 address"
        if kind == "CNAME" and not str(value).endswith("."):
            yield "rrdatas", f"Invalid value: '{value}' does not end with a dot"
    if kind == "CNAME" and len(values or []) > 1:
        yield "rrdatas", "a CNAME has one value"


def _is_address(value: Any) -> bool:
    try:
        IPv4Address(str(value))
    except AddressValueError:
        return False
    return True


@rule("record-alias", RECORD, on="create")
def _alias(situation: Situation) -> Found:
    """An alias stands alone, and never for the whole zone."""
    found, name = _zone_of(situation), situation.get("name")
    if found is None:
        return
    beside = [each for each in records(situation.world, found) if each.inputs.get("name") == name]
    alias = situation.get("type") == "CNAME"
    if alias and name == found.inputs.get("dnsName"):
        yield "type", f"googleapi: Error 400: a CNAME is not permitted at the zone's own name, {name}"
    for each in beside:
        if alias != (each.inputs.get("type") == "CNAME"):
            yield (
                "type",
                f"googleapi: Error 409: {each.inputs.get('type')} is at {name} already: a CNAME stands alone",
            )
