"""AWS as a whole: its rules for tags, and its landing."""

import re
from collections.abc import Mapping
from typing import ClassVar

import pulumi
import pulumi_aws as aws

from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core.errors import InvalidArgument
from components.core.principal import Principal

# docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices
_TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}")
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")


def receiver(principal: Principal) -> pulumi.Input[str]:
    """Who is granted something: the name of one role; raises `InvalidArgument` for anything else."""
    return principal.matching(r"[\w+=,.@-]{1,64}", "the name of a role, not its ARN")


class OnAws:
    """What every component on AWS has."""

    CLOUD: ClassVar[str] = "aws"

    @staticmethod
    def label(tags: Mapping[str, str]) -> dict[str, str]:
        """Tags as they are; AWS allows letters, digits, spaces and `.:/=+@-_`."""
        for key, value in tags.items():
            if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(value):
                allowed = "128 and 256 letters, digits, spaces and .:/=+@-_ at most"
                raise InvalidArgument("tags", f'AWS does not allow {key}="{value}"; allowed: {allowed}')
        return dict(tags)


class AwsLanding(OnAws, Landing):
    """Nothing to make: an AWS account is ready as it is."""

    def _build(self, name: str, args: LandingArgs, links: LandingLinks) -> None:
        self.region = pulumi.Output.from_input(args.region)
        self.account = self._account(args)

    def home(self, capability: str) -> pulumi.Output[str]:
        return self.region

    def _account(self, args: LandingArgs) -> pulumi.Output[str]:
        """The account that was named, which the provider guards; else the one that the credentials are of."""
        if args.account:
            return pulumi.Output.from_input(args.account)
        asked = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self))
        return asked.apply(lambda caller: caller.account_id)
