"""Host on Azure: a Container Apps environment for each side, and the workspace that keeps their logs."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import app

from components.clouds.azure import ZONES, OnAzure, Place
from components.clouds.azure_logs import send, workspace
from components.core.errors import InvalidArgument
from components.core.outputs import once
from components.host.azure_names import named
from components.host.contract import Host, HostArgs, HostLinks
from components.network.contract import Network, Side

PROFILE = "Consumption"
"""The workload profile that costs nothing while nothing runs."""

# learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-app-managedenvironments-logs
LOGS = ("ContainerAppConsoleLogs", "ContainerAppSystemLogs")


class AzureHost(OnAzure, Host):
    """One environment for all functions of a stack that face the same side."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:app:ManagedEnvironment": "one for each side, with the Consumption workload profile; in "
        "a network, from its birth, and in three zones where the location has them",
        "azure-native:operationalinsights:Workspace": "one: keeps the logs, takes no shared keys",
        "azure-native:privatedns:PrivateZone": "one, inside of a network: the names of private functions",
        "azure-native:privatedns:PrivateRecordSet": "one there: every name leads to the environment",
        "azure-native:privatedns:VirtualNetworkLink": "one: the network sees them",
        "azure-native:monitor:DiagnosticSetting": "one each: sends the logs of apps and platform there",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "key": "logs stay with keys of Azure: a workspace takes one of ours in a dedicated cluster only, "
        "paid for 100 GB a day at least; keep what the key is for in the storage, and out of the logs",
        "network": "an environment joins a network at its making only: with the first network it is "
        "made anew, and so are its functions and their addresses; Azure makes a group of its own for each, "
        "with a load balancer that is paid for. The workspace answers every network, to those who have a "
        "right; a private link scope of Azure Monitor, which a whole network shares, would close it",
    }

    def _build(self, name: str, args: HostArgs, links: HostLinks) -> None:
        _check(args, links.network)
        super()._build(name, args, links)
        self.place = Place(links.landing.home("host"), links.landing.region, self.tags, self.child)
        self.workspace = workspace(f"{name}-logs", args.retention_days, self.place)
        self.homes = {side: self._home(name, side) for side in args.sides}

    def _home(self, name: str, side: Side) -> pulumi.Output[str]:
        """An environment, known once its logs are kept and its functions are found."""
        called = name if side == "external" else f"{name}-{side}"
        environment = self._environment(called, side)
        waits = [send(f"{called}-diagnostics", environment.id, self.workspace, LOGS, self.child)]
        if side == "internal" and self.network:
            waits += named(called, environment, self.network.id, self.place)
        return once(environment.id, *waits)

    def _environment(self, name: str, side: Side) -> app.ManagedEnvironment:
        network = self.network
        return app.ManagedEnvironment(
            name,
            resource_group_name=self.place.group,
            location=self.place.region,
            # Through Azure Monitor, because the other way needs the workspace's shared key.
            app_logs_configuration=app.AppLogsConfigurationArgs(destination="azure-monitor"),
            # An environment without workload profiles can never be given any, nor a small network.
            workload_profiles=[app.WorkloadProfileArgs(name=PROFILE, workload_profile_type=PROFILE)],
            vnet_configuration=_inside(network, side) if network else None,
            # Wherever there are zones, and in a network only:
            # learn.microsoft.com/azure/reliability/reliability-azure-container-apps
            zone_redundant=self.place.region.apply(lambda region: region in ZONES) if network else None,
            public_network_access=app.PublicNetworkAccess.DISABLED if side == "internal" else None,
            tags=self.tags,
            opts=self.child,
        )


def _check(args: HostArgs, network: Network | None) -> None:
    """Raises `InvalidArgument` for two sides in one subnet."""
    if network and len(args.sides) > 1 and network.subnets["internal"] is network.subnets["external"]:
        raise InvalidArgument(
            "existing.functions",
            "two subnets on Azure, as some models are private and some are not: an environment shares none",
        )


def _inside(network: Network, side: Side) -> app.VnetConfigurationArgs:
    return app.VnetConfigurationArgs(
        infrastructure_subnet_id=network.subnets[side].apply(lambda known: known[0]),
        internal=side == "internal",
    )
