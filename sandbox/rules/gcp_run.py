"""Google Cloud: what only code can say about Cloud Run services."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import hosts, identity, registry
from sandbox.needs import Refused, Situation, rule
from sandbox.rules.gcp_types import ACCOUNT, INVOKER, MEMBER, REPOSITORY, RUN

_DIGEST = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")
_REVISION = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_WHOLE = 100
_LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
_OPEN = (
    "lets in everybody without a trace in the service's policy; grant roles/run.invoker to allUsers instead"
)

Found = Iterator[tuple[str, str]]


def revisions(situation: Situation, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Names of the newest revision, once it is made; nothing in a preview, and for other types."""
    if situation.type != RUN or "latestReadyRevision" not in outputs:
        return {}
    service = f"projects/{outputs['project']}/locations/{outputs['location']}/services/{outputs['name']}"
    name = situation.get("template.revision") or f"{outputs['name']}-00001-abc"
    return dict.fromkeys(("latestReadyRevision", "latestCreatedRevision"), f"{service}/revisions/{name}")


@rule("run-digest", RUN)
def _digest(situation: Situation) -> Found:
    """Cloud Run takes a tag, too; no simulated deployment should depend on one."""
    for path, image in situation.each("template.containers.image"):
        if not _DIGEST.fullmatch(str(image)):
            yield path, f"must name the image by digest (repository@sha256:<64 hex>), came {image!r}"


@rule("run-image", RUN, on="create update")
def _image(situation: Situation) -> None:
    """The image must be there, and the agent of Cloud Run must be allowed to pull it."""
    for path, image in situation.each("template.containers.image"):
        wanted = hosts.parse(str(image))
        if not wanted.digest:  # Left to `run-digest`.
            continue
        _may_pull(situation, path, wanted)
        try:
            held = registry.digest("gcp", hosts.local_repository(wanted), wanted.digest)
        except registry.RegistryDown as down:
            raise Refused(str(down), property=path, code="UNAVAILABLE") from down
        if held is None:
            raise Refused(f"googleapi: Error 400: Image '{image}' not found.", property=path)
        situation.need_image(f"{wanted.name}@{held}")


def _may_pull(situation: Situation, path: str, wanted: hosts.Reference) -> None:
    """cloud.google.com/artifact-registry/docs/integrate-cloud-run: within a project without a grant."""
    parts = wanted.repository.split("/")
    location = hosts.place_of(wanted.host)
    if hosts.cloud_of(wanted.host) != "gcp" or len(parts) < 3:
        raise Refused(f"{wanted.name!r} is not in Artifact Registry", property=path)
    id_ = f"projects/{parts[0]}/locations/{location}/repositories/{parts[1]}"
    found = situation.world.get(REPOSITORY, id_)
    text = f"googleapi: Error 404: Repository {id_!r} not found"
    situation.require(found, path, text)
    project = situation.identity["project"]
    if parts[0] != project:
        number = identity.number(project, situation.world)
        agent = f"serviceAccount:service-{number}@serverless-robot-prod.iam.gserviceaccount.com"
        granted = situation.world.find(MEMBER, member=agent, repository=parts[1], project=parts[0])
        if granted is None:
            text = f"googleapi: Error 403: {agent} must have permission to read the image"
            raise Refused(text, property=path, code="PERMISSION_DENIED")
        situation.need(granted)


@rule("run-identity", RUN, on="create update")
def _identity(situation: Situation) -> None:
    """The default account has far too many rights: no simulated deployment should depend on it."""
    email = situation.get("template.serviceAccount")
    if email is None:
        text = "is left out: it would run as the default account of Compute Engine"
        raise Refused(text, property="template.serviceAccount")
    found = situation.world.find(ACCOUNT, email=email)
    if found is None or found.inputs.get("disabled"):
        text = f"googleapi: Error 404: Service account {email} was not found, or is disabled."
        raise Refused(text, property="template.serviceAccount", code="NOT_FOUND")
    situation.need(found)


@rule("run-revision-name", RUN)
def _revision_name(situation: Situation) -> Found:
    """cloud.google.com/run/docs/reference/rest/v2/RevisionTemplate"""
    name, revision = situation.get("name"), situation.get("template.revision")
    if revision is None:
        return
    if not _REVISION.fullmatch(str(revision)):
        yield "template.revision", f"{revision!r}: lower-case letters, digits and hyphens, 63 at most"
    if name is not None and not str(revision).startswith(f"{name}-"):
        yield "template.revision", f"{revision!r} must begin with the service's name and a hyphen: {name}-"


@rule("run-revision-changes", RUN, on="update")
def _revision_changes(situation: Situation) -> None:
    """github.com/hashicorp/terraform-provider-google/issues/9438"""
    old, new = (dict(each.get("template") or {}) for each in (situation.old_inputs, situation.inputs))
    revision = new.get("revision")
    if revision is not None and old.get("revision") == revision and old != new:
        text = f"Revision named '{revision}' with different configuration already exists."
        raise Refused(f"googleapi: Error 409: {text}", property="template.revision", code="ALREADY_EXISTS")


@rule("run-traffic", RUN)
def _traffic(situation: Situation) -> Found:
    traffics = situation.inputs.get("traffics") or []
    if not traffics or not situation.knows("traffics"):
        return
    total = sum(each.get("percent") or 0 for each in traffics)
    if total != _WHOLE:
        yield "traffics", f"percentages must sum up to {_WHOLE}, came {total}"
    for at, each in enumerate(traffics):
        if (each.get("type", _LATEST) == _LATEST) == (each.get("revision") is not None):
            yield f"traffics[{at}].revision", "is required for a revision, and not allowed for the latest one"


@rule("run-open", RUN)
def _open(situation: Situation) -> Found:
    """Google takes it."""
    if situation.get("invokerIamDisabled"):
        yield "invokerIamDisabled", _OPEN


@rule("run-deletion-protection", RUN, on="delete")
def _deletion_protection(situation: Situation) -> None:
    if situation.inputs.get("deletionProtection", True):
        text = "cannot destroy service without setting deletionProtection=false and running an update first"
        raise Refused(text, property="deletionProtection", code="FAILED_PRECONDITION")


@rule("run-service-exists", INVOKER, on="create")
def _service_exists(situation: Situation) -> None:
    place = (
        situation.identity.get("project"),
        situation.inputs.get("location") or situation.identity["region"],
    )
    name = str(situation.get("name")).rpartition("/")[2]
    found = situation.world.get(RUN, f"projects/{place[0]}/locations/{place[1]}/services/{name}")
    text = f"googleapi: Error 404: Resource '{name}' of kind 'SERVICE' in {place[1]} does not exist."
    situation.require(found, "name", text)


@rule("run-invokers", INVOKER, on="create")
def _invokers(situation: Situation) -> Found:
    """Google takes it; what is meant to be open says so plainly.

    Everybody beside callers is no mistake: so it is for a moment when a model is closed or opened.
    """
    if situation.get("member") == "allAuthenticatedUsers":
        yield "member", "anybody may have a Google account; name the callers, or open it with allUsers"
