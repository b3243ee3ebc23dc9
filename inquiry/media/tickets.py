"""Tickets to what lies in the media folder: the same for everybody who has the same right, and good for some minutes.

A ticket is `<expires>.<view>.<signature>` and stands in the address, so that relative addresses in a playlist keep it.
It says in which view its bearer reads, and nothing of who that is. Whether that view may see the thing at this moment
is asked besides, each time: a ticket that was given before a meeting closed to the public opens nothing then.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Final

#: Tickets of one window are alike; each is good until the end of the next one: for ten to twenty minutes.
WINDOW_SECONDS: Final = 600
_SIGNED_BYTES: Final = 18
_TICKET: Final = re.compile(
    r"(?P<expires>[0-9]{1,12})\.(?P<view>[a-z]{1,20})\.(?P<signature>[A-Za-z0-9_-]{24})", re.ASCII
)


def make(secret: str, media_id: str, view: str, now: datetime) -> str:
    """The ticket of this window to one thing for one view."""
    expires = expires_at(now)
    return f"{expires}.{view}.{_signature(secret, media_id, view, expires)}"


def expires_at(now: datetime) -> int:
    """When a ticket that is made now is good no more, in seconds since the epoch."""
    return (int(now.timestamp()) // WINDOW_SECONDS + 2) * WINDOW_SECONDS


def check(secret: str, media_id: str, ticket: str, now: datetime) -> str | None:
    """In which view the bearer of a ticket may see a thing; None where it is not good for it, or not any more."""
    told = _TICKET.fullmatch(ticket)
    if told is None:
        return None
    expires, view = int(told["expires"]), told["view"]
    is_ours = hmac.compare_digest(told["signature"], _signature(secret, media_id, view, expires))
    return view if is_ours and now.timestamp() < expires else None


def _signature(secret: str, media_id: str, view: str, expires: int) -> str:
    signed = hmac.digest(secret.encode(), f"media ticket\n{media_id}\n{view}\n{expires}".encode(), "sha256")
    return urlsafe_b64encode(signed[:_SIGNED_BYTES]).decode()
