"""What to ask a cloud about a creation that was begun: whether the object is there, and under which id.

The questions are in `queries.yaml`, which says how they are written.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_PLACEHOLDER = re.compile(r"\{([\w.-]+)\}")
_GAP = re.compile(r"<[\w.-]+>")
_IN_WORDS = " of the answer"  # What an id says that only the cloud knows.
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Query:
    """One question to a cloud; what is not known stands in it in angle brackets."""

    find: str
    """The command that asks, ready for a shell."""

    id: str
    """The id as the state has it, or the field of the answer that holds it."""

    derived: bool
    """Whether `id` is the whole id, and not words or a form with gaps."""

    imports: str
    """What `pulumi import` takes: the id, as a rule."""


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Type to its templates, as they are written."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return found


def of(type_: str, inputs: Mapping[str, Any], known: Mapping[str, str] = _NOTHING) -> Query | None:
    """The question about a resource; None for a type that has none.

    `known` is what stands in the provider (region, account, subscription, project); an input comes first.
    """
    own = table().get(type_)
    return None if own is None else _query(own, lambda found: _value(found[1], inputs, known))


def _query(own: Mapping[str, str], value: Callable[[re.Match[str]], str]) -> Query:
    words = [_PLACEHOLDER.sub(value, word) for word in shlex.split(own["find"])]
    id_ = _PLACEHOLDER.sub(value, own["id"])
    return Query(
        find=shlex.join(words),
        id=id_,
        derived=_IN_WORDS not in id_ and not _GAP.search(id_),
        imports=_PLACEHOLDER.sub(value, own.get("import", own["id"])),
    )


def _value(path: str, inputs: Mapping[str, Any], known: Mapping[str, str]) -> str:
    value: Any = inputs
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    # A secret in a state is a mapping: it stays a gap.
    return str(value) if isinstance(value, str | int | float) else known.get(path, f"<{path}>")
