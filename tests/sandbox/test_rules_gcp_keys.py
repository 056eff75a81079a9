"""Keys on the simulated Google Cloud: what is refused, what is needed, and what stays for ever."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.rules.gcp_types import (
    AGENT,
    BUCKET,
    KEY,
    KEY_MEMBER,
    KEY_RING,
    LOG_BUCKET,
    REPOSITORY,
    SERVICE,
)
from tests.sandbox.playing import Stage
from tests.sandbox.playing_gcp import GOOD as OTHERS
from tests.sandbox.playing_gcp import PROJECT, needed, refuses

Stages = Callable[..., Stage]
RING_ID = f"projects/{PROJECT}/locations/europe-west1/keyRings/ours"
KEY_ID = f"{RING_ID}/cryptoKeys/ours"
USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
REGISTRY = "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com"
STORAGE = "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com"
LOGS = "serviceAccount:cmek-p123456789012@gcp-sa-logging.iam.gserviceaccount.com"
GOOD: dict[str, dict[str, Any]] = {
    KEY_RING: {"name": "ours", "location": "europe-west1"},
    KEY: {"name": "ours", "keyRing": RING_ID, "rotationPeriod": "7776000s", "destroyScheduledDuration": "2592000s"},
    KEY_MEMBER: {"cryptoKeyId": KEY_ID, "role": USE, "member": STORAGE},
    AGENT: {"service": "artifactregistry.googleapis.com"},
}  # fmt: skip
ENCRYPTED: dict[str, dict[str, Any]] = {
    REPOSITORY: {"repositoryId": "models", "format": "DOCKER", "location": "europe-west1", "kmsKeyName": KEY_ID},
    BUCKET: {**OTHERS[BUCKET], "encryption": {"defaultKmsKeyName": KEY_ID}},
    LOG_BUCKET: {**OTHERS[LOG_BUCKET], "cmekSettings": {"kmsKeyName": KEY_ID}},
}  # fmt: skip
AGENTS = {REPOSITORY: REGISTRY, BUCKET: STORAGE, LOG_BUCKET: LOGS}
EVERY_USE = pytest.mark.parametrize("type_", ENCRYPTED)

MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("crypto-key-rotation", KEY, {"rotationPeriod": None}, "rotationPeriod: is left out"),
    ("crypto-key-rotation", KEY, {"rotationPeriod": "86399s"}, "86400s and more; came 86399s"),
    ("crypto-key-rotation", KEY, {"rotationPeriod": "90d"}, "must be seconds such as 86400s"),
    ("crypto-key-rotation", KEY, {"purpose": "MAC"}, "purpose: such a key encrypts nothing at rest"),
    ("crypto-key-destruction", KEY, {"destroyScheduledDuration": "0s"}, "86400s to 10368000s; came 0s"),
    ("crypto-key-destruction", KEY, {"destroyScheduledDuration": "10368001s"}, "86400s to 10368000s"),
    ("crypto-key-users", KEY_MEMBER, {"member": "allUsers"}, "member: 'allUsers' lets in more than one"),
    ("crypto-key-users", KEY_MEMBER, {"member": "domain:example.com"}, "name the agent"),
    ("service-agent-known", AGENT, {"service": "run.googleapis.com"}, "the agent of artifactregistry.googleapis.com only"),
    ("iam-role-known", KEY_MEMBER, {"role": "roles/cloudkms.cryptoKeyEncrypter-Decrypter"}, "did you mean"),
    ("gcp-labels", KEY, {"labels": {"Owner": "ml"}}, "labels.Owner"),
    ("value", KEY, {"keyRing": "ours"}, "keyRing: 'ours' does not match"),
    ("value", KEY, {"purpose": "ENCRYPT"}, "purpose"),
    ("name", KEY_RING, {"name": "our.ring"}, "name"),
    ("name", KEY_RING, {"name": "r" * 64}, "allowed: 1 to 63"),
    ("region", KEY_RING, {"location": "westeurope"}, "is a region of azure"),
]  # fmt: skip


@pytest.fixture
def cloud(stage: Stages) -> Stage:
    """A project with a key that nobody may use yet."""
    made = stage("gcp")
    for api in ("artifactregistry", "cloudkms"):
        made.make(SERVICE, api, service=f"{api}.googleapis.com")
    made.make(KEY_RING, "ring", **GOOD[KEY_RING])
    made.make(KEY, "key", **GOOD[KEY])
    made.make(AGENT, "agent", **GOOD[AGENT])
    return made


def grant(cloud: Stage, type_: str, **changes: Any) -> dict[str, Any]:
    return cloud.make(KEY_MEMBER, "right", **{**GOOD[KEY_MEMBER], "member": AGENTS[type_], **changes})


def test_a_key_needs_its_ring_and_a_ring_the_api(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = stage("gcp")
    with pytest.raises(Refused, match=r"Key Management Service .* SERVICE_DISABLED"):
        cloud.make(KEY_RING, **GOOD[KEY_RING])
    cloud.make(SERVICE, "kms", service="cloudkms.googleapis.com")
    assert refuses(cloud, monkeypatch, r"KeyRing .* not found", KEY, **GOOD[KEY]) == "key-ring-exists"


def test_what_is_needed_is_remembered(cloud: Stage) -> None:
    assert needed(cloud, KEY, KEY_ID) == ["cloudkms", "ring"]
    assert needed(cloud, AGENT, cloud.world.all(AGENT)[0].id) == ["artifactregistry"]
    granted = grant(cloud, REPOSITORY)
    assert needed(cloud, KEY_MEMBER, granted["id"]) == ["key", "agent"]


@EVERY_USE
def test_the_agent_of_the_service_needs_the_right_first(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str
) -> None:
    agent = AGENTS[type_].partition(":")[2]
    assert (
        refuses(
            cloud,
            monkeypatch,
            f"Permission denied .*{agent} needs {USE}",
            type_,
            **ENCRYPTED[type_],
        )
        == "crypto-key-usable"
    )


@EVERY_USE
def test_with_the_right_it_is_encrypted(cloud: Stage, type_: str) -> None:
    grant(cloud, type_)
    made = cloud.make(type_, **ENCRYPTED[type_])
    assert {"key", "right"} <= set(needed(cloud, type_, made["id"]))


@pytest.mark.parametrize(
    "changes",
    [
        {"member": LOGS},
        {"role": "roles/cloudkms.cryptoKeyDecrypter"},
        {"condition": {"title": "soon", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}},
    ],
    ids=["another agent", "half a role", "a condition"],
)
def test_another_right_is_not_enough(cloud: Stage, changes: dict) -> None:
    grant(cloud, BUCKET, **changes)
    with pytest.raises(Refused, match="Permission denied on Cloud KMS key"):
        cloud.make(BUCKET, **ENCRYPTED[BUCKET])


def test_a_right_on_another_key_is_not_enough(cloud: Stage) -> None:
    other = cloud.make(KEY, "other", **{**GOOD[KEY], "name": "other"})["id"]
    grant(cloud, BUCKET, cryptoKeyId=other)
    with pytest.raises(Refused, match="Permission denied on Cloud KMS key"):
        cloud.make(BUCKET, **ENCRYPTED[BUCKET])


@EVERY_USE
def test_a_key_must_exist(cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
    cloud.world.remove(KEY, KEY_ID)
    assert refuses(cloud, monkeypatch, "was not found", type_, **ENCRYPTED[type_]) == "gcp-kms-key-exists"


@EVERY_USE
def test_a_key_is_of_the_same_region(cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
    grant(cloud, type_)
    there = {**ENCRYPTED[type_], "location": "europe-west4"}
    assert (
        refuses(
            cloud,
            monkeypatch,
            "europe-west1, what it is to encrypt in europe-west4",
            type_,
            **there,
        )
        == "crypto-key-region"
    )


def test_the_region_may_be_the_providers(cloud: Stage) -> None:
    grant(cloud, REPOSITORY)
    inputs = {name: value for name, value in ENCRYPTED[REPOSITORY].items() if name != "location"}
    made = cloud.make(REPOSITORY, **inputs)
    assert (made["location"], made["kmsKeyName"]) == ("europe-west1", KEY_ID)


def test_a_right_needs_the_key(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = {**GOOD[KEY_MEMBER], "cryptoKeyId": f"{RING_ID}/cryptoKeys/other"}
    assert (
        refuses(cloud, monkeypatch, r"CryptoKey .*other not found", KEY_MEMBER, **inputs)
        == "crypto-key-exists"
    )


@pytest.mark.parametrize(
    "agent",
    [REGISTRY, STORAGE.replace("123456789012", "999999999999")],
    ids=["never asked for", "another project"],
)
def test_a_right_needs_an_agent_that_exists(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, agent: str
) -> None:
    cloud.world.remove(AGENT, cloud.world.all(AGENT)[0].id)
    inputs = {**GOOD[KEY_MEMBER], "member": agent}
    assert (
        refuses(cloud, monkeypatch, "Service account .* does not exist", KEY_MEMBER, **inputs)
        == "service-agent-exists"
    )


def test_the_first_repository_brings_the_agent(cloud: Stage) -> None:
    cloud.world.remove(AGENT, cloud.world.all(AGENT)[0].id)
    with pytest.raises(Refused, match="does not exist"):
        grant(cloud, REPOSITORY)
    cloud.make(REPOSITORY, "plain", repositoryId="plain", format="DOCKER")
    assert grant(cloud, REPOSITORY)["member"] == AGENTS[REPOSITORY]


def test_an_agent_is_one_of_an_api_and_stays(
    stage: Stages, monkeypatch: pytest.MonkeyPatch, cloud: Stage
) -> None:
    id_ = cloud.world.all(AGENT)[0].id
    assert cloud.there(AGENT, id_).outputs["member"] == REGISTRY
    cloud.delete(AGENT, id_, "agent")
    grant(cloud, REPOSITORY)
    cloud.delete(SERVICE, f"{PROJECT}/artifactregistry.googleapis.com", "artifactregistry")
    cloud.make(AGENT, "agent", **GOOD[AGENT])
    cloud.world.know(project="example-models-prod")
    other = stage("gcp", project="example-models-prod")
    assert (
        refuses(other, monkeypatch, "is not enabled in example-models-prod", AGENT, **GOOD[AGENT])
        == "service-agent-api"
    )


def test_keys_and_rings_hold_their_names_for_ever(cloud: Stage) -> None:
    cloud.delete(KEY, KEY_ID, "key")
    cloud.delete(KEY_RING, RING_ID, "ring")
    assert [each.id for each in cloud.world.tombstones()] == [RING_ID, KEY_ID]
    with pytest.raises(Refused, match=rf"Error 409: KeyRing {RING_ID} already exists"):
        cloud.make(KEY_RING, **GOOD[KEY_RING])
    cloud.make(KEY_RING, "other", **{**GOOD[KEY_RING], "location": "europe-west4"})


def test_a_key_is_not_deleted_while_it_encrypts(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    grant(cloud, BUCKET)
    cloud.make(BUCKET, "storage", **ENCRYPTED[BUCKET])
    with pytest.raises(Refused, match="encrypts modelport-a, which would be lost"):
        cloud.delete(KEY, KEY_ID, "key")
    cloud.delete(BUCKET, "modelport-a", "storage")
    cloud.delete(KEY, KEY_ID, "key")


def test_a_key_that_is_destroyed_encrypts_nothing_more(cloud: Stage) -> None:
    grant(cloud, BUCKET)
    cloud.delete(KEY, KEY_ID, "key")
    with pytest.raises(Refused, match="was not found"):
        cloud.make(BUCKET, **ENCRYPTED[BUCKET])


def test_another_key_replaces_a_repository_and_not_a_bucket(cloud: Stage) -> None:
    other = f"{RING_ID}/cryptoKeys/other"
    plain = {name: value for name, value in ENCRYPTED[REPOSITORY].items() if name != "kmsKeyName"}
    assert cloud.diff(REPOSITORY, plain, ENCRYPTED[REPOSITORY]).replaces == ["kmsKeyName"]
    changed = {**ENCRYPTED[BUCKET], "encryption": {"defaultKmsKeyName": other}}
    assert cloud.diff(BUCKET, ENCRYPTED[BUCKET], changed).replaces == []


@pytest.mark.parametrize("before", [{}, {"cmekSettings": {"kmsKeyName": f"{RING_ID}/cryptoKeys/other"}}])
def test_a_log_bucket_takes_a_key_at_birth_only(cloud: Stage, before: dict) -> None:
    cloud.make(KEY, "other", **{**GOOD[KEY], "name": "other"})
    grant(cloud, LOG_BUCKET)
    cloud.make(
        KEY_MEMBER,
        "more",
        **{**GOOD[KEY_MEMBER], "member": LOGS, "cryptoKeyId": f"{RING_ID}/cryptoKeys/other"},
    )
    id_ = cloud.make(LOG_BUCKET, "logs", **{**OTHERS[LOG_BUCKET], **before})["id"]
    with pytest.raises(Refused, match=r"cmekSettings.*cannot be changed after creation"):
        cloud.change(LOG_BUCKET, id_, "logs", **ENCRYPTED[LOG_BUCKET])


@pytest.mark.parametrize(
    ("token", "output", "agent"),
    [
        ("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", "emailAddress", STORAGE),
        ("gcp:logging/getProjectCmekSettings:getProjectCmekSettings", "serviceAccountId", LOGS),
    ],
    ids=["storage", "logs"],
)
def test_a_service_says_who_encrypts_for_it(stage: Stages, token: str, output: str, agent: str) -> None:
    provider = stage("gcp").provider
    assert f"serviceAccount:{provider.invoke(token, {'project': PROJECT})[output]}" == agent
    assert provider.invoke(token, {}) == provider.invoke(token, {"project": PROJECT})
    with pytest.raises(Refused, match="own project 'example-models-dev' only"):
        provider.invoke(token, {"project": "somebody-elses"})
