"""Host: what the functions of one stack share on each cloud, above all where they log."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.clouds.landing import Landing
from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument
from components.key.contract import Key
from components.network.contract import SIDES, Network, Side

# What all three clouds can keep: CloudWatch's list, within Azure's 30 to 730 and Google's 1 to 3650.
# docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (30, 60, 90, 120, 150, 180, 365, 400, 545)
"""Days that logs can be kept alike on every cloud."""


@dataclass(frozen=True, kw_only=True)
class HostArgs(ComponentArgs):
    """Inputs of a host."""

    retention_days: int = 30
    """How many days logs are kept: 30, 60, 90, 120, 150, 180, 365, 400 or 545."""

    sides: tuple[Side, ...] = ("external",)
    """On which sides functions have addresses: `internal` needs a network."""

    def __post_init__(self) -> None:
        if not self.sides or not set(self.sides) <= set(SIDES):
            raise InvalidArgument("sides", f"allowed: {', '.join(SIDES)}; came {list(self.sides)}")
        if self.retention_days not in RETENTION_DAYS:
            allowed = ", ".join(map(str, RETENTION_DAYS))
            raise InvalidArgument("retention_days", f"allowed: {allowed}; came {self.retention_days}")


@dataclass(frozen=True)
class HostLinks:
    """What a host needs from other components."""

    landing: Landing

    key: Key | None = None
    """What to encrypt with; without it, with a key of the provider."""

    network: Network | None = None
    """What functions run in; without one, beside everybody else's."""


class Host(Component[HostArgs, HostLinks]):
    """What functions are put into."""

    CAPABILITY = "host"
    ARGS = HostArgs
    OUTPUTS = ("homes",)

    homes: Mapping[Side, pulumi.Output[str]]
    """What a function of each side is made in, once its logs are kept: region, id of the environment,
    project. AWS and Google Cloud do not tell the two apart."""

    network: Network | None
    """What functions run in."""

    retention_days: int
    """How many days logs are kept, for clouds where each function has logs of its own."""

    key: Key | None
    """What logs are encrypted with, likewise."""

    def _build(self, name: str, args: HostArgs, links: HostLinks) -> None:
        """What every cloud passes on to functions; `homes` are its own affair.

        Raises `InvalidArgument` for a side that there is not.
        """
        if links.network is None and "internal" in args.sides:
            raise InvalidArgument("sides", "internal needs a network")
        self.network = links.network
        self.retention_days = args.retention_days
        self.key = links.key
