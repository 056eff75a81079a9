"""Object storage on AWS: Simple Storage Service."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi
from pulumi_aws import iam, s3

from components.clouds.aws import OnAws
from components.core import naming
from components.core.principal import Principal
from components.storage.contract import ABORT_UPLOADS_DAYS, Action, Storage, StorageArgs, StorageLinks

# docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
PUT = ["s3:PutObject", "s3:AbortMultipartUpload"]


class AwsStorage(OnAws, Storage):
    """One bucket; what is set beside it is made one after the other, because S3 refuses two at once."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:s3/bucket:Bucket": "one",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "all four: nothing in it can be public",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "no access lists: policies alone decide",
        "aws:s3/bucketVersioning:BucketVersioning": "on",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "AES-256",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
            "Standard-IA, Glacier Instant Retrieval, end of old versions and unfinished uploads"
        ),
        "aws:s3/bucketPolicy:BucketPolicy": "TLS 1.2 or newer",
        "random:index/randomString:RandomString": "the end of the bucket's name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "infrequent_after_days": "objects below 128 KB stay in the first class: moving them would cost more"
    }

    @classmethod
    def names(cls, name: str, args: StorageArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.BUCKET, args.context, name),)

    def _build(self, name: str, args: StorageArgs, links: StorageLinks) -> None:
        self.bucket = s3.Bucket(
            name,
            bucket=self.unique(name, args, links.landing.region),
            force_destroy=not args.protect,
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        settled = [self._closed(name), self._aging(name, args)]
        self.name = pulumi.Output.all(self.bucket.bucket, *settled).apply(lambda known: str(known[0]))
        self.uri = pulumi.Output.concat("s3://", self.name)
        self.remote = pulumi.Output.concat(
            ":s3,provider=AWS,env_auth,region=", links.landing.region, ":", self.name
        )

    def _grant(self, name: str, principal: Principal, action: Action, prefix: str) -> pulumi.Output[str]:
        policy = iam.RolePolicy(
            name,
            role=principal.matching(r"[\w+=,.@-]{1,64}", "the name of a role, not its ARN"),
            policy=_document(*_rights(self.bucket.arn, action, prefix)),
            opts=self.child,
        )
        address = f"/{prefix}".rstrip("/")
        return pulumi.Output.all(self.uri, policy.role).apply(lambda known: f"{known[0]}{address}")

    def _closed(self, name: str) -> pulumi.Output[str]:
        """Closes it to the public, to access lists and to old TLS; the bucket once all of it holds."""
        block = s3.BucketPublicAccessBlock(
            f"{name}-private",
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child,
        )
        ownership = s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=block.bucket,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.child,
        )
        policy = s3.BucketPolicy(
            f"{name}-tls", bucket=ownership.bucket, policy=_only_tls(self.bucket.arn), opts=self.child
        )
        return policy.bucket

    def _aging(self, name: str, args: StorageArgs) -> pulumi.Output[str]:
        """Versions, encryption and what becomes of objects with time; the bucket once all of it holds."""
        versions = s3.BucketVersioning(
            f"{name}-versions",
            bucket=self.bucket.bucket,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self.child,
        )
        encryption = s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption", bucket=versions.bucket, rules=[_aes256()], opts=self.child
        )
        # Old versions end only where there are versions, so it comes after them.
        lifecycle = s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle", bucket=encryption.bucket, rules=_lifecycle(args), opts=self.child
        )
        return lifecycle.bucket


def _aes256() -> s3.BucketServerSideEncryptionConfigurationRuleArgs:
    default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
        sse_algorithm="AES256"
    )
    return s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=default, blocked_encryption_types=["SSE-C"]
    )


def _lifecycle(args: StorageArgs) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """Every rule is for all objects: the empty filter."""
    moves = (("STANDARD_IA", args.infrequent_after_days), ("GLACIER_IR", args.archive_after_days))
    whole = s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    return [
        s3.BucketLifecycleConfigurationRuleArgs(
            id="move",
            status="Enabled",
            filter=whole,
            transitions=[
                s3.BucketLifecycleConfigurationRuleTransitionArgs(days=days, storage_class=class_)
                for class_, days in moves
            ],
        ),
        s3.BucketLifecycleConfigurationRuleArgs(
            id="end",
            status="Enabled",
            filter=whole,
            # A deletion leaves a marker, which would stay for ever once the versions below it are gone.
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
            noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=args.keep_versions_days
            ),
            abort_incomplete_multipart_upload=(
                s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=ABORT_UPLOADS_DAYS
                )
            ),
        ),
    ]


def _rights(bucket: pulumi.Output[str], action: Action, prefix: str) -> list[Mapping[str, Any]]:
    """What an action allows below a prefix; listing belongs to the bucket, so a condition narrows it."""
    objects = pulumi.Output.concat(bucket, f"/{prefix}*")
    if action == "write":
        return [{"Effect": "Allow", "Action": PUT, "Resource": objects}]
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": bucket}
    below = {"Condition": {"StringLike": {"s3:prefix": f"{prefix}*"}}} if prefix else {}
    return [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": objects}, {**listing, **below}]


def _only_tls(bucket: pulumi.Output[str]) -> pulumi.Output[str]:
    """Refuses what comes without TLS, or with one older than 1.2."""
    everything = {
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, pulumi.Output.concat(bucket, "/*")],
    }
    return _document(
        {"Effect": "Deny", **everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Deny", **everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    )


def _document(*statements: Mapping[str, Any]) -> pulumi.Output[str]:
    """A policy as text: the SDK's own classes for it refuse a list of actions."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})
