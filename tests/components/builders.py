"""Builds one component of any cell of the grid, with everything that it needs before it."""

from collections.abc import Callable
from typing import Any

import pulumi

from components import catalog
from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core.component import Component
from components.core.context import Context
from components.function.access import Access
from components.function.contract import Function, FunctionArgs, FunctionLinks
from components.host.contract import Host, HostArgs, HostLinks
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.image.contract import Image, ImageArgs, ImageLinks
from components.key.contract import Key, KeyArgs, KeyLinks
from components.network.contract import Network, NetworkArgs, NetworkLinks
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from components.storage.contract import Storage, StorageArgs, StorageLinks

Builder = Callable[..., Component[Any, Any]]

DIGEST = "sha256:" + "a1" * 32
SOURCE = f"ghcr.io/example/height@{DIGEST}"
PLACES = {
    "aws": {"region": "eu-central-1", "account": "111111111111"},
    "azure": {"region": "westeurope", "account": "00000000-0000-4000-8000-000000000001"},
    "gcp": {"region": "europe-west1", "account": "example-models-dev"},
}
TENANT = "00000000-0000-4000-8000-00000000000a"
ACCESS = {
    "aws": Access(callers=("arn:aws:iam::111111111111:role/caller",)),
    "azure": Access(
        callers=("00000000-0000-4000-8000-0000000000c1",),
        application="00000000-0000-4000-8000-0000000000a1",
        tenant=TENANT,
    ),
    "gcp": Access(callers=("serviceAccount:caller@example-callers.iam.gserviceaccount.com",)),
}
"""One caller on each cloud."""
CAPABILITIES = tuple(each for each in catalog.CAPABILITIES if each != "landing")
CELLS = [(capability, cloud) for capability in catalog.CAPABILITIES for cloud in catalog.CLOUDS]


def landing(cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None) -> Landing:
    """The landing of a cloud."""
    args = LandingArgs(context=context, capabilities=CAPABILITIES, **PLACES[cloud])
    return catalog.implementation(Landing, cloud)("landing", args, LandingLinks(), opts)


def key(cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None, **changes: Any) -> Key:
    """A key of ours, and every service that may use it."""
    args = KeyArgs(context=context, **changes)
    return catalog.implementation(Key, cloud)("key", args, KeyLinks(landing(cloud, context, opts)), opts)


def network(
    cloud: str,
    context: Context,
    opts: pulumi.ResourceOptions | None = None,
    reached: bool = False,
    **changes: Any,
) -> Network:
    """A network made from a range, with a way to the internet; a registry has an address in it if asked."""
    made = joining(cloud, context, landing(cloud, context, opts), opts, **changes)
    if reached:
        made.reach("registry-endpoint", "registry", pulumi.Output.from_input("the registry's id"))
    return made


def joining(
    cloud: str,
    context: Context,
    ground: Landing,
    opts: pulumi.ResourceOptions | None = None,
    **changes: Any,
) -> Network:
    """That network, on a landing that is there."""
    values = {"cidr": "10.20.0.0/16", "egress": "internet", **changes}
    args = NetworkArgs(context=context, **values)
    return catalog.implementation(Network, cloud)("network", args, NetworkLinks(ground), opts)


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


def storage(
    cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None, **changes: Any
) -> Storage:
    """A storage with the defaults."""
    args = StorageArgs(context=context, **changes)
    return catalog.implementation(Storage, cloud)(
        "storage", args, StorageLinks(landing(cloud, context, opts)), opts
    )


def identity(cloud: str, context: Context, opts: pulumi.ResourceOptions | None = None) -> Identity:
    """The identity of one model."""
    args = IdentityArgs(context=context, model="height")
    return catalog.implementation(Identity, cloud)(
        "height", args, IdentityLinks(landing(cloud, context, opts)), opts
    )


def host(
    cloud: str,
    context: Context,
    opts: pulumi.ResourceOptions | None = None,
    inside: bool = False,
    **changes: Any,
) -> Host:
    """What functions share; inside of a network, on both sides."""
    ground = landing(cloud, context, opts)
    if inside:
        changes["sides"] = ("internal", "external")
    links = HostLinks(ground, network=joining(cloud, context, ground, opts) if inside else None)
    return catalog.implementation(Host, cloud)("host", HostArgs(context=context, **changes), links, opts)


def function(
    cloud: str,
    context: Context,
    opts: pulumi.ResourceOptions | None = None,
    retention_days: int = 30,
    **changes: Any,
) -> Function:
    """One model with one caller, everything it needs made once."""
    ground = landing(cloud, context, opts)
    logs = HostArgs(context=context, retention_days=retention_days)
    images = catalog.implementation(Registry, cloud)(
        "registry", RegistryArgs(context=context, models=("height",)), RegistryLinks(ground), opts
    )
    links = FunctionLinks(
        landing=ground,
        host=catalog.implementation(Host, cloud)("host", logs, HostLinks(ground), opts),
        registry=images,
        image=catalog.implementation(Image, cloud)(
            "height", ImageArgs(context=context, model="height", source=SOURCE), ImageLinks(images), opts
        ),
        identity=catalog.implementation(Identity, cloud)(
            "height", IdentityArgs(context=context, model="height"), IdentityLinks(ground), opts
        ),
        variables={"EXTRA": pulumi.Output.from_input("from elsewhere")},
    )
    values = {"model": "height", "digest": DIGEST, "access": ACCESS[cloud], **changes}
    args = FunctionArgs(context=context, **values)
    return catalog.implementation(Function, cloud)("height", args, links, opts)


BUILDERS: dict[str, Builder] = {
    "landing": landing,
    "key": key,
    "network": network,
    "registry": registry,
    "image": image,
    "storage": storage,
    "identity": identity,
    "host": host,
    "function": function,
}
