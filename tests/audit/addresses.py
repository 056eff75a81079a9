"""Which ranges of addresses let in the public internet."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address

# One in each eighth of the internet that is in use, two that look alike, and one of version 6.
OUTSIDE: tuple[str, ...] = (
    "8.8.8.8",
    "52.0.0.1",
    "66.0.0.1",
    "104.0.0.1",
    "142.250.0.1",
    "185.0.0.1",
    "192.0.2.1",
    "201.0.0.1",
    "2001:4860:4860::8888",
)
# Wider than this is nobody's own: the largest blocks that one company was ever given.
_WIDEST = {4: 8, 6: 20}


def holds(range_: Any, address: str) -> bool:
    """Whether an address lies in a range. Raises ValueError when the range is none."""
    network = ip_network(str(range_), strict=False)
    found = ip_address(address)
    return found.version == network.version and found in network


def everybody(range_: Any) -> bool:
    """Whether a range lets in the internet. What is no range may mean anybody."""
    try:
        network = ip_network(str(range_), strict=False)
    except ValueError:
        return True
    return network.prefixlen < _WIDEST[network.version] or any(holds(range_, each) for each in OUTSIDE)
