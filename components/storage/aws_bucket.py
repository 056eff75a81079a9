"""What buckets on AWS have in common, whatever they are for."""

import pulumi
from pulumi_aws import s3

from components.storage.contract import ABORT_UPLOADS_DAYS

EVERYTHING = s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
"""The empty filter: a rule for all objects."""

UNFINISHED = s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
    days_after_initiation=ABORT_UPLOADS_DAYS
)
"""The end of uploads that nobody finished."""


def private(name: str, bucket: s3.Bucket, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Nothing in it can be public, and no access list counts; the bucket once both hold."""
    block = s3.BucketPublicAccessBlock(
        f"{name}-private",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    return s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=block.bucket,
        rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=child,
    ).bucket


def encrypted(
    name: str,
    bucket: pulumi.Output[str],
    key: pulumi.Output[str] | None,
    child: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """With the key by way of a bucket key, else with one of S3; the bucket once it is."""
    default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
        sse_algorithm="AES256" if key is None else "aws:kms", kms_master_key_id=key
    )
    rule = s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=default,
        blocked_encryption_types=["SSE-C"],
        bucket_key_enabled=None if key is None else True,
    )
    return s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption", bucket=bucket, rules=[rule], opts=child
    ).bucket
