"""Planted mistakes on Azure: each is refused by name, and accepted once its rule is switched off."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs
from sandbox.needs import Refused
from tests.sandbox import (
    test_rules_azure_functions,
    test_rules_azure_keys,
    test_rules_azure_network,
    test_rules_width,
)
from tests.sandbox.playing import ACR, ASSIGNMENT, GROUP, IDENTITY, Stage, off

Stages = Callable[..., Stage]
SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001"
ACR_PULL = (
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
)
REGISTRY = f"{SUBSCRIPTION}/resourceGroups/models/providers/Microsoft.ContainerRegistry/registries/modelsdev1"
SOMEBODY = "11111111-2222-4333-8444-555555555555"

GOOD: dict[str, dict[str, Any]] = {
    GROUP: {"resourceGroupName": "models", "location": "westeurope"},
    ACR: {"resourceGroupName": "models", "registryName": "modelsdev1", "sku": {"name": "Standard"}},
    IDENTITY: {"resourceGroupName": "models", "resourceName": "runs"},
    ASSIGNMENT: {
        "scope": REGISTRY,
        "principalId": SOMEBODY,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": ACR_PULL,
    },
}
BASIC = {"sku": {"name": "Basic"}}


def policies(**status: str) -> dict[str, Any]:
    return {
        "sku": {"name": "Premium"},
        "policies": {name: {"status": value} for name, value in status.items()},
    }


MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("azure-tags", GROUP, {"tags": {"a/b": "c"}}, "tags.a/b"),
    ("azure-tags", GROUP, {"tags": {"a": "c" * 257}}, "a value 256"),
    ("azure-tags", GROUP, {"tags": {f"k{n}": "v" for n in range(51)}}, "51 tags"),
    ("acr-premium", ACR, {"zoneRedundancy": "Enabled"}, "needs sku.name Premium, came Standard"),
    ("acr-premium", ACR, {"publicNetworkAccess": "Disabled"}, "publicNetworkAccess"),
    ("acr-premium", ACR, {"dataEndpointEnabled": True}, "dataEndpointEnabled"),
    ("acr-premium", ACR, {"networkRuleSet": {"defaultAction": "Deny"}}, "networkRuleSet"),
    ("acr-premium", ACR, {"policies": {"retentionPolicy": {"status": "enabled"}}}, "policies.retentionPolicy.status"),
    ("acr-anonymous-pull", ACR, {**BASIC, "anonymousPullEnabled": True}, "needs sku.name Standard"),
    ("acr-export-policy", ACR, policies(exportPolicy="disabled"), "needs publicNetworkAccess Disabled"),
    ("acr-retention-and-soft-delete", ACR, policies(retentionPolicy="enabled", softDeletePolicy="enabled"), "together"),
    ("acr-classic", ACR, {"sku": {"name": "Classic"}}, "is retired"),
    ("role-condition", ASSIGNMENT, {"conditionVersion": "2.0"}, "go together"),
    ("role-known", ASSIGNMENT, {"roleDefinitionId": ACR_PULL.replace("7f951dda", "7f951ddb")}, "AcrPull 7f951dda"),
    ("role-known", ASSIGNMENT, {"roleDefinitionId": ACR_PULL.replace("0000-4000", "0000-5000")}, "no subscription"),
    ("value", ASSIGNMENT, {"roleDefinitionId": "AcrPull"}, "roleDefinitionId"),
    ("value", ASSIGNMENT, {"principalId": "runs"}, "principalId"),
    ("value", ACR, {"sku": {"name": "standard"}}, 'did you mean "Standard"?'),
    ("name", ACR, {"registryName": "models-dev"}, "registryName"),
    ("name", ACR, {"registryName": "reg"}, "3 characters; allowed: 5 to 50"),
    ("name", GROUP, {"resourceGroupName": "models."}, "does not match"),
    ("region", GROUP, {"location": "westeurop"}, 'did you mean "westeurope"?'),
    ("region", GROUP, {"location": "eu-central-1"}, "is a region of aws, not of azure"),
]  # fmt: skip


def test_every_rule_of_the_check_has_a_planted_mistake() -> None:
    ours = {
        each.id for each in needs.RULES.values() if "check" in each.on and each.types[0].startswith("azure")
    }
    others = (
        *test_rules_azure_functions.MISTAKES,
        *test_rules_azure_keys.MISTAKES,
        *test_rules_azure_network.MISTAKES,
        *test_rules_width.AZURE,
    )
    planted = {each[0] for each in (*MISTAKES, *others)}
    assert ours - planted == {"azure-location"}


@pytest.fixture
def cloud(stage: Stages) -> Stage:
    """A subscription with a resource group."""
    made = stage("azure-native")
    made.make(GROUP, "models", **GOOD[GROUP])
    return made


def test_a_location_is_the_groups_or_must_be_given(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = stage("azure-native", location="")
    assert cloud.rules(GROUP, resourceGroupName="models") == {"azure-location"}
    assert cloud.rules(IDENTITY, **GOOD[IDENTITY]) == {"azure-location"}
    cloud.make(GROUP, resourceGroupName="models", location="northeurope")
    assert cloud.make(IDENTITY, **GOOD[IDENTITY])["location"] == "northeurope"
    off(monkeypatch, "azure-location")
    assert cloud.rules(GROUP, resourceGroupName="models") == set()


def test_the_group_must_exist_whatever_its_case(cloud: Stage) -> None:
    with pytest.raises(Refused, match=r"Resource group 'models2' could not be found"):
        cloud.make(ACR, **{**GOOD[ACR], "resourceGroupName": "models2"})
    made = cloud.make(ACR, **{**GOOD[ACR], "resourceGroupName": "MODELS"})
    assert [each.rpartition("::")[2] for each in cloud.there(ACR, made["id"]).needs] == ["models"]


def test_a_registrys_name_is_one_in_the_world(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(GROUP, "other", resourceGroupName="other")
    cloud.make(ACR, **GOOD[ACR])
    again = {**GOOD[ACR], "resourceGroupName": "other", "registryName": "ModelsDev1"}
    for inputs in (again, {**GOOD[ACR], "registryName": "modelport"}):
        with pytest.raises(Refused, match=r"registryName: Status=409.*\[rule name-taken\]"):
            cloud.make(ACR, "second", **inputs)
    off(monkeypatch, "name-taken")
    cloud.make(ACR, "second", **again)


def test_the_login_server_is_in_lower_case(cloud: Stage) -> None:
    assert (
        cloud.make(ACR, **{**GOOD[ACR], "registryName": "ModelsDev"})["loginServer"] == "modelsdev.azurecr.io"
    )


def test_a_second_group_of_that_name_exists_already(cloud: Stage) -> None:
    with pytest.raises(Refused, match=r"cannot create already existing resource '/subscriptions/"):
        cloud.make(GROUP, "again", resourceGroupName="MODELS")


def test_a_fresh_identity_is_found_only_when_its_kind_is_named(cloud: Stage) -> None:
    cloud.make(ACR, "registry", **GOOD[ACR])
    identity = cloud.make(IDENTITY, "runs", **GOOD[IDENTITY])
    inputs = {**GOOD[ASSIGNMENT], "principalId": identity["principalId"]}
    without = {name: value for name, value in inputs.items() if name != "principalType"}
    with pytest.raises(Refused, match=r"principalType: PrincipalNotFound"):
        cloud.make(ASSIGNMENT, **without)
    with pytest.raises(Refused, match=r"is an identity's client id"):
        cloud.make(ASSIGNMENT, **{**inputs, "principalId": identity["clientId"]})
    made = cloud.make(ASSIGNMENT, **inputs)
    needed = [each.rpartition("::")[2] for each in cloud.there(ASSIGNMENT, made["id"]).needs]
    assert needed == ["registry", "runs"]


def test_an_assignments_scope_must_exist(cloud: Stage) -> None:
    registry = cloud.make(ACR, "registry", **GOOD[ACR])
    with pytest.raises(Refused, match=r"scope: Status=404"):
        cloud.make(ASSIGNMENT, **{**GOOD[ASSIGNMENT], "scope": registry["id"] + "2"})
    made = cloud.make(ASSIGNMENT, **{**GOOD[ASSIGNMENT], "scope": registry["id"]})
    assert [each.rpartition("::")[2] for each in cloud.there(ASSIGNMENT, made["id"]).needs] == ["registry"]


def test_the_same_assignment_under_another_name_exists(cloud: Stage) -> None:
    cloud.make(ACR, "registry", **GOOD[ACR])
    cloud.make(ASSIGNMENT, "one", **GOOD[ASSIGNMENT])
    with pytest.raises(Refused, match=r"RoleAssignmentExists"):
        cloud.make(ASSIGNMENT, "two", **GOOD[ASSIGNMENT])


def test_an_assignment_that_was_made_is_named_by_a_guid(cloud: Stage) -> None:
    cloud.make(ACR, "registry", **GOOD[ACR])
    assert len(cloud.make(ASSIGNMENT, **GOOD[ASSIGNMENT])["name"]) == 36


def test_everything_goes_with_the_group(cloud: Stage) -> None:
    cloud.make(ACR, **GOOD[ACR])
    cloud.make(GROUP, "other", resourceGroupName="models2")
    cloud.make(IDENTITY, **{**GOOD[IDENTITY], "resourceGroupName": "models2"})
    cloud.delete(GROUP, f"{SUBSCRIPTION}/resourceGroups/models")
    assert [each.type for each in cloud.world.live()] == [GROUP, IDENTITY]


def test_an_unknown_subscription_is_not_found(stage: Stages) -> None:
    with pytest.raises(Refused, match=r"subscriptionId: SubscriptionNotFound"):
        stage("azure-native", subscriptionId=SOMEBODY)
    with pytest.raises(Refused, match=r"tenantId: AADSTS90002"):
        stage("azure-native", tenantId=SOMEBODY)
