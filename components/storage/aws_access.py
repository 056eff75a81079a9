"""Access logs on AWS: who read and wrote what, in a bucket of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_random as random
from pulumi_aws import s3

from components.clouds.landing import Landing
from components.core import naming
from components.core.context import Context
from components.storage.aws_policies import document, only_from_inside, only_tls
from components.storage.contract import ABORT_UPLOADS_DAYS


@dataclass(frozen=True)
class AccessLogs:
    """Keeps what happens to one bucket; `name` is where logical names begin."""

    name: str
    bucket: s3.Bucket
    landing: Landing
    tags: Mapping[str, str]
    opts: pulumi.ResourceOptions
    closed: Mapping[str, Any] | None
    """Conditions of a request from outside the network."""

    @staticmethod
    def named(context: Context, storage: str) -> naming.Name:
        """The name it will ask for."""
        return naming.full(naming.BUCKET, context, f"{storage}-access")

    def kept(self, context: Context, storage: str, days: int, protect: bool) -> pulumi.Output[str]:
        """Logs from now on, and keeps them so long; the bucket that is logged once all of it holds."""
        end = random.RandomString(
            f"{self.name}-suffix",
            length=naming.BUCKET.random,
            special=False,
            upper=False,
            keepers={"region": self.landing.region},
            opts=self.opts,
        )
        logs = s3.Bucket(
            self.name,
            bucket=end.result.apply(self.named(context, storage).with_random),
            force_destroy=not protect,
            tags=self.tags,
            opts=pulumi.ResourceOptions(parent=self.opts.parent, protect=protect),
        )
        ready = pulumi.Output.all(logs.bucket, self._private(logs), self._ending(logs, days))
        logging = s3.BucketLogging(
            self.name,
            bucket=self.bucket.bucket,
            target_bucket=ready.apply(lambda known: str(known[0])),
            target_prefix="",
            opts=self.opts,
        )
        return logging.bucket

    def _private(self, logs: s3.Bucket) -> pulumi.Output[str]:
        """Nothing public, no access lists, and S3 alone writes: no right on the other bucket reaches here."""
        block = s3.BucketPublicAccessBlock(
            f"{self.name}-private",
            bucket=logs.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.opts,
        )
        ownership = s3.BucketOwnershipControls(
            f"{self.name}-ownership",
            bucket=block.bucket,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.opts,
        )
        refusals = [*only_tls(logs.arn), *only_from_inside(self.closed, logs.arn)]
        policy = s3.BucketPolicy(
            f"{self.name}-delivery",
            bucket=ownership.bucket,
            policy=document(self._delivery(logs), *refusals),
            opts=self.opts,
        )
        return policy.bucket

    def _delivery(self, logs: s3.Bucket) -> Mapping[str, Any]:
        """S3 writes for this one bucket:
        docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"""
        return {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": ["s3:PutObject"],
            "Resource": pulumi.Output.concat(logs.arn, "/*"),
            "Condition": {
                "StringEquals": {"aws:SourceAccount": self.landing.account},
                "ArnLike": {"aws:SourceArn": self.bucket.arn},
            },
        }

    def _ending(self, logs: s3.Bucket, days: int) -> pulumi.Output[str]:
        """AES-256, because the page above has log delivery without keys of ours; gone after so many days."""
        default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="AES256"
        )
        rule = s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=default, blocked_encryption_types=["SSE-C"]
        )
        encryption = s3.BucketServerSideEncryptionConfiguration(
            f"{self.name}-encryption", bucket=logs.bucket, rules=[rule], opts=self.opts
        )
        end = s3.BucketLifecycleConfigurationRuleArgs(
            id="end",
            status="Enabled",
            filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
            abort_incomplete_multipart_upload=(
                s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=ABORT_UPLOADS_DAYS
                )
            ),
        )
        lifecycle = s3.BucketLifecycleConfiguration(
            f"{self.name}-lifecycle", bucket=encryption.bucket, rules=[end], opts=self.opts
        )
        return lifecycle.bucket
