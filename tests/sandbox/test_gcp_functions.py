"""Functions on the simulated Google Cloud: what they need, who may call, and what a deletion asks for."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable

import pytest

from sandbox import registry
from sandbox.needs import Refused
from sandbox.rules.gcp_types import (
    BUCKET,
    FOLDER,
    INVOKER,
    LOG_BUCKET,
    MEMBER,
    REPOSITORY,
    RUN,
    SERVICE,
    SINK,
)
from tests.sandbox.playing import Stage, off, urn
from tests.sandbox.playing_gcp import (
    DIGEST,
    GOOD,
    IMAGE,
    PROJECT,
    container,
    furnish,
    hold,
    limits,
    needed,
    refuses,
    template,
)

Stages = Callable[..., Stage]


@pytest.fixture
def cloud(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project with all that is needed before."""
    made = stage("gcp")
    hold(monkeypatch)
    furnish(made)
    return made


def test_a_function_needs_its_api_image_and_account(cloud: Stage) -> None:
    made = cloud.make(RUN, "height", **GOOD[RUN])
    assert set(needed(cloud, RUN, made["id"])) == {"run", "models", "height"}
    assert made["latestReadyRevision"].endswith("/services/height/revisions/height-a1a1a1a1-00000000")
    assert made["uri"].startswith("https://height-")


def test_only_the_cloud_knows_the_address_and_the_revision(cloud: Stage) -> None:
    planned = cloud.provider.plan(urn(RUN, "height"), cloud.checked(RUN, **GOOD[RUN]))
    assert not {"uri", "latestReadyRevision", "uid"} & set(planned)


def test_cloud_run_must_be_enabled(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch)
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
    assert refuses(cloud, monkeypatch, says, RUN, **{**GOOD[RUN], **changes}) == rule


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
    assert refuses(cloud, monkeypatch, r"name: .*does not exist", INVOKER, **unnamed) == "run-service-exists"


def test_a_function_is_open_by_its_plain_name_or_not_at_all(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.make(RUN, "height", **GOOD[RUN])
    says = "anybody may have a Google account"
    assert (
        refuses(
            cloud,
            monkeypatch,
            says,
            INVOKER,
            **{**GOOD[INVOKER], "member": "allAuthenticatedUsers"},
        )
        == "run-invokers"
    )


def test_everybody_may_stand_beside_callers_while_a_model_is_closed(cloud: Stage) -> None:
    cloud.make(RUN, "height", **GOOD[RUN])
    members = ["allUsers", "user:a@example.com"]
    for member in members:
        cloud.make(INVOKER, member, **{**GOOD[INVOKER], "member": member})
    assert [each.inputs["member"] for each in cloud.world.all(INVOKER)] == members


def test_a_function_may_be_open(cloud: Stage) -> None:
    cloud.make(RUN, "height", **GOOD[RUN])
    made = cloud.make(INVOKER, **{**GOOD[INVOKER], "member": "allUsers"})
    assert made["id"].endswith("/roles/run.invoker/allUsers")
    assert needed(cloud, INVOKER, made["id"]) == ["height"]


@pytest.mark.parametrize("type_", [BUCKET, FOLDER, LOG_BUCKET, SINK, RUN])
def test_prevent_stops_a_deletion(cloud: Stage, type_: str) -> None:
    inputs = {**GOOD[type_], "deletionPolicy": "PREVENT"}
    if type_ in (BUCKET, LOG_BUCKET):
        inputs["name" if type_ == BUCKET else "bucketId"] = "another-one"
    id_ = cloud.make(type_, **inputs)["id"]
    with pytest.raises(Refused, match=r"deletionPolicy is PREVENT"):
        cloud.delete(type_, id_)
