"""Settings of the network that are wrong in one way each."""

from typing import Any

CIDR = {"cidr": "10.20.0.0/16"}
VNET = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/hub"
    "/providers/Microsoft.Network/virtualNetworks/shared"
)
EXISTING: dict[str, dict[str, Any]] = {
    "aws": {
        "network": "vpc-0a1b2c3d4e5f60718",
        "functions": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
    },
    "azure": {
        "network": VNET,
        "functions": [f"{VNET}/subnets/inside", f"{VNET}/subnets/outside"],
        "endpoints": f"{VNET}/subnets/endpoints",
        "zones": VNET.partition("/providers")[0],
    },
    "gcp": {
        "network": "projects/example-models-dev/global/networks/shared",
        "functions": ["projects/example-models-dev/regions/europe-west1/subnetworks/functions"],
    },
}


def _existing(**changes: Any) -> dict[str, Any]:
    kept = {**EXISTING, **changes}
    return {"existing": {cloud: value for cloud, value in kept.items() if value is not None}}


# What is changed, and what the only line must begin with and hold.
WRONG_NETWORK: dict[str, tuple[dict[str, Any], str, str]] = {
    **{
        f"range {cidr}": ({"network": {"cidr": cidr}}, "modelport:network.cidr: must be", says)
        for cidr, says in (
            ("10.20.0.0/21", "endpoints would have /29 and need /28"),
            ("10.20.0.0/29", '"/20" at least'),
            ("10.0.0.0/8", '"/14" at most'),
            ("10.20.0.1/16", 'did you mean "10.20.0.0/16"?'),
            ("8.8.0.0/16", "within 10.0.0.0/8"),
            ("172.17.0.0/16", "which the clouds use themselves"),
            ("fd00::/16", "a range of IPv4"),
            ("my network", "a range of IPv4"),
        )
    },
    "range without a prefix": (
        {"network": {"cidr": "10.20.0.0"}},
        "modelport:network.cidr: must be",
        "10.20.0.0/32",
    ),
    "neither a range nor an existing network": (
        {"network": {"egress": "none"}},
        "modelport:network.cidr: is missing",
        "'modelport:network.cidr' 10.20.0.0/16",
    ),
    "a range and an existing network": (
        {"network": {**CIDR, **_existing()}},
        "modelport:network.cidr: has no effect beside network.existing",
        "rm --path 'modelport:network.cidr'",
    ),
    "egress of an existing network": (
        {"network": {"egress": "internet", **_existing()}},
        "modelport:network.egress: has no effect beside network.existing",
        "rm --path 'modelport:network.egress'",
    ),
    "a cloud without its existing network": (
        {"network": _existing(gcp=None)},
        "modelport:network.existing.gcp: is missing, and modelport:clouds names gcp",
        "10.20.0.0/16",
    ),
    "an existing network of another cloud": (
        {"clouds": ["aws"], "network": _existing(gcp=None)},
        "modelport:network.existing.azure: has no effect: the stack is not on azure",
        "rm --path 'modelport:network.existing.azure'",
    ),
    "an existing network with one subnet": (
        {"network": _existing(aws={**EXISTING["aws"], "functions": ["subnet-0a1b2c3d4e5f60718"]})},
        "modelport:network.existing.aws.functions: has 1 subnets, not 2 to 4",
        "allowed: subnet-<8 to 17 hex digits>",
    ),
    "an existing network with a name for an id": (
        {"network": _existing(azure={**EXISTING["azure"], "network": "shared"})},
        "modelport:network.existing.azure.network: is not the id of a virtual network",
        'came "shared"',
    ),
    "kind of egress": (
        {"network": {**CIDR, "egress": "nat"}},
        "modelport:network.egress: is not a kind of egress",
        "none, internet",
    ),
    **{
        f"source {source}": (
            {"network": {**CIDR, "allow_from": [source]}},
            "modelport:network.allow_from[0]: must be",
            says,
        )
        for source, says in (
            ("0.0.0.0/0", '"/16" at most'),
            ("10.1.0.0/24", "public addresses"),
            ("203.0.113.7/28", 'did you mean "203.0.113.0/28"?'),
            ("203.0.113.7", 'did you mean "203.0.113.7/32"?'),
            ("office", "a range of IPv4"),
        )
    },
    "a mistyped range": (
        {"network": {"cdir": "10.64.0.0/16"}},
        "modelport:network.cdir: is no setting",
        'did you mean "cidr"',
    ),
    "a source with a mask": (
        {"network": {**CIDR, "allow_from": ["203.0.113.0/255.255.255.240"]}},
        "modelport:network.allow_from[0]: must be a range of IPv4",
        'did you mean "203.0.113.0/28"',
    ),
    "a source twice": (
        {"network": {**CIDR, "allow_from": ["203.0.113.0/28", "203.0.113.0/28"]}},
        "modelport:network.allow_from[1]: is there twice",
        "rm --path 'modelport:network.allow_from[1]'",
    ),
    "private without a network": (
        {"models": {"height": {"access": "private"}}},
        "modelport:network: is missing: private models have their addresses in it (height)",
        "'modelport:network.cidr' 10.20.0.0/16",
    ),
}
