"""A question put on air by mistake goes back to the queue within thirty seconds."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.errors import Forbidden, Refusal, Stale
from inquiry.live import queries as rundown
from inquiry.live.commands import rundown as live_rundown
from inquiry.live.commands import slots
from inquiry.live.models import AtZero, Item, ItemKind, ItemState, RundownStep, StepKind
from inquiry.permissions import SYSTEM, Role
from inquiry.questions.commands import air
from inquiry.questions.models import Question, QuestionState
from inquiry.questions.queries import lookup
from tests.questions.conftest import Clock, Floor, do
from tests.questions.test_races import at_once
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying

S = QuestionState


@pytest.fixture
def block(floor: Floor) -> int:
    """The block in which questions are put; it is on air since a minute."""
    item = floor.item("现场追问", kind=ItemKind.QUESTION)
    floor.go_live()
    floor.press(air.take_item, item)
    return item


def take_back(floor: Floor, question: int, *, seen: int | None = None) -> Any:
    return do(air.take_back, floor.host, floor.session, question, floor.floor_rev if seen is None else seen)


def items(floor: Floor) -> list[Item]:
    with reading() as db:
        return list(rundown.rundown(db, floor.session))


def test_it_is_as_if_nothing_had_been_and_the_trace_tells_it(floor: Floor, clock: Clock, block: int, say: Say) -> None:
    clock.forward(minutes=1)
    question = floor.put(floor.approved())
    clock.forward(seconds=29)
    before = len(floor.entries())
    with replaying(floor.session):
        told = say(floor.host, "questions.take_back", session=floor.session, question=question, seen=floor.floor_rev)
    assert told == {"ok": True, "item": block, "floor_rev": floor.floor_rev}
    row = floor.question(question)
    assert (row.state, row.on_air_at, row.off_air_at) == (S.APPROVED, None, None)
    assert [(one.id, one.state, one.ended_at) for one in items(floor)] == [(block, ItemState.ON_AIR, None)]
    assert [kind for kind, _payload in floor.entries()[before:]] == [
        "live.floor_cleared", "live.item_taken", "questions.taken_back", "live.item_removed",
    ]  # fmt: skip
    floor.put(question)
    assert floor.state(question) is S.ON_AIR


def test_a_press_on_the_floor_is_no_step_of_preparing(floor: Floor, block: int) -> None:
    """Undone is what was prepared: never the air, and never so that a question's line comes back."""
    question = floor.approved(unit=floor.city.water.id)
    floor.item("路灯", kind=ItemKind.QUESTION, question_id=question)
    planned = [one.id for one in items(floor)]
    floor.press(air.put_on_air, question, unit_id=floor.city.city_management.id)
    take_back(floor, question)
    other = floor.put(floor.approved("路灯几时能亮？"))
    take_back(floor, other)
    with reading() as db:
        assert [one.kind for one in db.scalars(select(RundownStep))] == [StepKind.ADDED, StepKind.ADDED]
    assert [one.id for one in items(floor)] == planned


def test_the_question_that_was_pushed_aside_goes_on(floor: Floor, clock: Clock, block: int) -> None:
    right = floor.put(floor.approved())
    went = floor.question(right).on_air_at
    clock.forward(minutes=2)
    wrong = floor.put(floor.approved("路灯几时能亮？"))
    clock.forward(seconds=3)
    with replaying(floor.session):
        take_back(floor, wrong)
    row = floor.question(right)
    assert (row.state, row.on_air_at, row.off_air_at) == (S.ON_AIR, went, None)
    with nothing_changes(), pytest.raises(Refusal) as refused:  # it was no mistake two minutes ago
        take_back(floor, right)
    assert refused.value.code == "TOO_LATE_TO_TAKE_BACK"


def test_a_planned_question_is_planned_again(floor: Floor, clock: Clock) -> None:
    question = floor.approved()
    planned = floor.item("路灯", kind=ItemKind.QUESTION, question_id=question)
    floor.go_live().put(question)
    with replaying(floor.session):
        take_back(floor, question)
    assert [(one.id, one.state, one.started_at) for one in items(floor)] == [(planned, ItemState.PLANNED, None)]


def test_one_that_was_answered_before_goes_back_to_its_answer(floor: Floor, clock: Clock, block: int) -> None:
    question = floor.put(floor.approved())
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question), True))
    floor.clear()
    clock.forward(minutes=1)
    floor.put(question)
    with replaying(floor.session):
        take_back(floor, question)
    assert floor.state(question) is S.EVADED


def late(floor: Floor, clock: Clock, _question: int) -> None:
    clock.forward(seconds=31)


def slot(floor: Floor, _clock: Clock, _question: int) -> None:
    do(
        slots.start_slot, floor.host, floor.session, floor.floor_rev, unit_id=floor.city.water.id, speaker="林知远",
        seconds=60,
    )  # fmt: skip


def recorded(floor: Floor, _clock: Clock, question: int) -> None:
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question), False))


def left(floor: Floor, _clock: Clock, _question: int) -> None:
    floor.clear()


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (late, "TOO_LATE_TO_TAKE_BACK"), (slot, "ANSWER_BEGUN"), (recorded, "ANSWER_BEGUN"), (left, "WRONG_STATE"),
    ],
)  # fmt: skip
def test_what_has_begun_is_not_taken_back(
    floor: Floor, clock: Clock, block: int, meanwhile: Any, code: str
) -> None:  # fmt: skip
    question = floor.put(floor.approved())
    meanwhile(floor, clock, question)
    with nothing_changes(), pytest.raises(Refusal) as refused:
        take_back(floor, question)
    assert refused.value.code == code


def test_another_question_than_the_one_on_air_is_not_taken_back(floor: Floor, block: int) -> None:
    other = floor.approved("路灯几时能亮？")
    floor.put(floor.approved())
    with nothing_changes(), pytest.raises(Refusal) as refused:
        take_back(floor, other)
    assert refused.value.code == "WRONG_STATE"


def test_only_the_stage_takes_back(floor: Floor, block: int) -> None:
    question = floor.put(floor.approved())
    with nothing_changes(), pytest.raises(Forbidden):
        do(air.take_back, floor.city.person(Role.MODERATOR), floor.session, question, floor.floor_rev)


def test_a_press_that_arrives_twice_and_two_who_press_in_the_same_second(
    app: Flask, floor: Floor, block: int, say: Say
) -> None:  # fmt: skip
    question = floor.put(floor.approved())
    seen = floor.floor_rev
    outcomes = at_once(app, [lambda: take_back(floor, question, seen=seen).session.floor_rev] * 2)
    assert sorted(map(str, outcomes)) == [str(seen + 1), "STALE"]
    floor.put(question)
    message = {"session": floor.session, "question": question, "seen": floor.floor_rev, "client_id": "press-number-1"}
    first, second = (say(floor.host, "questions.take_back", **message) for _time in range(2))
    assert first["ok"]
    assert first == second
    with pytest.raises(Stale):
        take_back(floor, question, seen=seen)
    with reading() as db:
        assert lookup.question(db, question).state is S.APPROVED


def speaks(floor: Floor) -> int:
    """An item in which somebody of the water office is planned to speak, behind all others."""
    item = do(
        live_rundown.add_item, floor.host, floor.session, kind=ItemKind.SLOT, title="水务局发言", planned_ms=60_000,
        unit_id=floor.city.water.id, speaker="周启明", at_zero=AtZero.NEXT,
    )  # fmt: skip
    return int(item.id)


def test_a_planned_speaker_pushes_a_question_off_the_air(floor: Floor, clock: Clock, block: int) -> None:
    """The one press of the rundown knows no questions, and leaves none behind on air."""
    item, question = speaks(floor), floor.put(floor.approved())
    clock.forward(minutes=1)
    with replaying(floor.session):
        do(slots.take_and_start, floor.host, floor.session, item, floor.floor_rev)
    assert floor.state(question) is S.AIRED
    assert floor.question(question).off_air_at is not None


def test_so_does_a_slot_whose_end_is_that_the_next_begins(floor: Floor, clock: Clock, block: int) -> None:
    question = floor.put(floor.approved())
    item = speaks(floor)
    slot = do(
        slots.start_slot, floor.host, floor.session, floor.floor_rev, unit_id=floor.city.water.id, speaker="林知远",
        seconds=60, at_zero=AtZero.NEXT,
    )  # fmt: skip
    clock.forward(seconds=61)
    with replaying(floor.session) as told:
        assert do(slots.call_time, SYSTEM, slot.id)
    assert told == [
        "live.time_called", "live.slot_ended", "live.item_taken", "questions.left_air", "live.slot_started",
    ]  # fmt: skip
    assert floor.state(question) is S.AIRED
    with reading() as db:
        assert rundown.session(db, floor.session).floor_item_id == item


def test_a_question_put_on_air_by_mistake_gives_the_planned_speakers_item_back(
    floor: Floor, clock: Clock, block: int
) -> None:
    """Their time has ended, as with any slot, and is given again by a press of its own."""
    item = speaks(floor)
    do(slots.take_and_start, floor.host, floor.session, item, floor.floor_rev)
    clock.forward(seconds=20)
    question = floor.put(floor.approved())
    clock.forward(seconds=3)
    with replaying(floor.session):
        take_back(floor, question)
    with reading() as db:
        assert rundown.session(db, floor.session).floor_item_id == item
        assert rundown.open_slot(db, floor.session) is None
    assert floor.state(question) is S.APPROVED
    again = do(
        slots.start_slot, floor.host, floor.session, floor.floor_rev, unit_id=floor.city.water.id, speaker="周启明",
        seconds=40,
    )  # fmt: skip
    assert again.item_id == item
