"""What is known of the picture."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select

from ..core.db import Db
from ..live import readers
from ..live.models import Session
from ..realtime.views import View
from . import refusals, rules, tickets
from .models import MediaWorker, PictureSource, PictureState, Programme

#: A worker that said nothing for so long has ended.
SILENT_FOR: Final = timedelta(seconds=10)
#: Where what is seen of a session lies in the media folder.
PROGRAMMES: Final = "programmes"

#: Whether a view may see a thing at this moment; None: no such thing lies in that folder.
MaySee = Callable[[Db, str, View, datetime], bool | None]
_folders: dict[str, MaySee] = {}


def lies_in(folder: str, may_see: MaySee) -> None:
    """Say who may see what lies in a folder of the media folder; everything in there is in a folder of its own, which
    has its `media_id` as its name."""
    _folders[folder] = may_see


def worker(db: Db, now: datetime) -> MediaWorker | None:
    """The worker, if it lives; without it no program runs."""
    found = db.get(MediaWorker, 1)
    return found if found and now - found.seen_at < SILENT_FOR else None


def programme(db: Db, session_id: int) -> Programme | None:
    return db.get(Programme, session_id)


def by_media_id(db: Db, media_id: str) -> Programme | None:
    return db.scalar(select(Programme).where(Programme.media_id == media_id))


def carried(db: Db) -> Sequence[tuple[Programme, Session]]:
    """The programmes with which the worker has anything to do: an encoder sends, or a picture was there."""
    busy = or_(Programme.sender.is_not(None), Programme.state == PictureState.ON)
    found = db.execute(
        select(Programme, Session)
        .join(Session, Session.id == Programme.id)
        .where(busy, Programme.source != PictureSource.STAGE)
    )
    return [(one, session) for one, session in found]


def opened_by(db: Db, secret: str, media_id: str, ticket: str, now: datetime) -> str:
    """The folder of a thing that this ticket opens at this moment. Raises TicketRefused."""
    named = tickets.check(secret, media_id, ticket, now)
    if named is not None:
        for folder, may_see in _folders.items():
            if may_see(db, media_id, View.parse(named), now):
                return folder
    raise refusals.TicketRefused()


def _may_see(db: Db, media_id: str, view: View, now: datetime) -> bool | None:
    """The picture of a session: as its page, and not beyond its end: what is kept is the recording's."""
    found = by_media_id(db, media_id)
    if found is None:
        return None
    session = db.get_one(Session, found.id)
    is_open = view == View.INTERNAL or (view == View.PUBLIC and found.id not in readers.not_public(db))
    return is_open and not rules.is_over(session.closed_at, now)


def address(db: Db, secret: str, session: Session, view: View, now: datetime) -> tuple[Programme | None, str]:
    """The programme of a session, if any, and where a reader in this view, who may follow the session, finds its
    picture: '' where there is none."""
    found = programme(db, session.id)
    if found is None or found.source is PictureSource.NONE or rules.is_over(session.closed_at, now):
        return found, ""
    if found.source is PictureSource.ADDRESS:
        return found, found.address
    ticket = tickets.make(secret, found.media_id, str(view), now)
    return found, f"/media/{ticket}/{found.media_id}/live.m3u8"


lies_in(PROGRAMMES, _may_see)
