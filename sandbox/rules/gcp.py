"""Google Cloud: what only code can say about APIs, repositories and members."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox import facts as knowledge
from sandbox import identity
from sandbox.facts import Facts
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules import content
from sandbox.values import nearest
from sandbox.world import TOMBSTONE, World

REPOSITORY = "gcp:artifactregistry/repository:Repository"
MEMBER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
SERVICE = "gcp:projects/service:Service"
ACCOUNT = "gcp:serviceaccount/account:Account"

_APIS = {
    "artifactregistry": ("artifactregistry.googleapis.com", "Artifact Registry API"),
    "serviceaccount": ("iam.googleapis.com", "Identity and Access Management (IAM) API"),
}
_MOST_POLICIES = 10
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")

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
    return {**outputs, "pulumiLabels": labels, "effectiveLabels": labels}


@rule("gcp-project-known", "gcp:*", on="create update")
def _project_known(situation: Situation) -> None:
    project = situation.identity.get("project")
    if not project:
        raise Refused("is not set, and the provider has no project", property="project")
    identity.require_project(project, situation.world)


@rule("gcp-api-enabled", REPOSITORY, ACCOUNT, on="create update")
def _api_enabled(situation: Situation) -> None:
    api, title = _APIS[situation.type.split(":")[1].partition("/")[0]]
    project = situation.identity["project"]
    found = situation.world.get(SERVICE, f"{project}/{api}")
    if found:
        situation.need(found)
        return
    left_on = {each.id for each in situation.world.all(SERVICE, state=TOMBSTONE)}
    if f"{project}/{api}" not in left_on and api not in knowledge.clouds()["gcp_apis_enabled"]:
        number = identity.number(project, situation.world)
        raise Refused(
            f"googleapi: Error 403: {title} has not been used in project {number} before or it is disabled. "
            f"Enable it by visiting https://console.developers.google.com/apis/api/{api}/overview?"
            f"project={number} then retry., SERVICE_DISABLED",
            code="PERMISSION_DENIED",
        )


@rule("gcp-api-known", SERVICE)
def _api_known(situation: Situation) -> Found:
    service = situation.get("service")
    known = knowledge.clouds()["gcp_apis"]
    if service is not None and service not in known:
        yield (
            "service",
            f"{service!r} is no API that sandbox/facts/clouds.yaml knows{nearest(service, known)}",
        )


@on_delete("gcp-abandon", REPOSITORY, SERVICE, ACCOUNT)
def _abandon(situation: Situation) -> bool:
    """ABANDON drops the object from the state only."""
    abandoned = situation.inputs.get("deletionPolicy") == "ABANDON"
    if abandoned:
        situation.world.tombstone(situation.type, situation.id, urn=situation.urn)
    return abandoned


@on_delete("gcp-api-stays", SERVICE)
def _api_stays(situation: Situation) -> bool:
    """An API stays enabled unless it is to be disabled."""
    stays = not situation.inputs.get("disableOnDestroy")
    if stays:
        situation.world.tombstone(situation.type, situation.id, urn=situation.urn)
    return stays


@on_delete("gcp-purge", REPOSITORY)
def _purge(situation: Situation) -> bool:
    content.purge(situation, "gcp", f"{situation.outputs.get('registryUri')}/")
    return False


@rule("gcp-deletion-policy", REPOSITORY, SERVICE, ACCOUNT, on="delete")
def _deletion_policy(situation: Situation) -> None:
    if situation.inputs.get("deletionPolicy") == "PREVENT":
        text = "cannot be destroyed while deletionPolicy is PREVENT; change it and update first"
        raise Refused(text, property="deletionPolicy", code="FAILED_PRECONDITION")


@rule("gcp-labels", REPOSITORY)
def _labels(situation: Situation) -> Found:
    """cloud.google.com/resource-manager/docs/labels-overview#requirements"""
    labels = situation.inputs.get("labels") or {}
    if len(labels) > 64:
        yield "labels", f"{len(labels)} labels; allowed: 64"
    for key, value in labels.items() if situation.knows("labels") else ():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(str(value)):
            yield f"labels.{key}", f"{value!r}: lower-case letters, digits, _ and - only, 63 at most"


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


@rule("gcp-kms-key-exists", REPOSITORY, on="create")
def _kms_key_exists(situation: Situation) -> Found:
    key = situation.get("kmsKeyName")
    if key is not None:
        found = situation.world.get("gcp:kms/cryptoKey:CryptoKey", key)
        if found:
            situation.need(found)
        else:
            yield "kmsKeyName", f"googleapi: Error 404: the key {key!r} was not found"


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


@rule("iam-role-known", MEMBER)
def _role_known(situation: Situation) -> Found:
    role, known = str(situation.get("role", "")), knowledge.clouds()["gcp_roles"]
    if role.startswith("roles/") and role not in known:
        yield "role", f"{role!r} is no role that sandbox/facts/clouds.yaml knows{nearest(role, known)}"


@rule("repository-exists", MEMBER, on="create")
def _repository_exists(situation: Situation) -> None:
    place = (
        situation.identity.get("project"),
        situation.inputs.get("location") or situation.identity.get("region"),
    )
    name = str(situation.get("repository")).rpartition("/")[2]
    found = situation.world.get(REPOSITORY, f"projects/{place[0]}/locations/{place[1]}/repositories/{name}")
    if found is None:
        what = f"repository {name!r} in {place[1]}"
        text = f"googleapi: Error 404: Requested entity was not found: {what}, notFound"
        raise Refused(text, property="repository", code="NOT_FOUND")
    situation.need(found)


@rule("member-exists", MEMBER, on="create")
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
