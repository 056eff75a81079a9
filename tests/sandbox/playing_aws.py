"""Buckets and functions on a simulated AWS: good inputs of each type, and all that comes before one."""

from typing import Any

from sandbox import registry
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
from tests.sandbox.playing import ACCESS, LAMBDA_PULLS, REPOSITORY, ROLE, ROLE_POLICY, Stage, policy

DIGEST = "sha256:" + "a1" * 32
HOST = "111111111111.dkr.ecr.eu-central-1.amazonaws.com"
CALLER = "arn:aws:iam::111111111111:role/caller"
GROUP_ARN = "arn:aws:logs:eu-central-1:111111111111:log-group:height-logs"
ARN = "arn:aws:s3:::a-bucket"
TRUSTED = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:height-*"},
    },
}
WRITES = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": f"{GROUP_ARN}:*",
}
PLAIN = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
GETS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
MOVE = {
    "id": "move",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}, {"days": 60, "storageClass": "GLACIER_IR"}],
}
END = {
    "id": "end",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "noncurrentVersionExpiration": {"noncurrentDays": 30},
}
ENV = {"variables": {"MODEL": "height"}}
LOGS = {"logFormat": "JSON", "logGroup": "height-logs"}
RUNS: dict[str, Any] = {
    "name": "height-1",
    "packageType": "Image",
    "imageUri": f"{HOST}/height@{DIGEST}",
    "architectures": ["x86_64"],
    "role": "arn:aws:iam::111111111111:role/runs",
    "memorySize": 2048,
    "timeout": 30,
    "reservedConcurrentExecutions": 400,
    "environment": ENV,
    "loggingConfig": LOGS,
    "publish": True,
}
OF_LIVE = {"functionName": "height-1", "qualifier": "live"}
CALLS: dict[str, Any] = {
    "action": "lambda:InvokeFunctionUrl",
    "function": "height-1",
    "qualifier": "live",
    "principal": CALLER,
    "functionUrlAuthType": "AWS_IAM",
}
INVOKES: dict[str, Any] = {
    "action": "lambda:InvokeFunction",
    "function": "height-1",
    "qualifier": "live",
    "principal": CALLER,
    "invokedViaFunctionUrl": True,
}

GOOD: dict[str, dict[str, Any]] = {
    BUCKET: {"bucket": "a-bucket"},
    BLOCK: {
        "bucket": "a-bucket",
        **dict.fromkeys(
            ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
        ),
    },
    OWNERSHIP: {"bucket": "a-bucket", "rule": {"objectOwnership": "BucketOwnerEnforced"}},
    VERSIONING: {"bucket": "a-bucket", "versioningConfiguration": {"status": "Enabled"}},
    ENCRYPTION: {
        "bucket": "a-bucket",
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
    },
    LIFECYCLE: {"bucket": "a-bucket", "rules": [MOVE, END]},
    BUCKET_POLICY: {"bucket": "a-bucket", "policy": policy(PLAIN)},
    REPOSITORY: {"name": "height"},
    ACCESS: {"repository": "height", "policy": policy(LAMBDA_PULLS)},
    ROLE: {"name": "runs", "assumeRolePolicy": policy(TRUSTED)},
    LOG_GROUP: {"name": "height-logs", "retentionInDays": 30},
    ROLE_POLICY: {"name": "logs", "role": "runs", "policy": policy(WRITES)},
    FUNCTION: RUNS,
    ALIAS: {"functionName": "height-1", "name": "live", "functionVersion": "1"},
    PERMISSION: CALLS,
    URL: {**OF_LIVE, "authorizationType": "AWS_IAM"},
    WARM: {**OF_LIVE, "provisionedConcurrentExecutions": 2},
}
STORAGE = [BUCKET, BLOCK, OWNERSHIP, VERSIONING, ENCRYPTION, LIFECYCLE, BUCKET_POLICY]
SERVING = [REPOSITORY, ACCESS, ROLE, LOG_GROUP, ROLE_POLICY, FUNCTION, ALIAS, PERMISSION]


def build(cloud: Stage, wanted: str, changes: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Make everything that comes before a type, without what is None, then the type; the outputs of that."""
    made: dict[str, Any] = {}
    if "mine" in str(changes):  # The same statement once more.
        build(cloud, wanted, {})
        cloud.make(PERMISSION, "before", **{**CALLS, "statementId": "mine"})
        return cloud.make(PERMISSION, "after", **{**CALLS, "statementId": "mine"})
    before = STORAGE if wanted in STORAGE else SERVING
    for type_ in [*(each for each in before if each != wanted), wanted]:
        change = changes.get(type_, {})
        if change is not None and (type_ == wanted or _before(type_, wanted, before)):
            kept = {} if change is INVOKES else GOOD[type_]
            made = cloud.make(type_, type_.rpartition(":")[2], **{**kept, **change})
    return made


def _before(type_: str, wanted: str, order: list[str]) -> bool:
    return wanted not in order or order.index(type_) < order.index(wanted)


def serving(cloud: Stage) -> None:
    """A function whose one caller has both permissions."""
    build(cloud, PERMISSION, {})
    cloud.make(PERMISSION, "invoke", **INVOKES)


def hold(monkeypatch: Any) -> None:
    """Let the local registry hold the image and no other."""
    monkeypatch.setattr(registry, "digest", lambda cloud, name, what: what if what == DIGEST else None)
