"""Rules between settings, on values that may still be wrong, so that every problem is said in one go."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.catalog import CLOUDS
from components.core.errors import Problem, nearest
from infra import images
from infra.fields import Path
from infra.problems import came, key_of, remove_command, set_command
from infra.source import Given
from stacks.environments import environments
from stacks.platform import HOLDING_DATA

_FIRST: Final = {
    "aws": ("region", "eu-central-1"),
    "azure": ("location", "westeurope"),
    "gcp": ("project", "example-models-dev"),
}
_GUARDS: Final = {
    "aws": ("account", "111111111111"),
    "azure": ("subscription", "00000000-0000-4000-8000-000000000001"),
    "gcp": ("project", "example-models-prod"),
}


def check(given: Given) -> Iterator[Problem]:
    """Every broken rule; what is not even of the right type is left to the types."""
    if given.stack is not None:
        yield from _environment(given, given.stack)
    yield from _sections(given)
    yield from _guards(given)
    yield from _models(given)
    yield from _unprotect(given)


def _environment(given: Given, stack: str) -> Iterator[Problem]:
    """One environment is one stack, or one stack per cloud."""
    environment = given.values.get("environment")
    if not isinstance(environment, str):
        return
    shown = came(given, ("environment",), environment)
    cloud_of_stack = {f"{environment}-{cloud}": cloud for cloud in CLOUDS}.get(stack)
    if environment != stack and [cloud_of_stack] != _list(given.values.get("clouds")):
        what = f'differs from the name of the stack, "{stack}"'
        allowed = f"{stack}, or a stack <environment>-<cloud> with that cloud only"
        fix = f"{set_command(('environment',), stack)}, or pulumi stack select another stack"
        yield Problem("modelport:environment", what, shown, allowed, fix=fix)
    elif environment not in environments():
        known = environments()
        fix = "add stacks/<environment>.py, or set the environment and the stack to one that exists"
        close = None if shown is None else nearest(environment, known)
        yield Problem("modelport:environment", "has no shape in stacks/", shown, known, close, fix)


def _sections(given: Given) -> Iterator[Problem]:
    """A chosen cloud needs its section."""
    for cloud in _clouds(given):
        if given.values.get(cloud) is None:
            name, example = _FIRST[cloud]
            what = f"is missing, and modelport:clouds names {cloud}"
            yield Problem(key_of((cloud,)), what, fix=set_command((cloud, name), example))
    yield from _doubles(given, ("clouds",), given.values.get("clouds"))


def _guards(given: Given) -> Iterator[Problem]:
    """In prod nothing may ever be made in another account than the one named."""
    if given.values.get("environment") != "prod":
        return
    for cloud in _clouds(given):
        name, example = _GUARDS[cloud]
        section = given.values.get(cloud)
        # The Google Cloud project is required anyway.
        if cloud != "gcp" and isinstance(section, Mapping) and section.get(name) is None:
            fix = set_command((cloud, name), example)
            yield Problem(
                key_of((cloud, name)), "is required in prod, so that no other is ever touched", fix=fix
            )


def _models(given: Given) -> Iterator[Problem]:
    """Each model needs an image and may only run on clouds of the stack."""
    for name, model in _mapping(given.values.get("models")).items():
        if not isinstance(model, Mapping | None):
            continue
        path: Path = ("models", str(name))
        image, clouds = (_mapping(model).get(field) for field in ("image", "clouds"))
        if image is None and given.values.get("image") is None:
            what = "is missing, and modelport:image, which would stand in, is too"
            fix = set_command(("image",), images.EXAMPLE)
            yield Problem(key_of((*path, "image")), what, allowed=images.ALLOWED, fix=fix)
        yield from _doubles(given, (*path, "clouds"), clouds)
        yield from _elsewhere(given, (*path, "clouds"), _list(clouds))


def _elsewhere(given: Given, path: Path, clouds: list[Any]) -> Iterator[Problem]:
    """Clouds of a model that the stack does not have."""
    ours = _clouds(given)
    for index, cloud in enumerate(clouds):
        if ours and cloud in CLOUDS and cloud not in ours:
            here = (*path, index)
            what = "is not a cloud of this stack"
            fix = f"{remove_command(here)}, or {set_command(('clouds', len(ours)), cloud)}"
            shown = came(given, here, cloud)
            yield Problem(key_of(here), what, shown, f"{', '.join(ours)} (modelport:clouds)", fix=fix)


def _unprotect(given: Given) -> Iterator[Problem]:
    """A name that protects nothing would be a wish without effect."""
    names = _list(given.values.get("unprotect"))
    yield from _doubles(given, ("unprotect",), names)
    for index, name in enumerate(names):
        if isinstance(name, str) and name not in HOLDING_DATA:
            here: Path = ("unprotect", index)
            close = None if "unprotect" in given.secret else nearest(name, HOLDING_DATA)
            fix = set_command(here, close) if close else remove_command(here)
            shown = came(given, here, name)
            yield Problem(key_of(here), "names no component that holds data", shown, HOLDING_DATA, close, fix)


def _doubles(given: Given, path: Path, values: Any) -> Iterator[Problem]:
    """What a list names a second time."""
    items = _list(values)
    for index, item in enumerate(items):
        if item in items[:index]:
            here = (*path, index)
            shown = came(given, here, item)
            yield Problem(key_of(here), "is there twice", shown, "each name once", fix=remove_command(here))


def _clouds(given: Given) -> list[str]:
    """The chosen clouds that exist, each once."""
    return [cloud for cloud in CLOUDS if cloud in _list(given.values.get("clouds"))]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
