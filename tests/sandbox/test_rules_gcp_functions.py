"""Planted mistakes in one resource on Google Cloud: storage, logs and functions."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.rules.gcp_types import (
    BUCKET,
    BUCKET_MEMBER,
    EXCLUSION,
    FOLDER,
    FOLDER_MEMBER,
    LOG_BUCKET,
    RUN,
    SINK,
)
from tests.sandbox.playing import Stage
from tests.sandbox.playing_gcp import (
    ARCHIVE,
    COLDER,
    CONTAINER,
    GOOD,
    HEIGHT,
    LATEST,
    LOGS,
    NAMED,
    PROJECT,
    UPLOADS,
    condition,
    container,
    limits,
    probe,
    template,
)

Stages = Callable[..., Stage]


def rules(*changed: dict[str, Any]) -> dict[str, Any]:
    return {"lifecycleRules": list(changed)}


def when(**condition: Any) -> dict[str, Any]:
    return rules({"action": {"type": "Delete"}, "condition": condition})


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
