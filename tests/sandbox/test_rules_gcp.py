"""Planted mistakes on Google Cloud: each is refused by name, and accepted once its rule is switched off."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs
from sandbox.needs import Refused
from tests.sandbox.playing import ACCOUNT, GAR, MEMBER, SERVICE, Stage, off
from tests.sandbox.test_rules_gcp_functions import MISTAKES as FUNCTIONS
from tests.sandbox.test_rules_gcp_keys import MISTAKES as KEYS
from tests.sandbox.test_rules_gcp_names import MISTAKES as NAMES
from tests.sandbox.test_rules_gcp_network import MISTAKES as NETWORK
from tests.sandbox.test_rules_gcp_reach import MISTAKES as REACH
from tests.sandbox.test_rules_width import GCP as WIDTH

Stages = Callable[..., Stage]
KEEP = {"id": "keep", "action": "KEEP", "mostRecentVersions": {"keepCount": 5}}
DELETE = {"id": "old", "action": "DELETE", "condition": {"tagState": "UNTAGGED", "olderThan": "86400s"}}
GOOD: dict[str, dict[str, Any]] = {
    GAR: {"repositoryId": "models", "format": "DOCKER", "cleanupPolicies": [KEEP, DELETE], "labels": {"owner": "ml"}},
    MEMBER: {"repository": "models", "location": "europe-west1", "role": "roles/artifactregistry.reader", "member": "serviceAccount:runs-1@example-models-dev.iam.gserviceaccount.com"},
    SERVICE: {"service": "artifactregistry.googleapis.com"},
    ACCOUNT: {"accountId": "runs-1"},
}  # fmt: skip


def cleans(*policies: dict[str, Any]) -> dict[str, Any]:
    return {"cleanupPolicies": list(policies)}


def when(**condition: Any) -> dict[str, Any]:
    return cleans({**DELETE, "condition": condition})


MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("cleanup-kind", GAR, cleans({**KEEP, **DELETE}), "needs either condition or mostRecentVersions"),
    ("cleanup-kind", GAR, cleans({**KEEP, "action": "DELETE"}), "needs action KEEP, came DELETE"),
    ("cleanup-kind", GAR, cleans({"id": "x", "condition": {"tagState": "ANY"}}), "action: is required"),
    ("cleanup-tags", GAR, when(tagPrefixes=["digest-"], tagState="UNTAGGED"), "needs tagState TAGGED, came UNTAGGED"),
    ("cleanup-tags", GAR, when(tagPrefixes=["digest-"]), "came ANY"),
    ("cleanup-tags", GAR, when(), "is empty"),
    ("cleanup-ids", GAR, cleans(KEEP, {**DELETE, "id": "keep"}), "'keep' is used 2 times"),
    ("cleanup-count", GAR, cleans(*({**DELETE, "id": f"p{n}"} for n in range(11))), "11 policies; allowed: 10"),
    ("repository-mode", GAR, {"format": "MAVEN", "dockerConfig": {"immutableTags": True}}, "needs format DOCKER, came MAVEN"),
    ("repository-mode", GAR, {"virtualRepositoryConfig": {}}, "needs mode VIRTUAL_REPOSITORY"),
    ("gcp-labels", GAR, {"labels": {"Owner": "ml"}}, "labels.Owner"),
    ("gcp-labels", GAR, {"labels": {"owner": "ml@example.com"}}, "lower-case letters"),
    ("gcp-labels", GAR, {"labels": {f"k{n}": "" for n in range(65)}}, "65 labels"),
    ("gcp-api-known", SERVICE, {"service": "artifactregistery.googleapis.com"}, 'did you mean "artifactregistry.googleapis.com"?'),
    ("iam-role-known", MEMBER, {"role": "roles/artifactregistry.reder"}, 'did you mean "roles/artifactregistry.reader"?'),
    ("value", MEMBER, {"member": "runs-1@example-models-dev.iam.gserviceaccount.com"}, "member"),
    ("value", MEMBER, {"role": "artifactregistry.reader"}, "role"),
    ("value", GAR, when(tagState="UNTAGGED", olderThan="seven days"), "cleanupPolicies[0].condition.olderThan"),
    ("value", GAR, cleans({**KEEP, "mostRecentVersions": {"keepCount": 0}}), "must be at least 1"),
    ("value", GAR, {"format": "DOKER"}, 'did you mean "DOCKER"?'),
    ("value", GAR, {"vulnerabilityScanningConfig": {"enablementConfig": "ENABLED"}}, "allowed: INHERITED, DISABLED"),
    ("name", GAR, {"repositoryId": "Models"}, "upper-case"),
    ("name", ACCOUNT, {"accountId": "runs"}, "4 characters; allowed: 6 to 30"),
    ("region", GAR, {"location": "westeurope"}, "is a region of azure, not of gcp"),
    ("region", GAR, {"location": "europe-west11"}, "is no region of gcp"),
]  # fmt: skip


def test_every_rule_of_the_check_has_a_planted_mistake() -> None:
    ours = {
        each.id for each in needs.RULES.values() if "check" in each.on and each.types[0].startswith("gcp")
    }
    planted = (*MISTAKES, *FUNCTIONS, *KEYS, *NAMES, *NETWORK, *REACH, *WIDTH)
    assert ours <= {each[0] for each in planted}


@pytest.fixture
def cloud(stage: Stages) -> Stage:
    """A project whose APIs are enabled."""
    made = stage("gcp")
    for api in ("artifactregistry", "iam"):
        made.make(SERVICE, api, service=f"{api}.googleapis.com")
    return made


def test_an_api_must_be_enabled_first(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = stage("gcp")
    for type_, title in ((GAR, "Artifact Registry API"), (ACCOUNT, "Identity and Access Management")):
        with pytest.raises(Refused, match=f"Error 403: {title}.* project 123456789012 .*SERVICE_DISABLED"):
            cloud.make(type_, **GOOD[type_])
    off(monkeypatch, "gcp-api-enabled")
    cloud.make(GAR, **GOOD[GAR])


def test_an_api_stays_enabled_and_does_not_clash(cloud: Stage) -> None:
    id_ = "example-models-dev/artifactregistry.googleapis.com"
    cloud.delete(SERVICE, id_, "artifactregistry")
    assert [each.id for each in cloud.world.tombstones()] == [id_]
    cloud.make(GAR, **GOOD[GAR])
    cloud.make(SERVICE, "artifactregistry", **GOOD[SERVICE])
    assert cloud.world.tombstones() == []


def test_an_api_that_is_disabled_is_gone(stage: Stages) -> None:
    cloud = stage("gcp")
    made = cloud.make(SERVICE, disableOnDestroy=True, **GOOD[SERVICE])
    cloud.delete(SERVICE, made["id"])
    assert cloud.world.tombstones() == []
    with pytest.raises(Refused, match=r"SERVICE_DISABLED"):
        cloud.make(GAR, **GOOD[GAR])


def test_one_stack_leaves_the_api_of_another(cloud: Stage) -> None:
    cloud.make(SERVICE, "artifactregistry", stack="prod", **GOOD[SERVICE])
    cloud.delete(SERVICE, "example-models-dev/artifactregistry.googleapis.com", "artifactregistry")
    assert "prod" in [each.stack for each in cloud.world.live()]


def test_project_and_location_are_the_providers(cloud: Stage) -> None:
    made = cloud.make(GAR, **GOOD[GAR])
    assert made["registryUri"] == "europe-west1-docker.pkg.dev/example-models-dev/models"
    assert made["project"] == "example-models-dev"
    assert "project" not in cloud.there(GAR, made["id"]).inputs


def test_an_own_location_counts_before_the_providers(cloud: Stage) -> None:
    made = cloud.make(GAR, **{**GOOD[GAR], "location": "europe"})
    assert made["registryUri"] == "europe-docker.pkg.dev/example-models-dev/models"


def test_a_project_must_exist(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r'project example-models-de.*did you mean "example-models-dev"'):
        stage("gcp", project="example-models-de")
    cloud = stage("gcp")
    with pytest.raises(Refused, match=r"project: googleapi: Error 403"):
        cloud.make(SERVICE, project="somebody-elses", **GOOD[SERVICE])
    with pytest.raises(Refused, match=r"the provider has no project"):
        stage("gcp", project="").make(SERVICE, **GOOD[SERVICE])
    off(monkeypatch, "account-known")
    cloud.make(SERVICE, project="somebody-elses", **GOOD[SERVICE])


def test_a_second_project_has_a_number_of_its_own(stage: Stages) -> None:
    cloud = stage("gcp")
    cloud.world.know(project="example-models-prod")
    with pytest.raises(Refused, match=r"in project \d{12} before") as refused:
        stage("gcp", project="example-models-prod").make(GAR, **GOOD[GAR])
    assert "123456789012" not in str(refused.value)


def test_a_member_needs_its_account_and_the_repository(cloud: Stage) -> None:
    with pytest.raises(Refused, match=r"repository 'models' in europe-west1, notFound"):
        cloud.make(MEMBER, **GOOD[MEMBER])
    cloud.make(GAR, "models", **GOOD[GAR])
    with pytest.raises(Refused, match=r"Service account runs-1@.* does not exist"):
        cloud.make(MEMBER, **GOOD[MEMBER])
    cloud.make(ACCOUNT, "runs", **GOOD[ACCOUNT])
    made = cloud.make(MEMBER, **GOOD[MEMBER])
    needed = [each.rpartition("::")[2] for each in cloud.there(MEMBER, made["id"]).needs]
    assert needed == ["models", "runs"]
    cloud.make(MEMBER, "again", **GOOD[MEMBER])


def test_the_repository_may_be_its_full_name_and_the_member_somebody_elses(cloud: Stage) -> None:
    id_ = cloud.make(GAR, "models", **GOOD[GAR])["id"]
    members = ["serviceAccount:a@other.iam.gserviceaccount.com", "user:a@example.com"]
    for member in members:
        cloud.make(MEMBER, member, **{**GOOD[MEMBER], "repository": id_, "member": member})
    made = cloud.world.all(MEMBER)
    assert [each.inputs["member"] for each in made] == members
    assert all([urn.rpartition("::")[2] for urn in each.needs] == ["models"] for each in made)


def test_a_key_must_exist(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"kmsKeyName: googleapi: Error 404"):
        cloud.make(GAR, kmsKeyName="projects/p/locations/l/keyRings/r/cryptoKeys/k", **GOOD[GAR])


def test_a_second_repository_of_that_name_exists_already(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.make(GAR, **GOOD[GAR])
    with pytest.raises(Refused, match=r"Error 409: the repository already exists"):
        cloud.make(GAR, "again", **GOOD[GAR])


def test_prevent_and_abandon(cloud: Stage) -> None:
    id_ = cloud.make(GAR, deletionPolicy="PREVENT", **GOOD[GAR])["id"]
    with pytest.raises(Refused, match=r"deletionPolicy is PREVENT"):
        cloud.delete(GAR, id_)
    cloud.change(GAR, id_, deletionPolicy="ABANDON", **GOOD[GAR])
    cloud.delete(GAR, id_)
    assert [each.id for each in cloud.world.tombstones()] == [id_]
    with pytest.raises(Refused, match=r"already exists"):
        cloud.make(GAR, **GOOD[GAR])


def test_labels_are_given_back_with_the_providers_own(cloud: Stage) -> None:
    made = cloud.make(GAR, **GOOD[GAR])
    assert made["pulumiLabels"] == {"owner": "ml", "goog-pulumi-provisioned": "true"}
