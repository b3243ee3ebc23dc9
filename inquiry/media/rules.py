"""Decisions about the picture that need no database: `now` is an argument."""

import re
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from ..realtime.views import View
from .models import PictureSource, PictureState

#: nginx says every three seconds that an encoder sends. One of which nothing was heard for so long is not in the way of
#: another; for so long the worker goes on trying to read what it sends.
IN_THE_WAY_FOR: Final = timedelta(seconds=8)
LOOKED_FOR: Final = timedelta(seconds=60)
#: A picture whose newest second is older has stopped.
FRESH_FOR: Final = timedelta(seconds=4)
#: The rest of the disk is the database's.
LEFT_FREE_BYTES: Final = 512 * 1024 * 1024
FAREWELL: Final = timedelta(minutes=10)
_RTMP_PORT: Final = 1935
_ADDRESS: Final = re.compile(r"https://[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?(:[0-9]{1,5})?/[!-~]*", re.ASCII)


def is_address(typed: str) -> bool:
    """Whether pages may be told to fetch a stream there: its host stands in a header of theirs."""
    return _ADDRESS.fullmatch(typed) is not None


def origin(address: str) -> str:
    """The scheme and host of an address: from nowhere else comes any part of that stream."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def may_send(source: PictureSource, *, is_over: bool, key: str | None, shown: str | None) -> bool:
    """Whether an encoder may send a picture with the key that it has shown; both keys are fingerprints."""
    return source is PictureSource.ENCODER and not is_over and key is not None and key == shown


def is_in_the_way(sender: str | None, heard_at: datetime | None, asks: str, now: datetime) -> bool:
    """Whether another encoder sends: one at a time."""
    return sender not in (None, asks) and heard_at is not None and now - heard_at < IN_THE_WAY_FOR


def is_looked_for(heard_at: datetime | None, now: datetime) -> bool:
    """Whether what an encoder sends is still worth looking for."""
    return heard_at is not None and now - heard_at < LOOKED_FOR


def state_of(before: PictureState, newest_at: datetime | None, now: datetime) -> PictureState:
    """How a picture is whose newest second was written then."""
    if newest_at is not None and now - newest_at < FRESH_FOR:
        return PictureState.ON
    return PictureState.OFF if before is PictureState.OFF else PictureState.GONE


def is_over(closed_at: datetime | None, now: datetime) -> bool:
    """Whether the picture of a session has ended with it: what is said in farewell is still seen."""
    return closed_at is not None and now - closed_at > FAREWELL


def rtmp_for_encoders(read_from: str, page: str) -> str:
    """The address to type into an encoder: the one that the worker reads from, on the host of our pages."""
    rtmp, host = urlsplit(read_from), urlsplit(page).hostname or ""
    port = "" if rtmp.port in (None, _RTMP_PORT) else f":{rtmp.port}"
    return f"rtmp://{f'[{host}]' if ':' in host else host}{port}{rtmp.path}"


def stops_recording(used_bytes: int, limit_bytes: int, free_bytes: int, *, stopped: bool) -> bool:
    """Whether nothing more is to be recorded: what is used has reached the limit (0: there is none), or the disk is
    nearly full. What has stopped goes on only where there is clearly room again."""
    needed = LEFT_FREE_BYTES * (2 if stopped else 1)
    allowed = limit_bytes * 9 // 10 if stopped else limit_bytes
    return free_bytes < needed or (limit_bytes > 0 and used_bytes >= allowed)


def may_see_recording(view: View, *, is_published: bool, is_for_public: bool) -> bool:
    """What is not published is for the crew; what is, for whoever may read of the session: of a meeting that was closed
    to the public, or a rehearsal, for whoever is signed in."""
    if view == View.STAFF:
        return True
    return is_published and (view == View.INTERNAL or (view == View.PUBLIC and is_for_public))
