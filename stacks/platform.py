"""What one cloud consists of, put together from the catalog."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import pulumi

from components import catalog
from components.catalog import Key, Wanted
from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core.component import ComponentArgs
from components.core.context import Context
from components.core.digests import digest_of
from components.core.errors import ConfigurationError, Problem, nearest
from components.image.contract import Image, ImageArgs, ImageLinks
from components.registry.contract import Registry, RegistryArgs, RegistryLinks

if TYPE_CHECKING:
    from infra.settings import Settings

LANDING = "landing"
REGISTRY = "registry"
HOLDING_DATA = (REGISTRY,)
"""Components with children that hold data: what `modelport:unprotect` may name."""

Some = TypeVar("Some", bound=ComponentArgs)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What an environment adds or leaves out."""

    protect: bool
    """Whether children that hold data refuse to be deleted."""


@dataclass(frozen=True)
class Plan:
    """Everything that will be made, checked, before the first resource."""

    models: Mapping[str, tuple[str, ...]]
    """Cloud to its models, both sorted; a cloud without models is left out."""

    args: Mapping[Key, ComponentArgs]

    @property
    def clouds(self) -> tuple[str, ...]:
        """The clouds on which something is made."""
        return tuple(self.models)

    def of(self, kind: type[Some], capability: str, cloud: str, name: str) -> Some:
        """The arguments of one component."""
        return cast(Some, self.args[Key(capability, cloud, name)])


@dataclass(frozen=True)
class Platform:
    """What was made on one cloud."""

    cloud: str
    landing: Landing
    registry: Registry
    images: Mapping[str, Image]
    """Model to its image."""


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
    return Plan(models, args)


def deploy(cloud: str, plan: Plan, provider: pulumi.ProviderResource) -> Platform:
    """Makes everything of one cloud with this provider."""
    opts = pulumi.ResourceOptions(provider=provider)
    landing = catalog.implementation(Landing, cloud)(
        LANDING, plan.of(LandingArgs, "landing", cloud, LANDING), LandingLinks(), opts
    )
    registry = catalog.implementation(Registry, cloud)(
        REGISTRY, plan.of(RegistryArgs, "registry", cloud, REGISTRY), RegistryLinks(landing), opts
    )
    make = catalog.implementation(Image, cloud)
    images = {
        model: make(model, plan.of(ImageArgs, "image", cloud, model), ImageLinks(registry), opts)
        for model in plan.models[cloud]
    }
    return Platform(cloud, landing, registry, images)


def _wanted(settings: "Settings", shape: Shape, models: Mapping[str, tuple[str, ...]]) -> Iterator[Wanted]:
    """Every component of every cloud, with the setting that a problem of it belongs to."""
    for cloud, names in models.items():
        place = _place(settings, cloud)
        yield Wanted("landing", cloud, LANDING, place, f"modelport:{cloud}")
        registry = {
            "models": names,
            "in_use": {name: digest_of(settings.image_of(name)) for name in names},
            "keep_images": settings.registry.keep_images,
            "untagged_days": settings.registry.untagged_days,
            "protect": shape.protect and REGISTRY not in settings.unprotect,
        }
        yield Wanted("registry", cloud, REGISTRY, registry, "modelport:registry")
        for name in names:
            image = {"model": name, "source": settings.image_of(name)}
            yield Wanted("image", cloud, name, image, f"modelport:models.{name}")


def _place(settings: "Settings", cloud: str) -> dict[str, object]:
    """Where everything of a cloud goes, in the same words for all clouds."""
    capabilities = ("registry", "image")
    if cloud == "aws":
        where = {"region": settings.aws.region, "account": settings.aws.account}
    elif cloud == "azure":
        where = {"region": settings.azure.location, "account": settings.azure.subscription}
    else:
        where = {"region": settings.gcp.region, "account": settings.gcp.project}
    return {**where, "capabilities": capabilities}


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
