"""The vendor's own description of its API as a judge: botocore's service models (patterns, ranges, words)."""

import gzip
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.facts import Model
from sandbox.needs import Refused
from sandbox.wire import at


@cache
def service(name: str) -> Mapping[str, Any]:
    """The newest model of an AWS service; botocore itself is not imported, its data suffices."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        raise ImportError(
            "botocore is not installed; its models are needed to judge AWS (requirements-dev.txt)"
        )
    newest = max((Path(spec.origin).parent / "data" / name).iterdir())
    file = newest / "service-2.json.gz"
    text = gzip.decompress(file.read_bytes()) if file.exists() else (newest / "service-2.json").read_bytes()
    found: Mapping[str, Any] = json.loads(text)
    return found


def operations(name: str) -> list[str]:
    """Names of a service's operations, such as `BatchGetImage`."""
    return sorted(service(name)["operations"])


def check(model: Model | None, inputs: Mapping[str, Any]) -> Iterator[Refused]:
    """Values of mapped properties that the vendor's model does not allow."""
    if model is None:
        return
    shapes = service(model.service)["shapes"]
    for path, member in model.members.items():
        shape = _shape(shapes, model.input, member)
        for exact, value in at(inputs, path):
            if text := _wrong(shape, value):
                yield Refused(
                    f"{text} (botocore: {model.service} {model.input}.{member})", property=exact, rule="model"
                )


def _shape(shapes: Mapping[str, Any], start: str, member: str) -> Mapping[str, Any]:
    """The shape at a dotted member; lists are walked through."""
    shape = shapes[start]
    for step in member.split("."):
        while shape["type"] == "list":
            shape = shapes[shape["member"]["shape"]]
        shape = shapes[shape["members"][step]["shape"]]
    found: Mapping[str, Any] = shape
    return found


def _wrong(shape: Mapping[str, Any], value: Any) -> str:
    if "enum" in shape and value not in shape["enum"]:
        return f"{value!r} is not allowed; allowed: {', '.join(shape['enum'])}"
    size = len(value) if isinstance(value, str) else value
    if "min" in shape and size < shape["min"]:
        return f"{value!r} is below the minimum {shape['min']}"
    if "max" in shape and size > shape["max"]:
        return f"{str(value)[:60]!r} is above the maximum {shape['max']}"
    if "pattern" in shape and isinstance(value, str) and not _matches(shape["pattern"], value):
        return f"{value[:60]!r} does not match {shape['pattern']}"
    return ""


def _matches(pattern: str, value: str) -> bool:
    """Java's pattern in Python; where Python cannot read it, it is skipped."""
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True
