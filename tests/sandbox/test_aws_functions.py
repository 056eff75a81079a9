"""How buckets and functions live on a simulated AWS: versions, previews, names, deletions."""

from collections.abc import Callable

import pytest

from sandbox import registry
from sandbox.needs import Refused
from sandbox.rules.aws_functions import FUNCTION, LOG_GROUP
from sandbox.rules.aws_storage import (
    BUCKET,
    BUCKET_POLICY,
    VERSIONING,
)
from sandbox.rules.aws_urls import ALIAS, PERMISSION, URL, WARM
from sandbox.wire import UNKNOWN
from tests.sandbox.playing import ACCESS, REPOSITORY, ROLE, ROLE_POLICY, Stage, off, urn
from tests.sandbox.playing_aws import (
    CALLER,
    CALLS,
    GOOD,
    HOST,
    INVOKES,
    RUNS,
    build,
    hold,
    serving,
)

Stages = Callable[..., Stage]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The image is in the local registry."""
    hold(monkeypatch)


def test_a_url_with_both_permissions(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    serving(cloud)
    url = cloud.make(URL, **GOOD[URL])
    assert url["id"] == "height-1/live"
    assert url["functionUrl"] == f"https://{url['urlId']}.lambda-url.eu-central-1.on.aws/"
    cloud.make(WARM, **GOOD[WARM])


def test_a_url_for_everybody_with_both_statements(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, PERMISSION, {PERMISSION: {"principal": "*", "functionUrlAuthType": "NONE"}})
    cloud.make(PERMISSION, "invoke", **{**INVOKES, "principal": "*"})
    made = cloud.make(URL, **{**GOOD[URL], "authorizationType": "NONE"})
    needs = {urn.rpartition("::")[2] for urn in cloud.there(URL, made["id"]).needs}
    assert needs >= {"Permission", "invoke"}, "both statements come before the URL"


def test_a_url_is_closed_before_the_statements_for_everybody_go(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, PERMISSION, {PERMISSION: {"principal": "*", "functionUrlAuthType": "NONE"}})
    cloud.make(PERMISSION, "invoke", **{**INVOKES, "principal": "*"})
    made = cloud.make(URL, **{**GOOD[URL], "authorizationType": "NONE"})
    needs = {urn.rpartition("::")[2] for urn in cloud.there(URL, made["id"]).needs}
    assert needs >= {"Permission", "invoke"}, "both statements come before the URL"
    assert len(cloud.there(URL, "height-1/live").needs) == 4
    cloud.change(URL, "height-1/live", **GOOD[URL])
    assert len(cloud.there(URL, "height-1/live").needs) == 2


def test_a_function_records_what_it_needed(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, FUNCTION, {})
    needed = {each.split("$")[1].split("::")[0] for each in cloud.there(FUNCTION, "height-1").needs}
    assert needed == {REPOSITORY, ACCESS, ROLE, LOG_GROUP, ROLE_POLICY}


def test_a_registry_that_is_down_is_no_image(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: str) -> None:
        raise registry.RegistryDown("does not answer")

    monkeypatch.setattr(registry, "digest", down)
    with pytest.raises(Refused, match="does not answer"):
        build(stage("aws"), FUNCTION, {})


def test_versions_cannot_be_switched_off_again(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = stage("aws")
    olds = GOOD[VERSIONING]

    def wrong(status: str) -> list[str]:
        news = {"bucket": "a-bucket", "versioningConfiguration": {"status": status}}
        return [str(each) for each in cloud.provider.check(urn(VERSIONING, "it"), olds, news)[1]]

    assert wrong("Suspended") == []
    assert "cannot go from Enabled to Disabled" in wrong("Disabled")[0]
    off(monkeypatch, "s3-versioning-off")
    assert wrong("Disabled") == []


def test_a_change_of_the_template_is_another_version(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, FUNCTION, {})
    first = cloud.there(FUNCTION, "height-1").outputs
    assert (first["version"], first["codeSha256"]) == ("1", "a1" * 32)
    assert first["qualifiedArn"] == f"{first['arn']}:1"
    changed = cloud.change(FUNCTION, "height-1", **{**RUNS, "timeout": 31})
    assert changed["version"] == "2"
    cloud.world.update(FUNCTION, "height-1", outputs=changed)
    assert cloud.change(FUNCTION, "height-1", **{**RUNS, "timeout": 31, "tags": {"a": "b"}})["version"] == "2"


def test_a_preview_does_not_know_the_next_version(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, FUNCTION, {})
    there = cloud.there(FUNCTION, "height-1")
    plan = cloud.provider.plan(urn(FUNCTION, "it"), {**there.inputs, "timeout": 31}, there.outputs)
    assert (plan["version"], plan["qualifiedArn"]) == (UNKNOWN, UNKNOWN)
    plan = cloud.provider.plan(urn(FUNCTION, "it"), {**there.inputs, "tags": {"a": "b"}}, there.outputs)
    assert plan["version"] == "1"
    fresh = cloud.provider.plan(urn(FUNCTION, "it"), there.inputs)
    assert fresh["version"] == UNKNOWN


def test_reserved_concurrency_adds_up(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, FUNCTION, {})
    cloud.make(FUNCTION, "second", **{**RUNS, "name": "height-2"})
    with pytest.raises(Refused, match="beside 800 of others"):
        cloud.make(FUNCTION, "third", **{**RUNS, "name": "height-3"})
    cloud.world.know(lambda_concurrency="2000")
    cloud.make(FUNCTION, "third", **{**RUNS, "name": "height-3"})


def test_two_functions_may_have_statements_of_one_name(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    build(cloud, ALIAS, {})
    cloud.make(FUNCTION, "second", **{**RUNS, "name": "height-2"})
    cloud.make(ALIAS, "second", **{**GOOD[ALIAS], "functionName": "height-2"})
    for name in ("height-1", "height-2"):
        cloud.make(PERMISSION, name, **{**CALLS, "function": name, "statementId": "same"})
    read = cloud.provider.read(urn(PERMISSION, "height-1"), "same", {}, {})
    assert read is not None
    assert read.inputs["function"] == "height-1"
    cloud.delete(PERMISSION, "same", "height-2")
    assert [each.inputs["function"] for each in cloud.world.all(PERMISSION)] == ["height-1"]


def test_what_belongs_to_a_function_goes_with_it(stage: Stages, held: None) -> None:
    cloud = stage("aws")
    serving(cloud)
    cloud.delete(FUNCTION, "height-1", "Function")
    assert {each.type for each in cloud.world.live()} == {REPOSITORY, ACCESS, ROLE, LOG_GROUP, ROLE_POLICY}


def test_what_is_beside_a_bucket_goes_with_it(stage: Stages) -> None:
    cloud = stage("aws")
    build(cloud, BUCKET_POLICY, {})
    cloud.delete(BUCKET, "a-bucket", "Bucket")
    assert cloud.world.live() == []


def test_bucket_names_belong_to_the_whole_world(stage: Stages) -> None:
    cloud = stage("aws")
    with pytest.raises(Refused, match="BucketAlreadyExists"):
        cloud.make(BUCKET, bucket="modelport")
    build(cloud, BUCKET, {})
    with pytest.raises(Refused, match="BucketAlreadyExists"):
        stage("aws", region="eu-west-1").make(BUCKET, "second", **GOOD[BUCKET])


def test_memory_environment_scale_and_image_change_in_place(stage: Stages) -> None:
    cloud = stage("aws")
    image = f"{HOST}/height@sha256:{'b2' * 32}"
    changed = {"memorySize": 4096, "reservedConcurrentExecutions": 5, "imageUri": image, "environment": {}}
    assert cloud.diff(FUNCTION, RUNS, {**RUNS, **changed}).replaces == []
    assert cloud.diff(FUNCTION, RUNS, {**RUNS, "name": "height-2"}).replaces == ["name"]
    assert cloud.diff(ALIAS, GOOD[ALIAS], {**GOOD[ALIAS], "functionVersion": "2"}).replaces == []
    assert cloud.diff(URL, GOOD[URL], {**GOOD[URL], "authorizationType": "NONE"}).replaces == []
    assert cloud.diff(PERMISSION, CALLS, {**CALLS, "principal": f"{CALLER}2"}).replaces == ["principal"]
