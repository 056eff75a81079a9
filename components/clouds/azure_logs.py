"""Logs on Azure: workspaces that keep them, and what is sent there."""

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import monitor, operationalinsights

from components.clouds.azure import Place


def workspace(name: str, days: int, place: Place) -> operationalinsights.Workspace:
    """Keeps logs for so many days, 30 to 730; takes no shared keys, and lets in who has a right."""
    return operationalinsights.Workspace(
        name,
        resource_group_name=place.group,
        location=place.region,
        sku=operationalinsights.WorkspaceSkuArgs(name=operationalinsights.WorkspaceSkuNameEnum.PER_GB2018),
        retention_in_days=days,
        features=operationalinsights.WorkspaceFeaturesArgs(
            disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
        ),
        tags=place.tags,
        opts=place.child,
    )


def send(
    name: str,
    resource: pulumi.Output[str],
    kept: operationalinsights.Workspace,
    categories: Sequence[str],
    child: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Sends what a resource logs to a workspace; returns something that is known once it does."""
    return monitor.DiagnosticSetting(
        name,
        resource_uri=resource,
        workspace_id=kept.id,
        logs=[monitor.DiagnosticsLogSettingsArgs(category=each, enabled=True) for each in categories],
        opts=child,
    ).id
