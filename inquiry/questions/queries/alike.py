"""Finding questions that ask the same, through the table of grams. How alike two are is `text.overlap`'s to say."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from ...core import text
from ...core.db import Db
from .. import rules
from ..models import Question, QuestionGram, QuestionState
from . import lookup, searching

#: Nobody who types reads suggestions for what was typed five lines ago, and each gram costs a look into the index.
MOST_GRAMS = 48
#: So many of those that share the most grams are compared in earnest.
MOST_COMPARED = 60


@dataclass(frozen=True)
class Alike:
    """A question and how likely it asks the same, from 0 to 1."""

    question: Question
    score: float


def similar(db: Db, session_id: int | None, typed: str, limit: int = 3) -> list[Alike]:
    """The public questions of a session, or of none, that ask most nearly what somebody is typing, the likest first."""
    return _alike(db, session_id, text.grams(typed), rules.PUBLIC_ROOTS, limit, public_only=True)


def candidates(db: Db, question_id: int, limit: int = 6) -> list[Alike]:
    """The questions into which a moderator might merge this one, the likest first. Raises NotFound."""
    one = lookup.question(db, question_id)
    states = [state for state in QuestionState if rules.merges_into(one.state, state)]
    return _alike(db, one.session_id, text.grams(one.text), states, limit, but=one.root_id)


def _alike(
    db: Db,
    session_id: int | None,
    grams: list[str],
    states: Collection[QuestionState],
    limit: int,
    but: int | None = None,
    *,
    public_only: bool = False,
) -> list[Alike]:
    """Compared in whatever words they were asked, shown as what they were merged into. Of no session are those asked
    outside sessions, which can only be merged with each other. With `public_only` not in words that were kept from the
    public, withdrawn or put otherwise: whoever types guesses would be told that they are right.
    """
    grams = grams[:MOST_GRAMS]
    if not grams or not states:
        return []
    shared = (
        select(QuestionGram.question_id, func.count().label("common"))
        .where(QuestionGram.session_id == session_id, QuestionGram.gram.in_(grams))
        .group_by(QuestionGram.question_id)
        .subquery()
    )
    root = aliased(Question)
    searched = (or_(searching.PUBLIC, _only_merged()), root.approved_at.is_not(None)) if public_only else ()
    rows = db.execute(
        select(Question.text, shared.c.common, root.id)
        .join(shared, shared.c.question_id == Question.id)
        .join(root, root.id == Question.root_id)
        .where(root.state.in_(states), root.id != (but or 0), *searched)
        .order_by(shared.c.common.desc(), func.length(Question.search_text))
        .limit(MOST_COMPARED)
    )
    scores: dict[int, float] = {}
    for words, common, root_id in rows:
        score = text.overlap(common, len(grams), len(text.grams(words)))
        if score >= text.SIMILAR:
            scores[root_id] = max(score, scores.get(root_id, 0.0))
    best = sorted(scores, key=lambda one: (-scores[one], one))[:limit]
    return [Alike(db.get_one(Question, one), scores[one]) for one in best]


def _only_merged() -> ColumnElement[bool]:
    put_otherwise = select(Question.rewording_of_id).where(Question.rewording_of_id.is_not(None))
    return and_(
        Question.state == QuestionState.MERGED, Question.withdrawn_at.is_(None), Question.id.not_in(put_otherwise)
    )
