"""What was said, written along by a stenographer or a program, and corrected afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from ...core.db import existing
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NothingChanged
from ...live.models import Session, SessionState
from ...permissions import Actor, Scope, require
from ...realtime import ticks
from ...realtime.streams import staff_stream
from .. import captions, events, refusals
from ..models import Caption

LONGEST: Final = timedelta(seconds=20)
#: Of one that says no times.
USUAL: Final = timedelta(seconds=4)
HEARD_WITHIN: Final = timedelta(minutes=2)
_AHEAD: Final = timedelta(seconds=5)


def write(
    uow: UnitOfWork, actor: Actor, session_id: int, text: str, *, begins: int | None = None, ends: int | None = None
) -> Caption:  # fmt: skip
    """Write along; instants in milliseconds since 1970, without them just now. Readers are told by the next tick.

    Raises NotLiveForCaptions, NoTimeForCaption, NotFound.
    """
    require(actor, "media.caption", Scope(session_id=session_id))
    session = existing(uow.db, Session, session_id)  # not locked: nobody on the floor waits for somebody who types
    if session.state is not SessionState.LIVE:
        raise refusals.NotLiveForCaptions()
    heard_at = _instant(begins) if begins is not None else uow.now - USUAL
    until = _instant(ends) if ends is not None else heard_at + USUAL
    if not (
        timedelta(0) < until - heard_at <= LONGEST and uow.now - HEARD_WITHIN <= heard_at and until <= uow.now + _AHEAD
    ):
        raise refusals.NoTimeForCaption(seconds=int(LONGEST.total_seconds()))
    caption = Caption(session_id=session.id, begins_at=heard_at, ends_at=until, text=text, written_at=uow.now)
    uow.add(caption)
    _join(uow, caption)
    uow.after_commit(lambda: ticks.touch(session_id))
    return caption


def correct(uow: UnitOfWork, actor: Actor, caption_id: int, text: str) -> Caption:
    """Say better what was heard: a new version that stands for the old one. Raises Superseded, NothingChanged."""
    old = existing(uow.db, Caption, caption_id)
    require(actor, "media.correct_caption", Scope(session_id=old.session_id))
    session = uow.lock(Session, old.session_id)
    if uow.db.scalar(select(Caption.id).where(Caption.supersedes_id == old.id)) is not None:
        raise refusals.CaptionSuperseded()
    if old.text == text:
        raise NothingChanged()
    new = Caption(
        session_id=old.session_id, begins_at=old.begins_at, ends_at=old.ends_at, text=text, written_at=uow.now,
        supersedes_id=old.id,
    )  # fmt: skip
    uow.add(new)
    _join(uow, new)
    uow.record(
        staff_stream(session.id), events.CAPTION_CORRECTED, actor, [session], caption=new.id, supersedes=old.id
    )  # fmt: skip
    uow.after_commit(lambda: ticks.touch(session.id))
    return new


def _join(uow: UnitOfWork, caption: Caption) -> None:
    """Let a search find what is said from the line before on into this one, and from this one on into the next."""
    before, after = captions.before(uow.db, caption), captions.after(uow.db, caption)
    caption.sought = captions.sought(before, caption)
    if after is not None:
        after.sought = captions.sought(caption, after)


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
