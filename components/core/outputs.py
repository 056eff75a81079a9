"""Values that are known later, and what they wait for."""

from typing import Any, TypeVar, cast

import pulumi

T = TypeVar("T")


def once(value: pulumi.Output[T], *others: pulumi.Output[Any]) -> pulumi.Output[T]:
    """The value, known once all the others are: whoever takes it waits for them, and the state says so."""
    return pulumi.Output.all(value, *others).apply(lambda known: cast(T, known[0]))
