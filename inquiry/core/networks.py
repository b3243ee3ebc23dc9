"""Where somebody calls from, as limits count it."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

#: A household or an office is given at least this much of IPv6: whoever calls has all its addresses.
IPV6_PREFIX = 64


@lru_cache(maxsize=4096)  # asked at every press, of few addresses
def network(address: str | None) -> str:
    """What all addresses of one caller have in common: an IPv4 address itself, of IPv6 the first 64 bits."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return (address or "")[:64]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found), IPV6_PREFIX), strict=False))
    return str(found)
