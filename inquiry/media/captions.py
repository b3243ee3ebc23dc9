"""Captions as they are read: the last ones with each tick, all of them beside the recording."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from ..core.clock import milliseconds
from ..core.db import Db
from ..realtime.history import Body
from ..realtime.views import View
from .legs import Timeline
from .models import Caption

#: Lines that a reader sees at once.
LINES: Final = 3
MOST: Final = 20_000


def standing(db: Db, session_id: int) -> Sequence[Caption]:
    """Those of a session that nothing supersedes, in the order in which they were heard."""
    return db.scalars(_standing(session_id).order_by(Caption.begins_at, Caption.id).limit(MOST)).all()


def last(db: Db, session_id: int, most: int = LINES) -> list[Caption]:
    """The last of them, oldest first."""
    newest = _standing(session_id).order_by(Caption.begins_at.desc(), Caption.id.desc()).limit(most)
    return list(reversed(db.scalars(newest).all()))


def _standing(session_id: int) -> Select[Caption]:
    newer = aliased(Caption)
    superseded = select(newer.id).where(newer.supersedes_id == Caption.id).exists()
    return select(Caption).where(Caption.session_id == session_id, ~superseded)


def on_timeline(found: Iterable[Caption], line: Timeline) -> list[tuple[int, int, str]]:
    """As cues of the recording; what was heard where nothing is left of it has none."""
    told: list[tuple[int, int, str]] = []
    for one in found:
        start, end = _offset(line, one.begins_at), _offset(line, one.ends_at)
        until = line.ms if end is None else end
        if start is not None and until > start:
            told.append((start, until, one.text))
    return told


def _offset(line: Timeline, at: datetime) -> int | None:
    return line.offset(milliseconds(at))


def tick(db: Db, session_id: int, _touched: set[int], _view: View) -> Body:
    """`{captions: [{id, text, from, to}]}`: the last lines. They travel in no entry, and no snapshot grows by them."""
    told = [
        {"id": one.id, "text": one.text, "from": milliseconds(one.begins_at), "to": milliseconds(one.ends_at)}
        for one in last(db, session_id)
    ]
    return {"captions": told} if told else {}
