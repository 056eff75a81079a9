"""Access logs on AWS: who read and wrote what, in a bucket of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import s3

from components.clouds.aws_policies import document
from components.clouds.landing import Landing
from components.core import naming
from components.core.context import Context
from components.core.endings import keepers, physical
from components.core.outputs import once
from components.storage.aws_bucket import EVERYTHING, UNFINISHED, encrypted, private
from components.storage.aws_policies import only_from_inside, only_tls


@dataclass(frozen=True)
class AccessLogs:
    """Keeps what happens to one bucket; `name` is where logical names begin."""

    name: str
    bucket: s3.Bucket
    landing: Landing
    tags: Mapping[str, str]
    child: pulumi.ResourceOptions
    closed: Mapping[str, Any] | None
    """Conditions of a request from outside the network."""

    @staticmethod
    def named(context: Context, storage: str) -> naming.Name:
        """The name it will ask for."""
        return naming.full(naming.BUCKET, context, f"{storage}-access")

    def kept(self, context: Context, storage: str, days: int, protect: bool) -> pulumi.Output[str]:
        """Logs from now on, and keeps them so long; the bucket that is logged once all of it holds."""
        logs = s3.Bucket(
            self.name,
            bucket=physical(
                self.name, self.named(context, storage), keepers(self.landing.region), self.child
            ),
            force_destroy=not protect,
            tags=self.tags,
            opts=pulumi.ResourceOptions.merge(self.child, pulumi.ResourceOptions(protect=protect)),
        )
        logging = s3.BucketLogging(
            self.name,
            bucket=self.bucket.bucket,
            target_bucket=once(logs.bucket, self._private(logs), self._ending(logs, days)),
            target_prefix="",
            opts=self.child,
        )
        return logging.bucket

    def _private(self, logs: s3.Bucket) -> pulumi.Output[str]:
        """Nothing public, no access lists, and S3 alone writes: no right on the other bucket reaches here."""
        refusals = [*only_tls(logs.arn), *only_from_inside(self.closed, logs.arn)]
        policy = s3.BucketPolicy(
            f"{self.name}-delivery",
            bucket=private(self.name, logs, self.child),
            policy=document(self._delivery(logs), *refusals),
            opts=self.child,
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
        end = s3.BucketLifecycleConfigurationRuleArgs(
            id="end",
            status="Enabled",
            filter=EVERYTHING,
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
            abort_incomplete_multipart_upload=UNFINISHED,
        )
        lifecycle = s3.BucketLifecycleConfiguration(
            f"{self.name}-lifecycle",
            bucket=encrypted(self.name, logs.bucket, None, self.child),
            rules=[end],
            opts=self.child,
        )
        return lifecycle.bucket
