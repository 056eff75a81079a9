"""What of Azure the public internet reaches."""

from collections.abc import Mapping
from typing import Any

from tests.audit import Resource, State, listed, of
from tests.audit.addresses import everybody

# Flow logs are written from outside of any network, by a trusted service of Azure:
# learn.microsoft.com/azure/storage/common/storage-network-security
_WRITTEN_BY_AZURE = "::network-flows"


def account(resource: Resource, _: State) -> str | None:
    """Closed to all but named ranges, to anybody without a login, and to services of Azure."""
    inputs = resource["inputs"]
    if inputs.get("allowBlobPublicAccess") is not False:
        return "anybody may be let in"
    return _ranges(inputs) or _trusted(resource)


def _trusted(resource: Resource) -> str | None:
    """Left out, it means services of Azure; they come in although public access is disabled."""
    bypass = (resource["inputs"].get("networkRuleSet") or {}).get("bypass") or "AzureServices"
    if bypass == "None" or (bypass == "AzureServices" and resource["urn"].endswith(_WRITTEN_BY_AZURE)):
        return None
    return f"lets in {bypass}"


def registry(resource: Resource, _: State) -> str | None:
    """Closed to all but named ranges, to anybody without a login, and to services of Azure."""
    inputs = resource["inputs"]
    if inputs.get("anonymousPullEnabled") is not False:
        return "anybody may pull"
    if inputs.get("networkRuleBypassOptions") != "None" or inputs.get("networkRuleBypassAllowedForTasks"):
        return _ranges(inputs) or "lets in AzureServices"
    return _ranges(inputs)


def _ranges(inputs: Mapping[str, Any]) -> str | None:
    rules = inputs.get("networkRuleSet") or {}
    if listed(rules.get("resourceAccessRules")):
        return "lets in resources of others"
    if inputs.get("publicNetworkAccess") == "Disabled":
        return None
    if rules.get("defaultAction") != "Deny":
        return "answers every network"
    given = [*listed(rules.get("ipRules")), *listed(rules.get("ipv6Rules"))]
    return "lets in everybody" if any(everybody(each.get("iPAddressOrRange")) for each in given) else None


def container(resource: Resource, _: State) -> str | None:
    """Left out, it is private."""
    access = resource["inputs"].get("publicAccess")
    return None if access in (None, "None") else f"everybody reads: {access}"


def app(resource: Resource, state: State) -> str | None:
    """Internal by itself, or in environments that are."""
    inputs = resource["inputs"]
    if not _external((inputs.get("configuration") or {}).get("ingress")):
        return None
    hosts = _hosts(inputs, state)
    if not hosts:
        return "nobody knows its environment"
    return None if all(map(_internal, hosts)) else "its environment has an address on the internet"


def _hosts(inputs: Mapping[str, Any], state: State) -> list[Resource]:
    """Every environment that it may mean: names of Azure are the same in any case."""
    names = [inputs.get("environmentId"), inputs.get("managedEnvironmentId")]
    within = {str(each).lower() for each in names if each}
    every = of(state, "azure-native:app:ManagedEnvironment")
    return [each for each in every if str(each.get("id")).lower() in within]


def _external(ingress: Any) -> bool:
    """Unless it says that it is not, at none of its ports."""
    if not isinstance(ingress, Mapping):
        return True
    ports = [ingress, *listed(ingress.get("additionalPortMappings"))]
    return any(each.get("external") is not False for each in ports)


def _internal(environment: Resource) -> bool:
    inputs = environment["inputs"]
    inside = (inputs.get("vnetConfiguration") or {}).get("internal") is True
    return inside and inputs.get("publicNetworkAccess") == "Disabled"
