"""Planted mistakes on AWS, in buckets and functions: refused by name, and accepted once the rule is off."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.rules.aws_functions import FUNCTION, LOG_GROUP
from sandbox.rules.aws_storage import (
    BLOCK,
    BUCKET,
    BUCKET_POLICY,
    ENCRYPTION,
    LIFECYCLE,
    OWNERSHIP,
    VERSIONING,
)
from sandbox.rules.aws_urls import ALIAS, PERMISSION, URL, WARM
from tests.sandbox.playing import ROLE_POLICY, Stage, policy
from tests.sandbox.playing_aws import (
    DIGEST,
    END,
    GETS,
    GOOD,
    HOST,
    INVOKES,
    LOGS,
    MOVE,
    PLAIN,
    WRITES,
)

Stages = Callable[..., Stage]


def moves(*transitions: tuple[str, int]) -> dict[str, Any]:
    listed = [{"days": days, "storageClass": class_} for class_, days in transitions]
    return {"rules": [{**MOVE, "transitions": listed}]}


MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("s3-inline", BUCKET, {"acl": "public-read"}, "acl: is deprecated"),
    ("s3-inline", BUCKET, {"versioning": {"enabled": True}}, "versioning: is deprecated"),
    ("s3-block-public", BLOCK, {"blockPublicPolicy": False}, "blockPublicPolicy: opens the bucket"),
    ("s3-block-public", BLOCK, {"restrictPublicBuckets": None}, "restrictPublicBuckets: opens the bucket"),
    ("s3-key-with-aes", ENCRYPTION, {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256", "kmsMasterKeyId": "arn:aws:kms:eu-central-1:111111111111:key/a"}}]}, "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"),
    ("s3-lifecycle-rule", LIFECYCLE, {"rules": [MOVE, MOVE]}, "rules[1].id: 'move' is used twice"),
    ("s3-lifecycle-rule", LIFECYCLE, {"rules": [{**MOVE, "transitions": []}]}, "rules[0]: does nothing"),
    ("s3-lifecycle-rule", LIFECYCLE, {"rules": [{**MOVE, "filter": None}]}, "rules[0].filter: is required"),
    ("s3-lifecycle-rule", LIFECYCLE, {"rules": []}, "rules: at least one rule"),
    ("s3-lifecycle-days", LIFECYCLE, moves(("STANDARD_IA", 29)), "rules[0].transitions: STANDARD_IA: objects stay 30 days"),
    ("s3-lifecycle-days", LIFECYCLE, moves(("STANDARD_IA", 30), ("GLACIER_IR", 59)), "30 days must lie from STANDARD_IA to GLACIER_IR, came 30 and 59"),
    ("s3-lifecycle-days", LIFECYCLE, moves(("GLACIER_IR", 30), ("STANDARD_IA", 60)), "from STANDARD_IA to GLACIER_IR"),
    ("s3-policy-resource", BUCKET_POLICY, {"policy": policy({**PLAIN, "Resource": "arn:aws:s3:::another/*"})}, "policy.Statement[0].Resource: MalformedPolicy"),
    ("policy-action", BUCKET_POLICY, {"policy": policy({**PLAIN, "Action": "s3:GetObjects"})}, 'did you mean "s3:GetObject"?'),
    ("policy-action", BUCKET_POLICY, {"policy": policy({**PLAIN, "Action": "ecr:BatchGetImage"})}, "is no action of S3"),
    ("policy-action", ROLE_POLICY, {"policy": policy({**WRITES, "Action": "logs:PutLogEvent"})}, 'did you mean "logs:PutLogEvents"?'),
    ("policy-wildcard-action", BUCKET_POLICY, {"policy": policy({**PLAIN, "Effect": "Allow", "Principal": {"AWS": "111111111111"}})}, "'s3:*' allows more than is needed"),
    ("policy-wildcard-principal", BUCKET_POLICY, {"policy": policy({**GETS, "Principal": "*"})}, "lets in everybody"),
    ("policy-principal", BUCKET_POLICY, {"policy": policy(GETS)}, "Principal: is required"),
    ("policy-json", BUCKET_POLICY, {"policy": "{"}, "is no JSON"),
    ("aws-tags", FUNCTION, {"tags": {"owner": "a,b"}}, "tags.owner"),
    ("lambda-package", FUNCTION, {"packageType": None}, "packageType: Zip, the default, needs handler"),
    ("lambda-package", FUNCTION, {"imageUri": None}, "imageUri: is required"),
    ("lambda-image-digest", FUNCTION, {"imageUri": f"{HOST}/height:latest"}, "must name a digest"),
    ("lambda-image-digest", FUNCTION, {"imageUri": f"ghcr.io/example/height@{DIGEST}"}, f"is not in {HOST}"),
    ("lambda-image-digest", FUNCTION, {"imageUri": f"{HOST.replace('eu-central-1', 'eu-west-1')}/height@{DIGEST}"}, "same account and region"),
    ("lambda-environment", FUNCTION, {"environment": {"variables": {"AWS_REGION": "eu-west-1"}}}, "environment.variables.AWS_REGION: is reserved"),
    ("lambda-environment", FUNCTION, {"environment": {"variables": {"A": "1"}}}, "environment.variables.A: needs two letters"),
    ("lambda-environment", FUNCTION, {"environment": {"variables": {"LONG": "x" * 4096}}}, "4107 bytes in all; allowed: 4096"),
    ("lambda-log-group", FUNCTION, {"loggingConfig": None}, "loggingConfig.logGroup: is needed"),
    ("lambda-log-group", FUNCTION, {"loggingConfig": {**LOGS, "logFormat": "Text", "systemLogLevel": "WARN"}}, "loggingConfig.systemLogLevel: needs logFormat JSON"),
    ("lambda-log-group-by-itself", ROLE_POLICY, {"policy": policy({**WRITES, "Action": ["logs:CreateLogGroup"]})}, "kept for ever"),
    ("lambda-alias-routing", ALIAS, {"routingConfig": {"additionalVersionWeights": {"1": 0.1}}}, "another published version"),
    ("lambda-alias-routing", ALIAS, {"routingConfig": {"additionalVersionWeights": {"2": 1.1}}}, "between 0 and 1"),
    ("lambda-alias-routing", ALIAS, {"routingConfig": {"additionalVersionWeights": {"2": 0.1, "3": 0.1}}}, "one other version at most"),
    ("lambda-qualifier", URL, {"qualifier": None}, "qualifier: is needed"),
    ("lambda-qualifier", PERMISSION, {"qualifier": "$LATEST"}, "qualifier: must be an alias"),
    ("lambda-permission-kind", PERMISSION, {"action": "lambda:InvokeFunction"}, "functionUrlAuthType: is for lambda:InvokeFunctionUrl only"),
    ("lambda-permission-kind", PERMISSION, {"functionUrlAuthType": None}, "functionUrlAuthType: is needed"),
    ("lambda-permission-kind", PERMISSION, {"invokedViaFunctionUrl": True}, "invokedViaFunctionUrl: is for lambda:InvokeFunction only"),
    ("lambda-permission-kind", PERMISSION, {**INVOKES, "functionUrlAuthType": None, "action": "lambda:*"}, "name the action"),
    ("lambda-permission-everybody", PERMISSION, {"principal": "*"}, "principal: '*' lets in everybody who has any AWS account"),
    ("lambda-permission-everybody", PERMISSION, {"principal": "arn:aws:iam::111111111111:role/*"}, "without wildcards"),
    ("lambda-permission-everybody", PERMISSION, {**INVOKES, "functionUrlAuthType": None, "principal": "*", "invokedViaFunctionUrl": None}, "also past its URL"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "mistake", "says"), [
    (BUCKET, {"bucket": "A-Bucket"}, "upper-case letters"),
    (BUCKET, {"bucket": "ab"}, "3 to 63"),
    (BUCKET, {"bucket": "192.168.5.4"}, "does not match"),
    (VERSIONING, {"versioningConfiguration": {"status": "On"}}, "allowed: Enabled, Suspended, Disabled"),
    (OWNERSHIP, {"rule": {"objectOwnership": "BucketOwner"}}, 'did you mean "BucketOwnerEnforced"?'),
    (LIFECYCLE, {"rules": [{**END, "noncurrentVersionExpiration": {"noncurrentDays": 0}}]}, "at least 1"),
    (LOG_GROUP, {"retentionInDays": 45}, "45 is not allowed"),
    (FUNCTION, {"memorySize": 64}, "at least 128"),
    (FUNCTION, {"memorySize": 10241}, "at most 10240"),
    (FUNCTION, {"timeout": 901}, "at most 900"),
    (FUNCTION, {"architectures": ["x86_64", "arm64"]}, "is not allowed"),
    (FUNCTION, {"role": "runs"}, "does not match"),
    (FUNCTION, {"loggingConfig": {**LOGS, "logGroup": "aws/lambda/height"}}, "does not match"),
    (URL, {"authorizationType": "IAM"}, 'did you mean "AWS_IAM"?'),
    (WARM, {"provisionedConcurrentExecutions": 0}, "at least 1"),
])  # fmt: skip
def test_values_and_names(stage: Stages, type_: str, mistake: dict, says: str) -> None:
    found = [str(each) for each in stage("aws").wrong(type_, **{**GOOD[type_], **mistake})]
    assert any(says in each for each in found), found
