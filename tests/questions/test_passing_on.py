"""A unit returns a question, the staff gives it to another one: who may, until when, and which day stands."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.errors import Forbidden, Refusal
from inquiry.permissions import Actor, Role
from inquiry.questions import rules
from inquiry.questions.commands import moderation, passing_on, settling
from inquiry.questions.models import Question, QuestionState
from inquiry.questions.queries import lateness, lists
from inquiry.trace.queries import naming
from tests.questions.conftest import Clock, Floor, do
from tests.support.application import Say
from tests.support.replay import nothing_changes

S = QuestionState
TUESDAY = date(2026, 12, 1)
THEN = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "handed_on", "returned_at", "today", "fault"),
    [
        (S.HANDED, TUESDAY, None, TUESDAY, None),
        (S.HANDED, TUESDAY, None, date(2026, 12, 3), None),  # the second working day after it came
        (S.HANDED, TUESDAY, None, date(2026, 12, 4), "late"),
        (S.HANDED, date(2026, 12, 4), None, date(2026, 12, 8), None),  # over a weekend
        (S.HANDED, date(2026, 12, 4), None, date(2026, 12, 9), "late"),
        (S.HANDED, None, None, TUESDAY, "late"),  # handed before anybody wrote down when
        (S.HANDED, TUESDAY, THEN, TUESDAY, "returned"),
        (S.ANSWERED, TUESDAY, None, TUESDAY, "state"),
        (S.APPROVED, None, None, TUESDAY, "state"),
    ],
)
def test_until_when_a_unit_can_return(
    state: S, handed_on: date | None, returned_at: datetime | None, today: date, fault: str | None
) -> None:
    assert rules.return_fault(state, handed_on, returned_at, today) == fault


@pytest.mark.parametrize(("reassigned_at", "due_on"), [(None, date(2026, 12, 18)), (THEN, date(2026, 12, 10))])
def test_a_new_term_is_given_once(reassigned_at: datetime | None, due_on: date) -> None:
    assert rules.due_when_reassigned(date(2026, 12, 10), reassigned_at, date(2026, 12, 18)) == due_on


# --- pressed --------------------------------------------------------------------------------------------------------


class Desk:
    """A question that was handed to 水务局, in a session or outside, its official, and the staff."""

    def __init__(self, floor: Floor, *, in_session: bool) -> None:
        self.floor, self.city = floor, floor.city
        self.official, self.staff = self.city.official_of(self.city.water), self.city.person(Role.STAFF)
        if in_session:
            self.id = floor.approved(unit=self.city.water.id)
            due_on = do(lambda uow: settling.reply_due_on(uow.now))
            do(lambda uow: settling.hand_to_unit(
                uow, floor.host, uow.lock(Question, self.id), self.city.water.id, due_on
            ))  # fmt: skip
        else:
            self.id = floor.open(unit_id=self.city.water.id)
            floor.decide(moderation.approve, self.id)

    @property
    def row(self) -> Question:
        return self.floor.question(self.id)

    def give_back(self, reason: str = "路灯归城管局管", actor: Actor | None = None) -> Question:
        given: Question = do(passing_on.return_question, actor or self.official, self.id, self.row.rev, reason)
        return given

    def pass_on(self, unit_id: int, reason: str = "路灯由城管局管护", actor: Actor | None = None) -> Question:
        passed: Question = do(passing_on.reassign_question, actor or self.staff, self.id, self.row.rev, unit_id, reason)
        return passed

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        with reading() as db:
            return [
                (entry.kind.removeprefix("questions."), entry.payload) for entry in naming(db, f"question:{self.id}")
            ]

    def waiting(self) -> list[int]:
        with reading() as db:
            return [one.id for one in lists.returned(db, 10)]


@pytest.fixture(params=[True, False], ids=["in a session", "outside"])
def desk(floor: Floor, request: pytest.FixtureRequest) -> Desk:
    return Desk(floor, in_session=request.param)


def test_a_return_stops_no_clock_and_its_reason_is_not_public(desk: Desk) -> None:
    before = desk.row
    desk.give_back()
    after = desk.row
    assert (after.state, after.unit_id, after.reply_due_on) == (S.HANDED, before.unit_id, before.reply_due_on)
    assert desk.waiting() == [desk.id]
    kind, payload = desk.told()[-1]
    assert (kind, payload["unit"]) == ("returned", desk.city.water.id)
    assert "归城管局" not in str(desk.told())


def test_another_unit_has_the_full_term_once(desk: Desk, clock: Clock) -> None:
    first = desk.row.reply_due_on
    assert first is not None
    clock.forward(days=2)
    desk.give_back()
    renewed = desk.pass_on(desk.city.city_management.id).reply_due_on
    assert renewed is not None
    assert renewed > first
    assert desk.row.unit_id == desk.city.city_management.id
    assert desk.waiting() == []
    assert desk.told()[-1][1] | {"question": 0} == {
        "question": 0, "number": desk.row.number, "unit": desk.city.city_management.id, "unit_name": "城管局",
        "due_on": renewed.isoformat(), "reason": "路灯由城管局管护", "source": desk.city.water.id,
        "from_name": "水务局",
    }  # fmt: skip
    clock.forward(days=1)
    assert desk.pass_on(desk.city.housing.id).reply_due_on == renewed
    with reading() as db:
        assert lateness.late_answers(db, [desk.id]) == {}


def test_the_next_unit_may_return_it_too(desk: Desk, clock: Clock) -> None:
    desk.give_back()
    desk.pass_on(desk.city.city_management.id)
    clock.forward(days=1)
    desk.give_back("不是我们的", actor=desk.city.official_of(desk.city.city_management))
    assert desk.waiting() == [desk.id]


def test_what_stays_with_its_unit_keeps_its_day_and_is_not_returned_again(desk: Desk) -> None:
    due_on = desk.row.reply_due_on
    desk.give_back()
    assert desk.pass_on(desk.city.water.id, "供水设施归水务局").reply_due_on == due_on
    assert (desk.told()[-1][0], desk.waiting()) == ("return_declined", [])
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        desk.give_back()
    assert refusal.value.code == "RETURNED_ALREADY"
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        desk.pass_on(desk.city.water.id)
    assert refusal.value.code == "SAME_UNIT"


def test_after_two_working_days_it_is_not_returned_but_the_staff_may_pass_it_on(desk: Desk, clock: Clock) -> None:
    clock.forward(days=3)
    with nothing_changes(), pytest.raises(Refusal) as refusal:
        desk.give_back()
    assert (refusal.value.code, refusal.value.data) == ("TOO_LATE_TO_RETURN", {"days": 2, "until": "2026-12-03"})
    assert "2" in refusal.value.message
    desk.pass_on(desk.city.city_management.id)


def test_only_its_own_unit_returns_and_only_the_staff_passes_on(desk: Desk) -> None:
    other = desk.city.official_of(desk.city.city_management)
    for actor in (other, desk.staff, desk.floor.moderator):
        with nothing_changes(), pytest.raises(Forbidden):
            desk.give_back(actor=actor)
    for actor in (desk.official, other, desk.floor.moderator):
        with nothing_changes(), pytest.raises(Forbidden):
            desk.pass_on(desk.city.city_management.id, actor=actor)


def test_what_waits_or_is_answered_is_neither_returned_nor_passed_on(floor: Floor) -> None:
    waiting = floor.ask(unit=floor.city.water.id)
    staff, official = floor.city.person(Role.STAFF), floor.city.official_of(floor.city.water)
    for command, actor, more in (
        (passing_on.return_question, official, ("不是我们的",)),
        (passing_on.reassign_question, staff, (floor.city.housing.id, "不是他们的")),
    ):
        with nothing_changes(), pytest.raises(Refusal) as refusal:
            do(command, actor, waiting, 0, *more)
        assert refusal.value.code == "WRONG_STATE"


def test_a_stale_press_of_a_unit_is_told_nothing_of_the_crew(desk: Desk, say: Say) -> None:
    old = desk.row.rev - 1
    answer = say(desk.official, "questions.return_question", question=desk.id, seen=old, reason="不是我们的")
    assert answer["error"]["code"] == "STALE"
    assert set(answer["error"]["data"]["now"]) == {"id", "number", "unit", "state", "reply_due_on", "rev"}


def test_the_same_press_twice_is_one(desk: Desk, say: Say) -> None:
    message = {"question": desk.id, "seen": desk.row.rev, "unit": desk.city.housing.id, "reason": "归住建局"}
    first, again = (say(desk.staff, "questions.reassign_question", client_id="press-number-1", **message) for _ in "12")
    assert first["ok"]
    assert first == again
    assert [kind for kind, _payload in desk.told()].count("reassigned") == 1
