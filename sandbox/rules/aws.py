"""AWS: what only code can say about repositories and roles."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.facts import Facts
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules import (
    aws_access,  # noqa: F401 - its rules register themselves
    aws_functions,
    aws_groups,  # noqa: F401
    aws_inside,  # noqa: F401
    aws_keys,  # noqa: F401 - its rules register themselves
    aws_lifecycle,
    aws_network,
    aws_policies,  # noqa: F401 - its rules register themselves
    aws_reach,  # noqa: F401
    aws_storage,
    aws_types,
    aws_urls,  # noqa: F401 - its rules register themselves
    aws_width,  # noqa: F401
    content,
    documents,
)
from sandbox.world import Resource, World

REPOSITORY = "aws:ecr/repository:Repository"
LIFECYCLE = aws_lifecycle.TYPE
ACCESS = documents.REPOSITORY_POLICY
ROLE = documents.ROLE
ROLE_POLICY = documents.ROLE_POLICY

_TAG_KEY = re.compile(r"(?!aws:)[\w\s.:/=+@-]{1,128}")
_TAG_VALUE = re.compile(r"[\w\s.:/=+@-]{0,256}")

Found = Iterator[tuple[str, str]]


def fill(known: Facts, inputs: dict[str, Any], world: World) -> None:
    """Nothing beyond the region."""


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """All tags: the provider's default ones, then the resource's own; what a function's versions are."""
    default = (situation.config.get("defaultTags") or {}).get("tags") or {}
    tags = {**default, **(situation.inputs.get("tags") or {})}
    outputs = aws_network.complete(situation, outputs)
    return {**aws_functions.complete(situation, outputs), "tagsAll": tags}


@rule(
    "aws-tags",
    REPOSITORY,
    ROLE,
    documents.KEY,
    aws_storage.BUCKET,
    aws_functions.FUNCTION,
    aws_functions.LOG_GROUP,
    aws_types.VPC,
    aws_types.SUBNET,
    aws_types.INTERNET,
    aws_types.NAT,
    aws_types.ADDRESS,
    aws_types.TABLE,
    aws_types.GROUP,
    aws_types.DEFAULT_GROUP,
    aws_types.ENDPOINT,
    aws_types.FLOW_LOG,
)
def _tags(situation: Situation) -> Found:
    """docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""
    tags = situation.inputs.get("tags") or {}
    if len(tags) > 50:
        yield "tags", f"{len(tags)} tags; allowed: 50"
    for key, value in tags.items() if situation.knows("tags") else ():
        if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(str(value)):
            yield f"tags.{key}", f"{value!r}: letters, digits, spaces and .:/=+@-_ only, and no key aws:"


@rule("ecr-exclusion-filters", REPOSITORY)
def _exclusion_filters(situation: Situation) -> Found:
    filters = situation.inputs.get("imageTagMutabilityExclusionFilters") or []
    mutability = situation.get("imageTagMutability", "MUTABLE")
    if filters and not mutability.endswith("_WITH_EXCLUSION"):
        yield (
            "imageTagMutabilityExclusionFilters",
            f"needs imageTagMutability …_WITH_EXCLUSION, came {mutability}",
        )
    if len(filters) > 5:
        yield "imageTagMutabilityExclusionFilters", f"{len(filters)} filters; allowed: 5"


@rule("ecr-kms-key-with-aes", REPOSITORY)
def _kms_key_with_aes(situation: Situation) -> Found:
    kind = situation.get("encryptionConfigurations.encryptionType", "AES256")
    for path, _ in situation.each("encryptionConfigurations.kmsKey"):
        if kind == "AES256":
            yield path, "a key needs encryptionType KMS, came AES256"


@rule("ecr-repository-exists", LIFECYCLE, ACCESS, on="create update")
def _repository_exists(situation: Situation) -> None:
    situation.need(_repository(situation, str(situation.get("repository"))))


def _repository(situation: Situation, name: str) -> Resource:
    where = f"{situation.identity.get('account')}/{situation.identity.get('region')}"
    found = situation.world.get(REPOSITORY, name, where)
    if found is None:
        account = situation.identity.get("account")
        what = f"The repository with name {name!r} does not exist in the registry with id {account!r}"
        text = f"RepositoryNotFoundException: {what}"
        raise Refused(text, property="repository", code="NOT_FOUND")
    return found


@rule("ecr-not-empty", REPOSITORY, on="delete")
def _not_empty(situation: Situation) -> None:
    """`forceDelete` counts as the state recorded it: the deletion does not see the program."""
    held = content.tags(situation, "aws", str(situation.outputs.get("repositoryUrl", "")))
    if held and not situation.inputs.get("forceDelete"):
        raise Refused(
            f"RepositoryNotEmptyException: The repository with name {situation.id!r} cannot be deleted "
            f"because it still contains images ({len(held)} tags); set forceDelete and update first",
            property="forceDelete",
            code="FAILED_PRECONDITION",
        )


@on_delete("ecr-purge", REPOSITORY)
def _purge(situation: Situation) -> bool:
    """Images and policies go with the repository."""
    content.purge(situation, "aws", str(situation.outputs.get("repositoryUrl", "")))
    where = f"{situation.identity.get('account')}/{situation.identity.get('region')}"
    for each in situation.world.all(LIFECYCLE) + situation.world.all(ACCESS):
        if (
            each.id == situation.id
            and each.scope in ("", where)
            and each.inputs.get("region") == situation.identity["region"]
        ):
            situation.world.remove(each.type, each.id, scope=each.scope, urn=each.urn)
    return False


@rule("iam-role-inline", ROLE)
def _inline(situation: Situation) -> Found:
    """Both take every policy away that another resource attaches."""
    for name in ("inlinePolicies", "managedPolicyArns"):
        if situation.given(name):
            yield name, "is deprecated and removes the policies that other resources attach; use RolePolicy"


@rule("iam-role-by-name", ROLE_POLICY)
def _role_by_name(situation: Situation) -> Found:
    if str(situation.get("role", "")).startswith("arn:"):
        yield "role", f"must be the role's name, not its ARN, came {situation.get('role')!r}"


@rule("iam-role-exists", ROLE_POLICY, on="create update")
def _role_exists(situation: Situation) -> None:
    name = str(situation.get("role"))
    found = situation.world.get(ROLE, name, situation.identity.get("account"))
    text = f"NoSuchEntity: The role with name {name} cannot be found."
    situation.require(found, "role", text)


@rule("iam-role-in-use", ROLE, on="delete")
def _role_in_use(situation: Situation) -> None:
    inline = [each.id for each in situation.world.all(ROLE_POLICY) if each.inputs.get("role") == situation.id]
    if inline and not situation.inputs.get("forceDetachPolicies"):
        text = f"DeleteConflict: Cannot delete entity, must delete policies first: {', '.join(inline)}"
        raise Refused(text, code="FAILED_PRECONDITION")
