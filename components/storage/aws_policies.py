"""What policies of a bucket on AWS refuse."""

from collections.abc import Mapping
from typing import Any

import pulumi


def only_tls(bucket: pulumi.Output[str]) -> list[Mapping[str, Any]]:
    """Refuses what comes without TLS, or with one older than 1.2."""
    everything = {
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, pulumi.Output.concat(bucket, "/*")],
    }
    return [
        {"Effect": "Deny", **everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Deny", **everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    ]


def only_with(key: pulumi.Output[str] | None, bucket: pulumi.Output[str]) -> list[Mapping[str, Any]]:
    """Refuses an object that asks for another encryption than the bucket's own.

    Whoever asks for none gets the key. A request for another algorithm names no key, and what is not there
    differs from ours, too: docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    if key is None:
        return []
    other = {
        "Null": {"s3:x-amz-server-side-encryption": "false"},
        "ArnNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key},
    }
    objects = {"Action": "s3:PutObject", "Resource": pulumi.Output.concat(bucket, "/*")}
    return [{"Effect": "Deny", "Principal": "*", **objects, "Condition": other}]


def only_from_inside(closed: Mapping[str, Any] | None, bucket: pulumi.Output[str]) -> list[Mapping[str, Any]]:
    """Refuses every action on objects from outside, none on the bucket: whoever deploys can still mend it."""
    if closed is None:
        return []
    objects = {"Action": "s3:*", "Resource": pulumi.Output.concat(bucket, "/*")}
    return [{"Effect": "Deny", "Principal": "*", **objects, "Condition": closed}]
