"""What each resource type takes, read from the installed SDK and kept as JSON per SDK version."""

import enum
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import re
import sys
import typing
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox import files, lean

SDKS = {
    "aws": "pulumi_aws",
    "azure-native": "pulumi_azure_native",
    "gcp": "pulumi_gcp",
    "random": "pulumi_random",
    "command": "pulumi_command",
}

_FORMAT = 1  # Raise it when the shape of the cached JSON changes.
_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}

Node = dict[str, Any]
"""`{"kind": "string" | "boolean" | "integer" | "number" | "any"}`, `{"kind": "list" | "map", "of": Node}`,
`{"kind": "object", "ref": name}` or `{"kind": "either", "of": [Node, …]}`."""


class NoSuchType(Exception):
    """The installed SDK has no such resource type."""


@dataclass(frozen=True)
class Object:
    """Properties by their camelCase name, and which of them must be given."""

    properties: Mapping[str, Node]
    required: Sequence[str]


@dataclass(frozen=True)
class Schema:
    """One resource type: its inputs, the objects inside them, and the names of its outputs."""

    type: str
    inputs: Object
    objects: Mapping[str, Object]
    outputs: Sequence[str]


@cache
def version_of(package: str) -> str:
    """Version of the installed SDK of a package such as `azure-native`."""
    return importlib.metadata.version(SDKS[package])


def load(token: str, folder: Path | None = None) -> Schema:
    """Schema of a type token; raises `NoSuchType`. `folder` keeps what was read."""
    package = package_of(token)
    name = f"{re.sub(r'[:/]', '_', token)}.json"
    file = folder and folder / f"{package}-{version_of(package)}-{_FORMAT}" / name
    if file and (known := files.read_json(file)):
        return _thaw(known)
    found = read(token)
    if file:
        files.write(file, json.dumps(_freeze(found)))
    return found


def package_of(token: str) -> str:
    """Package of a type token; a provider's own token is `pulumi:providers:PACKAGE`."""
    return token.rpartition(":")[2] if token.startswith("pulumi:providers:") else token.partition(":")[0]


def _freeze(schema: Schema) -> dict[str, Any]:
    objects = {name: vars(each) for name, each in schema.objects.items()}
    return {**vars(schema), "inputs": vars(schema.inputs), "objects": objects}


def _thaw(raw: dict[str, Any]) -> Schema:
    objects = {name: Object(**each) for name, each in raw["objects"].items()}
    return Schema(raw["type"], Object(**raw["inputs"]), objects, raw["outputs"])


def read(token: str) -> Schema:
    """Schema of a type token, read from the SDK's classes."""
    lean.whole_sdk()
    class_ = _class_of(token)
    reader = _Reader()
    inputs = reader.object(_args_of(class_))
    outputs = [getattr(each.fget, "_pulumi_name", name) for name, each in _getters(class_)]
    return Schema(token, inputs, reader.objects, sorted(outputs))


def _getters(class_: type) -> list[tuple[str, property]]:
    found = [(name, each) for name, each in vars(class_).items() if isinstance(each, property)]
    # Plain Python names fall back to camelCase where the SDK keeps no other one.
    return [(_camel(name), each) for name, each in found]


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(each.capitalize() for each in rest)


def _class_of(token: str) -> type:
    module = SDKS[package_of(token)]
    if token.startswith("pulumi:providers:"):
        return typing.cast(type, importlib.import_module(module).Provider)
    found = _modules(module).get(token)
    if found is None:
        raise NoSuchType(f"{token}: no such type in {module} {version_of(package_of(token))}")
    return typing.cast(type, getattr(importlib.import_module(found[0]), found[1]))


def _modules(module: str) -> dict[str, tuple[str, str]]:
    """Type token → (module, class), from the table in the SDK's own `__init__`."""
    spec = importlib.util.find_spec(module)
    text = Path(str(spec and spec.origin)).read_text(encoding="utf-8")
    table = re.search(r'resource_modules="""(.*?)"""', text, re.DOTALL)
    entries = json.loads(table[1]) if table else []
    return {token: (each["fqn"], name) for each in entries for token, name in each["classes"].items()}


def _args_of(class_: type) -> type:
    """The class of a resource's inputs, defined beside it: imports bring others of that name."""
    module = sys.modules[class_.__module__]
    for name in (f"{class_.__name__}InitArgs", f"{class_.__name__}Args"):
        found = vars(module).get(name)
        if inspect.isclass(found) and found.__module__ == module.__name__:
            return found
    raise NoSuchType(f"{class_.__module__}.{class_.__name__}: no class of inputs")


class _Reader:
    """Walks the classes of inputs; objects are kept by name, so that recursive ones end."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}

    def object(self, class_: type) -> Object:
        from pulumi import _types  # The only place that knows the camelCase names.

        names = _types.input_type_py_to_pulumi_names(class_)
        parameters = inspect.signature(class_.__init__).parameters.values()  # type: ignore[misc]
        required = [
            names[each.name] for each in parameters if each.name in names and each.default is each.empty
        ]
        types = _types.input_type_types(class_)
        return Object({name: self.node(type_) for name, type_ in types.items()}, required)

    def node(self, type_: Any) -> Node:
        parts = [each for each in _alternatives(type_) if each is not type(None)]
        nodes = [node for part in parts if (node := self._one(part)) is not None]
        unique = list({json.dumps(node, sort_keys=True): node for node in nodes}.values())
        if not unique:
            return {"kind": "any"}
        return unique[0] if len(unique) == 1 else {"kind": "either", "of": unique}

    def _one(self, type_: Any) -> Node | None:
        origin, arguments = typing.get_origin(type_), typing.get_args(type_)
        if inspect.isclass(origin) and issubclass(origin, Mapping):
            return {"kind": "map", "of": self.node(arguments[1])}
        if inspect.isclass(origin) and issubclass(origin, Sequence):
            return {"kind": "list", "of": self.node(arguments[0])}
        return self._class(type_) if inspect.isclass(type_) else None

    def _class(self, class_: type) -> Node | None:
        if typing.is_typeddict(class_):
            return None  # The same object once more, as a dict.
        if issubclass(class_, enum.Enum):
            return next(({"kind": kind} for base, kind in _PLAIN.items() if issubclass(class_, base)), None)
        if class_ in _PLAIN:
            return {"kind": _PLAIN[class_]}
        if hasattr(class_, "_pulumi_input_type") or class_.__name__.endswith("Args"):
            return self._reference(class_)
        return {"kind": "any"}  # Assets and archives.

    def _reference(self, class_: type) -> Node:
        name = f"{class_.__module__}.{class_.__name__}"
        if name not in self.objects:
            self.objects[name] = Object({}, [])  # Breaks the circle of a recursive type.
            self.objects[name] = self.object(class_)
        return {"kind": "object", "ref": name}


def _alternatives(type_: Any) -> list[Any]:
    """Members of a union without the wrappers that stand for «now or later»."""
    if typing.get_origin(type_) is not typing.Union:
        return [type_]
    members = typing.get_args(type_)
    return [each for each in members if not _is_wrapper(each)]


def _is_wrapper(type_: Any) -> bool:
    origin = typing.get_origin(type_) or type_
    return (
        origin is Awaitable
        or getattr(origin, "__name__", "") == "Output"
        or isinstance(type_, typing.ForwardRef)
    )
