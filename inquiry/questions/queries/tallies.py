"""Finding one question, what became of it, who holds it, and how votes and totals add up."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, Subquery, func, select

from ...core.db import Db
from .. import rules
from ..models import Question, Support

#: A database takes only so many values in one statement.
AT_ONCE = 5000


def tallies(db: Db, question_ids: Iterable[int]) -> dict[int, int]:
    """How many distinct voters support each question or one merged into it; 0 for a merged one."""
    ids = list(dict.fromkeys(question_ids))
    found = dict.fromkeys(ids, 0)
    counted = tally()
    for some in _slices(ids):
        families = select(Question.root_id, func.count()).where(Question.root_id.in_(some)).group_by(Question.root_id)
        sizes = {root_id: size for root_id, size in db.execute(families) if root_id}
        alone, together = ([one for one in sizes if (sizes[one] == 1) is by_itself] for by_itself in (True, False))
        # Nobody votes twice for one question: only where several were merged, voters have to be told apart.
        by_itself = select(Support.question_id, func.count()).where(Support.question_id.in_(alone))
        found.update(_counts(db, by_itself.group_by(Support.question_id)) if alone else ())
        merged = select(counted.c.root_id, counted.c.votes).where(counted.c.root_id.in_(together))
        found.update(_counts(db, merged) if together else ())
    return found


def _counts(db: Db, query: Select[int, int]) -> Iterator[tuple[int, int]]:
    return ((root_id, votes) for root_id, votes in db.execute(query))


def given_by(db: Db, at: datetime, session_id: int | None = None) -> dict[int, int]:
    """How many distinct voters every supported question (of a session) had by a moment, those of what is merged into it
    now included; votes taken back since are not known any more. What has none is left out.

    Nobody votes twice for one question: voters have to be told apart only where several were merged.
    """
    here = () if session_id is None else (Question.session_id == session_id,)
    alone = select(Support.question_id, func.count()).where(Support.at <= at).group_by(Support.question_id)
    if here:
        alone = alone.join(Question, Question.id == Support.question_id).where(*here)
    found = dict(_counts(db, alone))
    merged = select(Question.root_id).where(Question.root_id != Question.id, *here)
    together = (
        select(Question.root_id, func.count(Support.device_id.distinct()))
        .join(Support, Support.question_id == Question.id)
        .where(Question.root_id.in_(merged), Support.at <= at)
        .group_by(Question.root_id)
    )
    return found | {root_id: votes for root_id, votes in db.execute(together) if root_id}


def tally(session_id: int | None = None) -> Subquery:
    """Every supported question (of a session) and its number of distinct voters, for joining: `root_id, votes`."""
    counted = select(Question.root_id, func.count(Support.device_id.distinct()).label("votes")).join(
        Support, Support.question_id == Question.id
    )
    if session_id is not None:
        counted = counted.where(Question.session_id == session_id)
    return counted.group_by(Question.root_id).subquery()


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
