"""What a stack will consist of, checked as a whole before the first resource."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import pulumi

from components import catalog
from components.catalog import Id, Wanted
from components.core.component import ComponentArgs
from components.core.context import Context
from components.core.digests import digest_of
from components.core.errors import ConfigurationError, Problem, nearest
from components.core.sizes import Size
from components.function.access import Access, Mode
from components.function.scale import Scale
from components.network.contract import SIDES, Side
from components.network.existing import Existing
from components.storage.artifact import Artifact

if TYPE_CHECKING:
    from infra.models import ModelSettings
    from infra.settings import Settings

LANDING = "landing"
KEY = "key"
REGISTRY = "registry"
NETWORK = "network"
STORAGE = "storage"
HOST = "host"
HOLDING_DATA = (KEY, REGISTRY, STORAGE)
"""Components with children that hold data: what `modelport:unprotect` may name."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What an environment adds or leaves out."""

    protect: bool
    """Whether children that hold data refuse to be deleted."""

    encryption: Literal["provider", "customer"] = "provider"
    """Whose keys data at rest is encrypted with, unless the settings say so."""

    access: Mode = "authenticated"
    """Who may call a model that does not say so itself; `private`: the environment needs a network, and what
    the internet reaches needs to be named."""

    zones: int = 2
    """How many zones a network spans."""

    access_logs: bool = False
    """Whether it is kept who read and wrote what in the storage, as long as logs are."""


@dataclass(frozen=True)
class Plan:
    """Everything that will be made."""

    models: Mapping[str, tuple[str, ...]]
    """Cloud to its models, both sorted; a cloud without models is left out."""

    args: Mapping[Id, ComponentArgs]

    artifacts: Mapping[str, Artifact]
    """Model to its file, for those that have one outside of the image."""

    @property
    def clouds(self) -> tuple[str, ...]:
        """The clouds on which something is made."""
        return tuple(self.models)

    def has(self, capability: str, cloud: str, name: str) -> bool:
        """Whether a component is planned."""
        return Id(capability, cloud, name) in self.args


def plan(settings: "Settings", shape: Shape) -> Plan:
    """Checks everything and makes nothing; raises `ConfigurationError` with all problems at once."""
    models = {
        cloud: tuple(sorted(name for name in settings.models if cloud in settings.clouds_of(name)))
        for cloud in settings.clouds
    }
    models = {cloud: names for cloud, names in models.items() if names}
    context = Context(project=pulumi.get_project(), environment=settings.environment, owner=settings.owner)
    problems = list(_unknown_names(settings.unprotect))
    try:
        args = catalog.check(context, list(_wanted(settings, shape, models)))
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return Plan(models, args, _artifacts(settings))


def _wanted(settings: "Settings", shape: Shape, models: Mapping[str, tuple[str, ...]]) -> Iterator[Wanted]:
    """Every component of every cloud, with the setting that a problem of it belongs to."""
    for cloud, names in models.items():
        wanted = [*_shared(settings, shape, cloud, names), *_each(settings, shape, cloud, names)]
        used = {one.capability for one in wanted}
        capabilities = tuple(each for each in catalog.CAPABILITIES if each in used)
        place = {**_place(settings, cloud), "capabilities": capabilities}
        yield Wanted("landing", cloud, LANDING, place, f"modelport:{cloud}")
        yield from wanted


def _shared(settings: "Settings", shape: Shape, cloud: str, names: tuple[str, ...]) -> Iterator[Wanted]:
    """What all models of a cloud have in common."""
    if (settings.encryption or shape.encryption) == "customer":
        key = {"protect": shape.protect and KEY not in settings.unprotect}
        yield Wanted("key", cloud, KEY, key, "modelport:encryption")
    if settings.network is not None:
        yield Wanted("network", cloud, NETWORK, _network(settings, shape, cloud), "modelport:network")
    registry = {
        "models": names,
        "in_use": {name: digest_of(settings.image_of(name)) for name in names},
        **settings.registry.model_dump(),
        "protect": shape.protect and REGISTRY not in settings.unprotect,
    }
    yield Wanted("registry", cloud, REGISTRY, registry, "modelport:registry")
    storage = {
        **settings.storage.model_dump(),
        "access_logs_days": settings.monitoring.retention_days if shape.access_logs else None,
        "protect": shape.protect and STORAGE not in settings.unprotect,
    }
    yield Wanted("storage", cloud, STORAGE, storage, "modelport:storage")
    run = [settings.models[name] for name in names if "function" in settings.models[name].targets]
    if run:
        sides = {_mode(shape, model) for model in run}
        host = {**settings.monitoring.model_dump(), "sides": _sides(sides)}
        yield Wanted("host", cloud, HOST, host, "modelport:monitoring")


def _network(settings: "Settings", shape: Shape, cloud: str) -> dict[str, object]:
    network = settings.network
    assert network is not None
    existing = getattr(network.existing, cloud) if network.existing else None
    return {
        "cidr": network.cidr,
        "existing": Existing(**existing.model_dump()) if existing else None,
        "zones": shape.zones,
        "egress": network.egress,
        "allow_from": network.allow_from,
        **settings.monitoring.model_dump(),
    }


def _sides(modes: set[Mode]) -> tuple[Side, ...]:
    """Where the addresses of all functions are."""
    return tuple(side for side in SIDES if side in {Access(mode=mode).side for mode in modes})


def _mode(shape: Shape, model: "ModelSettings") -> Mode:
    return shape.access if model.access is None else cast(Mode, model.access)


def _each(settings: "Settings", shape: Shape, cloud: str, names: tuple[str, ...]) -> Iterator[Wanted]:
    """What each model has for itself."""
    for name in names:
        model, setting = settings.models[name], f"modelport:models.{name}"
        image = {"model": name, "source": settings.image_of(name)}
        yield Wanted("image", cloud, name, image, setting)
        if model.targets:
            inside = settings.network is not None
            identity = {"model": name, "runs": model.targets, "in_network": inside}
            yield Wanted("identity", cloud, name, identity, setting)
        if "function" in model.targets:
            yield Wanted(
                "function", cloud, name, _function(settings, shape, cloud, name), setting, below=True
            )


def _function(settings: "Settings", shape: Shape, cloud: str, name: str) -> dict[str, object]:
    model = settings.models[name]
    return {
        "model": name,
        "digest": digest_of(settings.image_of(name)),
        "size": Size(**model.size.model_dump()),
        "scale": Scale(**model.scale.model_dump()),
        "timeout_seconds": model.timeout_seconds,
        "access": _access(settings, cloud, model, _mode(shape, model)),
        "environment": dict(model.environment),
    }


def _access(settings: "Settings", cloud: str, model: "ModelSettings", mode: Mode) -> Access:
    callers: tuple[str, ...] = getattr(model.callers, cloud)
    if cloud != "azure":
        return Access(mode=mode, callers=callers)
    azure = settings.azure
    return Access(mode=mode, callers=callers, application=azure.auth_client_id, tenant=azure.tenant)


def _artifacts(settings: "Settings") -> dict[str, Artifact]:
    return {
        name: Artifact(**model.artifact.model_dump())
        for name, model in settings.models.items()
        if model.artifact
    }


def _place(settings: "Settings", cloud: str) -> dict[str, object]:
    """Where everything of a cloud goes, in the same words for all clouds."""
    if cloud == "aws":
        return {"region": settings.aws.region, "account": settings.aws.account}
    if cloud == "azure":
        return {"region": settings.azure.location, "account": settings.azure.subscription}
    return {"region": settings.gcp.region, "account": settings.gcp.project}


def _unknown_names(unprotect: tuple[str, ...]) -> Iterator[Problem]:
    """Names that nothing could be unprotected by."""
    for name in unprotect:
        if name not in HOLDING_DATA:
            yield Problem(
                "modelport:unprotect",
                "nothing of this name holds data",
                came=name,
                allowed=HOLDING_DATA,
                nearest=nearest(name, HOLDING_DATA),
                fix=f"pulumi config set --path 'modelport:unprotect[0]' {REGISTRY}",
            )
