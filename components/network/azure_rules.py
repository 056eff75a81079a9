"""Security rules on Azure: what each kind of subnet lets in and out; everything else is denied."""

from dataclasses import dataclass
from typing import Literal

from pulumi_azure_native import network

from components.network.addresses import Addresses
from components.network.contract import Egress, Side

Purpose = Literal["nodes", "internal", "external", "endpoints"]
PURPOSES: tuple[Purpose, ...] = ("nodes", "internal", "external", "endpoints")
"""What the subnets are for, in the order of their making."""

FUNCTIONS: tuple[Side, ...] = ("internal", "external")
"""Those that belong to environments of Container Apps."""

# What an environment of Container Apps cannot do without, on port 443; the registry and the storage are
# reached by private addresses instead.
# learn.microsoft.com/azure/container-apps/firewall-integration#outbound
PLATFORM = (
    ("images", "MicrosoftContainerRegistry"),
    ("images-front", "AzureFrontDoor.FirstParty"),
    ("sign-in", "AzureActiveDirectory"),
    ("monitor", "AzureMonitor"),
)
# learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
NAMES = "168.63.129.16/32"

# Where the environment's proxy answers, in front of its load balancer and behind it.
# learn.microsoft.com/azure/container-apps/firewall-integration#inbound
HTTPS = ("443", "31443")
PROBED = ("30000-32767",)

_LAST = 4096


@dataclass(frozen=True)
class Rule:
    """What may pass; without ports, all of them."""

    name: str
    source: str
    destination: str
    ports: tuple[str, ...] = ("*",)
    protocol: str = "*"


def rules(purpose: Purpose, plan: Addresses, egress: Egress) -> list[network.SecurityRuleArgs]:
    """All rules of one subnet, in the order in which they count; the last of each direction denies."""
    ways = {"Inbound": _inbound(purpose, plan), "Outbound": _outbound(purpose, plan, egress)}
    deny = Rule("deny-all", "*", "*")
    return [
        _args(rule, direction, access, priority)
        for direction, allowed in ways.items()
        for rule, access, priority in (
            *((rule, "Allow", 100 + 10 * at) for at, rule in enumerate(allowed)),
            (deny, "Deny", _LAST),
        )
    ]


def _inbound(purpose: Purpose, plan: Addresses) -> list[Rule]:
    if purpose == "nodes":
        return []  # Nothing is there yet.
    if purpose == "endpoints":
        return [Rule("functions", plan.functions, plan.endpoints.whole, ("443",), "Tcp")]
    own, callers = _own(purpose, plan), "VirtualNetwork" if purpose == "internal" else "Internet"
    return [
        Rule("callers", callers, own, HTTPS, "Tcp"),
        *([Rule("network", "VirtualNetwork", own, HTTPS, "Tcp")] if purpose == "external" else []),
        Rule("balancer", "AzureLoadBalancer", own, PROBED, "Tcp"),
        Rule("own", own, own),
    ]


def _outbound(purpose: Purpose, plan: Addresses, egress: Egress) -> list[Rule]:
    if purpose in ("nodes", "endpoints"):
        return []
    own = _own(purpose, plan)
    internet = [Rule("internet", own, "Internet", ("443",), "Tcp")] if egress == "internet" else []
    return [
        Rule("own", own, own),
        Rule("endpoints", own, plan.endpoints.whole, ("443",), "Tcp"),
        Rule("private-models", own, plan.internal, HTTPS, "Tcp"),
        Rule("names", own, NAMES, ("53",)),
        *(Rule(name, own, tag, ("443",), "Tcp") for name, tag in PLATFORM),
        *internet,
    ]


def _own(purpose: Purpose, plan: Addresses) -> str:
    return plan.internal if purpose == "internal" else plan.external


def _args(rule: Rule, direction: str, access: str, priority: int) -> network.SecurityRuleArgs:
    any_port = rule.ports == ("*",)
    return network.SecurityRuleArgs(
        name=f"{direction.lower()}-{rule.name}",
        direction=direction,
        access=access,
        priority=priority,
        protocol=rule.protocol,
        source_address_prefix=rule.source,
        source_port_range="*",
        destination_address_prefix=rule.destination,
        # Azure takes any port as one text, and several in a list.
        destination_port_range="*" if any_port else None,
        destination_port_ranges=None if any_port else list(rule.ports),
    )
