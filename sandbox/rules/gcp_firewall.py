"""Google Cloud: what only code can say about rules of a firewall."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.needs import Situation, rule
from sandbox.rules.gcp_network import EVERYWHERE, cidr
from sandbox.rules.gcp_types import FIREWALL
from sandbox.wire import has_unknown

_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_MOST_PORT = 65535
_WITH_PORTS = ("tcp", "udp", "sctp")
_PROTOCOLS = (*_WITH_PORTS, "icmp", "esp", "ah", "ipip", "all")

Found = Iterator[tuple[str, str]]


@rule("firewall-action", FIREWALL)
def _action(situation: Situation) -> Found:
    if bool(situation.inputs.get("allows")) == bool(situation.inputs.get("denies")):
        yield "allows", "exactly one of allows, denies"


@rule("firewall-sides", FIREWALL)
def _sides(situation: Situation) -> Found:
    """cloud.google.com/firewall/docs/firewalls#components"""
    direction = situation.get("direction", "INGRESS")
    sources = [
        name for name in ("sourceRanges", "sourceTags", "sourceServiceAccounts") if situation.given(name)
    ]
    if direction == "INGRESS" and not sources:
        yield "sourceRanges", "one of source_tags, source_ranges, or source_service_accounts must be defined"
    if direction == "INGRESS" and situation.given("destinationRanges"):
        yield "destinationRanges", "is for EGRESS"
    if direction == "EGRESS" and sources:
        yield sources[0], "is for INGRESS"


@rule("firewall-ports", FIREWALL)
def _ports(situation: Situation) -> Found:
    for name in ("allows", "denies"):
        for at, each in enumerate(situation.inputs.get(name) or []):
            yield from _one(f"{name}[{at}]", str(each.get("protocol", "")).lower(), each.get("ports") or [])


def _one(path: str, protocol: str, ports: list[Any]) -> Found:
    if protocol not in _PROTOCOLS and not protocol.isdigit():
        yield f"{path}.protocol", f"{protocol!r}: allowed: {', '.join(_PROTOCOLS)}, or a number"
    if ports and protocol not in _WITH_PORTS:
        yield f"{path}.ports", f"{protocol} has no ports"
    for port in ports:
        found = _PORTS.fullmatch(str(port))
        if found is None or not int(found[1]) <= int(found[2] or found[1]) <= _MOST_PORT:
            yield f"{path}.ports", f"{port!r}: a port such as 443, or a range of ports"


@rule("firewall-ranges", FIREWALL)
def _firewall_ranges(situation: Situation) -> Found:
    for name in ("sourceRanges", "destinationRanges"):
        for text in situation.inputs.get(name) or []:
            if not has_unknown(text) and cidr(text) is None and ":" not in str(text):
                yield name, f"Invalid value: '{text}': a range a.b.c.d/n that begins at its first address"


@rule("firewall-open", FIREWALL)
def _open(situation: Situation) -> Found:
    """Google takes it."""
    if not situation.inputs.get("allows"):
        return
    if situation.get("direction", "INGRESS") == "INGRESS" and EVERYWHERE in situation.inputs.get(
        "sourceRanges", ()
    ):
        yield "sourceRanges", "the whole internet is let in"
    if situation.get("direction") == "EGRESS" and "all" in [v for _, v in situation.each("allows.protocol")]:
        yield "allows[0].protocol", "everything may leave; name a protocol and its ports"


@rule("firewall-log", FIREWALL)
def _log(situation: Situation) -> Found:
    """Google takes it: what is refused would never be seen."""
    if situation.inputs.get("denies") and not situation.given("logConfig"):
        yield "logConfig", "is left out: what is refused would be seen nowhere"
