"""Key: what data at rest is encrypted with, where the key is to be ours."""

from dataclasses import dataclass
from typing import Literal

import pulumi

from components.clouds.landing import Landing
from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument, check_range

Service = Literal["registry", "storage", "logs"]
SERVICES = ("registry", "storage", "logs")
"""What may be encrypted with it."""


@dataclass(frozen=True, kw_only=True)
class KeyArgs(ComponentArgs):
    """Inputs of a key."""

    rotation_days: int = 365
    """After how many days new data gets a new version of the key, 90 to 2560; older data stays readable."""

    protect: bool = True
    """Whether it refuses to be deleted: what it encrypted is lost with it."""

    def __post_init__(self) -> None:
        # docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-enable.html has the narrowest range.
        check_range("rotation_days", self.rotation_days, 90, 2560)


@dataclass(frozen=True)
class KeyLinks:
    """What a key needs from other components."""

    landing: Landing


class Key(Component[KeyArgs, KeyLinks]):
    """One key for everything of a stack on one cloud."""

    CAPABILITY = "key"
    ARGS = KeyArgs
    OUTPUTS = ("id",)

    id: pulumi.Output[str]
    """What a resource is told to encrypt with; resolves once the key rotates and its policy is in place."""

    def usable_by(self, name: str, service: Service) -> pulumi.Output[str]:
        """Lets one service of the cloud use the key for this stack's resources; `name` is logical.

        Returns `id`, resolved once the service may: what encrypts with the key takes it from here.
        Raises `InvalidArgument` for another service.
        """
        if service not in SERVICES:
            raise InvalidArgument("service", f'allowed: {", ".join(SERVICES)}; came "{service}"')
        return self._usable_by(name, service)

    def _usable_by(self, name: str, service: Service) -> pulumi.Output[str]:
        """The right of one cloud's service."""
        raise NotImplementedError


def usable_by(key: Key | None, name: str, service: Service) -> pulumi.Output[str] | None:
    """The key for a service that may use it; None where the provider's own key has to do."""
    return None if key is None else key.usable_by(name, service)
