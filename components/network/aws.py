"""Network on AWS: a virtual private cloud (VPC), or a place in one that exists."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import pulumi
from pulumi_aws import ec2

from components.clouds.aws import OnAws
from components.core.outputs import once
from components.network.addresses import EVERYWHERE, Addresses, addresses
from components.network.aws_endpoints import Endpoints
from components.network.aws_flows import record
from components.network.aws_zones import zones_of
from components.network.contract import SIDES, Network, NetworkArgs, NetworkLinks
from components.network.existing import Existing

HTTPS = 443


class AwsNetwork(OnAws, Network):
    """A VPC whose subnets reach AWS by endpoints of their own, and the internet on request only."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:ec2/vpc:Vpc": "one: this cloud's quarter of the range, with names of its own",
        "aws:ec2/subnet:Subnet": "per zone: one for functions and machines, one for endpoints, and one that "
        "leads outside with egress `internet`; none gives out public addresses",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "the VPC's own, emptied of rules",
        "aws:ec2/securityGroup:SecurityGroup": "two: for functions, HTTPS out; for endpoints, HTTPS in",
        "aws:ec2/routeTable:RouteTable": "one per zone, and a public one with egress `internet`",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "one for each subnet that has a table",
        "aws:ec2/route:Route": "with egress `internet`: to the NAT gateway of the zone, and on from there",
        "aws:ec2/internetGateway:InternetGateway": "one with egress `internet`",
        "aws:ec2/eip:Eip": "one per zone with egress `internet`: what the world sees",
        "aws:ec2/natGateway:NatGateway": "one per zone with egress `internet`",
        "aws:ec2/vpcEndpoint:VpcEndpoint": "S3 by way of the routes; ECR, logs, STS, Secrets Manager, "
        "Lambda, and KMS with a key, by private addresses; each for principals of this account only",
        "aws:cloudwatch/logGroup:LogGroup": "one: what flowed, kept as long as logs and encrypted likewise",
        "aws:iam/role:Role": "one: trusts the flow logs of this account and region",
        "aws:iam/rolePolicy:RolePolicy": "one: writing into that log group, nothing else",
        "aws:ec2/flowLog:FlowLog": "one: everything that was let through or refused",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "egress": "S3 is reached by its own endpoint also with `internet`: buckets of other accounts in the "
        "region stay closed",
        "existing": "functions get a security group of ours that lets HTTPS out to everywhere: routes and "
        "endpoints of whoever keeps the VPC decide. It needs an endpoint of S3, or data stays closed to "
        "functions, and its subnets must belong to this account",
        "zones": "taken in alphabetical order when a subnet is made, and kept; names of zones differ among "
        "accounts",
        "reach": "one endpoint serves all of ECR or S3: a single registry or bucket needs none of its own",
        "destroy": "Lambda gives back its network interfaces up to 45 minutes after the last function is "
        "gone, and the security group waits for that",
    }

    guard: pulumi.Output[str]
    """The security group of functions."""

    def _build(self, name: str, args: NetworkArgs, links: NetworkLinks) -> None:
        self.allow_from = args.allow_from
        if args.existing:
            self._join(name, args.existing)
        elif args.cidr:
            self._make(name, args, links, addresses(args.cidr, self.CLOUD, args.zones))

    def _join(self, name: str, existing: Existing) -> None:
        """Nothing but a security group for functions: whoever keeps the VPC keeps its routes, too."""
        self.id = pulumi.Output.from_input(existing.network)
        self.guard = self._group(name, self.id, [_out(EVERYWHERE)])
        self.subnets = dict.fromkeys(SIDES, pulumi.Output.from_input(list(existing.functions)))

    def _make(self, name: str, args: NetworkArgs, links: NetworkLinks, plan: Addresses) -> None:
        vpc = ec2.Vpc(
            name,
            cidr_block=plan.whole,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self.tags,
            opts=self.child,
        )
        self.id = vpc.id
        zones = zones_of(args.zones, links.landing, self)
        private = {"kubernetes.io/role/internal-elb": "1"}
        nodes = self._subnets(f"{name}-nodes", plan.nodes.zones, zones, private)
        closed = ec2.DefaultSecurityGroup(
            f"{name}-default", vpc_id=vpc.id, ingress=[], egress=[], tags=self.tags, opts=self.child
        )
        tables, routed = self._tables(name, nodes)
        if args.egress == "internet":
            routed += self._egress(name, self._outside(name, plan, zones), tables)
        within = self._subnets(f"{name}-endpoints", plan.endpoints.zones, zones, {})
        endpoints = Endpoints(f"{name}-endpoints", vpc, links, self.tags, self.child)
        storage = endpoints.gateway(f"{name}-storage", tables)
        services = endpoints.interfaces(name, within, plan.whole)
        flows = record(name, vpc, args.retention_days, links, self.tags, self.child)
        out = [_out(plan.whole), _out(prefix_list=storage.prefix_list_id)]
        if args.egress == "internet":
            out.append(_out(EVERYWHERE))
        self.guard = self._group(name, vpc.id, out)
        settled = [closed, *routed, storage, *services, flows]
        inside = pulumi.Output.all(*(each.id for each in nodes))
        self.subnets = dict.fromkeys(SIDES, once(inside, *(each.id for each in settled)))

    def _subnets(
        self, name: str, ranges: Sequence[str], zones: pulumi.Output[list[str]], tags: Mapping[str, str]
    ) -> list[ec2.Subnet]:
        """One in each zone, where it stays: a zone that comes or goes would shift all others."""
        opts = pulumi.ResourceOptions(parent=self, ignore_changes=["availabilityZone"])
        return [
            ec2.Subnet(
                f"{name}-{at + 1}",
                vpc_id=self.id,
                cidr_block=cidr,
                availability_zone=zones[at],
                map_public_ip_on_launch=False,
                tags={**self.tags, **tags},
                opts=opts,
            )
            for at, cidr in enumerate(ranges)
        ]

    def _tables(
        self, name: str, subnets: Sequence[ec2.Subnet]
    ) -> tuple[list[ec2.RouteTable], list[pulumi.CustomResource]]:
        """A table per zone; the subnets of endpoints keep the VPC's own, which leads nowhere."""
        tables: list[ec2.RouteTable] = []
        routed: list[pulumi.CustomResource] = []
        for at, subnet in enumerate(subnets, 1):
            tables.append(self._table(f"{name}-nodes-{at}"))
            routed.append(self._associated(f"{name}-nodes-{at}", subnet, tables[-1]))
        return tables, routed

    def _table(self, name: str) -> ec2.RouteTable:
        return ec2.RouteTable(name, vpc_id=self.id, tags=self.tags, opts=self.child)

    def _associated(self, name: str, subnet: ec2.Subnet, table: ec2.RouteTable) -> ec2.RouteTableAssociation:
        return ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=table.id, opts=self.child)

    def _outside(self, name: str, plan: Addresses, zones: pulumi.Output[list[str]]) -> list[ec2.NatGateway]:
        """A NAT gateway in each zone: without that of its own, a zone would go down with another."""
        door = ec2.InternetGateway(f"{name}-internet", vpc_id=self.id, tags=self.tags, opts=self.child)
        subnets = self._subnets(f"{name}-egress", plan.egress.zones, zones, {"kubernetes.io/role/elb": "1"})
        table = self._table(f"{name}-egress")
        route = ec2.Route(
            f"{name}-egress",
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            gateway_id=door.id,
            opts=self.child,
        )
        found = []
        for at, subnet in enumerate(subnets, 1):
            joined = self._associated(f"{name}-egress-{at}", subnet, table)
            # An address or gateway that is there before the way outside is refused.
            opts = pulumi.ResourceOptions(parent=self, depends_on=[route, joined])
            address = ec2.Eip(f"{name}-egress-{at}", domain="vpc", tags=self.tags, opts=opts)
            found.append(
                ec2.NatGateway(
                    f"{name}-egress-{at}",
                    subnet_id=subnet.id,
                    allocation_id=address.allocation_id,
                    tags=self.tags,
                    opts=opts,
                )
            )
        return found

    def _egress(
        self, name: str, gateways: Sequence[ec2.NatGateway], tables: Sequence[ec2.RouteTable]
    ) -> list[pulumi.CustomResource]:
        """Each zone goes out by its own gateway."""
        return [
            ec2.Route(
                f"{name}-nodes-{at}",
                route_table_id=table.id,
                destination_cidr_block=EVERYWHERE,
                nat_gateway_id=gateway.id,
                opts=self.child,
            )
            for at, (gateway, table) in enumerate(zip(gateways, tables, strict=True), 1)
        ]

    def _group(
        self, name: str, vpc: pulumi.Output[str], egress: list[ec2.SecurityGroupEgressArgs]
    ) -> pulumi.Output[str]:
        """What functions may do: nothing comes in; what is not said here is taken away again."""
        group = ec2.SecurityGroup(
            f"{name}-functions",
            vpc_id=vpc,
            description="Functions: HTTPS out, nothing in",
            ingress=[],
            egress=egress,
            tags=self.tags,
            opts=self.child,
        )
        return group.id


def _out(
    cidr: str | None = None, prefix_list: pulumi.Output[str] | None = None
) -> ec2.SecurityGroupEgressArgs:
    return ec2.SecurityGroupEgressArgs(
        protocol="tcp",
        from_port=HTTPS,
        to_port=HTTPS,
        cidr_blocks=None if cidr is None else [cidr],
        prefix_list_ids=None if prefix_list is None else [prefix_list],
    )
