"""Key on AWS: one key of the Key Management Service."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi
from pulumi_aws import kms

from components.clouds.aws import OnAws
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
        key = kms.Key(
            name,
            description=f"Data at rest of {args.context.project}, {args.context.environment}",
            enable_key_rotation=True,
            rotation_period_in_days=args.rotation_days,
            deletion_window_in_days=DELETION_DAYS,
            policy=pulumi.Output.all(links.landing.region, links.landing.account).apply(
                lambda place: _policy(args.context, *place)
            ),
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        kms.Alias(f"{name}-alias", name=self.unique(name, args), target_key_id=key.key_id, opts=self.child)
        self.id = key.arn

    def _usable_by(self, name: str, service: Service) -> pulumi.Output[str]:
        """Nothing to add: a key has one policy, and every service is in it before anything is encrypted."""
        return self.id


def _policy(context: Context, region: str, account: str) -> str:
    """Who may do what with the key, as text.

    The account itself may only manage it. Whoever else uses it needs rights in policies of their own, which
    count when the request comes through one of the services: kms:ViaService. The root user stands for the
    account, and for nobody outside of it.
    """
    owner = {"AWS": f"arn:aws:iam::{account}:root"}
    # With bucket keys, S3 says for which bucket it asks.
    ours = f"arn:aws:s3:::{naming.fit(naming.BUCKET, (context.project, context.environment))}-*"
    logs = f"arn:aws:logs:{region}:{account}:log-group:*-logs-{'?' * naming.AUTO_RANDOM}"
    in_ours = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": ours}}
    of_function = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs}}
    return _document(
        ("Manage", owner, _MANAGE, {}),
        ("Registry", owner, _REGISTRY, _via("ecr", region)),
        ("Storage", owner, _STORAGE, {**_via("s3", region), **in_ours}),
        ("Functions", owner, _FUNCTION, _via("lambda", region)),
        ("Logs", {"Service": f"logs.{region}.amazonaws.com"}, _LOGS, of_function),
    )


def _via(service: str, region: str) -> dict[str, Any]:
    """The condition that a request comes through one service."""
    return {"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}}


def _document(*rights: tuple[str, Mapping[str, str], list[str], Mapping[str, Any]]) -> str:
    """A policy as text; "*" is this one key, whose ARN nobody knows before it is made."""
    statements = [
        {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
        | ({"Condition": condition} if condition else {})
        for sid, principal, actions, condition in rights
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
