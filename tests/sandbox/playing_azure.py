"""Azure's types with inputs that pass, to be spoilt by tests."""

# ruff: noqa: E501 - a row of a table is one line

from typing import Any

from tests.sandbox.playing import ACR, ASSIGNMENT, GROUP, IDENTITY, Stage

SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001"
MODELS = f"{SUBSCRIPTION}/resourceGroups/models"
ROLES = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
ACR_PULL = f"{ROLES}/7f951dda-4ed3-4680-a7ca-43fe172d538d"
READER = f"{ROLES}/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
SOMEBODY = "11111111-2222-4333-8444-555555555555"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
IMAGE = "modelsdev1.azurecr.io/height@sha256:" + "a1" * 32

ROLE = "azure-native:authorization:RoleDefinition"
ACCOUNT = "azure-native:storage:StorageAccount"
SERVICE = "azure-native:storage:BlobServiceProperties"
CONTAINER = "azure-native:storage:BlobContainer"
LIFECYCLE = "azure-native:storage:ManagementPolicy"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"
ENVIRONMENT = "azure-native:app:ManagedEnvironment"
APP = "azure-native:app:ContainerApp"
AUTH = "azure-native:app:ContainerAppsAuthConfig"

CONDITION = f"((!(ActionMatches{{'{BLOBS}/read'}} AND NOT SubOperationMatches{{'Blob.List'}})) OR (@Resource[{BLOBS}:path] StringStartsWith 'in/'))"


def lifecycle(*rules: dict[str, Any], **actions: Any) -> dict[str, Any]:
    filters = {"blobTypes": ["blockBlob"]}
    one = {"name": "tiers", "type": "Lifecycle", "definition": {"actions": actions, "filters": filters}}
    return {"policy": {"rules": [one, *rules]}}


def days(number: int, age: str = "daysAfterModificationGreaterThan") -> dict[str, int]:
    return {age: number}


def container(**changes: Any) -> dict[str, Any]:
    probe = {"type": "Liveness", "httpGet": {"path": "/livez", "port": 8080}}
    plain = {
        "name": "model",
        "image": IMAGE,
        "resources": {"cpu": 0.5, "memory": "1Gi"},
        "env": [{"name": "PORT", "value": "8080"}],
        "probes": [probe],
    }
    return {**plain, **changes}


def template(*, suffix: str = "r1", scale: Any = None, **changes: Any) -> dict[str, Any]:
    scale = scale or {"minReplicas": 0, "maxReplicas": 2}
    return {"template": {"revisionSuffix": suffix, "containers": [container(**changes)], "scale": scale}}


def configuration(**ingress: Any) -> dict[str, Any]:
    entry = {
        "server": "modelsdev1.azurecr.io",
        "identity": GOOD[APP]["identity"]["userAssignedIdentities"][0],
    }
    whole = {"external": True, "targetPort": 8080, "transport": "auto", **ingress}
    return {"configuration": {"ingress": whole, "registries": [entry]}}


def directory(
    identities: Any = (SOMEBODY,),
    issuer: str = "00000000-0000-4000-8000-00000000000a/v2.0",
    **registration: Any,
) -> dict[str, Any]:
    policy = {"allowedPrincipals": {"identities": list(identities)}}
    known = {
        "clientId": SOMEBODY,
        "openIdIssuer": f"https://login.microsoftonline.com/{issuer}",
        **registration,
    }
    whole = {"registration": known, "validation": {"defaultAuthorizationPolicy": policy}}
    return {"identityProviders": {"azureActiveDirectory": whole}}


GOOD: dict[str, dict[str, Any]] = {
    GROUP: {"resourceGroupName": "models", "location": "westeurope"},
    ACR: {"resourceGroupName": "models", "registryName": "modelsdev1", "sku": {"name": "Standard"}},
    IDENTITY: {"resourceGroupName": "models", "resourceName": "runs"},
    ASSIGNMENT: {"scope": f"{MODELS}/providers/Microsoft.Storage/storageAccounts/modelsdev1", "principalId": SOMEBODY, "principalType": "ServicePrincipal", "roleDefinitionId": READER, "condition": CONDITION, "conditionVersion": "2.0"},
    ROLE: {"scope": MODELS, "roleName": "puts", "assignableScopes": [MODELS], "permissions": [{"dataActions": [f"{BLOBS}/write"]}]},
    ACCOUNT: {"resourceGroupName": "models", "accountName": "modelsdev1", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "allowSharedKeyAccess": False, "minimumTlsVersion": "TLS1_2"},
    SERVICE: {"resourceGroupName": "models", "accountName": "modelsdev1", "blobServicesName": "default", "isVersioningEnabled": True, "deleteRetentionPolicy": {"enabled": True, "days": 30}},
    CONTAINER: {"resourceGroupName": "models", "accountName": "modelsdev1", "containerName": "objects"},
    LIFECYCLE: {"resourceGroupName": "models", "accountName": "modelsdev1", "managementPolicyName": "default", **lifecycle(baseBlob={"tierToCool": days(30), "tierToCold": days(90)})},
    WORKSPACE: {"resourceGroupName": "models", "workspaceName": "logs", "sku": {"name": "PerGB2018"}, "retentionInDays": 30},
    ENVIRONMENT: {"resourceGroupName": "models", "environmentName": "host", "appLogsConfiguration": {"destination": "azure-monitor"}, "workloadProfiles": [{"name": "Consumption", "workloadProfileType": "Consumption"}]},
    DIAGNOSTIC: {"resourceUri": f"{MODELS}/providers/Microsoft.App/managedEnvironments/host", "workspaceId": f"{MODELS}/providers/Microsoft.OperationalInsights/workspaces/logs", "logs": [{"category": "ContainerAppConsoleLogs", "enabled": True}]},
    APP: {"resourceGroupName": "models", "containerAppName": "height", "environmentId": f"{MODELS}/providers/Microsoft.App/managedEnvironments/host", "workloadProfileName": "Consumption", "identity": {"type": "UserAssigned", "userAssignedIdentities": [f"{MODELS}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runs"]}, **template()},
    AUTH: {"resourceGroupName": "models", "containerAppName": "height", "authConfigName": "current", "platform": {"enabled": True}, "globalValidation": {"unauthenticatedClientAction": "Return401"}, **directory()},
}  # fmt: skip
GOOD[APP] = {**GOOD[APP], **configuration()}


def grant(cloud: Stage, identity: dict[str, Any], role: str = ACR_PULL) -> dict[str, Any]:
    scope = f"{MODELS}/providers/Microsoft.ContainerRegistry/registries/modelsdev1"
    who = {"principalId": identity["principalId"], "principalType": "ServicePrincipal"}
    return cloud.make(ASSIGNMENT, "pull", scope=scope, roleDefinitionId=role, **who)


def needs(cloud: Stage, type_: str, made: dict[str, Any]) -> set[str]:
    return {each.rpartition("::")[2] for each in cloud.there(type_, made["id"]).needs}
