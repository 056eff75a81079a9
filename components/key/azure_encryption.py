"""What services on Azure encrypt with; apart from the key, whose part of the SDK most stacks do not load."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pulumi
from pulumi_azure_native import managedidentity

from components.key.contract import Key, Service, usable_by

if TYPE_CHECKING:
    from components.key.azure import AzureKey


@dataclass(frozen=True)
class Encryption:
    """What a service is told to encrypt with, once it may."""

    key: pulumi.Output[str]
    """The key's address, without a version."""

    identity: managedidentity.UserAssignedIdentity
    """Who the service is in front of the vault."""


def encryption(key: Key | None, name: str, service: Service) -> Encryption | None:
    """Lets a service use the key, when there is one; `name` is the right's logical name."""
    usable = usable_by(key, name, service)
    return None if usable is None else Encryption(usable, cast("AzureKey", key).identities[service])
