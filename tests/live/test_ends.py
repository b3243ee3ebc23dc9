"""The four ends of a slot, called by the watcher itself, with the clock in the tests' hands."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.live import queries, rules, watch
from inquiry.live.commands import floor, slots
from inquiry.live.models import AtZero, ItemKind, ItemState, Slot
from inquiry.trace.queries import breaks
from tests.live.conftest import EIGHT, Clock, Evening, do
from tests.live.test_races import at_once, kinds, refusals


def at(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def only(evening: Evening) -> Slot:
    [slot] = all_of(evening)
    return slot


def all_of(evening: Evening) -> list[Slot]:
    with reading() as db:
        return list(queries.slots(db, evening.session))


@pytest.fixture
def look(app: Flask, on_air: Evening, clock: Clock) -> Callable[[float], float]:
    """The watcher looks so many seconds after eight; returns how long it would sleep then."""

    def watched(seconds: float) -> float:
        clock.forward(seconds=seconds - (clock.forward() - EIGHT).total_seconds())
        return watch.watch_once(app)

    return watched


Look = Callable[[float], float]


def test_count_over_is_called_once_and_goes_on(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.COUNT_OVER)
    assert look(59.5) == 0.5
    look(60.2)
    look(300)
    assert (only(on_air).time_called_at, only(on_air).ended_at) == (at(60.2), None)
    assert kinds(on_air).count("live.time_called") == 1


def test_grace_is_called_at_zero_and_cut_when_it_is_over(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.GRACE, 10)
    look(60.1)
    assert (only(on_air).time_called_at, only(on_air).ended_at) == (at(60.1), None)
    assert look(69.75) == 0.25
    assert only(on_air).ended_at is None
    look(70.9)
    look(72)
    assert only(on_air).ended_at == at(70)
    assert (kinds(on_air).count("live.time_called"), kinds(on_air).count("live.slot_ended")) == (1, 1)
    assert on_air.row.floor_item_id == on_air.slot
    assert rules.used_ms(only(on_air), at(500)) == 70_000


def test_a_grace_that_nobody_saw_is_over_all_the_same(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.GRACE, 10)
    look(400)
    assert (only(on_air).time_called_at, only(on_air).ended_at) == (at(400), at(70))
    assert kinds(on_air)[-2:] == ["live.time_called", "live.slot_ended"]


def test_more_time_in_the_grace_gives_another_one(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.GRACE, 10)
    look(65)
    on_air.press(slots.extend_slot, 30)
    look(89)
    assert (only(on_air).time_called_at, only(on_air).ended_at) == (None, None)
    look(90)
    look(99)
    assert only(on_air).ended_at is None
    look(100.5)
    assert only(on_air).ended_at == at(100)
    assert kinds(on_air).count("live.time_called") == 2


def test_less_than_it_is_over_moves_the_cut(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.GRACE, 10)
    look(65)
    on_air.press(slots.extend_slot, 3)
    look(72.9)
    assert only(on_air).ended_at is None
    look(74)
    assert only(on_air).ended_at == at(73)
    assert kinds(on_air).count("live.time_called") == 1


@pytest.mark.parametrize("interruption", [False, True])
def test_a_grace_stands_still_while_the_time_does(on_air: Evening, look: Look, interruption: bool) -> None:
    on_air.start(60, AtZero.GRACE, 10)
    look(65)
    on_air.press(slots.pause_slot, interruption=interruption)
    look(165)
    assert only(on_air).ended_at is None
    on_air.press(slots.resume_slot)
    look(169.9)
    assert only(on_air).ended_at is None
    look(171)
    slot = only(on_air)
    assert slot.ended_at == at(170)
    assert (rules.used_ms(slot, at(500)), slot.paused_ms) == (70_000, 100_000)
    assert slot.interrupted_ms == (100_000 if interruption else 0)


@pytest.mark.parametrize(
    "press",
    [
        lambda one: one.press(slots.end_slot),
        lambda one: one.take(one.rest),
        lambda one: one.press(floor.clear_floor),
        lambda one: do(floor.close, one.host, one.session),
    ],
)
@pytest.mark.parametrize(("at_zero", "ends"), [(AtZero.GRACE, 70), (AtZero.END, 60), (AtZero.NEXT, 60)])
def test_who_ends_it_before_the_watcher_does_changes_nothing_of_when(
    on_air: Evening, clock: Clock, press: Callable[[Evening], Any], at_zero: AtZero, ends: int
) -> None:
    on_air.start(60, at_zero, 10)
    clock.forward(seconds=ends + 0.4)
    press(on_air)
    assert only(on_air).ended_at == at(ends)


def test_a_hard_stop_ends_the_slot_and_nothing_follows(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.END)
    look(61)
    assert (only(on_air).time_called_at, only(on_air).ended_at) == (at(61), at(60))
    assert (on_air.row.floor_item_id, on_air.rev) == (on_air.slot, 3)


def test_a_hard_stop_and_the_next_begins_until_nothing_follows(on_air: Evening, look: Look) -> None:
    """The slots end at their deadlines; what follows begins when that is noticed, as nobody could know before."""
    first, second = on_air.plan_speaker(60), on_air.plan_speaker(30)
    on_air.begin(first)
    rev = on_air.rev
    look(60.3)
    assert (on_air.row.floor_item_id, on_air.rev) == (second, rev + 1)
    look(90.2)
    assert on_air.open_slot() is not None
    look(91)
    one, two = all_of(on_air)
    assert (one.ended_at, two.started_at, two.ended_at) == (at(60), at(60.3), at(90.3))
    assert (two.item_id, two.speaker, two.speaker_title, two.allotted_ms) == (second, "周启明", "局长", 30_000)
    assert (on_air.item(first).state, on_air.item(second).state) == (ItemState.DONE, ItemState.ON_AIR)
    assert on_air.row.floor_item_id == second
    assert kinds(on_air)[-7:] == [
        "live.slot_started", "live.time_called", "live.slot_ended", "live.item_taken", "live.slot_started",
        "live.time_called", "live.slot_ended",
    ]  # fmt: skip


def test_what_was_on_air_before_and_what_lies_before_is_not_next(on_air: Evening, look: Look) -> None:
    last = on_air.plan_speaker()
    on_air.take(on_air.rest).begin(last)
    look(60)
    assert on_air.row.floor_item_id == last
    assert on_air.item(on_air.clip).state is ItemState.PLANNED


def test_next_without_a_planned_speaker_goes_on_air_and_nobodys_time_runs(on_air: Evening, look: Look) -> None:
    on_air.start(60, AtZero.NEXT)
    look(60)
    assert (on_air.row.floor_item_id, on_air.open_slot()) == (on_air.rest, None)


def test_a_citizens_question_is_put_on_air_by_a_person_alone(on_air: Evening, look: Look) -> None:
    on_air.add(ItemKind.QUESTION, "路灯何时修好？", question_id=71, position=3)
    on_air.start(60, AtZero.NEXT)
    look(60)
    assert (on_air.row.floor_item_id, on_air.open_slot()) == (on_air.slot, None)


def test_the_next_speaker_may_have_another_end(on_air: Evening, look: Look) -> None:
    graced = on_air.plan_speaker(60, AtZero.GRACE, grace_seconds=15, position=3)
    on_air.start(60, AtZero.NEXT)
    look(60)
    slot = on_air.open_slot()
    assert slot is not None
    assert (slot.item_id, slot.at_zero, slot.grace_ms) == (graced, AtZero.GRACE, 15_000)
    look(120)
    look(136)
    assert [one.ended_at for one in all_of(on_air)] == [at(60), at(135)]


def test_the_longest_slot_is_two_hours_whatever_was_planned(on_air: Evening) -> None:
    assert on_air.begin(on_air.plan_speaker(3 * 60 * 60)).allotted_ms == rules.MOST_MS


# --- in the same second -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("at_zero", [AtZero.GRACE, AtZero.END, AtZero.NEXT])
def test_two_watchers_end_a_slot_once(app: Flask, on_air: Evening, clock: Clock, at_zero: AtZero, round_: int) -> None:
    following = on_air.plan_speaker(position=3)
    on_air.start(60, at_zero, 10)
    now = clock.forward(seconds=71)
    at_once(app, *[lambda: watch.call_due(now)] * 2)
    told = kinds(on_air)
    assert (told.count("live.time_called"), told.count("live.slot_ended")) == (1, 1)
    begun = [slot.item_id for slot in all_of(on_air)]
    assert begun == ([on_air.slot, following] if at_zero is AtZero.NEXT else [on_air.slot])
    with reading() as db:
        assert breaks(db) == []


Press = Callable[[Evening, int], Any]

PRESSES: dict[str, Press] = {
    "extend": lambda one, seen: do(slots.extend_slot, one.host, one.session, seen, 30),
    "pause": lambda one, seen: do(slots.pause_slot, one.host, one.session, seen),
    "end": lambda one, seen: do(slots.end_slot, one.host, one.session, seen),
    "take": lambda one, seen: do(floor.take_item, one.host, one.session, one.rest, seen),
    "begin": lambda one, seen: do(slots.take_and_start, one.host, one.session, one.planned, seen),
}


@pytest.mark.parametrize("press", PRESSES)
@pytest.mark.parametrize("at_zero", [AtZero.GRACE, AtZero.NEXT])
def test_a_host_who_presses_in_the_same_second_wins_or_is_told(
    app: Flask, on_air: Evening, clock: Clock, at_zero: AtZero, press: str
) -> None:
    on_air.planned = on_air.plan_speaker(position=3)
    on_air.start(60, at_zero, 10)
    seen, now = on_air.rev, clock.forward(seconds=70.2)
    answers = at_once(
        app, lambda: watch.call_due(now), lambda: PRESSES[press](on_air, seen), lambda: watch.call_due(now)
    )
    told = kinds(on_air)
    assert refusals(answers) in ([], ["STALE"])
    assert told.count("live.time_called") <= 1
    [first, *others] = all_of(on_air)
    ends = at(70 if at_zero is AtZero.GRACE else 60)
    if press in ("extend", "pause") and not refusals(answers):
        assert first.ended_at is None
    else:
        assert first.ended_at == ends
        assert told.count("live.slot_ended") == 1
    assert len(others) == (on_air.item(on_air.planned).state is not ItemState.PLANNED)
    with reading() as db:
        on_floor = [one.id for one in queries.rundown(db, on_air.session) if one.state is ItemState.ON_AIR]
        assert on_floor == [on_air.row.floor_item_id]
        assert breaks(db) == []
