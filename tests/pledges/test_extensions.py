"""More time: the short first extension by the unit's own word, all others by somebody's signature."""

from datetime import date

import pytest

from inquiry.core.db import reading
from inquiry.errors import Forbidden
from inquiry.permissions import Role
from inquiry.pledges import refusals
from inquiry.pledges.commands import extensions
from inquiry.pledges.models import Extension, ExtensionState
from inquiry.trace import story
from tests.pledges.conftest import DUE, Clock, Promise
from tests.support.application import City, Say
from tests.support.replay import nothing_changes


def test_the_first_extension_is_in_force_at_once(promise: Promise, say: Say) -> None:
    answer = say(
        promise.official, "pledges.ask_extension", pledge=promise.id, seen=0, due_on="2026-12-25", reason="到货晚了"
    )
    assert (answer["state"], answer["due_before"], answer["due_after"]) == ("in_force", "2026-12-18", "2026-12-25")
    assert (promise.row.first_due_on, promise.row.due_on) == (DUE, date(2026, 12, 25))


def test_a_further_one_waits_for_a_leader(promise: Promise, say: Say) -> None:
    promise.extend(date(2026, 12, 25))
    assert promise.extend(date(2026, 12, 31)).state is ExtensionState.ASKED
    assert promise.row.due_on == date(2026, 12, 25)
    answer = say(promise.leader, "pledges.sign_extension", pledge=promise.id, seen=promise.rev)
    assert answer["state"] == "in_force"
    assert (promise.row.first_due_on, promise.row.due_on) == (DUE, date(2026, 12, 31))


def test_a_leader_may_refuse_and_the_unit_may_ask_again(promise: Promise) -> None:
    promise.extend(date(2026, 12, 25))
    promise.extend(date(2026, 12, 31))
    promise.press(extensions.refuse_extension, promise.leader, "材料已到货")
    assert promise.row.due_on == date(2026, 12, 25)
    assert promise.extend(date(2026, 12, 28)).state is ExtensionState.ASKED


def test_an_extension_asked_in_time_may_be_signed_late(promise: Promise, clock: Clock) -> None:
    promise.extend(date(2026, 12, 19))
    clock.forward(days=18)  # the last day
    promise.extend(date(2026, 12, 31))
    clock.forward(days=2)
    promise.press(extensions.sign_extension, promise.leader)
    assert promise.row.due_on == date(2026, 12, 31)


def test_on_the_day_after_it_is_too_late(promise: Promise, clock: Clock) -> None:
    clock.forward(days=17, hours=3, minutes=59)  # the last minute of the eighteenth in the city
    with nothing_changes(), pytest.raises(refusals.NotLater):
        promise.extend(DUE)
    clock.forward(minutes=1)
    with nothing_changes(), pytest.raises(refusals.TooLateToExtend) as refused:
        promise.extend(date(2026, 12, 25))
    assert refused.value.data == {"due_on": "2026-12-18"}


def test_what_cannot_be_extended(promise: Promise) -> None:
    with nothing_changes(), pytest.raises(refusals.TooMuchLater):
        promise.extend(date(2027, 12, 19))
    promise.extend(date(2026, 12, 25))
    promise.extend(date(2026, 12, 31))
    with nothing_changes(), pytest.raises(refusals.ExtensionPending):
        promise.extend(date(2027, 1, 5))
    promise.id = promise.record(due_on=None).id
    with nothing_changes(), pytest.raises(refusals.NoDate):
        promise.extend(date(2026, 12, 25))


def test_nothing_to_sign(promise: Promise) -> None:
    promise.extend(date(2026, 12, 25))
    for command, note in ((extensions.sign_extension, []), (extensions.refuse_extension, ["材料已到货"])):
        with nothing_changes(), pytest.raises(refusals.NoExtensionAsked):
            promise.press(command, promise.leader, *note)


def test_a_long_first_extension_waits_for_the_staff(promise: Promise, say: Say, city: City) -> None:
    answer = say(
        promise.official, "pledges.ask_extension", pledge=promise.id, seen=0, due_on="2027-03-12", reason="到货晚了"
    )
    assert answer["state"] == "asked"
    assert "尚未生效" in answer["said"]
    assert promise.row.due_on == DUE
    for stranger in (promise.official, promise.clerk, city.person(Role.HOST)):
        with nothing_changes(), pytest.raises(Forbidden):
            promise.press(extensions.sign_extension, stranger)
    answer = say(promise.staff, "pledges.sign_extension", pledge=promise.id, seen=promise.rev)
    assert (answer["state"], promise.row.due_on) == ("in_force", date(2027, 3, 12))
    assert "84 天" in answer["said"]
    promise.extend(date(2027, 3, 15))
    with nothing_changes(), pytest.raises(Forbidden):  # a further one is for a leader
        promise.press(extensions.sign_extension, promise.staff)


def test_whoever_refuses_more_time_says_why(promise: Promise, say: Say) -> None:
    promise.extend(date(2027, 3, 12))
    for note in ({}, {"note": " "}, {"note": ""}):
        with nothing_changes():
            answer = say(promise.staff, "pledges.refuse_extension", pledge=promise.id, seen=promise.rev, **note)
        assert answer["error"]["code"] == "BAD_INPUT"
    answer = say(promise.staff, "pledges.refuse_extension", pledge=promise.id, seen=promise.rev, note="备件市内有货")
    assert (answer["state"], promise.row.due_on) == ("refused", DUE)
    with reading() as db:
        assert [one.decision_note for one in db.query(Extension)] == ["备件市内有货"]
        assert [step.says for step in story.tell(db, [f"pledge:{promise.id}"])][-1].endswith("备件市内有货")
    # What was refused is not taken by the unit's own word after that.
    assert promise.extend(date(2026, 12, 21)).state is ExtensionState.ASKED


def test_only_the_unit_asks_and_only_leaders_sign(promise: Promise, city: City) -> None:
    promise.extend(date(2026, 12, 25))
    promise.extend(date(2026, 12, 31))
    for stranger in (city.official_of(city.water), promise.staff, promise.leader):
        with nothing_changes(), pytest.raises(Forbidden):
            promise.press(extensions.ask_extension, stranger, date(2027, 1, 5), "再等等")
    for other in (promise.official, promise.staff, promise.clerk):
        for command, note in ((extensions.sign_extension, []), (extensions.refuse_extension, ["材料已到货"])):
            with nothing_changes(), pytest.raises(Forbidden):
                promise.press(command, other, *note)


def test_an_extension_needs_a_reason_and_a_date(promise: Promise, say: Say) -> None:
    for fields in (
        {"due_on": "2026-12-25"},
        {"due_on": "", "reason": "到货晚了"},
        {"due_on": "soon", "reason": "晚了"},
    ):
        with nothing_changes():
            answer = say(promise.official, "pledges.ask_extension", pledge=promise.id, seen=0, **fields)
        assert answer["error"]["code"] == "BAD_INPUT"
