"""Which answer a verdict is about: that of whoever speaks, as its record stands."""

from inquiry.live.commands import slots
from inquiry.responses.commands import recording
from tests.support.replay import replaying
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
