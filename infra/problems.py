"""Turns what pydantic says into problems: key, value, what is allowed or was meant, the fixing command."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from components.core.errors import Problem, Refused, nearest
from infra import fields
from infra.fields import Path
from infra.source import NAMESPACE, Given

SECRET: Final = "a secret value, not shown"
_TYPES: Final = {str: "string", int: "int", float: "float"}
_ENTRY: Final = re.compile(r"(.+)\[(\d+)\]")
_PLAIN: Final = re.compile(r"[\w-]+", re.ASCII)


def key_of(path: Path) -> str:
    """The key of a path, as `pulumi config` writes it: `modelport:models.height.clouds[1]`."""
    return f"{NAMESPACE}:{path[0]}{''.join(_step(part) for part in path[1:])}"


def set_command(path: Path, value: object) -> str:
    """The command that gives the setting at `path` this value."""
    text = str(value)
    kind = f" --type {_TYPES[type(value)]}" if len(path) > 1 and _needs_type(value) else ""
    return f"pulumi config set{kind} {_quoted(path)} {shlex.quote(text)}"


def _needs_type(value: object) -> bool:
    """A number would stay text where text was before; text like another kind would become that."""
    return type(value) in (int, float) or (isinstance(value, str) and _like_another_kind(value))


def _like_another_kind(text: str) -> bool:
    return text.isdecimal() or text in ("true", "false")


def remove_command(path: Path) -> str:
    """The command that removes the setting at `path`."""
    return f"pulumi config rm {_quoted(path)}"


def came(given: Given, path: Path, value: object) -> object:
    """The value as a problem may show it."""
    return None if path[0] in given.secret else value


def doubles(given: Given, path: Path, values: Any) -> Iterator[Problem]:
    """What a list names a second time."""
    items = list(values) if isinstance(values, list | tuple) else []
    for index, item in enumerate(items):
        if item in items[:index]:
            here = (*path, index)
            shown = came(given, here, item)
            yield Problem(key_of(here), "is there twice", shown, "each name once", fix=remove_command(here))


def runnable(found: Sequence[Problem]) -> Iterator[Problem]:
    """In an order in which the commands of all may be run: who goes from a list renumbers those behind it.

    Of several problems of one entry the first is told: with it, the entry goes, or becomes another one.
    """
    lists: dict[str, dict[int, Problem]] = {}
    for each in found:
        if entry := _ENTRY.fullmatch(each.key):
            lists.setdefault(entry[1], {}).setdefault(int(entry[2]), each)
    for each in found:
        if entry := _ENTRY.fullmatch(each.key):
            yield from (one for _, one in sorted(lists.pop(entry[1], {}).items(), reverse=True))
        else:
            yield each


def translate(model: type[BaseModel], error: ValidationError, given: Given) -> Iterator[Problem]:
    """One problem for each thing that pydantic found."""
    errors = error.errors(include_url=False)
    meant = {_meant(model, one["loc"]) for one in errors if one["type"] == "extra_forbidden"}
    misnamed = {one["loc"][:-1] for one in errors if one["loc"][-1] == "[key]"}
    for one in errors:
        path = tuple(part for part in one["loc"] if part != "[key]")
        if one["loc"] in misnamed:
            continue  # its name goes, and the value with it
        if one["type"] == "too_short" and one["input"]:
            continue  # pydantic counts only what is right; what is wrong is said by itself
        if one["type"] == "missing" and path in meant:
            continue  # it is there, mistyped, and that is said
        if one["type"] == "extra_forbidden":
            yield _unknown(model, path, one["input"], given)
        elif one["loc"][-1] == "[key]":
            yield _misnamed(model, path, _refusal(one))
        else:
            yield _wrong(model, path, one, given)


def _meant(model: type[BaseModel], path: Path) -> Path:
    """Where an unknown key probably belongs."""
    return (*path[:-1], nearest(str(path[-1]), fields.names_at(model, path[:-1])) or "")


def _unknown(model: type[BaseModel], path: Path, value: object, given: Given) -> Problem:
    names = fields.names_at(model, path[:-1])
    better = _meant(model, path)
    meant = str(better[-1]) or None
    fix = remove_command(path)
    # Only where the value may be shown and is of the right type by itself.
    kind = fields.type_at(model, better) if meant else None
    if path[0] not in given.secret and (kind is type(value) or (kind is float and type(value) is int)):
        fix += f" && {set_command(better, value)}"
    return Problem(key_of(path), "is no setting", allowed=names, nearest=meant, fix=fix)


def _misnamed(model: type[BaseModel], path: Path, refusal: Refused) -> Problem:
    _, allowed = fields.about_at(model, path[:-1])
    fix = remove_command(path)
    if refusal.nearest:
        fix += f", and set it again as {key_of((*path[:-1], refusal.nearest))}"
    return Problem(key_of(path), refusal.what, allowed=allowed, nearest=refusal.nearest, fix=fix)


def _wrong(model: type[BaseModel], path: Path, one: Any, given: Given) -> Problem:
    """A value that is missing or not allowed; a secret one must not be told from the problem either."""
    noun, allowed = fields.about_at(model, path)
    if one["type"] == "missing":
        fix = _usual(model, path, given)
        return Problem(key_of(path), f"is missing: {noun}", allowed=allowed, fix=fix)
    empty = one["input"] is None or one["type"] == "too_short"
    plain = f"is empty, not {noun}" if empty else f"is not {noun}"
    if path[0] in given.secret:
        fix = _usual(model, path, given)
        return Problem(key_of(path), f"{plain}, came {SECRET}", allowed=allowed, fix=fix)
    refusal = _refusal(one)
    return Problem(
        key_of(path),
        refusal.what or plain,
        came=one["input"],
        allowed=allowed,
        nearest=refusal.nearest,
        fix=_fix(model, path, refusal, one["input"], given),
    )


def _refusal(one: Any) -> Refused:
    """What one of our own checks said, or nothing."""
    said = one.get("ctx", {}).get("error")
    return said if isinstance(said, Refused) else Refused("")


def _fix(model: type[BaseModel], path: Path, refusal: Refused, value: object, given: Given) -> str:
    if refusal.fix:
        return refusal.fix.replace("{key}", _quoted(path))
    if refusal.nearest:
        return set_command(path, _typed(refusal.nearest, fields.type_at(model, path)))
    if isinstance(value, int | float) and fields.is_text_by_name(model, path):
        return set_command(path, json.dumps(value))
    return _usual(model, path, given)


def _typed(text: str, kind: object) -> object:
    return int(text) if kind is int else text


def _usual(model: type[BaseModel], path: Path, given: Given) -> str:
    """The command that sets an example; the environment is the stack's name."""
    if path == ("environment",) and given.stack:
        return set_command(path, given.stack)
    example, value = fields.example_at(model, path)
    return f"{_cleared(path, example, given)}{set_command(example, value)}"


def _cleared(path: Path, example: Path, given: Given) -> str:
    """What takes a value of another kind away first: the CLI puts nothing inside of it."""
    here: Any = given.values
    for part in path:
        here = here.get(part) if isinstance(here, Mapping) else None
    if here is None or len(example) == len(path):
        return ""
    fits = isinstance(here, Mapping if isinstance(example[len(path)], str) else list | tuple)
    return "" if fits else f"{remove_command(path)} && "


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN.fullmatch(part) else f"[{json.dumps(part, ensure_ascii=False)}]"


def _quoted(path: Path) -> str:
    key = key_of(path)
    return shlex.quote(key) if len(path) == 1 else "--path '" + key.replace("'", "'\\''") + "'"
