"""In which order rows are locked, everywhere: the session's first, then the question's, then a verdict's."""

from sqlalchemy import select

from ...core.db import take_turn
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...live.models import Session
from ..models import Question


def lock_question(uow: UnitOfWork, question_id: int) -> tuple[Session | None, Question]:
    """A question and its session, if it has one, locked in this order. Raises NotFound.

    Outside sessions all questions share one lock in the session's place: so there too merging in both directions at
    once happens one after the other.
    """
    found = uow.db.execute(select(Question.session_id).where(Question.id == question_id)).one_or_none()
    if found is None:
        raise NotFound(what="question", id=question_id)
    if found.session_id is not None:
        return uow.lock(Session, found.session_id), uow.lock(Question, question_id)
    take_turn(uow.db, "inquiry.questions")
    return None, uow.lock(Question, question_id)
