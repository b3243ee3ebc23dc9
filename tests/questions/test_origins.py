"""A question that belongs to no session: asked, looked at, merged and supported like any other."""

from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from inquiry.core.clock import now
from inquiry.core.db import engine, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import NotFound, Refusal
from inquiry.permissions import Role
from inquiry.questions import refusals
from inquiry.questions.commands import air, asking, moderation, supporting
from inquiry.questions.models import Question, QuestionOrigin, QuestionState, RefusalReason
from inquiry.questions.queries import alike, lists
from inquiry.realtime import streams
from inquiry.realtime.views import View
from inquiry.trace import queries as trace
from inquiry.trace.models import Entry
from tests.questions.conftest import LAMPS, Floor, do
from tests.questions.test_races import at_once
from tests.support.application import Say
from tests.support.replay import nothing_changes

S = QuestionState
OUTSIDE = [origin for origin in QuestionOrigin if origin is not QuestionOrigin.SESSION]


def told(stream: str) -> list[str]:
    """The kinds of the entries of a stream, without the package."""
    with reading() as db:
        entries = db.scalars(select(Entry).where(Entry.stream == stream).order_by(Entry.seq))
        return [entry.kind.partition(".")[2] for entry in entries]


def of_the_session(floor: Floor) -> list[Any]:
    """Where its streams stand, and the questions that its readers hold."""
    with reading() as db:
        found = [streams.snapshot(db, floor.session, view) for view in (View.PUBLIC, View.STAFF)]
    return [(one["streams"], one["state"]["question"]) for one in found]


# --- its place ------------------------------------------------------------------------------------------------------


def test_the_database_ties_session_and_number_to_the_origin(floor: Floor) -> None:
    kept = floor.question(floor.ask())
    with engine().execution_options(writes=True).connect() as connection:
        for origin, in_session, has_number in product(QuestionOrigin, (True, False), (True, False)):
            changes = {
                "origin": origin.value, "session_id": kept.session_id if in_session else None,
                "number": kept.number if has_number else None,
            }  # fmt: skip
            fits = (in_session, has_number) == ((origin is QuestionOrigin.SESSION),) * 2
            assert takes(connection, kept.id, changes) is fits, changes
        assert not takes(connection, kept.id, {"origin": "rumour"})
        connection.rollback()


def takes(connection: Connection, question_id: int, changes: dict[str, Any]) -> bool:
    named = ", ".join(f"{name} = :{name}" for name in changes)
    statement = text(f"UPDATE questions SET {named} WHERE id = :id")  # noqa: S608
    try:
        with connection.begin_nested() as attempt:
            connection.execute(statement, {"id": question_id} | changes)
            attempt.rollback()
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("origin", OUTSIDE)
def test_it_is_asked_outside_sessions(floor: Floor, origin: QuestionOrigin) -> None:
    water = floor.city.water.id
    question = floor.question(floor.open(origin=origin, unit_id=water, asker="王女士"))
    assert (question.origin, question.session_id, question.number) == (origin, None, None)
    assert (question.state, question.unit_id, question.asker) == (S.WAITING, water, "王女士")
    # whoever takes a call has not asked
    assert question.device_id == (floor.phone.device_id if origin is QuestionOrigin.ANY_DAY else None)
    with reading() as db:
        (entry,) = db.scalars(select(Entry).where(Entry.stream == f"unit:{water}:staff"))
    assert entry.payload == {"question": question.id, "number": None, "unit": water, "origin": origin.value}
    assert entry.about == [f"question:{question.id}"]


def test_it_is_not_asked_in_the_name_of_a_session_or_of_a_unit_that_is_not_there(floor: Floor) -> None:
    with nothing_changes(), pytest.raises(ValueError, match="session"):
        floor.open(origin=QuestionOrigin.SESSION)
    with nothing_changes(), pytest.raises(NotFound):
        floor.open(unit_id=999)


def test_those_of_a_session_are_as_they_were(floor: Floor) -> None:
    floor.open()
    question = floor.question(floor.ask())
    assert (question.origin, question.session_id, question.number) == (QuestionOrigin.SESSION, floor.session, 1)
    assert (str(question.stream), str(question.staff_stream)) == (
        f"session:{floor.session}:public", f"session:{floor.session}:staff",
    )  # fmt: skip


# --- what moderators do ---------------------------------------------------------------------------------------------


def test_it_is_handed_to_its_unit_as_soon_as_it_is_approved(floor: Floor) -> None:
    before = of_the_session(floor)
    water = floor.city.water.id
    question = floor.open(unit_id=water)
    floor.decide(moderation.approve, question)
    kept = floor.question(question)
    assert (kept.state, kept.unit_id) == (S.HANDED, water)
    assert kept.reply_due_on is not None
    assert told(f"unit:{water}:staff") == ["asked"]
    assert told(f"unit:{water}:public") == ["approved", "handed"]
    assert of_the_session(floor) == before  # whoever follows an evening is told nothing
    with reading() as db:
        assert trace.breaks(db) == []


def test_until_a_unit_is_found_it_stands_approved_with_the_city(floor: Floor) -> None:
    question = floor.open()
    floor.decide(moderation.approve, question)
    assert floor.state(question) is S.APPROVED
    floor.decide(moderation.set_unit, question, None)
    assert floor.state(question) is S.APPROVED
    assert (told("city:staff"), told("city:public")) == (["asked"], ["approved", "unit_set"])
    unit = floor.city.city_management.id
    floor.decide(moderation.set_unit, question, unit)
    assert (floor.state(question), floor.question(question).unit_id) == (S.HANDED, unit)
    assert told(f"unit:{unit}:public") == ["unit_set", "handed"]


def test_what_waits_is_given_a_unit_unseen_by_the_public(floor: Floor) -> None:
    question = floor.open()
    unit = floor.city.water.id
    floor.decide(moderation.set_unit, question, unit)
    assert floor.state(question) is S.WAITING
    assert (told("city:public"), told(f"unit:{unit}:public"), told(f"unit:{unit}:staff")) == ([], [], ["unit_set"])


def test_what_a_unit_has_to_answer_stays_with_it(floor: Floor) -> None:
    question = floor.open(unit_id=floor.city.water.id)
    floor.decide(moderation.approve, question)
    with nothing_changes(), pytest.raises(refusals.WrongState):
        floor.decide(moderation.set_unit, question, floor.city.housing.id)
    with nothing_changes(), pytest.raises(refusals.NothingToUndo):
        floor.decide(moderation.undo, question)


def test_what_was_overlooked_is_taken_down_until_it_is_answered(floor: Floor) -> None:
    question = floor.open(unit_id=floor.city.water.id)
    floor.decide(moderation.approve, question)
    due_on = floor.question(question).reply_due_on
    floor.decide(moderation.refuse, question, RefusalReason.PRIVATE)
    with nothing_changes(), pytest.raises(NotFound):
        floor.support(question, floor.phone)
    floor.decide(moderation.undo, question)
    assert (floor.state(question), floor.question(question).reply_due_on) == (S.HANDED, due_on)
    with unit_of_work() as uow:
        air.mark_answered(uow, floor.host, uow.lock(Question, question), evaded=False)
    with nothing_changes(), pytest.raises(refusals.WrongState):
        floor.decide(moderation.refuse, question, RefusalReason.PRIVATE)


def test_it_is_refused_and_the_refusal_taken_back(floor: Floor) -> None:
    question = floor.open()
    floor.decide(moderation.refuse, question, RefusalReason.PRIVATE, "请删去姓名")
    assert (floor.state(question), told("city:public")) == (S.REFUSED, ["refused"])
    floor.decide(moderation.undo, question)
    assert floor.state(question) is S.WAITING


def test_its_new_wording_belongs_to_no_session_either(floor: Floor) -> None:
    question = floor.open(origin=QuestionOrigin.HOTLINE, unit_id=floor.city.water.id)
    version = floor.decide(moderation.reword, question, asking.word("古渡巷的水压何时恢复？"))
    assert (version.origin, version.session_id, version.number) == (QuestionOrigin.HOTLINE, None, None)
    assert (floor.state(version.id), floor.state(question)) == (S.HANDED, S.MERGED)
    unassigned = floor.open()
    version = floor.decide(moderation.reword, unassigned, asking.word("湖滨路的路灯几时修好？"))
    assert floor.state(version.id) is S.APPROVED
    floor.decide(moderation.undo, unassigned)
    assert (floor.state(unassigned), floor.state(version.id)) == (S.WAITING, S.MERGED)


def test_those_who_ask_the_same_are_merged_and_taken_apart(floor: Floor) -> None:
    one, other, third = floor.open(), floor.open(), floor.open(origin=QuestionOrigin.INSPECTION)
    floor.decide(moderation.merge, other, one)
    floor.decide(moderation.approve, one)
    floor.decide(moderation.merge, third, other)  # which stands for the first
    floor.support(one)
    assert {floor.question(each).root_id for each in (one, other, third)} == {one}
    floor.decide(moderation.unmerge, other)
    assert (floor.state(other), floor.question(third).root_id) == (S.WAITING, one)
    floor.decide(moderation.undo, other)
    assert (floor.state(other), floor.question(other).root_id, floor.votes(one)) == (S.MERGED, one, 1)


def test_two_moderators_merge_two_of_them_into_each_other(app: Flask, floor: Floor) -> None:
    for number in range(6):  # the presses do not always meet
        one, other = floor.open(f"第{number}个路口的路灯"), floor.open(f"路灯第{number}次报修")
        outcomes = at_once(app, [
            lambda from_=one, to=other: do(moderation.merge, floor.moderator, from_, 0, to).id,
            lambda from_=other, to=one: do(moderation.merge, floor.moderator, from_, 0, to).id,
        ])  # fmt: skip
        assert sorted(map(str, outcomes)) in ([str(one), "INTO_ITSELF"], [str(other), "INTO_ITSELF"])
        assert {floor.state(one), floor.state(other)} == {S.WAITING, S.MERGED}


def test_moderators_tell_each_other_which_one_they_look_at(floor: Floor) -> None:
    one, other, in_session = floor.open(), floor.open(), floor.ask()
    for question in (in_session, one, other):
        do(moderation.hold, floor.moderator, question)
    held = [floor.question(question).held_by_id for question in (in_session, one, other)]
    assert held == [floor.moderator.user_id, None, floor.moderator.user_id]


@pytest.mark.parametrize("role", [Role.CLERK, Role.HOST, Role.OFFICIAL, Role.STAFF])
def test_nobody_else_decides_about_it(floor: Floor, say: Say, role: Role) -> None:
    question = floor.open()
    with nothing_changes():
        answer = say(floor.city.person(role), "questions.approve", question=question, seen=0)
    assert answer["error"]["code"] == "FORBIDDEN"


def test_the_moderator_presses_the_same_buttons(floor: Floor, say: Say) -> None:
    question = floor.open()
    water = floor.city.water.id
    assert say(floor.moderator, "questions.hold", question=question)["ok"]
    approved = say(floor.moderator, "questions.approve", question=question, seen=0, unit=water)
    assert (approved["state"], approved["rev"]) == ("handed", 2)
    stale = say(floor.moderator, "questions.refuse", question=question, seen=0, reason="spam")
    assert (stale["error"]["code"], stale["error"]["data"]["now"]["number"]) == ("STALE", None)
    supported = say(floor.city.phone(), "questions.support", question=question)
    assert supported["supported"]
    (mine,) = say(floor.phone, "questions.mine")["questions"]
    assert (mine["id"], mine["session"], mine["number"], mine["votes"]) == (question, None, None, 1)
    assert say(floor.phone, "questions.mine", session=floor.session)["questions"] == []


# --- support, likeness, search --------------------------------------------------------------------------------------


def test_it_is_supported_until_it_is_answered(floor: Floor) -> None:
    phone = floor.city.phone()
    question = floor.open()
    with nothing_changes(), pytest.raises(NotFound):
        floor.support(question, phone)
    floor.decide(moderation.approve, question)
    floor.support(question, phone)
    floor.decide(moderation.set_unit, question, floor.city.water.id)
    floor.support(question, phone, floor.city.phone())
    assert floor.votes(question) == 2
    do(supporting.withdraw_support, phone, question)
    assert floor.votes(question) == 1


def test_the_public_supports_both_kinds_in_one_batch(floor: Floor, say: Say) -> None:
    outside, inside = floor.open(), floor.approved()
    floor.decide(moderation.approve, outside)
    phone = floor.city.phone()
    outcomes = do(supporting.support_all, [(phone, outside), (phone, inside), (phone, 999)])
    assert [getattr(one, "id", None) for one in outcomes] == [outside, inside, None]
    assert isinstance(outcomes[2], Refusal)
    assert (floor.votes(outside), floor.votes(inside)) == (1, 1)


def test_each_is_like_those_it_can_be_merged_with(floor: Floor) -> None:
    inside = floor.approved(LAMPS)
    waiting = floor.ask("湖滨路的路灯亮吗？")
    one, other = floor.open(LAMPS), floor.open("湖滨路的路灯什么时候修好？")
    floor.decide(moderation.approve, one)
    with reading() as db:
        assert [found.question.id for found in alike.candidates(db, other)] == [one]
        assert [found.question.id for found in alike.similar(db, None, LAMPS)] == [one]
        assert [found.question.id for found in alike.similar(db, floor.session, LAMPS)] == [inside]
        assert [found.question.id for found in alike.candidates(db, waiting)] == [inside]


def test_it_is_found_by_words_and_unit_and_by_no_session(floor: Floor) -> None:
    inside, outside = floor.approved(), floor.open(unit_id=floor.city.water.id)
    floor.decide(moderation.approve, outside)

    def found(**narrowed: Any) -> list[int]:
        with reading() as db:
            return sorted(row.question.id for row in lists.board(db, lists.Filters(**narrowed), now()).rows)

    assert found() == found(text="路灯") == sorted([inside, outside])
    assert found(unit_id=floor.city.water.id) == found(state=S.HANDED) == [outside]
    assert found(session_id=floor.session) == [inside]
