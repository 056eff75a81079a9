"""Network: where functions run, and how they reach the services of their cloud without the internet."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi

from components.clouds.landing import Landing
from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument, ModelportError, caught, check_range
from components.key.contract import Key
from components.network import addresses
from components.network.addresses import MOST_ZONES
from components.network.existing import Existing
from components.network.existing import check as check_existing

Egress = Literal["none", "internet"]
EGRESS = ("none", "internet")

Side = Literal["internal", "external"]
SIDES: tuple[Side, ...] = ("internal", "external")
"""Whether what runs somewhere has an address inside the network only, or one that the internet reaches."""

Service = Literal["registry", "storage"]

# A wider range is no office and no pipeline, but a provider.
_WIDEST_SOURCE = 16


@dataclass(frozen=True, kw_only=True)
class NetworkArgs(ComponentArgs):
    """Inputs of a network: a range to make one in, or one that exists."""

    cidr: str | None = None
    """The stack's range, of which this cloud takes its quarter: private, /14 to /20."""

    existing: Existing | None = None
    """A network that somebody else made and keeps; nothing is changed in it but what is ours."""

    zones: int = 2
    """How many zones it spans, 2 to 4; fixed at creation where the cloud knows subnets of a zone."""

    egress: Egress = "none"
    """`none`: functions reach their cloud's services and nothing else; `internet`: HTTPS to everywhere."""

    allow_from: tuple[str, ...] = ()
    """Public ranges, `a.b.c.d/n`, from which registries and storage answer besides: whoever deploys."""

    retention_days: int = 30
    """How many days records of what flowed are kept."""

    def __post_init__(self) -> None:
        check_range("zones", self.zones, 2, MOST_ZONES)
        if (self.cidr is None) == (self.existing is None):
            raise InvalidArgument("cidr", "a range or an existing network, one of the two")
        if self.cidr is not None:
            addresses.check(self.cidr)
        if self.egress not in EGRESS:
            raise InvalidArgument("egress", f'allowed: {", ".join(EGRESS)}; came "{self.egress}"')
        if self.existing is not None and self.egress != "none":
            raise InvalidArgument(
                "egress", "whoever keeps an existing network decides on its routes; leave it out"
            )
        for source in self.allow_from:
            check_source(source)


def check_source(source: str) -> None:
    """Raises `InvalidArgument` for what is no range of public addresses of somebody in particular."""
    try:
        found = ipaddress.IPv4Network(source)
        if str(found) != source:
            raise ValueError(f'it is "{found}"')
    except ValueError as error:
        raise InvalidArgument(
            "allow_from", f'a range of IPv4, "a.b.c.d/n"; came "{source}": {error}'
        ) from None
    if found.prefixlen < _WIDEST_SOURCE:
        raise InvalidArgument("allow_from", f'a "/{_WIDEST_SOURCE}" at most; came "{source}"')
    if any(found.overlaps(private) for private in _NOT_PUBLIC):
        raise InvalidArgument("allow_from", f'public addresses, as the cloud sees them; came "{source}"')


# Loopback, link-local, shared, multicast and the private ranges; the ranges of documentation are left out,
# because examples use them.
_NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3",
    )
)  # fmt: skip


@dataclass(frozen=True)
class NetworkLinks:
    """What a network needs from other components."""

    landing: Landing

    key: Key | None = None
    """What to encrypt records with; without it, with a key of the provider."""


class Network(Component[NetworkArgs, NetworkLinks]):
    """A network of a stack's own on one cloud, or its share in one that exists."""

    CAPABILITY = "network"
    ARGS = NetworkArgs
    OUTPUTS = ("id",)

    @classmethod
    def refusals(cls, name: str, args: NetworkArgs) -> Iterator[ModelportError]:
        yield from super().refusals(name, args)
        existing = args.existing
        if existing is not None:
            yield from caught(lambda: check_existing(cls.CLOUD, existing))

    id: pulumi.Output[str]
    """The network: id of the VPC on AWS and of the virtual network on Azure, `projects/…/networks/…`."""

    subnets: Mapping[Side, pulumi.Output[list[str]]]
    """Where functions run, which have an address inside or outside; resolves once they reach what they may.
    AWS and Google Cloud do not tell the two apart."""

    allow_from: tuple[str, ...]
    """Public ranges from which registries and storage answer besides."""

    def reach(self, name: str, service: Service, resource: pulumi.Output[str]) -> pulumi.Output[str]:
        """Gives one registry or storage account an address inside; `name` is logical.

        Returns `resource`, resolved once it answers there. Where the network reaches a whole service of the
        cloud at once, there is nothing to make for a single one.
        """
        return resource
