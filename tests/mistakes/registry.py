"""Mistakes in registries and providers, each made in a program that passes."""

from typing import Any

from tests.mistakes import Mistake
from tests.mistakes.changes import Change, document, setting

REPOSITORY = "aws:ecr/repository:Repository"
POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
EXPIRY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ACR = "azure-native:containerregistry:Registry"
AWS = "pulumi:providers:aws"


def _statement(name: str, value: Any) -> Change:
    return document(lambda content: content["Statement"][0].update({name: value}))


def _rule(name: str, value: Any) -> Change:
    return document(lambda content: content["rules"][-1]["selection"].update({name: value}))


def _another_account(content: Any) -> None:
    content["Statement"][0]["Condition"]["StringEqualsIfExists"]["aws:SourceAccount"] = "222222222222"


def _any_function(content: Any) -> None:
    content["Statement"][0]["Condition"].pop("ArnLike")


# A function that cannot fetch its image notices, too: then two rules find it.
AWS_MISTAKES = {
    "repository policy for another account": Mistake(
        POLICY,
        document(_another_account),
        ("policy.Statement[0]", "aws:SourceAccount"),
        "policy-lambda-source,lambda-pull",
    ),
    "repository policy for any function": Mistake(
        POLICY, document(_any_function), ("policy.Statement[0]", "aws:SourceArn"), "policy-lambda-source"
    ),
    "repository policy for everybody": Mistake(
        POLICY,
        _statement("Principal", "*"),
        ("policy.Statement[0].Principal",),
        "policy-wildcard-principal,lambda-pull",
    ),
    "repository policy with every action": Mistake(
        POLICY,
        _statement("Action", ["ecr:*"]),
        ("policy.Statement[0].Action", "ecr:*"),
        "policy-wildcard-action,lambda-pull",
    ),
    "repository policy with a mistyped action": Mistake(
        POLICY,
        _statement("Action", ["ecr:BatchGetImages"]),
        ("ecr:BatchGetImages", "BatchGetImage"),
        "policy-action,lambda-pull",
    ),
    "expiry of nothing": Mistake(
        EXPIRY, _rule("countNumber", 0), ("policy.rules", "countNumber"), "ecr-lifecycle-selection"
    ),
    "unknown nested property": Mistake(
        REPOSITORY,
        setting(image_scanning_configuration={"scanOnPull": True}),
        ("imageScanningConfiguration.scanOnPull", "scanOnPush"),
    ),
    "value that is not allowed": Mistake(
        REPOSITORY, setting(image_tag_mutability="FROZEN"), ("imageTagMutability", "FROZEN", "IMMUTABLE")
    ),
    "region of another cloud": Mistake(
        AWS, setting(region="westeurope"), ("region", "westeurope", "of azure")
    ),
    "another account": Mistake(
        AWS, setting(allowed_account_ids=["222222222222"]), ("222222222222", "111111111111")
    ),
}
AZURE_MISTAKES = {
    "registry name taken by somebody else": Mistake(
        ACR, setting(registry_name="modelport"), ("registryName", "modelport"), "name-taken"
    ),
    "tier that does not have the feature": Mistake(
        ACR, setting(zone_redundancy="Enabled"), ("zoneRedundancy", "Premium"), "acr-premium"
    ),
}
