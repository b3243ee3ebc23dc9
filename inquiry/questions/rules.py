"""Decisions about questions that need no database: where they may move, who sees them, how they are ordered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..core import text, workdays
from .models import Decision, QuestionState, RefusalReason

S = QuestionState

LEAST_CHARACTERS = 2
MOST_CHARACTERS = 500
HOLD_LASTS = timedelta(seconds=30)
#: What was put on air by mistake can be taken back for so long.
TAKE_BACK_WITHIN = timedelta(seconds=30)
PAGE_SIZE = 20
#: A unit to which a question came can say for so many working days, that day not counted, that it is another's.
RETURN_WORKING_DAYS = 2

#: What the public snapshot of a session holds: the questions that were brought before the officials.
BROUGHT_ON_AIR = frozenset({S.ON_AIR, S.AIRED, S.ANSWERED, S.EVADED})
#: What can be supported in a session: everything that may still be put. Elsewhere, see `is_open`.
OPEN = frozenset({S.APPROVED, S.ON_AIR})
#: Before anybody has to answer it.
UNDECIDED = frozenset({S.WAITING, S.APPROVED})
#: Where others' questions can be merged into. A deferred question lives on elsewhere: its copy is the one to find.
PUBLIC_ROOTS = BROUGHT_ON_AIR | {S.APPROVED, S.HANDED}
#: Every state after approval; MERGED is counted by itself.
APPROVED_AND_AFTER = PUBLIC_ROOTS | {S.DEFERRED}
#: Where words can be public: see `is_public`.
PUBLIC_WORDS = APPROVED_AND_AFTER | {S.MERGED}
#: What is refused for one of these must not be read in any other words of it either.
CLOSING_REASONS = frozenset({RefusalReason.PRIVATE, RefusalReason.ABUSIVE, RefusalReason.UNLAWFUL})
#: Whose words are withdrawn rather than refused: what the public has had before it. On air it is cleared first.
WITHDRAWABLE = PUBLIC_WORDS - {S.APPROVED, S.ON_AIR}


# --- moving ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One verb: who may say it (a permission, or the higher command that says it), and what it moves where."""

    by: str
    source: frozenset[QuestionState]
    target: QuestionState


MOVES = {
    "approve": Move("questions.approve", frozenset({S.WAITING}), S.APPROVED),
    # An approved question can be taken down again: what was overlooked must be reparable.
    "refuse": Move("questions.refuse", frozenset({S.WAITING, S.APPROVED}), S.REFUSED),
    "merge": Move("questions.merge", frozenset({S.WAITING, S.APPROVED}), S.MERGED),
    "reword": Move("questions.reword", frozenset({S.WAITING, S.APPROVED}), S.MERGED),
    # A question may come back: cleared by mistake, or put once more because the answer evaded it.
    "put_on_air": Move("questions.put_on_air", frozenset({S.APPROVED, S.AIRED, S.ANSWERED, S.EVADED}), S.ON_AIR),
    "leave_air": Move("questions.clear_floor", frozenset({S.ON_AIR}), S.AIRED),
    "take_back": Move("questions.take_back", frozenset({S.ON_AIR}), S.APPROVED),
    "answer": Move("responses.record_response", frozenset({S.AIRED, S.HANDED, S.ANSWERED, S.EVADED}), S.ANSWERED),
    "hand": Move("responses.close_session", frozenset({S.APPROVED, S.ANSWERED, S.EVADED}), S.HANDED),
    "defer": Move("responses.close_session", frozenset({S.WAITING, S.APPROVED}), S.DEFERRED),
}


def may(verb: str, state: QuestionState) -> bool:
    """Whether a question that stands here can be moved by this verb."""
    return state in MOVES[verb].source


def may_decide(verb: str, state: QuestionState, session_id: int | None, reopened_at: datetime | None) -> bool:
    """Whether a moderator's verb fits a question. Outside sessions, where approving hands over at once, what was
    overlooked can be taken down until it is answered."""
    if verb == "refuse" and session_id is None and state is S.HANDED and reopened_at is None:
        return True
    return verb not in MOVES or may(verb, state)


def merges_into(state: QuestionState, target: QuestionState) -> bool:
    """Whether a question in `state` can be merged into one in `target`.

    Waiting questions can be gathered under one of them before anybody has decided; what is public already must not
    disappear behind something that is not.
    """
    if not may("merge", state):
        return False
    return target in PUBLIC_ROOTS or (target is S.WAITING and state is S.WAITING)


def off_air(evaded: bool | None) -> QuestionState:
    """Where a question goes that leaves the floor: `evaded` is None while no response is recorded."""
    return S.AIRED if evaded is None else answered(evaded)


def taken_back(evaded: bool | None, aired_before: bool) -> QuestionState:
    """Where a question goes that was put on air by mistake: back to the queue, or to where its answer had put it."""
    return off_air(evaded) if aired_before else S.APPROVED


def answered(evaded: bool) -> QuestionState:
    return S.EVADED if evaded else S.ANSWERED


def may_undo(decision: Decision, stands: QuestionState) -> bool:
    """Whether a question's last decision can be taken back: only while it still stands where that put it."""
    led_to = {
        Decision.APPROVE: {S.APPROVED},
        Decision.REFUSE: {S.REFUSED},
        Decision.MERGE: {S.MERGED},
        Decision.REWORD: {S.MERGED},
        Decision.UNMERGE: {S.WAITING, S.APPROVED},
    }
    return stands in led_to[decision]


# --- families -------------------------------------------------------------------------------------------------------


def below(question_id: int, merged_into: Mapping[int, int | None]) -> set[int]:
    """A question and everything that was merged into it, directly or not, given what each was merged into."""
    found = {question_id}
    while True:
        more = {one for one, into in merged_into.items() if into in found} - found
        if not more:
            return found
        found |= more


# --- seeing ---------------------------------------------------------------------------------------------------------


def is_public(state: QuestionState, approved_at: datetime | None) -> bool:
    """Whether anybody may read the text: only what was approved in its own words and not closed since, which takes the
    approval away and leaves the state. `queries.searching.PUBLIC` says it to the database."""
    return approved_at is not None and state in PUBLIC_WORDS


def is_open(state: QuestionState, session_id: int | None) -> bool:
    """Whether a question can be supported: while it may still be put or, asked outside sessions, until its answer."""
    return state in OPEN or (session_id is None and state is S.HANDED)


def overdue(due_on: date | None, today: date) -> bool:
    """Whether a reply is late: from the day after its last day on."""
    return due_on is not None and due_on < today


def return_until(handed_on: date) -> date:
    """The last day on which a unit can return what came to it on a day."""
    return workdays.add_workdays(handed_on, RETURN_WORKING_DAYS)


def return_fault(state: QuestionState, handed_on: date | None, returned_at: datetime | None, today: date) -> str | None:
    """Why a unit cannot return a question: `state`, `returned` (before, whatever was decided) or `late`, as it is where
    nobody knows since when the unit has it. None when it can."""
    if state is not S.HANDED:
        return "state"
    if returned_at is not None:
        return "returned"
    return "late" if handed_on is None or today > return_until(handed_on) else None


def due_when_reassigned(due_on: date, reassigned_at: datetime | None, full_term: date) -> date:
    """The day by which the next unit answers: a full term from now on, but only once, or a question could be passed
    around for ever."""
    return full_term if reassigned_at is None else due_on


@dataclass(frozen=True)
class Late:
    """An answer in writing that came after its day."""

    due_on: date
    answered_on: date


def latest(steps: Iterable[tuple[date | None, date]]) -> Late | None:
    """The answer that came longest after its day, given what happened to a question, oldest first: the day by which it
    was to be answered with the day on which that was set, or None with the day of an answer.

    None where each was in time. Only the first answer after a day was set is one to it: what follows corrects it.
    """
    due_on, found = None, []
    for set_to, day in steps:
        if set_to is None and due_on is not None and day > due_on:
            found.append(Late(due_on, day))
        due_on = set_to
    return max(found, key=lambda one: one.answered_on - one.due_on, default=None)


def wording_fault(wording: str) -> str | None:
    """Why a cleaned text cannot be a question: `short` or `long`, counted as a person counts; None when it can."""
    characters = text.length(wording)
    if characters < LEAST_CHARACTERS:
        return "short"
    return "long" if characters > MOST_CHARACTERS else None


# --- ordering -------------------------------------------------------------------------------------------------------


def usual_rate(supported: Iterable[tuple[int, timedelta]]) -> float:
    """Votes per minute over all open questions `(votes, time shown)`: what a question gets here in the usual way."""
    votes, minutes = 0, 0.0
    for number, shown in supported:
        votes += number
        minutes += _minutes(shown)
    return votes / minutes if minutes else 0.0


def needs_votes(votes: int, shown: timedelta, usual: float) -> float:
    """Support per minute shown, smoothed, so that late questions have a chance: the higher, the further up.

    Every question is lent two minutes at twice the usual rate, at least half a vote a minute, which is (votes + 1) /
    (minutes + 2): a new one starts among the better ones, rises or sinks by what it gets, and is not buried under the
    head start of the early ones. Without the loan, one vote in the first second would lead the list for good.
    """
    return (votes + 2 * max(2 * usual, 0.5)) / (_minutes(shown) + 2)


def _minutes(shown: timedelta) -> float:
    return max(0.0, shown.total_seconds()) / 60


# --- counting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """How the numbers given in a session are accounted for; they always add up to `received`.

    Every number counts, those of rewordings and of questions deferred to this session included: from 1 to the last,
    each stands in exactly one place.
    """

    received: int
    waiting: int
    approved: int
    merged: int
    refused: dict[str, int]


def totals(counts: Iterable[tuple[QuestionState, RefusalReason | None, int]]) -> Totals:
    """Add up `(state, reason, how many)`."""
    waiting = approved = merged = 0
    refused: dict[str, int] = {}
    for state, reason, number in counts:
        if state is S.WAITING:
            waiting += number
        elif state is S.MERGED:
            merged += number
        elif state is S.REFUSED:
            named = (reason or RefusalReason.OTHER).value
            refused[named] = refused.get(named, 0) + number
        else:
            approved += number
    return Totals(waiting + approved + merged + sum(refused.values()), waiting, approved, merged, refused)
