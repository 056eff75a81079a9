"""AWS: what only code can say about buckets and what is set beside them."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.documents import BUCKET_POLICY, ROLE_POLICY, statements
from sandbox.world import Resource

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
BESIDE = (BLOCK, OWNERSHIP, VERSIONING, ENCRYPTION, LIFECYCLE, BUCKET_POLICY, LOGGING)

_INLINE = (
    "acl",
    "corsRules",
    "grants",
    "lifecycleRules",
    "logging",
    "policy",
    "replicationConfiguration",
    "serverSideEncryptionConfiguration",
    "versioning",
    "website",
)
_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_ACTIONS = (
    "abortIncompleteMultipartUpload",
    "expiration",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "transitions",
)
# docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
_INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
_STAY = 30
_COLDER = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")

Found = Iterator[tuple[str, str]]


@rule("s3-inline", BUCKET)
def _inline(situation: Situation) -> Found:
    for name in _INLINE:
        if situation.given(name):
            yield name, "is deprecated and fights with the resource of its own that sets it"


@rule("s3-bucket-exists", *BESIDE, on="create update")
def _bucket_exists(situation: Situation) -> None:
    situation.need(bucket(situation, str(situation.get("bucket")), "bucket"))


def bucket(situation: Situation, name: str, path: str) -> Resource:
    """A bucket of the world; raises `Refused` as S3 does."""
    found = situation.world.get(BUCKET, name)
    if found is None:
        text = f"NoSuchBucket: The specified bucket does not exist: {name}"
        raise Refused(text, property=path, code="NOT_FOUND")
    return found


@rule("s3-block-public", BLOCK)
def _block_public(situation: Situation) -> Found:
    """New buckets have all four, and each that is left out here is switched off."""
    for name in _BLOCKS:
        if situation.knows(name) and situation.inputs.get(name) is not True:
            yield name, "opens the bucket, also when it is left out: must be true"


@rule("s3-versioning-off", VERSIONING)
def _versioning_off(situation: Situation) -> Found:
    old = (situation.old_inputs.get("versioningConfiguration") or {}).get("status")
    if situation.get("versioningConfiguration.status") == "Disabled" and old in ("Enabled", "Suspended"):
        yield "versioningConfiguration.status", f"cannot go from {old} to Disabled; it can be Suspended"


@rule("s3-key-with-aes", ENCRYPTION)
def _key_with_aes(situation: Situation) -> Found:
    for path, given in situation.each("rules.applyServerSideEncryptionByDefault"):
        if given.get("kmsMasterKeyId") and given.get("sseAlgorithm") == "AES256":
            yield f"{path}.kmsMasterKeyId", "a key needs sseAlgorithm aws:kms, came AES256"


def _rules(situation: Situation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for at, each in enumerate(situation.inputs.get("rules") or []):
        if isinstance(each, Mapping):
            yield f"rules[{at}]", each


@rule("s3-lifecycle-rule", LIFECYCLE)
def _lifecycle_rule(situation: Situation) -> Found:
    seen: set[str] = set()
    for path, each in _rules(situation):
        if each.get("id") in seen:
            yield f"{path}.id", f"{each['id']!r} is used twice; every rule needs its own"
        seen.add(str(each.get("id")))
        if not any(each.get(name) for name in _ACTIONS):
            yield path, f"does nothing: it needs one of {', '.join(_ACTIONS)}"
        if each.get("prefix") is None and each.get("filter") is None:
            yield f"{path}.filter", "is required; a prefix of nothing means every object"
    if not seen and situation.knows("rules"):
        yield "rules", "at least one rule"


@rule("s3-lifecycle-days", LIFECYCLE)
def _lifecycle_days(situation: Situation) -> Found:
    for path, each in _rules(situation):
        moves = [move for move in each.get("transitions") or [] if isinstance(move.get("days"), int)]
        for move in moves:
            if move.get("storageClass") in _INFREQUENT and move["days"] < _STAY:
                yield (
                    f"{path}.transitions",
                    f"{move['storageClass']}: objects stay {_STAY} days before they move there, "
                    f"came {move['days']}",
                )
        yield from _in_order(path, moves)


def _in_order(path: str, moves: list[Mapping[str, Any]]) -> Found:
    ordered = sorted((move for move in moves if move.get("storageClass") in _COLDER), key=_coldness)
    for warm, cold in pairwise(ordered):
        stay = _STAY if warm["storageClass"] in _INFREQUENT else 1
        if cold["days"] < warm["days"] + stay:
            classes = f"from {warm['storageClass']} to {cold['storageClass']}"
            days = f"came {warm['days']} and {cold['days']}"
            yield f"{path}.transitions", f"InvalidArgument: {stay} days must lie {classes}, {days}"


def _coldness(move: Mapping[str, Any]) -> int:
    return _COLDER.index(str(move["storageClass"]))


@rule("s3-lifecycle-versions", LIFECYCLE, on="create update")
def _lifecycle_versions(situation: Situation) -> None:
    """The API takes it, and nothing ever ends where there are no versions."""
    old = [name for _, each in _rules(situation) for name in each if name.startswith("noncurrent")]
    if not old:
        return
    found = situation.world.get(VERSIONING, str(situation.get("bucket")))
    if found is None or found.inputs.get("versioningConfiguration", {}).get("status") != "Enabled":
        text = f"{old[0]} has no effect: the bucket has no versions; make its BucketVersioning first"
        raise Refused(text, property="rules", code="FAILED_PRECONDITION")
    situation.need(found)


@rule("s3-policy-resource", BUCKET_POLICY)
def _policy_resource(situation: Situation) -> Found:
    if not situation.knows("bucket"):
        return
    own = f"arn:aws:s3:::{situation.get('bucket')}"
    for each in statements(situation):
        for resource in each.words("Resource"):
            if resource != own and not resource.startswith(f"{own}/"):
                yield (
                    f"{each.path}.Resource",
                    f"MalformedPolicy: Policy has invalid resource: {resource!r}; allowed: {own} and {own}/…",
                )


@rule("s3-policy-after-block", BUCKET_POLICY, on="create")
def _policy_after_block(situation: Situation) -> None:
    """S3 answers with a conflict while the block is being set, and blocks a policy that would be public."""
    found = situation.world.get(BLOCK, str(situation.get("bucket")))
    if found is None:
        text = "OperationAborted: a conflicting conditional operation; make the BucketPublicAccessBlock first"
        raise Refused(text, property="bucket", code="ABORTED")
    situation.need(found)


@rule("policy-names-what-exists", ROLE_POLICY, on="create update")
def _names_what_exists(situation: Situation) -> None:
    """Rights on a bucket that nobody made, or that somebody else has."""
    for each in statements(situation):
        for resource in each.words("Resource"):
            if resource.startswith("arn:aws:s3:::"):
                name = resource.removeprefix("arn:aws:s3:::").partition("/")[0]
                situation.need(bucket(situation, name, f"{each.path}.Resource"))


@on_delete("s3-beside", BUCKET)
def _beside(situation: Situation) -> bool:
    """What is set beside a bucket goes with it."""
    for type_ in BESIDE:
        situation.world.remove(type_, situation.id)
    return False
