"""What comes in about questions: parse, call, answer."""

from typing import Any

from ..core import clock
from ..core.db import Db
from ..dispatch import reach, withdrawing
from ..dispatch.batching import Sharing
from ..dispatch.registry import command, query
from ..dispatch.unit_of_work import UnitOfWork
from ..errors import NotPublic, Refusal
from ..live import queries as live
from ..live import readers
from ..live.commands.floor import FloorChange
from ..live.commands.rehearsing import on_copied
from ..permissions import Actor, Scope, require
from ..realtime import streams, views
from ..realtime.views import View
from . import desk_lists, rows, schemas
from .commands import air, asking, closing_words, moderation, passing_on, rehearsing, supporting
from .commands.asking import Wording
from .models import Question
from .queries import alike as question_alike
from .queries import lists, tallies
from .queries.places import Place

Ack = dict[str, Any]

on_copied(rehearsing.copy_questions)
withdrawing.on_gone(rehearsing.close_copies)


def _place(db: Db, number: int) -> Scope | None:
    question = db.get(Question, number)
    return Scope(session_id=question.session_id, unit_id=question.unit_id) if question else None


reach.belongs("question", _place)
reach.belongs("into", _place)


# --- citizens -------------------------------------------------------------------------------------------------------


def _word(_actor: Actor, message: schemas.Ask | schemas.Reword) -> Wording:
    """Reckoned before the transaction begins: everybody who asks in the same second waits for everybody else."""
    return asking.word(message.text)


@command("questions.ask", schemas.Ask, limit="3/minute;20/hour", prepare=_word, shares=Sharing.EACH)
def ask(uow: UnitOfWork, actor: Actor, message: schemas.Ask, wording: Wording) -> Ack:
    question = asking.ask_question(uow, actor, message.session, wording, message.unit, message.asker)
    return {
        "question": question.id, "number": question.number, "receipt": question.receipt, "state": question.state.value,
    }  # fmt: skip


@command("questions.support", schemas.OfQuestion, limit="60/minute", shares=Sharing.MANY)
def support(uow: UnitOfWork, presses: list[tuple[Actor, schemas.OfQuestion]]) -> list[Ack | Refusal]:
    """How many do is told with the next tick: counting a hundred thousand for each press would hold up all of them."""
    outcomes = supporting.support_all(uow, [(actor, message.question) for actor, message in presses])
    return [root if isinstance(root, Refusal) else {"question": root.id, "supported": True} for root in outcomes]


@command("questions.withdraw_support", schemas.OfQuestion, limit="60/minute", shares=Sharing.EACH)
def withdraw_support(uow: UnitOfWork, actor: Actor, message: schemas.OfQuestion) -> Ack:
    return {"question": supporting.withdraw_support(uow, actor, message.question).id, "supported": False}


@query("questions.similar", schemas.Similar, limit="120/minute")
def similar(db: Db, actor: Actor, message: schemas.Similar) -> Ack:
    readers.require_not_hidden(db, actor, message.session)
    found = [one.question for one in question_alike.similar(db, message.session, message.text)]
    return {"questions": [rows.listed(one) for one in lists.counted(db, found, actor.device_id)]}


@query("questions.listing", schemas.Listing, limit="120/minute")
def listing(db: Db, actor: Actor, message: schemas.Listing) -> Ack:
    session = live.session(db, message.session)
    readers.require_readable(actor, session)
    page = lists.listing(
        db, session.id, message.sort, message.page, clock.now(), actor.device_id, message.as_of
    )  # fmt: skip
    return {
        "questions": [rows.listed(one) for one in page.rows], "page": page.number, "pages": page.pages,
        "total": page.total, "as_of": page.as_of,
    }  # fmt: skip


@query("questions.mine", schemas.Mine, limit="120/minute")
def mine(db: Db, actor: Actor, message: schemas.Mine) -> Ack:
    hidden = readers.closed_to(db, actor)
    if message.session in hidden:
        raise NotPublic(session=message.session)
    own = lists.mine(db, actor.device_id, message.session, hidden) if actor.device_id is not None else []
    return {"questions": [rows.asked(one) for one in own]}


# --- the crew's desks -----------------------------------------------------------------------------------------------


@query("questions.find", schemas.Find, limit="240/minute")
def find(db: Db, actor: Actor, message: schemas.Find) -> Ack:
    """One page of a list, as rows of the crew's state with what they name, and where the streams stood then."""
    require(actor, "read.staff")
    place = Place.parse(message.after or "")
    found = desk_lists.find(
        db, message.session, message.list, message.text, message.unit, message.sort, place, clock.now()
    )
    return {
        "streams": streams.positions(db, message.session, View.STAFF), "ids": found.ids, "total": found.total,
        "behind": str(found.behind) if found.behind else None,
        "rows": views.patch(db, [f"question:{one}" for one in found.ids], View.STAFF),
    }  # fmt: skip


# --- moderators -----------------------------------------------------------------------------------------------------


def _decided(question: Question) -> Ack:
    return {"question": question.id, "state": question.state.value, "rev": question.rev}


@query("questions.candidates", schemas.OfQuestion)
def candidates(db: Db, actor: Actor, message: schemas.OfQuestion) -> Ack:
    require(actor, "questions.merge")
    found = question_alike.candidates(db, message.question)
    counted = lists.counted(db, [one.question for one in found])
    units = {one.question.unit_id for one in found if one.question.unit_id is not None}
    return {
        "units": list(views.patch(db, [f"unit:{one}" for one in sorted(units)], View.STAFF).get("unit", {}).values()),
        "questions": [
            rows.listed(one) | {"score": round(alike.score, 2)} for one, alike in zip(counted, found, strict=True)
        ],
    }


@command("questions.hold", schemas.OfQuestion)
def hold(uow: UnitOfWork, actor: Actor, message: schemas.OfQuestion) -> Ack:
    question = moderation.hold(uow, actor, message.question)
    return {"question": question.id, "until": clock.milliseconds(question.held_until) if question.held_until else None}


@command("questions.approve", schemas.Approve)
def approve(uow: UnitOfWork, actor: Actor, message: schemas.Approve) -> Ack:
    return _decided(moderation.approve(uow, actor, message.question, message.seen, message.unit))


@command("questions.refuse", schemas.Refuse)
def refuse(uow: UnitOfWork, actor: Actor, message: schemas.Refuse) -> Ack:
    return _decided(moderation.refuse(uow, actor, message.question, message.seen, message.reason, message.note))


@command("questions.merge", schemas.Merge)
def merge(uow: UnitOfWork, actor: Actor, message: schemas.Merge) -> Ack:
    root = moderation.merge(uow, actor, message.question, message.seen, message.into)
    return {"question": message.question, "into": root.id, "votes": tallies.tallies(uow.db, [root.id])[root.id]}


@command("questions.unmerge", schemas.Press)
def unmerge(uow: UnitOfWork, actor: Actor, message: schemas.Press) -> Ack:
    return _decided(moderation.unmerge(uow, actor, message.question, message.seen))


@command("questions.reword", schemas.Reword, prepare=_word)
def reword(uow: UnitOfWork, actor: Actor, message: schemas.Reword, wording: Wording) -> Ack:
    return _decided(moderation.reword(uow, actor, message.question, message.seen, wording, message.closed))


@command("questions.withdraw_words", schemas.WithdrawWords)
def withdraw_words(uow: UnitOfWork, actor: Actor, message: schemas.WithdrawWords) -> Ack:
    return _decided(closing_words.withdraw_words(uow, actor, message.question, message.seen, message.reason)[0])


@command("questions.undo", schemas.Press)
def undo(uow: UnitOfWork, actor: Actor, message: schemas.Press) -> Ack:
    return _decided(moderation.undo(uow, actor, message.question, message.seen))


@command("questions.set_unit", schemas.SetUnit)
def set_unit(uow: UnitOfWork, actor: Actor, message: schemas.SetUnit) -> Ack:
    return _decided(moderation.set_unit(uow, actor, message.question, message.seen, message.unit))


# --- passing on -----------------------------------------------------------------------------------------------------


def _passed(question: Question) -> Ack:
    return rows.handed_row(question) | {"question": question.id}


@command("questions.return_question", schemas.Return)
def return_question(uow: UnitOfWork, actor: Actor, message: schemas.Return) -> Ack:
    return _passed(passing_on.return_question(uow, actor, message.question, message.seen, message.reason))


@command("questions.reassign_question", schemas.Reassign)
def reassign_question(uow: UnitOfWork, actor: Actor, message: schemas.Reassign) -> Ack:
    return _passed(
        passing_on.reassign_question(uow, actor, message.question, message.seen, message.unit, message.reason)
    )


# --- the floor ------------------------------------------------------------------------------------------------------


def _on_floor(change: FloorChange) -> Ack:
    return {"item": change.item.id if change.item else None, "floor_rev": change.session.floor_rev}


@command("questions.put_on_air", schemas.PutOnAir)
def put_on_air(uow: UnitOfWork, actor: Actor, message: schemas.PutOnAir) -> Ack:
    change = air.put_on_air(uow, actor, message.session, message.question, message.seen, message.unit)
    return _on_floor(change)


@command("questions.take_item", schemas.TakeItem)
def take_item(uow: UnitOfWork, actor: Actor, message: schemas.TakeItem) -> Ack:
    return _on_floor(air.take_item(uow, actor, message.session, message.item, message.seen))


@command("questions.take_back", schemas.TakeBack)
def take_back(uow: UnitOfWork, actor: Actor, message: schemas.TakeBack) -> Ack:
    return _on_floor(air.take_back(uow, actor, message.session, message.question, message.seen))


@command("questions.clear_floor", schemas.OnFloor)
def clear_floor(uow: UnitOfWork, actor: Actor, message: schemas.OnFloor) -> Ack:
    return _on_floor(air.clear_floor(uow, actor, message.session, message.seen))
