"""What a desk looks up beyond the windows of its snapshot: a list of the crew's in an order, narrowed to words."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select

from ..core.db import Db
from . import rules
from .models import Question, QuestionState
from .queries import searching, tallies
from .queries.lists import Page, Sort

#: Of one answer: two screens of rows.
DESK_PAGE = 50


class DeskList(StrEnum):
    """The lists of the moderation desk, and what the host may still put on air."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    MERGED = "merged"
    OPEN = "open"


STATES: Mapping[DeskList, frozenset[QuestionState]] = {
    DeskList.WAITING: frozenset({QuestionState.WAITING}),
    DeskList.APPROVED: rules.APPROVED_AND_AFTER,
    DeskList.REFUSED: frozenset({QuestionState.REFUSED}),
    DeskList.MERGED: frozenset({QuestionState.MERGED}),
    DeskList.OPEN: frozenset({QuestionState.APPROVED}),
}


def find(
    db: Db, session_id: int, of: DeskList, words: str, unit_id: int | None, sort: Sort | None, page: int, now: datetime
) -> Page[int]:
    """The ids of one page. Without a sort they are in the order of numbers, what waits from the first one on."""
    wanted = select(Question.id).where(Question.session_id == session_id, Question.state.in_(STATES[of]))
    if unit_id is not None:
        wanted = wanted.where(Question.unit_id == unit_id)
    wanted = wanted.where(*searching.fitting(db, words))
    total = db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // DESK_PAGE))
    start = (page - 1) * DESK_PAGE
    if sort is None:
        order = Question.number if of is DeskList.WAITING else Question.number.desc()
        ids = list(db.scalars(wanted.order_by(order).limit(DESK_PAGE).offset(start)))
    else:
        ids = _sorted(db, session_id, wanted, sort, now)[start : start + DESK_PAGE]
    return Page(ids, page, pages, total)


def _sorted(db: Db, session_id: int, wanted: Select[int], sort: Sort, now: datetime) -> list[int]:
    tally = tallies.tally(session_id)
    votes = func.coalesce(tally.c.votes, 0)
    rows = db.execute(wanted.add_columns(Question.approved_at, votes).outerjoin(tally, tally.c.root_id == Question.id))
    shown = [(one, now - (at or now), number) for one, at, number in rows]
    shown.sort(key=lambda row: (row[1], -row[0]))
    if sort is Sort.SUPPORTED:
        shown.sort(key=lambda row: -row[2])
    elif sort is Sort.NEEDS:
        usual = rules.usual_rate((number, time) for _one, time, number in shown)
        shown.sort(key=lambda row: -rules.needs_votes(row[2], row[1], usual))
    return [one for one, _time, _number in shown]


def lanes(db: Db, session_id: int) -> dict[str, int]:
    """How many may still be put on air, and how many left the air and have no response yet."""
    told = (QuestionState.APPROVED, QuestionState.AIRED)
    counted = db.execute(
        select(Question.state, func.count())
        .where(Question.session_id == session_id, Question.state.in_(told))
        .group_by(Question.state)
    )
    return dict.fromkeys((state.value for state in told), 0) | {state.value: number for state, number in counted}
