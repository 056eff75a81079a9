"""Planted mistakes: each is one change of a program that passes, found without the engine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi

Props = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """One resource gets other inputs, or other options."""

    type: str
    """The type whose inputs are changed."""

    change: Callable[[Props], None]
    """Changes the inputs, named as in Python; values may be outputs or arguments of the SDK."""

    says: tuple[str, ...]
    """What the refusal must contain: the property, and what is wrong."""

    rule: str = ""
    """The sandbox's rule that finds it; empty where the schema or the facts' values do."""

    name: str | None = None
    """Logical name of the one resource; without it, every resource of the type is changed."""

    luck: bool = False
    """Whether it deploys, and only the check of the order afterwards finds it."""

    opts: Callable[[pulumi.ResourceOptions], pulumi.ResourceOptions] | None = None
    """Changes the options."""


def plant(mistake: Mistake) -> None:
    """Make one mistake in the program that runs next."""

    def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != mistake.type or mistake.name not in (None, args.name):
            return None
        props = dict(args.props)
        mistake.change(props)
        return pulumi.ResourceTransformationResult(
            props, mistake.opts(args.opts) if mistake.opts else args.opts
        )

    pulumi.runtime.register_stack_transformation(change)


def forgotten(output: Any) -> pulumi.Output[Any]:
    """The same value, known as soon, without a word of where it comes from."""
    return pulumi.Output(set(), output._future, output._is_known, output._is_secret)
