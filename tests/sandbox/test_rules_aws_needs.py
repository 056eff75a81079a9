"""What buckets and functions on AWS need before they are made, each planted mistake refused by name."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs
from sandbox.needs import Refused
from sandbox.rules.aws_functions import FUNCTION, LOG_GROUP
from sandbox.rules.aws_storage import (
    BLOCK,
    BUCKET,
    BUCKET_POLICY,
    LIFECYCLE,
    VERSIONING,
)
from sandbox.rules.aws_urls import ALIAS, PERMISSION, URL, WARM
from tests.sandbox.playing import ACCESS, REPOSITORY, ROLE, ROLE_POLICY, Stage, off, policy
from tests.sandbox.playing_aws import (
    CALLER,
    GETS,
    GOOD,
    GROUP_ARN,
    HOST,
    INVOKES,
    SERVING,
    STORAGE,
    TRUSTED,
    WRITES,
    build,
    hold,
)
from tests.sandbox.test_rules_aws_functions import MISTAKES

Stages = Callable[..., Stage]


CREATIONS: list[tuple[str, str, dict[str, dict[str, Any] | None], str]] = [
    ("s3-bucket-exists", BLOCK, {BUCKET: None}, "bucket: NoSuchBucket"),
    ("s3-lifecycle-versions", LIFECYCLE, {VERSIONING: None}, "rules: noncurrentVersionExpiration has no effect"),
    ("s3-lifecycle-versions", LIFECYCLE, {VERSIONING: {"versioningConfiguration": {"status": "Suspended"}}}, "the bucket has no versions"),
    ("s3-policy-after-block", BUCKET_POLICY, {BLOCK: None}, "bucket: OperationAborted"),
    ("policy-names-what-exists", ROLE_POLICY, {ROLE_POLICY: {"policy": policy(GETS)}}, "policy.Statement[0].Resource: NoSuchBucket"),
    ("lambda-image-exists", FUNCTION, {REPOSITORY: None, ACCESS: None}, "imageUri: InvalidParameterValueException: Source image"),
    ("lambda-image-exists", FUNCTION, {FUNCTION: {"imageUri": f"{HOST}/height@sha256:{'b2' * 32}"}}, "Provide a valid source image"),
    ("lambda-pull", FUNCTION, {ACCESS: None}, "imageUri: InvalidParameterValueException: Lambda does not have permission"),
    ("lambda-pull", FUNCTION, {FUNCTION: {"name": "weight-1"}, ROLE: {"assumeRolePolicy": policy({**TRUSTED, "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:weight-*"}}})}}, "lets arn:aws:lambda:eu-central-1:111111111111:function:weight-1 fetch it"),
    ("lambda-role", FUNCTION, {FUNCTION: {"role": "arn:aws:iam::111111111111:role/gone"}}, "role: InvalidParameterValueException"),
    ("lambda-role", FUNCTION, {ROLE: {"assumeRolePolicy": policy({**TRUSTED, "Principal": {"Service": "ec2.amazonaws.com"}})}}, "it does not trust lambda.amazonaws.com"),
    ("lambda-role", FUNCTION, {ROLE: {"assumeRolePolicy": policy({**TRUSTED, "Condition": {**TRUSTED["Condition"], "StringEquals": {"aws:SourceAccount": "222222222222"}}})}}, "aws:SourceAccount is 111111111111, its condition wants 222222222222"),
    ("lambda-role", FUNCTION, {ROLE: {"assumeRolePolicy": policy({**TRUSTED, "Condition": {**TRUSTED["Condition"], "ArnLike": {"aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:weight-*"}}})}}, "aws:SourceArn is arn:aws:lambda:eu-central-1:111111111111:function:height-1"),
    ("lambda-logs", FUNCTION, {LOG_GROUP: None}, "loggingConfig.logGroup: the log group 'height-logs' does not exist"),
    ("lambda-logs", FUNCTION, {ROLE_POLICY: None}, f"the role may not write into {GROUP_ARN}:*"),
    ("lambda-logs", FUNCTION, {ROLE_POLICY: {"policy": policy({**WRITES, "Resource": f"{GROUP_ARN}x:*"})}}, "the role may not write"),
    ("lambda-logs", FUNCTION, {ROLE_POLICY: {"policy": policy({**WRITES, "Action": "logs:CreateLogStream"})}}, "logs:PutLogEvents"),
    ("lambda-concurrency", FUNCTION, {FUNCTION: {"reservedConcurrentExecutions": 901}}, "reservedConcurrentExecutions: InvalidParameterValueException: 901 of 1000"),
    ("lambda-function-exists", ALIAS, {FUNCTION: None}, "functionName: ResourceNotFoundException"),
    ("lambda-version-exists", ALIAS, {ALIAS: {"functionVersion": "2"}}, "functionVersion: ResourceNotFoundException: no published version '2'"),
    ("lambda-version-exists", ALIAS, {ALIAS: {"functionVersion": "$LATEST"}}, "no published version '$LATEST'"),
    ("lambda-alias-exists", PERMISSION, {ALIAS: None}, "qualifier: ResourceNotFoundException: no alias 'live'"),
    ("lambda-permission-taken", PERMISSION, {PERMISSION: {"statementId": "mine"}}, "statementId: ResourceConflictException: The statement id (mine)"),
    ("lambda-url-callers", URL, {}, f"authorizationType: 403 Forbidden for {CALLER}: it needs both permissions, lambda:InvokeFunction is missing"),
    ("lambda-url-everybody", URL, {PERMISSION: INVOKES, URL: {"authorizationType": "NONE"}}, "authorizationType: NONE lets in everybody"),
    ("lambda-provisioned", WARM, {WARM: {"provisionedConcurrentExecutions": 401}}, "provisionedConcurrentExecutions: InvalidParameterValueException: 401 is more than"),
]  # fmt: skip


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The image is in the local registry."""
    hold(monkeypatch)


EVERY_CREATION = pytest.mark.parametrize(
    ("rule", "type_", "changes", "says"),
    CREATIONS,
    ids=[f"{each[0]}-{n}" for n, each in enumerate(CREATIONS)],
)
# Without the repository there is no policy of it, without the role nobody writes, without the function no version.
WITH_IT = {
    "lambda-image-exists": ["lambda-pull"],
    "lambda-role": ["lambda-role-source", "lambda-logs"],
    "lambda-function-exists": ["lambda-version-exists"],
}


@EVERY_CREATION
def test_what_is_needed_must_be_there(
    stage: Stages,
    monkeypatch: pytest.MonkeyPatch,
    held: None,
    rule: str,
    type_: str,
    changes: dict,
    says: str,
) -> None:
    off(monkeypatch, "lambda-role-source")  # A trust of another account is refused before the function is.
    with pytest.raises(Refused) as refused:
        build(stage("aws"), type_, changes)
    assert says in str(refused.value)
    assert refused.value.rule == rule


@EVERY_CREATION
def test_nothing_else_would_notice(
    stage: Stages,
    monkeypatch: pytest.MonkeyPatch,
    held: None,
    rule: str,
    type_: str,
    changes: dict,
    says: str,
) -> None:
    off(monkeypatch, rule, *WITH_IT.get(rule, []))
    cloud = stage("aws")
    made = build(cloud, type_, changes)
    assert cloud.there(type_, made["id"])


@pytest.mark.parametrize("type_", STORAGE + SERVING)
def test_what_is_right_passes(stage: Stages, held: None, type_: str) -> None:
    cloud = stage("aws")
    made = build(cloud, type_, {})
    assert cloud.there(type_, made["id"]).inputs.keys() >= GOOD[type_].keys()


MODULES = tuple(f"sandbox.rules.aws_{name}" for name in ("storage", "functions", "urls"))


def test_every_rule_has_a_planted_mistake() -> None:
    mine = {each.id for each in needs.RULES.values() if each.body.__module__ in MODULES}
    assert mine - {"s3-versioning-off"} == {
        each[0] for each in [*MISTAKES, *CREATIONS] if needs.RULES[each[0]].body.__module__ in MODULES
    }
