"""Decisions about responses that need no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from ..core import text
from ..live.models import SessionState
from ..questions.models import QuestionState
from . import refusals
from .models import ResponseKind

#: The kinds that promise something; only the last of the four binds anybody (the Nanning study's four types).
PROMISING = frozenset({ResponseKind.GENERIC_COMMITMENT, ResponseKind.SPECIFIC_COMMITMENT})
#: The kinds that leave the question where it was.
EVADING = frozenset({ResponseKind.DEFLECTION, ResponseKind.NO_ANSWER})
#: A response on air can be recorded while its question is on the floor, and ever after until the close.
ANSWERABLE_ON_AIR = frozenset({QuestionState.ON_AIR, QuestionState.AIRED, QuestionState.ANSWERED, QuestionState.EVADED})
ANSWERED = frozenset({QuestionState.ANSWERED, QuestionState.EVADED})
REOPEN_WITHIN = timedelta(days=30)


def evades(kinds: Iterable[ResponseKind]) -> bool:
    """Whether a question was evaded: it was put, and every response is a deflection, or that there was none.

    An acknowledgement answers the question, though it promises nothing.
    """
    kinds = list(kinds)
    return bool(kinds) and all(kind in EVADING for kind in kinds)


class Version(Protocol):
    """The part of a response that says what it corrects."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> ResponseKind: ...
    @property
    def supersedes_id(self) -> int | None: ...
    @property
    def recorded_at(self) -> datetime: ...


def standing_kinds(versions: Sequence[Version], reopened_at: datetime | None) -> list[ResponseKind]:
    """The kinds of the responses that stand, given all versions of all responses to one question, oldest first.

    A reopened question begins anew: responses first recorded before that no longer answer it, however late corrected.
    """
    first_recorded: dict[int, datetime] = {}
    for one in versions:
        first_recorded[one.id] = first_recorded.get(one.supersedes_id or 0, one.recorded_at)
    superseded = {one.supersedes_id for one in versions}
    return [
        one.kind
        for one in versions
        if one.id not in superseded and (reopened_at is None or first_recorded[one.id] > reopened_at)
    ]


def dateless(kind: ResponseKind, said: str, vague: Iterable[str]) -> bool:
    """Whether to ask for a date: none was named, and something was promised or vague words were used."""
    return not text.mentions_date(said) and (kind in PROMISING or any(True for _ in vague))


def on_session_clock(instant: datetime, went_live_at: datetime) -> int:
    """Milliseconds since the session went live; what came before counts as its beginning."""
    return max(0, round((instant - went_live_at).total_seconds() * 1000))


def check_span(started_ms: int | None, ended_ms: int | None) -> None:
    """Raise EndsBeforeItStarts."""
    if started_ms is not None and ended_ms is not None and ended_ms < started_ms:
        raise refusals.EndsBeforeItStarts(started_ms=started_ms, ended_ms=ended_ms)


def check_judging(state: QuestionState, judged: bool | None) -> None:
    """An answer is judged once. Raises NotAnswered, AlreadyJudged."""
    if state not in ANSWERED:
        raise refusals.NotAnswered(state=state.value)
    if judged is not None:
        raise refusals.AlreadyJudged(satisfied=judged)


def check_reopening(
    state: QuestionState,
    session: SessionState | None,
    judged: bool | None,
    reopened_at: datetime | None,
    answered_at: datetime,
    now: datetime,
) -> None:
    """A question is reopened once, within 30 days of its answer, by somebody who did not declare it good; `session` is
    the state of its session, if it has one.

    Raises NotAnswered, AlreadyReopened, StillOnTheEvening, SatisfiedAlready, TooLateToReopen.
    """
    if reopened_at is not None:
        raise refusals.AlreadyReopened()
    if state not in ANSWERED:
        raise refusals.NotAnswered(state=state.value)
    if session not in (None, SessionState.CLOSED):
        raise refusals.StillOnTheEvening()
    if judged:
        raise refusals.SatisfiedAlready()
    if now > answered_at + REOPEN_WITHIN:
        raise refusals.TooLateToReopen(days=REOPEN_WITHIN.days)


@dataclass(frozen=True)
class Wish:
    """What the host chose for one question at the close: a unit to hand it to, or a session to defer it to."""

    unit_id: int | None = None
    to_session_id: int | None = None


@dataclass(frozen=True)
class Wishes:
    """What the host said about the questions of a session that ends: single ones by their ids, the session to which
    the rest is deferred, the unit for those that have none, and of what still waits for a moderator the session to
    which it is deferred or, without one, whether the moderators go on with it."""

    each: Mapping[int, Wish] = field(default_factory=dict)
    defer_rest_to: int | None = None
    unitless_to: int | None = None
    leave_waiting: bool = False
    defer_waiting_to: int | None = None


@dataclass(frozen=True)
class Settlement:
    """What becomes of one approved question that was not aired: exactly one of the two is set."""

    question_id: int
    unit_id: int | None
    to_session_id: int | None


def settle(questions: Iterable[tuple[int, int | None]], wishes: Wishes) -> tuple[list[Settlement], list[int]]:
    """What becomes of every question `(id, its unit)`, and the ids of those nobody was named for.

    The host's wish goes first; a wish to hand a question over without naming a unit means the question's own. The rest
    is deferred if the host said so, otherwise handed to its unit. A question without one goes to the unit that was
    named for such, and to none unasked.
    """
    settled, homeless = [], []
    for question_id, unit_id in questions:
        wish = wishes.each.get(question_id, Wish(to_session_id=wishes.defer_rest_to))
        answerable = None if wish.to_session_id else wish.unit_id or unit_id or wishes.unitless_to
        if answerable or wish.to_session_id:
            settled.append(Settlement(question_id, answerable, wish.to_session_id))
        else:
            homeless.append(question_id)
    return settled, homeless
