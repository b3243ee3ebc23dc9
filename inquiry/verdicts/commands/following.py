"""A verdict follows the record of the answer it is about: `responses` tells of each new version. One that is open ends
with its session, and is called off when its question, or the answer, is taken back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select

from ...core.db import Base
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands import floor
from ...live.models import Session
from ...permissions import SYSTEM, Actor
from ...questions.commands import air
from ...questions.models import Question
from ...responses.commands import recording
from ...responses.models import Medium, Response
from ..models import Verdict
from ..queries import lookup
from ..refusals import VerdictClosed
from . import opening


def _recorded(uow: UnitOfWork, response: Response, before: Response | None) -> list[Base]:
    """Those that were opened about this unit's answer before the clerk had written it down, or that stood with the
    version before."""
    if response.medium is not Medium.ON_AIR:
        return []
    theirs = select(Verdict.id).where(Verdict.question_id == response.question_id)
    theirs = theirs.where(Verdict.response_id == before.id if before else Verdict.response_id.is_(None))
    if before is None and lookup.last_slot(uow.db, response.question_id) is not None:  # else nobody knew who answers
        theirs = theirs.where(or_(Verdict.unit_id == response.unit_id, Verdict.unit_id.is_(None)))
    ids = uow.db.scalars(theirs.order_by(Verdict.id)).all()
    found = [uow.lock(Verdict, one) for one in ids]
    for one in found:
        one.response_id, one.unit_id = response.id, response.unit_id
    return list(found)


def _over(uow: UnitOfWork, _actor: Actor, session: Session) -> None:
    """What was said until now counts."""
    if (found := lookup.open_verdict(uow.db, session.id)) is not None:
        with suppress(VerdictClosed):  # the watch may be closing it
            opening.close_verdict(uow, SYSTEM, found.id)


def _taken_back(uow: UnitOfWork, _actor: Actor, question: Question, since: datetime) -> None:
    """One that was opened since a question was put on air by mistake; one about what was answered before goes on."""
    if question.session_id is None:
        return
    found = lookup.open_verdict(uow.db, question.session_id)
    if found is not None and found.question_id == question.id and found.opened_at >= since:
        with suppress(VerdictClosed):
            opening.call_off(uow, SYSTEM, found.id)


def _gone(uow: UnitOfWork, _actor: Actor, rows: Sequence[Base]) -> None:
    """One about words that were withdrawn: what people judge cannot be read any more."""
    gone = [one for one in rows if isinstance(one, (Question, Response)) and one.withdrawn_at is not None]
    questions = [one.id for one in gone if isinstance(one, Question)]
    responses = [one.id for one in gone if isinstance(one, Response)]
    theirs = or_(Verdict.question_id.in_(questions), Verdict.response_id.in_(responses))
    ids = uow.db.scalars(select(Verdict.id).where(Verdict.closed_at.is_(None), theirs)).all() if gone else []
    for number in ids:
        with suppress(VerdictClosed):
            opening.call_off(uow, SYSTEM, number)


recording.on_recorded(_recorded)
floor.on_close(_over)
air.on_taken_back(_taken_back)
withdrawing.on_gone(_gone)
