"""Mistakes inside of a network on Google Cloud: names, functions and buckets, and who reaches them."""

from collections.abc import Callable
from typing import Any

from pulumi_gcp import storage

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.changes import setting
from tests.mistakes.gcp import BUCKET, PROJECT, RUN

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
FIREWALL = "gcp:compute/firewall:Firewall"
ROUTE = "gcp:compute/route:Route"
ZONE = "gcp:dns/managedZone:ManagedZone"
RECORD = "gcp:dns/recordSet:RecordSet"
OTHER = f"projects/{PROJECT}/global/networks/other"


def _within(find: Callable[[Props], Any], **values: Any) -> Any:
    """A change of what is found in the inputs."""

    def change(props: Props) -> None:
        for name, value in values.items():
            setattr(find(props), name, value)

    return change


def _interface(**values: Any) -> Any:
    return _within(lambda props: props["template"].vpc_access.network_interfaces[0], **values)


def _second_interface(props: Props) -> None:
    access = props["template"].vpc_access
    access.network_interfaces = [*access.network_interfaces, *access.network_interfaces]


def _interface_forgets(props: Props) -> None:
    inside = props["template"].vpc_access.network_interfaces[0]
    inside.network, inside.subnetwork = forgotten(inside.network), forgotten(inside.subnetwork)
    # The name of the revision holds the subnet, too.
    props["template"].revision = forgotten(props["template"].revision)


def _filter(**values: Any) -> Any:
    """A change of a bucket's filter."""
    return _within(lambda props: props["ip_filter"], **values)


def _source(*ranges: str) -> Any:
    public = storage.BucketIpFilterPublicNetworkSourceArgs(allowed_ip_cidr_ranges=list(ranges))
    return _filter(public_network_source=public)


def _other_network(props: Props) -> None:
    props["ip_filter"].vpc_network_sources[0].network = OTHER


def _filter_forgets(props: Props) -> None:
    source = props["ip_filter"].vpc_network_sources[0]
    source.network = forgotten(source.network)


MISTAKES: dict[str, Mistake] = {
    "no network sees a zone": Mistake(
        ZONE,
        setting(private_visibility_config=None),
        ("privateVisibilityConfig", "no network sees the zone"),
        "zone-visible",
        name="network-pkg",
    ),
    "a zone of Google's is published": Mistake(
        ZONE,
        setting(private_visibility_config=None, visibility="public"),
        ("dnsName", "is reserved"),
        "zone-reserved",
        name="network-pkg",
    ),
    "names lead outside": Mistake(
        RECORD,
        setting(rrdatas=["142.250.0.1"]),
        ("template.vpcAccess", "no private zone of the network leads *.googleapis.com."),
        "run-reaches-google",
        name="network-googleapis-addresses",
    ),
    "private services have no name inside": Mistake(
        RECORD,
        setting(name="www.run.app."),
        ("ingress", "leads *.run.app.", "nobody in the network would reach the service"),
        "run-internal-names",
        name="network-run-all",
    ),
    "a name is not in its zone": Mistake(
        RECORD,
        setting(name="*.pkg.example."),
        ("name", "is not in pkg.dev."),
        "record-in-zone",
        name="network-pkg-all",
    ),
    "an alias is for the whole zone": Mistake(
        RECORD,
        setting(name="pkg.dev."),
        ("type", "CNAME"),
        "record-alias",
        name="network-pkg-all",
    ),
    "an alias leads to half a name": Mistake(
        RECORD,
        setting(rrdatas=["pkg.dev"]),
        ("rrdatas", "does not end with a dot"),
        "record-values",
        name="network-pkg-all",
    ),
    "functions leave beside the network": Mistake(
        RUN,
        _within(lambda props: props["template"].vpc_access, egress=None),
        ("template.vpcAccess.egress", "beside the network"),
        "run-network-egress",
    ),
    "a function has two interfaces": Mistake(
        RUN,
        _second_interface,
        ("template.vpcAccess.networkInterfaces", "one at most, came 2"),
        "run-network",
        name="height",
    ),
    "a function's subnet is of another network": Mistake(
        RUN,
        _interface(network=OTHER),
        ("vpcAccess.networkInterfaces[0].network", "is not in network"),
        "run-network-subnet",
        name="height",
    ),
    "a function's subnet is not there": Mistake(
        RUN,
        _interface(subnetwork=f"projects/{PROJECT}/regions/europe-west1/subnetworks/other"),
        ("vpcAccess.networkInterfaces[0].subnetwork", "does not exist"),
        "run-network-subnet",
        name="height",
    ),
    "a filter does not say whether agents pass": Mistake(
        BUCKET,
        _filter(allow_all_service_agent_access=None),
        ("ipFilter.allowAllServiceAgentAccess", "is required"),
        "bucket-filter",
    ),
    "a filter lets in the whole internet": Mistake(
        BUCKET, _source("0.0.0.0/0"), ("ipFilter.publicNetworkSource", "keeps nobody out"), "bucket-filter"
    ),
    "a filter names a network that is not there": Mistake(
        BUCKET, _other_network, ("ipFilter.vpcNetworkSources", "does not exist"), "bucket-filter-network"
    ),
    "a filter keeps out whoever deploys": Mistake(
        BUCKET,
        _source("198.51.100.0/28"),
        ("ipFilter", "IP filtering condition", "modelport:network.allow_from"),
        "bucket-filter-deployer",
    ),
    "a bucket does not wait for the network of its filter": Mistake(
        BUCKET, _filter_forgets, (BUCKET, f"needs {NETWORK}", "only by luck"), luck=True
    ),
    "functions do not wait for the network to be ready": Mistake(
        RUN,
        _interface_forgets,
        (RUN, f"needs {SUBNET}", f"needs {FIREWALL}", f"needs {ROUTE}", f"needs {RECORD}", "only by luck"),
        luck=True,
    ),
}  # fmt: skip
"""What is wrong, to what makes it so."""
