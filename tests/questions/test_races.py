"""The same moment, several people: exactly one of each set of presses counts, and nothing is counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select

from inquiry.accounts import devices
from inquiry.accounts.commands import audience
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Refusal
from inquiry.live.models import ItemKind
from inquiry.permissions import Role
from inquiry.questions.commands import air, moderation, passing_on
from inquiry.questions.models import Question, QuestionState, Support
from tests.questions.conftest import LAMPS, Floor, do

CROWD = 6


def at_once(app: Flask, presses: list[Callable[[], Any]]) -> list[Any]:
    """What each press returned, or the code of its refusal, all having been made in the same moment."""
    together = Barrier(len(presses))

    def press(one: Callable[[], Any]) -> Any:
        with app.app_context():
            together.wait(10)
            try:
                return one()
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(presses)) as people:
        return list(people.map(press, presses))


def phone(app: Flask) -> Callable[..., dict[str, Any]]:
    """A phone with its own cookie: `(name, **fields) -> acknowledgement`, as often as asked, from any thread."""
    with unit_of_work() as uow:
        _device, token = audience.join_audience(uow)

    def send(name: str, **fields: Any) -> dict[str, Any]:
        with app.test_request_context("/", headers={"Cookie": f"{devices.COOKIE}={token}"}):
            return registry.answered(name, registry.carry_out, name, fields)

    return send


def test_several_moderators_decide_about_the_same_question(app: Flask, floor: Floor) -> None:
    question = floor.ask()
    outcomes = at_once(app, [lambda: do(moderation.approve, floor.moderator, question, 0).rev] * CROWD)
    assert sorted(outcomes, key=str) == [1, *["STALE"] * (CROWD - 1)]
    assert [kind for kind, _payload in floor.entries()].count("questions.approved") == 1


def test_two_moderators_merge_two_questions_into_each_other(app: Flask, floor: Floor) -> None:
    for number in range(6):  # the presses do not always meet
        one, other = floor.approved(f"第{number}个路口的路灯"), floor.approved(f"路灯第{number}次报修")
        presses = [
            lambda from_=one, to=other: do(moderation.merge, floor.moderator, from_, 1, to).id,
            lambda from_=other, to=one: do(moderation.merge, floor.moderator, from_, 1, to).id,
        ]
        outcomes = at_once(app, presses)
        assert sorted(map(str, outcomes)) in ([str(one), "INTO_ITSELF"], [str(other), "INTO_ITSELF"])
        assert len({floor.question(question).root_id for question in (one, other)}) == 1
        assert {floor.state(one), floor.state(other)} == {QuestionState.APPROVED, QuestionState.MERGED}


def test_an_item_is_taken_while_its_question_is_merged(app: Flask, floor: Floor) -> None:
    question, other = floor.approved("路灯坏了"), floor.approved()
    item = floor.item("路灯坏了", kind=ItemKind.QUESTION, question_id=question)
    floor.go_live()
    presses = [
        lambda: do(air.take_item, floor.host, floor.session, item, 0).item.question_id,
        lambda: do(moderation.merge, floor.moderator, question, 1, other).id,
    ]
    taken, merged = at_once(app, presses)
    assert (taken, merged) in [(other, other), (question, "STALE")]
    assert floor.state(taken) is QuestionState.ON_AIR


def test_two_hosts_put_two_questions_on_air(app: Flask, floor: Floor) -> None:
    one, other = floor.approved(), floor.approved("路灯几时能亮？")
    floor.go_live()
    outcomes = at_once(
        app,
        [lambda put=question: do(air.put_on_air, floor.host, floor.session, put, 0).item.title
         for question in (one, other)],
    )  # fmt: skip
    assert "STALE" in outcomes
    assert sorted([floor.state(one), floor.state(other)]) == [QuestionState.APPROVED, QuestionState.ON_AIR]


def test_many_ask_and_every_number_is_given_once(app: Flask, floor: Floor) -> None:
    phones = [phone(app) for _ in range(CROWD)]
    outcomes = at_once(app, [lambda one=one: one("questions.ask", session=floor.session, text=LAMPS) for one in phones])
    assert sorted(outcome["number"] for outcome in outcomes) == list(range(1, CROWD + 1))
    assert len({outcome["receipt"] for outcome in outcomes}) == CROWD
    assert [kind for kind, _payload in floor.entries("staff")] == ["questions.asked"] * CROWD


def test_a_press_repeated_before_it_was_answered_asks_once(app: Flask, floor: Floor) -> None:
    sender = phone(app)
    message = {"session": floor.session, "text": LAMPS, "client_id": "press-number-1"}
    first, second = at_once(app, [lambda: sender("questions.ask", **message)] * 2)
    assert first["ok"]
    assert first == second
    with reading() as db:
        assert len(db.scalars(select(Question.id)).all()) == 1


def test_a_vote_pressed_many_times_at_once_is_one(app: Flask, floor: Floor) -> None:
    question, voter = floor.approved(), phone(app)
    outcomes = at_once(app, [lambda: voter("questions.support", question=question)] * CROWD)
    assert all(outcome["ok"] for outcome in outcomes), outcomes
    assert floor.votes(question) == 1
    with reading() as db:
        assert len(db.scalars(select(Support.device_id)).all()) == 1


def test_votes_that_come_while_a_question_is_merged_are_kept(app: Flask, floor: Floor) -> None:
    root, merged = floor.approved(), floor.approved("路灯几时能亮？")
    voters = [phone(app) for _ in range(CROWD)]
    presses = [lambda one=one: one("questions.support", question=merged)["ok"] for one in voters]
    presses.append(lambda: do(moderation.merge, floor.moderator, merged, 1, root).id == root)
    assert at_once(app, presses) == [True] * (CROWD + 1)
    assert floor.votes(root) == CROWD


def test_of_two_who_pass_a_question_on_and_its_unit_that_returns_it_one_wins(app: Flask, floor: Floor) -> None:
    """Whoever is later is told how it stands, or that it is no longer theirs."""
    question = floor.open(unit_id=floor.city.water.id)
    floor.decide(moderation.approve, question)
    staff, official = floor.city.person(Role.STAFF), floor.city.official_of(floor.city.water)
    seen = floor.question(question).rev
    presses = [
        lambda unit=unit: do(passing_on.reassign_question, staff, question, seen, unit, "归口").rev
        for unit in (floor.city.housing.id, floor.city.city_management.id)
    ]
    presses.append(lambda: do(passing_on.return_question, official, question, seen, "归口").rev)
    outcomes = at_once(app, presses)
    assert outcomes.count(seen + 1) == 1, outcomes
    assert set(outcomes) <= {seen + 1, "STALE", "FORBIDDEN"}
    assert floor.question(question).rev == seen + 1
