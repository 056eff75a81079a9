"""Planted mistakes in vaults, keys and encryption on Azure: refused by name, silent otherwise."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.wire import UNKNOWN
from tests.sandbox import playing_azure
from tests.sandbox.playing import ACR, ASSIGNMENT, Stage
from tests.sandbox.playing_azure import ACCOUNT, MODELS, ROLES, SOMEBODY, SUBSCRIPTION

Stages = Callable[..., Stage]

VAULT = "azure-native:keyvault:Vault"
KEY = "azure-native:keyvault:Key"
ENCRYPTS = f"{ROLES}/e147488a-f6f5-4113-8e2d-b22465e65bf6"
OFFICER = f"{ROLES}/14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
VAULT_ID = f"{MODELS}/providers/Microsoft.KeyVault/vaults/modelsdev1"
WHO = f"{MODELS}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/encrypts"
URI = "https://modelsdev1.vault.azure.net/keys/key"
TENANT = "00000000-0000-4000-8000-00000000000a"


def vault(**changes: Any) -> dict[str, Any]:
    known = {
        "tenantId": TENANT,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
        "enablePurgeProtection": True,
        "softDeleteRetentionInDays": 90,
    }
    return {"properties": {**known, **changes}}


def key(*actions: Any, **changes: Any) -> dict[str, Any]:
    rotates = {"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": "P365D"}}
    policy = {"lifetimeActions": list(actions) or [rotates]}
    known = {"kty": "RSA", "keyOps": ["wrapKey", "unwrapKey"], "rotationPolicy": policy}
    return {"properties": {**known, **changes}}


def action(type_: str = "rotate", **trigger: str) -> dict[str, Any]:
    return {"action": {"type": type_}, "trigger": trigger}


def of_account(*, source: str = "Microsoft.Keyvault", who: str = WHO, **changes: Any) -> dict[str, Any]:
    known = {"keyVaultUri": "https://modelsdev1.vault.azure.net/", "keyName": "key", **changes}
    signs_in = {"encryptionUserAssignedIdentity": who} if who else {}
    return {"encryption": {"keySource": source, "keyVaultProperties": known, "encryptionIdentity": signs_in}}


def of_registry(uri: str = URI, who: str = SOMEBODY, **changes: Any) -> dict[str, Any]:
    known = {"keyIdentifier": uri, "identity": who}
    return {"encryption": {"status": "enabled", "keyVaultProperties": known, **changes}}


GOOD: dict[str, dict[str, Any]] = {
    VAULT: {"resourceGroupName": "models", "vaultName": "modelsdev1", **vault()},
    KEY: {"resourceGroupName": "models", "vaultName": "modelsdev1", "keyName": "key", **key()},
    ACCOUNT: {**playing_azure.GOOD[ACCOUNT], "identity": {"type": "UserAssigned", "userAssignedIdentities": [WHO]}, **of_account()},
    ACR: {**playing_azure.GOOD[ACR], "sku": {"name": "Premium"}, "identity": {"type": "UserAssigned", "userAssignedIdentities": {WHO: {}}}, **of_registry()},
    ASSIGNMENT: {"scope": f"{VAULT_ID}/keys/key", "principalId": SOMEBODY, "principalType": "ServicePrincipal", "roleDefinitionId": ENCRYPTS},
}  # fmt: skip

MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("vault-rights", VAULT, vault(enableRbacAuthorization=None), "let himself in"),
    ("vault-rights", VAULT, vault(accessPolicies=[{"tenantId": TENANT, "objectId": SOMEBODY, "permissions": {}}]), "are ignored"),
    ("vault-purge", VAULT, vault(enablePurgeProtection=None), "could be purged"),
    ("vault-purge", VAULT, vault(enablePurgeProtection=False), "leave it out, or set it to True"),
    ("vault-purge", VAULT, vault(enableSoftDelete=False), "every new vault has it"),
    ("vault-tenant", VAULT, vault(tenantId=SOMEBODY), f"belongs to {TENANT}"),
    ("key-tags", KEY, {"tags": {f"k{n}": "v" for n in range(16)}}, "takes 15"),
    ("key-type", KEY, key(kty=None), "properties.kty: is required"),
    ("key-type", KEY, key(kty="EC", keySize=2048), "is for RSA, and the key is EC"),
    ("key-type", KEY, key(curveName="P-256"), "is for EC, and the key is RSA"),
    ("key-type", KEY, key(keyOps=["wrap"]), "came wrap"),
    ("key-rotates", KEY, key(rotationPolicy=None), "one key for ever"),
    ("key-rotates", KEY, key(action("notify", timeBeforeExpiry="P30D")), "one key for ever"),
    ("key-rotates", KEY, key(action()), "exactly one of timeAfterCreate"),
    ("key-rotates", KEY, key(action(timeAfterCreate="P1Y", timeBeforeExpiry="P30D")), "exactly one of timeAfterCreate"),
    ("key-rotates", KEY, key(action(timeBeforeExpiry="P30D")), "nothing expires"),
    ("role-on-keys", ASSIGNMENT, {"scope": MODELS}, f"every key below {MODELS}"),
    ("role-on-keys", ASSIGNMENT, {"scope": SUBSCRIPTION}, "give the id of a key"),
    ("storage-encryption", ACCOUNT, of_account(source="Microsoft.Storage"), "uses no key of a vault"),
    ("storage-encryption", ACCOUNT, of_account(keyName=None), "keyName: is required"),
    ("storage-encryption", ACCOUNT, of_account(keyVaultUri=None), "keyVaultUri: is required"),
    ("storage-encryption", ACCOUNT, of_account(keyVersion="0a1b"), "at one version for ever"),
    ("storage-encryption", ACCOUNT, of_account(who=""), "signs in to the vault with it"),
    ("registry-encryption", ACR, of_registry(f"{URI}/0a1b"), "at one version for ever"),
    ("registry-encryption", ACR, of_registry(""), "keyIdentifier: is required"),
    ("registry-encryption", ACR, of_registry(who=""), "identity: is required"),
    ("registry-encryption", ACR, of_registry(status="disabled"), "set it to enabled"),
    ("acr-premium", ACR, {"sku": {"name": "Standard"}}, "needs sku.name Premium"),
    ("name", VAULT, {"vaultName": "models--dev"}, "does not match"),
    ("name", VAULT, {"vaultName": "1models"}, "does not match"),
    ("name", VAULT, {"vaultName": "m" * 25}, "allowed: 3 to 24"),
    ("name", KEY, {"keyName": "my_key"}, "does not match"),
    ("value", VAULT, vault(softDeleteRetentionInDays=6), "at least 7"),
    ("value", VAULT, vault(sku={"family": "A", "name": "Standard"}), 'did you mean "standard"?'),
    ("value", KEY, key(kty="RSA-2048"), "is not allowed"),
    ("value", KEY, key(keySize=1024), "allowed: 2048"),
    ("value", KEY, key(action(timeAfterCreate="365 days")), "does not match"),
]  # fmt: skip


UNKNOWNS: dict[str, list[dict[str, Any]]] = {
    VAULT: [{"properties": UNKNOWN}, vault(tenantId=UNKNOWN), vault(enablePurgeProtection=UNKNOWN), vault(accessPolicies=UNKNOWN)],
    KEY: [{"properties": UNKNOWN}, key(kty=UNKNOWN), key(keyOps=UNKNOWN), key(rotationPolicy=UNKNOWN), {"vaultName": UNKNOWN}],
    ACCOUNT: [{"encryption": UNKNOWN}, of_account(keyName=UNKNOWN), of_account(who=UNKNOWN), of_account(source=UNKNOWN), {"identity": UNKNOWN}],
    ACR: [{"encryption": UNKNOWN}, of_registry(UNKNOWN), of_registry(status=UNKNOWN), {"identity": UNKNOWN}],
    ASSIGNMENT: [{"scope": UNKNOWN}, {"roleDefinitionId": UNKNOWN}],
}  # fmt: skip


@pytest.mark.parametrize("type_", UNKNOWNS)
def test_what_is_not_known_yet_is_not_wrong(stage: Stages, type_: str) -> None:
    for unknown in UNKNOWNS[type_]:
        assert stage("azure-native").rules(type_, **{**GOOD[type_], **unknown}) == set()
