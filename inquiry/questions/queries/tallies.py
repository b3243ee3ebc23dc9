"""How votes and totals add up."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from ...core.db import Db, among
from .. import rules
from ..models import Question, Support

#: A database takes only so many values in one statement.
AT_ONCE = 5000


def votes(at: datetime | None = None) -> ColumnElement[int]:
    """How many distinct voters support the Question of a statement or one merged into it; 0 for a merged one. With a
    moment, how many did by then; votes taken back since are not known any more.

    Nobody votes twice for one question: only where several were merged, voters have to be told apart.
    """
    given = () if at is None else (Support.at <= at,)
    other = aliased(Question)
    alone = select(func.count()).where(Support.question_id == Question.id, *given)
    together = (
        select(func.count(Support.device_id.distinct()))
        .join(other, other.id == Support.question_id)
        .where(other.root_id == Question.id, *given)
    )
    with_merged = select(other.root_id).where(other.root_id != other.id)
    return case(
        (Question.root_id != Question.id, 0),
        (Question.id.in_(with_merged), together.correlate(Question).scalar_subquery()),
        else_=alone.correlate(Question).scalar_subquery(),
    )


def tallies(db: Db, question_ids: Iterable[int]) -> dict[int, int]:
    """The votes of each of these questions."""
    ids = list(dict.fromkeys(question_ids))
    found = dict.fromkeys(ids, 0)
    for some in _slices(ids):
        counted = select(Question.id, votes()).where(among(db, Question.id, some))
        found.update((question_id, number) for question_id, number in db.execute(counted))
    return found


def supported(db: Db, device_id: int | None, question_ids: Sequence[int]) -> set[int]:
    """Which of the questions the device supports, be it by one merged into it."""
    if device_id is None or not question_ids:
        return set()
    return set(
        db.scalars(
            select(Question.root_id)
            .join(Support, Support.question_id == Question.id)
            .where(Question.root_id.in_(question_ids), Support.device_id == device_id)
        )
    )


def totals(db: Db, session_id: int) -> rules.Totals:
    """Received, waiting, approved, merged, refused by reason: what the public page of a session shows."""
    counts = db.execute(
        select(Question.state, Question.refusal_reason, func.count())
        .where(Question.session_id == session_id)
        .group_by(Question.state, Question.refusal_reason)
    )
    return rules.totals((state, reason, number) for state, reason, number in counts)


def _slices(values: list) -> Iterator[list]:  # type: ignore[type-arg]
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
