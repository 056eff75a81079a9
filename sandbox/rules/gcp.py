"""Google Cloud: what only code can say about repositories and about members of policies."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox import facts as knowledge
from sandbox.facts import Facts
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules import (
    content,
    gcp_apis,  # noqa: F401 - rules register themselves, these first
    gcp_dns,  # noqa: F401
    gcp_firewall,  # noqa: F401
    gcp_inside,  # noqa: F401
    gcp_keys,
    gcp_logging,  # noqa: F401
    gcp_network,  # noqa: F401
    gcp_run,
    gcp_run_template,  # noqa: F401
    gcp_storage,  # noqa: F401
    gcp_width,  # noqa: F401
)
from sandbox.rules.gcp_types import (
    ACCOUNT,
    BUCKET_MEMBER,
    FOLDER_MEMBER,
    INVOKER,
    KEY_MEMBER,
    MEMBER,
    MEMBERS,
    REPOSITORY,
    SERVICE,
)
from sandbox.values import nearest
from sandbox.world import World

__all__ = ["ACCOUNT", "MEMBER", "REPOSITORY", "SERVICE"]

_MOST_POLICIES = 10
_BASIC = ("roles/owner", "roles/editor", "roles/viewer")
# cloud.google.com/iam/docs/conditions-attribute-reference
_ATTRIBUTES = re.compile(
    r"\b(resource\.(name|type|service)|request\.(time|auth|host|path)|destination\.(ip|port))\b"
)
_LONGEST = 12_000

Found = Iterator[tuple[str, str]]


def fill(known: Facts, inputs: dict[str, Any], world: World) -> None:
    """Project and location are outputs: nothing is filled in at Check."""


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """All labels: the provider's default ones, its own mark, then the resource's."""
    default = situation.config.get("defaultLabels") or {}
    mark = (
        {}
        if situation.config.get("addPulumiAttributionLabel") is False
        else {"goog-pulumi-provisioned": "true"}
    )
    labels = {**mark, **default, **(situation.inputs.get("labels") or {})}
    return {
        **outputs,
        "pulumiLabels": labels,
        "effectiveLabels": labels,
        **gcp_run.revisions(situation, outputs),
        **gcp_keys.agents(situation, outputs),
    }


@on_delete("gcp-purge", REPOSITORY)
def _purge(situation: Situation) -> bool:
    content.purge(situation, "gcp", f"{situation.outputs.get('registryUri')}/")
    return False


@rule("repository-mode", REPOSITORY)
def _mode(situation: Situation) -> Found:
    mode, form = situation.get("mode", "STANDARD_REPOSITORY"), str(situation.get("format", "DOCKER")).upper()
    for name, needed in (("remote", "REMOTE"), ("virtual", "VIRTUAL")):
        if situation.given(f"{name}RepositoryConfig") and mode != f"{needed}_REPOSITORY":
            yield f"{name}RepositoryConfig", f"needs mode {needed}_REPOSITORY, came {mode}"
    for name, needed in (("dockerConfig", "DOCKER"), ("mavenConfig", "MAVEN")):
        if situation.given(name) and form != needed:
            yield name, f"needs format {needed}, came {form}"
    if situation.given("cleanupPolicies") and mode != "STANDARD_REPOSITORY":
        yield "cleanupPolicies", f"needs mode STANDARD_REPOSITORY, came {mode}"


@rule("cleanup-count", REPOSITORY)
def _cleanup_count(situation: Situation) -> Found:
    count = len(situation.inputs.get("cleanupPolicies") or [])
    if count > _MOST_POLICIES:
        yield "cleanupPolicies", f"{count} policies; allowed: {_MOST_POLICIES}"


@rule("cleanup-ids", REPOSITORY)
def _cleanup_ids(situation: Situation) -> Found:
    ids = Counter(value for _, value in situation.each("cleanupPolicies.id"))
    for id_, times in ids.items():
        if times > 1:
            yield "cleanupPolicies", f"the id {id_!r} is used {times} times"


@rule("cleanup-kind", REPOSITORY)
def _cleanup_kind(situation: Situation) -> Found:
    """A condition, or the most recent versions, which only KEEP knows."""
    for at, policy in enumerate(situation.inputs.get("cleanupPolicies") or []):
        path = f"cleanupPolicies[{at}]"
        condition, recent = policy.get("condition"), policy.get("mostRecentVersions")
        if (condition is None) == (recent is None):
            yield path, "needs either condition or mostRecentVersions"
        if recent is not None and policy.get("action") == "DELETE":
            yield f"{path}.mostRecentVersions", "needs action KEEP, came DELETE"
        if not policy.get("action"):
            yield f"{path}.action", "is required: DELETE or KEEP"


@rule("cleanup-tags", REPOSITORY)
def _cleanup_tags(situation: Situation) -> Found:
    for at, policy in enumerate(situation.inputs.get("cleanupPolicies") or []):
        condition = policy.get("condition") or {}
        state = condition.get("tagState", "ANY")
        if condition.get("tagPrefixes") and state != "TAGGED":
            yield f"cleanupPolicies[{at}].condition.tagPrefixes", f"needs tagState TAGGED, came {state}"
        if "condition" in policy and not condition:
            yield f"cleanupPolicies[{at}].condition", "is empty: it would match every version"


@rule("repository-exists", MEMBER, on="create")
def _repository_exists(situation: Situation) -> None:
    place = (
        situation.identity.get("project"),
        situation.inputs.get("location") or situation.identity.get("region"),
    )
    name = str(situation.get("repository")).rpartition("/")[2]
    found = situation.world.get(REPOSITORY, f"projects/{place[0]}/locations/{place[1]}/repositories/{name}")
    what = f"repository {name!r} in {place[1]}"
    text = f"googleapi: Error 404: Requested entity was not found: {what}, notFound"
    situation.require(found, "repository", text)


@rule("iam-role-known", *MEMBERS)
def _role_known(situation: Situation) -> Found:
    role, known = str(situation.get("role", "")), knowledge.clouds()["gcp_roles"]
    if role.startswith("roles/") and role not in known:
        yield "role", f"{role!r} is no role that sandbox/facts/clouds.yaml knows{nearest(role, known)}"


@rule("member-exists", *MEMBERS, on="create")
def _member_exists(situation: Situation) -> None:
    """Accounts of this world's projects must exist; Google's agents and other projects are taken on trust."""
    member = re.fullmatch(
        r"serviceAccount:([^@]+)@([^.]+)\.iam\.gserviceaccount\.com", str(situation.get("member"))
    )
    if member is None or member[2] not in situation.world.known("project"):
        return
    email = member[0].partition(":")[2]
    found = situation.world.find(ACCOUNT, email=email)
    if found is None:
        text = f"googleapi: Error 400: Service account {email} does not exist., badRequest"
        raise Refused(text, property="member", code="INVALID_ARGUMENT")
    situation.need(found)


@rule("iam-condition", BUCKET_MEMBER, FOLDER_MEMBER, INVOKER, KEY_MEMBER)
def _condition(situation: Situation) -> Found:
    """cloud.google.com/iam/docs/conditions-overview; only what is certain to be wrong, no whole language."""
    if not situation.given("condition") or not situation.knows("condition"):
        return
    expression, role = str(situation.get("condition.expression", "")), str(situation.get("role"))
    if role in _BASIC:
        yield "condition", f"cannot be set together with the basic role {role}"
    if not situation.get("condition.title"):
        yield "condition.title", "is empty"
    if not _ATTRIBUTES.search(expression):
        yield "condition.expression", f"asks for no attribute that IAM knows: {expression!r}"
    if _unbalanced(expression) or len(expression) > _LONGEST:
        yield "condition.expression", f"is no expression: {expression!r}"


def _unbalanced(expression: str) -> bool:
    """Tell whether a bracket or a quote is not closed."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", expression)
    return bare.count("(") != bare.count(")") or '"' in bare or "'" in bare
