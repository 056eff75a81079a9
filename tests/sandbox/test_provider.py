"""A provider's life of a resource: names, plans, creation, reading, changes, deletion."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.wire import UNKNOWN
from tests.sandbox.playing import (
    ACCOUNT,
    ACR,
    ASSIGNMENT,
    GROUP,
    LAMBDA_RUNS,
    REPOSITORY,
    ROLE,
    SERVICE,
    Stage,
    off,
    policy,
    urn,
)

Stages = Callable[..., Stage]
TRUST = {"assumeRolePolicy": policy(LAMBDA_RUNS)}
REGISTRY = {"resourceGroupName": "models", "sku": {"name": "Standard"}}


@pytest.mark.parametrize(("package", "type_", "property_", "form", "inputs"), [
    ("aws", REPOSITORY, "name", r"registry-[0-9a-f]{7}", {}),
    ("azure-native", GROUP, "resourceGroupName", r"registry[0-9a-f]{8}", {}),
    ("azure-native", ACR, "registryName", r"registry[0-9a-f]{8}", REGISTRY),
    ("azure-native", ASSIGNMENT, "roleAssignmentName", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", {"scope": UNKNOWN, "principalId": UNKNOWN, "roleDefinitionId": UNKNOWN}),
    ("gcp", ACCOUNT, "accountId", r"registry-[0-9a-f]{7}", {}),
])  # fmt: skip
def test_makes_up_a_name_that_stays(
    stage: Stages, package: str, type_: str, property_: str, form: str, inputs: Any
) -> None:
    import re

    cloud = stage(package)
    first = cloud.checked(type_, "registry", **inputs)
    assert re.fullmatch(form, first[property_])
    assert property_ in first["__defaults"]
    again, _ = cloud.provider.check(urn(type_, "registry"), first, inputs, b"another seed")
    assert again[property_] == first[property_]


def test_the_engines_seed_decides_the_name(stage: Stages) -> None:
    provider = stage("aws").provider
    names = {provider.check(urn(REPOSITORY, "a"), {}, {}, seed)[0]["name"] for seed in (b"1", b"1", b"2")}
    assert len(names) == 2


def test_a_name_that_was_given_and_is_left_out_is_made_anew(stage: Stages) -> None:
    cloud = stage("aws")
    given = cloud.checked(REPOSITORY, name="height")
    assert cloud.checked(REPOSITORY, olds=given)["name"] != "height"
    assert "name" not in given["__defaults"]


@pytest.mark.parametrize(("package", "type_", "logical", "rule"), [
    ("aws", REPOSITORY, "Registry", "name"),
    ("aws", REPOSITORY, "registry_", "name"),
    ("aws", ROLE, "r" * 57, "autoname-length"),
    ("azure-native", ACR, "model-registry", "name"),
    ("gcp", ACCOUNT, "s" * 23, "autoname-length"),
])  # fmt: skip
def test_a_logical_name_that_makes_no_name_is_refused(
    stage: Stages, monkeypatch: Any, package: str, type_: str, logical: str, rule: str
) -> None:
    inputs = {ROLE: TRUST, ACR: REGISTRY}.get(type_, {})
    cloud = stage(package)
    assert rule in cloud.rules(type_, logical, **inputs)
    off(monkeypatch, rule)
    assert rule not in cloud.rules(type_, logical, **inputs)


def test_a_prefix_is_not_simulated(stage: Stages) -> None:
    (found,) = stage("aws").wrong(ROLE, namePrefix="a", **TRUST)
    assert str(found).startswith("namePrefix: is not simulated")


def test_the_vendors_model_judges_too(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud, inputs = stage("aws"), {"description": "x" * 1001, **TRUST}
    (found,) = cloud.wrong(ROLE, **inputs)
    assert "above the maximum 1000 (botocore: iam CreateRoleRequest.Description)" in str(found)
    off(monkeypatch, "model")
    assert cloud.wrong(ROLE, **inputs) == []


def test_the_region_is_the_providers_and_an_input(stage: Stages) -> None:
    cloud = stage("aws")
    assert cloud.checked(REPOSITORY)["region"] == "eu-central-1"
    assert cloud.make(REPOSITORY, region="eu-west-1")["arn"].startswith("arn:aws:ecr:eu-west-1:111111111111:")


@pytest.mark.parametrize(("package", "config", "says"), [
    ("aws", {"region": "eu-centrl-1"}, 'did you mean "eu-central-1"?'),
    ("aws", {"region": "westeurope"}, "is a region of azure, not of aws"),
    ("aws", {"regon": "eu-west-1"}, 'regon: no such property; did you mean "region"?'),
    ("azure-native", {"location": "westeurop"}, 'did you mean "westeurope"?'),
    ("gcp", {"region": "europe-west-1"}, 'did you mean "europe-west1"?'),
    ("aws", {"allowedAccountIds": '"111111111111"'}, "allowedAccountIds: must be a list"),
])  # fmt: skip
def test_a_wrong_configuration_is_refused(
    stage: Stages, package: str, config: dict[str, str], says: str
) -> None:
    assert any(says in str(each) for each in stage(package).provider.check_config(config))


def test_a_right_configuration_is_taken(stage: Stages) -> None:
    raw = {"region": "eu-central-1", "allowedAccountIds": '["111111111111"]', "version": "7.51.1"}
    assert stage("aws").provider.check_config(raw) == []


def test_the_account_is_guarded(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    stage("aws", allowedAccountIds=["111111111111"])
    for guard in ({"allowedAccountIds": ["222222222222"]}, {"forbiddenAccountIds": ["111111111111"]}):
        with pytest.raises(Refused, match=r"AWS account ID not allowed: 111111111111"):
            stage("aws", **guard)
    off(monkeypatch, "account-guard")
    stage("aws", allowedAccountIds=["222222222222"])


def test_a_role_takes_the_provider_to_another_account(stage: Stages) -> None:
    role = [{"roleArn": "arn:aws:iam::222222222222:role/deployer"}]
    with pytest.raises(Refused, match=r"sts:AssumeRole"):
        stage("aws", assumeRoles=role)
    stage("aws").world.know(account="222222222222")
    made = stage("aws", assumeRoles=role, allowedAccountIds=["222222222222"]).make(REPOSITORY)
    assert made["registryId"] == "222222222222"


def test_a_preview_knows_what_was_given_and_no_more(stage: Stages) -> None:
    cloud = stage("aws")
    planned = cloud.provider.plan(urn(REPOSITORY, "it"), cloud.checked(REPOSITORY, tags={"a": "b"}))
    assert planned["tagsAll"] == {"a": "b"}
    assert planned["region"] == "eu-central-1"
    assert not {"arn", "repositoryUrl", "registryId"} & set(planned)
    assert cloud.world.live() == []


def test_a_preview_knows_a_service_accounts_email(stage: Stages) -> None:
    cloud = stage("gcp")
    planned = cloud.provider.plan(urn(ACCOUNT, "it"), {"accountId": "runs-1"})
    assert planned["member"] == "serviceAccount:runs-1@example-models-dev.iam.gserviceaccount.com"
    assert "email" not in cloud.provider.plan(urn(ACCOUNT, "it"), {"accountId": UNKNOWN})


def test_a_preview_of_a_change_keeps_what_was_computed(stage: Stages) -> None:
    cloud = stage("aws")
    made = cloud.make(REPOSITORY, name="height")
    there = cloud.there(REPOSITORY, "height")
    planned = cloud.provider.plan(urn(REPOSITORY, "it"), {**there.inputs, "tags": {"a": "b"}}, there.outputs)
    assert planned["arn"] == made["arn"]
    assert planned["tagsAll"] == {"a": "b"}


def test_what_is_made_is_read_back(stage: Stages) -> None:
    cloud = stage("aws")
    made = cloud.make(REPOSITORY, name="height", imageTagMutability="IMMUTABLE")
    read = cloud.provider.read(urn(REPOSITORY, "it"), "height", {}, {})
    assert read is not None
    assert {**read.outputs, "id": read.id} == made
    assert read.inputs["imageTagMutability"] == "IMMUTABLE"
    assert cloud.provider.read(urn(REPOSITORY, "it"), "width", {}, {}) is None


def test_the_world_is_the_truth(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(REPOSITORY, name="height", imageTagMutability="IMMUTABLE")
    cloud.world.update(REPOSITORY, "height", inputs={"name": "height", "imageTagMutability": "MUTABLE"})
    read = cloud.provider.read(urn(REPOSITORY, "it"), "height", {}, {})
    assert read is not None
    assert read.inputs["imageTagMutability"] == "MUTABLE"


def test_a_change_keeps_what_is_made_up_once(stage: Stages) -> None:
    cloud = stage("aws")
    before = cloud.make(ROLE, name="runs", **TRUST)
    after = cloud.change(ROLE, "runs", name="runs", description="runs models", **TRUST)
    assert after["uniqueId"] == before["uniqueId"]
    assert after["description"] == "runs models"
    assert cloud.there(ROLE, "runs").inputs["description"] == "runs models"


def test_a_change_of_what_is_gone_says_so(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(ROLE, name="runs", **TRUST)
    there = cloud.there(ROLE, "runs")
    cloud.world.remove(ROLE, "runs")
    with pytest.raises(Refused, match=r"runs was not found; run: pulumi refresh"):
        cloud.provider.update(urn(ROLE, "it"), "runs", there.outputs, there.inputs, there.inputs)


def test_some_changes_look_like_updates_and_are_refused(
    stage: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = stage("azure-native")
    cloud.make(GROUP, "models", resourceGroupName="models")
    inputs = {**REGISTRY, "registryName": "modelsdev1", "sku": {"name": "Premium"}}
    made = cloud.make(ACR, **inputs)
    assert not cloud.diff(ACR, inputs, {**inputs, "zoneRedundancy": "Enabled"}).replaces
    with pytest.raises(Refused, match=r"zoneRedundancy: cannot be changed after creation"):
        cloud.change(ACR, made["id"], **{**inputs, "zoneRedundancy": "Enabled"})
    off(monkeypatch, "refused-change")
    cloud.change(ACR, made["id"], **{**inputs, "zoneRedundancy": "Enabled"})


def test_deleting_what_is_gone_is_no_error(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(ROLE, name="runs", **TRUST)
    there = cloud.there(ROLE, "runs")
    for _ in range(2):
        cloud.provider.delete(urn(ROLE, "it"), "runs", there.outputs, there.inputs)
    assert cloud.world.live() == []


def test_a_second_one_of_that_name_exists_already(stage: Stages) -> None:
    cloud = stage("aws")
    cloud.make(REPOSITORY, name="height")
    with pytest.raises(
        Refused, match=r"RepositoryAlreadyExistsException: .*'height'.*'111111111111'"
    ) as refused:
        cloud.make(REPOSITORY, "again", name="height")
    assert refused.value.code == "ALREADY_EXISTS"


def test_enabling_an_api_twice_is_no_error(stage: Stages) -> None:
    cloud = stage("gcp")
    made = [cloud.make(SERVICE, name, service="run.googleapis.com")["id"] for name in ("one", "two")]
    assert made == ["example-models-dev/run.googleapis.com"] * 2
