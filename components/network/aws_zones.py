"""Zones of a region of AWS that a network may span."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.clouds.landing import Landing
from components.core.errors import InvalidArgument

# Where Lambda does not run, or no cluster may stand:
# docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
_WITHOUT = ("use1-az3", "usw1-az2", "cac1-az3")


def zones_of(wanted: int, landing: Landing, parent: pulumi.Resource) -> pulumi.Output[list[str]]:
    """Names of the first zones, without those that an account has to ask for; refuses too few."""
    found = aws.get_availability_zones_output(
        state="available",
        filters=[aws.GetAvailabilityZonesFilterArgs(name="opt-in-status", values=["opt-in-not-required"])],
        exclude_zone_ids=list(_WITHOUT),
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    return pulumi.Output.all(landing.region, found.names).apply(
        lambda known: _first(wanted, str(known[0]), known[1])
    )


def _first(wanted: int, region: str, names: Sequence[str]) -> list[str]:
    """The first in order, whatever order AWS tells them in."""
    if len(names) < wanted:
        there = ", ".join(sorted(names)) or "none"
        raise InvalidArgument("zones", f"{region} has {len(names)} that can be used ({there}); came {wanted}")
    return sorted(names)[:wanted]
