"""An estate judged from its state alone, by checks that share no code with what made it.

A state is a list of `{"type": …, "urn": …, "id": …, "inputs": …}`, as `pulumi stack export` has it. Each
check says everything that is wrong, one line each: `type::name: what`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Resource = Mapping[str, Any]
State = Sequence[Resource]


def of(state: State, *types: str) -> Iterator[Resource]:
    """Every resource of these types."""
    return (each for each in state if each["type"] in types)


def named(resource: Resource) -> str:
    """How a resource is called in what is said of it."""
    return f"{resource['type']}::{resource['urn'].rpartition('::')[2]}"


def listed(value: Any) -> list[Any]:
    """A list, where one may stand for itself."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def statements(policy: str) -> list[Mapping[str, Any]]:
    """The statements of a policy of AWS."""
    return listed(json.loads(policy)["Statement"])
