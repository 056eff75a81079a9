"""Azure: what is encrypted with a key of a vault, and what that takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_types import ACCOUNT, ASSIGNMENT, IDENTITY, KEY, REGISTRY, Found, by_id
from sandbox.world import Resource

# learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"

ENCRYPTED = (ACCOUNT, REGISTRY)
"""What takes a key of a vault."""


@dataclass(frozen=True)
class Use:
    """What a resource asks to be encrypted with, as far as it is known."""

    path: str
    """The input that holds the key."""

    uri: str
    identity_path: str
    identity: str
    """A resource's id, or a client id for a registry."""


def use_of(type_: str, inputs: Mapping[str, Any]) -> Use | None:
    """What it is encrypted with; None with a key of Azure's own."""
    asked = _part(inputs, "encryption")
    given = _part(asked, "keyVaultProperties")
    inside = "encryption.keyVaultProperties"
    if type_ == REGISTRY and asked.get("status") == "enabled":
        uri, who = (str(given.get(name) or "") for name in ("keyIdentifier", "identity"))
        return Use(f"{inside}.keyIdentifier", uri, f"{inside}.identity", who)
    if type_ == ACCOUNT and str(asked.get("keySource")).lower() == "microsoft.keyvault":
        uri = f"{str(given.get('keyVaultUri') or '').rstrip('/')}/keys/{given.get('keyName') or ''}"
        who = str(_part(asked, "encryptionIdentity").get("encryptionUserAssignedIdentity") or "")
        return Use(
            f"{inside}.keyName", uri, "encryption.encryptionIdentity.encryptionUserAssignedIdentity", who
        )
    return None


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What stands below a name; nothing while that is left out or not known."""
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


@rule("storage-encryption", ACCOUNT)
def _storage(situation: Situation) -> Found:
    """learn.microsoft.com/azure/storage/common/customer-managed-keys-overview"""
    if not situation.knows("encryption"):
        return
    asked = _part(situation.inputs, "encryption")
    given = _part(asked, "keyVaultProperties")
    use = use_of(ACCOUNT, situation.inputs)
    if use is None and given:
        yield (
            "encryption.keySource",
            f"{asked.get('keySource')} uses no key of a vault; take Microsoft.Keyvault",
        )
    if use is None:
        return
    for name in ("keyName", "keyVaultUri"):
        if not given.get(name):
            yield f"encryption.keyVaultProperties.{name}", "is required for a key of a vault"
    if given.get("keyVersion"):
        yield "encryption.keyVaultProperties.keyVersion", "stays at one version for ever; leave it out"
    if not use.identity:
        yield use.identity_path, "is required: the account signs in to the vault with it"


@rule("registry-encryption", REGISTRY)
def _registry(situation: Situation) -> Found:
    """learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys"""
    use = use_of(REGISTRY, situation.inputs)
    if not situation.knows("encryption"):
        return
    if use is None:
        if situation.get("encryption.keyVaultProperties"):
            yield "encryption.status", "nothing is encrypted with the key; set it to enabled"
        return
    for path, value in ((use.path, use.uri), (use.identity_path, use.identity)):
        if not value:
            yield path, "is required for a key of a vault"
    if len(use.uri.partition("/keys/")[2].split("/")) > 1:
        yield use.path, "stays at one version for ever; leave the version out"


@rule("encryption-identity", *ENCRYPTED, on="create update")
def _identity(situation: Situation) -> None:
    """Who signs in to the vault is one of the resource's own identities."""
    use = use_of(situation.type, situation.inputs)
    if use is None:
        return
    given = situation.inputs.get("identity") or {}
    listed = [str(each).lower() for each in given.get("userAssignedIdentities") or ()]
    found = _who(situation, use)
    if found is None or found.id.lower() not in listed or "UserAssigned" not in str(given.get("type")):
        text = f"{use.identity!r} is none of its identities: {', '.join(listed) or 'it has none'}"
        raise Refused(text, property=use.identity_path, code="FAILED_PRECONDITION")
    situation.need(found)


@rule("encryption-key", *ENCRYPTED, on="create update")
def _key(situation: Situation) -> None:
    """learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys: RSA only"""
    use = use_of(situation.type, situation.inputs)
    if use is None:
        return
    found = _key_of(situation, use)
    text = f"KeyVaultKeyNotFound: no key {use.uri}"
    found = situation.require(found, use.path, text)
    kind, may = (found.outputs.get(name) for name in ("kty", "keyOps"))
    if not str(kind).startswith("RSA"):
        raise Refused(f"{kind} cannot wrap the keys of a service; take RSA", property=use.path)
    if may is not None and not {"wrapKey", "unwrapKey"}.issubset(may):
        raise Refused(f"the key may {', '.join(may)}; wrapKey and unwrapKey are needed", property=use.path)


@rule("encryption-right", *ENCRYPTED, on="create update")
def _right(situation: Situation) -> None:
    """Reading, wrapping and unwrapping: the role for services that encrypt, on the key or above it."""
    use = use_of(situation.type, situation.inputs)
    who, key = (_who(situation, use), _key_of(situation, use)) if use else (None, None)
    if use is None or who is None or key is None:
        return
    found = assigned(situation, key.id, str(who.outputs["principalId"]), ENCRYPTION_USER)
    if found is None:
        text = f"{who.outputs['name']} has no role Key Vault Crypto Service Encryption User on {use.uri}"
        raise Refused(f"KeyVaultAuthenticationFailure: {text}", property=use.path, code="PERMISSION_DENIED")
    situation.need(found)


def _who(situation: Situation, use: Use) -> Resource | None:
    if situation.type == REGISTRY:
        return situation.world.find(IDENTITY, clientId=use.identity)
    return by_id(situation.world, use.identity, IDENTITY)


def _key_of(situation: Situation, use: Use) -> Resource | None:
    wanted = use.uri.lower()
    for each in situation.world.all(KEY):
        address = str(each.outputs["keyUri"]).lower()
        if wanted == address or wanted.startswith(f"{address}/"):
            return each
    return None


def assigned(situation: Situation, id_: str, principal: str | None, *roles: str) -> Resource | None:
    """An assignment of one of these roles on something or above it, to somebody when given."""
    for each in situation.world.all(ASSIGNMENT):
        role = str(each.inputs.get("roleDefinitionId")).lower().rpartition("/")[2]
        here = f"{id_}/".lower().startswith(f"{str(each.inputs.get('scope')).rstrip('/')}/".lower())
        if role in roles and here and principal in (None, each.inputs.get("principalId")):
            return each
    return None
