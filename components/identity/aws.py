"""Identity on AWS: an IAM role."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_aws import iam

from components.clouds.aws import OnAws
from components.clouds.aws_policies import document
from components.core import naming
from components.identity.contract import Identity, IdentityArgs, IdentityLinks

SERVICES: Mapping[str, str] = {"function": "lambda.amazonaws.com"}
"""The service that takes on the role for each runner."""


class AwsIdentity(OnAws, Identity):
    """One role per model, that nothing but its own functions can take on."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:iam/role:Role": "one: trusts the functions of its model in this account and region"
    }

    def _build(self, name: str, args: IdentityArgs, links: IdentityLinks) -> None:
        # Exactly the random part of automatic naming: `height-*` would be the functions of `height-2`, too.
        named = f":function:{args.model}-{'?' * naming.AUTO_RANDOM}"
        functions = pulumi.Output.concat(
            "arn:aws:lambda:", links.landing.region, ":", links.landing.account, named
        )
        self.role = iam.Role(
            name,
            assume_role_policy=_trust(args, links.landing.account, functions),
            description=f"What the model {args.model} runs as",
            tags=self.tags_with(args.model),
            opts=self.child,
        )
        self.id = self.role.arn
        self.member = self.role.name
        self.variables = {}


def _trust(
    args: IdentityArgs, account: pulumi.Output[str], functions: pulumi.Output[str]
) -> pulumi.Output[str]:
    """Who may take on the role.

    Lambda sends both keys when it takes on a role: AWS has them in a trust of Lambda itself (SageMaker AI
    Developer Guide, prerequisites of model customization). The one known exception is the first function in a
    new VPC, for which it says no source at all (github.com/aws/aws-parallelcluster/pull/6926): there both are
    demanded of every request that has them. Without a source it is still Lambda alone, for a function that
    somebody with the right to pass this role made in this account.
    """
    where_sent = "IfExists" if args.in_network else ""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": sorted({SERVICES[runner] for runner in args.runs})},
        "Action": "sts:AssumeRole",
        "Condition": {
            f"StringEquals{where_sent}": {"aws:SourceAccount": account},
            f"ArnLike{where_sent}": {"aws:SourceArn": functions},
        },
    }
    return document(statement)
