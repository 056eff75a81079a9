"""From where the simulated registries and storages answer: what their network rules say of an address.

The deployer's machine has one public address, `203.0.113.10` unless MODELPORT_ADDRESS says otherwise.
"""

import os
from collections.abc import Callable
from typing import Final

from sandbox import hosts
from sandbox.needs import disabled
from sandbox.rules import aws_reach, azure_reach, gcp_reach
from sandbox.world import World

VARIABLE: Final = "MODELPORT_ADDRESS"
RULE: Final = "reach"

Denies = Callable[[World, str, str], str | None]

_REGISTRIES: Final[dict[str, Denies]] = {
    "aws": aws_reach.registry_denies,
    "azure": azure_reach.registry_denies,
    "gcp": gcp_reach.registry_denies,
}
_STORAGES: Final[dict[str, Denies]] = {
    "s3": aws_reach.storage_denies,
    "az": azure_reach.storage_denies,
    "gs": gcp_reach.storage_denies,
}


def address() -> str:
    """The public address of whoever deploys."""
    return os.environ.get(VARIABLE, "203.0.113.10")


def registry_denies(world: World, host: str, repository: str) -> str | None:
    """Why a cloud's registry does not answer the deployer; None when it does."""
    cloud = hosts.cloud_of(host)
    if cloud is None or disabled(RULE):
        return None
    # On AWS each repository has rules of its own, on the others the registry has them.
    where = f"{host}/{repository}" if cloud == "aws" else host
    return _REGISTRIES[cloud](world, where, address())


def storage_denies(world: World, scheme: str, bucket: str) -> str | None:
    """Why a storage (`s3`, `az`, `gs`) does not answer the deployer; None when it does."""
    if scheme not in _STORAGES or disabled(RULE):
        return None
    # A container of Azure comes with its account, which has the rules.
    return _STORAGES[scheme](world, bucket.partition("/")[0], address())
