"""The questions of a rehearsal: those of the rundown, and of the others enough to choose from."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import aliased

from ...core import codes
from ...core.db import Base
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...live import queries as live
from ...live.commands import rundown
from ...live.commands.rehearsing import Copying
from ...live.models import Item
from ...permissions import SYSTEM, Actor
from .. import events, rules
from ..models import Question, QuestionGram, QuestionState
from ..queries import tallies

#: So many of the most supported can be put in a rehearsal besides those that the rundown names.
MOST_COPIED = 100


def copy_questions(copying: Copying) -> None:
    """In their approved words, under their numbers; nobody's device, so that nobody is told of it, and no votes."""
    db, of, to = copying.uow.db, copying.of, copying.to
    asked = db.execute(select(Item.question_id, Item.id).where(Item.session_id == of.id, Item.question_id.is_not(None)))
    lines = {question: line for question, line in asked if question is not None}
    wanted = select(Question.id).where(Question.session_id == of.id, Question.state.in_(rules.OPEN))
    most = wanted.order_by(tallies.votes(None).desc(), Question.id).limit(MOST_COPIED)
    chosen = {*db.scalars(most), *lines}
    found = db.scalars(select(Question).where(Question.id.in_(chosen), Question.approved_at.is_not(None)))
    copies = {
        one.id: Question(
            session_id=to.id, number=one.number, receipt=codes.receipt_number(), asker=one.asker, text=one.text,
            background=one.background, search_text=one.search_text, unit_id=one.unit_id, state=QuestionState.APPROVED,
            asked_at=one.asked_at, approved_at=one.approved_at,
        )
        for one in found.all()
    }  # fmt: skip
    copying.uow.add(*copies.values())
    for original, copy in copies.items():
        copy.root_id = copying.questions[original] = copy.id
        if original in lines:
            db.get_one(Item, copying.items[lines[original]]).question_id = copy.id
    copied = aliased(Question)
    grams = (
        select(copied.id, QuestionGram.gram, copied.session_id)
        .join(Question, Question.id == QuestionGram.question_id)
        .join(copied, (copied.session_id == to.id) & (copied.number == Question.number))
        .where(Question.session_id == of.id)
    )
    db.execute(insert(QuestionGram).from_select(["question_id", "gram", "session_id"], grams))


def close_copies(uow: UnitOfWork, _actor: Actor, gone: Sequence[Base]) -> None:
    """What may not be read any more, because it was refused or withdrawn, is not rehearsed any more either."""
    for one in gone:
        if not isinstance(one, Question) or one.session_id is None or rules.is_public(one.state, one.approved_at):
            continue
        rehearsal = live.rehearsal(uow.db, one.session_id)
        if rehearsal is None:
            continue
        copies = select(Question.id).where(Question.session_id == rehearsal.id, Question.number == one.number)
        for number in uow.db.scalars(copies.where(Question.approved_at.is_not(None))).all():
            copy = uow.lock(Question, number)
            copy.approved_at = None
            copy.rev += 1
            items = rundown.withdraw_titles(uow, [copy.id])
            uow.record(copy.stream, events.WORDS_CLOSED, SYSTEM, [copy, *items], question=copy.id, number=copy.number)
            withdrawing.may_be_gone(uow, SYSTEM, [copy])
