"""Planted mistakes: each is one change of a program that passes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi

from components.image.copy import SCRIPT

REPOSITORY = "aws:ecr/repository:Repository"
POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
EXPIRY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ACR = "azure-native:containerregistry:Registry"
ARTIFACTS = "gcp:artifactregistry/repository:Repository"
COPY = "command:local:Command"

Props = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """One resource of this type gets other inputs."""

    type: str
    change: Callable[[Props], None]
    says: tuple[str, ...]
    """What the refusal must contain: the property, and what is wrong."""
    rule: str = ""
    """The sandbox's rule that finds it; empty where the schema or the program itself does."""


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
    document["Statement"][0]["Condition"].pop("ArnLike", None)
    document["Statement"][0]["Condition"].pop("StringLike", None)


def _without_the_copy(props: Props) -> None:
    props["create"] = SCRIPT.read_text().replace("until crane copy", "until true")


MISTAKES = {
    "repository policy for another account": Mistake(
        POLICY,
        _policy(_another_account),
        ("policy.Statement[0]", "aws:SourceAccount"),
        "policy-lambda-source",
    ),
    "repository policy for any function": Mistake(
        POLICY, _policy(_any_function), ("policy.Statement[0]", "aws:SourceArn"), "policy-lambda-source"
    ),
    "repository policy for everybody": Mistake(
        POLICY, _statement("Principal", "*"), ("policy.Statement[0].Principal",), "policy-wildcard-principal"
    ),
    "repository policy with every action": Mistake(
        POLICY,
        _statement("Action", ["ecr:*"]),
        ("policy.Statement[0].Action", "ecr:*"),
        "policy-wildcard-action",
    ),
    "repository policy with a mistyped action": Mistake(
        POLICY,
        _statement("Action", ["ecr:BatchGetImages"]),
        ("ecr:BatchGetImages", "BatchGetImage"),
        "policy-action",
    ),
    "expiry of nothing": Mistake(
        EXPIRY, _rule("countNumber", 0), ("policy.rules", "countNumber"), "ecr-lifecycle-selection"
    ),
    "image not copied": Mistake(COPY, _without_the_copy, ("holds another image", "came nothing")),
    # The next two deploy: what finds them is the check after `up`.
    "copy that is only claimed": Mistake(COPY, _set(create='printf %s "$DIGEST"'), ()),
    "project without waiting for its API": Mistake(ARTIFACTS, _set(project="example-models-dev"), ()),
    "name taken by somebody else": Mistake(
        ACR, _set(registry_name="modelport"), ("registryName", "modelport"), "name-taken"
    ),
    "unknown nested property": Mistake(
        REPOSITORY,
        _set(image_scanning_configuration={"scanOnPull": True}),
        ("imageScanningConfiguration.scanOnPull", "scanOnPush"),
    ),
    "value that is not allowed": Mistake(
        REPOSITORY, _set(image_tag_mutability="FROZEN"), ("imageTagMutability", "FROZEN", "IMMUTABLE")
    ),
    "tier that does not have the feature": Mistake(
        ACR, _set(zone_redundancy="Enabled"), ("zoneRedundancy", "Premium"), "acr-premium"
    ),
    "region of another cloud": Mistake(
        "pulumi:providers:aws", _set(region="westeurope"), ("region", "westeurope", "of azure")
    ),
    "another account": Mistake(
        "pulumi:providers:aws", _set(allowed_account_ids=["222222222222"]), ("222222222222", "111111111111")
    ),
}


def plant(name: str) -> None:
    """Make one mistake in the program that runs next."""
    mistake = MISTAKES[name]

    def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != mistake.type:
            return None
        props = dict(args.props)
        mistake.change(props)
        return pulumi.ResourceTransformationResult(props, args.opts)

    pulumi.runtime.register_stack_transformation(change)
