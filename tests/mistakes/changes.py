"""How mistakes are made: changes of the inputs of a resource, whether these are known already or not."""

import json
from collections.abc import Callable
from typing import Any

import pulumi

from tests.mistakes import Props, forgotten

Change = Callable[[Props], None]
Statements = list[dict[str, Any]]


def setting(**values: Any) -> Change:
    """Gives inputs these values; None leaves one out."""
    return lambda props: props.update(values)


def without(*names: str) -> Change:
    """Leaves inputs out."""
    return setting(**dict.fromkeys(names))


def editing(name: str, change: Callable[[Any], Any]) -> Change:
    """Gives an input the value that its own becomes."""

    def planted(props: Props) -> None:
        props[name] = pulumi.Output.from_input(props[name]).apply(change)

    return planted


def document(change: Callable[[Any], object], name: str = "policy") -> Change:
    """Changes what a text says as JSON."""

    def edit(text: str) -> str:
        content = json.loads(text)
        change(content)
        return json.dumps(content)

    return editing(name, edit)


def policy(change: Callable[[Statements], object], name: str = "policy") -> Change:
    """Changes the statements of a policy."""
    return document(lambda content: change(content["Statement"]), name)


def inside(path: str, value: Any) -> Change:
    """Gives another value to `a.b.0.c`; a function changes the one that is there."""

    def change(props: Props) -> None:
        first, *steps, last = path.split(".")
        at: Any = props[first]
        for step in steps:
            at = at[int(step)] if step.isdigit() else getattr(at, step)
        setattr(at, last, value(getattr(at, last)) if callable(value) else value)

    return change


def forgetting(*names: str) -> Change:
    """Keeps the values and loses what they come from: what happens to text that was looked up elsewhere."""

    def planted(props: Props) -> None:
        for name in names:
            props[name] = forgotten(pulumi.Output.from_input(props[name]))

    return planted
