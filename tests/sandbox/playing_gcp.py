"""Google Cloud's types with inputs that pass, to be spoilt by tests, and what comes before one."""

# ruff: noqa: E501 - a row of a table is one line

from typing import Any

import pytest

from sandbox import registry
from sandbox.needs import Refused
from sandbox.rules.gcp_types import (
    ACCOUNT,
    AUDIT,
    BUCKET,
    BUCKET_MEMBER,
    EXCLUSION,
    FIREWALL,
    FOLDER,
    FOLDER_MEMBER,
    INVOKER,
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
NETWORK_ID = f"projects/{PROJECT}/global/networks/ours"
SUBNETS = f"projects/{PROJECT}/regions/europe-west1/subnetworks"
HTTPS = {"protocol": "tcp", "ports": ["443"]}
SEEN = {"networks": [{"networkUrl": NETWORK_ID}]}
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
    NETWORK: {"name": "ours", "autoCreateSubnetworks": False, "deleteDefaultRoutesOnCreate": True},
    SUBNET: {"name": "functions", "network": NETWORK_ID, "ipCidrRange": "10.20.180.0/22", "privateIpGoogleAccess": True, "logConfig": {"flowSampling": 1.0}},
    FIREWALL: {"name": "out", "network": NETWORK_ID, "direction": "EGRESS", "priority": 1000, "allows": [HTTPS], "destinationRanges": ["199.36.153.8/30"]},
    ROUTE: {"name": "google", "network": NETWORK_ID, "destRange": "199.36.153.8/30", "nextHopGateway": "default-internet-gateway"},
    ROUTER: {"name": "ours", "network": NETWORK_ID},
    NAT: {"name": "ours", "router": "ours", "natIpAllocateOption": "AUTO_ONLY", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
    ZONE: {"name": "google", "dnsName": "googleapis.com.", "visibility": "private", "privateVisibilityConfig": SEEN},
    RECORD: {"managedZone": "google", "name": "private.googleapis.com.", "type": "A", "ttl": 300, "rrdatas": ["199.36.153.8"]},
    AUDIT: {"project": PROJECT, "service": "storage.googleapis.com", "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}]},
}  # fmt: skip
NAMED = 'resource.name.startsWith("projects/_/buckets/modelport-a/objects/inbox/")'
ALIAS = {**GOOD[RECORD], "name": "*.googleapis.com.", "type": "CNAME", "rrdatas": ["private.googleapis.com."]}
DENY = {
    **GOOD[FIREWALL],
    "name": "deny",
    "priority": 65534,
    "destinationRanges": ["0.0.0.0/0"],
    "allows": None,
    "denies": [{"protocol": "all"}],
    "logConfig": {"metadata": "INCLUDE_ALL_METADATA"},
}


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


def networked(cloud: Stage) -> Stage:
    """A project with a network, too, in which nothing reaches anything."""
    furnish(cloud)
    for api in ("compute", "dns"):
        cloud.make(SERVICE, api, service=f"{api}.googleapis.com")
    cloud.make(NETWORK, "network", **GOOD[NETWORK])
    return cloud


def reaching(cloud: Stage) -> Stage:
    """The same, and functions in the network reach Google's services."""
    cloud.make(SUBNET, "functions", **GOOD[SUBNET])
    cloud.make(FIREWALL, "out", **GOOD[FIREWALL])
    cloud.make(FIREWALL, "deny", **given(DENY))
    cloud.make(ROUTE, "google", **GOOD[ROUTE])
    cloud.make(ZONE, "zone", **GOOD[ZONE])
    cloud.make(RECORD, "addresses", **GOOD[RECORD])
    cloud.make(RECORD, "all", **ALIAS)
    return cloud


def given(inputs: dict[str, Any]) -> dict[str, Any]:
    """Inputs without those that are left out."""
    return {name: value for name, value in inputs.items() if value is not None}


def needed(cloud: Stage, type_: str, id_: str) -> list[str]:
    return [each.rpartition("::")[2] for each in cloud.there(type_, id_).needs]


def refuses(cloud: Stage, monkeypatch: pytest.MonkeyPatch, says: str, type_: str, **inputs: Any) -> str:
    """The rule that refuses to create this, in these words; without that rule it is created."""
    with pytest.raises(Refused, match=says) as found:
        cloud.make(type_, **inputs)
    off(monkeypatch, found.value.rule)
    cloud.make(type_, **inputs)
    return found.value.rule
