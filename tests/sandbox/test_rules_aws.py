"""Planted mistakes on AWS: each is refused by name, and accepted once its rule is switched off."""

# ruff: noqa: E501 - a row of a table is one line

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs, registry
from sandbox.needs import Refused
from tests.sandbox.playing import (
    ACCESS,
    ANY,
    LAMBDA_PULLS,
    LAMBDA_RUNS,
    LIFECYCLE,
    REPOSITORY,
    ROLE,
    ROLE_POLICY,
    UNTAGGED,
    Stage,
    lifecycle,
    off,
    policy,
)

Stages = Callable[..., Stage]
PULL = {
    "Effect": "Allow",
    "Action": "ecr:BatchGetImage",
    "Resource": "arn:aws:ecr:eu-central-1:111111111111:repository/a",
}
SELECTION = UNTAGGED["selection"]


def selects(**selection: Any) -> str:
    return lifecycle({**UNTAGGED, "selection": {**SELECTION, **selection}})


def without(statement: dict, *names: str) -> dict:
    return {name: value for name, value in statement.items() if name not in names}


def source(**condition: Any) -> dict:
    return {**LAMBDA_PULLS, "Condition": {**LAMBDA_PULLS["Condition"], **condition}}


def arn(text: str) -> dict:
    return source(ArnLike={"aws:SourceArn": text})


MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("aws-tags", REPOSITORY, {"tags": {"aws:owner": "me"}}, "tags.aws:owner"),
    ("aws-tags", REPOSITORY, {"tags": {"owner": "a,b"}}, "tags.owner"),
    ("aws-tags", REPOSITORY, {"tags": {f"k{n}": "v" for n in range(51)}}, "51 tags; allowed: 50"),
    ("ecr-exclusion-filters", REPOSITORY, {"imageTagMutability": "IMMUTABLE", "imageTagMutabilityExclusionFilters": [{"filter": "dev*", "filterType": "WILDCARD"}]}, "needs imageTagMutability"),
    ("ecr-exclusion-filters", REPOSITORY, {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": [{"filter": f"d{n}", "filterType": "WILDCARD"} for n in range(6)]}, "6 filters"),
    ("ecr-kms-key-with-aes", REPOSITORY, {"encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": "arn:aws:kms:eu-central-1:111111111111:key/a"}]}, "encryptionConfigurations[0].kmsKey"),
    ("ecr-lifecycle-json", LIFECYCLE, {"policy": "{rules: []}"}, "is no JSON"),
    ("ecr-lifecycle-json", LIFECYCLE, {"policy": lifecycle()}, "at least one rule"),
    ("ecr-lifecycle-json", LIFECYCLE, {"policy": lifecycle({**UNTAGGED, "rulePrority": 1})}, 'did you mean "rulePriority"?'),
    ("ecr-lifecycle-priority", LIFECYCLE, {"policy": lifecycle({**UNTAGGED, "rulePriority": 0})}, "at least 1, came 0"),
    ("ecr-lifecycle-priority", LIFECYCLE, {"policy": lifecycle(UNTAGGED, UNTAGGED)}, "policy.rules[1].rulePriority: 1 is used twice"),
    ("ecr-lifecycle-any-last", LIFECYCLE, {"policy": lifecycle({**ANY, "rulePriority": 1}, {**UNTAGGED, "rulePriority": 2})}, "must come last"),
    ("ecr-lifecycle-action", LIFECYCLE, {"policy": lifecycle({**UNTAGGED, "action": {"type": "delete"}})}, "policy.rules[0].action"),
    ("ecr-lifecycle-action", LIFECYCLE, {"policy": lifecycle({**UNTAGGED, "action": {"type": "transition"}})}, "targetStorageClass"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(tagStatus="tagged")}, "either tagPatternList or tagPrefixList"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(tagStatus="none")}, "allowed: tagged, untagged, any"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(tagPrefixList=["a"])}, "is for tagged images only"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(tagStatus="tagged", tagPatternList=["*a*b*c*d*"])}, "more than 4 wildcards"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(countUnit="hours")}, "must be days"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(countNumber=0)}, "countNumber: must be a whole number"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(countType="imageCountMoreThan")}, "countUnit: is for ages only"),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(countType="sinceImagePush")}, 'did you mean "sinceImagePushed"?'),
    ("ecr-lifecycle-selection", LIFECYCLE, {"policy": selects(tagPrefixes=[])}, "tagPrefixes"),
    ("policy-json", ACCESS, {"policy": "no"}, "is no JSON"),
    ("policy-json", ACCESS, {"policy": policy()}, "at least one statement"),
    ("policy-json", ACCESS, {"policy": policy(LAMBDA_PULLS, Version="2012-10-18")}, "came '2012-10-18'"),
    ("policy-element", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Effect": "allow"})}, "must be Allow or Deny"),
    ("policy-element", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Principals": {}})}, 'did you mean "Principal"?'),
    ("policy-element", ACCESS, {"policy": policy(without(LAMBDA_PULLS, "Action"))}, "Statement[0].Action: is required"),
    ("policy-action", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Action": "ecr:BatchGetImages"})}, 'did you mean "ecr:BatchGetImage"?'),
    ("policy-action", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Action": "s3:GetObject"})}, "is no action of ECR"),
    ("policy-action", ROLE_POLICY, {"policy": policy({**PULL, "Action": "BatchGetImage"})}, "must be service:Action"),
    ("policy-wildcard-action", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Action": "ecr:*"})}, "allows more than is needed"),
    ("policy-wildcard-action", ROLE_POLICY, {"policy": policy({**PULL, "Action": ["ecr:Batch*"]})}, "policy.Statement[0].Action"),
    ("policy-principal", ACCESS, {"policy": policy(without(LAMBDA_PULLS, "Principal", "Condition"))}, "is required in a policy"),
    ("policy-principal", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Principal": {"Service": "lambda"}})}, "is no service"),
    ("policy-principal", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Principal": {"Aws": "111111111111"}})}, "no kind of principal"),
    ("policy-principal", ROLE, {"assumeRolePolicy": policy({**LAMBDA_RUNS, "Principal": {"AWS": "me"}})}, "neither an account nor an ARN"),
    ("policy-wildcard-principal", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Principal": "*"})}, "lets in everybody"),
    ("policy-wildcard-principal", ROLE, {"assumeRolePolicy": policy({**LAMBDA_RUNS, "Principal": {"AWS": "*"}})}, "lets in everybody"),
    ("policy-no-principal", ROLE_POLICY, {"policy": policy({**PULL, "Principal": {"AWS": "111111111111"}})}, "should not specify a principal"),
    ("policy-no-resource", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Resource": "*"})}, "Statement[0].Resource"),
    ("policy-resource", ROLE_POLICY, {"policy": policy(without(PULL, "Resource"))}, "must contain resources"),
    ("policy-resource", ROLE_POLICY, {"policy": policy({**PULL, "Resource": "my-repository"})}, "is no ARN"),
    ("policy-wildcard-resource", ROLE_POLICY, {"policy": policy({**PULL, "Resource": "*"})}, "name their ARNs"),
    ("policy-lambda-source", ACCESS, {"policy": policy(without(LAMBDA_PULLS, "Condition"))}, "aws:SourceAccount: must equal 111111111111, came nothing"),
    ("policy-lambda-source", ACCESS, {"policy": policy(source(StringEquals={"aws:SourceAccount": "222222222222"}))}, "came 222222222222"),
    ("policy-lambda-source", ACCESS, {"policy": policy(source(ArnLike={}))}, "aws:SourceArn: is missing"),
    ("policy-lambda-source", ACCESS, {"policy": policy(arn("*"))}, "came '*'"),
    ("policy-lambda-source", ACCESS, {"policy": policy(arn("arn:aws:lambda:eu-central-1:111111111111:function:*"))}, "by a name or its beginning"),
    ("policy-lambda-source", ACCESS, {"policy": policy(arn("arn:aws:lambda:*:111111111111:function:height-*"))}, "in eu-central-1"),
    ("policy-lambda-source", ACCESS, {"policy": policy(arn("arn:aws:lambda:eu-west-1:111111111111:function:height-*"))}, "in eu-central-1"),
    ("policy-lambda-source", ACCESS, {"policy": policy(arn("arn:aws:lambda:eu-central-1:222222222222:function:height-*"))}, "of 111111111111"),
    ("policy-lambda-source", ACCESS, {"policy": policy(arn("arn:aws:s3:::bucket"))}, "aws:SourceArn"),
    ("iam-role-inline", ROLE, {"managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}, "managedPolicyArns"),
    ("iam-role-by-name", ROLE_POLICY, {"role": "arn:aws:iam::111111111111:role/runs"}, "not its ARN"),
]  # fmt: skip

HERE = {f"sandbox.rules.{name}" for name in ("aws", "aws_lifecycle", "aws_policies")}
GOOD: dict[str, dict[str, Any]] = {
    REPOSITORY: {"tags": {"owner": "ml@example.com"}},
    LIFECYCLE: {"repository": "height", "policy": lifecycle(UNTAGGED, ANY)},
    ACCESS: {"repository": "height", "policy": policy(LAMBDA_PULLS)},
    ROLE: {"assumeRolePolicy": policy(LAMBDA_RUNS)},
    ROLE_POLICY: {"role": "runs", "policy": policy(PULL)},
}


def test_every_rule_of_the_check_has_a_planted_mistake(stage: Stages) -> None:
    stage("aws")  # The first provider of a cloud loads its rules.
    of_aws = {
        each.id
        for each in needs.RULES.values()
        if "check" in each.on and each.types[0].startswith("aws:") and each.body.__module__ in HERE
    }
    assert of_aws == {each[0] for each in MISTAKES}


def test_the_token_action_has_no_resource_to_name(stage: Stages) -> None:
    token = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    assert stage("aws").wrong(ROLE_POLICY, role="runs", policy=policy(PULL, token)) == []


@pytest.mark.parametrize(("type_", "inputs", "says"), [
    (LIFECYCLE, GOOD[LIFECYCLE], "RepositoryNotFoundException"),
    (ACCESS, GOOD[ACCESS], "RepositoryNotFoundException"),
    (ROLE_POLICY, GOOD[ROLE_POLICY], "NoSuchEntity: The role with name runs"),
    (ROLE, {"assumeRolePolicy": policy({**LAMBDA_RUNS, "Principal": {"AWS": "arn:aws:iam::111111111111:role/gone"}})}, "Invalid principal"),
    (REPOSITORY, {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-central-1:111111111111:key/a"}]}, "KmsException"),
])  # fmt: skip
def test_what_is_needed_must_exist(
    stage: Stages, monkeypatch: pytest.MonkeyPatch, type_: str, inputs: dict, says: str
) -> None:
    cloud = stage("aws")
    off(monkeypatch, "iam-role-trust")
    with pytest.raises(Refused, match=says) as refused:
        cloud.make(type_, **inputs)
    off(monkeypatch, refused.value.rule)
    cloud.make(type_, **inputs)


def test_records_what_was_needed(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(REPOSITORY, "height", name="height")
    cloud.make(LIFECYCLE, "expiry", **GOOD[LIFECYCLE])
    assert [each.rpartition("::")[2] for each in cloud.there(LIFECYCLE, "height").needs] == ["height"]


def test_what_another_stack_made_needs_no_order_here(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(REPOSITORY, "height", stack="other", name="height")
    cloud.make(LIFECYCLE, "expiry", **GOOD[LIFECYCLE])
    assert cloud.there(LIFECYCLE, "height").needs == []


def test_a_repository_of_another_region_is_another_one(stage: Stages) -> None:
    there, here = stage("aws", region="eu-west-1"), stage("aws")
    there.make(REPOSITORY, "height", name="height")
    with pytest.raises(Refused, match=r"RepositoryNotFoundException"):
        here.make(LIFECYCLE, "expiry", **GOOD[LIFECYCLE])
    here.make(REPOSITORY, "height", name="height")


@pytest.fixture
def images(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> dict[str, list[str]]:
    """Tags by repository, in the place of the local registries."""
    held: dict[str, list[str]] = {}
    (tmp_path / "registries.json").write_text("{}")
    monkeypatch.setattr(registry, "tags", lambda cloud, repository: held.get(repository, []))
    monkeypatch.setattr(registry, "repositories", lambda cloud: list(held))
    monkeypatch.setattr(registry, "purge", lambda cloud, repository: held.pop(repository))
    return held


def test_a_repository_with_images_stays_unless_forced(stage: Stages, images: dict[str, list[str]]) -> None:
    cloud = stage("aws")
    url = cloud.make(REPOSITORY, name="height")["repositoryUrl"]
    images.update({url: ["one"], f"{url}er": ["two"]})
    with pytest.raises(Refused, match=r"RepositoryNotEmptyException.*forceDelete"):
        cloud.delete(REPOSITORY, "height")
    cloud.change(REPOSITORY, "height", name="height", forceDelete=True)
    cloud.delete(REPOSITORY, "height")
    assert images == {f"{url}er": ["two"]}
    assert cloud.world.live() == []


def test_force_counts_as_the_state_recorded_it(stage: Stages, images: dict[str, list[str]]) -> None:
    cloud = stage("aws")
    images[cloud.make(REPOSITORY, name="height", forceDelete=True)["repositoryUrl"]] = ["one"]
    cloud.delete(REPOSITORY, "height")
    assert cloud.world.all(REPOSITORY) == []
    assert images == {}, "its images go with it"


def test_policies_go_with_their_repository(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(REPOSITORY, "height", name="height")
    cloud.make(ACCESS, "access", **GOOD[ACCESS])
    cloud.delete(REPOSITORY, "height", "height")
    assert cloud.world.live() == []


def test_a_role_with_policies_is_not_deleted(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(ROLE, "runs", name="runs", **GOOD[ROLE])
    made = cloud.make(ROLE_POLICY, "pulls", **GOOD[ROLE_POLICY])
    with pytest.raises(Refused, match=r"DeleteConflict"):
        cloud.delete(ROLE, "runs")
    cloud.delete(ROLE_POLICY, made["id"], "pulls")
    cloud.delete(ROLE, "runs")


def test_an_object_becomes_text(stage: Stages) -> None:
    checked = stage("aws").checked(LIFECYCLE, repository="height", policy=json.loads(lifecycle(UNTAGGED)))
    assert json.loads(checked["policy"]) == {"rules": [UNTAGGED]}
