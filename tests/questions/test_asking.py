"""Asking and supporting, as commands and as the phone's messages."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inquiry.core.db import reading
from inquiry.dispatch import batching
from inquiry.live.commands import preparation
from inquiry.permissions import Role
from inquiry.questions.commands import asking as question_asking
from inquiry.questions.commands import moderation, settling, supporting
from inquiry.questions.models import Question, QuestionGram, QuestionState, RefusalReason, Support
from inquiry.questions.queries import lists, lookup
from inquiry.realtime import ticks
from inquiry.realtime.views import View
from tests.questions.conftest import EIGHT, LAMPS, Clock, Floor, do
from tests.support.application import Say, fingerprint


def count(column: object) -> int:
    with reading() as db:
        return db.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_question_waits_under_its_own_number_and_receipt(floor: Floor) -> None:
    first, second = (
        floor.ask(unit=floor.city.water.id),
        floor.ask("小区停水三天了，何时恢复？", phone=floor.city.phone()),
    )
    one, other = floor.question(first), floor.question(second)
    assert (one.number, other.number) == (1, 2)
    assert one.receipt != other.receipt
    assert (one.state, one.rev, one.root_id) == (QuestionState.WAITING, 0, first)
    assert (one.text, one.unit_id, one.device_id) == (LAMPS, floor.city.water.id, floor.phone.device_id)
    assert one.asked_at == EIGHT
    assert floor.entries("staff") == [
        ("questions.asked", {"question": first, "number": 1, "unit": floor.city.water.id}),
        ("questions.asked", {"question": second, "number": 2, "unit": None}),
    ]


def test_asking_is_no_vote(floor: Floor) -> None:
    question = floor.approved()
    assert floor.votes(question) == 0
    assert count(Support.device_id) == 0


def test_each_session_counts_for_itself(floor: Floor) -> None:
    floor.ask()
    elsewhere = floor.plan("供水")
    assert floor.question(floor.ask(session=elsewhere)).number == 1


def test_who_asks_and_what_for_is_told(floor: Floor, say: Say) -> None:
    answer = say(
        floor.phone, "questions.ask", session=floor.session, text="  湖滨路的路灯\n何时修好？ ", unit="",
        asker=" 老街坊 ", client_id="press-number-1",
    )  # fmt: skip
    question = floor.question(answer.pop("question"))
    assert answer == {"ok": True, "number": 1, "receipt": question.receipt, "state": "waiting"}
    assert (question.text, question.asker, question.unit_id) == ("湖滨路的路灯\n何时修好？", "老街坊", None)


def test_a_lost_acknowledgement_is_answered_again_and_the_question_is_there_once(floor: Floor, say: Say) -> None:
    message = {"session": floor.session, "text": LAMPS, "client_id": "press-number-1"}
    first = say(floor.phone, "questions.ask", **message)
    assert first["ok"]
    before = fingerprint()
    assert say(floor.phone, "questions.ask", **message) == first
    assert fingerprint() == before
    assert count(Question.id) == 1


def test_the_same_words_pressed_twice_are_two_questions(floor: Floor, say: Say) -> None:
    for press in ("press-number-1", "press-number-2"):
        assert say(floor.phone, "questions.ask", session=floor.session, text=LAMPS, client_id=press)["ok"]
    assert count(Question.id) == 2


def test_the_fourth_question_of_a_minute_is_refused_politely(floor: Floor, say: Say) -> None:
    for number in range(3):
        assert say(floor.phone, "questions.ask", session=floor.session, text=f"{LAMPS}{number}")["ok"]
    before = fingerprint()
    refused = say(floor.phone, "questions.ask", session=floor.session, text="再问一次")
    assert refused["error"]["code"] == "TOO_MANY"
    assert 1 <= refused["error"]["data"]["retry_after"] <= 60
    assert fingerprint() == before
    assert say(floor.city.phone(), "questions.ask", session=floor.session, text="别人也要问")["ok"]


def test_a_question_that_the_server_was_too_busy_for_does_not_count(
    floor: Floor, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(batching, "MOST_WAITING", 0)
        told = {say(floor.phone, "questions.ask", session=floor.session, text=LAMPS)["error"]["code"] for _ in range(9)}
    assert told == {"BUSY"}
    asked = [say(floor.phone, "questions.ask", session=floor.session, text=LAMPS)["ok"] for _ in range(4)]
    assert asked == [True, True, True, False]


def test_what_questions_are_compared_by_is_kept(floor: Floor) -> None:
    floor.ask("路灯坏了")
    with reading() as db:
        assert set(db.scalars(select(QuestionGram.gram))) == {"路灯", "灯坏", "坏了"}


def test_a_person_of_the_crew_with_a_phone_may_ask_too(floor: Floor) -> None:
    moderator = floor.city.person(Role.MODERATOR)
    asking = type(moderator)(moderator.role, moderator.user_id, device_id=floor.phone.device_id)
    assert floor.state(floor.ask(phone=asking)) is QuestionState.WAITING


# --- supporting -----------------------------------------------------------------------------------------------------


def test_one_phone_one_vote_however_often_it_presses(floor: Floor, say: Say) -> None:
    question, phone = floor.approved(), floor.city.phone()
    for _ in range(3):
        answer = say(phone, "questions.support", question=question)
        assert answer == {"ok": True, "question": question, "supported": True}
    assert count(Support.device_id) == 1
    assert floor.votes(question) == 1


def test_a_vote_can_be_withdrawn_and_given_again(floor: Floor, say: Say) -> None:
    question, phone = floor.approved(), floor.city.phone()
    floor.support(question)
    say(phone, "questions.support", question=question)
    assert floor.votes(question) == 2
    for _ in range(2):
        answer = say(phone, "questions.withdraw_support", question=question)
        assert answer == {"ok": True, "question": question, "supported": False}
        assert floor.votes(question) == 1
    say(phone, "questions.support", question=question)
    assert floor.votes(question) == 2


def test_support_leaves_no_entry_and_travels_in_ticks(floor: Floor) -> None:
    question = floor.approved()
    told = floor.entries() + floor.entries("staff")
    ticks._touched.clear()
    floor.support(question)
    assert floor.entries() + floor.entries("staff") == told
    assert ticks._touched == {floor.session: {question}}
    with reading() as db:
        body = ticks.compose(db, floor.session, {question}, View.PUBLIC)
    assert body["tallies"] == {str(question): 1}


def test_supporting_a_merged_question_counts_for_the_one_that_stands_for_it(floor: Floor, say: Say) -> None:
    root, merged, phone = floor.approved(), floor.approved("路灯几时能亮？"), floor.city.phone()
    floor.decide(moderation.merge, merged, root)
    assert say(phone, "questions.support", question=merged) == {"ok": True, "question": root, "supported": True}
    assert floor.votes(root) == 1
    say(phone, "questions.support", question=root)
    assert floor.votes(root) == 1
    say(phone, "questions.withdraw_support", question=merged)
    assert floor.votes(root) == 0


def test_whoever_supported_several_that_were_merged_counts_once_and_can_withdraw(floor: Floor) -> None:
    root, merged, phone = floor.approved(), floor.approved("路灯几时能亮？"), floor.city.phone()
    floor.support(root, phone)
    floor.support(merged, phone)
    floor.decide(moderation.merge, merged, root)
    assert floor.votes(root) == 1
    do(supporting.withdraw_support, phone, root)
    assert floor.votes(root) == 0


def test_what_is_on_air_can_be_supported(floor: Floor) -> None:
    question = floor.approved()
    floor.go_live().put(question)
    floor.support(question)
    assert floor.votes(question) == 1


# --- one's own ------------------------------------------------------------------------------------------------------


def test_the_asker_sees_the_fate_of_each_question(floor: Floor, say: Say, clock: Clock) -> None:
    waiting = floor.ask("一号问题")
    refused = floor.ask("二号问题")
    merged = floor.ask("三号问题")
    root = floor.approved("别人的问题", phone=floor.city.phone())
    floor.decide(moderation.refuse, refused, RefusalReason.PRIVATE, "请勿写出姓名")
    floor.decide(moderation.merge, merged, root)
    clock.forward(minutes=1)
    floor.support(root)
    listed = {row["id"]: row for row in say(floor.phone, "questions.mine", session=floor.session)["questions"]}
    assert list(listed) == [merged, refused, waiting]
    assert (listed[waiting]["state"], listed[waiting]["fate"]) == ("waiting", None)
    assert listed[waiting]["receipt"] == floor.question(waiting).receipt
    assert (listed[refused]["refusal_reason"], listed[refused]["refusal_note"]) == ("private", "请勿写出姓名")
    assert (listed[merged]["state"], listed[merged]["merged_into"], listed[merged]["votes"]) == ("merged", root, 1)
    assert (listed[merged]["fate"]["number"], listed[merged]["fate"]["state"]) == (4, "approved")
    assert say(floor.city.phone(), "questions.mine")["questions"] == []


def test_a_receipt_finds_the_question_and_what_stands_for_it(floor: Floor) -> None:
    asked = floor.ask()
    version = floor.decide(moderation.reword, asked, question_asking.word("湖滨路路灯的修复时间？")).id
    elsewhere = floor.plan("下一期")
    floor.go_live()
    with reading() as db:
        receipt = lookup.question(db, asked).receipt
        found = lookup.by_receipt(db, f" {receipt.lower().replace('-', ' ')} ")
        assert (found.id, lookup.fate(db, found).id) == (asked, version)
    copy = do(lambda uow: settling.defer(uow, floor.host, uow.lock(Question, version), elsewhere)).id
    with reading() as db:
        assert lookup.fate(db, lookup.by_receipt(db, receipt)).id == copy
        [own] = lists.mine(db, floor.phone.device_id or 0)
        assert (own.question.id, own.fate.id) == (asked, copy)


def test_two_people_who_ask_at_once_get_two_numbers(floor: Floor) -> None:
    numbers = [floor.question(floor.ask(phone=floor.city.phone())).number for _ in range(5)]
    assert numbers == [1, 2, 3, 4, 5]


def test_time_shown_is_counted_from_approval(floor: Floor, clock: Clock) -> None:
    early = floor.approved("早来的问题")
    floor.support(early, *(floor.city.phone() for _ in range(3)))
    now = clock.forward(minutes=50)
    late = floor.approved("迟来的问题")
    floor.support(late)
    with reading() as db:
        needs = lists.listing(db, floor.session, lists.Sort.NEEDS, 1, now + timedelta(minutes=1))
        supported = lists.listing(db, floor.session, lists.Sort.SUPPORTED, 1, now)
    assert [one.question.id for one in needs.rows] == [late, early]
    assert [one.question.id for one in supported.rows] == [early, late]


def test_no_question_can_be_asked_when_the_intake_is_closed(floor: Floor, say: Say) -> None:
    do(preparation.close_intake, floor.host, floor.session)
    before = fingerprint()
    assert say(floor.phone, "questions.ask", session=floor.session, text=LAMPS)["error"]["code"] == "INTAKE_CLOSED"
    assert fingerprint() == before
