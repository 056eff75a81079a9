"""Values as the engine sends them: protobuf structs, plain Python, and the string for «not known yet»."""

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

# github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go: UnknownStringValue
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A struct as Python values; whole numbers become ints, and top-level nulls are left out."""
    values = {name: _whole(value) for name, value in json_format.MessageToDict(struct).items()}
    return {name: value for name, value in values.items() if value is not None}


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Python values as a struct."""
    made = struct_pb2.Struct()
    made.update(dict(values))
    return made


def has_unknown(value: Any) -> bool:
    """Tell whether something in the value is not known yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(each) for each in value.values())
    if isinstance(value, list):
        return any(has_unknown(each) for each in value)
    return isinstance(value, str) and UNKNOWN in value


def at(values: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every known value at a dotted path, with its exact path (`a[0].b`); lists on the way are walked."""
    yield from _at(values, path.split("."), "")


def _at(value: Any, steps: list[str], here: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list) and steps:
        for index, each in enumerate(value):
            yield from _at(each, steps, f"{here}[{index}]")
    elif not steps:
        if value is not None and not has_unknown(value):
            yield here, value
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:], f"{here}.{steps[0]}".lstrip("."))


def first(values: Any, path: str) -> Any:
    """The first known value at a dotted path, or None."""
    return next((value for _, value in at(values, path)), None)
