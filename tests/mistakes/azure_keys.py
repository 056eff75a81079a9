"""Mistakes with keys on Azure, each one change of a program that passes."""

import pulumi
from pulumi_azure_native import containerregistry, keyvault

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.azure import ACCOUNT, ASSIGNMENT
from tests.mistakes.changes import forgetting, inside, setting

VAULT = "azure-native:keyvault:Vault"
KEY = "azure-native:keyvault:Key"
REGISTRY = "azure-native:containerregistry:Registry"

_ENCRYPTS = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
_READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_VERSION = "0a1b2c3d" * 4
_OF_ACCOUNT = "encryption.key_vault_properties"


def _versioned(uri: pulumi.Output[str]) -> pulumi.Output[str]:
    return uri.apply(lambda known: f"{known}/{_VERSION}")


def _only_read(props: Props) -> None:
    """Reading what a key is called is not using it."""
    one: pulumi.Output[str] = props["role_definition_id"]
    props["role_definition_id"] = one.apply(lambda id: id.replace(_ENCRYPTS, _READER))


def _everywhere(props: Props) -> None:
    one: pulumi.Output[str] = props["scope"]
    props["scope"] = one.apply(lambda id: id.partition("/providers/")[0])


def _of_another(identity: pulumi.Output[str]) -> pulumi.Output[str]:
    return identity.apply(lambda id: id.replace("key-storage", "key-registry"))


def _curve(props: Props) -> None:
    props["properties"].kty = keyvault.JsonWebKeyType.EC
    props["properties"].key_size = None


def _forgotten(props: Props) -> None:
    inside(f"{_OF_ACCOUNT}.key_name", forgotten)(props)
    inside(f"{_OF_ACCOUNT}.key_vault_uri", forgotten)(props)


MISTAKES: dict[str, Mistake] = {
    "vault that can be purged": Mistake(
        VAULT,
        inside("properties.enable_purge_protection", None),
        ("properties.enablePurgeProtection", "could be purged"),
        "vault-purge",
    ),
    "vault that lets in by access policies": Mistake(
        VAULT,
        inside("properties.enable_rbac_authorization", False),
        ("properties.enableRbacAuthorization", "let himself in"),
        "vault-rights",
    ),
    "vault of another directory": Mistake(
        VAULT,
        inside("properties.tenant_id", "00000000-0000-4000-8000-00000000000b"),
        ("properties.tenantId", "the subscription belongs to"),
        "vault-tenant",
    ),
    "vault that keeps what is deleted for too long": Mistake(
        VAULT,
        inside("properties.soft_delete_retention_in_days", 91),
        ("properties.softDeleteRetentionInDays", "at most 90"),
        "value",
    ),
    "vault named with two hyphens": Mistake(
        VAULT, setting(vault_name="model--port"), ("vaultName", "does not match"), "name"
    ),
    "vault whose name somebody has": Mistake(
        VAULT, setting(vault_name="modelport"), ("vaultName", "VaultAlreadyExists"), "name-taken"
    ),
    "key that never rotates": Mistake(
        KEY,
        inside("properties.rotation_policy", None),
        ("properties.rotationPolicy", "one key for ever"),
        "key-rotates",
    ),
    "key that rotates after a number": Mistake(
        KEY,
        inside("properties.rotation_policy.lifetime_actions.0.trigger.time_after_create", "365"),
        ("timeAfterCreate", "'365' does not match"),
        "value",
    ),
    "key of a kind that no service takes": Mistake(
        KEY, _curve, ("encryption", "EC cannot wrap"), "encryption-key"
    ),
    "key that may sign only": Mistake(
        KEY, inside("properties.key_ops", ["sign"]), ("encryption", "wrapKey"), "encryption-key"
    ),
    "key in a vault that is not there": Mistake(
        KEY, setting(vault_name="elsewhere"), ("vaultName", "no vault 'elsewhere'"), "key-vault-exists"
    ),
    "right to read a key, not to use it": Mistake(
        ASSIGNMENT,
        _only_read,
        ("encryption", "has no role Key Vault Crypto Service Encryption User"),
        "encryption-right",
        name="storage-key",
    ),
    "right to use every key of a group": Mistake(
        ASSIGNMENT,
        _everywhere,
        ("scope", "every key below"),
        "role-on-keys,role-scope-wide",
        name="registry-key",
    ),
    "account that stays with one version": Mistake(
        ACCOUNT,
        inside(f"{_OF_ACCOUNT}.key_version", _VERSION),
        ("encryption.keyVaultProperties.keyVersion", "one version for ever"),
        "storage-encryption",
    ),
    "account that names a key and uses none": Mistake(
        ACCOUNT,
        inside("encryption.key_source", "Microsoft.Storage"),
        ("encryption.keySource", "uses no key of a vault"),
        "storage-encryption",
    ),
    "account that signs in as somebody else": Mistake(
        ACCOUNT,
        inside("encryption.encryption_identity.encryption_user_assigned_identity", _of_another),
        ("encryptionUserAssignedIdentity", "is none of its identities"),
        "encryption-identity",
    ),
    "account with a key that is not there": Mistake(
        ACCOUNT,
        inside(f"{_OF_ACCOUNT}.key_name", "other"),
        ("keyName", "KeyVaultKeyNotFound"),
        "encryption-key",
    ),
    "account before its right to the key": Mistake(
        ACCOUNT, _forgotten, ("StorageAccount", "needs", "RoleAssignment 'storage-key'", "by luck"), luck=True
    ),
    "registry of a tier without keys": Mistake(
        REGISTRY,
        inside("sku.name", containerregistry.SkuName.STANDARD),
        ("encryption.status", "needs sku.name Premium"),
        "acr-premium",
    ),
    "registry that stays with one version": Mistake(
        REGISTRY,
        inside("encryption.key_vault_properties.key_identifier", _versioned),
        ("keyIdentifier", "one version for ever"),
        "registry-encryption",
    ),
    "registry that nobody signs in for": Mistake(
        REGISTRY,
        setting(identity=None),
        ("encryption.keyVaultProperties.identity", "it has none"),
        "encryption-identity",
    ),
    "registry before its right to the key": Mistake(
        REGISTRY,
        inside("encryption.key_vault_properties.key_identifier", forgotten),
        ("Registry", "needs", "RoleAssignment 'registry-key'", "by luck"),
        luck=True,
    ),
    "key before its vault": Mistake(
        KEY, forgetting("vault_name"), ("Key", "needs", "Vault", "by luck"), luck=True
    ),
}
