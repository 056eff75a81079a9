"""Planted mistakes on Google Cloud: identities, storage, logs and functions."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import registry
from sandbox.needs import Refused
from sandbox.rules.gcp_types import (
    ACCOUNT,
    BUCKET,
    BUCKET_MEMBER,
    EXCLUSION,
    FOLDER,
    FOLDER_MEMBER,
    INVOKER,
    LOG_BUCKET,
    MEMBER,
    REPOSITORY,
    RUN,
    SERVICE,
    SINK,
)
from tests.sandbox.playing import Stage, off, urn

Stages = Callable[..., Stage]
PROJECT = "example-models-dev"
HEIGHT = f"height@{PROJECT}.iam.gserviceaccount.com"
DIGEST = "sha256:" + "a1" * 32
IMAGE = f"europe-west1-docker.pkg.dev/{PROJECT}/models/height@{DIGEST}"
PLACE = {"project": PROJECT, "location": "europe-west1"}
LOGS = 'resource.type="cloud_run_revision" AND resource.labels.service_name=~"^modelport-dev-"'
COLDER = {"action": {"type": "SetStorageClass", "storageClass": "NEARLINE"}, "condition": {"age": 30}}
ARCHIVE = {"action": {"type": "SetStorageClass", "storageClass": "ARCHIVE"}, "condition": {"age": 90}}
OLD = {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30}}
UPLOADS = {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}}
CONTAINER: dict[str, Any] = {
    "image": IMAGE,
    "ports": {"containerPort": 8080},
    "envs": [{"name": "MODEL", "value": "height"}],
    "resources": {"limits": {"cpu": "1", "memory": "2Gi"}, "cpuIdle": True},
    "startupProbe": {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 5, "timeoutSeconds": 4},
}
TEMPLATE: dict[str, Any] = {
    "revision": "height-a1a1a1a1-00000000",
    "serviceAccount": HEIGHT,
    "timeout": "30s",
    "maxInstanceRequestConcurrency": 40,
    "scaling": {"minInstanceCount": 0, "maxInstanceCount": 10},
    "containers": [CONTAINER],
}
LATEST = {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}
GOOD: dict[str, dict[str, Any]] = {
    BUCKET: {"name": "modelport-a", "location": "europe-west1", "uniformBucketLevelAccess": True, "publicAccessPrevention": "enforced", "versioning": {"enabled": True}, "softDeletePolicy": {"retentionDurationSeconds": 0}, "lifecycleRules": [COLDER, ARCHIVE, OLD, UPLOADS]},
    BUCKET_MEMBER: {"bucket": "modelport-a", "role": "roles/storage.objectViewer", "member": f"serviceAccount:{HEIGHT}"},
    FOLDER: {"bucket": "modelport-a", "name": "inbox/", "forceDestroy": True},
    FOLDER_MEMBER: {"bucket": "modelport-a", "managedFolder": "inbox/", "role": "roles/storage.objectViewer", "member": f"serviceAccount:{HEIGHT}"},
    LOG_BUCKET: {**PLACE, "bucketId": "functions-a", "retentionDays": 30},
    SINK: {"destination": f"logging.googleapis.com/projects/{PROJECT}/locations/europe-west1/buckets/functions-a", "filter": LOGS},
    EXCLUSION: {"filter": LOGS},
    RUN: {**PLACE, "name": "height", "deletionProtection": False, "template": TEMPLATE, "traffics": [LATEST]},
    INVOKER: {**PLACE, "name": "height", "role": "roles/run.invoker", "member": "serviceAccount:a@elsewhere.iam.gserviceaccount.com"},
}  # fmt: skip


def rules(*changed: dict[str, Any]) -> dict[str, Any]:
    return {"lifecycleRules": list(changed)}


def when(**condition: Any) -> dict[str, Any]:
    return rules({"action": {"type": "Delete"}, "condition": condition})


def template(**changes: Any) -> dict[str, Any]:
    return {"template": {**TEMPLATE, **changes}}


def container(**changes: Any) -> dict[str, Any]:
    return template(containers=[{**CONTAINER, **changes}])


def limits(cpu: str, memory: str) -> dict[str, Any]:
    return container(resources={"limits": {"cpu": cpu, "memory": memory}, "cpuIdle": True})


def probe(**changes: Any) -> dict[str, Any]:
    return container(startupProbe={**CONTAINER["startupProbe"], **changes})


def condition(expression: str, **more: Any) -> dict[str, Any]:
    return {"condition": {"title": "prefix", "expression": expression}, **more}


NAMED = 'resource.name.startsWith("projects/_/buckets/modelport-a/objects/inbox/")'
MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("bucket-lifecycle", BUCKET, rules({**COLDER, "condition": {"age": 100}}, ARCHIVE), "a colder class must come later"),
    ("bucket-lifecycle", BUCKET, rules({**COLDER, "condition": {"age": 90}}, ARCHIVE), "a colder class must come later"),
    ("bucket-lifecycle", BUCKET, rules({"action": {"type": "SetStorageClass"}, "condition": {"age": 1}}), "storageClass: is required"),
    ("bucket-lifecycle", BUCKET, when(), "condition: is empty"),
    ("bucket-lifecycle", BUCKET, when(age=9, matchesStorageClasses=["STANDRAD"]), "'STANDRAD' is no storage class"),
    ("bucket-lifecycle", BUCKET, rules({**UPLOADS, "condition": {"age": 7, "withState": "LIVE"}}), "a prefix and a suffix only"),
    ("bucket-lifecycle", BUCKET, rules(*([UPLOADS] * 101)), "more than 100"),
    ("bucket-versions", BUCKET, {"versioning": {"enabled": False}}, "lifecycleRules[2].condition.daysSinceNoncurrentTime: never applies"),
    ("bucket-soft-delete", BUCKET, {"softDeletePolicy": {"retentionDurationSeconds": 86400}}, "must be 0 or at least 604800"),
    ("bucket-hierarchy", BUCKET, {"hierarchicalNamespace": {"enabled": True}, "uniformBucketLevelAccess": False}, "needs uniformBucketLevelAccess"),
    ("name", BUCKET, {"name": "goog-models"}, "name"),
    ("name", BUCKET, {"name": "Models"}, "upper-case"),
    ("name", BUCKET, {"name": "a.b.example.com"}, "does not match"),
    ("value", BUCKET, {"publicAccessPrevention": "enforce"}, 'did you mean "enforced"?'),
    ("value", BUCKET, rules({**COLDER, "action": {"type": "SetStorageClass", "storageClass": "COLD"}}), "storageClass"),
    ("value", BUCKET, {"softDeletePolicy": {"retentionDurationSeconds": 7776001}}, "at most 7776000"),
    ("region", BUCKET, {"location": "eu-central-1"}, "is a region of aws"),
    ("gcp-labels", BUCKET, {"labels": {"Owner": "ml"}}, "labels.Owner"),
    ("name", FOLDER, {"name": "inbox"}, "name"),
    ("name", FOLDER, {"name": "/inbox/"}, "name"),
    ("iam-condition", BUCKET_MEMBER, condition(NAMED, role="roles/viewer"), "together with the basic role roles/viewer"),
    ("iam-condition", BUCKET_MEMBER, condition(NAMED[:-1]), "is no expression"),
    ("iam-condition", BUCKET_MEMBER, condition(NAMED.replace('/")', "/)")), "is no expression"),
    ("iam-condition", BUCKET_MEMBER, condition("object.name.startsWith('inbox/')"), "asks for no attribute"),
    ("iam-condition", FOLDER_MEMBER, {"condition": {"title": "", "expression": NAMED}}, "condition.title: is empty"),
    ("iam-role-known", BUCKET_MEMBER, {"role": "roles/storage.objectViewr"}, 'did you mean "roles/storage.objectViewer"?'),
    ("value", FOLDER_MEMBER, {"member": HEIGHT}, "member"),
    ("value", LOG_BUCKET, {"retentionDays": 3651}, "at most 3650"),
    ("value", LOG_BUCKET, {"retentionDays": 0}, "at least 1"),
    ("name", LOG_BUCKET, {"bucketId": "functions a"}, "bucketId"),
    ("log-bucket-location", LOG_BUCKET, {"location": "westeurope"}, "is a region of azure"),
    ("log-filter", SINK, {"filter": ""}, "Unparseable filter"),
    ("log-filter", SINK, {"filter": None}, "is left out"),
    ("log-filter", EXCLUSION, {"filter": LOGS[:-1]}, "Unparseable filter"),
    ("log-filter", EXCLUSION, {"filter": f"({LOGS}"}, "Unparseable filter"),
    ("run-digest", RUN, container(image=f"europe-west1-docker.pkg.dev/{PROJECT}/models/height:latest"), "must name the image by digest"),
    ("run-revision-name", RUN, template(revision="weight-1"), "must begin with the service's name and a hyphen: height-"),
    ("run-revision-name", RUN, template(revision="height-A1"), "lower-case letters"),
    ("run-revision-name", RUN, template(revision="height-" + "a" * 57), "63 at most"),
    ("run-variables", RUN, container(envs=[{"name": "PORT", "value": "8080"}]), "reserved env names were provided: PORT"),
    ("run-variables", RUN, container(envs=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]), "'A' is given 2 times"),
    ("run-variables", RUN, container(envs=[{"name": "A", "value": "1", "valueSource": {"secretKeyRef": {"secret": "s"}}}]), "either value or valueSource"),
    ("run-limits", RUN, limits("1", "8Gi"), "more than 4Gi need 2 vCPU at least, came 1"),
    ("run-limits", RUN, limits("4", "1Gi"), "4 vCPU need 2Gi at least"),
    ("run-limits", RUN, limits("3", "4Gi"), "came 3"),
    ("run-limits", RUN, limits("8", "64Gi"), "128Mi to 32Gi"),
    ("run-limits", RUN, limits("one", "4Gi"), "cpu and memory, such as"),
    ("run-limits", RUN, container(resources={"limits": {"cpu": "1", "memory": "2Gi"}}), "cpuIdle: is left out"),
    ("run-concurrency", RUN, limits("0.5", "512Mi"), "less than 1 vCPU serves 1 request, came 40"),
    ("value", RUN, template(maxInstanceRequestConcurrency=1001), "at most 1000"),
    ("value", RUN, template(scaling={"maxInstanceCount": 0}), "at least 1"),
    ("run-scaling", RUN, template(scaling={"minInstanceCount": 11, "maxInstanceCount": 10}), "11 is more than maxInstanceCount, 10"),
    ("run-timeout", RUN, template(timeout="30"), "seconds such as 30s"),
    ("run-timeout", RUN, template(timeout="3601s"), "3600s at most"),
    ("run-traffic", RUN, {"traffics": [{**LATEST, "percent": 90}]}, "must sum up to 100, came 90"),
    ("run-traffic", RUN, {"traffics": [{**LATEST, "revision": "height-a1a1a1a1-00000000"}]}, "is required for a revision, and not allowed for the latest"),
    ("run-probes", RUN, probe(timeoutSeconds=6), "timeoutSeconds: allowed: 1 to periodSeconds, 5; came 6"),
    ("run-probes", RUN, probe(failureThreshold=49), "240 seconds in all; came 49 × 5"),
    ("run-probes", RUN, probe(periodSeconds=241), "allowed: 1 to 240"),
    ("run-probes", RUN, probe(tcpSocket={"port": 8080}), "exactly one of httpGet"),
    ("run-port", RUN, probe(httpGet={"path": "/readyz", "port": 80}), "80, but the container listens on 8080"),
    ("run-port", RUN, template(containers=[CONTAINER, CONTAINER]), "exactly one container has ports, came 2"),
    ("run-open", RUN, {"invokerIamDisabled": True}, "lets in everybody"),
    ("name", RUN, {"name": "Height"}, "upper-case"),
    ("name", RUN, {"name": "h" * 50}, "allowed: 1 to 49"),
    ("value", RUN, {"ingress": "INGRESS_TRAFFIC_EVERYTHING"}, "ingress"),
    ("gcp-labels", RUN, {"labels": {"owner": "ml@example.com"}}, "lower-case letters"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "type_", "mistake", "says"), MISTAKES, ids=[f"{each[0]}-{n}" for n, each in enumerate(MISTAKES)]
)
def test_refuses(
    stage: Stages, monkeypatch: pytest.MonkeyPatch, rule: str, type_: str, mistake: dict, says: str
) -> None:
    cloud = stage("gcp")
    assert cloud.wrong(type_, **GOOD[type_]) == []
    inputs = {name: value for name, value in {**GOOD[type_], **mistake}.items() if value is not None}
    found = [str(each) for each in cloud.wrong(type_, **inputs) if each.rule == rule]
    assert any(says in each for each in found), found
    off(monkeypatch, rule)
    assert rule not in cloud.rules(type_, **inputs)


@pytest.mark.parametrize(
    ("type_", "silent"),
    [
        (BUCKET, when(numNewerVersions=3)),
        (BUCKET, rules(UPLOADS)),
        (BUCKET, {"softDeletePolicy": {"retentionDurationSeconds": 604800}}),
        (BUCKET_MEMBER, condition(NAMED)),
        (BUCKET_MEMBER, condition("request.time < timestamp('2030-01-01T00:00:00Z')")),
        (LOG_BUCKET, {"location": "global"}),
        (RUN, {"traffics": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": "a", "percent": 40}, {**LATEST, "percent": 60}]}),
        (RUN, limits("2", "8Gi")),
        (RUN, {**limits("0.5", "512Mi"), "template": {**limits("0.5", "512Mi")["template"], "maxInstanceRequestConcurrency": 1}}),
        (RUN, probe(failureThreshold=48)),
    ],
)  # fmt: skip
def test_says_nothing_of_what_is_right(stage: Stages, type_: str, silent: dict) -> None:
    assert stage("gcp").wrong(type_, **{**GOOD[type_], **silent}) == []


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Digests that Artifact Registry holds."""
    found = {DIGEST}
    monkeypatch.setattr(registry, "digest", lambda cloud, name, what: what if what in found else None)
    return found


@pytest.fixture
def cloud(stage: Stages, held: set[str]) -> Stage:
    """A project with APIs, a repository, an account, a bucket and a log bucket."""
    made = stage("gcp")
    for api in ("artifactregistry", "iam", "run", "logging", "storage"):
        made.make(SERVICE, api, service=f"{api}.googleapis.com")
    made.make(REPOSITORY, "models", repositoryId="models", format="DOCKER")
    made.make(ACCOUNT, "height", accountId="height")
    made.make(BUCKET, "storage", **GOOD[BUCKET])
    made.make(LOG_BUCKET, "logs", **GOOD[LOG_BUCKET])
    return made


def needed(cloud: Stage, type_: str, id_: str) -> list[str]:
    return [each.rpartition("::")[2] for each in cloud.there(type_, id_).needs]


def refuses(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, says: str, type_: str, **inputs: Any
) -> None:
    """Creating is refused by this rule, and not once it is switched off."""
    with pytest.raises(Refused, match=says) as refused:
        cloud.make(type_, **inputs)
    assert refused.value.rule == rule
    off(monkeypatch, rule)
    cloud.make(type_, **inputs)


def test_a_function_needs_its_api_image_and_account(cloud: Stage) -> None:
    made = cloud.make(RUN, "height", **GOOD[RUN])
    assert set(needed(cloud, RUN, made["id"])) == {"run", "models", "height"}
    assert made["latestReadyRevision"].endswith("/services/height/revisions/height-a1a1a1a1-00000000")
    assert made["uri"].startswith("https://height-")


def test_only_the_cloud_knows_the_address_and_the_revision(cloud: Stage) -> None:
    planned = cloud.provider.plan(urn(RUN, "height"), cloud.checked(RUN, **GOOD[RUN]))
    assert not {"uri", "latestReadyRevision", "uid"} & set(planned)


def test_cloud_run_must_be_enabled(stage: Stages, held: set[str]) -> None:
    with pytest.raises(Refused, match=r"Cloud Run Admin API has not been used .*SERVICE_DISABLED"):
        stage("gcp").make(RUN, **GOOD[RUN])


@pytest.mark.parametrize(
    ("rule", "changes", "says"),
    [
        ("run-image", container(image=IMAGE.replace("/models/", "/other/")), r"Repository .*other' not found"),
        ("run-image", container(image=IMAGE.replace("a1a1", "b2b2")), r"Image '.*' not found"),
        ("run-image", container(image=f"ghcr.io/example/height@{DIGEST}"), r"is not in Artifact Registry"),
        ("run-identity", template(serviceAccount=f"nobody@{PROJECT}.iam.gserviceaccount.com"), r"Service account nobody@.* was not found"),
        ("run-identity", template(serviceAccount=None), r"default account of Compute Engine"),
    ],
)  # fmt: skip
def test_what_a_function_runs_and_as_whom(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, changes: dict, says: str
) -> None:
    refuses(cloud, monkeypatch, rule, says, RUN, **{**GOOD[RUN], **changes})


def test_an_image_of_another_project_needs_a_grant_for_the_agent(cloud: Stage) -> None:
    cloud.world.know(project="example-images")
    other = {"project": "example-images", "location": "europe-west1"}
    cloud.make(SERVICE, "theirs", project="example-images", service="artifactregistry.googleapis.com")
    cloud.make(REPOSITORY, "theirs", repositoryId="models", format="DOCKER", **other)
    theirs = container(image=IMAGE.replace(PROJECT, "example-images"))
    with pytest.raises(Refused, match=r"service-123456789012@serverless-robot-prod.* must have permission"):
        cloud.make(RUN, **{**GOOD[RUN], **theirs})
    agent = "serviceAccount:service-123456789012@serverless-robot-prod.iam.gserviceaccount.com"
    cloud.make(
        MEMBER, "pull", repository="models", role="roles/artifactregistry.reader", member=agent, **other
    )
    assert "pull" in needed(cloud, RUN, cloud.make(RUN, **{**GOOD[RUN], **theirs})["id"])


def test_a_registry_that_does_not_answer_is_no_image(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: str) -> None:
        raise registry.RegistryDown("the local registry does not answer")

    monkeypatch.setattr(registry, "digest", down)
    with pytest.raises(Refused, match=r"does not answer"):
        cloud.make(RUN, **GOOD[RUN])


def test_another_template_is_another_revision(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = cloud.make(RUN, "height", **GOOD[RUN])["id"]
    changed = template(timeout="31s")
    with pytest.raises(Refused, match=r"Revision named '.*' with different configuration already exists"):
        cloud.change(RUN, id_, "height", **{**GOOD[RUN], **changed})
    cloud.change(RUN, id_, "height", **{**GOOD[RUN], "labels": {"owner": "ml"}})
    named = template(timeout="31s", revision="height-a1a1a1a1-00000001")
    outputs = cloud.change(RUN, id_, "height", **{**GOOD[RUN], **named})
    assert outputs["latestReadyRevision"].endswith("height-a1a1a1a1-00000001")
    off(monkeypatch, "run-revision-changes")
    cloud.change(RUN, id_, "height", **{**GOOD[RUN], **template(revision="height-a1a1a1a1-00000001")})


@pytest.mark.parametrize("changed", [template(timeout="31s"), limits("2", "4Gi"), container(envs=[])])
def test_the_template_changes_in_place_and_the_name_does_not(cloud: Stage, changed: dict) -> None:
    old = GOOD[RUN]
    assert cloud.diff(RUN, old, {**old, **changed}).replaces == []
    assert cloud.diff(RUN, old, {**old, "name": "other"}).replaces == ["name"]


def test_deletion_protection_is_on_unless_it_is_off(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    unsaid = {name: value for name, value in GOOD[RUN].items() if name != "deletionProtection"}
    id_ = cloud.make(RUN, "height", **unsaid)["id"]
    with pytest.raises(Refused, match=r"without setting deletionProtection=false"):
        cloud.delete(RUN, id_, "height")
    cloud.change(RUN, id_, "height", **GOOD[RUN])
    cloud.delete(RUN, id_, "height")
    id_ = cloud.make(RUN, "height", **unsaid)["id"]
    off(monkeypatch, "run-deletion-protection")
    cloud.delete(RUN, id_, "height")


def test_a_caller_needs_the_function(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"Resource 'height' of kind 'SERVICE' in europe-west1 does not exist"):
        cloud.make(INVOKER, **GOOD[INVOKER])
    cloud.make(RUN, "height", **GOOD[RUN])
    assert needed(cloud, INVOKER, cloud.make(INVOKER, **GOOD[INVOKER])["id"]) == ["height"]
    unnamed = {name: value for name, value in GOOD[INVOKER].items() if name != "name"}
    refuses(cloud, monkeypatch, "run-service-exists", r"name: .*does not exist", INVOKER, **unnamed)


@pytest.mark.parametrize(
    ("others", "member", "says"),
    [
        ((), "allAuthenticatedUsers", "anybody may have a Google account"),
        (("user:a@example.com",), "allUsers", "everybody and user:a@example.com"),
        (("allUsers",), "user:a@example.com", "everybody and allUsers"),
    ],
)
def test_a_function_is_open_or_has_callers(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, others: tuple[str, ...], member: str, says: str
) -> None:
    cloud.make(RUN, "height", **GOOD[RUN])
    for at, other in enumerate(others):
        cloud.make(INVOKER, f"other{at}", **{**GOOD[INVOKER], "member": other})
    refuses(cloud, monkeypatch, "run-invokers", says, INVOKER, **{**GOOD[INVOKER], "member": member})


def test_a_function_may_be_open(cloud: Stage) -> None:
    cloud.make(RUN, "height", **GOOD[RUN])
    cloud.make(INVOKER, **{**GOOD[INVOKER], "member": "allUsers"})


def test_members_need_bucket_folder_and_account(cloud: Stage) -> None:
    folder = cloud.make(FOLDER, "inbox", **GOOD[FOLDER])
    assert folder["id"] == "modelport-a/inbox/"
    assert needed(cloud, FOLDER, folder["id"]) == ["storage"]
    on_folder = cloud.make(FOLDER_MEMBER, "read", **GOOD[FOLDER_MEMBER])
    assert needed(cloud, FOLDER_MEMBER, on_folder["id"]) == ["storage", "inbox", "height"]
    on_bucket = cloud.make(BUCKET_MEMBER, "all", **GOOD[BUCKET_MEMBER])
    assert needed(cloud, BUCKET_MEMBER, on_bucket["id"]) == ["storage", "height"]


def test_two_folders_of_a_name_clash(cloud: Stage) -> None:
    cloud.make(FOLDER, "inbox", **GOOD[FOLDER])
    with pytest.raises(Refused, match=r"Error 409: The managed folder"):
        cloud.make(FOLDER, "again", **GOOD[FOLDER])


@pytest.mark.parametrize(
    ("rule", "type_", "changes", "says"),
    [
        ("bucket-exists", FOLDER, {"bucket": "other"}, "The specified bucket does not exist"),
        ("bucket-exists", BUCKET_MEMBER, {"bucket": "other"}, "The specified bucket does not exist"),
        ("folder-exists", FOLDER_MEMBER, {"managedFolder": "out/"}, "The managed folder 'out/' does not exist"),
        ("bucket-public", BUCKET_MEMBER, {"member": "allUsers"}, "public access prevention is enforced"),
        ("member-exists", BUCKET_MEMBER, {"member": f"serviceAccount:x@{PROJECT}.iam.gserviceaccount.com"}, "does not exist"),
    ],
)  # fmt: skip
def test_what_is_granted_must_be_there(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, type_: str, changes: dict, says: str
) -> None:
    refuses(cloud, monkeypatch, rule, says, type_, **{**GOOD[type_], **changes})


def test_folders_and_conditions_need_uniform_access(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(BUCKET, "mixed", name="mixed-access", location="europe-west1")
    mixed = {"bucket": "mixed-access"}
    with pytest.raises(Refused, match=r"needs uniform bucket-level access"):
        cloud.make(BUCKET_MEMBER, **{**GOOD[BUCKET_MEMBER], **mixed, **condition(NAMED)})
    refuses(cloud, monkeypatch, "folder-uniform", "uniform", FOLDER, **{**GOOD[FOLDER], **mixed})


def test_a_bucket_has_a_name_that_nobody_in_the_world_has(cloud: Stage) -> None:
    cloud.world.take(BUCKET, "models")
    with pytest.raises(Refused, match=r"Error 409: The requested bucket name is not available"):
        cloud.make(BUCKET, **{**GOOD[BUCKET], "name": "models"})


def test_a_bucket_is_compared_without_regard_to_the_case_of_its_location(cloud: Stage) -> None:
    old = GOOD[BUCKET]
    assert cloud.diff(BUCKET, old, {**old, "location": "EUROPE-WEST1"}).changes == []
    assert cloud.diff(BUCKET, old, {**old, "location": "us-east1"}).replaces == ["location"]
    assert cloud.diff(BUCKET, old, {**old, "lifecycleRules": []}).replaces == []


def put(cloud: Stage, path: str) -> Path:
    """Let a bucket hold an object."""
    found = cloud.world.path.parent / "objects" / "own" / "gs" / path
    found.parent.mkdir(parents=True)
    found.write_text("content", encoding="utf-8")
    return found


@pytest.mark.parametrize("disabled", [False, True])
def test_a_bucket_with_objects_goes_by_force_only(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, disabled: bool
) -> None:
    there = put(cloud, "modelport-a/inbox/one.json")
    with pytest.raises(Refused, match=r"modelport-a containing objects without forceDestroy"):
        cloud.delete(BUCKET, "modelport-a", "storage")
    if disabled:
        off(monkeypatch, "bucket-not-empty")
    else:
        cloud.change(BUCKET, "modelport-a", "storage", **{**GOOD[BUCKET], "forceDestroy": True})
    cloud.delete(BUCKET, "modelport-a", "storage")
    assert not there.exists()


def test_objects_stay_when_only_their_folder_goes(cloud: Stage) -> None:
    id_ = cloud.make(FOLDER, "inbox", **{**GOOD[FOLDER], "forceDestroy": False})["id"]
    there = put(cloud, "modelport-a/inbox/one.json")
    with pytest.raises(Refused, match=r"modelport-a/inbox/ containing objects"):
        cloud.delete(FOLDER, id_, "inbox")
    cloud.change(FOLDER, id_, "inbox", **GOOD[FOLDER])
    cloud.delete(FOLDER, id_, "inbox")
    assert there.exists()


def test_a_sink_needs_its_bucket(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cloud.make(SINK, "sink", **GOOD[SINK])
    assert needed(cloud, SINK, made["id"]) == ["logging", "logs"]
    assert made["writerIdentity"] == ""
    other = {**GOOD[SINK], "destination": GOOD[SINK]["destination"].replace("functions-a", "other")}
    refuses(cloud, monkeypatch, "sink-destination", "Bucket `.*other` does not exist", SINK, **other)


@pytest.mark.parametrize(
    "destination",
    ["storage.googleapis.com/modelport-a", "logging.googleapis.com/projects/p/locations/l/buckets/b"],
)
def test_a_sink_into_something_else_is_not_simulated(cloud: Stage, destination: str) -> None:
    with pytest.raises(Refused, match=r"is no log bucket of the sink's own project"):
        cloud.make(SINK, **{**GOOD[SINK], "destination": destination})


def test_nothing_is_excluded_that_no_sink_keeps(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"logs would be lost"):
        cloud.make(EXCLUSION, **GOOD[EXCLUSION])
    cloud.make(SINK, "sink", **GOOD[SINK])
    made = cloud.make(EXCLUSION, "excluded", **GOOD[EXCLUSION])
    assert needed(cloud, EXCLUSION, made["id"]) == ["logging", "sink"]
    other = LOGS.replace("dev", "prod")
    refuses(cloud, monkeypatch, "exclusion-loses-logs", "logs would be lost", EXCLUSION, filter=other)


def test_a_project_has_so_many_exclusions(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(SINK, "sink", **GOOD[SINK])
    for at in range(50):
        cloud.make(EXCLUSION, f"excluded{at}", **GOOD[EXCLUSION])
    refuses(cloud, monkeypatch, "exclusion-count", "50 exclusions already", EXCLUSION, **GOOD[EXCLUSION])


def test_a_deleted_log_bucket_holds_its_name(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = f"projects/{PROJECT}/locations/europe-west1/buckets/functions-a"
    cloud.delete(LOG_BUCKET, id_, "logs")
    assert [each.id for each in cloud.world.tombstones()] == [id_]
    refuses(
        cloud, monkeypatch, "log-bucket-held", "holds its name for 7 days", LOG_BUCKET, **GOOD[LOG_BUCKET]
    )


def test_the_built_in_log_buckets_are_only_forgotten(cloud: Stage) -> None:
    made = cloud.make(
        LOG_BUCKET, "default", **{**GOOD[LOG_BUCKET], "bucketId": "_Default", "location": "global"}
    )
    cloud.delete(LOG_BUCKET, made["id"], "default")
    assert cloud.world.tombstones() == []


def test_a_locked_log_bucket_stays_locked(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = cloud.make(LOG_BUCKET, "locked", **{**GOOD[LOG_BUCKET], "bucketId": "locked", "locked": True})["id"]
    loose = {**GOOD[LOG_BUCKET], "bucketId": "locked", "retentionDays": 7}
    with pytest.raises(Refused, match=r"locked: cannot be undone"):
        cloud.change(LOG_BUCKET, id_, "locked", **loose)
    with pytest.raises(Refused, match=r"retentionDays: cannot be lowered"):
        cloud.change(LOG_BUCKET, id_, "locked", **{**loose, "locked": True})
    cloud.change(LOG_BUCKET, id_, "locked", **{**loose, "locked": True, "retentionDays": 60})
    off(monkeypatch, "log-bucket-locked")
    cloud.change(LOG_BUCKET, id_, "locked", **loose)


@pytest.mark.parametrize("type_", [BUCKET, FOLDER, LOG_BUCKET, SINK, RUN])
def test_prevent_stops_a_deletion(cloud: Stage, type_: str) -> None:
    inputs = {**GOOD[type_], "deletionPolicy": "PREVENT"}
    if type_ in (BUCKET, LOG_BUCKET):
        inputs["name" if type_ == BUCKET else "bucketId"] = "another-one"
    id_ = cloud.make(type_, **inputs)["id"]
    with pytest.raises(Refused, match=r"deletionPolicy is PREVENT"):
        cloud.delete(type_, id_)
