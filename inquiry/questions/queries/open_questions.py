"""The open questions of a session, counted and put in order once for everybody who asks within one tick.

A hall joins in the same minute, and what its phones list is the same for all of them. What is kept is no older than a
tick, and made anew at once when something public happened to the session; what is a reader's own comes on top of it.
The rows of `supports` stay the truth: nothing is added up here.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, select

from ...core import clock
from ...core.db import Db, PerDatabase, Turn, opened_at
from ...realtime import session_cache, ticks
from .. import rules
from ..models import Question
from . import tallies

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AGE_SECONDS = ticks.PERIOD_SECONDS
_AGE = timedelta(seconds=_AGE_SECONDS)
#: A session nobody asked for during this time is forgotten when another one is counted.
LINGER_SECONDS = 10.0
#: Orders of a session that were told, kept so that whoever pages on goes on in the same one.
MOST_TOLD = 64
#: Votes noted since the last counting; beyond these nobody is asking, and the session is forgotten.
MOST_VOTED = 5000


class Sort(StrEnum):
    """How lists of questions are ordered; the board knows the first two."""

    SUPPORTED = "supported"
    NEWEST = "newest"
    NEEDS = "needs"


@dataclass
class OpenQuestions:
    """What stands open in a session, `(id, when approved, votes)` each, as of one moment; the totals are of it too.

    `at` is that moment by the clock on the wall; by the monotonic one, making it began at `begun`, and it holds all
    that was committed before `opened`. Orders and rows are added when somebody asks for them.
    """

    at: datetime
    begun: float
    opened: float
    standing: Sequence[tuple[int, datetime | None, int]]
    totals: rules.Totals
    _orders: dict[Sort, list[int]] = field(default_factory=dict)
    _rows: dict[int, Question] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.votes = {question_id: votes for question_id, _at, votes in self.standing}

    def ordered(self, sort: Sort) -> list[int]:
        """The ids in one of the orders."""
        found = self._orders.get(sort)
        if found is None:
            rows = [(question_id, self.at - (at or self.at), votes) for question_id, at, votes in self.standing]
            found = self._orders[sort] = _ordered(sort, rows)
        return found

    def rows(self, db: Db, ids: Sequence[int], *, keep: bool) -> list[Question]:
        """The questions in this order; read once for all when what is read may be kept."""
        missing = [one for one in ids if one not in self._rows]
        read = {one.id: one for one in db.scalars(select(Question).where(Question.id.in_(missing)))} if missing else {}
        if keep:
            self._rows |= read
        return [read.get(one) or self._rows[one] for one in ids]


def _ordered(sort: Sort, rows: list[tuple[int, timedelta, int]]) -> list[int]:
    """The ids of `(id, time shown, votes)` in an order; of equal ones the newer first."""
    newest_first = sorted(rows, key=lambda row: (row[1], -row[0]))
    if sort is Sort.SUPPORTED:
        newest_first.sort(key=lambda row: row[2], reverse=True)
    elif sort is Sort.NEEDS:
        usual = rules.usual_rate((votes, shown) for _id, shown, votes in rows)
        newest_first.sort(key=lambda row: rules.needs_votes(row[2], row[1], usual), reverse=True)
    return [row[0] for row in newest_first]


class _Kept:
    """One session. `voted` are the votes given or withdrawn since it was counted: `{(device, question): when}`."""

    def __init__(self) -> None:
        self.making = Turn()
        self.found: OpenQuestions | None = None
        self.asked = time.monotonic()
        self.voted: dict[tuple[int, int], float] = {}
        self.told: dict[tuple[int, Sort], list[int]] = {}


_memories: PerDatabase[dict[int, _Kept]] = PerDatabase(dict)


def of(db: Db, session_id: int, now: datetime) -> OpenQuestions:
    """One counts, and whoever asks meanwhile waits for it instead of counting again."""
    opened = opened_at(db)
    if opened is None:  # a unit of work sees what nobody else may
        return _counted(db, session_id, now, time.monotonic())
    kept = _memories.here().setdefault(session_id, _Kept())
    kept.asked = time.monotonic()
    found = kept.found
    if found is not None and _is_good(found, session_id, now):
        return found
    with kept.making:
        found = kept.found
        if found is not None and _is_good(found, session_id, now):
            return found
        found = _counted(db, session_id, now, opened)
        if is_newest(db, session_id):
            kept.found = found
            kept.voted = {vote: at for vote, at in list(kept.voted.items()) if at >= opened}
    _forget()
    return found


def told(session_id: int, sort: Sort, found: OpenQuestions) -> list[int]:
    """An order that somebody is told now, and may ask for again to page on."""
    order = found.ordered(sort)
    kept = _memories.here().get(session_id)
    if kept is not None:
        kept.told[clock.milliseconds(found.at), sort] = order
        while len(kept.told) > MOST_TOLD:
            kept.told.pop(next(iter(kept.told)), None)
    return order


def ordered_at(db: Db, session_id: int, sort: Sort, at_ms: int, now: datetime) -> list[int]:
    """The order of a moment: as it was told then, if this process told it, else counted once more by the times of the
    votes. Votes and questions that came since move nothing in it.
    """
    kept = _memories.here().setdefault(session_id, _Kept())
    order = kept.told.get((at_ms, sort))
    if order is None:
        at = min(_EPOCH + timedelta(milliseconds=at_ms), now)
        standing = db.execute(_open(session_id, at).where(Question.approved_at <= at))
        order = _ordered(sort, [(one, at - since, votes) for one, since, votes in standing if since])
        kept.told[at_ms, sort] = order
    return order


def is_newest(db: Db, session_id: int) -> bool:
    """Whether what is read here holds everything public that happened: what is older must not be kept for others."""
    opened = opened_at(db)
    return opened is not None and opened > session_cache.changed_at(session_id)


def _is_good(found: OpenQuestions, session_id: int, now: datetime) -> bool:
    is_young = time.monotonic() - found.begun < _AGE_SECONDS and now - found.at < _AGE
    return is_young and found.opened > session_cache.changed_at(session_id)


def _counted(db: Db, session_id: int, now: datetime, opened: float) -> OpenQuestions:
    begun = time.monotonic()
    standing = [(question_id, since, votes) for question_id, since, votes in db.execute(_open(session_id))]
    return OpenQuestions(now, begun, opened, standing, tallies.totals(db, session_id))


def _open(session_id: int, at: datetime | None = None) -> Select[int, datetime | None, int]:
    return select(Question.id, Question.approved_at, tallies.votes(at)).where(
        Question.session_id == session_id, Question.state.in_(rules.OPEN)
    )


def _forget() -> None:
    memory, now = _memories.here(), time.monotonic()
    for session_id, kept in list(memory.items()):
        if now - kept.asked > LINGER_SECONDS:
            memory.pop(session_id, None)


def voted(session_id: int, votes: Sequence[tuple[int, int]]) -> None:
    """These `(device, question)` were given or withdrawn here: whoever did it sees it at once, the others with the next
    counting. Say so after the commit."""
    memory = _memories.here()
    kept = memory.get(session_id)
    if kept is None:
        return
    if len(kept.voted) + len(votes) > MOST_VOTED:
        memory.pop(session_id, None)
    else:
        kept.voted |= dict.fromkeys(votes, time.monotonic())


def voted_by(session_id: int, device_id: int | None, ids: Sequence[int]) -> list[int]:
    """Those of the questions for which the device voted since they were counted."""
    kept = _memories.here().get(session_id)
    if kept is None or device_id is None or not kept.voted:
        return []
    return [one for one in ids if (device_id, one) in kept.voted]
