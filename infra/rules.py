"""Rules between settings, on values that may still be wrong, so that every problem is said in one go."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.catalog import CLOUDS
from components.core.errors import Problem, nearest
from components.storage.contract import LONGEST_DAYS, SHORTEST_STAY
from infra import exposure, images
from infra.exposure import CIDR
from infra.fields import Path
from infra.problems import came, doubles, key_of, remove_command, set_command
from infra.source import Given
from stacks.environments import environments
from stacks.plan import HOLDING_DATA

_NETWORK: Final = {"cidr", "existing", "egress", "allow_from"}
_MOST_SOURCES: Final = 100
"""Half of what a bucket of Google Cloud takes: cloud.google.com/storage/docs/ip-filtering-overview"""

UNRESERVED: Final = 100
"""What Lambda keeps for functions that reserve nothing:
docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

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
    yield from _later(given)
    yield from _reserved(given)
    yield from _network(given)
    yield from exposure.check(given, _mapping(given.values.get("models")))


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
    yield from doubles(given, ("clouds",), given.values.get("clouds"))


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
        yield from doubles(given, (*path, "clouds"), clouds)
        yield from doubles(given, (*path, "targets"), _mapping(model).get("targets"))
        yield from _scale(given, (*path, "scale"), _mapping(_mapping(model).get("scale")))
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


def _scale(given: Given, path: Path, scale: Mapping[Any, Any]) -> Iterator[Problem]:
    """Not more may wait than there may be."""
    least, most = scale.get("min", 0), scale.get("max", 10)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        here = (*path, "min")
        shown = came(given, here, least)
        yield Problem(
            key_of(here), "is more than scale.max", shown, "0 to scale.max", fix=set_command(here, 0)
        )


def _reserved(given: Given) -> Iterator[Problem]:
    """On AWS each model reserves what it may serve at once, and the account has only so much."""
    limit = _mapping(given.values.get("aws")).get("concurrency", 1000)
    scales = [_mapping(_mapping(model).get("scale")) for model in _on_lambda(given)]
    wanted = [(scale.get("max", 10), scale.get("concurrency", 40)) for scale in scales]
    if not isinstance(limit, int) or not all(isinstance(part, int) for pair in wanted for part in pair):
        return
    reserved = sum(most * each for most, each in wanted)
    if "aws" in _clouds(given) and reserved > limit - UNRESERVED:
        here: Path = ("aws", "concurrency")
        what = "is less than what the models reserve (scale.max × scale.concurrency of each), and 100 more"
        shown = came(given, here, limit)
        fix = "lower their scale, or ask AWS for more"
        if not {"aws", "models"} & given.secret:
            fix += f" and {set_command(here, reserved + UNRESERVED)}"
        yield Problem(key_of(here), what, shown, fix=fix)


def _on_lambda(given: Given) -> Iterator[Any]:
    """Models that run as a function on AWS."""
    for model in _mapping(given.values.get("models")).values():
        settings = _mapping(model)
        targets, clouds = settings.get("targets", ["function"]), settings.get("clouds")
        if "function" in _list(targets) and (not _list(clouds) or "aws" in _list(clouds)):
            yield settings


def _later(given: Given) -> Iterator[Problem]:
    """An object moves twice, and the first class has a shortest stay."""
    storage = _mapping(given.values.get("storage"))
    first, second = storage.get("infrequent_after_days", 30), storage.get("archive_after_days", 90)
    if isinstance(first, int) and isinstance(second, int) and second < first + SHORTEST_STAY:
        here: Path = ("storage", "archive_after_days")
        least = f"{SHORTEST_STAY} days more than infrequent_after_days"
        shown = came(given, here, second)
        yield Problem(key_of(here), "comes too soon", shown, least, fix=set_command(here, LONGEST_DAYS))


def _network(given: Given) -> Iterator[Problem]:
    """A range to make a network in, or networks that exist."""
    network = given.values.get("network")
    if not isinstance(network, Mapping):
        return
    yield from doubles(given, ("network", "allow_from"), network.get("allow_from"))
    sources = _list(network.get("allow_from"))
    if len(sources) > _MOST_SOURCES:
        what = f"has {len(sources)} ranges, which is more than every cloud takes"
        fix = "join them into wider ones, or deploy from inside of the network"
        yield Problem(key_of(("network", "allow_from")), what, allowed=f"{_MOST_SOURCES} at most", fix=fix)
    existing = network.get("existing")
    # What is mistyped is said by itself, with what was meant.
    if existing is None and network.get("cidr") is None and set(network) <= _NETWORK:
        what = "is missing: a range to make a network in, or networks that exist in network.existing"
        yield Problem(key_of(("network", "cidr")), what, fix=set_command(("network", "cidr"), CIDR))
    for key in ("cidr", "egress"):
        if existing is not None and network.get(key) is not None:
            what = "has no effect beside network.existing, where range and routes are given"
            yield Problem(key_of(("network", key)), what, fix=remove_command(("network", key)))
    if isinstance(existing, Mapping):
        yield from _existing(given, existing)


def _existing(given: Given, existing: Mapping[Any, Any]) -> Iterator[Problem]:
    """One network for each cloud of the stack, and for no other."""
    for cloud in CLOUDS:
        here: Path = ("network", "existing", cloud)
        if cloud in _clouds(given) and existing.get(cloud) is None:
            what = f"is missing, and modelport:clouds names {cloud}"
            parts = "network, functions" if cloud != "azure" else "network, functions, endpoints and zones"
            fix = f"give its {parts}, or {remove_command(('network', 'existing'))}"
            yield Problem(key_of(here), what, fix=f"{fix} && {set_command(('network', 'cidr'), CIDR)}")
        elif cloud not in _clouds(given) and existing.get(cloud) is not None:
            what = f"has no effect: the stack is not on {cloud}"
            yield Problem(key_of(here), what, fix=remove_command(here))


def _unprotect(given: Given) -> Iterator[Problem]:
    """A name that protects nothing would be a wish without effect."""
    names = _list(given.values.get("unprotect"))
    yield from doubles(given, ("unprotect",), names)
    for index, name in enumerate(names):
        if isinstance(name, str) and name not in HOLDING_DATA:
            here: Path = ("unprotect", index)
            close = None if "unprotect" in given.secret else nearest(name, HOLDING_DATA)
            fix = set_command(here, close) if close else remove_command(here)
            shown = came(given, here, name)
            yield Problem(key_of(here), "names no component that holds data", shown, HOLDING_DATA, close, fix)


def _clouds(given: Given) -> list[str]:
    """The chosen clouds that exist, each once."""
    return [cloud for cloud in CLOUDS if cloud in _list(given.values.get("clouds"))]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
