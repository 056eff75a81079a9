"""Names on Google Cloud: in a network of ours, Google's own names lead to addresses that never leave it."""

from collections.abc import Iterator

import pulumi
from pulumi_gcp import compute, dns

# The addresses of `private.googleapis.com`: every API, registry and run.app, in the project of whoever asks
# or not. `restricted.googleapis.com` (199.36.153.4/30) serves what VPC Service Controls protect and nothing
# else; it keeps data in only together with a perimeter, which an organisation has and a project has not.
# cloud.google.com/vpc/docs/configure-private-google-access#domain-options
RANGE = "199.36.153.8/30"
_ADDRESSES = tuple(f"199.36.153.{last}" for last in range(8, 12))

# Zone to the name in it that has the addresses; all others are aliases of that.
# run.app: what answers inside only is reached by these addresses, never by the public ones.
# cloud.google.com/run/docs/securing/private-networking
ZONES = {"googleapis": "private.googleapis.com", "pkg": "pkg.dev", "run": "run.app"}
_SECONDS = 300


def names(
    name: str, network: compute.Network, labels: dict[str, str], child: pulumi.ResourceOptions
) -> Iterator[pulumi.Output[str]]:
    """One zone for each of Google's domains; what comes resolves once its names do."""
    for zone, host in ZONES.items():
        yield from _zone(f"{name}-{zone}", host, network, labels, child)


def _zone(
    name: str, host: str, network: compute.Network, labels: dict[str, str], child: pulumi.ResourceOptions
) -> Iterator[pulumi.Output[str]]:
    domain = ".".join(host.split(".")[-2:])
    visible = dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network.id)
    zone = dns.ManagedZone(
        name,
        project=network.project,
        dns_name=f"{domain}.",
        visibility="private",
        private_visibility_config=dns.ManagedZonePrivateVisibilityConfigArgs(networks=[visible]),
        description=f"{domain} inside the network",
        labels=labels,
        opts=child,
    )
    yield _record(f"{name}-addresses", zone, f"{host}.", "A", list(_ADDRESSES), child)
    yield _record(f"{name}-all", zone, f"*.{domain}.", "CNAME", [f"{host}."], child)


def _record(
    name: str, zone: dns.ManagedZone, host: str, kind: str, values: list[str], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    return dns.RecordSet(
        name,
        project=zone.project,
        managed_zone=zone.name,
        name=host,
        type=kind,
        rrdatas=values,
        ttl=_SECONDS,
        opts=child,
    ).id
