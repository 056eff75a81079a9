"""Three registries and three identities, each of which may pull from its own cloud's registry."""

from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pulumi_azure_native as azure
import pulumi_gcp as gcp

from components.core.context import Context
from components.core.principal import Principal
from components.registry.contract import Registry
from tests.components.builders import PLACES, registry

CONTEXT = Context(project="modelport", environment="dev", owner="ml-platform@example.com")
TRUST = """{"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"},
    "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"},
                  "ArnLike": {"aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:height-*"}}
}]}"""


def deploy(member: Callable[[pulumi.Output[str]], pulumi.Input[str]] = lambda known: known) -> None:
    """Make it; `member` may get the identity on Google Cloud wrong."""
    for cloud, principal in (("aws", _aws), ("azure", _azure), ("gcp", _gcp)):
        place = PLACES[cloud]
        opts = pulumi.ResourceOptions(provider=_PROVIDERS[cloud](place["region"], place["account"]))
        made = registry(cloud, CONTEXT, opts, protect=False)
        held = principal(made, opts)
        made.grant(f"{cloud}-pull", Principal(id=member(held) if cloud == "gcp" else held))


def _aws(_: Registry, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    return aws.iam.Role("height", assume_role_policy=TRUST, opts=opts).name


def _azure(made: Registry, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    group = azure.resources.ResourceGroup("identities", opts=opts)
    return azure.managedidentity.UserAssignedIdentity(
        "height", resource_group_name=group.name, opts=opts
    ).principal_id


def _gcp(_: Registry, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    api = gcp.projects.Service("iam", service="iam.googleapis.com", disable_on_destroy=False, opts=opts)
    account = gcp.serviceaccount.Account("height", project=api.project, opts=opts)
    return account.member


_PROVIDERS: dict[str, Callable[[str, str], pulumi.ProviderResource]] = {
    "aws": lambda region, account: aws.Provider("aws", region=region, allowed_account_ids=[account]),
    "azure": lambda region, account: azure.Provider("azure", location=region, subscription_id=account),
    "gcp": lambda region, account: gcp.Provider("gcp", region=region, project=account),
}
