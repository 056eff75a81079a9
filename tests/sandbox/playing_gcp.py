"""Google Cloud's types with inputs that pass, to be spoilt by tests."""

# ruff: noqa: E501 - a row of a table is one line

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
    REPOSITORY,
    RUN,
    SERVICE,
    SINK,
)
from tests.sandbox.playing import Stage, off

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
NAMED = 'resource.name.startsWith("projects/_/buckets/modelport-a/objects/inbox/")'


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


def hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Artifact Registry hold the image, and no other."""
    monkeypatch.setattr(registry, "digest", lambda cloud, name, what: what if what == DIGEST else None)


def furnish(cloud: Stage) -> None:
    """A project with APIs, a repository, an account, a bucket and a log bucket."""
    for api in ("artifactregistry", "iam", "run", "logging", "storage"):
        cloud.make(SERVICE, api, service=f"{api}.googleapis.com")
    cloud.make(REPOSITORY, "models", repositoryId="models", format="DOCKER")
    cloud.make(ACCOUNT, "height", accountId="height")
    cloud.make(BUCKET, "storage", **GOOD[BUCKET])
    cloud.make(LOG_BUCKET, "logs", **GOOD[LOG_BUCKET])


def needed(cloud: Stage, type_: str, id_: str) -> list[str]:
    return [each.rpartition("::")[2] for each in cloud.there(type_, id_).needs]


def refuses(cloud: Stage, monkeypatch: pytest.MonkeyPatch, says: str, type_: str, **inputs: Any) -> str:
    """The rule that refuses to create this, in these words; without that rule it is created."""
    with pytest.raises(Refused, match=says) as found:
        cloud.make(type_, **inputs)
    off(monkeypatch, found.value.rule)
    cloud.make(type_, **inputs)
    return found.value.rule
