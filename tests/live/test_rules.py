"""The rules of the evening as tables: each row is a sentence and what follows from it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.live import models, rules
from inquiry.live.models import AtZero, ItemState, SessionState
from inquiry.live.rules import Intake, Phase

EIGHT = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)


def at(minutes: float, seconds: float = 0) -> datetime:
    """So long after eight."""
    return EIGHT + timedelta(minutes=minutes, seconds=seconds)


@dataclass(frozen=True)
class Timer:
    """A slot as the rules see it: begun at eight, three minutes allotted, unless a row says otherwise."""

    allotted_ms: int = 180_000
    extended_ms: int = 0
    started_at: datetime = EIGHT
    paused_at: datetime | None = None
    paused_ms: int = 0
    ended_at: datetime | None = None
    interrupted_ms: int = 0
    is_interruption: bool = False
    at_zero: AtZero = AtZero.COUNT_OVER
    grace_ms: int = 0
    time_called_at: datetime | None = None
    warning_ms: int = 30_000
    danger_ms: int = 10_000


@dataclass(frozen=True)
class Session:
    state: SessionState = SessionState.PLANNED
    intake_opened_at: datetime | None = None
    intake_closed_at: datetime | None = None


# --- the timer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timer", "now", "used", "remaining", "ends_at"),
    [
        # In the moment it starts, nothing is used.
        (Timer(), EIGHT, 0, 180_000, at(3)),
        # A minute later a minute is used.
        (Timer(), at(1), 60_000, 120_000, at(3)),
        # Milliseconds count.
        (Timer(), at(0, 1.234), 1_234, 178_766, at(3)),
        # What is smaller than a millisecond does not.
        (Timer(), EIGHT + timedelta(microseconds=999), 0, 180_000, at(3)),
        # When the time is up, nothing is left.
        (Timer(), at(3), 180_000, 0, at(3)),
        # Afterwards what is left is negative.
        (Timer(), at(4), 240_000, -60_000, at(3)),
        # A minute more moves the end.
        (Timer(extended_ms=60_000), at(3), 180_000, 60_000, at(4)),
        # A minute less, too.
        (Timer(extended_ms=-60_000), at(1), 60_000, 60_000, at(2)),
        # While paused the time stands still, and there is no end in sight.
        (Timer(paused_at=at(1)), at(10), 60_000, 120_000, None),
        # A pause that is over is not counted and moves the end.
        (Timer(paused_ms=120_000), at(3), 60_000, 120_000, at(5)),
        # A second pause stands still at what was used before it.
        (Timer(paused_ms=120_000, paused_at=at(4)), at(9), 120_000, 60_000, None),
        # Once ended, nothing moves any more.
        (Timer(ended_at=at(2)), at(50), 120_000, 60_000, None),
        # Ended over time stays over time.
        (Timer(ended_at=at(5)), at(50), 300_000, -120_000, None),
        # A clock that was set back does not give time back.
        (Timer(), at(-1), 0, 180_000, at(3)),
    ],
)
def test_what_is_used_and_left(
    timer: Timer, now: datetime, used: int, remaining: int, ends_at: datetime | None
) -> None:
    assert rules.used_ms(timer, now) == used
    assert rules.remaining_ms(timer, now) == remaining
    assert rules.ends_at(timer) == ends_at


@pytest.mark.parametrize(
    ("timer", "now", "phase"),
    [
        # With plenty left it is an ordinary countdown.
        (Timer(), at(1), Phase.NORMAL),
        # Just before the last thirty seconds it still is.
        (Timer(), at(2, 29.999), Phase.NORMAL),
        # The last thirty seconds are a warning.
        (Timer(), at(2, 30), Phase.WARNING),
        # Just before the last ten it still is.
        (Timer(), at(2, 49.999), Phase.WARNING),
        # The last ten seconds are the danger.
        (Timer(), at(2, 50), Phase.DANGER),
        # A millisecond before the end is the end of it.
        (Timer(), at(2, 59.999), Phase.DANGER),
        # With nothing left it is over.
        (Timer(), at(3), Phase.OVER),
        # And stays so.
        (Timer(), at(30), Phase.OVER),
        # A slot has a warning and a danger of its own.
        (Timer(allotted_ms=1_200_000, warning_ms=120_000), at(18), Phase.WARNING),
        # Before it, there is none.
        (Timer(allotted_ms=1_200_000, warning_ms=120_000), at(17, 59), Phase.NORMAL),
        (Timer(warning_ms=60_000, danger_ms=45_000), at(2, 15), Phase.DANGER),
        # It may have no danger, or neither.
        (Timer(danger_ms=0), at(2, 59.999), Phase.WARNING),
        (Timer(warning_ms=0, danger_ms=0), at(2, 59.999), Phase.NORMAL),
        # A slot as short as the warning is one long warning.
        (Timer(allotted_ms=30_000), EIGHT, Phase.WARNING),
        # In its grace a slot is not over yet.
        (Timer(at_zero=AtZero.GRACE, grace_ms=15_000), at(3, 10), Phase.GRACE),
        # More time ends the warning.
        (Timer(extended_ms=60_000), at(2, 45), Phase.NORMAL),
        # More time, but not enough, leaves it over.
        (Timer(extended_ms=10_000), at(3, 20), Phase.OVER),
        # A pause keeps the phase it began in.
        (Timer(paused_at=at(2, 45)), at(9), Phase.WARNING),
        # An ended slot shows how it ended.
        (Timer(ended_at=at(4)), at(9), Phase.OVER),
    ],
)
def test_phase(timer: Timer, now: datetime, phase: Phase) -> None:
    assert rules.phase(timer, now) is phase


@pytest.mark.parametrize(
    ("timer", "now", "less", "more"),
    [
        # At the start all of it may be taken away, and as much added as makes two hours.
        (Timer(), EIGHT, 180, 7020),
        # What was used cannot be taken away.
        (Timer(), at(2), 60, 7020),
        # A part of a second cannot, either: seconds are whole.
        (Timer(), at(2, 59.5), 0, 7020),
        # Over time there is nothing to take away.
        (Timer(), at(5), 0, 7020),
        # In a pause what was used before it counts.
        (Timer(paused_at=at(1)), at(50), 120, 7020),
        # Earlier extensions count against the two hours.
        (Timer(extended_ms=7_020_000), at(1), 7140, 0),
    ],
)
def test_how_far_a_slot_can_be_extended(timer: Timer, now: datetime, less: int, more: int) -> None:
    assert rules.most_taken_away_s(timer, now) == less
    assert rules.most_added_s(timer) == more


@pytest.mark.parametrize(
    ("timer", "seconds", "now", "called_again"),
    [
        # More time after the call: when it is up again, it is called again.
        (Timer(time_called_at=at(3)), 60, at(3, 10), True),
        # More time, but less than it is over: it has been called and stays so.
        (Timer(time_called_at=at(3)), 5, at(3, 10), False),
        # Exactly as much as it is over leaves nothing: the same.
        (Timer(time_called_at=at(3)), 10, at(3, 10), False),
    ],
)
def test_when_time_is_called_again(timer: Timer, seconds: int, now: datetime, called_again: bool) -> None:
    after = replace(timer, **rules.extended(timer, seconds, now))
    assert after.extended_ms == seconds * 1000
    assert (rules.deadline(after) is not None) is called_again


@pytest.mark.parametrize(
    ("timer", "deadline", "cut"),
    [
        # Counting over is called at zero, and never cut.
        (Timer(), at(3), None),
        (Timer(time_called_at=at(3)), None, None),
        # A hard stop is cut when it is called.
        (Timer(at_zero=AtZero.END), at(3), at(3)),
        (Timer(at_zero=AtZero.NEXT), at(3), at(3)),
        # A grace is called at zero, and cut when it is over.
        (Timer(at_zero=AtZero.GRACE, grace_ms=15_000), at(3), at(3, 15)),
        (Timer(at_zero=AtZero.GRACE, grace_ms=15_000, time_called_at=at(3)), at(3, 15), at(3, 15)),
        # What stands still in the grace has neither.
        (Timer(at_zero=AtZero.GRACE, grace_ms=15_000, time_called_at=at(3), paused_at=at(3, 5)), None, None),
        # A pause and more time move both.
        (Timer(at_zero=AtZero.GRACE, grace_ms=15_000, paused_ms=60_000, extended_ms=30_000), at(4, 30), at(4, 45)),
        # Once ended there is nothing to call.
        (Timer(at_zero=AtZero.GRACE, grace_ms=15_000, time_called_at=at(3), ended_at=at(3, 4)), None, None),
    ],
)
def test_when_time_is_called_and_when_it_is_cut(timer: Timer, deadline: datetime | None, cut: datetime | None) -> None:
    assert (rules.deadline(timer), rules.cut_at(timer)) == (deadline, cut)


@pytest.mark.parametrize(
    ("timers", "due", "deadline"),
    [
        # Nobody speaks.
        ([], [], None),
        # One speaks: due when the time is up.
        ([Timer()], [False], at(3)),
        # Of several the one whose time is up first is waited for.
        ([Timer(started_at=at(1)), Timer(allotted_ms=120_000), Timer()], [False, False, False], at(2)),
        # Whose time stands still is not due.
        ([Timer(paused_at=at(0, 10)), Timer(started_at=at(1))], [False, False], at(4)),
        # Who has ended is not due.
        ([Timer(ended_at=at(1))], [False], None),
        # Whose time was called is not due again.
        ([Timer(allotted_ms=60_000, time_called_at=at(1))], [False], None),
        # In the very moment when nothing is left it is due.
        ([Timer(allotted_ms=60_000)], [True], None),
        # A millisecond before, it is not.
        ([Timer(allotted_ms=60_001)], [False], at(1, 0.001)),
        # A deadline that went by while nobody looked is due, and the next one is waited for.
        ([Timer(started_at=at(-60)), Timer()], [True, False], at(3)),
    ],
)
def test_deadlines_a_minute_after_eight(timers: list[Timer], due: list[bool], deadline: datetime | None) -> None:
    assert [rules.is_due(timer, at(1)) for timer in timers] == due
    assert rules.next_deadline(timers, at(1)) == deadline


microseconds = st.integers(min_value=0, max_value=20 * 60 * 1_000_000)
presses = st.lists(st.tuples(st.sampled_from(["pause or resume", "extend", "look"]), microseconds), max_size=40)


@given(presses=presses, last=microseconds)
def test_used_time_is_the_sum_of_the_intervals(presses: list[tuple[str, int]], last: int) -> None:
    """Start, any sequence of pausing, resuming and extending, end: what counts is the time between, to the millisecond.

    Each press is kept to the millisecond in which it was made; between those the sum is exact, however many there are.
    """
    now, running, spoken_ms = EIGHT, True, 0
    timer = Timer(**rules.started(3600, now))
    for press, pause in [*presses, ("end", last)]:
        before, now = now, now + timedelta(microseconds=pause)
        if running:
            spoken_ms += (rules.whole(now) - rules.whole(before)) // timedelta(milliseconds=1)
        if press == "pause or resume":
            timer = replace(timer, **(rules.paused(timer, now) if running else rules.resumed(timer, now)))
            running = not running
        elif press == "extend":
            timer = replace(timer, **rules.extended(timer, 30, now))
        elif press == "end":
            timer = replace(timer, **rules.ended(timer, now))
        assert rules.used_ms(timer, now) == spoken_ms
    assert rules.used_ms(timer, now + timedelta(hours=1)) == spoken_ms
    assert timer.paused_at is None


interruptions = st.lists(
    st.tuples(st.sampled_from(["stop", "interrupt", "go on", "more", "less", "look"]), microseconds), max_size=40
)
ends = st.sampled_from([(AtZero.COUNT_OVER, 0), (AtZero.GRACE, 20_000), (AtZero.END, 0), (AtZero.NEXT, 0)])


@given(presses=interruptions, last=microseconds, end=ends)
def test_speaking_pauses_and_interruptions_add_up_to_what_went_by(
    presses: list[tuple[str, int]], last: int, end: tuple[AtZero, int]
) -> None:
    """Whatever is pressed, in whatever order, and at whatever fraction of a second: not a millisecond is lost when a
    pause becomes an interruption or an interruption a pause, or counted twice."""
    now, doing = EIGHT, "speaking"
    spent = {"speaking": 0, "stop": 0, "interrupt": 0}
    timer = Timer(**rules.started(3600, now), at_zero=end[0], grace_ms=end[1])
    for press, pause in [*presses, ("end", last)]:
        before, now = now, now + timedelta(microseconds=pause)
        cut = rules.cut_at(timer)
        over = cut is not None and cut <= now
        until = min(rules.whole(now), cut) if over and cut is not None else rules.whole(now)
        spent[doing] += (until - rules.whole(before)) // timedelta(milliseconds=1)
        if over or press == "end":
            timer = replace(timer, **rules.ended(timer, now))
            break
        if press in ("stop", "interrupt") and press != doing:
            timer, doing = replace(timer, **rules.paused(timer, now, interruption=press == "interrupt")), press
        elif press == "go on" and doing != "speaking":
            timer, doing = replace(timer, **rules.resumed(timer, now)), "speaking"
        elif press in ("more", "less"):
            timer = replace(timer, **rules.extended(timer, 30 if press == "more" else -30, now))
        assert rules.interrupted_ms(timer, now) == spent["interrupt"]
        assert rules.used_ms(timer, now) == spent["speaking"]
    assert timer.ended_at is not None
    assert (rules.used_ms(timer, now), timer.paused_ms, timer.interrupted_ms) == (
        spent["speaking"], spent["stop"] + spent["interrupt"], spent["interrupt"]
    )  # fmt: skip
    assert rules.used_ms(timer, now) + timer.paused_ms == (timer.ended_at - EIGHT) // timedelta(milliseconds=1)
    assert (timer.paused_at, timer.is_interruption) == (None, False)


@given(start=microseconds, spoken=microseconds)
def test_one_interval_is_right_to_a_millisecond(start: int, spoken: int) -> None:
    begins = EIGHT + timedelta(microseconds=start)
    timer = Timer(**rules.started(3600, begins))
    assert abs(rules.used_ms(timer, begins + timedelta(microseconds=spoken)) - spoken / 1000) <= 1


# --- states ---------------------------------------------------------------------------------------------------------

PLANNED, LIVE, CLOSED = SessionState
WAITING, ON_AIR, DONE = ItemState


@pytest.mark.parametrize(
    ("state", "wanted", "allowed"),
    [
        # A planned session goes live.
        (PLANNED, LIVE, True),
        # It is called off: closed without having been live.
        (PLANNED, CLOSED, True),
        # It is planned already.
        (PLANNED, PLANNED, False),
        # A live session is closed.
        (LIVE, CLOSED, True),
        # It cannot go live twice.
        (LIVE, LIVE, False),
        # It is taken back while nothing was aired.
        (LIVE, PLANNED, True),
        # A closed session stays closed.
        (CLOSED, PLANNED, False),
        (CLOSED, LIVE, False),
        (CLOSED, CLOSED, False),
        # A planned item is taken.
        (WAITING, ON_AIR, True),
        # It is not done before it was on air.
        (WAITING, DONE, False),
        (WAITING, WAITING, False),
        # What is on air is done when it leaves.
        (ON_AIR, DONE, True),
        # What is on air is not taken again.
        (ON_AIR, ON_AIR, False),
        # What was put on air by mistake is taken back.
        (ON_AIR, WAITING, True),
        # What was left by a wrong press is taken again.
        (DONE, ON_AIR, True),
        (DONE, WAITING, False),
        (DONE, DONE, False),
    ],
)
def test_steps(state: Any, wanted: Any, allowed: bool) -> None:
    assert rules.may_become(state, wanted) is allowed


@pytest.mark.parametrize(
    ("now", "is_it"),
    [
        # In the evening, a little before the hour, at it, and late.
        (at(-119), True), (at(0), True), (at(360), True),
        # In the rehearsal of the morning, a week early, and days after it should have been.
        (at(-121), False), (at(-7 * 1440), False), (at(361), False), (at(3 * 1440), False),
    ],
)  # fmt: skip
def test_whether_it_is_time_to_go_live(now: datetime, is_it: bool) -> None:
    assert rules.is_its_time(models.Session(starts_at=EIGHT), now) is is_it
    assert rules.is_its_time(models.Session(starts_at=EIGHT, rehearsal_of_id=7), now)


@pytest.mark.parametrize(
    ("session", "intake"),
    [
        # Before anybody opened it.
        (Session(), Intake.NOT_YET),
        # A live session does not take questions by itself.
        (Session(LIVE), Intake.NOT_YET),
        # Opened, days before.
        (Session(intake_opened_at=EIGHT), Intake.OPEN),
        # Open while live.
        (Session(LIVE, intake_opened_at=EIGHT), Intake.OPEN),
        # Closed for the last quarter of an hour.
        (Session(LIVE, intake_opened_at=EIGHT, intake_closed_at=at(45)), Intake.CLOSED),
        # A closed session takes none, whatever was forgotten.
        (Session(CLOSED, intake_opened_at=EIGHT), Intake.CLOSED),
        (Session(CLOSED), Intake.CLOSED),
    ],
)
def test_intake(session: Session, intake: Intake) -> None:
    assert rules.intake(session) is intake
