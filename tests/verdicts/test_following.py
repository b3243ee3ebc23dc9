"""Which answer a verdict is about: that of whoever speaks, as its record stands."""

import pytest

from inquiry.core.db import reading
from inquiry.errors import Forbidden, NotFound
from inquiry.live.commands import slots
from inquiry.permissions import Role
from inquiry.pledges.commands import withdrawing
from inquiry.questions.commands import air
from inquiry.realtime.streams import snapshot
from inquiry.realtime.views import View
from inquiry.responses.commands import recording
from inquiry.trace import story
from inquiry.verdicts import refusals
from inquiry.verdicts.commands import judging, opening, setting_aside
from inquiry.verdicts.models import Pattern
from inquiry.verdicts.queries import lookup
from tests.support.replay import nothing_changes, replaying
from tests.verdicts.conftest import Clock, Hall, do


def test_it_is_about_the_answer_as_its_record_stands(hall: Hall) -> None:
    verdict = hall.open()
    assert (hall.row(verdict).response_id, hall.row(verdict).unit_id) == (
        hall.response, hall.city.city_management.id,
    )  # fmt: skip
    hall.close(verdict)
    with replaying(hall.session):
        newer = do(recording.correct_response, hall.clerk, hall.response, unit_id=hall.city.water.id)
    assert (hall.row(verdict).response_id, hall.row(verdict).unit_id) == (newer.id, hall.city.water.id)


def test_one_that_was_opened_before_the_clerk_had_written_is_given_its_answer(hall: Hall) -> None:
    hall.evening.clear()
    another = hall.evening.on_air(text="河里的水为什么发黑？", unit=hall.city.water.id)
    verdict = hall.open(question=another)
    assert (hall.row(verdict).response_id, hall.row(verdict).unit_id) == (None, hall.city.water.id)
    with replaying(hall.session):
        given = hall.evening.record(another)
    assert (hall.row(verdict).response_id, hall.row(verdict).unit_id) == (given.id, given.unit_id)


def speak(hall: Hall, unit: int, who: str) -> None:
    do(slots.start_slot, hall.host, hall.session, hall.evening.seen, unit_id=unit, speaker=who, seconds=60)


def test_it_is_about_whoever_speaks_and_not_about_the_answer_that_was_written_last(hall: Hall, clock: Clock) -> None:
    """One unit's answer is in the record; another speaks, and then the first again."""
    water, first = hall.city.water.id, hall.city.city_management.id
    clock.forward(seconds=10)
    speak(hall, water, "周启明")
    about_water = hall.close(hall.open())
    assert (hall.row(about_water).response_id, hall.row(about_water).unit_id) == (None, water)
    clock.forward(seconds=10)
    do(slots.end_slot, hall.host, hall.session, hall.evening.seen)
    speak(hall, first, "林知远")
    again = hall.close(hall.open())
    assert (hall.row(again).response_id, hall.row(again).unit_id) == (None, first)
    clock.forward(seconds=10)
    do(recording.correct_response, hall.clerk, hall.response, text="12月21日前修好湖滨路的路灯。")
    third = hall.close(hall.open())
    assert hall.row(third).response_id is None, "a correction is of what was said before"
    written = hall.evening.record(hall.question)
    assert [hall.row(one).response_id for one in (about_water, again, third)] == [None, written.id, written.id]
    theirs = hall.evening.record(hall.question, unit_id=water, speaker="周启明")
    assert hall.row(about_water).response_id == theirs.id
    assert hall.row(hall.close(hall.open())).response_id == written.id


def test_it_ends_with_its_session_in_the_same_moment(hall: Hall) -> None:
    verdict = hall.open()
    hall.everybody(verdict, [True, True, False])
    with replaying(hall.session) as kinds:
        hall.evening.close()
    assert kinds[-2:] == ["verdicts.closed", "live.session_closed"]
    row = hall.row(verdict)
    assert (row.closed_at, row.called_off) == (hall.evening.row.closed_at, False)
    assert (row.viewers_satisfied, row.viewers_not_satisfied) == (2, 1)


def test_it_goes_on_when_its_item_leaves_the_air(hall: Hall) -> None:
    verdict = hall.open()
    hall.evening.clear()
    hall.everybody(verdict, [True])
    assert hall.row(verdict).closed_at is None


def called_off(hall: Hall, verdict: int) -> None:
    """It has no result, for nobody; and everybody is told so."""
    row = hall.row(verdict)
    assert (row.called_off, row.viewers_satisfied, row.viewers_not_satisfied) == (True, 0, 0)
    for view in (View.PUBLIC, View.STAFF):
        with reading() as db:
            told = snapshot(db, hall.session, view)["state"]["verdict"][str(verdict)]
        assert (told["called_off"], told["panel"], told["viewers"]) == (True, None, None)
    with reading() as db:
        assert any("评议取消" in one.says for one in story.tell(db, [f"question:{row.question_id}"]))
        assert verdict not in [one.id for one in lookup.closed(db)]
    phone = hall.phones(1)[0]
    for refused, press in (
        (refusals.VerdictClosed, lambda: do(judging.judge, phone, verdict, True)),
        (refusals.VerdictCalledOff, lambda: do(opening.show_on_screen, hall.host, verdict)),
        (refusals.VerdictCalledOff, lambda: do(setting_aside.set_aside, hall.producer, verdict, Pattern.BURST, "", 1)),
    ):
        with nothing_changes(), pytest.raises(refused):
            press()


def test_the_host_calls_it_off(hall: Hall) -> None:
    """It was opened by mistake: nothing that was said is counted, and another one can be opened."""
    verdict = hall.open()
    hall.everybody(verdict, [True, False, True])
    for refused, actor, number in ((Forbidden, hall.clerk, verdict), (NotFound, hall.host, 999)):
        with nothing_changes(), pytest.raises(refused):
            do(opening.call_off_verdict, actor, number)
    with replaying(hall.session) as kinds:
        do(opening.call_off_verdict, hall.host, verdict)
    assert kinds == ["verdicts.called_off"]
    called_off(hall, verdict)
    with nothing_changes(), pytest.raises(refusals.VerdictClosed):
        do(opening.call_off_verdict, hall.host, verdict)
    assert hall.open() != verdict


def test_it_is_called_off_when_its_question_is_taken_back(hall: Hall) -> None:
    hall.evening.clear()
    another = hall.evening.on_air(text="河里的水为什么发黑？")
    verdict = hall.open(question=another)
    hall.everybody(verdict, [True, False])
    with replaying(hall.session) as kinds:
        do(air.take_back, hall.host, hall.session, another, hall.evening.seen)
    assert "verdicts.called_off" in kinds
    called_off(hall, verdict)
    assert hall.open() != verdict, "and the next one may be opened"


def test_one_about_an_earlier_answer_is_not_called_off_with_a_wrong_press(hall: Hall, clock: Clock) -> None:
    hall.evening.clear()
    verdict = hall.open()
    clock.forward(seconds=3)
    hall.evening.put(hall.question)
    do(air.take_back, hall.host, hall.session, hall.question, hall.evening.seen)
    assert hall.row(verdict).closed_at is None


def test_it_is_called_off_when_the_answer_is_withdrawn(hall: Hall) -> None:
    about_another = hall.close(hall.open())
    verdict = hall.open()
    hall.everybody(verdict, [True])
    with replaying(hall.session) as kinds:
        do(withdrawing.withdraw_response, hall.city.person(Role.STAFF), hall.response, "含个人住址")
    assert "verdicts.called_off" in kinds
    called_off(hall, verdict)
    assert not hall.row(about_another).called_off, "what was closed before stays"
