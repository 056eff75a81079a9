"""A network that exists: what of it is used."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components.core.errors import InvalidArgument

_GROUP = r"/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[-A-Za-z0-9_.()]{1,90}"
_VNET = rf"{_GROUP}/providers/Microsoft\.Network/virtualNetworks/[A-Za-z0-9_.-]{{2,64}}"
_GCP = r"projects/[a-z][a-z0-9-]{4,28}[a-z0-9]"
_NAME = r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"

NETWORK: Mapping[str, tuple[str, str]] = {
    "aws": (r"^vpc-[0-9a-f]{8,17}$", "vpc-<8 to 17 hex digits>"),
    "azure": (rf"^{_VNET}$", "the id of a virtual network, /subscriptions/…/virtualNetworks/<name>"),
    "gcp": (rf"^{_GCP}/global/networks/{_NAME}$", "projects/<project>/global/networks/<name>"),
}
SUBNET: Mapping[str, tuple[str, str]] = {
    "aws": (r"^subnet-[0-9a-f]{8,17}$", "subnet-<8 to 17 hex digits>"),
    "azure": (
        rf"^{_VNET}/subnets/[A-Za-z0-9_.-]{{1,80}}$",
        "the id of a subnet, …/virtualNetworks/<name>/subnets/<name>",
    ),
    "gcp": (
        rf"^{_GCP}/regions/[a-z0-9-]+/subnetworks/{_NAME}$",
        "projects/<project>/regions/<region>/subnetworks/<name>",
    ),
}
SUBNETS: Mapping[str, tuple[int, int]] = {"aws": (2, 4), "azure": (1, 2), "gcp": (1, 1)}
"""How many subnets functions take, at least and at most."""
GROUP = (rf"^{_GROUP}$", "the id of a resource group, /subscriptions/…/resourceGroups/<name>")


_HOME: Mapping[str, Callable[[str], str]] = {
    "azure": lambda network: f"{network}/subnets/",
    "gcp": lambda network: f"projects/{network.split('/')[1]}/",
}
"""What the subnets of a network begin with, where their ids tell; those of AWS do not."""


@dataclass(frozen=True, kw_only=True)
class Existing:
    """What of an existing network is used; whoever keeps it also keeps routes, names and endpoints in it."""

    network: str
    """Its id, as the cloud writes it."""

    functions: tuple[str, ...]
    """Subnets in which functions run: AWS two or more, in as many zones; Google one; Azure one for each side,
    delegated to Microsoft.App/environments, `internal` first."""

    endpoints: str | None = None
    """Azure: the subnet in which registries and storage get their addresses."""

    zones: str | None = None
    """Azure: the resource group that holds the private DNS zones of registries and storage, linked to it."""


def check(cloud: str, existing: Existing) -> None:
    """Raises `InvalidArgument` for what cannot be part of a network on this cloud."""
    _check("existing.network", NETWORK[cloud], existing.network)
    for subnet in existing.functions:
        _check("existing.functions", SUBNET[cloud], subnet)
    for name, allowed in (("endpoints", SUBNET["azure"]), ("zones", GROUP)):
        value = getattr(existing, name)
        if cloud == "azure":
            _check(f"existing.{name}", allowed, value or "")
        elif value is not None:
            raise InvalidArgument(f"existing.{name}", "only Azure needs it; leave it out")
    _check_subnets(cloud, existing)


def _check_subnets(cloud: str, existing: Existing) -> None:
    """As many as functions take, each another one, and all of the network."""
    least, most = SUBNETS[cloud]
    if not least <= len(existing.functions) <= most:
        raise InvalidArgument(
            "existing.functions", f"{least} to {most} subnets on {cloud}; came {len(existing.functions)}"
        )
    # Azure does not tell capitals apart.
    subnets = [subnet.lower() for subnet in (*existing.functions, existing.endpoints) if subnet]
    if len(set(subnets)) < len(subnets):
        raise InvalidArgument("existing.functions", f"each subnet once; came {', '.join(subnets)}")
    for subnet in subnets if cloud in _HOME else ():
        if not subnet.startswith(_HOME[cloud](existing.network.lower())):
            raise InvalidArgument("existing.functions", f'subnets of {existing.network}; came "{subnet}"')


def _check(argument: str, allowed: tuple[str, str], value: str) -> None:
    if not re.fullmatch(allowed[0], value, re.ASCII):
        raise InvalidArgument(argument, f'allowed: {allowed[1]}; came "{value}"')
