"""Random ends of names: made once and kept, so that two forks never collide."""

from collections.abc import Mapping

import pulumi
import pulumi_random as random

from components.core.naming import Name


def ending(
    name: str, length: int, keepers: Mapping[str, pulumi.Input[str]] | None, child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """So many lower-case letters and digits, kept until a keeper changes."""
    return random.RandomString(
        name, length=length, special=False, upper=False, keepers=keepers, opts=child
    ).result


def keepers(
    region: pulumi.Output[str] | None, encrypted: bool = False
) -> Mapping[str, pulumi.Input[str]] | None:
    """What a name belongs to; where that changes, the old thing stays until the new one is there."""
    placed: dict[str, pulumi.Input[str]] = {} if region is None else {"region": region}
    return {**placed, **({"encryption": "customer"} if encrypted else {})} or None


def physical(
    name: str, wanted: Name, keepers: Mapping[str, pulumi.Input[str]] | None, child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The whole of a name that ends in `<name>-suffix`, kept until a keeper changes."""
    return ending(f"{name}-suffix", wanted.limit.random, keepers, child).apply(wanted.with_random)
