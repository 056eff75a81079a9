"""Network on Azure: a virtual network with subnets that deny, private endpoints, and flow logs."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import network as networks

from components.clouds.azure import OnAzure, Place
from components.core import naming
from components.core.outputs import once
from components.key.azure_encryption import encryption
from components.network.addresses import Addresses, addresses
from components.network.azure_flows import Flows
from components.network.azure_names import GROUPS, ZONES, link, zone
from components.network.azure_rules import FUNCTIONS, PURPOSES, Purpose, rules
from components.network.contract import Egress, Network, NetworkArgs, NetworkLinks, Service
from components.network.existing import Existing

DELEGATED = "Microsoft.App/environments"


class AzureNetwork(OnAzure, Network):
    """One virtual network; registries and storage get addresses in it one by one."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:network:VirtualNetwork": "one: the stack's quarter for Azure",
        "azure-native:network:Subnet": "four: machines, functions that face inside, functions that face "
        "outside, endpoints",
        "azure-native:network:NetworkSecurityGroup": "one for each subnet: what is needed, then deny",
        "azure-native:network:NatGateway": "one with egress to the internet: functions leave by one address",
        "azure-native:network:PublicIPAddress": "that address",
        "azure-native:privatedns:PrivateZone": "two: names of registries and of blobs",
        "azure-native:privatedns:VirtualNetworkLink": "two: only this network sees them",
        "azure-native:network:PrivateEndpoint": "one for the registry and one for the storage, which ask for "
        "it: their addresses in the network",
        "azure-native:network:PrivateDnsZoneGroup": "one for each of these: their names",
        "azure-native:network:FlowLog": "one, for the whole network",
        "azure-native:storage:StorageAccount": "one: keeps the records; no shared keys, closed but for Azure",
        "azure-native:storage:ManagementPolicy": "records away after their days",
        "azure-native:managedidentity:UserAssignedIdentity": "one: writes the records",
        "azure-native:authorization:RoleAssignment": "its right to, on that account alone",
        "random:index/randomString:RandomString": "the end of the account's name, unique in the world",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "zones": "a subnet spans all zones of its location; there is nothing to choose",
        "egress": "with none, functions still reach four services that Container Apps needs, of all "
        "customers: Microsoft's own registry and its front door, Entra's sign-in, and Azure Monitor",
        "outside": "what comes to an environment that faces outside passes no security group: Azure leads it "
        "past the subnet; the functions' own access rules stand alone there",
        "allow_from": "does not count for whoever deploys from the same Azure location as the storage: Azure "
        "hides his address; deploy from elsewhere, or from inside",
        "flow logs": "are switched on in NetworkWatcherRG, in the location's watcher, which Azure makes for "
        "the whole subscription: it must be there, whoever deploys needs rights in that group, and "
        "Microsoft.Insights must be registered",
        "key": "the account with the records takes it; the records themselves pass through Azure",
    }

    @classmethod
    def names(cls, name: str, args: NetworkArgs) -> tuple[naming.Name, ...]:
        if args.existing:
            return ()
        # Of 24 characters 6 are random: there is no room for the component's name.
        return (naming.Name(naming.STORAGE_ACCOUNT, (args.context.project, args.context.environment)),)

    def _build(self, name: str, args: NetworkArgs, links: NetworkLinks) -> None:
        self.allow_from = args.allow_from
        self.place = Place(links.landing.home("network"), links.landing.region, self.tags, self.child)
        self.zones: dict[Service, pulumi.Output[str]] = {}
        if args.existing:
            self._join(args.existing)
        elif args.cidr:
            self._make(name, args, links, addresses(args.cidr, self.CLOUD, args.zones))

    def reach(self, name: str, service: Service, resource: pulumi.Output[str]) -> pulumi.Output[str]:
        endpoint = networks.PrivateEndpoint(
            name,
            resource_group_name=self.place.group,
            location=self.place.region,
            # No `SubnetArgs`: they come with policies of their own, which are not the subnet's.
            subnet={"id": self.endpoints},
            private_link_service_connections=[
                networks.PrivateLinkServiceConnectionArgs(
                    name=service, private_link_service_id=resource, group_ids=[GROUPS[service]]
                )
            ],
            tags=self.tags,
            # Azure refuses to turn it to something else.
            opts=self._anew("privateLinkServiceConnections", "location"),
        )
        named = networks.PrivateDnsZoneGroup(
            name,
            private_endpoint_name=endpoint.name,
            resource_group_name=self.place.group,
            private_dns_zone_group_name="default",
            private_dns_zone_configs=[
                networks.PrivateDnsZoneConfigArgs(name=service, private_dns_zone_id=self.zones[service])
            ],
            opts=self.child,
        )
        return once(resource, named.id)

    def _join(self, existing: Existing) -> None:
        """What somebody else keeps: nothing is made until something asks to be reached."""
        self.id = pulumi.Output.from_input(existing.network)
        self.endpoints = pulumi.Output.from_input(existing.endpoints or "")
        self.zones = {
            service: pulumi.Output.from_input(
                f"{existing.zones}/providers/Microsoft.Network/privateDnsZones/{called}"
            )
            for service, called in ZONES.items()
        }
        # With a single subnet both sides are the same one, and a host takes one of them.
        first, last = existing.functions[0], existing.functions[-1]
        inside = pulumi.Output.from_input([first])
        self.subnets = {
            "internal": inside,
            "external": inside if first == last else pulumi.Output.from_input([last]),
        }

    def _make(self, name: str, args: NetworkArgs, links: NetworkLinks, plan: Addresses) -> None:
        self.network = self._network(name, plan)
        groups = {purpose: self._security(name, purpose, plan, args.egress) for purpose in PURPOSES}
        outside = self._outside(name) if args.egress == "internet" else None
        made = self._subnets(name, plan, groups, outside)
        # Azure refuses two changes of a network at once: everything else waits for the last subnet.
        self.id = once(self.network.id, *(each.id for each in made.values()))
        self.endpoints = once(made["endpoints"].id, self.id)
        self._zones(name)
        self._record(name, args, links)
        self.subnets = {
            side: _alone(once(made[side].id, self.id, *self.zones.values())) for side in FUNCTIONS
        }

    def _network(self, name: str, plan: Addresses) -> networks.VirtualNetwork:
        return networks.VirtualNetwork(
            name,
            resource_group_name=self.place.group,
            location=self.place.region,
            # No subnets here: given in both places, each would delete the other's.
            address_space=networks.AddressSpaceArgs(address_prefixes=[plan.whole]),
            tags=self.tags,
            # Azure takes no range away from what is in use: another range is another network.
            opts=self._anew("addressSpace"),
        )

    def _security(
        self, name: str, purpose: Purpose, plan: Addresses, egress: Egress
    ) -> networks.NetworkSecurityGroup:
        return networks.NetworkSecurityGroup(
            f"{name}-{purpose}",
            resource_group_name=self.place.group,
            location=self.place.region,
            security_rules=rules(purpose, plan, egress),
            tags=self.tags,
            opts=self._anew("location"),
        )

    def _outside(self, name: str) -> networks.NatGateway:
        """One address for all that leaves."""
        address = networks.PublicIPAddress(
            f"{name}-egress",
            resource_group_name=self.place.group,
            location=self.place.region,
            sku=networks.PublicIPAddressSkuArgs(name=networks.PublicIPAddressSkuName.STANDARD),
            public_ip_address_version=networks.IPVersion.I_PV4,
            public_ip_allocation_method=networks.IPAllocationMethod.STATIC,
            tags=self.tags,
            opts=self.child,
        )
        return networks.NatGateway(
            f"{name}-egress",
            resource_group_name=self.place.group,
            location=self.place.region,
            sku=networks.NatGatewaySkuArgs(name=networks.NatGatewaySkuName.STANDARD),
            public_ip_addresses=[networks.SubResourceArgs(id=address.id)],
            tags=self.tags,
            opts=self._anew("location"),
        )

    def _subnets(
        self,
        name: str,
        plan: Addresses,
        groups: Mapping[Purpose, networks.NetworkSecurityGroup],
        outside: networks.NatGateway | None,
    ) -> dict[Purpose, networks.Subnet]:
        """One after the other."""
        ranges: Mapping[Purpose, str] = {
            "nodes": plan.nodes.whole,
            "internal": plan.internal,
            "external": plan.external,
            "endpoints": plan.endpoints.whole,
        }
        made: dict[Purpose, networks.Subnet] = {}
        for purpose in PURPOSES:
            delegated = purpose in FUNCTIONS
            made[purpose] = networks.Subnet(
                f"{name}-{purpose}",
                virtual_network_name=self.network.name,
                resource_group_name=self.place.group,
                address_prefix=ranges[purpose],
                network_security_group=networks.NetworkSecurityGroupArgs(id=groups[purpose].id),
                nat_gateway=networks.SubResourceArgs(id=outside.id) if outside and delegated else None,
                delegations=[_delegation()] if delegated else None,
                default_outbound_access=False,
                # Without, the security group would not count for endpoints.
                private_endpoint_network_policies=networks.VirtualNetworkPrivateEndpointNetworkPolicies.ENABLED,
                opts=pulumi.ResourceOptions(parent=self, depends_on=list(made.values())[-1:]),
            )
        return made

    def _zones(self, name: str) -> None:
        """Names of what gets an address here, each known once the network sees it."""
        for service, called in ZONES.items():
            made = zone(f"{name}-{service}", called, self.place)
            self.zones[service] = once(made.id, link(f"{name}-{service}", made, self.id, self.place).id)

    def _record(self, name: str, args: NetworkArgs, links: NetworkLinks) -> None:
        flows = Flows(name=f"{name}-flows", subscription=links.landing.account, place=self.place)
        # The storage's own right: Azure takes one assignment of a role to an identity on a key.
        ours = encryption(links.key, "storage-key", "storage")
        flows.record(self.id, self.unique(name, args, links.landing.region), args.retention_days, ours)

    def _anew(self, *properties: str) -> pulumi.ResourceOptions:
        """Options of a child that Azure refuses to change there, though the preview shows an update."""
        return pulumi.ResourceOptions(parent=self, replace_on_changes=list(properties))


def _delegation() -> networks.DelegationArgs:
    return networks.DelegationArgs(name="environments", service_name=DELEGATED)


def _alone(subnet: pulumi.Output[str]) -> pulumi.Output[list[str]]:
    """One subnet, where there may be several."""
    return subnet.apply(lambda known: [known])
