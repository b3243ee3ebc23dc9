"""The writes of accounts: people, units, sign-ins, devices."""

import secrets

from ...dispatch import registry
from ...dispatch.unit_of_work import UnitOfWork
from .. import devices
from ..models import Device


def count_join(network: str) -> None:
    """A hall of 5,000 shares one address and joins within a minute; a script would like more. Raises TooMany."""
    registry.count("6000/minute", "accounts.join_audience", f"net:{network}")


def join_audience(uow: UnitOfWork) -> tuple[Device, str]:
    """A new phone; returns it with the signed token for its cookie. No trace: it is not an act with consequences."""
    device = Device(token=secrets.token_urlsafe(18), created_at=uow.now)
    uow.add(device)
    return device, str(devices.signer().dumps(device.token))
