"""Putting questions on air, taking them off, and what became of them there.

These verbs join the rundown and the questions: `live` knows only that an item is on the floor.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from ...accounts import queries as accounts
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...live import queries as rundown
from ...live.commands import floor
from ...live.commands import rundown as live_rundown
from ...live.models import Item, ItemState, Session
from ...permissions import Actor, require
from .. import events, refusals, rules
from ..models import Question, QuestionState
from ..queries import lookup


def put_on_air(
    uow: UnitOfWork, actor: Actor, session_id: int, question_id: int, seen: int | None, unit_id: int | None = None
) -> floor.FloorChange:
    """Bring a question before the officials: its planned item, or a new one that comes next, takes the floor.

    `unit_id` says who is to answer, if not the question's unit. What was on air leaves it. Raises Stale, NotLive,
    NotFound, NoSession, WrongState.
    """
    require(actor, "questions.put_on_air")
    session = floor.lock_as_seen(uow, session_id, seen)
    question = _airable(uow, session, question_id)
    unit_id = unit_id or question.unit_id
    family = uow.db.scalars(select(Question.id).where(Question.root_id == question.id)).all()
    item = live_rundown.insert_question_item(uow, actor, session.id, question.id, question.text, unit_id, family)
    if unit_id is not None:
        accounts.unit(uow.db, unit_id)
    if changed := live_rundown.write_line(item, {"unit_id": unit_id}):  # no step of preparing: nobody undoes the air
        live_rundown.note_change(uow, actor, item, changed)
    question.unit_id = unit_id
    return _take(uow, actor, session, item, question, seen)


def take_item(uow: UnitOfWork, actor: Actor, session_id: int, item_id: int, seen: int | None) -> floor.FloorChange:
    """Put an item of the rundown on air, with its question if it has one, or with the question that stands for that
    now, into which it was merged or reworded. Raises Stale, NotLive, NotFound, NoSession, WrongState, OnAirAlready.
    """
    require(actor, "questions.take_item")
    session = floor.lock_as_seen(uow, session_id, seen)
    item = rundown.item(uow.db, item_id)
    question = None
    if item.question_id is not None and item.id != session.floor_item_id:
        planned_for = lookup.question(uow.db, item.question_id)
        question = _airable(uow, session, planned_for.root_id or planned_for.id)
        live_rundown.show_question(item, question.id, question.text)
    return _take(uow, actor, session, item, question, seen)


def put_to_speaker(
    uow: UnitOfWork, actor: Actor, session: Session, question_id: int, item: Item, unit_id: int
) -> Question:
    """Put a question to whoever has the floor with `item`: it takes that from nobody, was asked from this moment on,
    and waits for the response of `unit_id`. The right to do so is that of the command that calls this.

    Raises NotFound, NoSession, WrongState, WordsWithdrawn.
    """
    question = _airable(uow, session, question_id)
    question.state, question.unit_id = rules.off_air(question.evaded), unit_id
    question.on_air_at = question.off_air_at = uow.now
    question.rev += 1
    _say_on_air(uow, actor, question, item)
    return question


def clear_floor(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> floor.FloorChange:
    """Take what is on air off it, with its question. Raises Stale, NotLive, NothingOnFloor."""
    require(actor, "questions.clear_floor")
    return floor.clear_floor(uow, actor, session_id, seen)


_on_taken_back: list[Callable[[UnitOfWork, Actor, Question, datetime], None]] = []


def on_taken_back(tell: Callable[[UnitOfWork, Actor, Question, datetime], None]) -> None:
    """Let a package above know, within the same unit of work, that a question was taken back that had been put on air
    at this instant."""
    _on_taken_back.append(tell)


def take_back(uow: UnitOfWork, actor: Actor, session_id: int, question_id: int, seen: int | None) -> floor.FloorChange:
    """Undo that a question was put on air a moment ago: it goes back to the queue, out of the rundown if nobody had
    planned it, and what it pushed aside is on air again.

    Raises Stale, NotLive, NotFound, WrongState, TooLateToTakeBack, AnswerBegun.
    """
    require(actor, "questions.take_back")
    session = floor.lock_as_seen(uow, session_id, seen)
    question = _on_floor(uow, session)
    if question is None or question.id != question_id or question.on_air_at is None:
        raise refusals.WrongState(state=lookup.question(uow.db, question_id).state.value)
    since = question.on_air_at
    aired_before = _aired_before(uow, question, since)
    if uow.now > since + rules.TAKE_BACK_WITHIN:
        raise refusals.TooLateToTakeBack(seconds=int(rules.TAKE_BACK_WITHIN.total_seconds()))
    if rundown.slots_since(uow.db, session.id, since) or (question.evaded is not None and not aired_before):
        raise refusals.AnswerBegun()
    change = floor.give_back(uow, actor, session.id, seen, since)
    question.state = rules.taken_back(question.evaded, aired_before)
    question.on_air_at, question.off_air_at = (since, uow.now) if aired_before else (None, None)
    question.rev += 1
    uow.record(
        question.stream, events.TAKEN_BACK, actor, [question],
        question=question.id, number=question.number, state=question.state.value,
    )  # fmt: skip
    for tell in _on_taken_back:
        tell(uow, actor, question, since)
    if change.left is not None and change.left.block_id is not None and change.left.state is ItemState.PLANNED:
        live_rundown.take_out(uow, actor, change.left)
    _back_on_air(uow, actor, change.item)
    return change


def _aired_before(uow: UnitOfWork, question: Question, since: datetime) -> bool:
    earlier = select(Item.id).where(Item.question_id == question.id, Item.started_at < since).limit(1)
    return uow.db.scalar(earlier) is not None


def _back_on_air(uow: UnitOfWork, actor: Actor, item: Item | None) -> None:
    """The question that was pushed aside by a mistake goes on as if nothing had been: it went on air when it did."""
    if item is None or item.question_id is None:
        return
    question = uow.lock(Question, item.question_id)
    question.state, question.off_air_at = QuestionState.ON_AIR, None
    question.rev += 1
    _say_on_air(uow, actor, question, item)


def leave_air(uow: UnitOfWork, actor: Actor, session_id: int) -> None:
    """Say that the question on the floor leaves it: for the close, which clears the floor by itself afterwards."""
    _leave(uow, actor, _on_floor(uow, uow.lock(Session, session_id)))


def mark_answered(uow: UnitOfWork, actor: Actor, question: Question, evaded: bool) -> None:
    """Take note that a response is recorded: `evaded` says whether all responses so far evade the question.

    A question on the floor stays there and is answered, or evaded, when it leaves. The caller has locked the question,
    and the caller's own entry names it too. Raises WrongState for what was neither on air nor handed to a unit.
    """
    if question.state is not QuestionState.ON_AIR and not rules.may("answer", question.state):
        raise refusals.WrongState(state=question.state.value)
    question.evaded = evaded
    now = rules.answered(evaded)
    if question.state in (QuestionState.ON_AIR, now):
        return
    question.state = now
    question.rev += 1
    kind = events.EVADED if evaded else events.ANSWERED
    uow.record(question.stream, kind, actor, [question], question=question.id, number=question.number)


def _airable(uow: UnitOfWork, session: Session, question_id: int) -> Question:
    question = uow.lock(Question, question_id)
    if question.session_id is None:
        raise refusals.NoSession(question=question.id)
    if question.session_id != session.id:
        raise NotFound(what="question", id=question_id)
    if question.withdrawn_at is not None:
        raise refusals.WordsWithdrawn()
    if not rules.may("put_on_air", question.state):
        raise refusals.WrongState(state=question.state.value)
    return question


def _take(
    uow: UnitOfWork, actor: Actor, session: Session, item: Item, question: Question | None, seen: int | None
) -> floor.FloorChange:
    change = floor.take_item(uow, actor, session.id, item.id, seen)
    if question is not None:
        question.state = QuestionState.ON_AIR
        question.on_air_at, question.off_air_at = uow.now, None
        question.rev += 1
        _say_on_air(uow, actor, question, item)
    return change


def _say_on_air(uow: UnitOfWork, actor: Actor, question: Question, item: Item) -> None:
    uow.record(
        question.stream, events.PUT_ON_AIR, actor, [question],
        question=question.id, number=question.number, item=item.id, unit=question.unit_id,
    )  # fmt: skip


def _on_floor(uow: UnitOfWork, session: Session) -> Question | None:
    item = uow.db.get(Item, session.floor_item_id) if session.floor_item_id is not None else None
    return uow.lock(Question, item.question_id) if item is not None and item.question_id is not None else None


def _item_left(uow: UnitOfWork, actor: Actor, item: Item) -> None:
    """What leaves the floor takes its question with it, whoever put the next item there."""
    if item.question_id is not None and uow.db.get(Question, item.question_id) is not None:
        _leave(uow, actor, uow.lock(Question, item.question_id))


floor.on_left(_item_left)


def _leave(uow: UnitOfWork, actor: Actor, question: Question | None) -> None:
    if question is None:
        return
    question.state, question.off_air_at = rules.off_air(question.evaded), uow.now
    question.rev += 1
    uow.record(
        question.stream, events.LEFT_AIR, actor, [question],
        question=question.id, number=question.number, state=question.state.value,
    )  # fmt: skip
