"""The evening as messages: what a socket, the API or a form sends, and what it is answered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.live import queries
from inquiry.live.models import AtZero, ItemKind, SessionKind
from inquiry.permissions import PERSONS, Actor, Role
from inquiry.realtime import views
from inquiry.realtime.views import View
from tests.live.conftest import EIGHT, Evening
from tests.support.application import City, Say
from tests.support.replay import nothing_changes


def test_a_whole_evening_by_messages(evening: Evening, say: Say) -> None:
    host, city = evening.host, evening.city
    made = say(
        host, "live.create_session", kind="night_exam", title=" 夜考\n会 ", starts_at="2026-12-24T20:00",
        planned_minutes=40, units=[city.water.id, ""],
    )  # fmt: skip
    assert made["ok"], made
    session = made["session"]
    with reading() as db:
        row = queries.session_by_code(db, made["code"])
        assert (row.id, row.title, row.kind) == (session, "夜考 会", SessionKind.NIGHT_EXAM)
        # Eight in the city is noon in Greenwich.
        assert row.starts_at == datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
    item = say(host, "live.add_item", session=session, kind="slot", title="发言", planned_minutes=1, planned_seconds=30)
    assert item == {"ok": True, "item": item["item"], "position": 1, "rev": 0}
    assert evening.item(item["item"]).planned_ms == 90_000
    assert say(host, "live.open_intake", session=session)["ok"]
    assert say(host, "live.close_intake", session=session)["ok"]
    far_off = say(host, "live.go_live", session=session)
    assert far_off["error"]["data"] == {"starts_on": "2026-12-24", "starts_at": 1798113600000}
    gone = say(host, "live.go_live", session=session, planned_for="2026-12-24")
    assert gone == {"ok": True, "session": session, "code": made["code"]}
    too_early = say(host, "live.start_slot", session=session, seen=0, unit=city.water.id, speaker="周启明", seconds=60)
    assert too_early["error"]["code"] == "NOTHING_ON_FLOOR"


# At the ends of the calendar the time in another zone or the projected end cannot be reckoned: no page could show it.
@pytest.mark.parametrize("starts_at", ["0001-01-01T00:00", "1999-12-31T23:59", "2100-01-01T00:00", "9999-12-31T23:59"])
def test_a_session_is_in_this_century(evening: Evening, say: Say, starts_at: str) -> None:
    plan = {"title": "远", "starts_at": starts_at, "planned_minutes": 60}
    with nothing_changes():
        planned = say(evening.host, "live.create_session", **plan)
        moved = say(evening.host, "live.change_session", session=evening.session, starts_at=starts_at)
    assert list(planned["error"]["data"]["fields"]) == list(moved["error"]["data"]["fields"]) == ["starts_at"]


def test_a_slot_by_messages(on_air: Evening, say: Say) -> None:
    host, session, unit = on_air.host, on_air.session, on_air.city.water.id
    started = say(
        host, "live.start_slot", session=session, seen=1, unit=unit, speaker="周启明", speaker_title="局长",
        seconds=180, at_zero="end",
    )  # fmt: skip
    slot = on_air.open_slot()
    assert slot is not None
    assert started == {"ok": True, "slot": slot.id, "floor_rev": 2}
    assert (slot.speaker, slot.allotted_ms, slot.at_zero) == ("周启明", 180_000, AtZero.END)
    for seen, (name, more) in enumerate(
        [("pause_slot", {}), ("resume_slot", {}), ("extend_slot", {"seconds": -30}), ("end_slot", {})], start=2
    ):
        answer = say(host, f"live.{name}", session=session, seen=seen, **more)
        assert answer == {"ok": True, "slot": slot.id, "floor_rev": seen + 1}
    assert on_air.open_slot() is None


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.LEADER, Role.AUDIENCE, Role.VISITOR])
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("live.rows", {"of": "question", "ids": [1]}),
        ("live.next_page", {"of": "question", "window": "waiting", "after": 0, "most": 10}),
    ],
)
def test_what_the_crew_alone_sees_is_refused_to_others(
    evening: Evening, say: Say, name: str, wanted: dict[str, Any], role: Role
) -> None:
    """Not its rows are left out: the crew's view is not read at all."""
    others = evening.city.person(role) if role in PERSONS else Actor(role, device_id=1)
    answer = say(others, name, session=evening.session, view="staff", **wanted)
    assert answer["error"]["code"] == ("FORBIDDEN" if role in PERSONS else "SIGNED_OUT")
    assert answer.keys() == {"ok", "error", "status"}
    crew = evening.city.person(Role.MODERATOR)
    assert say(crew, name, session=evening.session, view="staff", **wanted)["ok"]


def test_what_a_message_leaves_out_stays(evening: Evening, say: Say) -> None:
    assert say(evening.host, "live.change_session", session=evening.session, theme="垃圾分类")["ok"]
    row = evening.row
    assert (row.theme, row.title, row.starts_at) == ("垃圾分类", "垃圾分类回头看", EIGHT)
    with reading() as db:
        assert len(queries.units(db, evening.session)) == 2
    assert say(evening.host, "live.change_item", item=evening.clip, seen=0, planned_minutes=3, planned_seconds="")["ok"]
    assert say(evening.host, "live.change_item", item=evening.clip, seen=1, unit=evening.city.water.id)["ok"]
    item = evening.item(evening.clip)
    assert (item.title, item.kind, item.planned_ms, item.unit_id) == (
        "暗访短片", ItemKind.CLIP, 180_000, evening.city.water.id
    )  # fmt: skip
    assert say(evening.host, "live.change_item", item=evening.clip, seen=2, unit="")["ok"]
    assert evening.item(evening.clip).unit_id is None


def test_who_is_to_speak_by_messages(evening: Evening, say: Say) -> None:
    """A grace belongs to one end: with another it is gone, and what is left out stays."""
    made = say(
        evening.host, "live.add_item", session=evening.session, kind="address", title="开场", planned_minutes=2,
        unit=evening.city.water.id, speaker="周启明", speaker_title="局长", at_zero="grace", grace_seconds=15,
    )  # fmt: skip

    def planned() -> tuple[str, str, AtZero, int]:
        item = evening.item(made["item"])
        return item.speaker, item.speaker_title, item.at_zero, item.grace_ms

    assert planned() == ("周启明", "局长", AtZero.GRACE, 15_000)
    for changes, wanted in [
        ({"title": "开场白"}, ("周启明", "局长", AtZero.GRACE, 15_000)),
        ({"grace_seconds": ""}, ("周启明", "局长", AtZero.GRACE, 15_000)),
        ({"grace_seconds": 20}, ("周启明", "局长", AtZero.GRACE, 20_000)),
        ({"at_zero": "next", "grace_seconds": 30}, ("周启明", "局长", AtZero.NEXT, 0)),
        ({"grace_seconds": 30}, ("周启明", "局长", AtZero.NEXT, 0)),
        ({"at_zero": "grace", "grace_seconds": 5, "speaker": ""}, ("", "局长", AtZero.GRACE, 5000)),
        ({"at_zero": "end"}, ("", "局长", AtZero.END, 0)),
    ]:
        seen = evening.item(made["item"]).rev
        assert say(evening.host, "live.change_item", item=made["item"], seen=seen, **changes)["ok"]
        assert planned() == wanted, changes


def test_one_press_begins_a_planned_speaker(on_air: Evening, say: Say) -> None:
    item = on_air.plan_speaker(90, AtZero.GRACE, grace_seconds=10)
    answer = say(on_air.host, "live.take_and_start", session=on_air.session, item=item, seen=on_air.rev)
    slot = on_air.open_slot()
    assert slot is not None
    assert answer == {"ok": True, "item": item, "slot": slot.id, "floor_rev": 2}
    assert (slot.item_id, slot.unit_id, slot.speaker, slot.speaker_title, slot.allotted_ms, slot.at_zero) == (
        item, on_air.city.water.id, "周启明", "局长", 90_000, AtZero.GRACE
    )  # fmt: skip
    assert slot.grace_ms == 10_000
    assert on_air.row.floor_item_id == item


def test_a_leader_may_interrupt_and_not_just_stop_the_time(on_air: Evening, say: Say) -> None:
    on_air.start()
    leader = on_air.city.person(Role.LEADER)
    pause = {"session": on_air.session, "seen": on_air.rev}
    assert say(leader, "live.pause_slot", **pause)["error"]["code"] == "FORBIDDEN"
    assert say(leader, "live.pause_slot", **pause, interruption=True)["ok"]
    slot = on_air.open_slot()
    assert slot is not None
    assert slot.is_interruption


def test_the_rundown_by_messages(evening: Evening, say: Say) -> None:
    assert say(evening.host, "live.move_item", item=evening.rest, before=evening.clip)["position"] == 1
    assert say(evening.host, "live.remove_item", item=evening.clip, seen=0) == {"ok": True, "item": evening.clip}
    assert evening.order == [evening.rest, evening.slot]


def test_a_message_that_comes_twice_is_done_once(on_air: Evening, say: Say) -> None:
    """The first acknowledgement was lost on the way: the same press again gets the same answer, and no second item."""
    press = {
        "session": on_air.session, "kind": "break", "title": "休息", "planned_minutes": 5, "client_id": "press-00001",
    }  # fmt: skip
    first = say(on_air.host, "live.add_item", **press)
    assert say(on_air.host, "live.add_item", **press) == first
    assert len(on_air.order) == 4
    start = {
        "session": on_air.session, "seen": 1, "unit": on_air.city.water.id, "speaker": "周启明", "seconds": 60,
        "client_id": "press-00002",
    }  # fmt: skip
    started = say(on_air.host, "live.start_slot", **start)
    assert started["ok"]
    assert say(on_air.host, "live.start_slot", **start) == started
    assert on_air.rev == 2


def test_a_double_tap_without_a_key_is_told_that_it_was_heard(on_air: Evening, say: Say) -> None:
    tap = {"session": on_air.session, "seen": 1, "unit": on_air.city.water.id, "speaker": "周启明", "seconds": 60}
    assert say(on_air.host, "live.start_slot", **tap)["ok"]
    with nothing_changes():
        second = say(on_air.host, "live.start_slot", **tap)
    assert (second["status"], second["error"]["code"]) == (409, "STALE")
    assert second["error"]["data"]["now"]["floor_rev"] == 2


SESSION = {"title": "问政", "starts_at": "2026-12-24T20:00", "planned_minutes": 40}
ITEM = {"session": 1, "kind": "clip", "title": "短片", "planned_minutes": 1}
SLOT = {"session": 1, "seen": 0, "unit": 1, "speaker": "周启明", "seconds": 60}


#: A command, a message it cannot use, and the field that is wrong.
UNUSABLE: list[tuple[str, dict[str, Any], str]] = [
    # A session has a title,
    ("create_session", SESSION | {"title": " \u200b "}, "title"),
    # which fits its column,
    ("create_session", SESSION | {"title": "字" * 121}, "title"),
    # and cannot turn the page around.
    ("create_session", SESSION | {"title": "问政\x07"}, "title"),
    # The time is that of the wall clock.
    ("create_session", SESSION | {"starts_at": "2026-12-24T20:00+08:00"}, "starts_at"),
    ("create_session", SESSION | {"starts_at": "今晚八点"}, "starts_at"),
    # An evening lasts between a minute and twelve hours.
    ("create_session", SESSION | {"planned_minutes": 0}, "planned_minutes"),
    ("create_session", SESSION | {"planned_minutes": 721}, "planned_minutes"),
    # There are two kinds.
    ("create_session", SESSION | {"kind": "party"}, "kind"),
    # A number that no column holds is no unit.
    ("create_session", SESSION | {"units": [2**31]}, "units.0"),
    # What nobody asked for is refused.
    ("create_session", SESSION | {"state": "live"}, "state"),
    # A change is held to the same.
    ("change_session", {"session": 1, "title": ""}, "title"),
    ("change_session", {"session": 2**63, "title": "问政"}, "session"),
    # An item has a length,
    ("add_item", {"session": 1, "kind": "clip", "title": "短片"}, ""),
    # which is more than nothing
    ("add_item", ITEM | {"planned_minutes": 0}, ""),
    # and less than a day.
    ("add_item", ITEM | {"planned_minutes": 10**9}, ""),
    ("add_item", ITEM | {"kind": "song"}, "kind"),
    ("change_item", {"item": 1, "seen": 0, "planned_minutes": -1}, "planned_minutes"),
    # Who is to speak, and what happens then, fits its columns.
    ("add_item", ITEM | {"speaker": "字" * 41}, "speaker"),
    ("add_item", ITEM | {"speaker_title": "字" * 81}, "speaker_title"),
    ("add_item", ITEM | {"at_zero": "explode"}, "at_zero"),
    ("add_item", ITEM | {"grace_seconds": 601}, "grace_seconds"),
    ("change_item", {"item": 1, "seen": 0, "grace_seconds": -1}, "grace_seconds"),
    ("move_item", {"item": 1, "before": "first"}, "before"),
    # A press says what it saw.
    ("pause_slot", {"session": 1}, "seen"),
    # Somebody speaks, for a time.
    ("start_slot", SLOT | {"speaker": ""}, "speaker"),
    ("start_slot", SLOT | {"seconds": 0}, "seconds"),
    ("start_slot", SLOT | {"seconds": 7201}, "seconds"),
    ("start_slot", SLOT | {"at_zero": "explode"}, "at_zero"),
    ("start_slot", SLOT | {"at_zero": "grace", "grace_seconds": 1.5}, "grace_seconds"),
    ("pause_slot", {"session": 1, "seen": 0, "interruption": "perhaps"}, "interruption"),
    ("take_and_start", {"session": 1, "seen": 0}, "item"),
    ("extend_slot", {"session": 1, "seen": 0, "seconds": 10**12}, "seconds"),
]


def test_what_cannot_be_used_is_named(evening: Evening, say: Say) -> None:
    for name, message, field in UNUSABLE:
        with nothing_changes():
            answer = say(evening.host, f"live.{name}", **message)
        assert (answer["ok"], answer["status"], answer["error"]["code"]) == (False, 400, "BAD_INPUT"), (name, message)
        assert list(answer["error"]["data"]["fields"]) == [field], (name, message)


def test_what_is_wrong_is_said_in_the_readers_language(evening: Evening, say: Say) -> None:
    message = SESSION | {"title": "字" * 121, "theme": "字" * 201, "starts_at": "今晚八点"}
    answer = say(evening.host, "live.create_session", **message)
    assert answer["error"]["data"]["fields"] == {
        "title": "最多 120 个字", "theme": "最多 200 个字", "starts_at": "应为日期和时间，如 2026-12-31T20:00",
    }  # fmt: skip


def test_an_instant_comes_in_as_it_is_told_and_a_form_may_write_the_clock_on_the_wall(city: City, say: Say) -> None:
    host = city.person(Role.HOST)

    def told(starts_at: object) -> Any:
        answer = say(host, "live.create_session", title="市容问政", starts_at=starts_at, planned_minutes=40)
        if not answer["ok"]:
            return answer["error"]["code"]
        with reading() as db:
            return views.whole(db, answer["session"], View.PUBLIC, only="session")["session"][str(answer["session"])]

    at = 1_922_400_000_000
    assert told(at)["starts_at"] == at
    assert told("2030-12-02T08:00")["starts_at"] == at, "in the city's zone"
    for wrong in (
        str(at),
        1.5,
        True,
        0,
        10**14,
        "2030-12-02T08:00Z",
        "2030-12-02T00:00+00:00",
        "1999-12-31T23:00",
        None,
    ):
        assert told(wrong) == "BAD_INPUT", wrong


def test_a_session_is_found_by_the_code_on_the_screen(evening: Evening, say: Say, city: City) -> None:
    with reading() as db:
        session = queries.session(db, evening.session)
    found = {"ok": True, "session": session.id, "state": session.state.value}
    for written in (session.code, session.code.lower(), f" {session.code[:3]} {session.code[3:]} "):
        assert say(city.phone(), "live.find_session", code=written) == found
    assert say(city.phone(), "live.find_session", code="XXXXXX")["error"]["code"] == "NOT_FOUND"
