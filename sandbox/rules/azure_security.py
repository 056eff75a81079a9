"""Azure: what security groups let through, and what they may not.

Source: learn.microsoft.com/azure/virtual-network/network-security-groups-overview
"""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_types import SECURITY, SUBNET, Found, entries
from sandbox.wire import has_unknown
from sandbox.world import Resource

# learn.microsoft.com/azure/virtual-network/service-tags-overview
TAGS = (
    "Internet", "VirtualNetwork", "AzureLoadBalancer", "AzureCloud", "AzureActiveDirectory", "AzureMonitor",
    "MicrosoftContainerRegistry", "AzureContainerRegistry", "AzureFrontDoor.FirstParty",
    "AzureFrontDoor.Frontend", "AzureFrontDoor.Backend", "Storage", "AzureKeyVault", "AzurePlatformDNS",
    "AzureResourceManager",
)  # fmt: skip
_REGIONAL = ("AzureCloud", "AzureContainerRegistry", "MicrosoftContainerRegistry", "Storage", "AzureKeyVault")
_EVERYBODY = ("*", "Internet", "0.0.0.0/0")
_WEB = {"80", "443", "31080", "31443"}
_WEB_OUT = {"443"}
_SIDES = ("source", "destination")


@dataclass(frozen=True)
class Flow:
    """What somebody wants to send; an end is a range or a tag."""

    direction: str
    source: str
    destination: str
    port: int
    protocol: str = "Tcp"


def denied(group: Resource, flow: Flow) -> str | None:
    """The name of the rule that stops a flow; None when one lets it through, or none speaks of it."""
    ordered = sorted(_rules(group.inputs), key=lambda each: int(each.get("priority") or 0))
    for each in ordered:
        if _speaks_of(each, flow):
            return str(each.get("name")) if each.get("access") == "Deny" else None
    return None


def group_of(situation: Situation, subnet: Resource) -> Resource | None:
    """The security group of a subnet."""
    given = (subnet.inputs.get("networkSecurityGroup") or {}).get("id")
    found = (each for each in situation.world.all(SECURITY) if each.id.lower() == str(given).lower())
    return next(found, None)


def _rules(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for _, each in entries(inputs, "securityRules")]


def _speaks_of(each: Mapping[str, Any], flow: Flow) -> bool:
    return (
        each.get("direction") == flow.direction
        and each.get("protocol") in ("*", flow.protocol)
        and any(_holds(one, flow.source) for one in ends(each, "source"))
        and any(_holds(one, flow.destination) for one in ends(each, "destination"))
        and any(_spans(one, flow.port) for one in ports(each))
    )


def ends(each: Mapping[str, Any], side: str) -> list[str]:
    """The addresses of one side of a rule."""
    one, more = each.get(f"{side}AddressPrefix"), each.get(f"{side}AddressPrefixes")
    return [str(value) for value in (more or [one]) if value is not None]


def ports(each: Mapping[str, Any]) -> list[str]:
    """The ports at the other end."""
    one, more = each.get("destinationPortRange"), each.get("destinationPortRanges")
    return [str(value) for value in (more or [one]) if value is not None]


def _holds(given: str, wanted: str) -> bool:
    if given in ("*", wanted):
        return True
    inner, outer = _range(wanted), _range(given)
    if inner is None:
        # Azure's own services have public addresses.
        public = wanted not in ("VirtualNetwork", "AzureLoadBalancer")
        return public and given in ("Internet", "AzureCloud")
    if outer is None:
        return given == "VirtualNetwork" and inner.is_private
    return inner.subnet_of(outer)


def _range(text: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return None


def _spans(given: str, wanted: int) -> bool:
    low, _, high = given.partition("-")
    return given == "*" or int(low) <= wanted <= int(high or low)


@rule("nsg-priority", SECURITY)
def _priority(situation: Situation) -> Found:
    seen: Counter[tuple[Any, Any]] = Counter()
    for path, each in entries(situation.inputs, "securityRules"):
        key = each.get("direction"), each.get("priority")
        seen[key] += 1
        if seen[key] > 1:
            text = f"SecurityRuleConflict: another rule {key[0]} has the priority {key[1]}"
            yield f"{path}.priority", text


@rule("nsg-ends", SECURITY)
def _ends(situation: Situation) -> Found:
    for path, each in entries(situation.inputs, "securityRules"):
        for side in _SIDES:
            choices = [f"{side}AddressPrefix", f"{side}AddressPrefixes", f"{side}ApplicationSecurityGroups"]
            yield from _one_of(path, each, choices)
            yield from _one_of(path, each, [f"{side}PortRange", f"{side}PortRanges"])


def _one_of(path: str, each: Mapping[str, Any], choices: list[str]) -> Found:
    given = [name for name in choices if each.get(name) not in (None, [])]
    if len(given) != 1:
        yield (
            f"{path}.{choices[0]}",
            f"exactly one of {', '.join(choices)}; came {', '.join(given) or 'none'}",
        )


@rule("nsg-prefix", SECURITY)
def _prefix(situation: Situation) -> Found:
    for path, each in entries(situation.inputs, "securityRules"):
        for side in _SIDES:
            for one in ends(each, side):
                tag = one in TAGS or (one.rpartition(".")[0] in _REGIONAL)
                if not tag and one != "*" and not has_unknown(one) and _range(one) is None:
                    text = f"SecurityRuleInvalidAddressPrefix: {one!r} is no range and no service tag"
                    yield f"{path}.{side}AddressPrefix", text


@rule("nsg-ports", SECURITY)
def _ports(situation: Situation) -> Found:
    for path, each in entries(situation.inputs, "securityRules"):
        for one in ports(each):
            low, dash, high = one.partition("-")
            numbers = [low, *([high] if dash else [])]
            good = all(number.isdigit() and int(number) <= 65535 for number in numbers)
            if not has_unknown(one) and one != "*" and (not good or int(low) > int(high or low)):
                text = f"SecurityRuleInvalidPortRange: {one!r}; allowed: *, a port, or first-last"
                yield f"{path}.destinationPortRange", text


@rule("nsg-wide", SECURITY)
def _wide(situation: Situation) -> Found:
    """Azure takes all of it; a careful company does not."""
    for path, each in entries(situation.inputs, "securityRules"):
        if each.get("access") != "Allow":
            continue
        inwards = each.get("direction") == "Inbound"
        far, allowed = ("source", _WEB) if inwards else ("destination", _WEB_OUT)
        open_ = set(ends(each, far)) & {*_EVERYBODY, *(() if inwards else ("AzureCloud",))}
        if open_ and not set(ports(each)) <= allowed:
            what = "the whole internet comes in" if inwards else "everything may leave to everywhere"
            text = f"{what} on {', '.join(ports(each))}; {', '.join(sorted(allowed))} at most"
            yield f"{path}.{far}AddressPrefix", text


@rule("nsg-last", SECURITY)
def _last(situation: Situation) -> Found:
    """Behind all rules Azure has its own, which let the network in and everything out."""
    if not situation.knows("securityRules"):
        return
    for direction in ("Inbound", "Outbound"):
        if not any(_denies_all(each, direction) for each in _rules(situation.inputs)):
            text = f"no rule denies what is left {direction}: Azure's own would let it through"
            yield "securityRules", text


def _denies_all(each: Mapping[str, Any], direction: str) -> bool:
    everything = [ends(each, side) == ["*"] for side in _SIDES] + [ports(each) == ["*"]]
    deny = (each.get("direction"), each.get("access"), each.get("protocol"))
    return deny == (direction, "Deny", "*") and all(everything)


@rule("nsg-in-use", SECURITY, on="delete")
def _in_use(situation: Situation) -> None:
    for each in _users(situation):
        text = f"InUseNetworkSecurityGroupCannotBeDeleted: it is in use by {each.id}"
        raise Refused(text, code="FAILED_PRECONDITION")


def _users(situation: Situation) -> Iterator[Resource]:
    for each in situation.world.all(SUBNET):
        if str((each.inputs.get("networkSecurityGroup") or {}).get("id")).lower() == situation.id.lower():
            yield each
