"""What changed between old and new inputs, and what of it replaces the resource."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.facts import Facts

_MISSING = object()


@dataclass(frozen=True)
class Change:
    """One changed property: `path` is exact (`a[0].b`), `kind` is add, update or delete."""

    path: str
    kind: str
    replaces: bool

    @property
    def top(self) -> str:
        """The input that holds the property."""
        return re.split(r"[.\[]", self.path, maxsplit=1)[0]


def changes(facts: Facts, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[Change]:
    """Every difference that matters to the cloud."""
    found: list[Change] = []
    for name in sorted({*olds, *news} - {"__defaults"}):
        if name in facts.sticky and news.get(name) is None:
            continue
        old, new = (_read(facts, name, side.get(name, _MISSING)) for side in (olds, news))
        found.extend(
            Change(path, kind, _under(path, facts.immutable)) for path, kind in _walk(name, old, new)
        )
    return [each for each in found if not _same_as_default(facts, each, olds, news)]


def _read(facts: Facts, name: str, value: Any) -> Any:
    """A value in the form in which it is compared."""
    if value is None:
        return _MISSING
    if name in facts.json and isinstance(value, str):
        return _meaning(value)
    if name in facts.alike and isinstance(value, str):
        value = value.lower()
        return value.replace(" ", "") if facts.alike[name] == "case-and-space" else value
    return value


def _meaning(text: str) -> str:
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def _walk(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            yield from _walk(f"{path}.{name}", old.get(name, _MISSING), new.get(name, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _walk(
                f"{path}[{index}]", *(each[index] if index < len(each) else _MISSING for each in (old, new))
            )
    elif old is _MISSING and new is not _MISSING:
        yield path, "add"
    elif old is not _MISSING and new is _MISSING:
        yield path, "delete"
    elif old is not new and old != new:
        yield path, "update"


def _under(path: str, listed: Any) -> bool:
    """Tell whether a path is one of the listed ones or below one, or holds one that went or came with it."""
    bare = re.sub(r"\[\d+\]", "", path)
    return any(bare == each or bare.startswith(f"{each}.") or each.startswith(f"{bare}.") for each in listed)


def _same_as_default(facts: Facts, change: Change, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Leaving out what was given as its default, or the other way round, is no change."""
    if change.path not in facts.defaults or change.kind == "update":
        return False
    side = news if change.kind == "add" else olds
    return bool(side.get(change.path) == facts.defaults[change.path])


def refused(facts: Facts, found: list[Change]) -> list[Change]:
    """Changes that the preview shows as an update and the cloud refuses."""
    return [each for each in found if _under(each.path, facts.refused_change)]
