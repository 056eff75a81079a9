"""Google Cloud: from where a registry and a storage answer."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from sandbox.rules.gcp_types import BUCKET
from sandbox.world import World

_DENIED = (
    "googleapi: Error 403: There is an IP filtering condition that is preventing access to the resource., "
    "forbidden"
)


def registry_denies(world: World, host: str, address: str) -> str | None:
    """Always None: a repository of Artifact Registry has no rule about addresses.

    Only VPC Service Controls tell networks apart, for all of a project, and they are the organisation's:
    cloud.google.com/artifact-registry/docs/securing-with-vpc-sc
    """
    return None


def storage_denies(world: World, place: str, address: str) -> str | None:
    """Why a bucket does not answer an address; None when it does.

    cloud.google.com/storage/docs/ip-filtering-overview
    """
    found = world.get(BUCKET, place)
    return filter_denies(found.inputs.get("ipFilter") if found else None, address)


def filter_denies(filter_: Mapping[str, Any] | None, address: str) -> str | None:
    """Why a bucket with this filter does not answer an address; None when it does."""
    if not filter_ or filter_.get("mode") != "Enabled":
        return None
    return None if any(IPv4Address(address) in each for each in _public(filter_)) else _DENIED


def _public(filter_: Mapping[str, Any]) -> Iterator[IPv4Network]:
    """Ranges of the internet that are let in; what is no IPv4 lets nobody in here."""
    source = filter_.get("publicNetworkSource") or {}
    for text in source.get("allowedIpCidrRanges") or []:
        if ":" not in str(text):
            yield IPv4Network(str(text), strict=False)
