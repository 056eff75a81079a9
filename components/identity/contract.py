"""Identity: who a model is on each cloud."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.clouds.landing import Landing
from components.core import naming
from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument
from components.core.principal import Principal

RUNNERS = ("function",)
"""What may run as an identity; nothing else is trusted."""


@dataclass(frozen=True, kw_only=True)
class IdentityArgs(ComponentArgs):
    """Inputs of an identity."""

    model: str
    """The model it belongs to: lower-case letters, digits and single hyphens, 24 at most."""

    runs: tuple[str, ...] = ("function",)
    """What runs as it, and so may take it on: `function`; at least one."""

    in_network: bool = False
    """Whether what runs as it does so inside a network of ours, where AWS takes more rights for that."""

    def __post_init__(self) -> None:
        naming.check("model", naming.MODEL, self.model)
        if not self.runs:
            raise InvalidArgument("runs", f"at least one of {', '.join(RUNNERS)}")
        for runner in self.runs:
            if runner not in RUNNERS:
                raise InvalidArgument("runs", f'allowed: {", ".join(RUNNERS)}; came "{runner}"')


@dataclass(frozen=True)
class IdentityLinks:
    """What an identity needs from other components."""

    landing: Landing


class Identity(Component[IdentityArgs, IdentityLinks]):
    """One model on one cloud; it has no rights but those that something grants to it."""

    CAPABILITY = "identity"
    ARGS = IdentityArgs
    OUTPUTS = ("id", "member")

    id: pulumi.Output[str]
    """What a workload is told to run as: a role's ARN, an identity's resource id, an account's e-mail."""

    member: pulumi.Output[str]
    """What rights are granted to: a role's name, an object id, `serviceAccount:<e-mail>`."""

    variables: Mapping[str, pulumi.Output[str]]
    """Environment variables by which an application finds it; none where a cloud needs none."""

    @property
    def principal(self) -> Principal:
        """It as the receiver of a grant."""
        return Principal(id=self.member)
