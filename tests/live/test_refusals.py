"""Whatever is refused has a code, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest

from inquiry.errors import Refusal
from inquiry.live.commands import floor, preparation, rundown, screen, slots
from inquiry.live.models import ItemKind, ScreenShows, SessionKind
from inquiry.permissions import SYSTEM, Role
from tests.live.conftest import EIGHT, Clock, Evening, do
from tests.support.replay import nothing_changes

Way = Callable[[Evening], Any]


def refused(evening: Evening, way: Way) -> Refusal:
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        way(evening)
    return refusal.value


def add(evening: Evening, **fields: Any) -> Any:
    return do(
        rundown.add_item, evening.host, evening.session, kind=ItemKind.CLIP, title="短片", planned_ms=1000, **fields
    )


def change(evening: Evening, **fields: Any) -> Any:
    return do(preparation.change_session, evening.host, evening.session, **fields)


def black(evening: Evening) -> Any:
    return do(screen.show_on_screen, evening.host, evening.session, ScreenShows.BLACK)


def start_for_unit_999(evening: Evening) -> Any:
    return evening.press(slots.start_slot, unit_id=999, speaker="林知远", seconds=60)


PLANNED: list[tuple[str, str, Way]] = [
    ("a unit that does not exist is not questioned", "NOT_FOUND", lambda one: change(one, unit_ids=[999])),
    ("a unit that does not exist has no item", "NOT_FOUND", lambda one: add(one, unit_id=999)),
    ("an item that does not exist is not moved", "NOT_FOUND",
     lambda one: do(rundown.move_item, one.host, 999)),
    ("a session that does not exist has no rundown", "NOT_FOUND",
     lambda one: do(rundown.add_item, one.host, 999, kind=ItemKind.CLIP, title="短片", planned_ms=1000)),
    ("an intake that is not open is not closed", "INTAKE_CLOSED",
     lambda one: do(preparation.close_intake, one.host, one.session)),
    ("nothing is on air before the evening", "NOT_LIVE", lambda one: one.take(one.clip)),
    ("nobody speaks before the evening", "NOT_LIVE", lambda one: one.start()),
    ("what never was live is not closed", "NOT_LIVE", lambda one: do(floor.close, one.host, one.session)),
    ("a slot that does not exist is not called", "NOT_FOUND", lambda _one: do(slots.call_time, SYSTEM, 999)),
]  # fmt: skip

ON_AIR: list[tuple[str, str, Way]] = [
    ("a session goes live once", "ALREADY_LIVE", Evening.go_live),
    ("a live session keeps its units", "NEEDS_UNITS", lambda one: change(one, unit_ids=[])),
    ("a live session keeps its beginning", "HAS_BEGUN", lambda one: change(one, starts_at=EIGHT.replace(hour=13))),
    ("a live session keeps its kind", "HAS_BEGUN", lambda one: change(one, kind=SessionKind.NIGHT_EXAM)),
    ("an open intake is not opened", "INTAKE_OPEN", lambda one: do(preparation.open_intake, one.host, one.session)),
    ("what is on air is not taken", "ON_AIR_ALREADY", lambda one: one.take(one.slot)),
    ("an item of another session is not taken", "NOT_FOUND", lambda one: one.take(one.elsewhere)),
    ("an item that does not exist is not taken", "NOT_FOUND", lambda one: one.take(999)),
    ("what is on air is not changed", "NOT_PLANNED",
     lambda one: do(rundown.change_item, one.host, one.slot, title="别的")),
    ("what is on air is not moved", "NOT_PLANNED", lambda one: do(rundown.move_item, one.host, one.slot, one.clip)),
    ("what is on air is not removed", "NOT_PLANNED", lambda one: do(rundown.remove_item, one.host, one.slot)),
    ("what was on air is not removed", "NOT_PLANNED", lambda one: do(rundown.remove_item, one.host, one.clip)),
    ("a question's words are not the rundown's to change", "QUESTIONS_WORDS",
     lambda one: do(rundown.change_item, one.host, one.question, title="别的")),
    ("a question is put on air by its own verb", "QUESTIONS_ITEM", lambda one: one.begin(one.question)),
    ("where nobody is planned to speak no time starts", "NO_PLANNED_SPEAKER", lambda one: one.begin(one.rest)),
    ("a speaker without a unit is not planned", "NO_PLANNED_SPEAKER", lambda one: one.begin(one.planned)),
    ("what is on air is not begun", "ON_AIR_ALREADY", lambda one: one.begin(one.slot)),
    ("an item of another session is not begun", "NOT_FOUND", lambda one: one.begin(one.elsewhere)),
    ("without a slot nothing is interrupted", "NO_SLOT", lambda one: one.press(slots.pause_slot, interruption=True)),
    ("without a slot nothing is paused", "NO_SLOT", lambda one: one.press(slots.pause_slot)),
    ("without a slot nothing runs on", "NO_SLOT", lambda one: one.press(slots.resume_slot)),
    ("without a slot nothing is extended", "NO_SLOT", lambda one: one.press(slots.extend_slot, 60)),
    ("without a slot nothing is ended", "NO_SLOT", lambda one: one.press(slots.end_slot)),
    ("a unit that does not exist does not speak", "NOT_FOUND", start_for_unit_999),
]  # fmt: skip

SPEAKING: list[tuple[str, str, Way]] = [
    ("one speaks at a time", "SLOT_RUNNING", lambda one: one.start()),
    ("a running time runs already", "SLOT_NOT_PAUSED", lambda one: one.press(slots.resume_slot)),
    ("time that was used is not taken away", "BELOW_TIME_USED",
     lambda one: one.press(slots.extend_slot, -121)),
    ("two hours are enough", "TOO_LONG", lambda one: one.press(slots.extend_slot, 7021)),
]  # fmt: skip

CLOSED: list[tuple[str, str, Way]] = [
    ("a closed session keeps its details", "SESSION_CLOSED", lambda one: change(one, title="别的")),
    ("a closed session takes no questions", "SESSION_CLOSED",
     lambda one: do(preparation.open_intake, one.host, one.session)),
    ("a closed session's intake is closed", "SESSION_CLOSED",
     lambda one: do(preparation.close_intake, one.host, one.session)),
    ("a closed session does not go live", "ALREADY_LIVE", Evening.go_live),
    ("a closed session has its rundown", "SESSION_CLOSED", add),
    ("a closed session's rundown stays", "SESSION_CLOSED",
     lambda one: do(rundown.remove_item, one.host, one.rest)),
    ("after the close the screen is not switched", "SESSION_CLOSED", black),
    ("after the close nothing is taken", "NOT_LIVE", lambda one: one.take(one.rest)),
    ("after the close nothing is cleared", "NOT_LIVE", lambda one: one.press(floor.clear_floor)),
    ("after the close nobody speaks", "NOT_LIVE", lambda one: one.start()),
    ("a session is closed once", "NOT_LIVE", lambda one: do(floor.close, one.host, one.session)),
]  # fmt: skip


def check(evening: Evening, rows: list[tuple[str, str, Way]]) -> None:
    """Try every row: as each leaves nothing behind, they can be tried on one evening."""
    assert {sentence: refused(evening, way).code for sentence, _code, way in rows} == {
        sentence: code for sentence, code, _way in rows
    }


def test_before_the_evening(evening: Evening) -> None:
    check(evening, PLANNED)


def test_on_air(evening: Evening) -> None:
    evening.elsewhere = Evening(evening.city).clip
    evening.question = evening.add(ItemKind.QUESTION, "路灯何时修好？", question_id=71)
    evening.planned = evening.plan_speaker(unit_id=None)
    do(preparation.open_intake, evening.host, evening.session)
    evening.go_live().take(evening.clip).take(evening.slot)
    check(evening, ON_AIR)


def test_while_somebody_speaks(on_air: Evening, clock: Clock) -> None:
    on_air.start(180)
    clock.forward(seconds=59.5)
    check(on_air, SPEAKING)


def test_after_the_close(on_air: Evening) -> None:
    do(floor.close, on_air.host, on_air.session)
    check(on_air, CLOSED)


def test_a_session_without_units_does_not_go_live(evening: Evening) -> None:
    change(evening, unit_ids=[])
    assert refused(evening, Evening.go_live).code == "NEEDS_UNITS"


def test_without_anything_on_air_nobody_speaks(evening: Evening) -> None:
    evening.go_live()
    assert refused(evening, lambda one: one.start()).code == "NOTHING_ON_FLOOR"
    assert refused(evening, lambda one: one.press(floor.clear_floor)).code == "NOTHING_ON_FLOOR"


def test_a_paused_time_stands_already(on_air: Evening) -> None:
    on_air.start()
    on_air.press(slots.pause_slot)
    assert refused(on_air, lambda one: one.press(slots.pause_slot)).code == "SLOT_PAUSED"
    on_air.press(slots.pause_slot, interruption=True)
    assert refused(on_air, lambda one: one.press(slots.pause_slot, interruption=True)).code == "SLOT_PAUSED"


def test_a_refusal_says_how_far_one_may_go(on_air: Evening, clock: Clock) -> None:
    on_air.start(180)
    clock.forward(seconds=100)
    less = refused(on_air, lambda one: one.press(slots.extend_slot, -100))
    more = refused(on_air, lambda one: one.press(slots.extend_slot, 7100))
    assert (less.data, more.data) == ({"most": 80}, {"most": 7020})


PRESSES: list[Callable[[Evening, int], Any]] = [
    lambda one, seen: do(floor.take_item, one.host, one.session, one.rest, seen),
    lambda one, seen: do(floor.clear_floor, one.host, one.session, seen),
    lambda one, seen: do(slots.take_and_start, one.host, one.session, one.rest, seen),
    lambda one, seen: do(slots.pause_slot, one.host, one.session, seen),
    lambda one, seen: do(slots.pause_slot, one.host, one.session, seen, interruption=True),
    lambda one, seen: do(slots.resume_slot, one.host, one.session, seen),
    lambda one, seen: do(slots.extend_slot, one.host, one.session, seen, 10),
    lambda one, seen: do(slots.end_slot, one.host, one.session, seen),
    lambda one, seen: do(
        slots.start_slot, one.host, one.session, seen, unit_id=one.city.water.id, speaker="周启明", seconds=60
    ),
]


def test_a_press_on_what_has_moved_is_told_where_it_is_now(on_air: Evening) -> None:
    on_air.start()
    for press in PRESSES:
        for seen in (1, 3):
            refusal = refused(on_air, lambda one, press=press, seen=seen: press(one, seen))  # type: ignore[misc]
            assert refusal.code == "STALE"
            assert (refusal.data["now"]["floor_rev"], refusal.data["now"]["floor_item"]) == (2, on_air.slot)


FORBIDDEN: list[tuple[str, Way]] = [
    ("live.create_session", lambda one: do(
        preparation.create_session, one.host, title="问政", starts_at=EIGHT, planned_minutes=60)),
    ("live.change_session", change),
    ("live.open_intake", lambda one: do(preparation.open_intake, one.host, one.session)),
    ("live.close_intake", lambda one: do(preparation.close_intake, one.host, one.session)),
    ("live.go_live", Evening.go_live),
    ("live.show_on_screen", black),
    ("live.add_item", add),
    ("live.change_item", lambda one: do(rundown.change_item, one.host, one.clip, title="别的")),
    ("live.move_item", lambda one: do(rundown.move_item, one.host, one.clip)),
    ("live.remove_item", lambda one: do(rundown.remove_item, one.host, one.clip)),
    ("live.start_slot", lambda one: one.start()),
    ("live.take_and_start", lambda one: one.begin(one.rest)),
    ("live.pause_slot", lambda one: one.press(slots.pause_slot)),
    ("live.interrupt_slot", lambda one: one.press(slots.pause_slot, interruption=True)),
    ("live.resume_slot", lambda one: one.press(slots.resume_slot)),
    ("live.extend_slot", lambda one: one.press(slots.extend_slot, 10)),
    ("live.end_slot", lambda one: one.press(slots.end_slot)),
    ("live.call_time", lambda one: do(slots.call_time, one.host, 1)),
]  # fmt: skip


def test_who_may_not(evening: Evening) -> None:
    evening.host = evening.city.person(Role.CLERK)
    for command, way in FORBIDDEN:
        refusal = refused(evening, way)
        assert (refusal.code, refusal.data["command"]) == ("FORBIDDEN", command)
