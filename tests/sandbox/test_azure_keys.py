"""Keys on Azure: what encryption needs, what Azure computes, and what a deletion leaves."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from tests.sandbox import playing_azure
from tests.sandbox.playing import ACR, ASSIGNMENT, GROUP, IDENTITY, Stage, off
from tests.sandbox.playing_azure import ACCOUNT, MODELS, ROLES, SOMEBODY, needs
from tests.sandbox.test_rules_azure_keys import (
    GOOD,
    KEY,
    OFFICER,
    URI,
    VAULT,
    VAULT_ID,
    action,
    key,
    of_account,
    of_registry,
    vault,
)

Stages = Callable[..., Stage]


@pytest.fixture
def cloud(stage: Stages) -> Stage:
    """A subscription with a key, and an identity that may use it."""
    made = stage("azure-native")
    made.make(GROUP, "models", **playing_azure.GOOD[GROUP])
    made.make(VAULT, "vault", **GOOD[VAULT])
    held = made.make(KEY, "key", **GOOD[KEY])
    who = made.make(IDENTITY, "encrypts", resourceGroupName="models", resourceName="encrypts")
    inputs = {**GOOD[ASSIGNMENT], "principalId": who["principalId"]}
    made.make(ASSIGNMENT, "right", **{**inputs, "scope": held["id"]})
    return made


def wanted(cloud: Stage, type_: str) -> dict[str, Any]:
    """An account or a registry that is encrypted with the key."""
    (who,) = cloud.world.all(IDENTITY)
    return {**GOOD[type_], **(of_registry(who=who.outputs["clientId"]) if type_ == ACR else {})}


def test_what_azure_computes(cloud: Stage) -> None:
    (held,), (kept,) = cloud.world.all(VAULT), cloud.world.all(KEY)
    assert held.outputs["properties"]["vaultUri"] == "https://modelsdev1.vault.azure.net/"
    assert (kept.outputs["keyUri"], kept.outputs["keySize"]) == (URI, 2048)
    assert kept.outputs["keyUriWithVersion"].startswith(f"{URI}/")
    assert kept.outputs["location"] == "westeurope"
    planned = cloud.provider.plan(kept.urn, dict(kept.inputs))
    assert not {"keyUri", "location"} & set(planned)


@pytest.mark.parametrize("type_", [ACCOUNT, ACR])
def test_what_is_encrypted_needs_key_identity_and_right(cloud: Stage, type_: str) -> None:
    made = cloud.make(type_, "data", **wanted(cloud, type_))
    assert needs(cloud, type_, made) == {"models", "key", "encrypts", "right"}
    (one,) = made["identity"]["userAssignedIdentities"].values()
    assert set(one) == {"principalId", "clientId"}


@pytest.mark.parametrize("type_", [ACCOUNT, ACR])
@pytest.mark.parametrize(
    ("missing", "rule", "says"),
    [
        (ASSIGNMENT, "encryption-right", "encrypts has no role Key Vault Crypto Service Encryption User"),
        (KEY, "encryption-key", "KeyVaultKeyNotFound"),
        (IDENTITY, "encryption-identity", "is none of its identities"),
    ],
)
def test_and_is_refused_without_one_of_them(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str, missing: str, rule: str, says: str
) -> None:
    inputs = wanted(cloud, type_)
    (gone,) = cloud.world.all(missing)
    cloud.world.remove(missing, gone.id)
    with pytest.raises(Refused, match=says) as refused:
        cloud.make(type_, "data", **inputs)
    assert (refused.value.rule, "encryption" in refused.value.property) == (rule, True)
    off(monkeypatch, rule)
    cloud.make(type_, "data", **inputs)


@pytest.mark.parametrize("type_", [ACCOUNT, ACR])
@pytest.mark.parametrize("role", [OFFICER, f"{ROLES}/acdd72a7-3385-48ef-bd42-f606fba81ae7"])
def test_another_role_is_not_enough(cloud: Stage, type_: str, role: str) -> None:
    (right,) = cloud.world.all(ASSIGNMENT)
    cloud.delete(ASSIGNMENT, right.id, "right")
    cloud.make(
        ASSIGNMENT, "other", **{**right.inputs, "roleDefinitionId": role, "roleAssignmentName": SOMEBODY}
    )
    with pytest.raises(Refused, match="KeyVaultAuthenticationFailure"):
        cloud.make(type_, "data", **wanted(cloud, type_))


def test_a_right_on_another_key_is_not_enough(cloud: Stage) -> None:
    other = cloud.make(KEY, "other", **{**GOOD[KEY], "keyName": "other"})
    with pytest.raises(Refused, match=r"on https://modelsdev1\.vault\.azure\.net/keys/other"):
        cloud.make(ACCOUNT, "data", **{**GOOD[ACCOUNT], **of_account(keyName="other")})
    (right,) = cloud.world.all(ASSIGNMENT)
    cloud.make(
        ASSIGNMENT,
        "also",
        scope=other["id"],
        **{name: right.inputs[name] for name in ("principalId", "principalType", "roleDefinitionId")},
    )
    cloud.make(ACCOUNT, "data", **{**GOOD[ACCOUNT], **of_account(keyName="other")})


@pytest.mark.parametrize(
    ("kind", "says"), [({"kty": "EC"}, "EC cannot wrap"), ({"keyOps": ["sign", "verify"]}, "the key may sign, verify")]
)  # fmt: skip
def test_a_key_must_be_able_to_wrap(cloud: Stage, kind: dict[str, Any], says: str) -> None:
    cloud.make(KEY, "other", **{**GOOD[KEY], "keyName": "other", **key(**kind)})
    with pytest.raises(Refused, match=says):
        cloud.make(ACCOUNT, "data", **{**GOOD[ACCOUNT], **of_account(keyName="other")})


def test_a_key_needs_its_vault(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    (held,) = cloud.world.all(KEY)
    assert needs(cloud, KEY, {"id": held.id}) == {"vault"}
    with pytest.raises(Refused, match=r"vaultName: .*no vault 'elsewhere' in 'models'"):
        cloud.make(KEY, "other", **{**GOOD[KEY], "vaultName": "elsewhere"})
    with pytest.raises(Refused, match="RSA-HSM needs a vault of sku premium"):
        cloud.make(KEY, "other", **{**GOOD[KEY], "keyName": "other", **key(kty="RSA-HSM")})
    off(monkeypatch, "key-vault-exists")
    cloud.make(KEY, "other", **{**GOOD[KEY], "vaultName": "elsewhere"})


@pytest.mark.parametrize(
    ("type_", "change"),
    [
        (KEY, key(action(timeAfterCreate="P90D"))),
        (KEY, key(keySize=4096)),
        (VAULT, vault(softDeleteRetentionInDays=30)),
        (VAULT, {"location": "northeurope"}),
    ],
)
def test_what_azure_would_not_change_is_refused(cloud: Stage, type_: str, change: dict[str, Any]) -> None:
    (there,) = cloud.world.all(type_)
    assert cloud.diff(type_, dict(there.inputs), {**there.inputs, **change}).replaces == []
    with pytest.raises(Refused, match="PropertyChangeNotAllowed"):
        cloud.change(type_, there.id, **{**GOOD[type_], **change})


@pytest.mark.parametrize("first", [True, False])
def test_a_registry_is_encrypted_with_it_from_birth_or_never(cloud: Stage, first: bool) -> None:
    ours, theirs = wanted(cloud, ACR), {**playing_azure.GOOD[ACR], "sku": {"name": "Premium"}}
    before, after = (ours, theirs) if first else (theirs, ours)
    made = cloud.make(ACR, "data", **before)
    with pytest.raises(Refused, match=r"encryption: .*PropertyChangeNotAllowed"):
        cloud.change(ACR, made["id"], "data", **after)


def test_an_account_may_change_its_mind(cloud: Stage) -> None:
    theirs = {**playing_azure.GOOD[ACCOUNT], "encryption": {"keySource": "Microsoft.Storage"}}
    made = cloud.make(ACCOUNT, "data", **theirs)
    assert "identity" not in made
    cloud.change(ACCOUNT, made["id"], "data", **GOOD[ACCOUNT])
    assert needs(cloud, ACCOUNT, made) == {"models", "key", "encrypts", "right"}
    cloud.change(ACCOUNT, made["id"], "data", **theirs)
    assert needs(cloud, ACCOUNT, made) == {"models"}


@pytest.mark.parametrize("type_", [ACCOUNT, ACR])
def test_what_encrypts_something_is_not_deleted(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, type_: str
) -> None:
    made = cloud.make(type_, "data", **wanted(cloud, type_))
    off(monkeypatch, "key-deleter")
    for held in (KEY, VAULT):
        (there,) = cloud.world.all(held)
        with pytest.raises(Refused, match="modelsdev1 is encrypted with it"):
            cloud.delete(held, there.id)
    cloud.delete(type_, made["id"], "data")
    cloud.delete(VAULT, VAULT_ID, "vault")


def test_a_deleted_vault_holds_its_name_and_its_keys(cloud: Stage) -> None:
    cloud.delete(VAULT, VAULT_ID, "vault")
    assert {each.type for each in cloud.world.tombstones()} == {VAULT, KEY}
    assert cloud.world.all(ASSIGNMENT) == []
    with pytest.raises(Refused, match=r"vaultName: .*VaultAlreadyExists.*until it is purged"):
        cloud.make(VAULT, "again", **GOOD[VAULT])
    cloud.make(VAULT, "again", **{**GOOD[VAULT], "vaultName": "modelsdev2"})


def test_a_vault_outlives_its_group(cloud: Stage) -> None:
    cloud.delete(GROUP, MODELS, "models")
    assert cloud.world.live() == []
    assert {each.type for each in cloud.world.tombstones()} == {VAULT, KEY}


def test_a_key_is_deleted_by_an_officer_only(cloud: Stage) -> None:
    (held,) = cloud.world.all(KEY)
    with pytest.raises(Refused, match=r"ForbiddenByRbac: .*delete it with its vault"):
        cloud.delete(KEY, held.id, "key")
    officer = {**GOOD[ASSIGNMENT], "roleDefinitionId": OFFICER, "scope": VAULT_ID}
    cloud.make(ASSIGNMENT, "officer", **officer)
    cloud.delete(KEY, held.id, "key")
    with pytest.raises(Refused, match="Key key exists, or is deleted"):
        cloud.make(KEY, "key", **GOOD[KEY])
