"""Network on Google Cloud: a VPC network, closed, with Google's services inside."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pulumi
from pulumi_gcp import compute, logging

from components.clouds.gcp import OnGcp
from components.clouds.gcp_logs import encryption, keep
from components.core import naming
from components.core.outputs import once
from components.network import gcp_names
from components.network.addresses import EVERYWHERE, Addresses, addresses
from components.network.contract import SIDES, Network, NetworkArgs, NetworkLinks
from components.network.existing import Existing

_GATEWAY = "default-internet-gateway"
_HTTPS = compute.FirewallAllowArgs(protocol="tcp", ports=["443"])
# After every rule of ours and before the two that Google implies, which log nothing.
_FIRST, _LAST = 1000, 65534


class GcpNetwork(OnGcp, Network):
    """Subnets of the whole region; Google's services answer at addresses that only a network reaches."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:compute/network:Network": "one: no subnets and no default route by itself",
        "gcp:compute/subnetwork:Subnetwork": "two: functions and nodes, with private access and flow logs",
        "gcp:compute/firewall:Firewall": "denies both directions, logged; allows HTTPS out as far as asked",
        "gcp:compute/route:Route": "to Google's services; to the internet only if asked",
        "gcp:compute/router:Router": "one, with a way to the internet: carries the NAT",
        "gcp:compute/routerNat:RouterNat": "one, with a way to the internet: the only way out, errors logged",
        "gcp:dns/managedZone:ManagedZone": "three, private: googleapis.com, pkg.dev and run.app",
        "gcp:dns/recordSet:RecordSet": "two in each zone: addresses inside, and an alias for all names",
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": "one: records of what flowed",
        "gcp:logging/projectSink:ProjectSink": "brings the records of these subnets there",
        "gcp:logging/projectExclusion:ProjectExclusion": "keeps them out of the project's `_Default` logs",
        "random:index/randomString:RandomString": "the end of the log bucket's name, held for 7 days",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "zones": "subnets span all zones of the region by themselves",
        "denied": "what a firewall denies to a function is not logged, and records of flows do not name it",
        "deletion": "Cloud Run holds addresses for 1 to 2 hours after its last function is gone: until then "
        "the subnet refuses to go; run the destroy again",
        "start": "in a network, an instance may take a minute until it reaches anything",
        "addresses": "Cloud Run takes two for each instance, and more while revisions change: a /20 has 64",
        "other projects": "Google's services are reached whosoever's they are: only VPC Service Controls of "
        "the organisation tell projects apart",
        "existing": "of another project: Cloud Run's agent needs `roles/compute.networkUser` on the subnet; "
        "private access, routes, names and records of flows are whoever's keeps it",
    }

    ranges: tuple[str, ...]
    """What addresses in it may be."""

    @classmethod
    def names(cls, name: str, args: NetworkArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.LOG_BUCKET, args.context, name),) if args.cidr else ()

    def _build(self, name: str, args: NetworkArgs, links: NetworkLinks) -> None:
        self.allow_from = args.allow_from
        self.home, self.region = links.landing.home("network"), links.landing.region
        if args.existing:
            self._join(args.existing)
        elif args.cidr:
            self._make(name, args, links, addresses(args.cidr, self.CLOUD, args.zones))

    def _join(self, existing: Existing) -> None:
        """Nothing is made: whoever keeps it keeps its ranges, routes and names, too."""
        self.id = once(pulumi.Output.from_input(existing.network), self.home)
        self.ranges = (EVERYWHERE,)
        self._inside(pulumi.Output.from_input(existing.functions[0]), [self.id])

    def _make(self, name: str, args: NetworkArgs, links: NetworkLinks, plan: Addresses) -> None:
        self.ranges = (plan.whole,)
        self.network = self._network(name)
        self.id = self.network.id
        functions, nodes = self._subnets(name, plan)
        ready = [
            *self._closed(name),
            *self._open(name, plan, args),
            *self._routes(name, args),
            *gcp_names.names(name, self.network, self.tags, self.child),
            self._flows(name, args, links, [functions, nodes]),
        ]
        self._inside(functions.id, ready)

    def _inside(self, subnet: pulumi.Output[str], ready: list[pulumi.Output[str]]) -> None:
        """Both sides are the same subnet: who may call is Cloud Run's affair, not that of addresses."""
        self.subnets = dict.fromkeys(SIDES, once(subnet, *ready).apply(lambda known: [known]))

    def _network(self, name: str) -> compute.Network:
        return compute.Network(
            name,
            project=self.home,
            auto_create_subnetworks=False,
            # Ours are made one by one, so that another egress is another route and not another network.
            delete_default_routes_on_create=True,
            routing_mode="REGIONAL",
            # Networks take no labels, and neither does what is below, zones apart.
            description=f"{self.context.project} in {self.context.environment}",
            opts=self.child,
        )

    def _subnets(self, name: str, plan: Addresses) -> tuple[compute.Subnetwork, compute.Subnetwork]:
        secondary = [
            compute.SubnetworkSecondaryIpRangeArgs(range_name=part, ip_cidr_range=cidr)
            for part, cidr in (("pods", plan.pods), ("services", plan.services))
        ]
        functions = self._subnet(f"{name}-functions", plan.functions, None)
        return functions, self._subnet(f"{name}-nodes", plan.nodes.whole, secondary)

    def _subnet(
        self, name: str, cidr: str, secondary: list[compute.SubnetworkSecondaryIpRangeArgs] | None
    ) -> compute.Subnetwork:
        return compute.Subnetwork(
            name,
            project=self.network.project,
            region=self.region,
            network=self.network.id,
            ip_cidr_range=cidr,
            secondary_ip_ranges=secondary,
            # Without it, no address of Google's answers what has none of its own outside.
            private_ip_google_access=True,
            stack_type="IPV4_ONLY",
            log_config=compute.SubnetworkLogConfigArgs(
                aggregation_interval="INTERVAL_1_MIN", flow_sampling=1.0, metadata="INCLUDE_ALL_METADATA"
            ),
            opts=self.child,
        )

    def _closed(self, name: str) -> list[pulumi.Output[str]]:
        """Nothing in, nothing out; what is allowed beside comes first."""
        denies = [compute.FirewallDenyArgs(protocol="all")]
        return [
            self._rule(f"{name}-deny-ingress", "INGRESS", _LAST, source_ranges=[EVERYWHERE], denies=denies),
            self._rule(
                f"{name}-deny-egress", "EGRESS", _LAST, destination_ranges=[EVERYWHERE], denies=denies
            ),
        ]

    def _open(self, name: str, plan: Addresses, args: NetworkArgs) -> list[pulumi.Output[str]]:
        """HTTPS to Google's services, inside, and everywhere if asked."""
        allowed = {"google": gcp_names.RANGE, "inside": plan.whole}
        if args.egress == "internet":
            allowed["internet"] = EVERYWHERE
        return [
            self._rule(f"{name}-allow-{purpose}", "EGRESS", _FIRST, destination_ranges=[to], allows=[_HTTPS])
            for purpose, to in allowed.items()
        ]

    def _rule(
        self,
        name: str,
        direction: str,
        priority: int,
        *,
        source_ranges: list[str] | None = None,
        destination_ranges: list[str] | None = None,
        allows: list[compute.FirewallAllowArgs] | None = None,
        denies: list[compute.FirewallDenyArgs] | None = None,
    ) -> pulumi.Output[str]:
        """What it meets is logged, whether it lets it pass or not."""
        return compute.Firewall(
            name,
            project=self.network.project,
            network=self.network.id,
            direction=direction,
            priority=priority,
            source_ranges=source_ranges,
            destination_ranges=destination_ranges,
            allows=allows,
            denies=denies,
            log_config=compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
            opts=self.child,
        ).id

    def _routes(self, name: str, args: NetworkArgs) -> Iterator[pulumi.Output[str]]:
        """Google's services are behind the gateway of the internet, though they are not in it.

        cloud.google.com/vpc/docs/configure-private-google-access#config-routing
        """
        yield self._route(f"{name}-google", gcp_names.RANGE)
        if args.egress == "internet":
            yield self._route(f"{name}-internet", EVERYWHERE)
            yield self._nat(name)

    def _route(self, name: str, destination: str) -> pulumi.Output[str]:
        return compute.Route(
            name,
            project=self.network.project,
            network=self.network.id,
            dest_range=destination,
            next_hop_gateway=_GATEWAY,
            opts=self.child,
        ).id

    def _nat(self, name: str) -> pulumi.Output[str]:
        """Nothing has an address outside: what goes there goes through here."""
        router = compute.Router(
            f"{name}-router",
            project=self.network.project,
            region=self.region,
            network=self.network.id,
            opts=self.child,
        )
        return compute.RouterNat(
            f"{name}-nat",
            project=router.project,
            region=router.region,
            router=router.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
            log_config=compute.RouterNatLogConfigArgs(enable=True, filter="ERRORS_ONLY"),
            opts=self.child,
        ).id

    def _flows(
        self, name: str, args: NetworkArgs, links: NetworkLinks, subnets: list[compute.Subnetwork]
    ) -> pulumi.Output[str]:
        """Records of what flowed and of what a firewall met, kept as long as asked."""
        bucket = logging.ProjectBucketConfig(
            f"{name}-flows",
            bucket_id=self.unique(name, args, self.region, encrypted=bool(links.key)),
            project=self.home,
            location=self.region,
            retention_days=args.retention_days,
            cmek_settings=encryption(name, links.key),
            description=f"Network of {args.context.project} in {args.context.environment}",
            opts=self.child,
        )
        found = pulumi.Output.all(*(subnet.name for subnet in subnets)).apply(_of_subnets)
        return keep(f"{name}-flows", bucket, found, self.child)


def _of_subnets(names: list[str]) -> str:
    """cloud.google.com/vpc/docs/access-flow-logs"""
    wanted = " OR ".join(f'"{name}"' for name in names)
    return f'resource.type="gce_subnetwork" AND resource.labels.subnetwork_name=({wanted})'
