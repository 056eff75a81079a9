"""Azure: records of what flows in a network.

Sources: learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview, …/vnet-flow-logs-managed-identity
"""

from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_apps import identity
from sandbox.rules.azure_encryption import assigned
from sandbox.rules.azure_network import place
from sandbox.rules.azure_types import ACCOUNT, FLOW_LOG, IDENTITY, NETWORK, SUBNET, Found, by_id, required

# learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
WRITERS = ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b")

_WATCHERS = "NetworkWatcherRG"


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """Identities are a map in what exists."""
    if situation.type != FLOW_LOG or not situation.given("identity"):
        return outputs
    rest = {name: value for name, value in outputs.items() if name != "identity"}
    return {**rest, "identity": identity(situation)} if "provisioningState" in outputs else rest


@rule("vnet-flow-log-on", FLOW_LOG)
def _on(situation: Situation) -> Found:
    if situation.knows("enabled") and situation.get("enabled") is not True:
        yield "enabled", "records nothing: set it to True"


@rule("vnet-flow-log-watcher", FLOW_LOG)
def _watcher(situation: Situation) -> Found:
    """Azure makes one watcher for each location, with the first network there."""
    group, name = situation.get("resourceGroupName"), situation.get("networkWatcherName")
    if group is not None and str(group).lower() != _WATCHERS.lower():
        yield "resourceGroupName", f"ResourceGroupNotFound: watchers are in {_WATCHERS}; came {group}"
    wanted = f"NetworkWatcher_{place(situation.inputs)}"
    if name is not None and situation.get("location") and str(name).lower() != wanted.lower():
        yield "networkWatcherName", f"ParentResourceNotFound: the location's watcher is {wanted}; came {name}"


@rule("vnet-flow-log-target", FLOW_LOG, on="create update")
def _target(situation: Situation) -> None:
    id_ = str(situation.get("targetResourceId"))
    if "/networksecuritygroups/" in id_.lower():
        text = "NsgFlowLogCreationBlocked: logs of security groups are no longer made; take the network"
        raise Refused(text, property="targetResourceId", code="FAILED_PRECONDITION")
    found = by_id(situation.world, id_, NETWORK, SUBNET)
    text = f"TargetResourceNotFound: {id_!r} was not found"
    situation.require(found, "targetResourceId", text)
    for each in situation.world.all(FLOW_LOG):
        if str(each.inputs.get("targetResourceId")).lower() == id_.lower() and each.urn != situation.urn:
            text = f"FlowLogTargetAlreadyInUse: {each.id} records it already"
            raise Refused(text, property="targetResourceId", code="ALREADY_EXISTS")


@rule("vnet-flow-log-storage", FLOW_LOG, on="create update")
def _storage(situation: Situation) -> None:
    found = required(situation, "storageId", ACCOUNT, "storage account")
    rules = found.inputs.get("networkRuleSet") or {}
    trusted = "AzureServices" in str(rules.get("bypass", "AzureServices"))
    public = found.inputs.get("publicNetworkAccess", "Enabled")
    if str(found.inputs.get("kind")) != "StorageV2" or "Premium" in str(found.inputs.get("sku")):
        raise _refused("StorageAccountNotSupported: kind StorageV2 and a Standard sku are needed")
    if place(found.inputs) != place(situation.inputs):
        raise _refused(f"StorageAccountNotInSameRegion: it is in {place(found.inputs)}")
    if public == "Disabled" or (rules.get("defaultAction") == "Deny" and not trusted):
        text = "its firewall keeps the watcher out: publicNetworkAccess Enabled, and bypass AzureServices"
        raise _refused(f"StorageAccountFirewall: {text}")
    if rules.get("defaultAction", "Allow") != "Deny":
        raise _refused("the account with the records answers the whole internet: defaultAction Deny")


def _refused(text: str) -> Refused:
    return Refused(text, property="storageId", code="FAILED_PRECONDITION")


@rule("vnet-flow-log-right", FLOW_LOG, on="create update")
def _right(situation: Situation) -> None:
    """Without shared keys, somebody with a right writes."""
    found = required(situation, "storageId", ACCOUNT, "storage account")
    if found.inputs.get("allowSharedKeyAccess", True) is True:
        return
    listed = situation.get("identity.userAssignedIdentities") or []
    if not listed:
        text = "KeyBasedAuthenticationNotPermitted: the account takes no shared keys; give an identity"
        raise Refused(text, property="identity", code="PERMISSION_DENIED")
    for id_ in listed:
        who = by_id(situation.world, str(id_), IDENTITY)
        text = f"FailedIdentityOperation: the identity {id_!r} was not found"
        who = situation.require(who, "identity.userAssignedIdentities", text)
        right = assigned(situation, found.id, str(who.outputs["principalId"]), *WRITERS)
        if right is None:
            text = f"AuthorizationPermissionMismatch: {who.outputs['name']} has no role"
            text = f"{text} Storage Blob Data Contributor on {found.outputs['name']}"
            raise Refused(text, property="identity.userAssignedIdentities", code="PERMISSION_DENIED")
        situation.need(right)
