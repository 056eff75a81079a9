"""Azure: what only code can say about Container Apps environments and their logs."""

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_types import APP, DIAGNOSTIC, ENVIRONMENT, WORKSPACE, Found, by_id, entries, required

# learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-app-managedenvironments-logs
# and …/microsoft-storage-storageaccounts-blobservices-logs
CATEGORIES = {
    "/managedenvironments/": (
        "ContainerAppConsoleLogs",
        "ContainerAppSystemLogs",
        "AppEnvSpringAppConsoleLogs",
    ),
    "/blobservices/": ("StorageRead", "StorageWrite", "StorageDelete"),
}
GROUPS = ("allLogs", "audit")

_DESTINATIONS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")


@rule("workspace-sku", WORKSPACE)
def _workspace_sku(situation: Situation) -> Found:
    sku = situation.get("sku.name", "PerGB2018")
    if sku in ("Standard", "Premium", "Free"):
        yield "sku.name", f"{sku} can no longer be created; take PerGB2018"
    reserved = situation.get("sku.capacityReservationLevel") is not None
    if reserved != (sku == "CapacityReservation"):
        yield "sku.capacityReservationLevel", "goes together with sku.name CapacityReservation"


@rule("diagnostic-destination", DIAGNOSTIC)
def _destination(situation: Situation) -> Found:
    if not any(situation.given(each) for each in _DESTINATIONS):
        yield "workspaceId", f"at least one destination: {', '.join(_DESTINATIONS)}"


@rule("diagnostic-logs", DIAGNOSTIC)
def _logs(situation: Situation) -> Found:
    logs, metrics = (entries(situation.inputs, name) for name in ("logs", "metrics"))
    if situation.knows("logs", "metrics") and not any(each.get("enabled") for _, each in [*logs, *metrics]):
        yield "logs", "at least one enabled entry in logs or metrics"
    for path, each in logs:
        if (each.get("category") is None) == (each.get("categoryGroup") is None):
            yield path, "exactly one of category and categoryGroup"
    if len({"category" in each for _, each in logs}) > 1:
        yield "logs", "category and categoryGroup are not mixed in one setting"


@rule("diagnostic-categories", DIAGNOSTIC)
def _categories(situation: Situation) -> Found:
    uri = str(situation.get("resourceUri", "")).lower()
    of_type = next((known for kind, known in CATEGORIES.items() if kind in uri), None)
    if "/storageaccounts/" in uri and of_type is None:
        yield "resourceUri", "an account itself has no logs; its services have: …/blobServices/default"
    if of_type is None:
        return
    for name, known in (("category", of_type), ("categoryGroup", GROUPS)):
        for path, value in situation.each(f"logs.{name}"):
            if value not in known:
                yield path, f"{value!r} is not supported; supported: {', '.join(known)}"


@rule("diagnostic-exists", DIAGNOSTIC, on="create update")
def _exists(situation: Situation) -> None:
    uri = str(situation.get("resourceUri"))
    found = by_id(situation.world, uri)
    text = f'Status=404 Code="ResourceNotFound" Message="The resource {uri!r} was not found."'
    found = situation.require(found, "resourceUri", text)
    if situation.given("workspaceId"):
        required(situation, "workspaceId", WORKSPACE, "workspace")
    destination = (found.inputs.get("appLogsConfiguration") or {}).get("destination")
    if found.type == ENVIRONMENT and destination != "azure-monitor":
        text = f"nothing is sent: the environment's appLogsConfiguration.destination is {destination}"
        raise Refused(f"{text}, not azure-monitor", property="resourceUri", code="FAILED_PRECONDITION")


@rule("environment-logs", ENVIRONMENT)
def _environment_logs(situation: Situation) -> Found:
    wanted = situation.get("appLogsConfiguration.destination") == "log-analytics"
    given = situation.get("appLogsConfiguration.logAnalyticsConfiguration") is not None
    if situation.knows("appLogsConfiguration") and wanted != given:
        yield (
            "appLogsConfiguration.logAnalyticsConfiguration",
            "must be given exactly when destination is log-analytics",
        )


@rule("environment-network", ENVIRONMENT)
def _network(situation: Situation) -> Found:
    subnet = situation.get("vnetConfiguration.infrastructureSubnetId")
    if not situation.knows("vnetConfiguration"):
        return
    internal = situation.get("vnetConfiguration.internal")
    if situation.get("zoneRedundant") and not subnet:
        yield "zoneRedundant", "needs vnetConfiguration.infrastructureSubnetId"
    if internal and not subnet:
        yield "vnetConfiguration.internal", "needs vnetConfiguration.infrastructureSubnetId"
    if internal and situation.get("publicNetworkAccess") == "Enabled":
        yield "publicNetworkAccess", "Enabled is not for an internal environment"


@rule("environment-profiles", ENVIRONMENT)
def _profiles(situation: Situation) -> Found:
    for path, each in entries(situation.inputs, "workloadProfiles"):
        counts = [name for name in ("minimumCount", "maximumCount") if each.get(name) is not None]
        consumption = str(each.get("workloadProfileType", "")).startswith("Consumption")
        if consumption and counts:
            yield f"{path}.{counts[0]}", "is not for the Consumption profile"
        if not consumption and len(counts) < 2:
            yield path, "a dedicated profile needs minimumCount and maximumCount"
    if situation.given("infrastructureResourceGroup") and not situation.given("workloadProfiles"):
        yield "infrastructureResourceGroup", "goes with workloadProfiles only"


@rule("environment-profiles-stay", ENVIRONMENT, on="update")
def _profiles_stay(situation: Situation) -> None:
    had, has = (bool(each.get("workloadProfiles")) for each in (situation.old_inputs, situation.inputs))
    if had != has:
        text = "an environment cannot gain or lose all its workload profiles; it must be made anew"
        raise Refused(text, property="workloadProfiles", code="FAILED_PRECONDITION")


@rule("environment-in-use", ENVIRONMENT, on="delete")
def _in_use(situation: Situation) -> None:
    apps = situation.world.all(APP)
    inside = [each for each in apps if str(each.inputs.get("environmentId")).lower() == situation.id.lower()]
    if inside:
        name = inside[0].outputs.get("name")
        text = f"ManagedEnvironmentHasContainerApps: {len(inside)} container apps are in it, such as {name!r}"
        raise Refused(text, code="FAILED_PRECONDITION")
