"""Decisions about pledges that need no database. Days are the city's calendar days."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from ..core import workdays
from ..core.clock import milliseconds
from . import refusals
from .models import Confirmation, ExtensionState, PledgeOrigin, PledgeState, Specificity

CONFIRM_WITHIN: Final = timedelta(hours=24)
DUE_SOON_WORKING_DAYS: Final = 5
#: A date further away than this is a slip of the finger, or nobody's promise.
FARTHEST: Final = timedelta(days=5 * 365)
#: So much a unit may take by its own word, once; what is longer somebody else has to agree to.
AT_ONCE_WORKING_DAYS: Final = 15
#: All extensions together: whoever needs more than another year is making another pledge.
MOST_EXTENDED: Final = timedelta(days=365)


# --- where it comes from ---------------------------------------------------------------------------------------------


def fits_origin(origin: PledgeOrigin, session_id: int | None, question_id: int | None, response_id: int | None) -> bool:
    """Whether a pledge of this origin has just these rows. A response's session is that of its question, if any."""
    asked = origin is PledgeOrigin.RESPONSE
    if (question_id is not None, response_id is not None) != (asked, asked):
        return False
    return asked or (session_id is not None) is (origin is PledgeOrigin.EXAM_SLOT)


# --- specific or not -------------------------------------------------------------------------------------------------

ELEMENTS: Final = ("action", "object", "officer", "lead_unit", "due_on")


def missing(elements: dict[str, object]) -> list[str]:
    """What keeps a pledge from being specific: those of ELEMENTS that are empty, in their order.

    A pledge is specific only with an action, an object, a named officer, a lead unit and a date (research F12).
    """
    return [name for name in ELEMENTS if not elements.get(name)]


def specificity(lacking: list[str]) -> Specificity:
    return Specificity.GENERIC if lacking else Specificity.SPECIFIC


def check_due_date(due_on: date | None, promised_on: date) -> None:
    """Raises DueBeforePromised, DueTooFar."""
    if due_on is None:
        return
    if due_on < promised_on:
        raise refusals.DueBeforePromised(promised_on=promised_on.isoformat())
    if due_on > promised_on + FARTHEST:
        raise refusals.DueTooFar(latest=(promised_on + FARTHEST).isoformat())


# --- how far it is ---------------------------------------------------------------------------------------------------


class Transition(StrEnum):
    CORRECT = "correct"
    SETTLE_WORDS = "settle_words"
    REPORT = "report"
    ADD_EVIDENCE = "add_evidence"
    CLAIM = "claim"
    ACCEPT = "accept"
    RETURN = "return"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"


_OPEN, _CLAIMED, _RETURNED, _KEPT = (
    PledgeState.OPEN, PledgeState.CLAIMED_DONE, PledgeState.RETURNED, PledgeState.KEPT,
)  # fmt: skip

#: Where each step leads from each state; a state that is not listed does not allow the step.
TRANSITIONS: Final[dict[Transition, dict[PledgeState, PledgeState]]] = {
    Transition.CORRECT: {_OPEN: PledgeState.SUPERSEDED, _RETURNED: PledgeState.SUPERSEDED},
    Transition.SETTLE_WORDS: {_OPEN: _OPEN, _CLAIMED: _CLAIMED, _RETURNED: _RETURNED, _KEPT: _KEPT},
    Transition.REPORT: {_OPEN: _OPEN, _CLAIMED: _CLAIMED, _RETURNED: _RETURNED},
    Transition.ADD_EVIDENCE: {_OPEN: _OPEN, _CLAIMED: _CLAIMED, _RETURNED: _RETURNED},
    Transition.CLAIM: {_OPEN: _CLAIMED, _RETURNED: _CLAIMED},
    Transition.ACCEPT: {_CLAIMED: _KEPT},
    Transition.RETURN: {_CLAIMED: _RETURNED},
    Transition.ASK_EXTENSION: {_OPEN: _OPEN, _RETURNED: _RETURNED},
    Transition.DECIDE_EXTENSION: {_OPEN: _OPEN, _CLAIMED: _CLAIMED, _RETURNED: _RETURNED},
}


def after(step: Transition, state: PledgeState) -> PledgeState:
    """The state a step leads to. Raises WrongState."""
    if state not in TRANSITIONS[step]:
        raise refusals.WrongState(state=state.value, step=step.value)
    return TRANSITIONS[step][state]


def check_claim(last_claim_at: datetime | None, newest_evidence_at: datetime | None) -> None:
    """Done is claimed with evidence, and after a return with evidence that came later. Raises NoEvidence."""
    if newest_evidence_at is None or (last_claim_at is not None and newest_evidence_at <= last_claim_at):
        raise refusals.NoEvidence()


def check_checker(
    checker: tuple[int | None, int | None], claimant: tuple[int | None, int | None], lead_unit_id: int
) -> None:
    """People are `(user id, unit id)`. Raises OwnCheck for the claimant, the claimant's unit and the lead unit."""
    (checker_id, checker_unit), (claimant_id, claimant_unit) = checker, claimant
    own = checker_id is None or checker_id == claimant_id
    if own or (checker_unit is not None and checker_unit in (claimant_unit, lead_unit_id)):
        raise refusals.OwnCheck()


# --- in time or not --------------------------------------------------------------------------------------------------


class Timing(StrEnum):
    """Computed from the dates, never stored."""

    UNDATED = "undated"
    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    KEPT_IN_TIME = "kept_in_time"
    KEPT_LATE = "kept_late"
    SUPERSEDED = "superseded"


def counted_until(state: PledgeState, claimed_on: date | None, today: date) -> date:
    """The day up to which a pledge's days are counted: that of the claim while it waits for its check or once kept."""
    return claimed_on if claimed_on and state in (PledgeState.CLAIMED_DONE, PledgeState.KEPT) else today


def timing(state: PledgeState, due_on: date | None, claimed_on: date | None, today: date, soon_until: date) -> Timing:
    """How a pledge stands to its date, `soon_until` being the last day that counts as soon.

    The day of the deadline is still in time; overdue begins on the day after. While a claim waits for its check the
    clock stands at the day of the claim: a slow checker makes nobody late, and a late claim stays late.
    """
    if state is PledgeState.SUPERSEDED:
        return Timing.SUPERSEDED
    claimed = claimed_on if state in (PledgeState.CLAIMED_DONE, PledgeState.KEPT) else None
    late = due_on is not None and counted_until(state, claimed_on, today) > due_on
    if state is PledgeState.KEPT:
        return Timing.KEPT_LATE if late else Timing.KEPT_IN_TIME
    if due_on is None:
        return Timing.UNDATED
    if late:
        return Timing.OVERDUE
    return Timing.DUE_SOON if claimed is None and due_on <= soon_until else Timing.IN_TIME


# --- more time -------------------------------------------------------------------------------------------------------


def ask_extension(
    due_on: date | None, first_due_on: date | None, wanted: date, today: date, earlier: Collection[ExtensionState]
) -> ExtensionState:
    """What an asked extension is at once, `earlier` being what became of those asked before: the first is in force if
    it is short, and anything else waits for whoever `decides_extension`.

    Raises NoDate, ExtensionPending, TooLateToExtend, NotLater, TooMuchLater.
    """
    if due_on is None or first_due_on is None:
        raise refusals.NoDate()
    if ExtensionState.ASKED in earlier:
        raise refusals.ExtensionPending()
    if today > due_on:
        raise refusals.TooLateToExtend(due_on=due_on.isoformat())
    if wanted <= due_on:
        raise refusals.NotLater(due_on=due_on.isoformat())
    if wanted > first_due_on + MOST_EXTENDED:
        raise refusals.TooMuchLater(latest=(first_due_on + MOST_EXTENDED).isoformat())
    short = wanted <= workdays.add_workdays(due_on, AT_ONCE_WORKING_DAYS)
    return ExtensionState.IN_FORCE if short and not earlier else ExtensionState.ASKED


class Decider(StrEnum):
    """Who lets an extension that waits come into force."""

    STAFF = "staff"
    LEADER = "leader"


def decides_extension(earlier: Collection[ExtensionState]) -> Decider:
    """A first one is for the staff, a further one for a leader; one that was refused moved nothing, and is none."""
    return Decider.LEADER if ExtensionState.IN_FORCE in earlier else Decider.STAFF


def permission_to_decide(command: str, earlier: Collection[ExtensionState]) -> str:
    """The permission that `sign_extension` or `refuse_extension` asks for."""
    return "decide_first_extension" if decides_extension(earlier) is Decider.STAFF else command


# --- the unit's word -------------------------------------------------------------------------------------------------


def confirmation(kept: Confirmation, due_at: datetime, now: datetime) -> Confirmation:
    """What stands of the words: silence of 24 hours lets the spoken version stand, whoever gets to write that down."""
    return Confirmation.STANDS_AS_SPOKEN if kept is Confirmation.ASKED and now > due_at else kept


def check_confirming(kept: Confirmation) -> None:
    """A unit may stand by its words late, and after having disputed them. Raises AlreadyConfirmed."""
    if kept is Confirmation.CONFIRMED:
        raise refusals.AlreadyConfirmed(confirmation=kept.value)


def check_disputing(kept: Confirmation, due_at: datetime, now: datetime) -> None:
    """Raises AlreadyConfirmed, TooLateToDispute."""
    if confirmation(kept, due_at, now) is Confirmation.STANDS_AS_SPOKEN:
        raise refusals.TooLateToDispute()
    if kept is not Confirmation.ASKED:
        raise refusals.AlreadyConfirmed(confirmation=kept.value)


def check_silence(kept: Confirmation, due_at: datetime, now: datetime) -> None:
    """Raises AlreadyConfirmed, and TimeToAnswer while the unit may still speak."""
    if kept is not Confirmation.ASKED:
        raise refusals.AlreadyConfirmed(confirmation=kept.value)
    if now <= due_at:
        raise refusals.TimeToAnswer(until=milliseconds(due_at))
