"""What is known of each resource type beyond its schema: read from `facts/*.yaml`, strict about every key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
FILES = {"aws": "aws", "azure-native": "azure", "gcp": "gcp", "random": "random", "command": "command"}
UNIQUE = ("global", "account", "region", "project", "resource-group", "parent")
SUFFIXES = ("hex7", "hex8", "uuid", "copy")


class BadFacts(Exception):
    """A facts file says something that nobody would read."""


class NoFacts(LookupError):
    """Nothing is known of this type, so the sandbox cannot play it."""


@dataclass(frozen=True, kw_only=True)
class Autoname:
    """The property that is named by itself when left out: logical name, separator, suffix."""

    property: str
    separator: str = ""
    suffix: str = "hex7"
    max: int = 255

    def __post_init__(self) -> None:
        if self.suffix not in SUFFIXES:
            raise BadFacts(f"autoname.suffix {self.suffix!r}; allowed: {', '.join(SUFFIXES)}")


@dataclass(frozen=True, kw_only=True)
class Name:
    """What the cloud accepts as a name, and among whom it must be unique."""

    property: str
    pattern: str = ""
    min: int = 1
    max: int = 0
    unique: str = "parent"

    def __post_init__(self) -> None:
        if self.unique not in UNIQUE:
            raise BadFacts(f"name.unique {self.unique!r}; allowed: {', '.join(UNIQUE)}")


@dataclass(frozen=True, kw_only=True)
class Model:
    """The vendor's own model of the API, from botocore: the shape of an input, and property → member."""

    service: str
    input: str
    members: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One resource type.

    Paths are dotted and walk through lists; a path in `immutable` covers everything below it.
    """

    type: str
    id: str
    """Template of the id: `{property}`, `{property:lower}` or a word of `computed.WORDS`."""
    source: Sequence[str]
    name: Name | None = None
    autoname: Autoname | None = None
    immutable: Sequence[str] = ()
    """Inputs whose change replaces the resource."""
    refused_change: Sequence[str] = ()
    """Inputs whose change looks like an update in the preview and is refused by the cloud."""
    delete_first: str = "never"
    """When a replacement deletes first: `never`, `always`, or `named` (the name was given and stays)."""
    computed: Mapping[str, Any] = field(default_factory=dict)
    preview: Sequence[str] = ()
    """Outputs that the provider knows in the preview of a creation already."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    """Per path: a list of words, `{min, max}`, `{pattern}`, `{region: cloud}`; `fold: true` ignores case."""
    sticky: Sequence[str] = ()
    """Inputs that make no difference when they are left out after they were set."""
    json: Sequence[str] = ()
    """Inputs that are JSON text: an object is turned into text, and only their meaning is compared."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """Inputs compared without regard to `case`, or to `case-and-space`."""
    fill: Mapping[str, str] = field(default_factory=dict)
    """Inputs that the provider's configuration fills in: property → key of the configuration."""
    fill_at: str = "create"
    """`check`: the filled value becomes an input; `create`: it is an output only."""
    upsert: bool = False
    """Creation silently takes over what exists."""
    exists: str = "the resource already exists"
    """What the cloud says when a resource with this name exists (a template)."""
    model: Model | None = None
    rules: Sequence[str] = ()
    """Ids of rules in `sandbox/rules`."""
    unchecked: Sequence[str] = ()
    """What the real provider or cloud enforces and the sandbox does not."""

    @property
    def package(self) -> str:
        """The provider's package, such as `azure-native`."""
        return self.type.partition(":")[0]


def _build(class_: type, where: str, raw: Any) -> Any:
    known = {each.name for each in fields(class_)}
    if not isinstance(raw, Mapping):
        raise BadFacts(f"{where}: a mapping is needed, came {raw!r}")
    if unknown := sorted(set(raw) - known):
        raise BadFacts(f"{where}: unknown {', '.join(unknown)}; allowed: {', '.join(sorted(known))}")
    try:
        return class_(**raw)
    except (TypeError, BadFacts) as error:
        raise BadFacts(f"{where}: {error}") from error


def parse(type_: str, raw: Mapping[str, Any]) -> Facts:
    """Facts of one type from one entry of a YAML file; raises `BadFacts`."""
    parts = dict(raw)
    for key, class_ in (("name", Name), ("autoname", Autoname), ("model", Model)):
        if key in parts:
            parts[key] = _build(class_, f"{type_}.{key}", parts[key])
    if not parts.get("source"):
        raise BadFacts(f"{type_}: source is missing; say where the facts were read")
    made: Facts = _build(Facts, type_, {"type": type_, **parts})
    return made


@cache
def of_package(package: str) -> Mapping[str, Facts]:
    """Facts of every type of a package."""
    path = FOLDER / f"{FILES[package]}.yaml"
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return {type_: parse(type_, raw) for type_, raw in entries.items()}


def of(type_: str) -> Facts:
    """Facts of a type; raises `NoFacts` with what to do."""
    package = type_.partition(":")[0]
    known = of_package(package) if package in FILES else {}
    if type_ not in known:
        raise NoFacts(
            f"no facts for {type_}, so the sandbox would only pretend to make it: "
            f"add it to sandbox/facts/{FILES.get(package, package)}.yaml"
        )
    return known[type_]


@cache
def clouds() -> Mapping[str, Any]:
    """Facts of whole clouds: regions, roles, APIs."""
    found: Mapping[str, Any] = yaml.load((FOLDER / "clouds.yaml").read_text(encoding="utf-8"), Loader=_LOADER)
    return found


# The C parser where PyYAML was built with it: every plugin reads a file before it answers.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
