"""The grid: every capability on every cloud, and the check of everything before the first resource."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

from components.core.component import Component, ComponentArgs
from components.core.context import Context
from components.core.errors import ConfigurationError, InvalidArgument, ModelportError, Problem

CLOUDS = ("aws", "azure", "gcp")

CONTRACTS: Mapping[str, str] = {
    "landing": "components.clouds.landing.Landing",
    "key": "components.key.contract.Key",
    "network": "components.network.contract.Network",
    "registry": "components.registry.contract.Registry",
    "image": "components.image.contract.Image",
    "storage": "components.storage.contract.Storage",
    "identity": "components.identity.contract.Identity",
    "host": "components.host.contract.Host",
    "function": "components.function.contract.Function",
}

GRID: Mapping[str, Mapping[str, str]] = {
    "landing": {
        "aws": "components.clouds.aws.AwsLanding",
        "azure": "components.clouds.azure.AzureLanding",
        "gcp": "components.clouds.gcp.GcpLanding",
    },
    "key": {
        "aws": "components.key.aws.AwsKey",
        "azure": "components.key.azure.AzureKey",
        "gcp": "components.key.gcp.GcpKey",
    },
    "network": {
        "aws": "components.network.aws.AwsNetwork",
        "azure": "components.network.azure.AzureNetwork",
        "gcp": "components.network.gcp.GcpNetwork",
    },
    "registry": {
        "aws": "components.registry.aws.AwsRegistry",
        "azure": "components.registry.azure.AzureRegistry",
        "gcp": "components.registry.gcp.GcpRegistry",
    },
    "image": {
        "aws": "components.image.aws.AwsImage",
        "azure": "components.image.azure.AzureImage",
        "gcp": "components.image.gcp.GcpImage",
    },
    "storage": {
        "aws": "components.storage.aws.AwsStorage",
        "azure": "components.storage.azure.AzureStorage",
        "gcp": "components.storage.gcp.GcpStorage",
    },
    "identity": {
        "aws": "components.identity.aws.AwsIdentity",
        "azure": "components.identity.azure.AzureIdentity",
        "gcp": "components.identity.gcp.GcpIdentity",
    },
    "host": {
        "aws": "components.host.aws.AwsHost",
        "azure": "components.host.azure.AzureHost",
        "gcp": "components.host.gcp.GcpHost",
    },
    "function": {
        "aws": "components.function.aws.AwsFunction",
        "azure": "components.function.azure.AzureFunction",
        "gcp": "components.function.gcp.GcpFunction",
    },
}
"""Paths rather than classes: only the SDKs of the clouds in use are ever loaded."""

CAPABILITIES = tuple(GRID)

Kind = TypeVar("Kind", bound=Component[Any, Any])


class Id(NamedTuple):
    """Which component is meant."""

    capability: str
    cloud: str
    name: str


@dataclass(frozen=True)
class Wanted:
    """One component that is asked for, in values that nobody has checked yet."""

    capability: str
    cloud: str
    name: str
    values: Mapping[str, Any]
    """The arguments, without `context`."""

    setting: str
    """The setting it comes from, for messages: `modelport:models.height`."""

    below: bool = False
    """Whether its arguments are called like the settings below that one."""

    @property
    def key(self) -> Id:
        """Which component it is."""
        return Id(self.capability, self.cloud, self.name)


def contract(capability: str) -> type[Component[Any, Any]]:
    """The class that says what a capability takes and gives on every cloud."""
    return cast(type[Component[Any, Any]], _load(CONTRACTS[capability]))


def implementation(kind: type[Kind], cloud: str) -> type[Kind]:
    """The class of a contract on one cloud; loads that cloud's SDK and no other."""
    return cast(type[Kind], _load(GRID[kind.CAPABILITY][cloud]))


def check(context: Context, wanted: Sequence[Wanted]) -> dict[Id, ComponentArgs]:
    """Builds the arguments of every component; raises `ConfigurationError` with all problems at once."""
    built: dict[Id, ComponentArgs] = {}
    problems: list[Problem] = []
    for one in wanted:
        try:
            built[one.key] = contract(one.capability).ARGS(context=context, **one.values)
        except ModelportError as refusal:
            problems.append(_problem(one, refusal))
        else:
            problems += _refused(one, built[one.key])
    if problems:
        raise ConfigurationError(list(dict.fromkeys(problems)))
    return built


def _refused(one: Wanted, args: ComponentArgs) -> Iterator[Problem]:
    """What the cloud cannot honour in arguments that are valid by themselves."""
    made = implementation(contract(one.capability), one.cloud)
    return (_problem(one, refusal) for refusal in made.refusals(one.name, args))


def _problem(one: Wanted, refusal: ModelportError) -> Problem:
    """What is wrong, under the key of the setting that the argument comes from."""
    key, text = one.setting, " ".join(refusal.lines)
    if isinstance(refusal, InvalidArgument) and one.below:
        key, text = f"{key}.{refusal.argument}", refusal.reason
    return Problem(key, f"{one.capability} on {one.cloud}: {text}")


def _load(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)
