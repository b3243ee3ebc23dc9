"""Calling a session off: before it was ever live, with a public reason, and without losing a question."""

import threading
from datetime import date

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.core.fields import typed
from inquiry.errors import Forbidden, NotFound, Refusal
from inquiry.live import queries as rundown
from inquiry.live import refusals as live_refusals
from inquiry.live import rules
from inquiry.live.commands import preparation
from inquiry.live.models import SessionState
from inquiry.permissions import PERSONS, Role
from inquiry.questions.models import QuestionState
from inquiry.questions.queries import lookup
from inquiry.responses import refusals
from inquiry.responses.commands import closing
from inquiry.responses.rules import Wish, Wishes
from tests.responses.conftest import Evening, do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes, replaying

WHY = "台风红色预警，演播厅关闭"


@pytest.fixture
def planned(evening: Evening) -> Evening:
    """A session that takes questions and was never live."""
    evening.session = evening.plan(evening.city.city_management.id, evening.city.water.id, title="防汛排涝")
    return evening


def call_off(evening: Evening, *args: object, **fields: object) -> closing.Closed:
    called: closing.Closed = do(closing.call_off_session, evening.host, evening.session, WHY, *args, **fields)
    return called


def test_it_is_over_and_says_why(planned: Evening) -> None:
    call_off(planned)
    kept = planned.row
    assert (kept.state, kept.called_off_reason, kept.went_live_at) == (SessionState.CLOSED, WHY, None)
    assert kept.closed_at is not None
    assert rules.intake(kept) is rules.Intake.CLOSED
    with reading() as db:
        assert kept.id in [one.id for one in rundown.past(db, 10)]


def test_a_session_that_never_took_questions_is_called_off(evening: Evening, city: City) -> None:
    draft = do(
        preparation.create_session, evening.host, title="草稿", starts_at=evening.row.starts_at, planned_minutes=60
    )
    evening.session = draft.id
    call_off(evening)
    assert evening.row.state is SessionState.CLOSED


def test_its_approved_questions_go_to_their_units_or_to_another_session(planned: Evening, city: City, say: Say) -> None:
    other = planned.plan(city.housing.id)
    own, deferred = planned.approved(unit=city.water.id), planned.approved()
    answer = say(
        planned.host, "responses.call_off_session", session=planned.session, reason=WHY,
        settle=[{"question": deferred, "do": "defer", "to_session": other}],
    )  # fmt: skip
    assert (answer["ok"], answer["handed"], answer["deferred"]) == (True, 1, 1)
    kept = planned.question(own)
    assert (kept.state, kept.unit_id, kept.reply_due_on) == (QuestionState.HANDED, city.water.id, date(2026, 12, 15))
    assert planned.question(deferred).deferred_to_id == other


def test_a_form_defers_all_of_them(planned: Evening, city: City, say: Say) -> None:
    other = planned.plan(city.housing.id)
    questions = [planned.approved(), planned.approved("污水何时治好？")]
    form = typed({"session": str(planned.session), "reason": WHY, "defer_rest_to": str(other)})
    assert say(planned.host, "responses.call_off_session", **form)["deferred"] == 2
    with reading() as db:
        copies = lookup.of_session(db, other, [QuestionState.APPROVED])
    assert [copy.deferred_from_id for copy in copies] == questions


def test_what_waits_for_a_moderator_is_handed_over_when_it_is_approved(planned: Evening, city: City) -> None:
    question = planned.ask(unit=city.water.id)
    with nothing_changes(), pytest.raises(refusals.StillWaiting):
        call_off(planned)
    call_off(planned, Wishes(leave_waiting=True))
    assert planned.question(question).state is QuestionState.WAITING
    planned.approve(question)
    assert planned.question(question).state is QuestionState.HANDED


def test_following_the_entries_is_as_good_as_a_fresh_look(planned: Evening, city: City) -> None:
    other = planned.plan(city.housing.id)
    planned.approved(unit=city.water.id)
    deferred = planned.approved()
    with replaying(planned.session) as kinds:
        call_off(planned, Wishes({deferred: Wish(None, other)}))
    assert kinds == ["questions.handed", "questions.deferred", "live.session_called_off"]


# --- refusals --------------------------------------------------------------------------------------------------------


def test_not_once_it_is_live_nor_when_it_is_over(evening: Evening) -> None:
    with nothing_changes(), pytest.raises(live_refusals.AlreadyLive):
        call_off(evening)
    evening.close()
    with nothing_changes(), pytest.raises(live_refusals.SessionClosed):
        call_off(evening)


def test_once_and_then_it_does_not_go_live(planned: Evening) -> None:
    call_off(planned)
    with nothing_changes(), pytest.raises(live_refusals.SessionClosed):
        call_off(planned)
    with nothing_changes(), pytest.raises(live_refusals.SessionClosed):
        do(preparation.go_live, planned.host, planned.session)


@pytest.mark.parametrize("reason", ["", " ", "因", "长" * 501])
def test_not_without_a_reason(planned: Evening, say: Say, reason: str) -> None:
    with nothing_changes():
        answer = say(planned.host, "responses.call_off_session", session=planned.session, reason=reason)
    assert answer["error"]["code"] == "BAD_INPUT"


def test_not_while_somebody_s_question_has_nowhere_to_go(evening: Evening, city: City) -> None:
    evening.session = evening.plan()
    question = evening.approved()
    with nothing_changes(), pytest.raises(refusals.UnitNeeded) as refused:
        call_off(evening)
    assert [one["id"] for one in refused.value.data["questions"]] == [question]


def test_not_a_session_that_does_not_exist(evening: Evening) -> None:
    evening.session = 999
    with nothing_changes(), pytest.raises(NotFound):
        call_off(evening)


@pytest.mark.parametrize(
    "role", [role for role in PERSONS if role not in (Role.HOST, Role.PRODUCER, Role.ADMINISTRATOR)]
)
def test_not_by_whoever_may_not_plan(planned: Evening, city: City, role: Role) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        do(closing.call_off_session, city.person(role), planned.session, WHY)


def test_of_going_live_and_calling_off_at_once_one_wins(app: Flask, planned: Evening) -> None:
    outcomes: list[str] = []

    def press(command: object, *args: object) -> None:
        with app.app_context():
            try:
                do(command, planned.host, planned.session, *args)
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(refusal.code)

    threads = [
        threading.Thread(target=press, args=press_)
        for press_ in ((closing.call_off_session, WHY), (preparation.go_live,))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert "done" in outcomes
    assert len([one for one in outcomes if one == "done"]) == 1
    kept = planned.row
    assert (kept.called_off_reason is None) == (kept.state is SessionState.LIVE)
