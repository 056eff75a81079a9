"""Builds one component of any cell of the grid, with everything that it needs before it."""

from collections.abc import Callable
from typing import Any

import pulumi

from components import catalog
from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core.component import Component
from components.core.context import Context
from components.image.contract import Image, ImageArgs, ImageLinks
from components.registry.contract import Registry, RegistryArgs, RegistryLinks

DIGEST = "sha256:" + "a1" * 32
SOURCE = f"ghcr.io/example/height@{DIGEST}"
PLACES = {
    "aws": {"region": "eu-central-1", "account": "111111111111"},
    "azure": {"region": "westeurope", "account": "00000000-0000-4000-8000-000000000001"},
    "gcp": {"region": "europe-west1", "account": "example-models-dev"},
}
CELLS = [(capability, cloud) for capability in catalog.CAPABILITIES for cloud in catalog.CLOUDS]


def landing(cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None) -> Landing:
    """The landing of a cloud."""
    args = LandingArgs(context=context, capabilities=("registry", "image"), **PLACES[cloud])
    return catalog.implementation(Landing, cloud)("landing", args, LandingLinks(), opts)


def registry(
    cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None, **changes: Any
) -> Registry:
    """A registry for two models, one of which runs."""
    values = {"models": ("height", "weight"), "in_use": {"height": DIGEST}, **changes}
    args = RegistryArgs(context=context, **values)
    links = RegistryLinks(landing(cloud, context, opts))
    return catalog.implementation(Registry, cloud)("registry", args, links, opts)


def image(cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None) -> Image:
    """A copy of the image of one model."""
    args = ImageArgs(context=context, model="height", source=SOURCE)
    links = ImageLinks(registry(cloud, context, opts))
    return catalog.implementation(Image, cloud)("height", args, links, opts)


BUILDERS: dict[str, Callable[..., Component[Any, Any]]] = {
    "landing": landing,
    "registry": registry,
    "image": image,
}
