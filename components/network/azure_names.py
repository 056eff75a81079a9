"""Private names on Azure: zones that only linked networks see."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import privatedns

from components.clouds.azure import Place
from components.network.contract import Service

# learn.microsoft.com/azure/private-link/private-endpoint-dns
ZONES: Mapping[Service, str] = {
    "registry": "privatelink.azurecr.io",
    "storage": "privatelink.blob.core.windows.net",
}
"""Where the names of a service with a private endpoint lead to."""

GROUPS: Mapping[Service, str] = {"registry": "registry", "storage": "blob"}
"""What of a service an endpoint stands for: its group id."""


def zone(name: str, called: pulumi.Input[str], place: Place) -> privatedns.PrivateZone:
    """A zone; what is told apart by location elsewhere is everywhere here."""
    return privatedns.PrivateZone(
        name,
        private_zone_name=called,
        resource_group_name=place.group,
        location="global",
        tags=place.tags,
        opts=place.child,
    )


def link(
    name: str, to: privatedns.PrivateZone, network: pulumi.Output[str], place: Place
) -> privatedns.VirtualNetworkLink:
    """Lets everything in a network see a zone."""
    return privatedns.VirtualNetworkLink(
        name,
        private_zone_name=to.name,
        resource_group_name=place.group,
        location="global",
        virtual_network=privatedns.SubResourceArgs(id=network),
        registration_enabled=False,
        tags=place.tags,
        # Azure refuses to link it to another network.
        opts=pulumi.ResourceOptions.merge(
            place.child, pulumi.ResourceOptions(replace_on_changes=["virtualNetwork"])
        ),
    )
