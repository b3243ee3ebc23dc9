"""The answer to a question that belongs to no session, and the way there and back from the shape before."""

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from inquiry.core.db import connect, engine, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Refusal
from inquiry.migrations import config, upgrade
from inquiry.permissions import Actor
from inquiry.pledges.commands import recording as pledges
from inquiry.pledges.models import PledgeOrigin
from inquiry.questions.commands import asking, moderation, supporting
from inquiry.questions.models import Question, QuestionGram, QuestionOrigin, QuestionState, Support
from inquiry.questions.refusals import NoSession
from inquiry.responses import refusals
from inquiry.responses.commands import closing, judging, recording
from inquiry.responses.models import Medium, Response
from inquiry.responses.rules import Wish
from inquiry.trace import queries as trace
from inquiry.trace.models import Entry
from tests.responses.conftest import DEFLECTION, PLAIN, Clock, Evening, do
from tests.support.replay import nothing_changes

S = QuestionState
LAMPS = "湖滨路的路灯何时修好？"


class Outside:
    """A question of a phone, asked outside sessions and handed to 城管局."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening
        self.phone = evening.city.phone()
        self.unit = evening.city.city_management.id
        self.id = self.handed(self.phone)

    def asked(self, phone: Actor, origin: QuestionOrigin = QuestionOrigin.ANY_DAY) -> Question:
        asked: Question = do(asking.open_question, phone, origin, asking.word(LAMPS), self.unit)
        return asked

    def handed(self, phone: Actor) -> int:
        return self.evening.approve(self.asked(phone).id)

    @property
    def row(self) -> Question:
        return self.evening.question(self.id)

    def write(self, **fields: Any) -> Response:
        return self.evening.write(self.id, **fields)

    def told(self) -> list[str]:
        with reading() as db:
            entries = db.scalars(select(Entry).where(Entry.stream == f"unit:{self.unit}:public").order_by(Entry.seq))
            return [entry.kind for entry in entries]


@pytest.fixture
def outside(evening: Evening) -> Outside:
    return Outside(evening)


# --- its answer -----------------------------------------------------------------------------------------------------


def test_its_unit_answers_it_in_writing(outside: Outside) -> None:
    written = outside.write()
    assert (written.session_id, written.unit_id, written.medium) == (None, outside.unit, Medium.WRITTEN)
    assert outside.row.state is S.ANSWERED
    assert outside.told()[2:] == ["responses.written", "questions.answered"]
    with reading() as db:
        assert trace.breaks(db) == []


def test_a_deflection_evades_it_and_the_clerk_corrects_the_record(outside: Outside) -> None:
    written = outside.write(kind=DEFLECTION)
    assert outside.row.state is S.EVADED
    corrected = do(recording.correct_response, outside.evening.clerk, written.id, kind=PLAIN["kind"])
    assert (corrected.session_id, corrected.supersedes_id, outside.row.state) == (None, written.id, S.ANSWERED)


def test_no_other_unit_answers_it(outside: Outside) -> None:
    stranger = outside.evening.city.official_of(outside.evening.city.water)
    with nothing_changes(), pytest.raises(Refusal) as refused:
        do(recording.answer_in_writing, stranger, outside.id, kind=PLAIN["kind"], text="不归我们管。")
    assert refused.value.code == "FORBIDDEN"


def test_what_waits_for_its_moderator_is_not_answered(outside: Outside) -> None:
    waiting = outside.asked(outside.phone).id
    with nothing_changes(), pytest.raises(refusals.NotHanded):
        outside.evening.write(waiting)


def test_it_cannot_have_been_answered_on_air(outside: Outside) -> None:
    with nothing_changes(), pytest.raises(NoSession):
        outside.evening.record(outside.id)


def test_the_close_of_an_evening_leaves_it_alone(outside: Outside) -> None:
    unassigned = do(asking.open_question, outside.phone, QuestionOrigin.ANY_DAY, asking.word("谁来管桥下的垃圾？")).id
    outside.evening.approve(unassigned)
    closed = outside.evening.close({unassigned: Wish(unit_id=outside.unit), outside.id: Wish(unit_id=outside.unit)})
    assert isinstance(closed, closing.Closed)
    assert (closed.handed, closed.deferred) == (0, 0)
    assert (outside.evening.question(unassigned).state, outside.row.state) == (S.APPROVED, S.HANDED)


# --- what its asker says of it --------------------------------------------------------------------------------------


def test_its_asker_judges_and_has_it_reopened_although_no_evening_is_over(outside: Outside) -> None:
    """The session of that evening is still live, and has nothing to do with it."""
    outside.write()
    do(judging.judge_answer, outside.phone, False, question_id=outside.id)
    do(judging.reopen_question, outside.phone, "路灯还是不亮", question_id=outside.id)
    assert (outside.row.state, outside.row.judged_satisfied) == (S.HANDED, None)
    do(supporting.support, outside.evening.city.phone(), outside.id)
    outside.write(text="12月9日已逐盏检查。")
    do(judging.judge_answer, outside.phone, True, question_id=outside.id)
    assert outside.row.judged_satisfied
    assert outside.told()[2:] == [
        "responses.written", "questions.answered", "responses.judged_unsatisfied", "questions.handed",
        "responses.reopened", "responses.written", "questions.answered", "responses.judged_satisfied",
    ]  # fmt: skip
    with nothing_changes(), pytest.raises(refusals.AlreadyReopened):
        do(judging.reopen_question, outside.phone, "再查一次", question_id=outside.id)


def test_the_days_to_reopen_it_end(outside: Outside, clock: Clock) -> None:
    outside.write()
    clock.forward(days=31)
    with nothing_changes(), pytest.raises(refusals.TooLateToReopen):
        do(judging.reopen_question, outside.phone, "路灯还是不亮", question_id=outside.id)


def test_whoever_called_the_hotline_judges_with_the_receipt(outside: Outside) -> None:
    clerk_s_phone = outside.evening.city.phone()
    call = outside.asked(clerk_s_phone, QuestionOrigin.HOTLINE)
    outside.evening.write(outside.evening.approve(call.id))
    with nothing_changes(), pytest.raises(refusals.NotTheAsker):
        do(judging.judge_answer, clerk_s_phone, True, question_id=call.id)
    do(judging.judge_answer, outside.phone, True, receipt=call.receipt)
    assert outside.evening.question(call.id).judged_satisfied


def test_each_of_those_who_asked_the_same_judges_the_one_answer(outside: Outside) -> None:
    another = outside.evening.city.phone()
    asked = outside.asked(another).id
    do(moderation.merge, outside.evening.moderator, asked, 0, outside.id)
    outside.write()
    for phone, question, satisfied in ((outside.phone, outside.id, True), (another, asked, False)):
        do(judging.judge_answer, phone, satisfied, question_id=question)
    assert (outside.row.judged_satisfied, outside.evening.question(asked).judged_satisfied) == (True, False)


def test_a_pledge_out_of_its_answer_stands_with_the_unit_that_leads(outside: Outside) -> None:
    response = outside.write()
    with unit_of_work() as uow:
        pledge = pledges.record_pledge(
            uow, outside.evening.clerk, response.id, spoken="12月20日前修好全部路灯。", lead_unit_id=outside.unit,
            due_on=response.recorded_at.date() + timedelta(days=12),
        )  # fmt: skip
    assert (pledge.origin, pledge.session_id, pledge.question_id) == (PledgeOrigin.RESPONSE, None, outside.id)
    assert outside.told()[-1] == "pledges.recorded"


# --- the shape of the tables ----------------------------------------------------------------------------------------


#: What came later than the origin is gone on the way back.
_LATER = {
    "origin", "withdrawn_at", "withdrawn_reason", "handed_on", "returned_at", "return_reason", "return_declined",
    "reassigned_at", "reassign_reason",
}  # fmt: skip


def rows_of(of: Engine) -> dict[str, Any]:
    """Every row of the tables that change, and of what points to them, without the columns that are new."""
    with of.connect() as connection:
        return {
            str(table): connection.execute(
                select(*(one for one in table.columns if one.name not in _LATER)).order_by(*table.primary_key)
            ).all()
            for table in (model.__table__ for model in (Question, QuestionGram, Response, Support))
        }


def checks_and_indexes(of: Engine, table: str) -> set[str | None]:
    looked = inspect(of)
    found = [
        *looked.get_check_constraints(table), *looked.get_indexes(table), *looked.get_unique_constraints(table)
    ]  # fmt: skip
    return {one["name"] for one in found}


def test_the_shape_goes_back_and_forth_with_its_rows(evening: Evening) -> None:
    """With votes, answers and pledges that point to questions: SQLite makes the tables anew, and holds to its keys."""
    answered = evening.answered()
    do(supporting.support, evening.city.phone(), evening.approved("古渡巷的水压太低怎么办？"))
    url = engine().url.render_as_string(hide_password=False)
    before = rows_of(engine())
    tables = ("questions", "question_grams", "responses")
    names = {table: checks_and_indexes(engine(), table) for table in tables}
    engine().dispose()
    migrated = connect(url)
    command.downgrade(config(migrated), "0005")
    assert "origin" not in {column["name"] for column in inspect(migrated).get_columns("questions")}
    assert rows_of(migrated) == before
    with migrated.execution_options(writes=True).connect() as connection:
        for table in tables:
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(text(f"UPDATE {table} SET session_id = NULL"))  # noqa: S608
    upgrade(migrated)
    assert rows_of(migrated) == before
    assert {table: checks_and_indexes(migrated, table) for table in tables} == names
    with migrated.execution_options(writes=True).connect() as connection:
        for broken in ("UPDATE questions SET unit_id = 999999", "UPDATE responses SET question_id = 999999"):
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(text(broken))
    migrated.dispose()
    assert evening.question(answered).origin is QuestionOrigin.SESSION


def test_what_the_version_before_adds_meanwhile_is_a_session_s(evening: Evening) -> None:
    """It names no origin."""
    asked = evening.ask()
    copied = ", ".join(
        one.name for one in Question.__table__.columns if one.name not in ("id", "origin", "number", "receipt")
    )
    with engine().execution_options(writes=True).connect() as connection:
        connection.execute(
            text(
                f"INSERT INTO questions ({copied}, number, receipt)"  # noqa: S608
                f" SELECT {copied}, 2, 'ABCDEFGHJKMN' FROM questions WHERE id = {asked}"
            )
        )
        connection.commit()
    with reading() as db:
        added = db.scalars(select(Question).where(Question.receipt == "ABCDEFGHJKMN")).one()
    assert (added.origin, added.number) == (QuestionOrigin.SESSION, 2)


def test_it_does_not_go_back_while_the_old_shape_could_not_hold_what_is_there(outside: Outside) -> None:
    outside.write()
    migrated = connect(engine().url.render_as_string(hide_password=False))
    before = rows_of(migrated)
    with pytest.raises(IntegrityError):
        command.downgrade(config(migrated), "0005")
    upgrade(migrated)  # the steps after it did go back
    migrated.dispose()
    assert rows_of(engine()) == before
    assert outside.row.origin is QuestionOrigin.ANY_DAY
