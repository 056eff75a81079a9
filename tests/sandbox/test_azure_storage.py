"""Storage on Azure: what lies in an account, and the roles for it."""

from collections.abc import Callable

import pytest

from sandbox.needs import Refused
from tests.sandbox.playing import ASSIGNMENT, GROUP, Stage, off
from tests.sandbox.playing_azure import (
    ACCOUNT,
    CONTAINER,
    GOOD,
    LIFECYCLE,
    ROLE,
    ROLES,
    SERVICE,
    SOMEBODY,
    needs,
)

Stages = Callable[..., Stage]


@pytest.fixture
def cloud(stage: Stages) -> Stage:
    """A subscription with a resource group."""
    made = stage("azure-native")
    made.make(GROUP, "models", **GOOD[GROUP])
    return made


def test_a_storage_accounts_name_is_one_in_the_world(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.world.take(ACCOUNT, "modelsdev1")
    with pytest.raises(Refused, match=r"accountName: Status=409.*StorageAccountAlreadyTaken"):
        cloud.make(ACCOUNT, "storage", **GOOD[ACCOUNT])
    off(monkeypatch, "name-taken")
    cloud.make(ACCOUNT, "storage", **GOOD[ACCOUNT])


@pytest.mark.parametrize("type_", [SERVICE, CONTAINER, LIFECYCLE])
def test_what_lies_in_an_account_needs_it(cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
    with pytest.raises(Refused, match=r"accountName: .*no storage account 'modelsdev1' in 'models'"):
        cloud.make(type_, **GOOD[type_])
    account = cloud.make(ACCOUNT, "storage", **GOOD[ACCOUNT])
    made = cloud.make(type_, **GOOD[type_])
    assert needs(cloud, type_, made) == {"storage"}
    cloud.delete(ACCOUNT, account["id"], "storage")
    assert cloud.world.all(type_) == []
    off(monkeypatch, "storage-account-exists", "storage-public-container")
    cloud.make(type_, **GOOD[type_])


def test_a_container_is_not_opened_in_a_closed_account(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(ACCOUNT, "storage", **GOOD[ACCOUNT])
    with pytest.raises(Refused, match="publicAccess: PublicAccessNotPermitted: Blob"):
        cloud.make(CONTAINER, **GOOD[CONTAINER], publicAccess="Blob")
    off(monkeypatch, "storage-public-container")
    cloud.make(CONTAINER, **GOOD[CONTAINER], publicAccess="Blob")


@pytest.mark.parametrize("sku", ["Standard_LRS", "Premium_ZRS"])
def test_zones_and_tiers_are_for_life(cloud: Stage, monkeypatch: pytest.MonkeyPatch, sku: str) -> None:
    made = cloud.make(ACCOUNT, "storage", **GOOD[ACCOUNT])
    assert made["primaryEndpoints"]["blob"] == "https://modelsdev1.blob.core.windows.net/"
    with pytest.raises(Refused, match=f"sku.name: Standard_ZRS becomes {sku} by a request"):
        cloud.change(ACCOUNT, made["id"], "storage", **{**GOOD[ACCOUNT], "sku": {"name": sku}})
    cloud.change(ACCOUNT, made["id"], "storage", **{**GOOD[ACCOUNT], "sku": {"name": "Standard_GZRS"}})
    off(monkeypatch, "storage-sku-conversion")
    cloud.change(ACCOUNT, made["id"], "storage", **{**GOOD[ACCOUNT], "sku": {"name": sku}})


def test_a_role_of_ones_own_is_needed_while_it_is_assigned(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.make(ACCOUNT, "storage", **GOOD[ACCOUNT])
    role = cloud.make(ROLE, "writer", **GOOD[ROLE])
    inputs = {**GOOD[ASSIGNMENT], "roleDefinitionId": role["id"]}
    assert cloud.rules(ASSIGNMENT, **inputs) == set()
    assert cloud.rules(ASSIGNMENT, **{**inputs, "roleDefinitionId": f"{ROLES}/{SOMEBODY}"}) == {"role-known"}
    made = cloud.make(ASSIGNMENT, "write", **inputs)
    assert needs(cloud, ASSIGNMENT, made) == {"writer", "storage"}
    with pytest.raises(Refused, match="RoleDefinitionHasAssignments"):
        cloud.delete(ROLE, role["id"], "writer")
    off(monkeypatch, "custom-role-in-use")
    cloud.delete(ROLE, role["id"], "writer")


def test_a_roles_name_is_one_in_the_directory(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(ROLE, "writer", **GOOD[ROLE])
    with pytest.raises(Refused, match="roleName: RoleDefinitionWithSameNameExists"):
        cloud.make(ROLE, "again", **GOOD[ROLE])
    off(monkeypatch, "custom-role-name")
    cloud.make(ROLE, "again", **GOOD[ROLE])
