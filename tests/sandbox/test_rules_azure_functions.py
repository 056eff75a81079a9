"""Planted mistakes in storage, logs and container apps on Azure: refused by name, silent otherwise."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.wire import UNKNOWN
from tests.sandbox.playing import ASSIGNMENT, Stage
from tests.sandbox.playing_azure import (
    ACCOUNT,
    APP,
    AUTH,
    BLOBS,
    CONDITION,
    CONTAINER,
    DIAGNOSTIC,
    ENVIRONMENT,
    GOOD,
    LIFECYCLE,
    MODELS,
    ROLE,
    SERVICE,
    SOMEBODY,
    WORKSPACE,
    configuration,
    days,
    directory,
    lifecycle,
    template,
)

Stages = Callable[..., Stage]
RULE_TWICE = {
    "name": "tiers",
    "type": "Lifecycle",
    "definition": {
        "actions": {"version": {"delete": days(3, "daysAfterCreationGreaterThan")}},
        "filters": {"blobTypes": ["blockBlob"]},
    },
}
APPEND = {
    "name": "append",
    "type": "Lifecycle",
    "definition": {
        "actions": {"baseBlob": {"tierToCool": days(3)}},
        "filters": {"blobTypes": ["appendBlob"]},
    },
}
NO_FILTER = {"name": "all", "type": "Lifecycle", "definition": {"actions": {"baseBlob": {"delete": days(3)}}}}
COOL = {"baseBlob": {"tierToCool": days(30)}}

MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("role-condition-syntax", ASSIGNMENT, {"condition": CONDITION[:-1]}, "brackets or quotes"),
    ("role-condition-syntax", ASSIGNMENT, {"condition": CONDITION.replace("'in/'", "'in/")}, "brackets or quotes"),
    ("role-condition-syntax", ASSIGNMENT, {"condition": f"@Resource[{BLOBS}:path] StringStartsWith 'in/'"}, "names no action"),
    ("role-condition-syntax", ASSIGNMENT, {"condition": CONDITION.replace(f"{BLOBS}/read", f"{BLOBS}/*")}, "is no action on blobs"),
    ("role-condition-syntax", ASSIGNMENT, {"condition": CONDITION.replace("@Resource", "@Request")}, "@Request has no attribute"),
    ("role-condition-syntax", ASSIGNMENT, {"condition": CONDITION.replace("Blob.List", "Blob.Lists")}, "is no suboperation"),
    ("custom-role-actions", ROLE, {"permissions": [{"dataActions": [f"{BLOBS}/*"]}]}, "no wildcards"),
    ("custom-role-actions", ROLE, {"permissions": [{"actions": []}]}, "allows nothing"),
    ("custom-role-scopes", ROLE, {"assignableScopes": []}, "must not be empty"),
    ("custom-role-scopes", ROLE, {"assignableScopes": ["/"]}, "everywhere"),
    ("custom-role-scopes", ROLE, {"assignableScopes": [f"{MODELS}2"]}, "must contain the scope"),
    ("storage-open", ACCOUNT, {"allowSharedKeyAccess": True}, "allowSharedKeyAccess"),
    ("storage-open", ACCOUNT, {"allowSharedKeyAccess": None}, "allowSharedKeyAccess"),
    ("storage-open", ACCOUNT, {"allowBlobPublicAccess": True}, "opened to everybody"),
    ("storage-open", ACCOUNT, {"minimumTlsVersion": None}, "TLS1_0 is retired"),
    ("storage-open", ACCOUNT, {"enableHttpsTrafficOnly": False}, "unencrypted"),
    ("storage-tags", ACCOUNT, {"tags": {f"k{n}": "v" for n in range(16)}}, "takes 15"),
    ("storage-sku", ACCOUNT, {"kind": "BlockBlobStorage"}, "needs a Premium sku"),
    ("storage-sku", ACCOUNT, {"kind": "BlobStorage"}, "accessTier: is required"),
    ("storage-sku", ACCOUNT, {"kind": "Storage", "accessTier": "Hot"}, "is not for kind Storage"),
    ("storage-sku", ACCOUNT, {"kind": "Storage", "isHnsEnabled": True}, "isHnsEnabled"),
    ("storage-zones", ACCOUNT, {"location": "westus"}, "no Standard_ZRS in westus"),
    ("blob-restore", SERVICE, {"restorePolicy": {"enabled": True, "days": 7}}, "changeFeed.enabled"),
    ("blob-restore", SERVICE, {"restorePolicy": {"enabled": True, "days": 30}, "changeFeed": {"enabled": True}}, "must be less than"),
    ("lifecycle-rules", LIFECYCLE, lifecycle(RULE_TWICE, **COOL), "the name 'tiers' is used 2 times"),
    ("lifecycle-rules", LIFECYCLE, {"policy": {"rules": []}}, "0 rules"),
    ("lifecycle-actions", LIFECYCLE, lifecycle(), "at least one action"),
    ("lifecycle-actions", LIFECYCLE, lifecycle(NO_FILTER, **COOL), "blobTypes"),
    ("lifecycle-actions", LIFECYCLE, lifecycle(APPEND, **COOL), "can be deleted only, not tierToCool"),
    ("lifecycle-actions", LIFECYCLE, lifecycle(baseBlob={"tierToCool": {}}), "exactly one of"),
    ("lifecycle-order", LIFECYCLE, lifecycle(baseBlob={"tierToCool": days(90), "tierToCold": days(30)}), "tierToCold: 30 days must be more than the 90 of tierToCool"),
    ("workspace-sku", WORKSPACE, {"sku": {"name": "Standard"}}, "can no longer be created"),
    ("workspace-sku", WORKSPACE, {"sku": {"name": "CapacityReservation"}}, "capacityReservationLevel"),
    ("diagnostic-destination", DIAGNOSTIC, {"workspaceId": None}, "at least one destination"),
    ("diagnostic-logs", DIAGNOSTIC, {"logs": [{"category": "ContainerAppConsoleLogs", "enabled": False}]}, "at least one enabled"),
    ("diagnostic-logs", DIAGNOSTIC, {"logs": [{"enabled": True}]}, "exactly one of category"),
    ("diagnostic-logs", DIAGNOSTIC, {"logs": [{"category": "ContainerAppConsoleLogs", "enabled": True}, {"categoryGroup": "audit", "enabled": True}]}, "are not mixed"),
    ("diagnostic-categories", DIAGNOSTIC, {"logs": [{"category": "ConsoleLogs", "enabled": True}]}, "'ConsoleLogs' is not supported"),
    ("environment-logs", ENVIRONMENT, {"appLogsConfiguration": {"destination": "log-analytics"}}, "exactly when"),
    ("environment-network", ENVIRONMENT, {"zoneRedundant": True}, "zoneRedundant: needs"),
    ("environment-network", ENVIRONMENT, {"vnetConfiguration": {"internal": True}, "publicNetworkAccess": "Enabled"}, "publicNetworkAccess"),
    ("environment-profiles", ENVIRONMENT, {"workloadProfiles": [{"name": "c", "workloadProfileType": "Consumption", "minimumCount": 1}]}, "is not for the Consumption profile"),
    ("environment-profiles", ENVIRONMENT, {"workloadProfiles": [{"name": "d", "workloadProfileType": "D4"}]}, "needs minimumCount"),
    ("environment-profiles", ENVIRONMENT, {"workloadProfiles": None, "infrastructureResourceGroup": "infra"}, "with workloadProfiles only"),
    ("app-environment", APP, {"environmentId": None}, "exactly one of environmentId"),
    ("app-size", APP, template(resources={"cpu": 0.6, "memory": "1.2Gi"}), "steps of 0.25; came 0.6"),
    ("app-size", APP, template(resources={"cpu": 0.5, "memory": "2Gi"}), "0.5 vCPU go with 1Gi; came 2Gi"),
    ("app-scale", APP, template(scale={"minReplicas": 3, "maxReplicas": 2}), "3 is more than maxReplicas, 2"),
    ("app-scale", APP, template(scale={"rules": [{"name": "r", "http": {"metadata": {"concurrentRequests": "many"}}}]}), "a whole number in text"),
    ("app-probes", APP, template(probes=[{"type": "Startup", "successThreshold": 2, "httpGet": {"port": 8080}}]), "must be 1 for Startup"),
    ("app-probes", APP, template(probes=[{"type": "Startup"}]), "exactly one of httpGet"),
    ("app-probes", APP, template(probes=[{"type": "Startup", "httpGet": {"port": 8080}}] * 2), "2 probes of type Startup"),
    ("app-port", APP, configuration(targetPort=80), "nothing listens on 80: PORT is 8080"),
    ("app-port", APP, template(env=[{"name": "PORT", "value": "9000"}]), "probes[0].httpGet.port"),
    ("app-variables", APP, template(env=[{"name": "PORT", "value": "8080"}] * 2), "PORT is given 2 times"),
    ("app-variables", APP, template(env=[{"name": "KEY", "secretRef": "key"}]), "is no secret"),
    ("app-traffic", APP, configuration(traffic=[{"latestRevision": True, "weight": 90}]), "add up to 100, came 90"),
    ("app-traffic", APP, configuration(traffic=[{"revisionName": "height--r0", "weight": 100}]), "needs activeRevisionsMode Multiple"),
    ("app-revision-name", APP, template(suffix="1a"), "a letter first"),
    ("app-revision-name", APP, template(suffix="r" + "a" * 46), "55 characters; allowed: 54"),
    ("app-image-by-digest", APP, template(image="modelsdev1.azurecr.io/height:latest"), "does not say what runs"),
    ("auth-closed", AUTH, {"platform": {"enabled": False}}, "everybody could call"),
    ("auth-closed", AUTH, {"globalValidation": {"unauthenticatedClientAction": "AllowAnonymous"}}, "AllowAnonymous is no answer"),
    ("auth-closed", AUTH, {"globalValidation": {"unauthenticatedClientAction": "Return401", "excludedPaths": ["/predict"]}}, "/predict would be open"),
    ("auth-everybody", AUTH, directory([]), "everybody in the tenant may call"),
    ("auth-length", AUTH, directory([SOMEBODY] * 14), "517 characters in all; allowed: 500"),
    ("auth-issuer", AUTH, directory(issuer="common/v2.0"), "is no tenant's issuer"),
    ("auth-issuer", AUTH, directory(clientId=""), "clientId: is required"),
    ("name", ACCOUNT, {"accountName": "models-dev"}, "accountName"),
    ("name", SERVICE, {"blobServicesName": "storage-service"}, "does not match default"),
    ("name", LIFECYCLE, {"managementPolicyName": "storage-lifecycle"}, "does not match default"),
    ("name", CONTAINER, {"containerName": "my--objects"}, "does not match"),
    ("name", AUTH, {"authConfigName": "height-access"}, "allowed: 7 to 7"),
    ("name", APP, {"containerAppName": "Height"}, "upper-case"),
    ("value", ACCOUNT, {"minimumTlsVersion": "TLS1_3"}, "is not allowed"),
    ("value", SERVICE, {"deleteRetentionPolicy": {"enabled": True, "days": 366}}, "at most 365"),
    ("value", WORKSPACE, {"retentionInDays": 7}, "at least 30"),
    ("value", APP, template(probes=[{"type": "Startup", "httpGet": {"port": 8080}, "failureThreshold": 24}]), "at most 10"),
    ("value", ENVIRONMENT, {"appLogsConfiguration": {"destination": "azure_monitor"}}, 'did you mean "azure-monitor"?'),
]  # fmt: skip


UNKNOWNS = {
    ASSIGNMENT: ["condition", "roleDefinitionId", "scope"],
    ROLE: ["scope", "assignableScopes", "permissions"],
    ACCOUNT: ["accountName", "location", "sku", "allowSharedKeyAccess"],
    LIFECYCLE: ["policy"],
    DIAGNOSTIC: ["resourceUri", "workspaceId", "logs"],
    ENVIRONMENT: ["appLogsConfiguration", "workloadProfiles"],
    APP: ["template", "configuration", "identity", "environmentId"],
    AUTH: ["containerAppName", "identityProviders", "platform", "globalValidation"],
}


@pytest.mark.parametrize("type_", UNKNOWNS)
def test_what_is_not_known_yet_is_not_wrong(stage: Stages, type_: str) -> None:
    for name in UNKNOWNS[type_]:
        assert stage("azure-native").rules(type_, **{**GOOD[type_], name: UNKNOWN}) == set()
