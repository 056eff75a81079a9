"""Google Cloud: what only code can say about projects, APIs, labels and deletion policies."""

import re
from collections.abc import Iterator

from sandbox import facts as knowledge
from sandbox import identity
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.gcp_types import (
    ACCOUNT,
    AUDIT,
    BUCKET,
    EXCLUSION,
    FIREWALL,
    FOLDER,
    KEY,
    KEY_RING,
    LOG_BUCKET,
    NAT,
    NETWORK,
    RECORD,
    REPOSITORY,
    ROUTE,
    ROUTER,
    RUN,
    SERVICE,
    SINK,
    SUBNET,
    ZONE,
)
from sandbox.values import nearest
from sandbox.world import TOMBSTONE

_APIS = {
    "artifactregistry": ("artifactregistry.googleapis.com", "Artifact Registry API"),
    "serviceaccount": ("iam.googleapis.com", "Identity and Access Management (IAM) API"),
    "storage": ("storage.googleapis.com", "Cloud Storage API"),
    "logging": ("logging.googleapis.com", "Cloud Logging API"),
    "kms": ("cloudkms.googleapis.com", "Cloud Key Management Service (KMS) API"),
    "cloudrunv2": ("run.googleapis.com", "Cloud Run Admin API"),
    "compute": ("compute.googleapis.com", "Compute Engine API"),
    "dns": ("dns.googleapis.com", "Cloud DNS API"),
    # Of `projects`, only the policy: what is recorded is a part of it.
    "projects": ("cloudresourcemanager.googleapis.com", "Cloud Resource Manager API"),
}
_COMPUTE = (NETWORK, SUBNET, FIREWALL, ROUTE, ROUTER)
_NEED_AN_API = (
    REPOSITORY, ACCOUNT, BUCKET, LOG_BUCKET, SINK, EXCLUSION, RUN, KEY_RING, KEY, ZONE, AUDIT, *_COMPUTE,
)  # fmt: skip
_DELETION_POLICY = (
    REPOSITORY, SERVICE, ACCOUNT, BUCKET, FOLDER, LOG_BUCKET, SINK, RUN, KEY, ZONE, RECORD, NAT, *_COMPUTE,
)  # fmt: skip
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")

Found = Iterator[tuple[str, str]]


@rule("gcp-project-known", "gcp:*", on="create update")
def _project_known(situation: Situation) -> None:
    project = situation.identity.get("project")
    if not project:
        raise Refused("is not set, and the provider has no project", property="project")
    identity.require_project(project, situation.world)


@rule("gcp-api-enabled", *_NEED_AN_API, on="create update")
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


@on_delete("gcp-abandon", *_DELETION_POLICY)
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


@rule("gcp-deletion-policy", *_DELETION_POLICY, on="delete")
def _deletion_policy(situation: Situation) -> None:
    if situation.inputs.get("deletionPolicy") == "PREVENT":
        text = "cannot be destroyed while deletionPolicy is PREVENT; change it and update first"
        raise Refused(text, property="deletionPolicy", code="FAILED_PRECONDITION")


@rule("gcp-labels", REPOSITORY, BUCKET, RUN, KEY, ZONE)
def _labels(situation: Situation) -> Found:
    """cloud.google.com/resource-manager/docs/labels-overview#requirements"""
    labels = situation.inputs.get("labels") or {}
    if len(labels) > 64:
        yield "labels", f"{len(labels)} labels; allowed: 64"
    for key, value in labels.items() if situation.knows("labels") else ():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(str(value)):
            yield f"labels.{key}", f"{value!r}: lower-case letters, digits, _ and - only, 63 at most"
