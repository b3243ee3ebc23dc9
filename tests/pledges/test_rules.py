"""The decisions about pledges, as exhaustive tables."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from inquiry.errors import Refusal
from inquiry.pledges import refusals, rules
from inquiry.pledges.models import Confirmation, ExtensionState, PledgeState, Specificity
from inquiry.pledges.rules import ELEMENTS, Decider, Timing, Transition

WHOLE = {"action": "修复", "object": "湖滨路路灯", "officer": "顾某", "lead_unit": 3, "due_on": date(2026, 12, 20)}
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OPEN, CLAIMED, RETURNED = PledgeState.OPEN, PledgeState.CLAIMED_DONE, PledgeState.RETURNED
KEPT, SUPERSEDED = PledgeState.KEPT, PledgeState.SUPERSEDED


def refusal_of(check) -> type[Refusal] | None:  # type: ignore[no-untyped-def]
    try:
        check()
    except Refusal as refusal:
        return type(refusal)
    return None


# --- specific or not -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("present", list(product([True, False], repeat=len(ELEMENTS))))
def test_specific_needs_all_five(present: tuple[bool, ...]) -> None:
    elements = {name: WHOLE[name] if there else None for name, there in zip(ELEMENTS, present, strict=True)}
    lacking = rules.missing(elements)
    assert lacking == [name for name, there in zip(ELEMENTS, present, strict=True) if not there]
    assert (rules.specificity(lacking) is Specificity.SPECIFIC) is all(present)


def test_an_empty_text_is_missing() -> None:
    assert rules.missing(WHOLE | {"officer": ""}) == ["officer"]


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (None, None),
        (date(2026, 12, 1), None),
        (date(2026, 11, 30), refusals.DueBeforePromised),
        (date(2026, 12, 1) + rules.FARTHEST, None),
        (date(2026, 12, 2) + rules.FARTHEST, refusals.DueTooFar),
    ],
)
def test_a_due_date_lies_after_the_promise(due_on: date | None, expected: type[Refusal] | None) -> None:
    assert refusal_of(lambda: rules.check_due_date(due_on, date(2026, 12, 1))) is expected


# --- how far it is ---------------------------------------------------------------------------------------------------

_ALLOWED = {
    (Transition.CORRECT, OPEN): SUPERSEDED,
    (Transition.CORRECT, RETURNED): SUPERSEDED,
    (Transition.SETTLE_WORDS, OPEN): OPEN,
    (Transition.SETTLE_WORDS, CLAIMED): CLAIMED,
    (Transition.SETTLE_WORDS, RETURNED): RETURNED,
    (Transition.SETTLE_WORDS, KEPT): KEPT,
    (Transition.REPORT, OPEN): OPEN,
    (Transition.REPORT, CLAIMED): CLAIMED,
    (Transition.REPORT, RETURNED): RETURNED,
    (Transition.ADD_EVIDENCE, OPEN): OPEN,
    (Transition.ADD_EVIDENCE, CLAIMED): CLAIMED,
    (Transition.ADD_EVIDENCE, RETURNED): RETURNED,
    (Transition.CLAIM, OPEN): CLAIMED,
    (Transition.CLAIM, RETURNED): CLAIMED,
    (Transition.ACCEPT, CLAIMED): KEPT,
    (Transition.RETURN, CLAIMED): RETURNED,
    (Transition.ASK_EXTENSION, OPEN): OPEN,
    (Transition.ASK_EXTENSION, RETURNED): RETURNED,
    (Transition.DECIDE_EXTENSION, OPEN): OPEN,
    (Transition.DECIDE_EXTENSION, CLAIMED): CLAIMED,
    (Transition.DECIDE_EXTENSION, RETURNED): RETURNED,
}


@pytest.mark.parametrize(("step", "state"), list(product(Transition, PledgeState)))
def test_every_step_from_every_state(step: Transition, state: PledgeState) -> None:
    if (step, state) in _ALLOWED:
        assert rules.after(step, state) is _ALLOWED[step, state]
    else:
        assert refusal_of(lambda: rules.after(step, state)) is refusals.WrongState


@pytest.mark.parametrize(
    ("last_claim", "evidence", "expected"),
    [
        (None, None, refusals.NoEvidence),
        (None, NOW, None),
        (NOW, None, refusals.NoEvidence),
        (NOW, NOW, refusals.NoEvidence),
        (NOW, NOW - MINUTE, refusals.NoEvidence),
        (NOW, NOW + MINUTE, None),
    ],
)
def test_done_is_claimed_with_evidence(
    last_claim: datetime | None, evidence: datetime | None, expected: type[Refusal] | None
) -> None:
    assert refusal_of(lambda: rules.check_claim(last_claim, evidence)) is expected


CLAIMANT, LEAD_UNIT = (10, 3), 3


@pytest.mark.parametrize(
    ("checker", "claimant", "expected"),
    [
        ((20, None), CLAIMANT, None),
        ((20, 5), CLAIMANT, None),
        ((10, 5), CLAIMANT, refusals.OwnCheck),
        ((20, 3), CLAIMANT, refusals.OwnCheck),
        ((20, 4), (10, 4), refusals.OwnCheck),
        ((20, 3), (10, 4), refusals.OwnCheck),
        ((None, None), CLAIMANT, refusals.OwnCheck),
        ((20, None), (10, None), None),
    ],
)
def test_the_checker_comes_from_outside(
    checker: tuple[int | None, int | None], claimant: tuple[int | None, int | None], expected: type[Refusal] | None
) -> None:
    assert refusal_of(lambda: rules.check_checker(checker, claimant, LEAD_UNIT)) is expected


# --- in time or not --------------------------------------------------------------------------------------------------

TODAY = date(2026, 12, 10)
SOON = date(2026, 12, 17)


@pytest.mark.parametrize(
    ("state", "due_in", "claimed_in", "expected"),
    [
        (OPEN, None, None, Timing.UNDATED),
        (RETURNED, None, None, Timing.UNDATED),
        (CLAIMED, None, -1, Timing.UNDATED),
        (KEPT, None, -1, Timing.KEPT_IN_TIME),
        (OPEN, 8, None, Timing.IN_TIME),
        (OPEN, 7, None, Timing.DUE_SOON),
        (OPEN, 0, None, Timing.DUE_SOON),
        (OPEN, -1, None, Timing.OVERDUE),
        (OPEN, -400, None, Timing.OVERDUE),
        (RETURNED, 8, -9, Timing.IN_TIME),
        (RETURNED, 0, -9, Timing.DUE_SOON),
        (RETURNED, -1, -9, Timing.OVERDUE),
        (CLAIMED, 8, 0, Timing.IN_TIME),
        (CLAIMED, 0, 0, Timing.IN_TIME),
        (CLAIMED, -1, -1, Timing.IN_TIME),
        (CLAIMED, -1, 0, Timing.OVERDUE),
        (KEPT, -5, -5, Timing.KEPT_IN_TIME),
        (KEPT, -5, -4, Timing.KEPT_LATE),
        (KEPT, 5, -4, Timing.KEPT_IN_TIME),
        (SUPERSEDED, -5, None, Timing.SUPERSEDED),
        (SUPERSEDED, None, None, Timing.SUPERSEDED),
    ],
)
def test_how_a_pledge_stands_to_its_date(
    state: PledgeState, due_in: int | None, claimed_in: int | None, expected: Timing
) -> None:
    due_on = None if due_in is None else TODAY + due_in * DAY
    claimed_on = None if claimed_in is None else TODAY + claimed_in * DAY
    assert rules.timing(state, due_on, claimed_on, TODAY, SOON) is expected


@pytest.mark.parametrize("state", [KEPT, SUPERSEDED])
@pytest.mark.parametrize(("due_in", "claimed_in"), list(product(range(-3, 4), range(-3, 4))))
def test_what_is_over_is_never_overdue(state: PledgeState, due_in: int, claimed_in: int) -> None:
    stands = rules.timing(state, TODAY + due_in * DAY, TODAY + claimed_in * DAY, TODAY, SOON)
    assert stands in (Timing.KEPT_IN_TIME, Timing.KEPT_LATE, Timing.SUPERSEDED)


# --- more time -------------------------------------------------------------------------------------------------------

DUE = date(2026, 12, 20)


ASKED_FOR, IN_FORCE, REFUSED = ExtensionState.ASKED, ExtensionState.IN_FORCE, ExtensionState.REFUSED
#: The fifteenth working day after the twentieth of December: nothing is announced for January yet.
BY_OWN_WORD = date(2027, 1, 8)


@pytest.mark.parametrize(
    ("due_on", "wanted", "today", "earlier", "expected"),
    [
        (DUE, DUE + DAY, DUE, [], IN_FORCE),
        (DUE, DUE + DAY, DUE - 9 * DAY, [], IN_FORCE),
        (DUE, BY_OWN_WORD, DUE, [], IN_FORCE),
        (DUE, BY_OWN_WORD + DAY, DUE, [], ASKED_FOR),
        (DUE, DUE + 84 * DAY, DUE, [], ASKED_FOR),
        (DUE, DUE + DAY, DUE, [REFUSED], ASKED_FOR),
        (DUE, DUE + DAY, DUE, [IN_FORCE], ASKED_FOR),
        (DUE, DUE + DAY, DUE, [IN_FORCE, REFUSED, IN_FORCE], ASKED_FOR),
        (DUE, DUE + 365 * DAY, DUE, [], ASKED_FOR),
        (DUE, DUE + 366 * DAY, DUE, [], refusals.TooMuchLater),
        (DUE, DUE, DUE, [], refusals.NotLater),
        (DUE, DUE - DAY, DUE, [], refusals.NotLater),
        (DUE, DUE + 9 * DAY, DUE + DAY, [], refusals.TooLateToExtend),
        (DUE, DUE + 9 * DAY, DUE, [ASKED_FOR], refusals.ExtensionPending),
        (DUE, DUE + 9 * DAY, DUE, [IN_FORCE, ASKED_FOR], refusals.ExtensionPending),
        (None, DUE, DUE, [], refusals.NoDate),
    ],
)
def test_more_time_is_asked_for_in_time(
    due_on: date | None, wanted: date, today: date, earlier: list[ExtensionState], expected: object
) -> None:
    def ask() -> ExtensionState:
        return rules.ask_extension(due_on, due_on, wanted, today, earlier)

    if isinstance(expected, ExtensionState):
        assert ask() is expected
    else:
        assert refusal_of(ask) is expected


@pytest.mark.parametrize(
    ("earlier", "decider", "permission"),
    [
        ([], Decider.STAFF, "decide_first_extension"),
        ([ASKED_FOR], Decider.STAFF, "decide_first_extension"),
        ([REFUSED, ASKED_FOR], Decider.STAFF, "decide_first_extension"),
        ([IN_FORCE, ASKED_FOR], Decider.LEADER, "sign_extension"),
        ([IN_FORCE, REFUSED, ASKED_FOR], Decider.LEADER, "sign_extension"),
    ],
)
def test_who_decides_about_more_time(earlier: list[ExtensionState], decider: Decider, permission: str) -> None:
    assert rules.decides_extension(earlier) is decider
    assert rules.permission_to_decide("sign_extension", earlier) == permission


def test_all_extensions_together_stay_within_a_year_of_the_first_date() -> None:
    moved = DUE + 300 * DAY
    latest = DUE + rules.MOST_EXTENDED
    assert rules.ask_extension(moved, DUE, latest, moved, [IN_FORCE]) is ASKED_FOR
    with pytest.raises(refusals.TooMuchLater) as refused:
        rules.ask_extension(moved, DUE, latest + DAY, moved, [IN_FORCE])
    assert refused.value.data == {"latest": latest.isoformat()}


# --- the unit's word -------------------------------------------------------------------------------------------------

ASKED, CONFIRMED = Confirmation.ASKED, Confirmation.CONFIRMED
DISPUTED, STANDS = Confirmation.DISPUTED, Confirmation.STANDS_AS_SPOKEN


@pytest.mark.parametrize(
    ("kept", "late", "stands", "confirming", "disputing", "silence"),
    [
        (ASKED, False, ASKED, None, None, refusals.TimeToAnswer),
        (ASKED, True, STANDS, None, refusals.TooLateToDispute, None),
        (CONFIRMED, False, CONFIRMED, refusals.AlreadyConfirmed, refusals.AlreadyConfirmed, refusals.AlreadyConfirmed),
        (CONFIRMED, True, CONFIRMED, refusals.AlreadyConfirmed, refusals.AlreadyConfirmed, refusals.AlreadyConfirmed),
        (DISPUTED, False, DISPUTED, None, refusals.AlreadyConfirmed, refusals.AlreadyConfirmed),
        (DISPUTED, True, DISPUTED, None, refusals.AlreadyConfirmed, refusals.AlreadyConfirmed),
        (STANDS, False, STANDS, None, refusals.TooLateToDispute, refusals.AlreadyConfirmed),
        (STANDS, True, STANDS, None, refusals.TooLateToDispute, refusals.AlreadyConfirmed),
    ],
)
def test_the_words_are_confirmed_disputed_or_stand(
    kept: Confirmation,
    late: bool,
    stands: Confirmation,
    confirming: type[Refusal] | None,
    disputing: type[Refusal] | None,
    silence: type[Refusal] | None,
) -> None:
    due_at = NOW - MINUTE if late else NOW
    assert rules.confirmation(kept, due_at, NOW) is stands
    assert refusal_of(lambda: rules.check_confirming(kept)) is confirming
    assert refusal_of(lambda: rules.check_disputing(kept, due_at, NOW)) is disputing
    assert refusal_of(lambda: rules.check_silence(kept, due_at, NOW)) is silence
