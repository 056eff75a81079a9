"""From configuration to stack outputs: the only code that reads Pulumi's configuration."""

import sys
from typing import Final

import pulumi

from components.core.errors import ModelportError
from infra.exports import exports
from infra.providers import providers
from infra.settings import load
from stacks import platform
from stacks.environments import shape_of
from stacks.plan import plan

# Pulumi's language hosts read it as "the program has said why it failed": no traceback, no further text.
_SAID_WHY: Final = 32
_NOBODY: Final = (
    "modelport:network.allow_from is empty: registries and storage answer inside of the network only, so "
    "images and files are copied, and buckets on Google Cloud made, from there. From elsewhere, add your "
    "address: pulumi config set --path 'modelport:network.allow_from[0]' <your public address>/32"
)


def deploy() -> None:
    """Deploys what the stack's settings ask for; what is wrong is said before any resource."""
    try:
        _deploy()
    except ModelportError as error:
        for line in error.lines:
            pulumi.log.error(line)
        sys.exit(_SAID_WHY)


def _deploy() -> None:
    settings = load()
    if settings.network is not None and not settings.network.allow_from:
        pulumi.log.warn(_NOBODY)
    planned = plan(settings, shape_of(settings.environment))
    made = providers(settings)
    platforms = {cloud: platform.deploy(cloud, planned, made[cloud]) for cloud in planned.clouds}
    for name, value in exports(settings, platforms).items():
        pulumi.export(name, value)
