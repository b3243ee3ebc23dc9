"""What is on air, and who may speak for how long."""

from datetime import timedelta

import pytest

from inquiry.core.db import reading
from inquiry.live import queries, rules
from inquiry.live.commands import floor, preparation, slots
from inquiry.live.models import AtZero, ItemState, SessionState
from inquiry.permissions import SYSTEM
from inquiry.trace.queries import since
from tests.live.conftest import EIGHT, Clock, Evening, do


def last_entries(evening: Evening, number: int) -> list[tuple[str, dict[str, object]]]:
    with reading() as db:
        entries = since(db, f"session:{evening.session}:public", 0)
    return [(entry.kind, entry.payload) for entry in entries[-number:]]


def test_taking_an_item_puts_it_alone_on_the_floor(evening: Evening, clock: Clock) -> None:
    evening.go_live().take(evening.clip)
    later = clock.forward(minutes=5)
    change = do(floor.take_item, evening.host, evening.session, evening.slot, 1)
    assert (change.item.id, change.left.id) == (evening.slot, evening.clip)
    clip, slot = evening.item(evening.clip), evening.item(evening.slot)
    assert (clip.state, clip.started_at, clip.ended_at) == (ItemState.DONE, EIGHT, later)
    assert (slot.state, slot.started_at, slot.ended_at) == (ItemState.ON_AIR, later, None)
    assert (evening.row.floor_item_id, evening.rev) == (evening.slot, 2)


def test_taking_an_item_ends_whoever_speaks(on_air: Evening, clock: Clock) -> None:
    slot = on_air.start()
    clock.forward(seconds=90)
    on_air.take(on_air.rest)
    with reading() as db:
        ended = queries.slot(db, slot.id)
    assert ended.ended_at == EIGHT + timedelta(seconds=90)
    assert on_air.open_slot() is None
    assert last_entries(on_air, 2) == [
        ("live.slot_ended", {"slot": slot.id, "used_s": 90}),
        ("live.item_taken", {"item": on_air.rest, "title": "休息"}),
    ]


def test_an_item_left_by_mistake_is_taken_again_and_keeps_its_first_beginning(on_air: Evening, clock: Clock) -> None:
    clock.forward(seconds=10)
    on_air.take(on_air.rest)
    clock.forward(seconds=10)
    on_air.take(on_air.slot)
    item = on_air.item(on_air.slot)
    assert (item.state, item.started_at, item.ended_at) == (ItemState.ON_AIR, EIGHT, None)
    assert on_air.item(on_air.rest).state is ItemState.DONE


def test_clearing_leaves_nothing_on_air(on_air: Evening) -> None:
    on_air.start()
    change = on_air.press(floor.clear_floor)
    assert (change.item, change.left.id) == (None, on_air.slot)
    assert on_air.row.floor_item_id is None
    assert on_air.open_slot() is None
    assert on_air.item(on_air.slot).state is ItemState.DONE


def test_closing_ends_the_slot_the_floor_and_the_intake(on_air: Evening, clock: Clock) -> None:
    do(preparation.open_intake, on_air.host, on_air.session)
    on_air.start()
    rev = on_air.rev
    now = clock.forward(minutes=3)
    do(floor.close, on_air.host, on_air.session)
    row = on_air.row
    assert (row.state, row.closed_at, row.intake_closed_at) == (SessionState.CLOSED, now, now)
    assert (row.floor_item_id, row.floor_rev) == (None, rev + 1)
    assert on_air.open_slot() is None
    assert [kind for kind, _payload in last_entries(on_air, 3)] == [
        "live.slot_ended", "live.floor_cleared", "live.session_closed",
    ]  # fmt: skip


def test_every_press_is_counted(on_air: Evening) -> None:
    """The number every presser has to have seen moves by one with each press on the floor or on a slot."""
    revs = [on_air.rev]
    on_air.start()
    revs.append(on_air.rev)
    for command, arguments in (
        (slots.pause_slot, ()), (slots.resume_slot, ()), (slots.extend_slot, (30,)), (slots.end_slot, ()),
        (floor.clear_floor, ()),
    ):  # fmt: skip
        on_air.press(command, *arguments)
        revs.append(on_air.rev)
    revs.append(on_air.take(on_air.clip).rev)
    assert revs == list(range(1, 9))


def test_a_slot_keeps_to_its_time_through_pauses_and_extensions(on_air: Evening, clock: Clock) -> None:
    slot = on_air.start(180)
    clock.forward(seconds=60)
    on_air.press(slots.pause_slot)
    clock.forward(minutes=10)
    on_air.press(slots.resume_slot)
    clock.forward(seconds=30)
    on_air.press(slots.extend_slot, 60)
    clock.forward(seconds=15)
    on_air.press(slots.extend_slot, -20)
    on_air.press(slots.pause_slot)
    clock.forward(minutes=5)
    ended = on_air.press(slots.end_slot)
    assert ended.id == slot.id
    assert rules.used_ms(ended, clock.forward(hours=1)) == 105_000
    assert rules.allowed_ms(ended) == 220_000
    assert (ended.paused_at, ended.paused_ms) == (None, 900_000)


@pytest.mark.parametrize("interruption", [False, True])
def test_a_slot_that_stood_still_for_weeks_goes_on(on_air: Evening, clock: Clock, interruption: bool) -> None:
    """A session that nobody ended: the milliseconds are more than a short column holds."""
    on_air.start(180)
    for _pause in range(2):
        clock.forward(seconds=10)
        do(slots.pause_slot, on_air.host, on_air.session, on_air.rev, interruption=interruption)
        clock.forward(days=25)
        slot = on_air.press(slots.resume_slot)
    assert rules.used_ms(slot, clock.forward()) == 20_000
    assert slot.paused_ms == 50 * 86_400_000
    assert slot.interrupted_ms == (slot.paused_ms if interruption else 0)


def test_as_much_as_is_left_can_be_taken_away(on_air: Evening, clock: Clock) -> None:
    on_air.start(180)
    clock.forward(seconds=100)
    assert rules.remaining_ms(on_air.press(slots.extend_slot, -80), clock.forward()) == 0


@pytest.mark.parametrize("seconds", [59, 59.999])
def test_time_is_not_called_before_it_is_up(on_air: Evening, clock: Clock, seconds: float) -> None:
    slot = on_air.start(60)
    clock.forward(seconds=seconds)
    assert do(slots.call_time, SYSTEM, slot.id) is False
    assert last_entries(on_air, 1)[0][0] == "live.slot_started"


def test_time_is_called_once_and_the_speaker_may_go_on(on_air: Evening, clock: Clock) -> None:
    slot = on_air.start(60)
    rev = on_air.rev
    called_at = clock.forward(seconds=60)
    assert do(slots.call_time, SYSTEM, slot.id) is True
    clock.forward(seconds=5)
    assert do(slots.call_time, SYSTEM, slot.id) is False
    still = on_air.open_slot()
    assert still is not None
    assert (still.time_called_at, still.ended_at) == (called_at, None)
    assert [kind for kind, _payload in last_entries(on_air, 2)] == ["live.slot_started", "live.time_called"]
    # Nobody's press is made stale by it: zero is when hosts press.
    assert on_air.rev == rev


def test_a_slot_that_ends_by_itself_ends_at_its_deadline(on_air: Evening, clock: Clock) -> None:
    """However late the watcher comes, a server that was down for ten minutes gives nobody ten minutes."""
    slot = on_air.start(60, AtZero.END)
    rev = on_air.rev
    clock.forward(minutes=11)
    assert do(slots.call_time, SYSTEM, slot.id) is True
    with reading() as db:
        ended = queries.slot(db, slot.id)
    assert ended.ended_at == EIGHT + timedelta(seconds=60)
    assert rules.remaining_ms(ended, clock.forward()) == 0
    assert on_air.rev == rev + 1


def test_after_an_extension_time_is_called_again(on_air: Evening, clock: Clock) -> None:
    slot = on_air.start(60)
    clock.forward(seconds=61)
    do(slots.call_time, SYSTEM, slot.id)
    on_air.press(slots.extend_slot, 30)
    assert do(slots.call_time, SYSTEM, slot.id) is False
    clock.forward(seconds=30)
    assert do(slots.call_time, SYSTEM, slot.id) is True
    kinds = [kind for kind, _payload in last_entries(on_air, 3)]
    assert kinds == ["live.time_called", "live.slot_extended", "live.time_called"]


@pytest.mark.parametrize("press", [slots.pause_slot, slots.end_slot])
def test_a_slot_that_does_not_run_is_not_called(on_air: Evening, clock: Clock, press: object) -> None:
    slot = on_air.start(60)
    on_air.press(press)  # type: ignore[arg-type]
    clock.forward(minutes=5)
    assert do(slots.call_time, SYSTEM, slot.id) is False
