"""Host on Azure: a Container Apps environment and the workspace that keeps its logs."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import app, monitor, operationalinsights

from components.clouds.azure import OnAzure
from components.host.contract import Host, HostArgs, HostLinks

PROFILE = "Consumption"
"""The workload profile that costs nothing while nothing runs."""

# learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-app-managedenvironments-logs
LOGS = ("ContainerAppConsoleLogs", "ContainerAppSystemLogs")


class AzureHost(OnAzure, Host):
    """One environment for all functions of a stack."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:app:ManagedEnvironment": "one, with the Consumption workload profile",
        "azure-native:operationalinsights:Workspace": "one: keeps the logs, takes no shared keys",
        "azure-native:monitor:DiagnosticSetting": "one: sends the logs of apps and platform there",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "key": "logs stay with keys of Azure: a workspace takes one of ours in a dedicated cluster only, "
        "paid for 100 GB a day at least; keep what the key is for in the storage, and out of the logs"
    }

    def _build(self, name: str, args: HostArgs, links: HostLinks) -> None:
        group = links.landing.home("host")
        self.workspace = operationalinsights.Workspace(
            f"{name}-logs",
            resource_group_name=group,
            location=links.landing.region,
            sku=operationalinsights.WorkspaceSkuArgs(
                name=operationalinsights.WorkspaceSkuNameEnum.PER_GB2018
            ),
            retention_in_days=args.retention_days,
            features=operationalinsights.WorkspaceFeaturesArgs(
                disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
            ),
            tags=self.tags,
            opts=self.child,
        )
        self.environment = app.ManagedEnvironment(
            name,
            resource_group_name=group,
            location=links.landing.region,
            # Through Azure Monitor, because the other way needs the workspace's shared key.
            app_logs_configuration=app.AppLogsConfigurationArgs(destination="azure-monitor"),
            # An environment without workload profiles can never be given any, nor a small network.
            workload_profiles=[app.WorkloadProfileArgs(name=PROFILE, workload_profile_type=PROFILE)],
            tags=self.tags,
            opts=self.child,
        )
        logs = self._logs(name)
        self.home = pulumi.Output.all(self.environment.id, logs.id).apply(lambda known: str(known[0]))
        self.retention_days = args.retention_days
        self.key = links.key

    def _logs(self, name: str) -> monitor.DiagnosticSetting:
        return monitor.DiagnosticSetting(
            f"{name}-diagnostics",
            resource_uri=self.environment.id,
            workspace_id=self.workspace.id,
            logs=[monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in LOGS],
            opts=self.child,
        )
