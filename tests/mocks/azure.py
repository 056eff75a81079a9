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


COMPUTED = {
    "azure-native:resources:ResourceGroup": group,
    "azure-native:containerregistry:Registry": registry,
    "azure-native:authorization:RoleAssignment": lambda name, inputs: {"id": f"{inputs['scope']}/{name}"},
}
