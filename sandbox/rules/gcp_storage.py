"""Google Cloud: what only code can say about buckets and managed folders."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox import objects
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.gcp_types import BUCKET, BUCKET_MEMBER, EVERYBODY, FOLDER, FOLDER_MEMBER
from sandbox.world import Resource

_SHORTEST_SOFT_DELETE = 604_800
# From the dearest to keep to the cheapest; cloud.google.com/storage/docs/lifecycle#transitions
_CLASSES = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")
_OLDER = ("MULTI_REGIONAL", "REGIONAL", "DURABLE_REDUCED_AVAILABILITY")
_OF_UPLOADS = {"age", "matchesPrefixes", "matchesSuffixes"}
_MOST_RULES = 100

Found = Iterator[tuple[str, str]]


def _rules(situation: Situation) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Path, action and condition of each rule of the lifecycle."""
    for at, each in enumerate(situation.inputs.get("lifecycleRules") or []):
        yield f"lifecycleRules[{at}]", each.get("action") or {}, each.get("condition") or {}


@rule("bucket-lifecycle", BUCKET)
def _lifecycle(situation: Situation) -> Found:
    """A colder class comes later: where two rules apply, the colder one wins, and nothing moves back."""
    moves: dict[str, int] = {}
    for path, action, condition in _rules(situation):
        yield from _one_rule(path, action, condition)
        if action.get("storageClass") in _CLASSES and isinstance(condition.get("age"), int):
            moves[action["storageClass"]] = condition["age"]
    days = [moves[each] for each in _CLASSES if each in moves]
    if days != sorted(set(days)):
        yield "lifecycleRules", f"a colder class must come later: {moves}"
    if len(situation.inputs.get("lifecycleRules") or []) > _MOST_RULES:
        yield "lifecycleRules", f"more than {_MOST_RULES}"


def _one_rule(path: str, action: Mapping[str, Any], condition: Mapping[str, Any]) -> Found:
    kind = action.get("type")
    if (kind == "SetStorageClass") != (action.get("storageClass") is not None):
        yield f"{path}.action.storageClass", "is required for SetStorageClass, and for nothing else"
    if not any(value not in (None, [], "") for value in condition.values()):
        yield f"{path}.condition", "is empty: it would match every object"
    if kind == "AbortIncompleteMultipartUpload" and set(condition) - _OF_UPLOADS:
        yield f"{path}.condition", "an upload has an age, a prefix and a suffix only"
    for each in condition.get("matchesStorageClasses") or []:
        if each not in (*_CLASSES, *_OLDER):
            yield f"{path}.condition.matchesStorageClasses", f"{each!r} is no storage class"


@rule("bucket-versions", BUCKET)
def _versions(situation: Situation) -> Found:
    """Without versions nothing is ever noncurrent: Google takes such a rule, which then does nothing."""
    if situation.get("versioning.enabled") is True or not situation.knows("versioning"):
        return
    for path, _, condition in _rules(situation):
        for name in ("daysSinceNoncurrentTime", "numNewerVersions", "noncurrentTimeBefore"):
            if condition.get(name):
                yield f"{path}.condition.{name}", "never applies: versioning is not enabled"


@rule("bucket-soft-delete", BUCKET)
def _soft_delete(situation: Situation) -> Found:
    path = "softDeletePolicy.retentionDurationSeconds"
    seconds = situation.get(path)
    if isinstance(seconds, int) and 0 < seconds < _SHORTEST_SOFT_DELETE:
        yield path, f"must be 0 or at least {_SHORTEST_SOFT_DELETE}, came {seconds}"


@rule("bucket-hierarchy", BUCKET)
def _hierarchy(situation: Situation) -> Found:
    if situation.get("hierarchicalNamespace.enabled") and not situation.get("uniformBucketLevelAccess"):
        yield "hierarchicalNamespace.enabled", "needs uniformBucketLevelAccess"


def _bucket(situation: Situation) -> Resource | None:
    return situation.world.get(BUCKET, str(situation.get("bucket")).removeprefix("b/"))


@rule("bucket-exists", BUCKET_MEMBER, FOLDER, FOLDER_MEMBER, on="create update")
def _bucket_exists(situation: Situation) -> None:
    found = _bucket(situation)
    text = "googleapi: Error 404: The specified bucket does not exist., notFound"
    situation.require(found, "bucket", text)


@rule("folder-uniform", FOLDER, on="create")
def _folder_uniform(situation: Situation) -> Found:
    """cloud.google.com/storage/docs/managed-folders"""
    found = _bucket(situation)
    if found and not found.inputs.get("uniformBucketLevelAccess"):
        yield "bucket", "googleapi: Error 412: managed folders need uniform bucket-level access"


@rule("folder-exists", FOLDER_MEMBER, on="create")
def _folder_exists(situation: Situation) -> None:
    bucket, name = str(situation.get("bucket")).removeprefix("b/"), str(situation.get("managedFolder"))
    found = situation.world.get(FOLDER, f"{bucket}/{name}")
    text = f"googleapi: Error 404: The managed folder {name!r} does not exist., notFound"
    situation.require(found, "managedFolder", text)


@rule("bucket-public", BUCKET_MEMBER, FOLDER_MEMBER, on="create")
def _public(situation: Situation) -> Found:
    """cloud.google.com/storage/docs/public-access-prevention and …/access-control/iam#conditions"""
    found = _bucket(situation)
    if found is None:
        return
    if situation.get("member") in EVERYBODY and found.inputs.get("publicAccessPrevention") == "enforced":
        text = "googleapi: Error 412: The member bindings allUsers and allAuthenticatedUsers are not allowed "
        yield "member", f"{text}since public access prevention is enforced., conditionNotMet"
    if situation.given("condition") and not found.inputs.get("uniformBucketLevelAccess"):
        yield "condition", "googleapi: Error 412: needs uniform bucket-level access on the bucket"


def _content(situation: Situation, bucket: str, prefix: str = "") -> Path:
    """Where the sandbox keeps the objects of a bucket, or those below a prefix."""
    return objects.Object("gs", bucket, prefix).file(situation.world.path.parent / "objects", own=True)


@rule("bucket-not-empty", BUCKET, FOLDER, on="delete")
def _not_empty(situation: Situation) -> None:
    """What force is given counts as it stands in the state, not as it will be."""
    bucket, _, prefix = situation.id.partition("/")
    inside = (each for each in _content(situation, bucket, prefix).rglob("*") if each.is_file())
    if not situation.inputs.get("forceDestroy") and any(inside):
        text = f"Error trying to delete {situation.id} containing objects without forceDestroy set to true"
        raise Refused(text, property="forceDestroy", code="FAILED_PRECONDITION")


@on_delete("bucket-emptied", BUCKET)
def _emptied(situation: Situation) -> bool:
    """With its objects; those below a managed folder stay when only the folder goes."""
    shutil.rmtree(_content(situation, situation.id), ignore_errors=True)
    return False
