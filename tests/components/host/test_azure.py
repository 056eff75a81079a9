"""Host on Azure: logs are kept, without a shared key, and a network can join at birth."""

import pytest

from tests.components.builders import host
from tests.components.waiting import waits_for

ENVIRONMENT = "azure-native:app:ManagedEnvironment"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"


@pytest.mark.parametrize("days", [30, 545])
def test_logs_are_kept_as_long_as_asked_for(deployed, days):
    cloud = deployed(host, "azure", retention_days=days).cloud
    assert cloud.inputs(WORKSPACE)["retentionInDays"] == days


def test_no_shared_key_is_used_or_taken(deployed):
    cloud = deployed(host, "azure").cloud
    assert cloud.inputs(ENVIRONMENT)["appLogsConfiguration"] == {"destination": "azure-monitor"}
    assert cloud.inputs(WORKSPACE)["features"]["disableLocalAuth"] is True


def test_both_kinds_of_logs_are_sent(deployed):
    cloud = deployed(host, "azure").cloud
    sent = cloud.inputs(DIAGNOSTIC)
    assert {each["category"] for each in sent["logs"] if each["enabled"]} == {
        "ContainerAppConsoleLogs",
        "ContainerAppSystemLogs",
    }
    assert sent["workspaceId"].endswith("/workspaces/host-logs0a1b2c3d")


def test_it_has_workload_profiles_from_its_birth(deployed):
    cloud = deployed(host, "azure").cloud
    (profile,) = cloud.inputs(ENVIRONMENT)["workloadProfiles"]
    assert (profile["name"], profile["workloadProfileType"]) == ("Consumption", "Consumption")


def test_its_home_waits_for_the_logs(deploy, context):
    waited = waits_for(deploy, lambda: host("azure", context).homes["external"])
    assert f"{DIAGNOSTIC}::host-diagnostics" in waited
