"""What the platform measures itself: of one pledge, answer or judgement, whether and how a period counts it.

Days are the city's calendar days. What each indicator means is said to people in `rules/handling_indicators.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ...pledges.models import PledgeState
from ...responses.models import ResponseKind
from ...responses.rules import PROMISING, evades
from .periods import Period


@dataclass(frozen=True)
class Window:
    """A period as it is counted on a day: `over` is the last of its days that is over, and before `first` while none
    is. What happened is counted up to `last`; what was due, up to `over`."""

    first: date
    last: date
    over: date

    @classmethod
    def of(cls, period: Period, today: date) -> "Window":
        return cls(period.first_day, period.last_day, min(period.last_day, today - timedelta(days=1)))

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def was_due(self, day: date | None) -> bool:
        """Whether a day that was set lies in the period, and is over."""
        return day is not None and self.first <= day <= self.over


class PledgeFacts(NamedTuple):
    """A pledge that stands, as far as it is counted."""

    id: int
    unit_id: int
    state: PledgeState
    first_due_on: date | None
    due_on: date | None
    claimed_on: date | None
    kept_on: date | None


# --- pledges ----------------------------------------------------------------------------------------------------------


def completed(pledge: PledgeFacts, window: Window) -> bool | None:
    """Of what was due in the period, extensions counted in: whether it was claimed done by its end, and the check found
    it kept. None for what was not due, or is claimed and waits for its check: a slow checker is nobody's fault."""
    return _done(pledge, window.last) if window.was_due(pledge.due_on) else None


def on_time(pledge: PledgeFacts, window: Window) -> bool | None:
    """The same against the first day that was promised: what was extended and done later was not on time."""
    day = pledge.first_due_on
    return _done(pledge, day) if day is not None and window.was_due(day) else None


def _done(pledge: PledgeFacts, until: date) -> bool | None:
    if pledge.claimed_on is None or pledge.claimed_on > until:
        return False
    return {PledgeState.KEPT: True, PledgeState.CLAIMED_DONE: None}.get(pledge.state, False)


def kept(pledge: PledgeFacts, window: Window) -> bool:
    """Whether a check of the period found it kept."""
    return pledge.state is PledgeState.KEPT and window.holds(pledge.kept_on)


def overdue(pledge: PledgeFacts, window: Window) -> bool:
    """Whether it was overdue when the last day of the period that is over had gone by: its day had passed, it was not
    claimed done by then, and no check had found it kept. What was returned was not done."""
    if pledge.due_on is None or pledge.due_on > window.over:
        return False
    claimed = pledge.claimed_on if pledge.state in (PledgeState.CLAIMED_DONE, PledgeState.KEPT) else None
    if claimed is not None and claimed <= pledge.due_on:
        return False
    return pledge.kept_on is None or pledge.kept_on > window.over


# --- answers ----------------------------------------------------------------------------------------------------------


class Version(NamedTuple):
    """A response as it is recorded: `supersedes_id` is the one that it corrects."""

    id: int
    question_id: int
    unit_id: int
    kind: ResponseKind
    at: datetime
    supersedes_id: int | None


class Answer(NamedTuple):
    """A response as it stands, under the id of its first version and at the moment in which that was recorded: a
    correction says better what was said, and answers nothing anew."""

    id: int
    question_id: int
    unit_id: int
    kind: ResponseKind
    at: datetime


def answers(versions: Iterable[Version]) -> list[Answer]:
    """The responses that stand, as they were given, out of all versions of all of them."""
    first: dict[int, Version] = {}
    newest: dict[int, Version] = {}
    for one in sorted(versions, key=lambda version: version.id):
        origin = one if one.supersedes_id is None else first[one.supersedes_id]
        first[one.id] = origin
        newest[origin.id] = one
    found = [Answer(number, one.question_id, one.unit_id, one.kind, first[one.id].at) for number, one in newest.items()]
    return sorted(found, key=lambda one: (one.at, one.id))


def evasions(given: Sequence[Answer], reopened_at: datetime | None) -> list[Answer]:
    """Where a question was evaded, the first answer of each unit that evaded it; `given` are all answers to it.

    What was reopened begins anew: it may have been evaded before, after, or both.
    """
    before = [one for one in given if reopened_at is not None and one.at <= reopened_at]
    after = [one for one in given if one not in before]
    found: list[Answer] = []
    for some in (before, after):
        if evades(one.kind for one in some):
            units: dict[int, Answer] = {}
            for one in some:
                units.setdefault(one.unit_id, one)
            found += units.values()
    return found


def first_in_substance(given: Sequence[Answer]) -> Answer | None:
    """The first answer that says what will be done, be it without a day: neither a mere acknowledgement nor an
    evasion."""
    return next((one for one in given if one.kind in PROMISING), None)


def answered_before(given: Sequence[Answer], at: datetime) -> Answer | None:
    """The answer that somebody judged at a moment: the last one given by then."""
    return next((one for one in reversed(given) if one.at <= at), None)


def came_before(handed: Sequence[datetime], replied_at: datetime) -> datetime | None:
    """When a question came to the unit that replied, of all the moments in which it came to one; None where it never
    had in writing by then: on air the reply is at once."""
    return max((at for at in handed if at <= replied_at), default=None)


# --- what a unit has of each ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """What is behind one figure of one unit: the ids of what counts. Of a rate, `yes` are those by which it rises and
    `no` the others; otherwise all are `yes`, and `days`, where they are counted, are of the same order."""

    yes: Sequence[int] = ()
    no: Sequence[int] = ()
    days: Sequence[int] = ()


NOTHING = Counted()

#: By the code of an indicator and the id of a unit.
Found = Mapping[str, Mapping[int, Counted]]
