"""Mistakes in registries and providers, each made in a program that passes."""

import json
from collections.abc import Callable
from typing import Any

import pulumi

from tests.mistakes import Mistake, Props

REPOSITORY = "aws:ecr/repository:Repository"
POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
EXPIRY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ACR = "azure-native:containerregistry:Registry"
AWS = "pulumi:providers:aws"


def _policy(change: Callable[[Any], None]) -> Callable[[Props], None]:
    """Change a policy document, whether it is known already or not."""

    def edit(text: Any) -> str:
        document = json.loads(text) if isinstance(text, str) else text
        change(document)
        return json.dumps(document)

    def planted(props: Props) -> None:
        props["policy"] = pulumi.Output.from_input(props["policy"]).apply(edit)

    return planted


def _set(**values: Any) -> Callable[[Props], None]:
    return lambda props: props.update(values)


def _statement(name: str, value: Any) -> Callable[[Props], None]:
    return _policy(lambda document: document["Statement"][0].update({name: value}))


def _rule(name: str, value: Any) -> Callable[[Props], None]:
    return _policy(lambda document: document["rules"][-1]["selection"].update({name: value}))


def _another_account(document: Any) -> None:
    document["Statement"][0]["Condition"]["StringEqualsIfExists"]["aws:SourceAccount"] = "222222222222"


def _any_function(document: Any) -> None:
    document["Statement"][0]["Condition"].pop("ArnLike")


# A function that cannot fetch its image notices, too: then two rules find it.
AWS_MISTAKES = {
    "repository policy for another account": Mistake(
        POLICY,
        _policy(_another_account),
        ("policy.Statement[0]", "aws:SourceAccount"),
        "policy-lambda-source,lambda-pull",
    ),
    "repository policy for any function": Mistake(
        POLICY, _policy(_any_function), ("policy.Statement[0]", "aws:SourceArn"), "policy-lambda-source"
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
        _set(image_scanning_configuration={"scanOnPull": True}),
        ("imageScanningConfiguration.scanOnPull", "scanOnPush"),
    ),
    "value that is not allowed": Mistake(
        REPOSITORY, _set(image_tag_mutability="FROZEN"), ("imageTagMutability", "FROZEN", "IMMUTABLE")
    ),
    "region of another cloud": Mistake(AWS, _set(region="westeurope"), ("region", "westeurope", "of azure")),
    "another account": Mistake(
        AWS, _set(allowed_account_ids=["222222222222"]), ("222222222222", "111111111111")
    ),
}
AZURE_MISTAKES = {
    "registry name taken by somebody else": Mistake(
        ACR, _set(registry_name="modelport"), ("registryName", "modelport"), "name-taken"
    ),
    "tier that does not have the feature": Mistake(
        ACR, _set(zone_redundancy="Enabled"), ("zoneRedundancy", "Premium"), "acr-premium"
    ),
}
