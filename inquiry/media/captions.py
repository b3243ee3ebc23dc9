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
from ..live.models import Session, SessionState
from ..permissions import Actor, allows
from ..questions.queries.lists import Page
from ..realtime.history import Body
from ..realtime.views import View
from . import marks, queries, sentences
from .legs import Timeline
from .models import Caption, Passage, PictureSource, Programme, Recording

#: Lines that a reader sees at once.
LINES: Final = 3
MOST: Final = 20_000
#: What is typed along is heard some seconds before it is written.
_LATE: Final = timedelta(seconds=10)
#: Of the line before so many signs are looked in as well, where it ended no longer ago.
_TAIL: Final = 60
_RUNS_ON: Final = timedelta(seconds=10)
#: Of the desk at which they are corrected.
PAGE: Final = 50
#: Of a search: lines that are told, lines that are looked at for it, and among so many of the newest, which are those
#: of some two hundred evenings: a fifth of a second on SQLite.
MOST_FOUND: Final = 20
_MOST_LOOKED_AT: Final = 400
_MOST_SEARCHED: Final = 300_000


def standing(db: Db, session_id: int) -> Sequence[Caption]:
    """Those of a session that nothing supersedes and that may be read, in the order in which they were heard."""
    return db.scalars(_readable(db, session_id).order_by(Caption.begins_at, Caption.id).limit(MOST)).all()


def are_any(db: Db, session_id: int) -> bool:
    """Whether there is one of them."""
    return db.scalar(_readable(db, session_id).with_only_columns(Caption.id).limit(1)) is not None


def before(db: Db, caption: Caption) -> Caption | None:
    """The one of the same session that was heard before, if any."""
    earlier = _of(caption.session_id).where(Caption.begins_at <= caption.begins_at, Caption.id != caption.id)
    earlier = earlier.where(or_(Caption.begins_at < caption.begins_at, Caption.id < caption.id))
    return db.scalar(earlier.order_by(Caption.begins_at.desc(), Caption.id.desc()).limit(1))


def after(db: Db, caption: Caption) -> Caption | None:
    later = _of(caption.session_id).where(Caption.begins_at > caption.begins_at)
    return db.scalar(later.order_by(Caption.begins_at, Caption.id).limit(1))


def sought(before: Caption | None, caption: Caption) -> str:
    """What a search looks in to find this one: the end of the line before it, and its own words."""
    return (before.text[-_TAIL:] if before else "") + caption.text


def last(db: Db, session_id: int, most: int = LINES) -> list[Caption]:
    """The last of them, oldest first."""
    found = db.scalars(_of(session_id).order_by(Caption.begins_at.desc(), Caption.id.desc()).limit(most))
    return list(reversed(_left(found, queries.passages(db, session_id))))


def page(db: Db, session_id: int, number: int) -> Page[Caption]:
    """The newest of them first, some at a time, for whoever corrects them."""
    readable = _readable(db, session_id)
    count = db.scalar(select(func.count()).select_from(readable.with_only_columns(Caption.id).subquery())) or 0
    pages = max(1, -(-count // PAGE))
    number = min(max(number, 1), pages)
    newest = readable.order_by(Caption.begins_at.desc(), Caption.id.desc())
    return Page(list(db.scalars(newest.limit(PAGE).offset((number - 1) * PAGE))), number, pages, count)


def _of(session_id: int) -> Select[Caption]:
    return select(Caption).where(Caption.session_id == session_id, _not_superseded())


def _not_superseded() -> ColumnElement[bool]:
    newer = aliased(Caption)
    return ~select(newer.id).where(newer.supersedes_id == Caption.id).exists()


def _readable(db: Db, session_id: int) -> Select[Caption]:
    """Those of a session that nothing supersedes and that may be read, as `_left` says it."""
    return _of(session_id).where(
        *(or_(Caption.ends_at <= cut.begins_at, Caption.begins_at >= cut.ends_at + _LATE)
          for cut in queries.passages(db, session_id))
    )  # fmt: skip


def _left(found: Iterable[Caption], withdrawn: Sequence[Passage]) -> list[Caption]:
    """Without those that were heard in a withdrawn passage, or may have been."""
    return [
        one for one in found
        if not any(one.ends_at > cut.begins_at and one.begins_at < cut.ends_at + _LATE for cut in withdrawn)
    ]  # fmt: skip


#: Perhaps nothing of it is in our house: there was no picture at last, or it lay elsewhere.
_NOT_RECORDED: Final = and_(
    Session.state == SessionState.CLOSED, Recording.media_id.is_(None),
    or_(Programme.id.is_(None), Programme.source.in_((PictureSource.NONE, PictureSource.ADDRESS))),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A caption that was found, perhaps with the one in which its sentence began, and where that is heard in the
    recording of its session; None where nobody recorded that, and its address leads to the minutes."""

    words: list[str]
    session: Session
    address: str
    seconds: int | None


@dataclass(frozen=True)
class Found:
    """The newest lines that fit, and whether there are more."""

    lines: list[Line]
    are_more: bool


def search(db: Db, actor: Actor, typed: str, session_id: int | None, hidden: Collection[int]) -> Found:
    """The lines in which all these words are, of recordings that this reader may see, and of what nobody recorded and
    is over; `hidden` are sessions of which nothing is found."""
    terms = text.search_terms(typed)
    if not terms:
        return Found([], are_more=False)
    newest_id = select(func.max(Caption.id)).scalar_subquery()
    seen = [Recording.media_id.is_not(None)]
    if not allows(actor, "read.staff"):
        seen.append(Recording.published_at.is_not(None))
    wanted = [_not_superseded(), Caption.id > newest_id - _MOST_SEARCHED, or_(and_(*seen), _NOT_RECORDED)]
    wanted += readers.outside(Caption.session_id, hidden)
    spellings = {tuple(terms), tuple(typed.split())}  # in the signs of the questions, or as it was written
    wanted.append(or_(*(_has(words) for words in spellings)))
    if session_id is not None:
        wanted.append(Caption.session_id == session_id)
    newest = db.scalars(
        select(Caption)
        .join(Session, Session.id == Caption.session_id)
        .outerjoin(Recording, Recording.id == Caption.session_id)
        .outerjoin(Programme, Programme.id == Caption.session_id)
        .where(*wanted)
        .order_by(Caption.begins_at.desc(), Caption.id.desc())
        .limit(_MOST_LOOKED_AT)
    ).all()
    of_session: dict[int, _Heard | _Written | None] = {}
    lines: list[Line] = []
    for one in newest:  # of no more sessions than it takes
        if one.session_id not in of_session:
            of_session[one.session_id] = _heard(db, actor, one.session_id)
        heard = of_session[one.session_id]
        found = _said(db, one, spellings)
        if heard and found and (line := heard.line(found)):
            lines.append(line)
        if len(lines) > MOST_FOUND:
            break
    return Found(lines[:MOST_FOUND], len(lines) > MOST_FOUND or len(newest) == _MOST_LOOKED_AT)


def _has(words: Sequence[str]) -> ColumnElement[bool]:
    runs_on = len("".join(words)) > 1
    within = func.coalesce(Caption.sought, Caption.text) if runs_on else Caption.text
    return and_(*(within.icontains(one, autoescape=True) for one in words))


def _said(db: Db, one: Caption, spellings: Collection[Sequence[str]]) -> list[Caption]:
    """In which lines these words are said: this one alone, or the one before and this one. Empty if it is the one
    before alone, which is found by itself."""

    def has(text: str) -> bool:
        return any(all(word.lower() in text.lower() for word in words) for words in spellings)

    if has(one.text):
        return [one]
    if has((one.sought or "").removesuffix(one.text)):
        return []
    begun = before(db, one)
    if begun is None or one.begins_at - begun.ends_at > _RUNS_ON or has(begun.text):
        return []
    return [begun, one] if has(sought(begun, one)) else []


@dataclass(frozen=True)
class _Heard:
    """The recording of a session as a reader may hear it."""

    played: sentences.Played
    timeline: Timeline
    withdrawn: Sequence[Passage]

    def line(self, said: list[Caption]) -> Line | None:
        """Where these lines are heard; None where one of them may not be, or nothing is left of it."""
        told = on_timeline(said, self.timeline)
        if len(told) < len(said) or len(_left(said, self.withdrawn)) < len(said):
            return None
        start = told[0][0] // 1000
        return Line([one.text for one in said], self.played.session, f"{self.played.page}?t={start}", start)


@dataclass(frozen=True)
class _Written:
    """A session that nobody recorded."""

    session: Session

    def line(self, said: list[Caption]) -> Line:
        return Line([one.text for one in said], self.session, f"/sessions/{self.session.code}/minutes", None)


def _heard(db: Db, actor: Actor, session_id: int) -> _Heard | _Written | None:
    session, recording = db.get_one(Session, session_id), queries.recording(db, session_id)
    if recording is None or recording.media_id is None:
        is_open = queries.may_see_filmed(db, actor, session)
        return _Written(session) if is_open and not marks.was_filmed(db, session_id) else None
    played = sentences.played(db, actor, session)
    return _Heard(played, played.line, queries.passages(db, session_id)) if played else None


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
