"""Azure: what only code can say about storage, its lifecycle, and roles made for it."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sandbox import facts as knowledge
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.azure_types import (
    ACCOUNT,
    APP,
    ASSIGNMENT,
    CONTAINER,
    ENDPOINT,
    ENVIRONMENT,
    LIFECYCLE,
    NETWORK,
    ROLE,
    SERVICE,
    ZONE,
    Found,
    below,
    entries,
    parent,
)

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_ATTRIBUTES = {
    "Resource": ("name", "path", "tags", "isCurrentVersion"),
    "Request": ("prefix", "versionId", "snapshot", "tags"),
}
_TIERS = ("tierToCool", "tierToCold", "tierToArchive", "delete")
_AGES = (
    "daysAfterModificationGreaterThan",
    "daysAfterCreationGreaterThan",
    "daysAfterLastAccessTimeGreaterThan",
)


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where the services of an account are, once it exists."""
    if situation.type != ACCOUNT or "provisioningState" not in outputs:
        return outputs
    name = situation.inputs["accountName"]
    services = ("blob", "queue", "table", "file", "dfs")
    return {
        **outputs,
        "primaryEndpoints": {each: f"https://{name}.{each}.core.windows.net/" for each in services},
    }


@on_delete("azure-below", ACCOUNT, CONTAINER, ENVIRONMENT, APP, NETWORK, ENDPOINT, ZONE)
def _below(situation: Situation) -> bool:
    """What belongs to it goes with it."""
    for each in below(situation.world, situation.id):
        situation.world.remove(each.type, each.id)
    return False


@rule("storage-account-exists", SERVICE, CONTAINER, LIFECYCLE, on="create update")
def _account_exists(situation: Situation) -> None:
    parent(situation, "accountName", ACCOUNT, "storage account")


@rule("storage-tags", ACCOUNT)
def _tags(situation: Situation) -> Found:
    count = len(situation.inputs.get("tags") or {})
    if count > 15:
        yield "tags", f"{count} tags; a storage account takes 15"


@rule("storage-open", ACCOUNT)
def _open(situation: Situation) -> Found:
    """A storage of models is closed: Azure's own defaults are not."""
    if situation.get("allowSharedKeyAccess", True) is True and situation.knows("allowSharedKeyAccess"):
        yield "allowSharedKeyAccess", "whoever has the shared key has everything; set it to False"
    if situation.get("allowBlobPublicAccess") is True:
        yield "allowBlobPublicAccess", "containers could be opened to everybody; set it to False"
    if situation.get("allowCrossTenantReplication") is True:
        yield "allowCrossTenantReplication", "objects could be copied into another tenant; set it to False"
    if situation.get("minimumTlsVersion", "TLS1_0") in ("TLS1_0", "TLS1_1"):
        yield "minimumTlsVersion", f"{situation.get('minimumTlsVersion', 'TLS1_0')} is retired; give TLS1_2"
    if situation.get("enableHttpsTrafficOnly", True) is False:
        yield "enableHttpsTrafficOnly", "objects would travel unencrypted; set it to True"


@rule("storage-sku", ACCOUNT)
def _sku(situation: Situation) -> Found:
    kind, sku, tier = (situation.get(each) for each in ("kind", "sku.name", "accessTier"))
    premium = str(sku or "").startswith("Premium")
    if sku and kind in ("FileStorage", "BlockBlobStorage") and not premium:
        yield "sku.name", f"kind {kind} needs a Premium sku, came {sku}"
    if kind == "BlobStorage" and tier is None:
        yield "accessTier", "is required for kind BlobStorage"
    if kind in ("Storage", "FileStorage") and tier is not None:
        yield "accessTier", f"is not for kind {kind}"
    if situation.get("isHnsEnabled") and kind not in (None, "StorageV2", "BlockBlobStorage"):
        yield "isHnsEnabled", f"needs kind StorageV2 or BlockBlobStorage, came {kind}"


@rule("storage-zones", ACCOUNT)
def _zones(situation: Situation) -> Found:
    sku, location = str(situation.get("sku.name", "")), situation.get("location")
    if not _zonal(sku) or location is None:
        return
    if str(location).replace(" ", "").lower() not in knowledge.clouds()["azure_zones"]:
        yield (
            "sku.name",
            f"RedundancyConfigurationNotAvailableInRegion: no {sku} in {location}; take Standard_LRS",
        )


def _zonal(sku: str) -> bool:
    return sku.endswith("ZRS")


@rule("storage-sku-conversion", ACCOUNT, on="update")
def _conversion(situation: Situation) -> None:
    old, new = str((situation.old_inputs.get("sku") or {}).get("name")), str(situation.get("sku.name"))
    if _zonal(old) != _zonal(new) or old.partition("_")[0] != new.partition("_")[0]:
        text = f"{old} becomes {new} by a request for conversion only, not by an update"
        raise Refused(text, property="sku.name", code="FAILED_PRECONDITION")


@rule("storage-public-container", CONTAINER, on="create update")
def _public_container(situation: Situation) -> None:
    account = parent(situation, "accountName", ACCOUNT, "storage account")
    access = situation.get("publicAccess", "None")
    if access != "None" and not account.inputs.get("allowBlobPublicAccess"):
        text = f"PublicAccessNotPermitted: {access} needs allowBlobPublicAccess on the account"
        raise Refused(text, property="publicAccess", code="FAILED_PRECONDITION")


@rule("blob-restore", SERVICE)
def _restore(situation: Situation) -> Found:
    if not situation.get("restorePolicy.enabled"):
        return
    for path in ("isVersioningEnabled", "changeFeed.enabled", "deleteRetentionPolicy.enabled"):
        if not situation.get(path):
            yield path, "restorePolicy needs it"
    days, kept = situation.get("restorePolicy.days", 0), situation.get("deleteRetentionPolicy.days", 0)
    if days >= kept:
        yield "restorePolicy.days", f"must be less than deleteRetentionPolicy.days, {kept}; came {days}"


@rule("lifecycle-rules", LIFECYCLE)
def _rules(situation: Situation) -> Found:
    names = Counter(name for _, name in situation.each("policy.rules.name"))
    for name, times in names.items():
        if times > 1:
            yield "policy.rules", f"the name {name!r} is used {times} times"
    count = len(entries(situation.inputs, "policy.rules"))
    if situation.knows("policy") and not 1 <= count <= 100:
        yield "policy.rules", f"{count} rules; allowed: 1 to 100"


@rule("lifecycle-actions", LIFECYCLE)
def _actions(situation: Situation) -> Found:
    for path, definition in situation.each("policy.rules.definition"):
        actions = {part: what for part, what in (definition.get("actions") or {}).items() if what}
        types = (definition.get("filters") or {}).get("blobTypes") or []
        if not actions:
            yield f"{path}.actions", "at least one action"
        if not types or not {"blockBlob", "appendBlob"}.issuperset(types):
            yield f"{path}.filters.blobTypes", f"allowed: blockBlob, appendBlob; came {', '.join(types)}"
        for part, what in actions.items():
            others = sorted(each for each in what if each != "delete")
            if "appendBlob" in types and others:
                yield f"{path}.actions.{part}", f"appendBlob can be deleted only, not {', '.join(others)}"
            yield from _ages(f"{path}.actions.{part}", what)


def _ages(path: str, what: Mapping[str, Any]) -> Found:
    for action, when in what.items():
        if isinstance(when, Mapping) and sum(each in when for each in _AGES) != 1:
            yield f"{path}.{action}", f"exactly one of {', '.join(_AGES)}"


@rule("lifecycle-order", LIFECYCLE)
def _order(situation: Situation) -> Found:
    """The cheaper action wins where several are due, so a later dear one never happens."""
    for path, actions in situation.each("policy.rules.definition.actions"):
        for part, what in actions.items():
            before: tuple[str, float] | None = None
            for tier in _TIERS:
                days = next((v for k, v in ((what or {}).get(tier) or {}).items() if k in _AGES), None)
                if days is None:
                    continue
                if before and days <= before[1]:
                    text = f"{days} days must be more than the {before[1]} of {before[0]}"
                    yield f"{path}.{part}.{tier}", text
                before = tier, days


@rule("role-condition-syntax", ASSIGNMENT)
def _condition_syntax(situation: Situation) -> Found:
    """learn.microsoft.com/azure/role-based-access-control/conditions-format"""
    condition = situation.get("condition")
    if condition is None:
        return
    text = str(condition)
    bare = re.sub(r"'[^']*'", "''", text)
    if (
        bare.count("(") != bare.count(")")
        or bare.count("{") != bare.count("}")
        or "'" in bare.replace("''", "")
    ):
        yield "condition", "InvalidCondition: brackets or quotes do not match"
    if "ActionMatches{" not in text:
        yield "condition", "names no action: it would hold for all; begin with !(ActionMatches{'…'})"
    yield from _matches(text)
    for source, attribute in re.findall(r"@(\w+)\[([^\]]*)\]", text):
        name = attribute.rpartition(":")[2].partition("<")[0]
        if name not in _ATTRIBUTES.get(source, ()):
            yield "condition", f"@{source} has no attribute {attribute!r}"


def _matches(condition: str) -> Found:
    for action in re.findall(r"(?<!Sub)(?<!SubOper)\bActionMatches\{'([^']*)'\}", condition):
        if "*" in action or not action.startswith(_BLOBS):
            yield "condition", f"{action!r} is no action on blobs that has attributes"
    for name in re.findall(r"SubOperationMatches\{'([^']*)'\}", condition):
        if name not in (
            "Blob.List",
            "Blob.Read.WithTagConditions",
            "Blob.Write.Tier",
            "Blob.Write.WithTagHeaders",
        ):
            yield "condition", f"{name!r} is no suboperation"


@rule("custom-role-actions", ROLE)
def _role_actions(situation: Situation) -> Found:
    for kind in ("actions", "dataActions"):
        for path, listed in situation.each(f"permissions.{kind}"):
            if any("*" in str(action) for action in listed):
                yield path, f"{', '.join(listed)}: no wildcards; name each action"
    given = [each for _, each in entries(situation.inputs, "permissions")]
    if situation.knows("permissions") and not any(
        each.get("actions") or each.get("dataActions") for each in given
    ):
        yield "permissions", "allows nothing: give actions or dataActions"


@rule("custom-role-scopes", ROLE)
def _role_scopes(situation: Situation) -> Found:
    scopes = situation.inputs.get("assignableScopes") or []
    if not situation.knows("assignableScopes", "scope"):
        return
    if not scopes:
        yield "assignableScopes", "must not be empty"
    elif "/" in scopes:
        yield "assignableScopes", "a role of one's own cannot be assigned everywhere (/)"
    elif not any(str(situation.get("scope")).lower().startswith(str(each).lower()) for each in scopes):
        yield "assignableScopes", "must contain the scope"


@rule("custom-role-name", ROLE, on="create")
def _role_name(situation: Situation) -> None:
    if situation.world.find(ROLE, roleName=situation.get("roleName")):
        text = "RoleDefinitionWithSameNameExists: a role of the directory has this name"
        raise Refused(text, property="roleName", code="ALREADY_EXISTS")


@rule("custom-role-in-use", ROLE, on="delete")
def _role_in_use(situation: Situation) -> None:
    name = str(situation.outputs.get("name")).lower()
    for each in situation.world.all(ASSIGNMENT):
        if str(each.inputs.get("roleDefinitionId")).lower().endswith(name):
            text = f"RoleDefinitionHasAssignments: {each.id} uses the role"
            raise Refused(text, code="FAILED_PRECONDITION")
