"""Azure: what only code can say about vaults and keys."""

from collections.abc import Mapping
from typing import Any

from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.azure_apps import identity
from sandbox.rules.azure_encryption import ENCRYPTED, ENCRYPTION_USER, assigned, use_of
from sandbox.rules.azure_types import ASSIGNMENT, KEY, VAULT, Found, below, entries, parent
from sandbox.wire import has_unknown
from sandbox.world import Resource, World

# learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
OFFICERS = ("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "00482a5a-887f-4fb3-b363-3b7fe8e74483")

_OPERATIONS = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "release")
_PRESENT = {"provisioningState": "Succeeded", "hsmPoolResourceId": "00000000-0000-0000-0000-000000000000"}


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """What follows from a vault's and a key's properties; identities are a map in what exists."""
    given = _properties(situation.inputs)
    if situation.type in ENCRYPTED and situation.given("identity"):
        rest = {name: value for name, value in outputs.items() if name != "identity"}
        return {**rest, "identity": identity(situation)} if "provisioningState" in outputs else rest
    if "type" not in outputs:
        return outputs
    if situation.type == VAULT:
        uri = f"https://{str(situation.inputs['vaultName']).lower()}.vault.azure.net/"
        return {**outputs, "properties": {**given, **_PRESENT, "vaultUri": uri}}
    return {**outputs, **_of_key(situation, given)} if situation.type == KEY else outputs


def _of_key(situation: Situation, given: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {
        "RSA": {"keySize": given.get("keySize", 2048)},
        "EC": {"curveName": given.get("curveName", "P-256")},
    }
    named = ("kty", "keyOps", "releasePolicy", "rotationPolicy")
    vault = _in_group(situation, VAULT, "vaultName")
    return {
        **{name: given.get(name) for name in named},
        **kinds[str(given.get("kty", "RSA")).partition("-")[0]],
        "attributes": {"enabled": True, "exportable": False, **(given.get("attributes") or {})},
        "location": vault.inputs.get("location") if vault else None,
    }


def _properties(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands below `properties`; nothing while that is not known as a whole."""
    found = inputs.get("properties")
    return found if isinstance(found, Mapping) else {}


def _in_group(situation: Situation, type_: str, property_: str) -> Resource | None:
    return situation.world.find(
        type_, name=situation.get(property_), resourceGroupName=situation.get("resourceGroupName")
    )


def gone(world: World, each: Resource) -> None:
    """Let something be deleted: a vault and a key are kept, with their names, until they are purged."""
    end = world.tombstone if each.type in (VAULT, KEY) else world.remove
    end(each.type, each.id)


@on_delete("vault-deleted", VAULT, KEY)
def _deleted(situation: Situation) -> bool:
    """learn.microsoft.com/azure/key-vault/general/soft-delete-overview"""
    for each in below(situation.world, situation.id):
        gone(situation.world, each)
    situation.world.tombstone(situation.type, situation.id)
    return True


@rule("vault-rights", VAULT)
def _rights(situation: Situation) -> Found:
    given = _properties(situation.inputs)
    allowed = given.get("enableRbacAuthorization")
    if given and not allowed:
        text = "whoever may change the vault could let himself in by an access policy; set it to True"
        yield "properties.enableRbacAuthorization", text
    if allowed is True and isinstance(given.get("accessPolicies"), list) and given["accessPolicies"]:
        yield "properties.accessPolicies", "are ignored where enableRbacAuthorization is True"


@rule("vault-purge", VAULT)
def _purge(situation: Situation) -> Found:
    """learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-new-account"""
    given = _properties(situation.inputs)
    if given.get("enableSoftDelete") is False:
        yield "properties.enableSoftDelete", "cannot be False: every new vault has it"
    if given.get("enablePurgeProtection") is False:
        yield "properties.enablePurgeProtection", "cannot be False: leave it out, or set it to True"
    elif given and given.get("enablePurgeProtection") is None:
        text = "services encrypt with no key that could be purged; set it to True"
        yield "properties.enablePurgeProtection", text


@rule("vault-tenant", VAULT)
def _tenant(situation: Situation) -> Found:
    tenant, known = situation.get("properties.tenantId"), situation.world.known("tenant")
    if tenant is not None and tenant not in known:
        yield "properties.tenantId", f"the subscription belongs to {', '.join(known)}, not to {tenant}"


@rule("key-tags", KEY)
def _tags(situation: Situation) -> Found:
    count = len(situation.inputs.get("tags") or {})
    if count > 15:
        yield "tags", f"{count} tags; a key takes 15"


@rule("key-type", KEY)
def _type(situation: Situation) -> Found:
    given = _properties(situation.inputs)
    kind = str(given.get("kty") or "")
    if given and not kind:
        yield "properties.kty", "is required to make a key"
    for name, wanted in (("keySize", "RSA"), ("curveName", "EC")):
        if kind and not has_unknown(kind) and given.get(name) is not None and not kind.startswith(wanted):
            yield f"properties.{name}", f"is for {wanted}, and the key is {kind}"
    named = given.get("keyOps")
    listed = named if isinstance(named, list) else []
    if wrong := [each for each in listed if each not in _OPERATIONS and not has_unknown(each)]:
        yield "properties.keyOps", f"allowed: {', '.join(_OPERATIONS)}; came {', '.join(wrong)}"


@rule("key-rotates", KEY)
def _rotates(situation: Situation) -> Found:
    """learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation"""
    path = "properties.rotationPolicy"
    policy = _properties(situation.inputs).get("rotationPolicy") or {}
    if not situation.knows("properties"):
        return
    actions = entries(situation.inputs, f"{path}.lifetimeActions")
    if not any((each.get("action") or {}).get("type") == "rotate" for _, each in actions):
        yield path, "one key for ever: give an action of type rotate"
    for exact, each in actions:
        trigger = each.get("trigger") or {}
        if (trigger.get("timeAfterCreate") is None) == (trigger.get("timeBeforeExpiry") is None):
            yield f"{exact}.trigger", "exactly one of timeAfterCreate and timeBeforeExpiry"
        elif trigger.get("timeBeforeExpiry") and not (policy.get("attributes") or {}).get("expiryTime"):
            yield f"{exact}.trigger.timeBeforeExpiry", "needs attributes.expiryTime: nothing expires"


@rule("key-vault-exists", KEY, on="create update")
def _vault_exists(situation: Situation) -> None:
    found = parent(situation, "vaultName", VAULT, "vault")
    sku = (_properties(found.inputs).get("sku") or {}).get("name")
    kind = str(situation.get("properties.kty"))
    if kind.endswith("-HSM") and sku != "premium":
        raise Refused(f"{kind} needs a vault of sku premium, and it is {sku}", property="properties.kty")


@rule("key-deleter", KEY, on="delete")
def _deleter(situation: Situation) -> None:
    """The provider deletes a key past the resource manager, where an owner has no right."""
    if not assigned(situation, situation.id, None, *OFFICERS):
        text = "Forbidden: ForbiddenByRbac: deleting a key needs the role Key Vault Crypto Officer on it"
        raise Refused(f"{text}; delete it with its vault", code="PERMISSION_DENIED")


@rule("vault-in-use", VAULT, KEY, on="delete")
def _in_use(situation: Situation) -> None:
    """Azure would delete it, and everything encrypted with it could not be read any more."""
    address = (situation.outputs.get("properties") or {}).get("vaultUri") or situation.outputs.get("keyUri")
    for each in (found for type_ in ENCRYPTED for found in situation.world.all(type_)):
        use = use_of(each.type, each.inputs)
        if use and f"{use.uri}/".lower().startswith(f"{str(address).rstrip('/')}/".lower()):
            text = f"{each.outputs['name']} is encrypted with it, and could not be read any more"
            raise Refused(text, code="FAILED_PRECONDITION")


@rule("role-on-keys", ASSIGNMENT)
def _on_keys(situation: Situation) -> Found:
    """A right to use keys is for one key, or one vault."""
    role = str(situation.get("roleDefinitionId")).lower().rpartition("/")[2]
    scope = situation.get("scope")
    narrow = "/providers/microsoft.keyvault/vaults/" in str(scope).lower()
    if role in (ENCRYPTION_USER, CRYPTO_USER) and scope is not None and not narrow:
        yield "scope", f"lets in to every key below {scope}; give the id of a key"
