"""Opened, judged by thousands at once, closed, shown: counted apart, to the last vote."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from inquiry.core.db import engine, reading
from inquiry.dispatch import batching
from inquiry.dispatch.batching import Sharing, Write
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, NotFound, Refusal, SignedOut
from inquiry.live.models import Session, SessionState
from inquiry.live.refusals import NotLive
from inquiry.permissions import SYSTEM, VISITOR, Actor, Role
from inquiry.questions.commands import asking
from inquiry.questions.models import QuestionOrigin
from inquiry.questions.refusals import NoSession
from inquiry.realtime import streams, ticks
from inquiry.realtime.views import View
from inquiry.responses.refusals import NotAired
from inquiry.trace.queries import since
from inquiry.verdicts import handlers, refusals, watch
from inquiry.verdicts.commands import judging, opening, taking_out
from inquiry.verdicts.queries import counts
from inquiry.verdicts.rules.voting import Count, Counts
from inquiry.verdicts.schemas import Judge
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying
from tests.support.statements import plans, statements
from tests.verdicts.conftest import Clock, Hall, do


def test_every_step_reaches_its_readers(hall: Hall) -> None:
    with replaying(hall.session) as kinds:
        verdict = hall.open()
        hall.everybody(verdict, [True, True, False])
        hall.close(verdict)
        do(opening.show_on_screen, hall.host, verdict)
    assert kinds == ["verdicts.opened", "verdicts.closed", "verdicts.taken", "live.screen_switched"]


def test_thirty_cards_and_three_hundred_devices_are_counted_apart(hall: Hall, clock: Clock) -> None:
    """By arithmetic of its own: who says what follows from the number of a card and of a phone."""
    cards, phones = hall.cards(30), hall.phones(300)
    verdict = hall.open(60)
    for number, card in enumerate(cards, 1):
        hall.by_card(verdict, card, number % 3 != 0)
    hall.judge(verdict, True, *phones[:200])
    hall.judge(verdict, False, *phones[200:])
    clock.forward(seconds=5)
    hall.judge(verdict, False, *phones[190:200], *phones[290:])  # ten change their mind, ten say it again
    assert hall.counts(verdict) == Counts(Count(20, 10), Count(190, 110))
    hall.close(verdict)
    row = hall.row(verdict)
    assert (row.panel_satisfied, row.panel_not_satisfied) == (20, 10)
    assert (row.viewers_satisfied, row.viewers_not_satisfied) == (190, 110)
    told = counts.on_air(hall.row(verdict))
    assert told["panel"] == {"satisfied": 20, "not_satisfied": 10, "low": 48.8, "high": 80.8}
    assert told["viewers"] == {"satisfied": 190, "not_satisfied": 110, "low": 57.7, "high": 68.6}


def test_the_time_is_up_by_itself_and_what_comes_after_counts_nothing(hall: Hall, clock: Clock, app: Flask) -> None:
    verdict = hall.open(10)
    early, late, later = hall.phones(3)
    clock.forward(seconds=11)
    hall.judge(verdict, True, early)  # on its way when the time was up
    assert watch.close_due() == 0
    clock.forward(seconds=1)
    with nothing_changes(), pytest.raises(refusals.VerdictClosed):
        do(judging.judge, late, verdict, True)
    assert watch.watch_once(app) == watch.LONGEST_SLEEP_SECONDS
    assert watch.close_due() == 0
    assert hall.row(verdict).viewers_satisfied == 1
    with nothing_changes(), pytest.raises(refusals.VerdictClosed):
        do(judging.judge, later, verdict, True)
    assert not do(opening.close_when_due, SYSTEM, verdict)


def test_the_watcher_sleeps_until_the_next_close(hall: Hall, clock: Clock, app: Flask) -> None:
    hall.open(10)
    assert watch.watch_once(app) == watch.LONGEST_SLEEP_SECONDS
    clock.forward(seconds=11.75)
    assert watch.watch_once(app) == pytest.approx(0.25)


def test_one_that_cannot_be_closed_is_tried_again_after_a_pause_and_logged_once(
    hall: Hall, clock: Clock, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    verdict = hall.open(10)
    with unit_of_work() as uow:
        if engine().dialect.name == "sqlite":
            uow.db.execute(text(
                f"CREATE TRIGGER broken BEFORE UPDATE ON verdicts WHEN old.id = {verdict} "
                "BEGIN SELECT RAISE(ABORT, 'broken'); END"
            ))  # fmt: skip
        else:
            uow.db.execute(text("ALTER TABLE verdicts ADD CONSTRAINT broken CHECK (closed_at IS NULL)"))
    clock.forward(seconds=12)
    with caplog.at_level(logging.ERROR):
        assert [watch.watch_once(app) for _ in range(3)] == [watch.LONGEST_SLEEP_SECONDS] * 3
    assert caplog.text.count(f"verdict {verdict} could not be closed") == 1
    assert hall.row(verdict).closed_at is None


def test_the_verdict_of_a_session_that_another_version_has_ended_is_closed_by_the_watch(hall: Hall) -> None:
    verdict = hall.open(120)
    hall.everybody(verdict, [True])
    with unit_of_work() as uow:
        uow.db.get_one(Session, hall.session).state = SessionState.CLOSED
    assert watch.close_due() == 1
    assert hall.row(verdict).viewers_satisfied == 1


def closed_evening(hall: Hall) -> None:
    hall.evening.clear()
    hall.evening.close()


A_PHONE = Actor(Role.AUDIENCE, device_id=1)
REFUSED: list[tuple[str, type[Refusal], Callable[[Hall], Any]]] = [
    ("open by a clerk", Forbidden, lambda hall: do(opening.open_verdict, hall.clerk, hall.question, 30)),
    ("what was not on air", NotAired, lambda hall: hall.open(question=hall.question + 1)),
    ("nothing", NotFound, lambda hall: hall.open(question=999)),
    ("close what is not there", NotFound, lambda hall: hall.close(999)),
    ("judge what is not there", NotFound, lambda _hall: do(judging.judge, A_PHONE, 999, True)),
    ("show what is not there", NotFound, lambda hall: do(opening.show_on_screen, hall.host, 999)),
]


@pytest.mark.parametrize(("refusal", "press"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_after_a_refusal_nothing_has_changed(hall: Hall, refusal: type[Refusal], press: Callable[[Hall], Any]) -> None:
    hall.evening.approved(text="另一个问题呢？")
    with nothing_changes(), pytest.raises(refusal):
        press(hall)


def test_an_open_verdict_refuses_another_and_its_result(hall: Hall) -> None:
    verdict = hall.open()
    phone = hall.city.phone()
    do(taking_out.take_out_device, hall.producer, hall.session, phone.device_id)
    for refusal, command, args in (
        (refusals.VerdictOpen, opening.open_verdict, (hall.host, hall.question, 30)),
        (refusals.VerdictStillOpen, opening.show_on_screen, (hall.host, verdict)),
        (refusals.DeviceTakenOut, judging.judge, (phone, verdict, True)),
        (SignedOut, judging.judge, (VISITOR, verdict, True)),
        (Forbidden, judging.judge, (hall.host, verdict, True)),
        (Forbidden, opening.close_verdict, (hall.clerk, verdict)),
    ):
        with nothing_changes(), pytest.raises(refusal):
            do(command, *args)
    hall.close(verdict)
    with nothing_changes(), pytest.raises(refusals.VerdictClosed):
        hall.close(verdict)


def test_a_closed_evening_and_a_question_of_no_session_have_no_verdict(hall: Hall, floor_question: int) -> None:
    with nothing_changes(), pytest.raises(NoSession):
        hall.open(question=floor_question)
    closed_evening(hall)
    with nothing_changes(), pytest.raises(NotLive):
        hall.open()


@pytest.fixture
def floor_question(hall: Hall) -> int:
    asked = do(asking.open_question, hall.city.phone(), QuestionOrigin.ANY_DAY, asking.word("平日里问的一个问题"))
    return int(asked.id)


def test_a_device_that_was_taken_out_counts_for_nothing_and_may_come_back(hall: Hall) -> None:
    one, another = hall.phones(2)
    earlier = hall.open()
    hall.judge(earlier, True, one, another)
    hall.close(earlier)
    verdict = hall.open()
    hall.judge(verdict, True, one, another)
    with replaying(hall.session):
        do(taking_out.take_out_device, hall.producer, hall.session, one.device_id)
    assert hall.counts(verdict).viewers == Count(1, 0)
    with nothing_changes(), pytest.raises(refusals.DeviceTakenOut):
        do(judging.judge, one, verdict, True)
    with nothing_changes(), pytest.raises(refusals.DeviceTakenOut):
        do(taking_out.take_out_device, hall.producer, hall.session, one.device_id)
    do(taking_out.put_back_device, hall.producer, hall.session, one.device_id)
    with nothing_changes(), pytest.raises(refusals.DeviceNotOut):
        do(taking_out.put_back_device, hall.producer, hall.session, one.device_id)
    hall.judge(verdict, False, one)
    assert hall.counts(verdict).viewers == Count(1, 1)
    assert hall.counts(earlier).viewers == Count(2, 0), "what was closed before stays as it was"


def test_two_hosts_press_in_the_same_second_and_one_verdict_is_opened(hall: Hall, app: Flask) -> None:
    outcomes: list[object] = []

    def press() -> None:
        with app.app_context():
            try:
                outcomes.append(hall.open())
            except Refusal as refusal:
                outcomes.append(refusal)

    both = [threading.Thread(target=press) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(type(one).__name__ for one in outcomes) == ["VerdictOpen", "int"]


def test_five_thousand_votes_share_transactions(hall: Hall) -> None:
    """A hundred at a time, as `batching` hands them over: the number of commits is counted, and of statements."""
    phones = hall.phones(5000)
    verdict = hall.open()
    press = Judge(verdict=verdict, satisfied=True)
    writes = [Write("verdicts.judge", Sharing.MANY, handlers.judge, one, press, (), None) for one in phones]
    statements = 0

    def count(*_args: Any) -> None:
        nonlocal statements
        statements += 1

    commits = 0

    def committed(_connection: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(engine(), "commit", committed)
    event.listen(engine(), "before_cursor_execute", count)
    try:
        for start in range(0, len(writes), batching.MOST_TOGETHER):
            batching._carry_out_all(writes[start : start + batching.MOST_TOGETHER])
    finally:
        event.remove(engine(), "before_cursor_execute", count)
        event.remove(engine(), "commit", committed)
    assert all(isinstance(one.outcome, dict) for one in writes)
    assert commits == 50
    assert statements <= 50 * 8
    assert hall.counts(verdict).viewers == Count(5000, 0)


def test_one_press_that_is_refused_takes_no_neighbour_along(hall: Hall) -> None:
    good, out = hall.phones(2)
    do(taking_out.take_out_device, hall.producer, hall.session, out.device_id)
    verdict = hall.open()
    with unit_of_work() as uow:
        outcomes = judging.judge_all(
            uow, [(good, verdict, True), (out, verdict, True), (good, 999, True), (good, verdict, False)]
        )
    assert [type(one).__name__ for one in outcomes] == ["Verdict", "DeviceTakenOut", "NotFound", "Verdict"]
    assert hall.counts(verdict).viewers == Count(0, 1), "the last word"


# --- what readers are told -------------------------------------------------------------------------------------------


def tick(hall: Hall, view: View) -> Any:
    with reading() as db:
        return ticks.compose(db, hall.session, set(), view)["verdict"]


def row(hall: Hall, verdict: int, view: View) -> Any:
    with reading() as db:
        return streams.snapshot(db, hall.session, view)["state"]["verdict"][str(verdict)]


def test_while_people_judge_the_public_knows_how_many_and_the_crew_knows_how(hall: Hall) -> None:
    assert tick(hall, View.PUBLIC) is None
    card = hall.cards(2)[0]
    verdict = hall.open()
    hall.everybody(verdict, [True, False, False])
    hall.by_card(verdict, card, True)
    for view in (View.PUBLIC, View.INTERNAL):
        assert tick(hall, view) == {"id": verdict, "judged": {"panel": 1, "viewers": 3}}
        assert row(hall, verdict, view)["panel"] is row(hall, verdict, view)["viewers"] is None
    crew = tick(hall, View.STAFF)
    assert (crew["panel"]["satisfied"], crew["viewers"]["satisfied"], crew["cards"]) == (1, 1, 2)
    assert row(hall, verdict, View.STAFF)["viewers"] is None, "no entry tells of votes: ticks do"


def test_a_city_that_judges_is_counted_once_in_a_tick_whoever_follows(hall: Hall) -> None:
    verdict = hall.open()
    hall.everybody(verdict, [True, False, False])
    each = [View.PUBLIC, View.INTERNAL, View.STAFF]
    with reading() as db, statements() as asked:
        told = ticks.compose_all(db, hall.session, set(), each)
    assert len([one for one in asked if "FROM verdict_votes" in one]) == 1
    assert {view: body["verdict"] for view, body in told.items()} == {view: tick(hall, view) for view in each}
    assert "counted_votes" in plans(lambda db: counts.counted(db, verdict))


def test_the_result_is_the_publics_once_it_was_taken_on_air(hall: Hall) -> None:
    verdict = hall.open()
    hall.everybody(verdict, [True, False])
    hall.close(verdict)
    assert row(hall, verdict, View.PUBLIC)["viewers"] is None
    assert row(hall, verdict, View.STAFF)["viewers"]["satisfied"] == 1
    do(opening.show_on_screen, hall.host, verdict)
    assert row(hall, verdict, View.PUBLIC)["viewers"]["satisfied"] == 1
    with reading() as db:
        session = db.get_one(Session, hall.session)
        assert (session.screen.value, session.screen_verdict_id) == ("verdict", verdict)
    hall.evening.clear()
    with reading() as db:
        session = db.get_one(Session, hall.session)
        assert (session.screen.value, session.screen_verdict_id) == ("programme", None)


def test_the_trace_names_no_device_no_card_and_no_word(hall: Hall) -> None:
    card = hall.cards(1)[0]
    verdict = hall.open()
    hall.by_card(verdict, card, True)
    hall.everybody(verdict, [True])
    do(taking_out.take_out_device, hall.producer, hall.session, hall.phones(1)[0].device_id)
    hall.close(verdict)
    with reading() as db:
        told = [one for one in since(db, f"session:{hall.session}:public", 0) if one.kind.startswith("verdicts.")]
    keys = {name for one in told for name in one.payload}
    assert keys <= {"verdict", "question", "number", "seconds", "ends_at", "panel", "viewers", "cards", "last"}
    assert card.split()[1] not in str([one.payload for one in told])


# --- the doors --------------------------------------------------------------------------------------------------------


def test_the_doors(hall: Hall, say: Say) -> None:
    opened = say(hall.host, "verdicts.open", question=hall.question, seconds=30)
    assert opened["ok"]
    for seconds in (9, 121):
        assert say(hall.host, "verdicts.open", question=hall.question, seconds=seconds)["error"]["code"] == "BAD_INPUT"
    phone = hall.city.phone()
    told = say(phone, "verdicts.judge", verdict=opened["verdict"], satisfied=False)
    assert told == {"ok": True, "verdict": opened["verdict"], "satisfied": False}
    assert say(hall.host, "verdicts.close", verdict=opened["verdict"])["ok"]
    assert say(phone, "verdicts.judge", verdict=opened["verdict"], satisfied=True)["error"]["code"] == "VERDICT_CLOSED"
    assert say(hall.host, "verdicts.show_on_screen", verdict=opened["verdict"])["verdict"] == opened["verdict"]
    assert say(hall.city.person(Role.STAFF), "verdicts.find_patterns", verdict=opened["verdict"])["ok"]
    assert say(hall.host, "verdicts.find_patterns", verdict=opened["verdict"])["error"]["code"] == "FORBIDDEN"


def test_a_phone_that_presses_again_with_the_same_key_is_counted_once(hall: Hall, say: Say) -> None:
    verdict = hall.open()
    phone = hall.city.phone()
    for _ in range(2):
        assert say(phone, "verdicts.judge", verdict=verdict, satisfied=True, client_id="the same press")["ok"]
    assert hall.counts(verdict).viewers == Count(1, 0)


def test_a_meeting_that_is_not_public_is_judged_by_whoever_may_follow_it(hall: Hall) -> None:
    card, phone = hall.cards(1)[0], hall.city.phone()
    verdict = hall.open()
    with unit_of_work() as uow:
        uow.db.get_one(Session, hall.session).closed_to_public = True
    with nothing_changes(), pytest.raises(NotFound):
        do(judging.judge, phone, verdict, True)
    with nothing_changes(), pytest.raises(NotFound):
        hall.by_card(verdict, card, True, phone)
    hall.judge(verdict, True, replace(hall.clerk, device_id=phone.device_id))
    hall.by_card(verdict, card, True)
    assert hall.counts(verdict) == Counts(Count(1, 0), Count(1, 0))
