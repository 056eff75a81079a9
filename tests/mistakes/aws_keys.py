"""Planted mistakes on AWS with a key of ours: how it rotates, what its policy says, what waits for it."""

from collections.abc import Callable
from typing import Any

from tests.mistakes import Mistake, Props
from tests.mistakes.changes import Change, Statements, forgetting, policy, setting

KEY = "aws:kms/key:Key"
ALIAS = "aws:kms/alias:Alias"
REPOSITORY = "aws:ecr/repository:Repository"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
FUNCTION = "aws:lambda/function:Function"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
GONE = "arn:aws:kms:eu-central-1:111111111111:key/0a1b2c3d-4e5f-4a6b-8c7d-0a1b2c3d4e5f"

Named = dict[str, dict[str, Any]]


def _policy(change: Callable[[Named], object]) -> Change:
    """Change the statements of the key's policy, which are told by their names."""

    def edit(statements: Statements) -> None:
        named = {each["Sid"]: each for each in statements}
        change(named)
        statements[:] = named.values()

    return policy(edit)


def _statement(name: str, **values: Any) -> Change:
    return _policy(lambda named: named[name].update(values))


def _without(name: str) -> Change:
    return _policy(lambda named: named.pop(name))


def _default(**changes: Any) -> Change:
    """Change the one rule of the bucket's encryption."""

    def planted(props: Props) -> None:
        (rule,) = props["rules"]
        for name, value in changes.items():
            setattr(rule, name, value)

    return planted


MISTAKES: dict[str, Mistake] = {
    "key that never rotates": Mistake(
        KEY, setting(enable_key_rotation=False), ("enableKeyRotation", "must be true"), "kms-rotation"
    ),
    "key that rotates too often": Mistake(
        KEY, setting(rotation_period_in_days=30), ("rotationPeriodInDays", "at least 90"), "value"
    ),
    "key that is gone at once": Mistake(
        KEY, setting(deletion_window_in_days=1), ("deletionWindowInDays", "at least 7"), "value"
    ),
    "key that nobody can manage": Mistake(
        KEY, _statement("Manage", Action=["kms:DescribeKey"]), ("policy", "kms:PutKeyPolicy"), "kms-lockout"
    ),
    "key that the account may use for everything": Mistake(
        KEY,
        _statement("Manage", Action=["kms:*"]),
        ("policy.Statement[0].Action", "'kms:*' allows more"),
        "policy-wildcard-action",
    ),
    "key that decrypts without S3": Mistake(
        KEY,
        _statement("Storage", Condition={}),
        ("policy.Statement[2].Condition", "kms:decrypt without kms:ViaService"),
        "kms-via-service",
    ),
    "key for everybody": Mistake(
        KEY,
        _statement("Storage", Principal={"AWS": "*"}),
        ("policy.Statement[2].Principal", "lets in everybody"),
        "policy-wildcard-principal",
    ),
    "key for the logs of every account": Mistake(
        KEY,
        _statement("Logs", Condition={}),
        ("policy.Statement[4].Condition", "must name log groups of 111111111111"),
        "kms-service-source",
    ),
    "policy without the logs": Mistake(
        KEY, _without("Logs"), ("kmsKeyId", "does not let logs.eu-central-1.amazonaws.com"), "kms-key-lets"
    ),
    "policy without the images": Mistake(
        KEY, _without("Registry"), ("encryptionConfigurations[0].kmsKey", "kms:CreateGrant"), "kms-key-lets"
    ),
    "policy for the buckets of another stack": Mistake(
        KEY,
        _policy(
            lambda named: named["Storage"]["Condition"].update(
                {"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::modelport-other-*"}}
            )
        ),
        ("kmsMasterKeyId", "kms:Decrypt, kms:GenerateDataKey"),
        "kms-key-lets",
    ),
    "name that belongs to AWS": Mistake(
        ALIAS, setting(name="alias/aws/ecr"), ("name", "does not match"), "name"
    ),
    "name of another key": Mistake(
        ALIAS, setting(target_key_id=GONE), ("targetKeyId", "NotFoundException"), "kms-alias-target"
    ),
    "images with a key that is not there": Mistake(
        REPOSITORY,
        setting(encryption_configurations=[{"encryption_type": "KMS", "kms_key": GONE}]),
        ("encryptionConfigurations[0].kmsKey", "does not exist"),
        "kms-key-exists",
    ),
    "images with a key and AES-256": Mistake(
        REPOSITORY,
        setting(encryption_configurations=[{"encryption_type": "AES256", "kms_key": GONE}]),
        ("encryptionConfigurations[0].kmsKey", "needs encryptionType KMS"),
    ),
    "variables with a key of another region": Mistake(
        FUNCTION,
        setting(kms_key_arn=GONE.replace("eu-central-1", "eu-west-1")),
        ("kmsKeyArn", "does not exist"),
        "kms-key-exists",
    ),
    "objects that each ask for the key": Mistake(
        ENCRYPTION,
        _default(bucket_key_enabled=False),
        ("rules[0].bucketKeyEnabled", "must be true"),
        "s3-bucket-key",
    ),
    "log group that waits for no key": Mistake(
        GROUP, forgetting("kms_key_id"), ("LogGroup", "needs", "kms/key:Key"), luck=True
    ),
    "repository that waits for no key": Mistake(
        REPOSITORY, forgetting("encryption_configurations"), ("Repository", "needs", "kms/key:Key"), luck=True
    ),
    "name that waits for no key": Mistake(
        ALIAS, forgetting("target_key_id"), ("Alias", "needs", "kms/key:Key"), luck=True
    ),
}
