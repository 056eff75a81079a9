"""Mistakes in a network on Google Cloud: its subnets, its firewall, and what leads outside."""

from typing import Any

from pulumi_gcp import compute

from tests.mistakes import Mistake, Props, gcp_inside
from tests.mistakes.changes import forgetting, setting
from tests.mistakes.gcp import PROJECT
from tests.mistakes.gcp_inside import FIREWALL, NETWORK, ROUTE, SUBNET

API = "gcp:projects/service:Service"
ROUTER = "gcp:compute/router:Router"
NAT = "gcp:compute/routerNat:RouterNat"
SSH = compute.FirewallAllowArgs(protocol="tcp", ports=["22"])


def _allow(protocol: str, *ports: str) -> Any:
    """What a rule lets pass, where it lets anything pass."""
    allowed = compute.FirewallAllowArgs(protocol=protocol, ports=list(ports) or None)

    def change(props: Props) -> None:
        if props.get("allows"):
            props["allows"] = [allowed]

    return change


MISTAKES: dict[str, Mistake] = {
    "a network makes its own subnets": Mistake(
        NETWORK,
        setting(auto_create_subnetworks=None),
        ("autoCreateSubnetworks", "in every region"),
        "network-auto-subnets",
    ),
    "a network keeps a way to the internet": Mistake(
        NETWORK,
        setting(delete_default_routes_on_create=False),
        ("deleteDefaultRoutesOnCreate", "a route to the internet"),
        "network-default-route",
    ),
    "a network is called as none may be": Mistake(
        NETWORK, setting(name="Our_Net"), ("name", "does not match"), "name"
    ),
    "two subnets overlap": Mistake(
        SUBNET,
        setting(ip_cidr_range="10.20.128.0/22"),
        ("ipCidrRange", "conflicts with"),
        "subnet-overlap",
        name="network-functions",
    ),
    "a range does not begin at its first address": Mistake(
        SUBNET,
        setting(ip_cidr_range="10.20.184.5/22"),
        ("ipCidrRange", "begins at its first address"),
        "subnet-range",
        name="network-functions",
    ),
    "a subnet is too small for Cloud Run": Mistake(
        SUBNET,
        setting(ip_cidr_range="10.20.190.0/27"),
        ("vpcAccess.networkInterfaces[0].subnetwork", "too small, /26 is needed"),
        "run-network-room",
        name="network-functions",
    ),
    "a subnet is in another region than its functions": Mistake(
        SUBNET,
        setting(region="europe-west4"),
        ("vpcAccess.networkInterfaces[0].subnetwork", "is not in europe-west1"),
        "run-network-subnet",
        name="network-functions",
    ),
    "Google's services do not answer in a subnet": Mistake(
        SUBNET,
        setting(private_ip_google_access=None),
        ("privateIpGoogleAccess", "would not answer"),
        "subnet-private-access",
    ),
    "what flows is not recorded": Mistake(
        SUBNET, setting(log_config=None), ("logConfig", "would be recorded nowhere"), "subnet-flow-logs"
    ),
    "the internet is let in": Mistake(
        FIREWALL,
        setting(denies=None, allows=[SSH]),
        ("sourceRanges", "the whole internet is let in"),
        "firewall-open",
        name="network-deny-ingress",
    ),
    "everything may leave": Mistake(
        FIREWALL,
        _allow("all"),
        ("allows[0].protocol", "everything may leave"),
        "firewall-open",
        name="network-allow-internet",
    ),
    "a rule denies and allows": Mistake(
        FIREWALL,
        setting(allows=[SSH]),
        ("allows", "exactly one of allows, denies"),
        "firewall-action",
        name="network-deny-egress",
    ),
    "what is refused is seen nowhere": Mistake(
        FIREWALL, setting(log_config=None), ("logConfig", "would be seen nowhere"), "firewall-log"
    ),
    "a way out is asked for its source": Mistake(
        FIREWALL,
        setting(source_ranges=["10.0.0.0/8"]),
        ("sourceRanges", "is for INGRESS"),
        "firewall-sides",
        name="network-allow-inside",
    ),
    "a protocol without ports has one": Mistake(
        FIREWALL,
        _allow("icmp", "443"),
        ("allows[0].ports", "icmp has no ports"),
        "firewall-ports",
        name="network-allow-inside",
    ),
    "a range of a firewall is none": Mistake(
        FIREWALL,
        setting(destination_ranges=["10.20.128.1/18"]),
        ("destinationRanges", "begins at its first address"),
        "firewall-ranges",
        name="network-allow-inside",
    ),
    "HTTPS may not leave": Mistake(
        FIREWALL,
        _allow("tcp", "80"),
        ("template.vpcAccess", "no rule of a firewall that allows 443 to 199.36.153.8/30"),
        "run-reaches-google",
    ),
    "all is denied before anything is allowed": Mistake(
        FIREWALL,
        setting(priority=10),
        ("template.vpcAccess", "no rule of a firewall that allows 443"),
        "run-reaches-google",
        name="network-deny-egress",
    ),
    "no route leads to Google's services": Mistake(
        ROUTE,
        setting(dest_range="192.0.2.0/24"),
        ("template.vpcAccess", "no route to 199.36.153.8/30"),
        "run-reaches-google",
    ),
    "a route has two next hops": Mistake(
        ROUTE,
        setting(next_hop_ip="10.20.128.2"),
        ("nextHopGateway", "exactly one next hop"),
        "route-hop",
        name="network-google",
    ),
    "a NAT has no addresses": Mistake(
        NAT, setting(nat_ip_allocate_option="MANUAL_ONLY"), ("natIps", "required there"), "nat-addresses"
    ),
    "a NAT serves no subnet": Mistake(
        NAT,
        setting(source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS"),
        ("subnetworks", "required there"),
        "nat-subnets",
    ),
    "a subnet does not wait for its network": Mistake(
        SUBNET,
        forgetting("network", "project"),
        (SUBNET, f"needs {NETWORK}", "only by luck"),
        luck=True,
    ),
    "a NAT does not wait for its router": Mistake(
        NAT,
        forgetting("router", "project", "region"),
        (NAT, f"needs {ROUTER}", "only by luck"),
        luck=True,
    ),
    "a network does not wait for its API to be enabled": Mistake(
        NETWORK, setting(project=PROJECT), (NETWORK, f"needs {API}", "only by luck"), luck=True
    ),
    **gcp_inside.MISTAKES,
}  # fmt: skip
"""What is wrong, to what makes it so."""
