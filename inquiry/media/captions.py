"""Captions as they are read: the last ones with each tick, all of them beside the recording, some by a search."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from ..core import text
from ..core.clock import milliseconds
from ..core.db import Db
from ..live import readers
from ..live.models import Session
from ..permissions import Actor, allows
from ..questions.queries.lists import Page
from ..realtime.history import Body
from ..realtime.views import View
from . import queries, sentences
from .legs import Timeline
from .models import Caption, Passage, Recording

#: Lines that a reader sees at once.
LINES: Final = 3
MOST: Final = 20_000
#: What is typed along is heard some seconds before it is written.
_LATE: Final = timedelta(seconds=10)
#: Of the desk at which they are corrected.
PAGE: Final = 50
#: Of a search: lines that are told, lines that are looked at for it, and among so many of the newest, which are those
#: of some two hundred evenings: a fifth of a second on SQLite.
MOST_FOUND: Final = 20
_MOST_LOOKED_AT: Final = 400
_MOST_SEARCHED: Final = 300_000


def standing(db: Db, session_id: int) -> Sequence[Caption]:
    """Those of a session that nothing supersedes and that may be read, in the order in which they were heard."""
    found = db.scalars(_of(session_id).order_by(Caption.begins_at, Caption.id).limit(MOST))
    return _left(found, queries.passages(db, session_id))


def last(db: Db, session_id: int, most: int = LINES) -> list[Caption]:
    """The last of them, oldest first."""
    found = db.scalars(_of(session_id).order_by(Caption.begins_at.desc(), Caption.id.desc()).limit(most))
    return list(reversed(_left(found, queries.passages(db, session_id))))


def page(db: Db, session_id: int, number: int) -> Page[Caption]:
    """The newest of them first, some at a time, for whoever corrects them."""
    found = list(reversed(standing(db, session_id)))
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), pages)
    return Page(found[(number - 1) * PAGE : number * PAGE], number, pages, len(found))


def _of(session_id: int) -> Select[Caption]:
    return select(Caption).where(Caption.session_id == session_id, _not_superseded())


def _not_superseded() -> ColumnElement[bool]:
    newer = aliased(Caption)
    return ~select(newer.id).where(newer.supersedes_id == Caption.id).exists()


def _left(found: Iterable[Caption], withdrawn: Sequence[Passage]) -> list[Caption]:
    """Without those that were heard in a withdrawn passage, or may have been."""
    return [
        one for one in found
        if not any(one.ends_at > cut.begins_at and one.begins_at < cut.ends_at + _LATE for cut in withdrawn)
    ]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A caption that was found, and where it is heard in the recording of its session."""

    caption: Caption
    session: Session
    address: str
    seconds: int


@dataclass(frozen=True)
class Found:
    """The newest lines that fit, and whether there are more."""

    lines: list[Line]
    are_more: bool


def search(db: Db, actor: Actor, typed: str, session_id: int | None, hidden: Collection[int]) -> Found:
    """The lines in which all these words are, of recordings that this reader may see; `hidden` are sessions of which
    nothing is found."""
    terms = text.search_terms(typed)
    if not terms:
        return Found([], are_more=False)
    newest_id = select(func.max(Caption.id)).scalar_subquery()
    wanted = [_not_superseded(), Caption.id > newest_id - _MOST_SEARCHED, Recording.media_id.is_not(None)]
    wanted += readers.outside(Caption.session_id, hidden)
    wanted.append(or_(_has(terms), _has(typed.split())))  # as it was written, or in the signs of the questions
    if not allows(actor, "read.staff"):
        wanted.append(Recording.published_at.is_not(None))
    if session_id is not None:
        wanted.append(Caption.session_id == session_id)
    newest = db.scalars(
        select(Caption)
        .join(Recording, Recording.id == Caption.session_id)
        .where(*wanted)
        .order_by(Caption.begins_at.desc(), Caption.id.desc())
        .limit(_MOST_LOOKED_AT)
    ).all()
    of_session: dict[int, dict[int, Line]] = {}
    lines: list[Line] = []
    for one in newest:  # of no more sessions than it takes
        if one.session_id not in of_session:
            of_session[one.session_id] = _lines(db, actor, one.session_id, newest)
        if one.id in of_session[one.session_id]:
            lines.append(of_session[one.session_id][one.id])
        if len(lines) > MOST_FOUND:
            break
    return Found(lines[:MOST_FOUND], len(lines) > MOST_FOUND or len(newest) == _MOST_LOOKED_AT)


def _has(words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(Caption.text.icontains(one, autoescape=True) for one in words))


def _lines(db: Db, actor: Actor, session_id: int, found: Sequence[Caption]) -> dict[int, Line]:
    """Those of one session that this reader may hear, by their ids."""
    played = sentences.played(db, actor, db.get(Session, session_id))
    if played is None:
        return {}
    own = _left((one for one in found if one.session_id == session_id), queries.passages(db, session_id))
    line = played.line
    starts = {one.id: told[0][0] // 1000 for one in own if (told := on_timeline([one], line))}
    return {
        one.id: Line(one, played.session, f"{played.page}?t={starts[one.id]}", starts[one.id])
        for one in own if one.id in starts
    }  # fmt: skip


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
