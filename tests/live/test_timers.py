"""The crew's timers: any sequence of presses against independent arithmetic, and what the commands refuse."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiry.core.db import reading
from inquiry.errors import NotFound
from inquiry.live import refusals, rules
from inquiry.live.commands import floor, timers
from inquiry.live.commands.timers import MOST_TIMERS
from inquiry.live.models import Counts, Timer
from inquiry.realtime.streams import snapshot
from inquiry.realtime.views import View
from tests.live.conftest import EIGHT, Clock, Evening, do
from tests.support.application import Say
from tests.support.replay import nothing_changes
from tests.support.timers import counted_ms


@dataclass(frozen=True)
class Ready:
    allotted_ms: int = 300_000
    extended_ms: int = 0
    started_at: datetime | None = None
    paused_at: datetime | None = None
    paused_ms: int = 0


microseconds = st.integers(min_value=0, max_value=20 * 60 * 1_000_000)
presses = st.lists(
    st.tuples(st.sampled_from(["start", "pause", "resume", "reset", "look"]), microseconds), max_size=40
)  # fmt: skip
RULES = {"start": rules.timer_started, "pause": rules.timer_paused, "resume": rules.timer_resumed}


@given(sequence=presses)
def test_what_a_timer_has_counted_is_the_sum_of_its_intervals(sequence: list[tuple[str, int]]) -> None:
    """Whatever is pressed, in whatever order: a press that does not fit is refused, and changes nothing."""
    now, state, counted, timer = EIGHT, "ready", 0, Ready()
    fits = {"start": "ready", "pause": "running", "resume": "paused"}
    for press, pause in sequence:
        before, now = now, now + timedelta(microseconds=pause)
        if state == "running":
            counted += (rules.whole(now) - rules.whole(before)) // timedelta(milliseconds=1)
        if press == "reset":
            timer, state, counted = replace(timer, **rules.TIMER_READY), "ready", 0
        elif press in RULES:
            if fits[press] == state:
                timer, state = replace(timer, **RULES[press](timer, now)), "paused" if press == "pause" else "running"
            else:
                with pytest.raises((refusals.TimerStarted, refusals.TimerNotRunning, refusals.TimerNotPaused)):
                    RULES[press](timer, now)
        assert counted_ms(timer, now) == counted


@pytest.mark.parametrize("days", [24, 25, 300])
def test_one_that_stood_still_for_weeks_counts_on(days: int) -> None:
    timer: Any = Ready(started_at=EIGHT, paused_at=EIGHT + timedelta(minutes=1), paused_ms=1000)
    for _pause in range(2):
        now = (timer.paused_at or EIGHT) + timedelta(days=days)
        timer = replace(timer, **rules.timer_resumed(timer, now))
        assert counted_ms(timer, now) == 59_000
        timer = replace(timer, **rules.timer_paused(timer, now))


def add(evening: Evening, **fields: Any) -> int:
    made = do(timers.add_timer, evening.host, evening.session, **{"name": "茶歇", "seconds": 300} | fields)
    return made.id  # type: ignore[no-any-return]


def test_a_timer_that_stood_still_for_weeks_is_kept(evening: Evening, clock: Clock) -> None:
    timer = add(evening)
    for command, days in [(timers.start_timer, 0), (timers.pause_timer, 0), (timers.resume_timer, 30)]:
        clock.forward(days=days)
        do(command, evening.host, timer)
    with reading() as db:
        assert counted_ms(db.get_one(Timer, timer), clock.forward(seconds=5)) == 5_000


def row(evening: Evening, view: View = View.STAFF) -> dict[str, Any]:
    with reading() as db:
        held: dict[str, Any] = snapshot(db, evening.session, view)["state"]["timer"]
    return held


def test_a_timer_through_its_life(evening: Evening, clock: Clock) -> None:
    timer = add(evening)
    for seconds, command in [(5, timers.start_timer), (10, timers.pause_timer), (60, timers.resume_timer)]:
        clock.forward(seconds=seconds)
        do(command, evening.host, timer)
    do(timers.extend_timer, evening.host, timer, 60)
    now = clock.forward(seconds=2.5)
    with reading() as db:
        there = db.get_one(Timer, timer)
    assert (counted_ms(there, now), rules.allowed_ms(there)) == (12_500, 360_000)
    do(timers.reset_timer, evening.host, timer)
    with reading() as db:
        there = db.get_one(Timer, timer)
    assert (counted_ms(there, now), rules.allowed_ms(there)) == (0, 300_000)


def test_less_than_nothing_is_nothing(evening: Evening) -> None:
    timer = add(evening)
    do(timers.extend_timer, evening.host, timer, -400)
    assert row(evening)[str(timer)]["extended_ms"] == -300_000


def test_the_public_holds_what_is_shown_to_it(evening: Evening) -> None:
    mine, shown = add(evening, name="场务"), add(evening, name="茶歇", public=True)
    assert row(evening).keys() == {str(mine), str(shown)}
    for view in (View.PUBLIC, View.INTERNAL):
        assert row(evening, view).keys() == {str(shown)}


def test_at_most_so_many(evening: Evening) -> None:
    for _each in range(MOST_TIMERS):
        add(evening)
    with nothing_changes(), pytest.raises(refusals.TooManyTimers):
        add(evening)
    assert len(row(evening)) == 16


@pytest.mark.parametrize(
    ("command", "args", "refusal"),
    [
        (timers.pause_timer, (), refusals.TimerNotRunning),
        (timers.resume_timer, (), refusals.TimerNotPaused),
        (timers.extend_timer, (86_400,), refusals.TooLong),
    ],
)
def test_what_does_not_fit_changes_nothing(
    evening: Evening, command: Any, args: tuple[int, ...], refusal: type[Exception]
) -> None:
    timer = add(evening)
    with nothing_changes(), pytest.raises(refusal):
        do(command, evening.host, timer, *args)


def test_one_that_runs_is_not_started_again(evening: Evening) -> None:
    timer = add(evening)
    do(timers.start_timer, evening.host, timer)
    with nothing_changes(), pytest.raises(refusals.TimerStarted):
        do(timers.start_timer, evening.host, timer)


def test_a_closed_session_keeps_its_timers_as_they_are(on_air: Evening) -> None:
    timer = add(on_air)
    do(floor.close, on_air.host, on_air.session)
    for command in (timers.start_timer, timers.reset_timer, timers.remove_timer):
        with nothing_changes(), pytest.raises(refusals.SessionClosed):
            do(command, on_air.host, timer)


def test_one_that_is_not_there(evening: Evening) -> None:
    with nothing_changes(), pytest.raises(NotFound):
        do(timers.start_timer, evening.host, 99)


def test_what_counts_down_has_a_length(evening: Evening, say: Say) -> None:
    with nothing_changes():
        refused = say(evening.host, "live.add_timer", session=evening.session, name="茶歇")
    assert refused["error"]["code"] == "BAD_INPUT"
    made = say(evening.host, "live.add_timer", session=evening.session, name="直播时长", counts="up")
    assert row(evening)[str(made["timer"])]["counts"] == Counts.UP
