"""The address plan: nothing overlaps, everything has room, and what has none says which part."""

import itertools
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import InvalidArgument
from components.network.addresses import CLOUDS, NARROWEST, SMALLEST, WIDEST, Addresses, Part, addresses

PRIVATE = [IPv4Network("10.0.0.0/8"), IPv4Network("192.168.0.0/16"), IPv4Network("172.20.0.0/14")]


@st.composite
def ranges(draw: st.DrawFn) -> str:
    """Any range that is allowed; of 172.16.0.0/12 only a part that no cloud takes for itself."""
    length = draw(st.integers(WIDEST, NARROWEST))
    home = draw(st.sampled_from([each for each in PRIVATE if each.prefixlen <= length]))
    place = draw(st.integers(0, 2 ** (length - home.prefixlen) - 1))
    return f"{home.network_address + place * 2 ** (32 - length)}/{length}"


def leaves(plan: Addresses) -> dict[str, IPv4Network]:
    """Every part that something may be put into, the smallest ones where one is cut once more."""
    found = {}
    for name, part in vars(plan).items():
        if name in ("whole", "functions"):
            continue
        if isinstance(part, Part):
            found |= {f"{name} {zone}": IPv4Network(each) for zone, each in enumerate(part.zones)}
        else:
            found[name] = IPv4Network(part)
    return found


@given(ranges(), st.integers(2, 4))
def test_nothing_overlaps_and_all_is_inside(cidr: str, zones: int) -> None:
    parts = {
        f"{cloud} {name}": part
        for cloud in CLOUDS
        for name, part in leaves(addresses(cidr, cloud, zones)).items()
    }

    assert all(part.subnet_of(IPv4Network(cidr)) for part in parts.values())
    clashes = [
        (one, other) for one, other in itertools.combinations(parts, 2) if parts[one].overlaps(parts[other])
    ]
    assert clashes == []


@given(ranges(), st.sampled_from(CLOUDS))
def test_every_part_has_the_room_that_the_clouds_ask_for(cidr: str, cloud: str) -> None:
    plan = addresses(cidr, cloud, 4)
    for name, (longest, _) in SMALLEST.items():
        part = getattr(plan, name)
        each = part.zones if isinstance(part, Part) else [part]
        assert all(IPv4Network(text).prefixlen <= longest for text in each), name


@given(ranges(), st.sampled_from(CLOUDS))
def test_a_zone_more_moves_nothing(cidr: str, cloud: str) -> None:
    two, three = leaves(addresses(cidr, cloud, 2)), leaves(addresses(cidr, cloud, 3))
    assert two.items() < three.items()


def test_the_parts_of_a_plan_are_what_the_readme_says() -> None:
    plan = addresses("10.20.0.0/16", "aws", 3)
    assert plan.whole == "10.20.0.0/18"
    assert plan.nodes == Part("10.20.0.0/19", ("10.20.0.0/21", "10.20.8.0/21", "10.20.16.0/21"))
    assert (plan.pods, plan.services) == ("10.20.32.0/20", "10.20.48.0/22")
    assert (plan.functions, plan.internal, plan.external) == (
        "10.20.52.0/22",
        "10.20.52.0/23",
        "10.20.54.0/23",
    )
    assert (plan.endpoints.whole, plan.egress.whole) == ("10.20.56.0/22", "10.20.60.0/22")
    assert addresses("10.20.0.0/16", "azure", 3).whole == "10.20.64.0/18"
    assert addresses("10.20.0.0/16", "gcp", 3).whole == "10.20.128.0/18"


@pytest.mark.parametrize("length", range(NARROWEST + 1, 25))
def test_a_range_that_is_too_small_names_every_part_without_room(length: int) -> None:
    with pytest.raises(InvalidArgument, match=rf'"/{NARROWEST}" at least') as refused:
        addresses(f"10.0.0.0/{length}", "aws", 2)
    for part in ("endpoints", "egress", "functions", "internal", "external", "pods"):
        assert f"{part} would have /" in refused.value.reason


def test_of_a_range_that_is_almost_large_enough_only_what_has_no_room_is_named() -> None:
    with pytest.raises(InvalidArgument, match="endpoints would have /29 and need /28") as refused:
        addresses("10.0.0.0/21", "aws", 2)
    assert "nodes" not in refused.value.reason
    assert "services" not in refused.value.reason


@pytest.mark.parametrize(
    ("cidr", "says"),
    [
        ("10.0.0.0/13", '"/14" at most'),
        ("10.20.1.0/16", '"10.20.0.0/16"'),
        ("11.0.0.0/16", "within 10.0.0.0/8"),
        ("192.168.0.0/15", "within 10.0.0.0/8"),
        ("172.16.0.0/15", "apart from 172.17.0.0/16"),
        ("172.31.16.0/20", "apart from 172.31.0.0/16"),
        ("", "a range of IPv4"),
    ],
)
def test_a_range_that_no_cloud_would_take_is_refused(cidr: str, says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        addresses(cidr, "gcp", 2)


@pytest.mark.parametrize("zones", [1, 5])
def test_there_are_two_to_four_zones(zones: int) -> None:
    with pytest.raises(InvalidArgument, match="zones: 2 to 4"):
        addresses("10.20.0.0/16", "aws", zones)
