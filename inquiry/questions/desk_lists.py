"""What a desk looks up beyond the windows of its snapshot: a list of the crew's in an order, narrowed to words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import nlargest
from typing import Final

from sqlalchemy import ColumnElement, Select, func, literal, select

from ..core.db import Db
from . import rules
from .models import Question, QuestionState
from .queries import lists, searching, tallies
from .queries.lists import Key, Sort
from .queries.places import Place

#: Of one answer: two screens of rows.
DESK_PAGE = 50


class DeskList(StrEnum):
    """The lists of the moderation desk, and what the host may still put on air."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    MERGED = "merged"
    OPEN = "open"


#: What was never approved is as new as its asking.
_SINCE: Final = func.coalesce(Question.approved_at, Question.asked_at, type_=Question.asked_at.type)

STATES: Mapping[DeskList, frozenset[QuestionState]] = {
    DeskList.WAITING: frozenset({QuestionState.WAITING}),
    DeskList.APPROVED: rules.APPROVED_AND_AFTER,
    DeskList.REFUSED: frozenset({QuestionState.REFUSED}),
    DeskList.MERGED: frozenset({QuestionState.MERGED}),
    DeskList.OPEN: frozenset({QuestionState.APPROVED}),
}


@dataclass(frozen=True)
class Found:
    """The ids of one page, how many the list has in all, and the place behind the page where there are more."""

    ids: list[int]
    total: int
    behind: Place | None


def find(
    db: Db,
    session_id: int,
    of: DeskList,
    words: str,
    unit_id: int | None,
    sort: Sort | None,
    place: Place | None,
    now: datetime,
) -> Found:
    """One page of a list, the first or the one behind a place. Without a sort they are in the order of numbers, what
    waits from the first one on.

    A list goes on in the order of the moment when it began, whatever is decided and supported meanwhile; what came in
    since may join it further on.
    """
    at = place.at if place else now
    wanted = [Question.session_id == session_id, Question.state.in_(STATES[of])]
    if unit_id is not None:
        wanted.append(Question.unit_id == unit_id)
    wanted += searching.fitting(db, words)
    if sort is None:
        return _by_number(db, wanted, of is DeskList.WAITING, place, at)
    votes = literal(0) if sort is Sort.NEWEST else tallies.votes(at)
    shown = select(votes, _SINCE, Question.id).where(*wanted)
    if sort is Sort.NEEDS:
        return _by_need(db, shown, place, at)
    keys, earlier, total = lists.keys_of_a_page(db, shown, place, DESK_PAGE)
    return Found([key[2] for key in keys], total, Place(at, *keys[-1]) if earlier + len(keys) < total else None)


def _by_number(db: Db, wanted: list[ColumnElement[bool]], upwards: bool, place: Place | None, at: datetime) -> Found:
    total = db.scalar(select(func.count()).select_from(Question).where(*wanted)) or 0
    listed = select(Question.id, Question.asked_at).where(*wanted).limit(DESK_PAGE + 1)
    if place:
        last = select(Question.number).where(Question.id == place.id).correlate(None).scalar_subquery()
        listed = listed.where(Question.number > last if upwards else Question.number < last)
    rows = db.execute(listed.order_by(Question.number if upwards else Question.number.desc())).all()
    ids = [question_id for question_id, _asked_at in rows[:DESK_PAGE]]
    behind = Place(at, 0, rows[DESK_PAGE - 1][1], ids[-1]) if len(rows) > DESK_PAGE else None
    return Found(ids, total, behind)


def _by_need(db: Db, shown: Select[int, datetime, int], place: Place | None, at: datetime) -> Found:
    """What a question gets in the usual way goes along with the place: it changes with what is in the list."""
    rows = [(votes, since, question_id) for votes, since, question_id in db.execute(shown)]
    usual = place.usual_millionths if place else _millionths(rows, at)

    def need(key: Key) -> tuple[float, datetime, int]:
        votes, since, question_id = key
        return rules.needs_votes(votes, at - since, usual / 1_000_000), since, question_id

    behind = [key for key in rows if place is None or need(key) < need(place.key)]
    page = nlargest(DESK_PAGE, behind, key=need)
    last = Place(at, *page[-1], usual_millionths=usual) if len(page) < len(behind) else None
    return Found([key[2] for key in page], len(rows), last)


def _millionths(rows: list[Key], at: datetime) -> int:
    return round(rules.usual_rate((votes, at - since) for votes, since, _id in rows) * 1_000_000)


def lanes(db: Db, session_id: int) -> dict[str, int]:
    """How many may still be put on air, and how many left the air and have no response yet."""
    told = (QuestionState.APPROVED, QuestionState.AIRED)
    counted = db.execute(
        select(Question.state, func.count())
        .where(Question.session_id == session_id, Question.state.in_(told))
        .group_by(Question.state)
    )
    return dict.fromkeys((state.value for state in told), 0) | {state.value: number for state, number in counted}
