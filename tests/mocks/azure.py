"""What Azure computes, for the mock."""

from typing import Any

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"


def group(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A resource group, with a name as automatic naming makes it."""
    physical = inputs.get("resourceGroupName", f"{name}0a1b2c3d")
    return {"id": f"{GROUP}/{physical}", "name": physical}


def registry(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A container registry."""
    physical = inputs["registryName"]
    provider = "providers/Microsoft.ContainerRegistry/registries"
    return {
        "id": f"{GROUP}/{inputs['resourceGroupName']}/{provider}/{physical}",
        "name": physical,
        "loginServer": f"{physical}.azurecr.io",
        "creationDate": "2026-01-01T00:00:00Z",
    }


def account(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A storage account."""
    physical = inputs["accountName"]
    made: dict[str, Any] = {
        "id": _id(inputs, f"Microsoft.Storage/storageAccounts/{physical}"),
        "name": physical,
    }
    return {**made, "identity": identities(inputs["identity"])} if "identity" in inputs else made


def in_account(kind: str, key: str) -> Any:
    """What lies in a storage account."""

    def made(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        physical = inputs[key]
        path = f"Microsoft.Storage/storageAccounts/{inputs['accountName']}/{kind}/{physical}"
        return {"id": _id(inputs, path), "name": physical}

    return made


def identity(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A managed identity."""
    physical = f"{name}0a1b2c3d"
    return {
        "id": _id(inputs, f"Microsoft.ManagedIdentity/userAssignedIdentities/{physical}"),
        "name": physical,
        "principalId": "00000000-0000-4000-8000-0000000000d1",
        "clientId": "00000000-0000-4000-8000-0000000000d2",
        "tenantId": "00000000-0000-4000-8000-00000000000a",
    }


def identities(given: dict[str, Any]) -> dict[str, Any]:
    """Whose identities a resource has: a list goes in, and a map comes out."""
    return {**given, "userAssignedIdentities": {each: {} for each in given["userAssignedIdentities"]}}


def vault(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A key vault."""
    physical = inputs["vaultName"]
    return {"id": _id(inputs, f"Microsoft.KeyVault/vaults/{physical}"), "name": physical}


def key(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A key in a vault."""
    holder, physical = inputs["vaultName"], inputs["keyName"]
    return {
        "id": _id(inputs, f"Microsoft.KeyVault/vaults/{holder}/keys/{physical}"),
        "name": physical,
        "keyUri": f"https://{holder}.vault.azure.net/keys/{physical}",
    }


def top(kind: str) -> Any:
    """What is named by itself in a resource group."""
    return lambda name, inputs: {"id": _id(inputs, f"{kind}/{name}0a1b2c3d"), "name": f"{name}0a1b2c3d"}


def given(kind: str, key: str) -> Any:
    """What has a name of ours, in a resource group."""
    return lambda name, inputs: {"id": _id(inputs, f"{kind}/{inputs[key]}"), "name": inputs[key]}


def flow_log(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Records of a network, written by an identity."""
    made: dict[str, Any] = given("Microsoft.Network/networkWatchers/flowLogs", "flowLogName")(name, inputs)
    return {**made, "identity": identities(inputs["identity"])}


def child(kind: str, key: str, part: str) -> Any:
    """What lies in something else and is called like itself."""
    return lambda name, inputs: {"id": _id(inputs, f"{kind}/{inputs[key]}/{part}/{name}"), "name": name}


def environment(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An environment, with its domain and its address."""
    made: dict[str, Any] = top("Microsoft.App/managedEnvironments")(name, inputs)
    domain = f"{name}-0a1b2c3d.westeurope.azurecontainerapps.io"
    return {**made, "defaultDomain": domain, "staticIp": "203.0.113.10"}


def container_app(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A container app, with its host names."""
    made: dict[str, Any] = top("Microsoft.App/containerapps")(name, inputs)
    revision = f"{made['name']}--{inputs['template']['revisionSuffix']}"
    domain = "calm-0a1b2c3d.westeurope.azurecontainerapps.io"
    return {
        **made,
        "identity": identities(inputs["identity"]),
        "latestRevisionName": revision,
        "latestRevisionFqdn": f"{revision}.{domain}",
    }


def _id(inputs: dict[str, Any], path: str) -> str:
    return f"{GROUP}/{inputs['resourceGroupName']}/providers/{path}"


COMPUTED = {
    "azure-native:resources:ResourceGroup": group,
    "azure-native:containerregistry:Registry": registry,
    "azure-native:authorization:RoleAssignment": lambda name, inputs: {"id": f"{inputs['scope']}/{name}"},
    "azure-native:authorization:RoleDefinition": lambda name, inputs: {
        "id": f"{inputs['scope']}/{name}",
        "name": "00000000-0000-4000-8000-0000000000e1",
    },
    "azure-native:managedidentity:UserAssignedIdentity": identity,
    "azure-native:keyvault:Vault": vault,
    "azure-native:keyvault:Key": key,
    "azure-native:storage:StorageAccount": account,
    "azure-native:storage:BlobServiceProperties": in_account("blobServices", "blobServicesName"),
    "azure-native:storage:BlobContainer": in_account("blobServices/default/containers", "containerName"),
    "azure-native:storage:ManagementPolicy": in_account("managementPolicies", "managementPolicyName"),
    "azure-native:operationalinsights:Workspace": top("Microsoft.OperationalInsights/workspaces"),
    "azure-native:monitor:DiagnosticSetting": lambda name, inputs: {"id": f"{inputs['resourceUri']}/{name}"},
    "azure-native:app:ManagedEnvironment": environment,
    "azure-native:network:VirtualNetwork": top("Microsoft.Network/virtualNetworks"),
    "azure-native:network:Subnet": child(
        "Microsoft.Network/virtualNetworks", "virtualNetworkName", "subnets"
    ),
    "azure-native:network:NetworkSecurityGroup": top("Microsoft.Network/networkSecurityGroups"),
    "azure-native:network:NatGateway": top("Microsoft.Network/natGateways"),
    "azure-native:network:PublicIPAddress": top("Microsoft.Network/publicIPAddresses"),
    "azure-native:network:PrivateEndpoint": top("Microsoft.Network/privateEndpoints"),
    "azure-native:network:PrivateDnsZoneGroup": child(
        "Microsoft.Network/privateEndpoints", "privateEndpointName", "privateDnsZoneGroups"
    ),
    "azure-native:network:FlowLog": flow_log,
    "azure-native:privatedns:PrivateZone": given("Microsoft.Network/privateDnsZones", "privateZoneName"),
    "azure-native:privatedns:VirtualNetworkLink": child(
        "Microsoft.Network/privateDnsZones", "privateZoneName", "virtualNetworkLinks"
    ),
    "azure-native:privatedns:PrivateRecordSet": child(
        "Microsoft.Network/privateDnsZones", "privateZoneName", "A"
    ),
    "azure-native:app:ContainerApp": container_app,
    "azure-native:app:ContainerAppsAuthConfig": lambda name, inputs: {
        "id": _id(inputs, f"Microsoft.App/containerApps/{inputs['containerAppName']}/authConfigs/current")
    },
}
