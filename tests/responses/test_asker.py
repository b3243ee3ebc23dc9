"""The asker judges an answer once and has a question reopened once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.errors import NotFound, TooMany
from inquiry.permissions import VISITOR, Actor
from inquiry.questions.commands import asking, moderation
from inquiry.questions.models import QuestionState
from inquiry.realtime.streams import public_stream
from inquiry.responses import refusals
from inquiry.responses.commands import judging, recording
from inquiry.responses.queries import lookup
from inquiry.responses.queries.lookup import Judgements
from inquiry.trace import queries as trace
from tests.responses.conftest import DEFLECTION, PLAIN, Clock, Evening, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying


@pytest.fixture
def phone(evening: Evening) -> Actor:
    return evening.city.phone()


def judge(actor: Actor, satisfied: bool, **whose: Any) -> int:
    answered: int = do(judging.judge_answer, actor, satisfied, **whose).id
    return answered


def reopen(actor: Actor, reason: str = "路灯还是不亮", **whose: Any) -> int:
    reopened: int = do(judging.reopen_question, actor, reason, **whose).id
    return reopened


def judgements(question_id: int) -> tuple[int, int]:
    with reading() as db:
        found = lookup.judgements(db, question_id)
    assert isinstance(found, Judgements)
    return found.satisfied, found.unsatisfied


# --- judging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("satisfied", [True, False])
def test_the_phone_that_asked_judges(evening: Evening, phone: Actor, satisfied: bool) -> None:
    question = evening.answered(phone=phone)
    judge(phone, satisfied, question_id=question)
    kept = evening.question(question)
    assert (kept.judged_satisfied, judgements(question)) == (satisfied, (satisfied, not satisfied))
    assert kept.judged_at is not None


@pytest.mark.parametrize("written", ["{}", " {} ", "回执号：{}"])
def test_the_receipt_judges_from_any_device(evening: Evening, written: str) -> None:
    question = evening.answered()
    receipt = evening.question(question).receipt
    assert judge(VISITOR, True, receipt=written.format(receipt.lower())) == question
    assert judgements(question) == (1, 0)


def test_an_answer_is_judged_once_by_whatever_proof(evening: Evening, phone: Actor) -> None:
    question = evening.answered(phone=phone)
    judge(phone, False, question_id=question)
    receipt = evening.question(question).receipt
    for whose in ({"question_id": question}, {"receipt": receipt}):
        with nothing_changes(), pytest.raises(refusals.AlreadyJudged) as refused:
            judge(phone, True, **whose)
        assert refused.value.data == {"satisfied": False}


def test_nobody_else_judges(evening: Evening, phone: Actor) -> None:
    question = evening.answered(phone=phone)
    for stranger in (evening.city.phone(), VISITOR, evening.clerk):
        with nothing_changes(), pytest.raises(refusals.NotTheAsker):
            judge(stranger, True, question_id=question)
    with nothing_changes(), pytest.raises(NotFound):
        judge(phone, True, receipt="2222-2222-2222")
    with nothing_changes(), pytest.raises(NotFound):
        judge(phone, True, question_id=999)


def test_what_is_not_answered_is_not_judged(evening: Evening, phone: Actor) -> None:
    for question in (evening.ask(phone=phone), evening.approved(phone=phone), evening.aired(phone=phone)):
        state = evening.question(question).state.value
        with nothing_changes(), pytest.raises(refusals.NotAnswered) as refused:
            judge(phone, True, question_id=question)
        assert refused.value.data == {"state": state}


def test_everybody_who_asked_what_was_merged_has_a_voice(evening: Evening, phone: Actor) -> None:
    other_phone = evening.city.phone()
    question, same = evening.approved(phone=phone), evening.approved(phone=other_phone)
    do(moderation.merge, evening.moderator, same, evening.question(same).rev, question)
    evening.put(question)
    evening.record(question)
    evening.clear()
    assert judge(phone, True, question_id=question) == question
    assert judge(other_phone, False, receipt=evening.question(same).receipt) == question
    assert judgements(question) == (1, 1)


def test_one_person_has_one_voice_however_the_question_was_reworded(evening: Evening, phone: Actor) -> None:
    asked = evening.approved(phone=phone)
    version = do(
        moderation.reword, evening.moderator, asked, evening.question(asked).rev, asking.word("湖滨路路灯哪天修好？")
    ).id
    evening.put(version)
    evening.record(version)
    evening.clear()
    assert judge(phone, True, question_id=version) == version
    with nothing_changes(), pytest.raises(refusals.AlreadyJudged):
        judge(phone, False, receipt=evening.question(asked).receipt)
    assert judgements(version) == (1, 0)


def test_guessing_receipts_is_slow(evening: Evening, say: Say) -> None:
    registry.forget_limits()
    for _ in range(10):
        answer = say(VISITOR, "responses.judge_answer", receipt="2222-2222-2222", satisfied=True)
        assert answer["error"]["code"] == "NOT_FOUND"
    answer = say(VISITOR, "responses.judge_answer", receipt="2222-2222-2222", satisfied=True)
    assert answer["error"]["code"] == TooMany.code
    registry.forget_limits()


@pytest.mark.parametrize(
    "fields",
    [
        {"satisfied": True},
        {"satisfied": True, "question": 1, "receipt": "2222-2222-2222"},
        {"satisfied": "perhaps", "question": 1},
        {"question": 1},
    ],
)
def test_a_judgement_names_one_question_and_says_yes_or_no(evening: Evening, say: Say, fields: dict[str, Any]) -> None:
    with nothing_changes():
        answer = say(VISITOR, "responses.judge_answer", **fields)
    assert answer["error"]["code"] == "BAD_INPUT"


def test_the_acknowledgement_of_a_judgement(evening: Evening, say: Say, phone: Actor) -> None:
    question = evening.answered(phone=phone)
    answer = say(phone, "responses.judge_answer", question=question, receipt="", satisfied="false")
    assert answer == {
        "ok": True, "question": question, "number": 1, "state": "answered", "reply_due_on": None, "satisfied": False,
    }  # fmt: skip


# --- reopening -------------------------------------------------------------------------------------------------------


def test_an_unsatisfied_asker_has_it_reopened(evening: Evening, phone: Actor, say: Say) -> None:
    question = evening.answered(phone=phone, unit=evening.city.city_management.id)
    evening.close()
    judge(phone, False, question_id=question)
    answer = say(phone, "responses.reopen_question", question=question, reason="路灯还是不亮")
    assert answer == {
        "ok": True, "question": question, "number": 1, "state": "handed", "reply_due_on": "2026-12-15",
    }  # fmt: skip
    kept = evening.question(question)
    assert (kept.state, kept.reply_due_on) == (QuestionState.HANDED, date(2026, 12, 15))
    assert (kept.unit_id, kept.reopen_reason) == (evening.city.city_management.id, "路灯还是不亮")


def test_the_new_answer_counts_alone_and_may_be_judged(evening: Evening, phone: Actor, clock: Clock) -> None:
    question = evening.answered(phone=phone, unit=evening.city.city_management.id)
    evening.close()
    judge(phone, False, question_id=question)
    clock.forward(days=1)
    reopen(phone, question_id=question)
    clock.forward(days=1)
    evening.write(question, kind=DEFLECTION, text="这归别人管。")
    assert evening.question(question).state is QuestionState.EVADED, "the first answer no longer speaks for it"
    assert judgements(question) == (0, 0)
    judge(phone, False, question_id=question)
    assert judgements(question) == (0, 1)


def test_correcting_the_first_answer_does_not_answer_a_reopened_question(
    evening: Evening, phone: Actor, clock: Clock
) -> None:
    question = evening.aired(phone=phone)
    response = evening.record(question, kind=DEFLECTION)
    evening.close()
    clock.forward(days=1)
    reopen(phone, question_id=question)
    clock.forward(days=1)
    do(recording.correct_response, evening.clerk, response.id, kind=PLAIN["kind"])
    assert evening.question(question).state is QuestionState.HANDED
    evening.write(question, kind=DEFLECTION)
    assert evening.question(question).state is QuestionState.EVADED


def test_a_question_of_nobody_goes_to_the_unit_that_answered(evening: Evening, phone: Actor) -> None:
    question = evening.aired(phone=phone)
    evening.record(question, unit_id=evening.city.water.id)
    evening.close()
    assert evening.question(question).unit_id is None
    reopen(phone, question_id=question)
    assert evening.question(question).unit_id == evening.city.water.id


def test_the_reason_stays_with_the_crew(evening: Evening, phone: Actor) -> None:
    question = evening.answered(phone=phone)
    evening.close()
    reopen(phone, "我的电话是一三八零零", question_id=question)
    with reading() as db:
        told = trace.since(db, str(public_stream(evening.session)), 0)
    assert all("电话" not in str(entry.payload) for entry in told)


Prepare = Callable[[Evening, Actor, int], None]


def _nothing(_evening: Evening, _phone: Actor, _question: int) -> None:
    """Not even closed."""


def _satisfied(evening: Evening, phone: Actor, question: int) -> None:
    judge(phone, True, question_id=question)
    evening.close()


def _reopened(evening: Evening, phone: Actor, question: int) -> None:
    evening.close()
    reopen(phone, question_id=question)


def _reopened_and_answered(evening: Evening, phone: Actor, question: int) -> None:
    _reopened(evening, phone, question)
    evening.write(question)


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [
        (_nothing, refusals.StillOnTheEvening),
        (_satisfied, refusals.SatisfiedAlready),
        (_reopened, refusals.AlreadyReopened),
        (_reopened_and_answered, refusals.AlreadyReopened),
    ],
)
def test_reopening_is_refused(evening: Evening, phone: Actor, prepare: Prepare, refusal: type) -> None:
    question = evening.answered(phone=phone, unit=evening.city.city_management.id)
    prepare(evening, phone, question)
    with nothing_changes(), pytest.raises(refusal):
        reopen(phone, question_id=question)


def test_reopening_ends_after_thirty_days(evening: Evening, phone: Actor, clock: Clock) -> None:
    question = evening.answered(phone=phone)
    evening.close()
    clock.forward(days=30)
    with reading() as db:
        response = lookup.of_question(db, question)[0]
    do(recording.correct_response, evening.clerk, response.id, text="已修好")
    clock.forward(seconds=1)
    with nothing_changes(), pytest.raises(refusals.TooLateToReopen) as refused:
        reopen(phone, question_id=question)
    assert refused.value.data == {"days": 30}


def test_what_was_never_answered_is_not_reopened(evening: Evening, phone: Actor) -> None:
    question = evening.handed(phone=phone)
    with nothing_changes(), pytest.raises(refusals.NotAnswered):
        reopen(phone, question_id=question)


def test_nobody_else_reopens(evening: Evening, phone: Actor) -> None:
    question = evening.answered(phone=phone)
    evening.close()
    stranger = evening.city.phone()
    with nothing_changes(), pytest.raises(refusals.NotTheAsker):
        reopen(stranger, question_id=question)


# --- entries ---------------------------------------------------------------------------------------------------------


def test_following_the_entries_is_as_good_as_a_fresh_look(evening: Evening, phone: Actor) -> None:
    satisfied, unsatisfied = evening.answered(phone=phone), evening.answered(phone=phone)
    evening.close()
    with replaying(evening.session) as kinds:
        judge(phone, True, question_id=satisfied)
    assert kinds == ["responses.judged_satisfied"]
    with replaying(evening.session) as kinds:
        judge(phone, False, question_id=unsatisfied)
    assert kinds == ["responses.judged_unsatisfied"]
    with replaying(evening.session) as kinds:
        reopen(phone, question_id=unsatisfied)
    assert kinds == ["questions.handed", "responses.reopened"]
