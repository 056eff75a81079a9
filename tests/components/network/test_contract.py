"""What a network takes on every cloud."""

from typing import Any

import pytest

from components.core.context import Context
from components.core.errors import InvalidArgument
from components.network.contract import NetworkArgs
from components.network.existing import Existing, check

CONTEXT = Context(project="modelport", environment="dev", owner="ml-platform@example.com")
VNET = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/hub"
    "/providers/Microsoft.Network/virtualNetworks/shared"
)
GOOD: dict[str, dict[str, Any]] = {
    "aws": {"network": "vpc-0a1b2c3d", "functions": ("subnet-0a1b2c3d", "subnet-0a1b2c3e")},
    "azure": {
        "network": VNET,
        "functions": (f"{VNET}/subnets/inside",),
        "endpoints": f"{VNET}/subnets/endpoints",
        "zones": VNET.partition("/providers")[0],
    },
    "gcp": {
        "network": "projects/example-hub/global/networks/shared",
        "functions": ("projects/example-hub/regions/europe-west1/subnetworks/functions",),
    },
}


def _args(**changes: Any) -> NetworkArgs:
    return NetworkArgs(context=CONTEXT, **{"cidr": "10.20.0.0/16", **changes})


def test_the_defaults_lead_nowhere() -> None:
    args = _args()
    assert (args.egress, args.allow_from, args.zones) == ("none", (), 2)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cidr": None}, "one of the two"),
        ({"existing": Existing(**GOOD["aws"])}, "one of the two"),
        ({"cidr": "10.20.0.0/24"}, '"/20" at least'),
        ({"cidr": None, "existing": Existing(**GOOD["aws"]), "egress": "internet"}, "decides on its routes"),
        ({"egress": "nat"}, "allowed: none, internet"),
        ({"zones": 1}, "2 to 4"),
        ({"allow_from": ("0.0.0.0/0",)}, '"/16" at most'),
        ({"allow_from": ("192.168.1.0/24",)}, "public addresses"),
        ({"allow_from": ("203.0.113.1/24",)}, "host bits"),
        ({"allow_from": ("203.0.113.1",)}, 'it is "203.0.113.1/32"'),
        ({"allow_from": ("100.64.0.0/24",)}, "public addresses"),
    ],
)
def test_what_can_never_be_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        _args(**changes)


@pytest.mark.parametrize("cloud", GOOD)
def test_an_existing_network_is_taken_as_it_is(cloud: str) -> None:
    existing = Existing(**GOOD[cloud])
    check(cloud, existing)
    assert _args(cidr=None, existing=existing).existing == existing


@pytest.mark.parametrize(
    ("cloud", "changes", "says"),
    [
        ("aws", {"network": "shared"}, "vpc-<8 to 17 hex digits>"),
        ("aws", {"functions": ("subnet-0a1b2c3d",)}, "2 to 4 subnets on aws; came 1"),
        ("aws", {"functions": ("subnet-0a1b2c3d", "subnet-0a1b2c3d")}, "each subnet once"),
        ("aws", {"endpoints": "subnet-0a1b2c3d"}, "only Azure needs it"),
        ("azure", {"endpoints": None}, "existing.endpoints: allowed: the id of a subnet"),
        ("azure", {"zones": "hub"}, "the id of a resource group"),
        ("azure", {"network": VNET.replace("shared", "other")}, "subnets of /subscriptions/.*other"),
        ("azure", {"endpoints": f"{VNET}/subnets/INSIDE"}, "each subnet once"),
        ("azure", {"functions": ("functions",)}, "the id of a subnet"),
        ("gcp", {"network": "shared"}, "projects/<project>/global/networks/<name>"),
        ("gcp", {"zones": "hub"}, "only Azure needs it"),
    ],
)
def test_what_names_nothing_of_the_cloud_is_refused(cloud: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        check(cloud, Existing(**{**GOOD[cloud], **changes}))
