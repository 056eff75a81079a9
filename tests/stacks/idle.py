"""What an estate costs while nothing happens, from what exists on the simulated clouds."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parents[2] / "docs" / "prices.yaml"
PRICES: dict[str, dict[str, float]] = {
    cloud: {name: entry["usd"] for name, entry in prices.items()}
    for cloud, prices in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()
}
AWS, AZURE, GCP = PRICES["aws"], PRICES["azure"], PRICES["gcp"]
HOURS = 730
SECONDS = HOURS * 3600
DAYS = HOURS / 24

Props = Mapping[str, Any]


def _warm(props: Props) -> float:
    """As `prod` has them: 4 GiB each."""
    return float(props["provisionedConcurrentExecutions"]) * 4 * AWS["warm_gb_second"] * SECONDS


def _endpoint(props: Props) -> float:
    zones = len(props.get("subnetIds") or []) if props.get("vpcEndpointType") == "Interface" else 0
    return zones * AWS["endpoint_hour"] * HOURS


def _registry(props: Props) -> float:
    tier = str(props["sku"]["name"]).lower()
    return AZURE[f"registry_{tier}_day"] * DAYS


def _environment(props: Props) -> float:
    if not props.get("vnetConfiguration"):
        return 0
    addresses = 1 if props["vnetConfiguration"].get("internal") else 2
    return (AZURE["balancer_hour"] + addresses * AZURE["public_address_hour"]) * HOURS


def _app(props: Props) -> float:
    (container,) = props["template"]["containers"]
    gib = float(container["resources"]["memory"].removesuffix("Gi"))
    each = container["resources"]["cpu"] * AZURE["idle_vcpu_second"] + gib * AZURE["gib_second"]
    return float(props["template"]["scale"].get("minReplicas") or 0) * each * SECONDS


def _service(props: Props) -> float:
    (container,) = props["template"]["containers"]
    limits = container["resources"]["limits"]
    each = float(limits["cpu"]) * GCP["idle_vcpu_second"]
    each += float(limits["memory"].removesuffix("Gi")) * GCP["idle_gib_second"]
    return float(props["template"]["scaling"].get("minInstanceCount") or 0) * each * SECONDS


def _always(usd: float) -> Callable[[Props], float]:
    return lambda _: usd


IDLE: dict[str, Callable[[Props], float]] = {
    "aws:kms/key:Key": _always(AWS["key_month"]),
    "aws:ec2/natGateway:NatGateway": _always(AWS["nat_gateway_hour"] * HOURS),
    "aws:ec2/eip:Eip": _always(AWS["public_address_hour"] * HOURS),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": _warm,
    "azure-native:containerregistry:Registry": _registry,
    "azure-native:network:PrivateEndpoint": _always(AZURE["endpoint_hour"] * HOURS),
    "azure-native:privatedns:PrivateZone": _always(AZURE["zone_month"]),
    "azure-native:network:NatGateway": _always(AZURE["nat_gateway_hour"] * HOURS),
    "azure-native:network:PublicIPAddress": _always(AZURE["public_address_hour"] * HOURS),
    "azure-native:app:ManagedEnvironment": _environment,
    "azure-native:app:ContainerApp": _app,
    "gcp:kms/cryptoKey:CryptoKey": _always(GCP["key_version_month"]),
    "gcp:dns/managedZone:ManagedZone": _always(GCP["zone_month"]),
    "gcp:compute/routerNat:RouterNat": _always(GCP["nat_address_hour"] * HOURS),
    "gcp:cloudrunv2/service:Service": _service,
}
"""Type to dollars a month; what is not here costs nothing until something is stored or asked."""


def monthly(made: Iterable[tuple[str, Props]]) -> dict[str, float]:
    """Cloud to dollars a month for everything of a type with these properties."""
    found = dict.fromkeys(PRICES, 0.0)
    for type_, props in made:
        if type_ in IDLE:
            found["azure" if type_.startswith("azure") else type_.partition(":")[0]] += IDLE[type_](props)
    return found
