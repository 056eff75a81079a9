"""Container registry: what it takes and gives on every cloud."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from components.clouds.landing import Landing
from components.core import naming
from components.core.component import Component, ComponentArgs
from components.core.digests import check_digest
from components.core.errors import InvalidArgument
from components.core.principal import Principal
from components.key.contract import Key
from components.network.contract import Network

Action = Literal["pull"]


@dataclass(frozen=True, kw_only=True)
class RegistryArgs(ComponentArgs):
    """Inputs of a registry."""

    models: tuple[str, ...]
    """Models whose images it keeps: lower-case letters, digits and single hyphens, 24 at most."""

    in_use: Mapping[str, str] = field(default_factory=dict)
    """Model to the digest (`sha256:<64 hex>`) that runs: never expired, however old it is."""

    keep_images: int = 20
    """How many images of each model to keep, 1 or more; older ones expire."""

    untagged_days: int = 7
    """After how many days an image without a tag expires, 1 or more."""

    protect: bool = True
    """Whether it refuses to be deleted; without, it is deleted with all its images."""

    def __post_init__(self) -> None:
        if not self.models:
            raise InvalidArgument("models", "at least one model")
        for model in self.models:
            naming.check("models", naming.MODEL, model)
        for model, digest in self.in_use.items():
            if model not in self.models:
                raise InvalidArgument("in_use", f'"{model}" is none of the models {", ".join(self.models)}')
            check_digest("in_use", digest)
        for name in ("keep_images", "untagged_days"):
            if getattr(self, name) < 1:
                raise InvalidArgument(name, f"at least 1, not {getattr(self, name)}")


@dataclass(frozen=True)
class RegistryLinks:
    """What a registry needs from other components."""

    landing: Landing

    key: Key | None = None
    """What to encrypt with; without it, with a key of the provider."""

    network: Network | None = None
    """Where it answers; without one, everywhere, to those who have a right."""


class Registry(Component[RegistryArgs, RegistryLinks]):
    """A private place for the images of all models."""

    CAPABILITY = "registry"
    ARGS = RegistryArgs
    OUTPUTS = ("url", "repositories", "made")

    url: pulumi.Output[str]
    """What every image's name begins with, without a scheme; on Google with project and repository."""

    repositories: Mapping[str, pulumi.Output[str]]
    """Model to the full name of its repository, without a tag; resolves once its policies are in place."""

    made: Mapping[str, pulumi.Output[str]]
    """Model to the making of its repository: another value means that it was made anew, and is empty."""

    def grant(self, name: str, principal: Principal, action: Action = "pull") -> pulumi.Output[str]:
        """Lets one identity pull from this registry, nothing else; `name` is the grant's logical name.

        Returns `url`, resolved once the grant is attached: what takes the host from here waits for it.
        Raises `InvalidArgument` for an identity that is not a single one, or another action than "pull".
        """
        if action != "pull":
            raise InvalidArgument("action", f'allowed: pull, came "{action}"')
        return self._grant_pull(name, principal)

    def _grant_pull(self, name: str, principal: Principal) -> pulumi.Output[str]:
        """The grant of one cloud."""
        raise NotImplementedError
