"""Which names and addresses are this machine's own, asked of nobody else."""

import socket
from functools import lru_cache
from ipaddress import ip_address


def name() -> str:
    return socket.gethostname()


@lru_cache(maxsize=256)
def is_own(host: str) -> bool:
    """Whether a host, without its port, is this machine: by a name it has without being told, or by its address."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host.lower() in {"localhost", name().lower(), f"{name().lower()}.local"}
    if address.is_unspecified or address.is_multicast:
        return False
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))  # nobody can for an address of another machine
    except OSError:
        return False
    return True
