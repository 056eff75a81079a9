"""What data at rest is encrypted with: a key of ours wherever a cloud can, never nothing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.audit import State, named, of

Inputs = Mapping[str, Any]

_SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

# Type to the key it is told to use; empty where it is told none.
KEYS: dict[str, Callable[[Inputs], Any]] = {
    "aws:ecr/repository:Repository": lambda inputs: inputs["encryptionConfigurations"][0].get("kmsKey"),
    "aws:cloudwatch/logGroup:LogGroup": lambda inputs: inputs.get("kmsKeyId"),
    "aws:lambda/function:Function": lambda inputs: inputs.get("kmsKeyArn"),
    "azure-native:containerregistry:Registry": lambda inputs: (
        (inputs.get("encryption") or {}).get("keyVaultProperties") or {}
    ).get("keyIdentifier"),
    "azure-native:storage:StorageAccount": lambda inputs: (
        inputs["encryption"].get("keyVaultProperties") or {}
    ).get("keyName"),
    "gcp:storage/bucket:Bucket": lambda inputs: (inputs.get("encryption") or {}).get("defaultKmsKeyName"),
    "gcp:artifactregistry/repository:Repository": lambda inputs: inputs.get("kmsKeyName"),
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": lambda inputs: (
        inputs.get("cmekSettings") or {}
    ).get("kmsKeyName"),
}


def without_a_key(state: State) -> list[str]:
    """Everything that holds data and is not told to use a key of ours."""
    return sorted([*_told_none(state), *_buckets(state)])


def unprotected(state: State) -> list[str]:
    """Everything that travels or rests in the open: old TLS, shared keys, buckets without encryption."""
    return sorted([*_open_accounts(state), *_bare_buckets(state)])


def _told_none(state: State) -> Iterator[str]:
    return (f"{named(each)}: no key" for each in of(state, *KEYS) if not KEYS[each["type"]](each["inputs"]))


def _algorithms(state: State) -> dict[str, Mapping[str, Any]]:
    """Bucket to what it encrypts with by default."""
    return {
        each["inputs"]["bucket"]: each["inputs"]["rules"][0]["applyServerSideEncryptionByDefault"]
        for each in of(state, _SSE)
    }


def _buckets(state: State) -> Iterator[str]:
    """A bucket that takes the logs of another one takes no key of ours:
    docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"""
    taking = {each["inputs"]["targetBucket"] for each in of(state, "aws:s3/bucketLogging:BucketLogging")}
    for each in of(state, "aws:s3/bucket:Bucket"):
        name = each["inputs"]["bucket"]
        default = _algorithms(state).get(name, {})
        if name not in taking and not default.get("kmsMasterKeyId"):
            yield f"{named(each)}: no key"


def _bare_buckets(state: State) -> Iterator[str]:
    for each in of(state, "aws:s3/bucket:Bucket"):
        default = _algorithms(state).get(each["inputs"]["bucket"], {})
        if default.get("sseAlgorithm") not in ("AES256", "aws:kms"):
            yield f"{named(each)}: no encryption by default"


def _open_accounts(state: State) -> Iterator[str]:
    for each in of(state, "azure-native:storage:StorageAccount"):
        inputs = each["inputs"]
        if inputs.get("minimumTlsVersion") != "TLS1_2" or inputs.get("enableHttpsTrafficOnly") is not True:
            yield f"{named(each)}: takes old TLS, or none"
        if inputs.get("allowSharedKeyAccess") is not False:
            yield f"{named(each)}: takes shared keys"
    for each in of(state, "azure-native:containerregistry:Registry"):
        if each["inputs"].get("adminUserEnabled") is not False:
            yield f"{named(each)}: has an administrator with a password"
