"""What happened in a session as marks for its recording: told by the trace, in the words that may be read today."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from ..accounts.models import Unit
from ..core import text
from ..core.clock import milliseconds
from ..core.db import Db
from ..live import events as live_events
from ..live.models import Item, Session, Slot
from ..pledges import events as pledge_events
from ..pledges.models import Pledge, PledgeOrigin
from ..questions import events as question_events
from ..questions import rules as question_rules
from ..questions.models import Question
from ..realtime.streams import public_stream
from ..responses.models import Medium, Response
from ..trace.models import Entry
from . import events
from .chapters import Mark

#: A chapter's title fits a line of a list.
_LONGEST: Final = 60
_TOLD: Final = (
    live_events.ITEM_TAKEN, live_events.LIVE_TAKEN_BACK, live_events.SLOT_STARTED, question_events.PUT_ON_AIR,
    question_events.TAKEN_BACK, pledge_events.RECORDED,
)  # fmt: skip
#: A sentence is heard from some seconds before what was recorded of it, and is no speech.
BEFORE_MS: Final = 10_000
AFTER_MS: Final = 5_000
LONGEST_SENTENCE_MS: Final = 60_000


def marks(db: Db, session: Session) -> list[Mark]:
    """Everything that is a chapter. What was put on air by mistake and taken back is none."""
    names = [one.name for one in _TOLD]
    stream = str(public_stream(session.id))
    entries = db.scalars(select(Entry).where(Entry.stream == stream, Entry.kind.in_(names)).order_by(Entry.seq)).all()
    told = _standing(entries)
    units = {one.id: one for one in db.scalars(select(Unit))}
    make: dict[str, Callable[[list[Entry]], Iterable[Mark]]] = {
        live_events.ITEM_TAKEN.name: lambda some: _items(db, some),
        live_events.SLOT_STARTED.name: lambda some: _slots(db, some, units),
        question_events.PUT_ON_AIR.name: lambda some: _questions(db, some),
        pledge_events.RECORDED.name: lambda some: _pledges(db, some, units),
    }
    found = [mark for name, marked in make.items() for mark in marked([one for one in told if one.kind == name])]
    return found + _answers(db, session, units)


def was_filmed(db: Db, session_id: int) -> bool:
    """Whether there ever was a picture of a session that came by way of our house, whatever was chosen later."""
    seen = select(Entry.seq).where(Entry.stream == str(public_stream(session_id)), Entry.kind == events.PICTURE_ON.name)
    return db.scalar(seen.limit(1)) is not None


def _standing(entries: Sequence[Entry]) -> list[Entry]:
    """Without what was taken back: going live by mistake, and a question that was put by mistake with its item."""
    standing: list[Entry] = []
    for entry in entries:
        if entry.kind == live_events.LIVE_TAKEN_BACK.name:
            standing = []
        elif entry.kind == question_events.TAKEN_BACK.name:
            put = [
                one for one in standing
                if one.kind == question_events.PUT_ON_AIR.name and one.payload["question"] == entry.payload["question"]
            ]  # fmt: skip
            if put:
                standing = [one for one in standing if one.at != put[-1].at]
        else:
            standing.append(entry)
    return standing


def _by_id(db: Db, model: Any, ids: Iterable[Any]) -> dict[int, Any]:
    wanted = sorted({one for one in ids if isinstance(one, int)})
    return {one.id: one for one in db.scalars(select(model).where(model.id.in_(wanted)))}


def _short(words: str) -> str:
    return text.shortened(words, _LONGEST)


def _items(db: Db, entries: list[Entry]) -> Iterable[Mark]:
    """A question's words are not those of its line in the rundown, which may have to be withdrawn."""
    items = _by_id(db, Item, (one.payload.get("item") for one in entries))
    for entry in entries:
        item = items.get(entry.payload.get("item", 0))
        if item is not None and item.question_id is None:
            zh, en = _short(item.title), _short(item.title_en or item.title)
            yield Mark(milliseconds(entry.at), "item", zh, en, zh, {"item": item.id})


def _slots(db: Db, entries: list[Entry], units: dict[int, Unit]) -> Iterable[Mark]:
    slots = _by_id(db, Slot, (one.payload.get("slot") for one in entries))
    for entry in entries:
        slot = slots.get(entry.payload.get("slot", 0))
        if slot is not None:
            unit = units[slot.unit_id]
            zh, en = f"{unit.name} · {slot.speaker}", f"{unit.name_en or unit.name} · {slot.speaker}"
            yield Mark(milliseconds(entry.at), "slot", _short(zh), _short(en), unit.name, {"slot": slot.id})


def _questions(db: Db, entries: list[Entry]) -> Iterable[Mark]:
    questions = _by_id(db, Question, (one.payload.get("question") for one in entries))
    for entry in entries:
        one = questions.get(entry.payload.get("question", 0))
        if one is None:
            continue
        words = one.text if question_rules.is_public(one.state, one.approved_at) else ""
        zh, en = (f"{called}{_short(words)}" for called in (f"问题 {one.number} ", f"Question {one.number} "))
        plain = f"问题 {one.number} / Question {one.number}"
        yield Mark(milliseconds(entry.at), "question", zh.strip(), en.strip(), plain, {"question": one.id})


def _answers(db: Db, session: Session, units: dict[int, Unit]) -> list[Mark]:
    """The versions that stand, from where they were heard."""
    if session.went_live_at is None:
        return []
    given = _on_air(db, session.id)
    superseded = {one.supersedes_id for one in given}
    began = milliseconds(session.went_live_at)
    return [
        Mark(
            began + one.started_ms, "answer", f"{units[one.unit_id].name}回答",
            f"Answer of {units[one.unit_id].name_en or units[one.unit_id].name}", f"{units[one.unit_id].name}回答",
            {"question": one.question_id, "response": one.id},
        )
        for one in given if one.id not in superseded and one.started_ms is not None
    ]  # fmt: skip


def _on_air(db: Db, session_id: int) -> Sequence[Response]:
    own = select(Response).where(Response.session_id == session_id, Response.medium == Medium.ON_AIR)
    return db.scalars(own.order_by(Response.id)).all()


def _pledges(db: Db, entries: list[Entry], units: dict[int, Unit]) -> Iterable[Mark]:
    """Where each was first written down, in the words of the version that stands."""
    own = {name for entry in entries for name in entry.about if name.startswith("pledge:")}
    first = _by_id(db, Pledge, (int(name.partition(":")[2]) for name in own))
    newest = _newest(db, first)
    for entry in entries:
        for number in (int(name.partition(":")[2]) for name in entry.about if name.startswith("pledge:")):
            if number not in first:
                continue
            one = newest[number]
            unit = units[one.lead_unit_id]
            words = "" if one.withdrawn_at else f"{one.action}{one.object}" if one.action else one.spoken
            zh = f"承诺 {_short(words)}" if words else f"{unit.name}承诺"
            en = f"Pledge: {_short(words)}" if words else f"Pledge of {unit.name_en or unit.name}"
            yield Mark(milliseconds(entry.at), "pledge", zh, en, f"{unit.name}承诺", {"pledge": one.id})


def _newest(db: Db, first: dict[int, Pledge]) -> dict[int, Pledge]:
    """The version that stands of each pledge, by the id of its first one."""
    newest = dict(first)
    moved = dict(first)
    while moved:
        by_older = {one.id: number for number, one in moved.items()}
        later = db.scalars(select(Pledge).where(Pledge.supersedes_id.in_(sorted(by_older)))).all()
        moved = {by_older[one.supersedes_id or 0]: one for one in later}
        newest |= moved
    return newest


def sentence_of_pledge(db: Db, pledge: Pledge) -> tuple[int, int] | None:
    """From when to when it was said, as instants; None where the words were withdrawn, or it was not said on air."""
    if pledge.withdrawn_at is not None:
        return None
    recorded = pledged_at(db, pledge)
    if pledge.origin is PledgeOrigin.EXAM_SLOT:
        return _bounded(_spoke(db, pledge, recorded), recorded)
    response = db.get(Response, pledge.response_id or 0)
    if response is None or response.medium is not Medium.ON_AIR:
        return None
    heard = _heard(db, response)
    if heard is None:
        return _bounded(None, recorded)
    begins, ends = heard
    # Long after, it was no longer being said: that was at the end of the answer, or before.
    is_late = response.ended_ms is not None and recorded + AFTER_MS - LONGEST_SENTENCE_MS >= ends
    return _bounded(begins, ends if is_late else recorded)


def pledged_at(db: Db, pledge: Pledge) -> int:
    """The instant at which a pledge was first written down: what was corrected later was heard then."""
    while pledge.supersedes_id is not None:
        pledge = db.get_one(Pledge, pledge.supersedes_id)
    return milliseconds(pledge.recorded_at)


def _spoke(db: Db, pledge: Pledge, at: int) -> int | None:
    """Since when the unit that is to keep it spoke, or spoke last before that instant; None: others spoke for it."""
    own = select(Slot.started_at).where(Slot.session_id == pledge.session_id, Slot.unit_id == pledge.lead_unit_id)
    return max((began for one in db.scalars(own) if (began := milliseconds(one)) <= at), default=None)


def sentence_of_answer(db: Db, response: Response) -> tuple[int, int] | None:
    """How an answer began; None where its words were withdrawn, or it was not given on air."""
    heard = _heard(db, response)
    if heard is None or response.withdrawn_at is not None:
        return None
    begins, ends = heard
    return begins, min(ends + AFTER_MS, begins + LONGEST_SENTENCE_MS)


def sentence_of_question(question: Question) -> tuple[int, int] | None:
    """How a question was put; None where its words are not public, or it never was on air."""
    if question.on_air_at is None or not question_rules.is_public(question.state, question.approved_at):
        return None
    at = milliseconds(question.on_air_at)
    ends = milliseconds(question.off_air_at) if question.off_air_at else at + LONGEST_SENTENCE_MS
    return at - BEFORE_MS // 2, min(ends, at + LONGEST_SENTENCE_MS // 2)


def _heard(db: Db, response: Response) -> tuple[int, int] | None:
    session = db.get(Session, response.session_id or 0)
    went_live: datetime | None = session.went_live_at if session else None
    if went_live is None or response.medium is not Medium.ON_AIR or response.started_ms is None:
        return None
    began = milliseconds(went_live)
    ends = response.started_ms + LONGEST_SENTENCE_MS if response.ended_ms is None else response.ended_ms
    return began + response.started_ms, began + ends


def _bounded(said: int | None, recorded: int) -> tuple[int, int]:
    """What was written down at an instant was said just before it, and not before the answer began."""
    ends = recorded + AFTER_MS
    begins = ends - LONGEST_SENTENCE_MS if said is None else said - BEFORE_MS
    return max(begins, ends - LONGEST_SENTENCE_MS), ends


def sentences(db: Db, session: Session) -> list[tuple[int, int]]:
    """All that the pages of the session's questions and pledges play."""
    put = db.scalars(select(Question).where(Question.session_id == session.id, Question.on_air_at.is_not(None)))
    pledged = db.scalars(select(Pledge).where(Pledge.session_id == session.id))
    corrected = {one.supersedes_id for one in _on_air(db, session.id)}
    found = [sentence_of_question(one) for one in put]
    found += [sentence_of_answer(db, one) for one in _on_air(db, session.id) if one.id not in corrected]
    found += [sentence_of_pledge(db, one) for one in pledged]
    return sorted({one for one in found if one is not None})
