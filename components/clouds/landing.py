"""Landing: what a cloud needs before anything else can be made there."""

from dataclasses import dataclass

import pulumi

from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument


@dataclass(frozen=True, kw_only=True)
class LandingArgs(ComponentArgs):
    """Inputs of a landing."""

    region: str
    """Where: an AWS region, an Azure location or a Google Cloud region."""

    account: str | None = None
    """Within what: an AWS account, an Azure subscription or a Google Cloud project (there it is required)."""

    capabilities: tuple[str, ...] = ()
    """What will be made there, so that only what these need is switched on."""

    def __post_init__(self) -> None:
        if not self.region:
            raise InvalidArgument("region", "must be given")


@dataclass(frozen=True)
class LandingLinks:
    """Nothing comes before a landing."""


class Landing(Component[LandingArgs, LandingLinks]):
    """The ground that everything else on one cloud stands on."""

    CAPABILITY = "landing"
    ARGS = LandingArgs
    OUTPUTS = ("region", "account")

    region: pulumi.Output[str]
    """Where everything goes."""

    account: pulumi.Output[str]
    """Within what: number of the AWS account, id of the Azure subscription or of the Google Cloud project."""

    def home(self, capability: str) -> pulumi.Output[str]:
        """What holds a capability's resources, once it can hold them.

        The region on AWS, the resource group on Azure, the project on Google Cloud with the capability's APIs
        enabled. Passing this value on (rather than `depends_on`) leaves the dependency in the state.
        """
        raise NotImplementedError
