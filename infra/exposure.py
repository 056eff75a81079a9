"""Rules on who may call a model and from where, on values that may still be wrong."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from components.catalog import CLOUDS
from components.core.errors import Problem, nearest
from infra.fields import Path
from infra.problems import came, doubles, key_of, remove_command, set_command
from infra.source import Given
from stacks.environments import environments, shape_of

CIDR: Final = "10.20.0.0/16"
"""A range for commands."""

_ENTRA: Final = {
    "auth_client_id": "00000000-0000-4000-8000-0000000000a1",
    "tenant": "00000000-0000-4000-8000-00000000000a",
}


def check(given: Given, models: Mapping[Any, Any]) -> Iterator[Problem]:
    """Every broken rule; what is not even of the right type is left to the types."""
    runs = {str(name): model for name, model in models.items() if isinstance(model, Mapping | None)}
    access = {name: _access(given, model) for name, model in runs.items()}
    yield from _outside(given, access)
    yield from _inside(given, {name: access[name] for name, model in runs.items() if _runs(model or {})})
    yield from _allowed(given, access)
    for name, model in runs.items():
        yield from _idle(name, model or {})
        yield from _callers(given, name, model or {})
    yield from _entra(given, runs)


def _outside(given: Given, access: Mapping[str, Any]) -> Iterator[Problem]:
    """What the internet reaches is named a second time, where a reviewer looks."""
    allowed = _names(given)
    free = count(len(allowed))
    for name, mode in access.items():
        if mode in _reaching(given) and name not in allowed:
            who = "everybody may" if mode == "public" else "the internet may try to"
            fix = f"if {who} call it, {set_command(('allow_public', next(free)), name)}"
            what = f"is {mode}, and the model is not on modelport:allow_public"
            yield Problem(key_of(("models", name, "access")), what, fix=fix)


def _inside(given: Given, access: Mapping[str, Any]) -> Iterator[Problem]:
    """What is private is so inside of a network, and where models are by default, everything is closed."""
    if given.values.get("network") is not None:
        return
    names = ", ".join(name for name, mode in access.items() if mode == "private")
    why = f"private models have their addresses in it ({names})"
    if _usual(given) == "private":
        why = f"registries and storage of {given.values.get('environment')} answer inside of one only"
    if names or _usual(given) == "private":
        fix = set_command(("network", "cidr"), CIDR)
        yield Problem("modelport:network", f"is missing: {why}", fix=fix)


def _reaching(given: Given) -> tuple[str, ...]:
    """The kinds of access that must be allowed by name: more of them where models are private by default."""
    return ("public", "authenticated") if _usual(given) == "private" else ("public",)


def _usual(given: Given) -> str:
    """The access of a model that does not say so itself; what is no environment is said elsewhere."""
    environment = given.values.get("environment")
    known = isinstance(environment, str) and environment in environments()
    return shape_of(str(environment)).access if known else "authenticated"


def _allowed(given: Given, access: Mapping[str, Any]) -> Iterator[Problem]:
    """A name that opens nothing would be a door left ajar for later."""
    yield from doubles(given, ("allow_public",), given.values.get("allow_public"))
    for index, name in enumerate(_names(given)):
        here: Path = ("allow_public", index)
        fix = remove_command(here)
        shown = came(given, here, name)
        if not isinstance(name, str) or not access:
            continue
        if name not in access:
            close = None if "allow_public" in given.secret else nearest(name, access)
            fix = set_command(here, close) if close else fix
            yield Problem(key_of(here), "is no model", shown, sorted(access), close, fix)
        elif access[name] not in _reaching(given):
            what = f"names a model whose access is not {' or '.join(_reaching(given))}"
            fix += f", or {set_command(('models', name, 'access'), 'public')}"
            yield Problem(key_of(here), what, shown, fix=fix)


def _idle(name: str, model: Mapping[str, Any]) -> Iterator[Problem]:
    """What is said of a function that the model does not run as."""
    for key in ("artifact", "callers", "access"):
        if model.get(key) and not _runs(model):
            here: Path = ("models", name, key)
            yield Problem(key_of(here), "has no effect: the model has no targets", fix=remove_command(here))


def _callers(given: Given, name: str, model: Mapping[str, Any]) -> Iterator[Problem]:
    """Callers where nobody asks who calls, or on a cloud where the model is not."""
    callers = model.get("callers")
    if not isinstance(callers, Mapping):
        return
    path: Path = ("models", name, "callers")
    own = model.get("clouds") or given.values.get("clouds")
    for cloud in CLOUDS:
        if not callers.get(cloud):
            continue
        here = (*path, cloud)
        yield from doubles(given, here, callers[cloud])
        if _access(given, model) == "public":
            what = "has no effect: everybody may call what is public"
            yield Problem(key_of(here), what, fix=remove_command(here))
        elif isinstance(own, list | tuple) and cloud not in own:
            what = f"has no effect: the model is not on {cloud}"
            yield Problem(key_of(here), what, fix=remove_command(here))


def _entra(given: Given, models: Mapping[str, Any]) -> Iterator[Problem]:
    """Azure asks for a token of an application, of one directory."""
    section = given.values.get("azure")
    clouds = given.values.get("clouds")
    if not isinstance(section, Mapping) or not isinstance(clouds, list | tuple) or "azure" not in clouds:
        return
    if any(_asks_on_azure(given, model or {}) for model in models.values()):
        for field, example in _ENTRA.items():
            if section.get(field) is None:
                what = "is missing: without it nobody can be asked who calls a model on Azure"
                yield Problem(key_of(("azure", field)), what, fix=set_command(("azure", field), example))


def _asks_on_azure(given: Given, model: Mapping[str, Any]) -> bool:
    clouds = model.get("clouds")
    on_azure = "azure" in clouds if isinstance(clouds, list | tuple) and clouds else True
    return on_azure and _runs(model) and _access(given, model) in ("private", "authenticated")


def _runs(model: Mapping[str, Any]) -> bool:
    targets = model.get("targets", ["function"])
    return not isinstance(targets, list | tuple) or "function" in targets


def _access(given: Given, model: Mapping[str, Any] | None) -> Any:
    said = (model or {}).get("access")
    return _usual(given) if said is None else said


def _names(given: Given) -> list[Any]:
    names = given.values.get("allow_public")
    return list(names) if isinstance(names, list | tuple) else []
