"""Object storage on AWS: Simple Storage Service."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pulumi
from pulumi_aws import iam, s3

from components.clouds.aws import OnAws, receiver
from components.clouds.aws_policies import document
from components.core import naming
from components.core.errors import ModelportError, caught
from components.core.outputs import once
from components.core.principal import Principal
from components.key.contract import usable_by
from components.network.aws_perimeter import from_outside
from components.storage.aws_access import AccessLogs
from components.storage.aws_bucket import EVERYTHING, UNFINISHED, encrypted, private
from components.storage.aws_policies import only_from_inside, only_tls, only_with
from components.storage.contract import Action, Storage, StorageArgs, StorageLinks, below

# docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
PUT = ["s3:PutObject", "s3:AbortMultipartUpload"]
# docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: the parts of an upload are read again
# before they become one object, so writing needs to decrypt, too.
WITH_KEY = {"read": ["kms:Decrypt"], "write": ["kms:GenerateDataKey", "kms:Decrypt"]}


class AwsStorage(OnAws, Storage):
    """One bucket; what is set beside it is made one after the other, because S3 refuses two at once."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:s3/bucket:Bucket": "one, and one for access logs where they are kept, likewise but without "
        "versions",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "all four: nothing in it can be public",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "no access lists: policies alone decide",
        "aws:s3/bucketVersioning:BucketVersioning": "on",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
            "AES-256, or the key by way of a bucket key"
        ),
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
            "Standard-IA, Glacier Instant Retrieval, end of old versions and unfinished uploads"
        ),
        "aws:s3/bucketPolicy:BucketPolicy": "TLS 1.2 or newer; with a key, no other encryption; with a "
        "network, no object to anybody outside of it",
        "aws:s3/bucketLogging:BucketLogging": "who read and wrote what, where that is kept",
        "random:index/randomString:RandomString": "the end of the bucket's name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "infrequent_after_days": "objects below 128 KB stay in the first class: moving them would cost more",
        "access_logs_days": "S3 brings them within hours, as well as it can, and encrypts them with a key of "
        "its own: log delivery takes no other",
        "network": "listing names is refused to nobody outside who has the right, because the deployer's "
        "provider looks for the bucket in that way; objects go with an unprotected bucket only if whoever "
        "destroys it is let in",
    }

    @classmethod
    def names(cls, name: str, args: StorageArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.BUCKET, args.context, name),)

    @classmethod
    def refusals(cls, name: str, args: StorageArgs) -> Iterator[ModelportError]:
        yield from super().refusals(name, args)
        if args.access_logs_days is not None:
            yield from caught(AccessLogs.named(args.context, name).check)

    def _build(self, name: str, args: StorageArgs, links: StorageLinks) -> None:
        self.region = links.landing.region
        self.key = usable_by(links.key, f"{name}-key", "storage")
        self.bucket = s3.Bucket(
            name,
            bucket=self.unique(name, args, links.landing.region),
            force_destroy=not args.protect,
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        closed = from_outside(links.network, links.landing) if links.network else None
        settled = [self._closed(name, closed), self._aging(name, args)]
        if args.access_logs_days is not None:
            logs = AccessLogs(f"{name}-access", self.bucket, links.landing, self.tags, self.child, closed)
            settled.append(logs.kept(args.context, name, args.access_logs_days, args.protect))
        self.name = once(self.bucket.bucket, *settled)
        self.uri = pulumi.Output.concat("s3://", self.name)
        self.remote = pulumi.Output.concat(
            ":s3,provider=AWS,env_auth,region=", links.landing.region, ":", self.name
        )

    def _grant(self, name: str, principal: Principal, action: Action, prefix: str) -> pulumi.Output[str]:
        policy = iam.RolePolicy(
            name,
            role=receiver(principal),
            policy=document(*_rights(self.bucket.arn, action, prefix), *self._decrypting(action)),
            opts=self.child,
        )
        return below(once(self.uri, policy.role), prefix)

    def _decrypting(self, action: Action) -> list[Mapping[str, Any]]:
        """What an action needs on the key: through S3, for this bucket and for nothing else."""
        if self.key is None:
            return []
        through = {
            "kms:ViaService": pulumi.Output.concat("s3.", self.region, ".amazonaws.com"),
            # With a bucket key it is the bucket that S3 names, never the object.
            "kms:EncryptionContext:aws:s3:arn": self.bucket.arn,
        }
        right = {"Effect": "Allow", "Action": WITH_KEY[action], "Resource": self.key}
        return [{**right, "Condition": {"StringEquals": through}}]

    def _closed(self, name: str, closed: Mapping[str, Any] | None) -> pulumi.Output[str]:
        """Closes it to the public, to access lists, to old TLS and to outside; once all of it holds."""
        arn = self.bucket.arn
        refusals = [*only_tls(arn), *only_with(self.key, arn), *only_from_inside(closed, arn)]
        owned = private(name, self.bucket, self.child)
        policy = s3.BucketPolicy(f"{name}-tls", bucket=owned, policy=document(*refusals), opts=self.child)
        return policy.bucket

    def _aging(self, name: str, args: StorageArgs) -> pulumi.Output[str]:
        """Versions, encryption and what becomes of objects with time; the bucket once all of it holds."""
        versions = s3.BucketVersioning(
            f"{name}-versions",
            bucket=self.bucket.bucket,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self.child,
        )
        bucket = encrypted(name, versions.bucket, self.key, self.child)
        # Old versions end only where there are versions, so it comes after them.
        lifecycle = s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle", bucket=bucket, rules=_lifecycle(args), opts=self.child
        )
        return lifecycle.bucket


def _lifecycle(args: StorageArgs) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """Every rule is for all objects."""
    moves = (("STANDARD_IA", args.infrequent_after_days), ("GLACIER_IR", args.archive_after_days))
    return [
        s3.BucketLifecycleConfigurationRuleArgs(
            id="move",
            status="Enabled",
            filter=EVERYTHING,
            transitions=[
                s3.BucketLifecycleConfigurationRuleTransitionArgs(days=days, storage_class=class_)
                for class_, days in moves
            ],
        ),
        s3.BucketLifecycleConfigurationRuleArgs(
            id="end",
            status="Enabled",
            filter=EVERYTHING,
            # A deletion leaves a marker, which would stay for ever once the versions below it are gone.
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
            noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=args.keep_versions_days
            ),
            abort_incomplete_multipart_upload=UNFINISHED,
        ),
    ]


def _rights(bucket: pulumi.Output[str], action: Action, prefix: str) -> list[Mapping[str, Any]]:
    """What an action allows below a prefix; listing belongs to the bucket, so a condition narrows it."""
    objects = pulumi.Output.concat(bucket, f"/{prefix}*")
    if action == "write":
        return [{"Effect": "Allow", "Action": PUT, "Resource": objects}]
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": bucket}
    narrowed = {"Condition": {"StringLike": {"s3:prefix": f"{prefix}*"}}} if prefix else {}
    return [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": objects}, {**listing, **narrowed}]
