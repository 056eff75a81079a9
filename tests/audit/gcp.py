"""What of Google Cloud the public internet reaches."""

import re
from collections.abc import Mapping
from typing import Any

from tests.audit import Resource, State, listed
from tests.audit.addresses import everybody

_ONE = re.compile(r"(serviceAccount|user):[^*\s:]+@[^*\s:]+|principal://[^*\s]+")


def run(resource: Resource, _: State) -> str | None:
    """Internal, and only for who may call."""
    inputs = resource["inputs"]
    if inputs.get("ingress") != "INGRESS_TRAFFIC_INTERNAL_ONLY":
        return f"ingress is {inputs.get('ingress')}"
    if inputs.get("invokerIamDisabled") not in (None, False):
        return "everybody may call"
    return None


def member(resource: Resource, _: State) -> str | None:
    """One identity by name: a group, a domain and a set may hold anybody."""
    who = str(resource["inputs"].get("member"))
    return None if _ONE.fullmatch(who) else f"{who} may"


def bucket(resource: Resource, _: State) -> str | None:
    """Never public, and closed to all but named ranges."""
    inputs = resource["inputs"]
    if inputs.get("publicAccessPrevention") != "enforced":
        return "can be made public"
    filter_ = inputs.get("ipFilter") or {}
    if filter_.get("mode") != "Enabled" or any(map(everybody, _let_in(filter_))):
        return "objects are given and taken from everywhere"
    if filter_.get("allowCrossOrgVpcs") not in (None, False):
        return "networks of others are let in"
    return None


def _let_in(filter_: Mapping[str, Any]) -> list[Any]:
    return [
        range_
        for source in listed(filter_.get("publicNetworkSource"))
        for range_ in listed(source.get("allowedIpCidrRanges"))
    ]


def firewall(resource: Resource, _: State) -> str | None:
    """A rule that names no source at all means everybody."""
    inputs = resource["inputs"]
    if inputs.get("direction") == "EGRESS" or (inputs.get("denies") and not inputs.get("allows")):
        return None
    ranges = listed(inputs.get("sourceRanges"))
    named = [*ranges, *listed(inputs.get("sourceTags")), *listed(inputs.get("sourceServiceAccounts"))]
    return "lets in everybody" if not named or any(map(everybody, ranges)) else None


def zone(resource: Resource, _: State) -> str | None:
    """Inside of networks only."""
    return None if resource["inputs"].get("visibility") == "private" else "tells its names to everybody"
