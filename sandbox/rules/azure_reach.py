"""Azure: from where a registry and a storage account answer.

Sources: learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks,
learn.microsoft.com/azure/storage/common/storage-network-security
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.rules.azure_types import ACCOUNT, REGISTRY
from sandbox.world import Resource, World


def registry_denies(world: World, host: str, address: str) -> str | None:
    """Why the registry at a host does not answer an address; None when it does."""
    found = world.find(REGISTRY, loginServer=host)
    if found is None or _lets_in(found, address):
        return None
    what = f"client with IP '{address}' is not allowed access"
    return f"403 Forbidden: DENIED: {what}. Refer https://aka.ms/acr/firewall to grant access"


def storage_denies(world: World, place: str, address: str) -> str | None:
    """Why an account does not answer an address; None when it does."""
    found = world.find(ACCOUNT, accountName=place)
    if found is None or _lets_in(found, address):
        return None
    return "403 Forbidden: AuthorizationFailure: This request is not authorized to perform this operation."


def closed(inputs: Mapping[str, Any]) -> str:
    """What closes a registry or an account to addresses that it does not name; empty when nothing does."""
    if inputs.get("publicNetworkAccess") == "Disabled":
        return "publicNetworkAccess"
    asked = inputs.get("networkRuleSet")
    rules = asked if isinstance(asked, Mapping) else {}
    return "networkRuleSet.defaultAction" if rules.get("defaultAction") == "Deny" else ""


def _lets_in(found: Resource, address: str) -> bool:
    how = closed(found.inputs)
    if how != "networkRuleSet.defaultAction":
        return not how
    return any(ipaddress.IPv4Address(address) in one for one in _allowed(found.inputs["networkRuleSet"]))


def _allowed(rules: Mapping[str, Any]) -> Iterator[ipaddress.IPv4Network]:
    for each in rules.get("ipRules") or ():
        if each.get("action", "Allow") == "Allow":
            yield ipaddress.IPv4Network(each["iPAddressOrRange"], strict=False)
