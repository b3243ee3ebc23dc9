"""Of every kind of entry: a reader that follows the entries reaches what a fresh reader sees, in both views."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inquiry.core.db import reading
from inquiry.live.commands import backstage, floor, preparation, rundown, screen, slots, steps, timers
from inquiry.live.models import AtZero, Backstage, Counts, ItemKind, ScreenShows
from inquiry.permissions import SYSTEM
from inquiry.realtime.streams import snapshot
from inquiry.realtime.views import View
from inquiry.trace import kinds, queries
from tests.live.conftest import EIGHT, Clock, Evening, do
from tests.support.replay import replaying


def on_floor(evening: Evening) -> None:
    evening.go_live().take(evening.clip)


def speaking(evening: Evening) -> None:
    on_floor(evening)
    evening.start()


def paused(evening: Evening) -> None:
    speaking(evening)
    evening.press(slots.pause_slot)


def taking_questions(evening: Evening) -> None:
    do(preparation.open_intake, evening.host, evening.session)


def speaking_and_taking_questions(evening: Evening) -> None:
    taking_questions(evening)
    speaking(evening)


def with_a_question(evening: Evening) -> None:
    evening.question = evening.add(ItemKind.QUESTION, "路灯何时修好？", question_id=77)


def live_with_a_question(evening: Evening) -> None:
    with_a_question(evening)
    speaking(evening)


def interrupted(evening: Evening) -> None:
    speaking(evening)
    evening.press(slots.pause_slot, interruption=True)


def with_a_speaker(evening: Evening) -> None:
    speaking(evening)
    evening.planned = evening.add(
        ItemKind.SLOT, "水务局发言", unit_id=evening.city.water.id, speaker="周启明", at_zero=AtZero.GRACE,
        grace_seconds=10,
    )  # fmt: skip


def nothing(_evening: Evening) -> None:
    """The evening is planned."""


def change_session(evening: Evening) -> None:
    do(
        preparation.change_session, evening.host, evening.session, title="物业服务", theme="老旧小区",
        starts_at=EIGHT + timedelta(hours=1), unit_ids=[evening.city.housing.id, evening.city.water.id],
    )  # fmt: skip


def change_item(evening: Evening) -> None:
    do(
        rundown.change_item, evening.host, evening.clip, title="短片", planned_ms=1000, unit_id=evening.city.water.id,
        kind=ItemKind.VERDICT, speaker="周启明", speaker_title="局长", at_zero=AtZero.GRACE, grace_seconds=15,
    )  # fmt: skip


def closed_to_public(evening: Evening) -> None:
    do(preparation.change_session, evening.host, evening.session, closed_to_public=True)


def say_to_host(evening: Evening) -> None:
    evening.message = do(
        backstage.send_message, evening.host, evening.session, Backstage.HOST, "请提醒嘉宾看镜头"
    ).id  # fmt: skip


def add_timer(evening: Evening, *, public: bool = False) -> None:
    evening.timer = do(
        timers.add_timer, evening.host, evening.session, name="茶歇", seconds=300, public=public
    ).id  # fmt: skip


def set_timer(evening: Evening, *, public: bool) -> None:
    do(
        timers.set_timer, evening.host, evening.timer, name="短片", name_en="Clip", counts=Counts.UP, seconds=90,
        public=public,
    )  # fmt: skip


def running_timer(evening: Evening) -> None:
    add_timer(evening)
    do(timers.start_timer, evening.host, evening.timer)


def paused_timer(evening: Evening) -> None:
    running_timer(evening)
    do(timers.pause_timer, evening.host, evening.timer)


Way = Callable[[Evening], object]

#: What can be done with a timer that is ready.
ON_TIMERS: list[tuple[str, Way]] = [
    ("live.timer_started", lambda one: do(timers.start_timer, one.host, one.timer)),
    ("live.timer_reset", lambda one: do(timers.reset_timer, one.host, one.timer)),
    ("live.timer_extended", lambda one: do(timers.extend_timer, one.host, one.timer, 60)),
    ("live.timer_removed", lambda one: do(timers.remove_timer, one.host, one.timer)),
]

#: The kind told last, how the evening stood before, and the one command that tells it.
WAYS: list[tuple[str, Way, Way]] = [
    ("live.session_changed", nothing, change_session),
    ("live.closed_to_public", nothing, closed_to_public),
    ("live.opened_to_public", closed_to_public, lambda one: do(
        preparation.change_session, one.host, one.session, closed_to_public=False)),
    ("live.intake_opened", nothing, taking_questions),
    ("live.intake_closed", taking_questions, lambda one: do(preparation.close_intake, one.host, one.session)),
    ("live.went_live", nothing, Evening.go_live),
    ("live.live_taken_back", Evening.go_live, lambda one: one.press(preparation.take_back_live)),
    ("live.session_closed", speaking_and_taking_questions, lambda one: do(floor.close, one.host, one.session)),
    ("live.screen_switched", nothing, lambda one: do(
        screen.show_on_screen, one.host, one.session, ScreenShows.BLACK)),
    ("live.session_called_off", taking_questions, lambda one: do(
        preparation.call_off, one.host, one.session, "台风红色预警")),
    ("live.item_added", nothing, lambda one: one.add(ItemKind.VERDICT, "评议", position=1)),
    ("live.item_added", nothing, with_a_question),
    ("live.item_added", nothing, lambda one: do(
        rundown.insert_question_item, one.host, one.session, 77, "路灯何时修好？", None)),
    ("live.item_changed", nothing, change_item),
    ("live.item_moved", nothing, lambda one: do(rundown.move_item, one.host, one.rest, one.clip)),
    ("live.item_moved", nothing, lambda one: do(rundown.move_item, one.host, one.clip)),
    ("live.item_removed", nothing, lambda one: do(rundown.remove_item, one.host, one.clip)),
    ("live.items_noted", nothing, lambda one: do(rundown.arm_item, one.host, one.clip, follows=True)),
    ("live.items_noted", nothing, lambda one: do(rundown.renumber_cues, one.host, one.session)),
    ("live.rundown_changed", lambda one: do(rundown.remove_item, one.host, one.clip), lambda one: do(
        steps.undo, one.host, one.session)),
    ("live.item_taken", Evening.go_live, lambda one: one.take(one.clip)),
    ("live.item_taken", on_floor, lambda one: one.take(one.rest)),
    ("live.item_taken", speaking, lambda one: one.take(one.rest)),
    ("live.item_taken", live_with_a_question, lambda one: one.take(one.question)),
    ("live.floor_cleared", on_floor, lambda one: one.press(floor.clear_floor)),
    ("live.floor_cleared", paused, lambda one: one.press(floor.clear_floor)),
    ("live.slot_started", on_floor, Evening.start),
    ("live.slot_started", with_a_speaker, lambda one: do(
        slots.take_and_start, one.host, one.session, one.planned, one.rev)),
    ("live.everybody_extended", on_floor, lambda one: one.press(slots.extend_everybody, 30)),
    ("live.slot_extended", speaking, lambda one: one.press(slots.extend_everybody, 30)),
    ("live.message_sent", nothing, say_to_host),
    ("live.message_acknowledged", say_to_host, lambda one: do(
        backstage.acknowledge_message, one.host, one.message)),
    ("live.stage_timer_switched", nothing, lambda one: do(
        backstage.switch_stage_timer, one.host, one.session, black=True, blink=True)),
    ("live.stage_timer_switched", speaking, lambda one: do(
        backstage.switch_stage_timer, one.host, one.session, wrap_up=True)),
    ("live.timer_added", nothing, add_timer),
    ("live.timer_added", nothing, lambda one: add_timer(one, public=True)),
    *((kind, lambda one, public=public: add_timer(one, public=public), way) for public in (False, True)
      for kind, way in ON_TIMERS),
    ("live.timer_set", lambda one: add_timer(one, public=True), lambda one: set_timer(one, public=False)),
    ("live.timer_set", lambda one: add_timer(one, public=False), lambda one: set_timer(one, public=True)),
    ("live.timer_paused", running_timer, lambda one: do(timers.pause_timer, one.host, one.timer)),
    ("live.timer_resumed", paused_timer, lambda one: do(timers.resume_timer, one.host, one.timer)),
    ("live.slot_paused", speaking, lambda one: one.press(slots.pause_slot)),
    ("live.slot_paused", interrupted, lambda one: one.press(slots.pause_slot)),
    ("live.slot_interrupted", speaking, lambda one: one.press(slots.pause_slot, interruption=True)),
    ("live.slot_interrupted", paused, lambda one: one.press(slots.pause_slot, interruption=True)),
    ("live.slot_resumed", paused, lambda one: one.press(slots.resume_slot)),
    ("live.slot_resumed", interrupted, lambda one: one.press(slots.resume_slot)),
    ("live.slot_extended", speaking, lambda one: one.press(slots.extend_slot, 60)),
    ("live.slot_ended", speaking, lambda one: one.press(slots.end_slot)),
    ("live.slot_ended", paused, lambda one: one.press(slots.end_slot)),
    ("live.slot_ended", interrupted, lambda one: one.press(slots.end_slot)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "way"), WAYS, ids=[row[0] for row in WAYS])
def test_following_the_entries_is_as_good_as_a_fresh_look(
    evening: Evening, clock: Clock, kind: str, before: Way, way: Way
) -> None:
    before(evening)
    clock.forward(seconds=20)
    with replaying(evening.session) as told:
        way(evening)
    assert told[-1] == kind


@pytest.mark.parametrize("at_zero", list(AtZero))
def test_following_the_call_of_time(evening: Evening, clock: Clock, at_zero: AtZero) -> None:
    on_floor(evening)
    slot = evening.start(60, at_zero, 30)
    clock.forward(seconds=61)
    with replaying(evening.session) as told:
        assert do(slots.call_time, SYSTEM, slot.id)
    ends = {AtZero.END: ["live.slot_ended"], AtZero.NEXT: ["live.slot_ended", "live.item_taken"]}
    assert told == ["live.time_called", *ends.get(at_zero, [])]


def test_following_the_end_of_a_grace(evening: Evening, clock: Clock) -> None:
    on_floor(evening)
    slot = evening.start(60, AtZero.GRACE, 30)
    clock.forward(seconds=61)
    do(slots.call_time, SYSTEM, slot.id)
    clock.forward(seconds=30)
    with replaying(evening.session) as told:
        assert do(slots.call_time, SYSTEM, slot.id)
    assert told == ["live.slot_ended"]


def test_a_planned_session_is_told_from_its_first_entry(evening: Evening) -> None:
    with reading() as db:
        first = queries.since(db, f"session:{evening.session}:public", 0)[0]
        state = snapshot(db, evening.session, View.PUBLIC)["state"]
    assert (first.kind, first.about) == ("live.session_created", [f"session:{evening.session}"])
    assert state["session"][str(evening.session)]["units"] == [
        evening.city.city_management.id, evening.city.water.id
    ]  # fmt: skip


def test_every_kind_is_tried_here() -> None:
    tried = {kind for kind, _before, _way in WAYS} | {"live.time_called", "live.session_created"}
    assert tried == {kind.name for kind in kinds.every() if kind.name.startswith("live.")}
