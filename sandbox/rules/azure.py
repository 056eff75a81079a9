"""Azure: what only code can say about resource groups, registries, identities and role assignments."""

import re
from typing import Any

from sandbox import facts as knowledge
from sandbox.facts import Facts
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules import (
    azure_apps,
    azure_auth,  # noqa: F401 - its rules register themselves
    azure_endpoints,  # noqa: F401
    azure_flows,
    azure_inside,
    azure_keys,
    azure_logs,  # noqa: F401
    azure_network,  # noqa: F401
    azure_security,  # noqa: F401
    azure_storage,
    azure_width,  # noqa: F401
    content,
)
from sandbox.rules.azure_types import (
    ASSIGNMENT,
    GROUP,
    IDENTITY,
    IN_A_GROUP,
    REGISTRY,
    ROLE,
    Found,
    below,
    by_id,
)
from sandbox.values import nearest
from sandbox.world import Resource, World


def fill(known: Facts, inputs: dict[str, Any], world: World) -> None:
    """A location that is left out is the resource group's."""
    group = inputs.get("resourceGroupName")
    if "location" in known.fill and inputs.get("location") is None and known.type != GROUP and group:
        found = _group(world, str(group))
        if found:
            inputs["location"] = found.inputs["location"]


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """What follows from other resources or from several properties."""
    for each in (azure_storage, azure_apps, azure_keys, azure_flows, azure_inside):
        outputs = each.complete(situation, outputs)
    return outputs


def _group(world: World, name: str) -> Resource | None:
    groups = world.all(GROUP)
    return next((each for each in groups if str(each.outputs.get("name", "")).lower() == name.lower()), None)


@rule("azure-tags", GROUP, *IN_A_GROUP)
def _tags(situation: Situation) -> Found:
    """learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations"""
    tags = situation.inputs.get("tags") or {}
    if len(tags) > 50:
        yield "tags", f"{len(tags)} tags; allowed: 50"
    for key, value in tags.items():
        if not re.fullmatch(r"[^<>%&\\?/]{1,512}", key) or len(str(value)) > 256:
            yield f"tags.{key}", r"a name has 512 characters without <>%&\?/ at most, a value 256"


@rule("azure-location", GROUP, *IN_A_GROUP)
def _location(situation: Situation) -> Found:
    """A group made in the same deployment gives its location later."""
    if not situation.given("location") and (situation.type == GROUP or situation.knows("resourceGroupName")):
        yield "location", "is required: neither the provider nor an existing resource group gives one"


@rule("azure-group-exists", *IN_A_GROUP, on="create update")
def _group_exists(situation: Situation) -> None:
    name = str(situation.get("resourceGroupName"))
    found = _group(situation.world, name)
    text = f'Status=404 Code="ResourceGroupNotFound" Message="Resource group \'{name}\' could not be found."'
    situation.require(found, "resourceGroupName", text)


@on_delete("azure-group-content", GROUP)
def _group_content(situation: Situation) -> bool:
    """Everything inside goes with the group, whether or not a state knows of it."""
    for each in below(situation.world, situation.id):
        _purge_registry(each, situation)
        azure_keys.gone(situation.world, each)
    return False


@on_delete("azure-purge", REGISTRY)
def _purge(situation: Situation) -> bool:
    content.purge(situation, "azure", f"{situation.outputs.get('loginServer')}/")
    return False


def _purge_registry(each: Resource, situation: Situation) -> None:
    if each.type == REGISTRY:
        content.purge(situation, "azure", f"{each.outputs.get('loginServer')}/")


_PREMIUM = {
    "zoneRedundancy": ("Enabled",),
    "publicNetworkAccess": ("Disabled",),
    "dataEndpointEnabled": (True,),
    "encryption.status": ("enabled",),
    "policies.retentionPolicy.status": ("enabled",),
    "policies.trustPolicy.status": ("enabled",),
}


@rule("acr-premium", REGISTRY)
def _premium(situation: Situation) -> Found:
    """learn.microsoft.com/azure/container-registry/container-registry-skus"""
    sku = situation.get("sku.name")
    if sku in (None, "Premium"):
        return
    for path, values in _PREMIUM.items():
        if situation.get(path) in values:
            yield path, f"{situation.get(path)!r} needs sku.name Premium, came {sku}"
    if situation.given("networkRuleSet"):
        yield "networkRuleSet", f"needs sku.name Premium, came {sku}"


@rule("acr-anonymous-pull", REGISTRY)
def _anonymous_pull(situation: Situation) -> Found:
    if situation.get("anonymousPullEnabled") and situation.get("sku.name") == "Basic":
        yield "anonymousPullEnabled", "needs sku.name Standard or Premium, came Basic"


@rule("acr-export-policy", REGISTRY)
def _export_policy(situation: Situation) -> Found:
    disabled = situation.get("policies.exportPolicy.status") == "disabled"
    if disabled and situation.get("publicNetworkAccess", "Enabled") != "Disabled":
        yield "policies.exportPolicy.status", "disabled needs publicNetworkAccess Disabled"


@rule("acr-retention-and-soft-delete", REGISTRY)
def _retention_and_soft_delete(situation: Situation) -> Found:
    both = [situation.get(f"policies.{each}.status") for each in ("retentionPolicy", "softDeletePolicy")]
    if both == ["enabled", "enabled"]:
        yield "policies.softDeletePolicy.status", "cannot be enabled together with retentionPolicy"


@rule("acr-classic", REGISTRY)
def _classic(situation: Situation) -> Found:
    if situation.get("sku.name") == "Classic":
        yield "sku.name", "Classic is retired; allowed: Basic, Standard, Premium"


@rule("role-condition", ASSIGNMENT)
def _condition(situation: Situation) -> Found:
    if situation.given("condition") != situation.given("conditionVersion"):
        yield "conditionVersion", "condition and conditionVersion go together"


@rule("role-known", ASSIGNMENT)
def _role_known(situation: Situation) -> Found:
    definition = situation.get("roleDefinitionId")
    if definition is None:
        return
    roles = knowledge.clouds()["azure_roles"]
    found = re.fullmatch(r"(?i)(?:/subscriptions/([^/]+))?/.*/([^/]+)", str(definition))
    subscription, role = (found[1], found[2]) if found else (None, str(definition))
    if role.lower() not in roles and not situation.world.find(ROLE, roleDefinitionId=role):
        names = ", ".join(f"{name} {id_}" for id_, name in roles.items())
        yield "roleDefinitionId", f"{role!r} is no role that sandbox/facts/clouds.yaml knows: {names}"
    known = situation.world.known("subscription")
    if subscription and subscription not in known:
        yield "roleDefinitionId", f"no subscription {subscription!r}{nearest(subscription, known)}"


@rule("role-made", ASSIGNMENT, on="create")
def _role_made(situation: Situation) -> None:
    """A role of one's own is needed as long as it is assigned."""
    name = str(situation.get("roleDefinitionId")).rpartition("/")[2]
    if found := situation.world.find(ROLE, roleDefinitionId=name):
        situation.need(found)


@rule("role-scope-exists", ASSIGNMENT, on="create")
def _scope_exists(situation: Situation) -> None:
    scope = str(situation.get("scope"))
    whole = re.fullmatch(r"/subscriptions/([^/]+)/?", scope)
    if whole and whole[1] in situation.world.known("subscription"):
        return
    if found := by_id(situation.world, scope):
        situation.need(found)
        return
    text = f'Status=404 Code="ResourceNotFound" Message="The scope {scope!r} was not found."'
    raise Refused(text, property="scope", code="NOT_FOUND")


@rule("role-principal", ASSIGNMENT, on="create")
def _principal(situation: Situation) -> None:
    """A managed identity that was made a moment ago is found only when its kind is named."""
    principal = str(situation.get("principalId"))
    if situation.world.find(IDENTITY, clientId=principal):
        text = f"{principal} is an identity's client id; give its object id (principalId)"
        raise Refused(text, property="principalId", code="NOT_FOUND")
    found = situation.world.find(IDENTITY, principalId=principal)
    if found is None:
        return
    situation.need(found)
    if situation.get("principalType") != "ServicePrincipal":
        what = f"Principal {principal} does not exist in the directory"
        text = f"PrincipalNotFound: {what}; give principalType ServicePrincipal"
        raise Refused(text, property="principalType", code="NOT_FOUND")


@rule("role-assigned-twice", ASSIGNMENT, on="create")
def _assigned_twice(situation: Situation) -> None:
    def what(inputs: Any) -> list[str]:
        named = [str(inputs.get(each, "")).lower() for each in ("scope", "principalId", "roleDefinitionId")]
        return [*named[:2], named[2].rpartition("/")[2]]

    for each in situation.world.all(ASSIGNMENT):
        if what(each.inputs) == what(situation.inputs):
            name = each.outputs["name"]
            text = f"RoleAssignmentExists: The role assignment already exists. The ID of it is {name}."
            raise Refused(text, property="principalId", code="ALREADY_EXISTS")
