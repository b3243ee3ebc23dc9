"""The reads of responses."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from ...core.db import Db, existing
from ...core.text import VAGUE_WORDS, vague_words_in
from ...questions.models import Question
from ..models import Response, VagueWord


def response(db: Db, response_id: int) -> Response:
    """Raises NotFound."""
    return existing(db, Response, response_id)


def of_question(db: Db, question_id: int) -> Sequence[Response]:
    """Every response to a question, corrected versions too, as they were recorded."""
    return db.scalars(select(Response).where(Response.question_id == question_id).order_by(Response.id)).all()


def superseded_by(db: Db, response_ids: Sequence[int]) -> dict[int, int]:
    """Of these responses, those that were corrected, each with its next version."""
    pairs = db.execute(select(Response.supersedes_id, Response.id).where(Response.supersedes_id.in_(response_ids)))
    return {old: new for old, new in pairs if old is not None}


def vague_words(db: Db) -> list[str]:
    """The list as the clerk and the staff edited it; until somebody does, the one it starts with."""
    kept = list(db.scalars(select(VagueWord.word).order_by(VagueWord.word)))
    return kept or list(VAGUE_WORDS)


def vague_in(db: Db, said: str) -> list[str]:
    """The vague words of today's list that occur in what was said, in the order in which they are said."""
    return vague_words_in(said, vague_words(db))


# --- who asked, and what they say about the answer -------------------------------------------------------------------


def first_of_asker(db: Db, question: Question) -> Question:
    """What the same person asked first: other wordings and copies in other sessions lead back to it."""
    while before := question.rewording_of_id or question.deferred_from_id:
        question = db.get_one(Question, before)
    return question


def leading_to(db: Db, question_id: int) -> set[int]:
    """Every question that the answer to this one answers: itself, what was merged, reworded or carried over into it."""
    found: set[int] = set()
    more = {question_id}
    while more:
        found |= more
        rows = db.execute(
            select(Question.id, Question.rewording_of_id, Question.deferred_from_id).where(
                or_(Question.root_id.in_(more), Question.id.in_(more))
            )
        )
        more = {one for row in rows for one in row if one is not None} - found
    return found


@dataclass(frozen=True)
class Judgements:
    """How many of those who asked are satisfied with the present answer, and how many are not."""

    satisfied: int
    unsatisfied: int


def judgements(db: Db, question_id: int) -> Judgements:
    counted = db.execute(
        select(Question.judged_satisfied, func.count())
        .where(Question.id.in_(leading_to(db, question_id)), Question.judged_satisfied.is_not(None))
        .group_by(Question.judged_satisfied)
    )
    by = {bool(satisfied): number for satisfied, number in counted}
    return Judgements(by.get(True, 0), by.get(False, 0))
