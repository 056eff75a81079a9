"""Who may do what: nothing wider than one resource, one identity only, no service without its source."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.audit import State, listed, named, of, statements

# Type to the input that holds a policy, and whether it is one of a resource: "*" is that resource there.
POLICIES: dict[str, tuple[str, bool]] = {
    "aws:iam/rolePolicy:RolePolicy": ("policy", False),
    "aws:iam/role:Role": ("assumeRolePolicy", True),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ("policy", True),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", True),
    "aws:kms/key:Key": ("policy", True),
}
# What looks and has no resource to name: docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE = {
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ecr:GetAuthorizationToken",
}
_SOURCES = {"aws:sourceaccount", "aws:sourcearn", "kms:encryptioncontext:aws:logs:arn"}
# Owner, Contributor, Reader, User Access Administrator, Role Based Access Control Administrator:
# learn.microsoft.com/azure/role-based-access-control/built-in-roles
_WIDE_ROLES = re.compile(
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635|b24988ac-6180-42a0-ab88-20f7382dd24c|acdd72a7-3385-48ef-bd42-f606fba81ae7"
    "|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9|f58310d9-a9f6-439a-9e8d-f62e7b41a168"
)
_ONE_RESOURCE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/[^/]+/[^/]+/[^/]+.*", re.IGNORECASE
)
_ACTIONS = ("actions", "dataActions")
_MEMBER = re.compile(r"serviceAccount:[^*\s]+@[^*\s]+|principal://[^*\s]+|user:[^*\s]+@[^*\s]+")


def too_much(state: State) -> list[str]:
    """Every right that is wider than it has to be."""
    return sorted([*_aws(state), *_azure(state), *_gcp(state)])


def _aws(state: State) -> Iterator[str]:
    for each in of(state, *POLICIES):
        name, own = POLICIES[each["type"]]
        for statement in statements(each["inputs"][name]):
            if statement["Effect"] == "Allow":
                for what in _wide(statement, own):
                    yield f"{named(each)}: {what}"


def _wide(statement: Mapping[str, Any], own: bool) -> Iterator[str]:
    for inverse in ("NotAction", "NotResource", "NotPrincipal"):
        if inverse in statement:
            yield f"{inverse} allows what nobody thought of"
    actions = listed(statement.get("Action"))
    yield from (f"{action} is many" for action in actions if "*" in action)
    if not own and "*" in listed(statement.get("Resource")) and not set(actions) <= WITHOUT_RESOURCE:
        yield f"{', '.join(actions)} on everything"
    yield from _who(statement)


def _who(statement: Mapping[str, Any]) -> Iterator[str]:
    principal = statement.get("Principal")
    if principal in ("*", {"AWS": "*"}):
        yield "for everybody"
    service = principal.get("Service") if isinstance(principal, Mapping) else None
    keys = {key.lower() for tests in statement.get("Condition", {}).values() for key in tests}
    if service and not keys & _SOURCES:
        yield f"for {service}, whoever it works for"


def _azure(state: State) -> Iterator[str]:
    for each in of(state, "azure-native:authorization:RoleAssignment"):
        inputs = each["inputs"]
        if _WIDE_ROLES.search(inputs["roleDefinitionId"]):
            yield f"{named(each)}: a role for everything"
        if not _ONE_RESOURCE.fullmatch(inputs["scope"]):
            yield f"{named(each)}: on all of {inputs['scope']}"
        if inputs.get("principalType") != "ServicePrincipal":
            yield f"{named(each)}: for {inputs.get('principalType')}"
    for each in of(state, "azure-native:authorization:RoleDefinition"):
        given = [
            action
            for one in each["inputs"]["permissions"]
            for kind in _ACTIONS
            for action in one.get(kind, ())
        ]
        yield from (f"{named(each)}: {action} is many" for action in given if "*" in action)


def _gcp(state: State) -> Iterator[str]:
    for each in state:
        if not re.fullmatch(r"gcp:.*(IAM|Iam)(Member|Binding|Policy)", each["type"]):
            continue
        inputs = each["inputs"]
        if not each["type"].endswith("Member"):
            yield f"{named(each)}: takes away what others granted"
        elif each["type"].startswith(("gcp:projects/", "gcp:folder/", "gcp:organizations/")):
            yield f"{named(each)}: on the whole project"
        elif inputs["role"] in ("roles/owner", "roles/editor", "roles/viewer"):
            yield f"{named(each)}: {inputs['role']}"
        elif not _MEMBER.fullmatch(inputs["member"]):
            yield f"{named(each)}: for {inputs['member']}"
