"""Key on AWS: one key of the Key Management Service."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi
from pulumi_aws import kms

from components.clouds.aws import OnAws
from components.clouds.aws_policies import document
from components.clouds.landing import Landing
from components.core import naming
from components.core.context import Context
from components.key.contract import Key, KeyArgs, KeyLinks, Service

DELETION_DAYS = 30
"""How long a deleted key waits, disabled, and can still be brought back: the longest there is."""

# All of docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html that
# looks at a key or manages it: nothing here encrypts or decrypts.
_MANAGE = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
]
# docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html: images go through grants that ECR
# makes for itself with the repository, so whoever pulls one needs no right on the key.
_REGISTRY = ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"]
# docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
_STORAGE = ["kms:Decrypt", "kms:GenerateDataKey"]
# docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html: the deployer's right to make a
# grant is all that Lambda needs, the role of the function needs none.
_FUNCTION = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"]
# docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html, its wildcards spelled out
_LOGS = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


class AwsKey(OnAws, Key):
    """One key, whose policy names every service from the first moment."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:kms/key:Key": (
            f"one: rotates, used through four services only, deleted {DELETION_DAYS} days after it is asked"
        ),
        "aws:kms/alias:Alias": "one: its name, for people",
        "random:index/randomString:RandomString": "the end of that name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "usable_by": "log groups are told apart by the form of their names, `…-logs-<7 hex digits>`, in this "
        "account and region: another stack's could use the key, too; reading takes rights on the group"
    }

    @classmethod
    def names(cls, name: str, args: KeyArgs) -> tuple[naming.Name, ...]:
        context = args.context
        words = (f"alias/{context.project}", context.environment, name)
        return (naming.Name(naming.KMS_ALIAS, words),)

    def _build(self, name: str, args: KeyArgs, links: KeyLinks) -> None:
        self.key = kms.Key(
            name,
            description=f"Data at rest of {args.context.project}, {args.context.environment}",
            enable_key_rotation=True,
            rotation_period_in_days=args.rotation_days,
            deletion_window_in_days=DELETION_DAYS,
            policy=_policy(args.context, links.landing),
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        kms.Alias(
            f"{name}-alias", name=self.unique(name, args), target_key_id=self.key.key_id, opts=self.child
        )
        self.id = self.key.arn

    def _usable_by(self, name: str, service: Service) -> pulumi.Output[str]:
        """Nothing to add: a key has one policy, and every service is in it before anything is encrypted."""
        return self.id


def _policy(context: Context, landing: Landing) -> pulumi.Output[str]:
    """Who may do what with the key.

    The account itself may only manage it. Whoever else uses it needs rights in policies of their own, which
    count when the request comes through one of the services: kms:ViaService. The root user stands for the
    account, and for nobody outside of it.
    """
    owner = {"AWS": pulumi.Output.concat("arn:aws:iam::", landing.account, ":root")}
    # With bucket keys, S3 says for which bucket it asks.
    ours = f"arn:aws:s3:::{naming.fit(naming.BUCKET, (context.project, context.environment))}-*"
    groups = f":log-group:*-logs-{'?' * naming.AUTO_RANDOM}"
    logs = pulumi.Output.concat("arn:aws:logs:", landing.region, ":", landing.account, groups)
    in_ours = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": ours}}
    of_function = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs}}
    return document(
        _allow("Manage", owner, _MANAGE),
        _allow("Registry", owner, _REGISTRY, _via("ecr", landing)),
        _allow("Storage", owner, _STORAGE, {**_via("s3", landing), **in_ours}),
        _allow("Functions", owner, _FUNCTION, _via("lambda", landing)),
        _allow("Logs", {"Service": _host("logs", landing)}, _LOGS, of_function),
    )


def _host(service: str, landing: Landing) -> pulumi.Output[str]:
    """What AWS calls a service in one region."""
    return pulumi.Output.concat(service, ".", landing.region, ".amazonaws.com")


def _via(service: str, landing: Landing) -> dict[str, Any]:
    """The condition that a request comes through one service."""
    return {"StringEquals": {"kms:ViaService": _host(service, landing)}}


def _allow(
    sid: str,
    principal: Mapping[str, pulumi.Output[str]],
    actions: list[str],
    condition: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """One right; "*" is this one key, whose ARN nobody knows before it is made."""
    right = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
    return {**right, "Condition": condition} if condition else right
