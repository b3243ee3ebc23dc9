"""What becomes of approved questions that were not put: none vanish, and askers and voters go along."""

from datetime import date
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.errors import NotFound, Refusal
from inquiry.questions import refusals
from inquiry.questions.commands import air, moderation, settling
from inquiry.questions.models import Question, QuestionState
from inquiry.questions.queries import alike, lookup
from tests.questions.conftest import Clock, Floor, do
from tests.support.replay import nothing_changes

S = QuestionState
DUE = date(2026, 12, 15)


def locked(command: Any, floor: Floor, question_ids: list[int], *args: Any) -> Any:
    """Call one of the commands for questions that the caller has locked."""
    return do(lambda uow: command(uow, floor.host, [uow.lock(Question, one) for one in question_ids], *args))


def hand(floor: Floor, *question_ids: int, unit: int = 0) -> None:
    locked(settling.hand_all_to_unit, floor, list(question_ids), unit or floor.city.water.id, DUE)


def defer(floor: Floor, *question_ids: int, to: int) -> list[int]:
    return [one.id for one in locked(settling.defer_all, floor, list(question_ids), to)]


def test_ten_working_days_are_counted_from_the_day_in_the_city(floor: Floor, clock: Clock) -> None:
    assert do(lambda uow: settling.reply_due_on(uow.now)) == DUE
    clock.forward(hours=5)  # past midnight in the city, not in Greenwich
    assert do(lambda uow: settling.reply_due_on(uow.now)) == date(2026, 12, 16)


def test_a_question_is_handed_to_its_unit_with_a_deadline(floor: Floor) -> None:
    question = floor.approved()
    hand(floor, question)
    row = floor.question(question)
    assert (row.state, row.unit_id, row.reply_due_on) == (S.HANDED, floor.city.water.id, DUE)
    assert floor.entries()[-1] == (
        "questions.handed",
        {"questions": [question], "unit": floor.city.water.id, "unit_name": "水务局", "due_on": "2026-12-15"},
    )


def test_many_questions_are_handed_over_in_few_entries(floor: Floor) -> None:
    questions = [floor.approved(f"第{number}个问题", phone=floor.city.phone()) for number in range(101)]
    before = len(floor.entries())
    hand(floor, *questions)
    told = floor.entries()[before:]
    assert [len(payload["questions"]) for _kind, payload in told] == [100, 1]
    assert all(floor.state(question) is S.HANDED for question in questions)


def test_an_answer_reopened_no_longer_stands(floor: Floor) -> None:
    question = floor.approved()
    floor.go_live().put(question)
    floor.clear()
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question), False))
    hand(floor, question)
    row = floor.question(question)
    assert (row.state, row.evaded) == (S.HANDED, None)
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question), True))
    assert floor.state(question) is S.EVADED


def test_a_deferred_question_goes_on_elsewhere_with_its_asker_and_its_voters(floor: Floor) -> None:
    question, other = floor.approved(unit=floor.city.water.id), floor.approved("路灯几时能亮？")
    both, one = floor.city.phone(), floor.city.phone()
    floor.support(question, both)
    floor.support(other, both, one)
    floor.decide(moderation.merge, other, question)
    elsewhere = floor.plan("下一期")
    floor.ask("那边的第一个问题", session=elsewhere, phone=floor.city.phone())
    [copy] = defer(floor, question, to=elsewhere)
    row, new = floor.question(question), floor.question(copy)
    assert (row.state, row.deferred_to_id) == (S.DEFERRED, elsewhere)
    assert (new.state, new.session_id, new.number) == (S.APPROVED, elsewhere, 2)
    assert (new.text, new.device_id, new.unit_id, new.asked_at) == (row.text, row.device_id, row.unit_id, row.asked_at)
    assert (floor.votes(copy), floor.votes(question)) == (2, 2)
    with reading() as db:
        assert [found.question.id for found in alike.similar(db, elsewhere, "湖滨路路灯何时修好")] == [copy]
        assert lookup.fate(db, lookup.question(db, other)).id == copy
    assert floor.entries()[-1][0] == "questions.deferred"


def test_a_question_can_be_deferred_again(floor: Floor) -> None:
    question = floor.approved()
    next_one, the_one_after = floor.plan("下一期"), floor.plan("再下一期")
    [copy] = defer(floor, question, to=next_one)
    [second] = defer(floor, copy, to=the_one_after)
    with reading() as db:
        assert lookup.fate(db, lookup.question(db, question)).id == second


def test_none_is_lost(floor: Floor) -> None:
    questions = [floor.approved(f"第{number}个问题", phone=floor.city.phone()) for number in range(12)]
    elsewhere = floor.plan("下一期")
    before = floor.totals()
    hand(floor, *questions[:5])
    defer(floor, *questions[5:], to=elsewhere)
    after = floor.totals()
    assert after == before
    assert {floor.state(question) for question in questions} == {S.HANDED, S.DEFERRED}
    floor.session = elsewhere
    assert (floor.totals()["received"], floor.totals()["approved"]) == (7, 7)


@pytest.mark.parametrize(
    ("refusal", "where"),
    [(refusals.NotAnotherSession, "here"), (refusals.NotAnotherSession, "over"), (NotFound, "nowhere")],
)
def test_a_question_is_deferred_only_to_another_session_still_to_come(
    floor: Floor, refusal: type[Refusal], where: str
) -> None:
    question = floor.approved()
    here, over = floor.session, floor.plan("结束了的")
    floor.session = over
    floor.go_live().close()
    to = {"here": here, "over": over, "nowhere": 999}[where]
    with nothing_changes(), pytest.raises(refusal):
        defer(floor, question, to=to)


def test_what_moved_on_is_neither_handed_nor_deferred(floor: Floor) -> None:
    waiting, elsewhere = floor.ask(), floor.plan("下一期")
    with nothing_changes(), pytest.raises(refusals.WrongState):
        hand(floor, waiting)
    defer(floor, waiting, to=elsewhere)
    with nothing_changes(), pytest.raises(refusals.WrongState):
        defer(floor, waiting, to=elsewhere)
    with nothing_changes(), pytest.raises(NotFound):
        hand(floor, waiting, unit=999)
