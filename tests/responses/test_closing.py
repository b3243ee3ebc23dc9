"""The close loses nothing, and is refused while an answer is unrecorded."""

import threading
import time
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inquiry.core.db import reading
from inquiry.core.fields import typed
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, NotFound, Refusal, Stale
from inquiry.live import queries as rundown
from inquiry.live import refusals as live_refusals
from inquiry.live.commands import preparation, slots
from inquiry.live.models import Session, SessionState
from inquiry.permissions import PERSONS, Role
from inquiry.questions import refusals as question_refusals
from inquiry.questions.commands import asking, moderation, settling
from inquiry.questions.models import QuestionState, RefusalReason
from inquiry.questions.queries import lookup
from inquiry.responses import refusals
from inquiry.responses.commands import closing
from inquiry.responses.rules import Wish, Wishes
from tests.responses.conftest import DEFLECTION, Evening, do
from tests.support.application import City, Say
from tests.support.replay import nothing_changes, replaying

#: The states in which a question may rest once its session is closed; WAITING ones were never approved.
SETTLED = {
    QuestionState.ANSWERED, QuestionState.EVADED, QuestionState.DEFERRED, QuestionState.MERGED, QuestionState.HANDED,
    QuestionState.REFUSED, QuestionState.WAITING,
}  # fmt: skip


def test_an_evening_without_open_ends_closes(evening: Evening) -> None:
    question = evening.answered()
    closed = evening.close()
    assert (closed.handed, closed.deferred) == (0, 0)
    assert evening.row.state is SessionState.CLOSED
    assert evening.row.closed_at is not None
    assert evening.question(question).state is QuestionState.ANSWERED


def test_the_close_takes_the_last_question_off_the_floor(evening: Evening) -> None:
    question = evening.on_air()
    evening.record(question, kind=DEFLECTION)
    do(
        slots.start_slot, evening.host, evening.session, evening.seen, unit_id=evening.city.water.id, speaker="林知远",
        seconds=60,
    )  # fmt: skip
    evening.close()
    assert evening.question(question).state is QuestionState.EVADED
    assert evening.row.floor_item_id is None
    with reading() as db:
        assert rundown.open_slot(db, evening.session) is None


@pytest.mark.parametrize("on_air", [True, False])
def test_an_unrecorded_answer_keeps_the_evening_open(evening: Evening, say: Say, on_air: bool) -> None:
    evening.answered()
    approved = evening.approved()
    question = evening.on_air(text="污水何时治好？") if on_air else evening.aired(text="污水何时治好？")
    with nothing_changes():
        answer = say(evening.host, "responses.close_session", session=evening.session, seen=evening.seen)
    assert answer["error"]["code"] == "UNRECORDED_ANSWERS"
    assert answer["error"]["data"]["questions"] == [{"id": question, "number": 3, "text": "污水何时治好？"}]
    assert "#3" in answer["error"]["message"]
    assert evening.question(approved).state is QuestionState.APPROVED


def test_what_was_not_put_is_handed_to_its_unit_with_a_deadline(evening: Evening, city: City) -> None:
    own, nobodys = evening.approved(unit=city.water.id), evening.approved()
    closed = evening.close()
    assert closed.handed == 2
    for question, unit in ((own, city.water.id), (nobodys, city.city_management.id)):
        kept = evening.question(question)
        assert (kept.state, kept.unit_id, kept.reply_due_on) == (QuestionState.HANDED, unit, date(2026, 12, 15))


def test_the_deadline_is_counted_in_the_citys_days_and_its_working_calendar(evening: Evening, clock: Any) -> None:
    question = evening.approved()
    clock.forward(days=58, hours=5)  # the 29th of January 2027, after one in the night, in the city
    evening.close()
    assert evening.question(question).reply_due_on == settling.reply_due_on(evening.row.closed_at)


def test_the_host_says_what_becomes_of_each(evening: Evening, city: City, say: Say) -> None:
    other = evening.plan(city.housing.id)
    handed, named, deferred = evening.approved(), evening.approved(), evening.approved()
    answer = say(
        evening.host, "responses.close_session", session=evening.session, seen=evening.seen,
        unitless_to=city.city_management.id, settle=[
            {"question": handed, "do": "hand"},
            {"question": named, "do": "hand", "unit": city.housing.id},
            {"question": deferred, "do": "defer", "to_session": other},
        ],
    )  # fmt: skip
    assert (answer["ok"], answer["handed"], answer["deferred"]) == (True, 2, 1)
    assert evening.question(handed).unit_id == city.city_management.id
    assert evening.question(named).unit_id == city.housing.id
    assert evening.question(deferred).deferred_to_id == other


def test_the_rest_can_be_deferred_together(evening: Evening, city: City) -> None:
    other = evening.plan(city.housing.id)
    one, two = evening.approved(), evening.approved(text="污水何时治好？", unit=city.water.id)
    handed = evening.approved()
    closed = evening.close({handed: Wish()}, other)
    assert (closed.handed, closed.deferred) == (1, 2)
    with reading() as db:
        copies = lookup.of_session(db, other, [QuestionState.APPROVED])
    assert [copy.deferred_from_id for copy in copies] == [one, two]


def test_a_form_writes_its_choices_as_words(evening: Evening, city: City, say: Say) -> None:
    other = evening.plan(city.housing.id)
    one, two, three = evening.approved(), evening.approved(), evening.approved()
    answer = say(
        evening.host, "responses.close_session",
        **typed({
            "session": str(evening.session), "seen": str(evening.seen), "defer_rest_to": "",
            "unitless_to": str(city.city_management.id), "leave_waiting": "true",
            "settle": [f"{one} hand", f"{two} hand {city.water.id}", f"{three} defer {other}", ""],
        }),
    )  # fmt: skip
    assert (answer.get("handed"), answer.get("deferred")) == (2, 1), answer
    assert evening.question(two).unit_id == city.water.id


def test_a_choice_about_a_question_that_was_settled_meanwhile_is_ignored(evening: Evening) -> None:
    question = evening.approved()
    do(moderation.refuse, evening.moderator, question, evening.question(question).rev, RefusalReason.OFF_TOPIC)
    closed = evening.close({question: Wish(unit_id=evening.city.water.id)})
    assert closed.handed == 0
    assert evening.question(question).state is QuestionState.REFUSED


def test_what_waits_at_the_close_is_not_lost_either(evening: Evening, city: City) -> None:
    question = evening.ask(unit=city.water.id)
    evening.close()
    assert evening.question(question).state is QuestionState.WAITING
    evening.approve(question)
    kept = evening.question(question)
    assert (kept.state, kept.unit_id, kept.reply_due_on) == (QuestionState.HANDED, city.water.id, date(2026, 12, 15))


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["itself", "closed", "missing"])
def test_nothing_is_deferred_into_nowhere(evening: Evening, city: City, target: str) -> None:
    past = evening.plan(city.housing.id)
    do(preparation.go_live, evening.host, past)
    with reading() as db:
        seen = rundown.session(db, past).floor_rev
    do(closing.close_session, evening.host, past, seen)
    evening.approved()
    to_session, refusal = {
        "itself": (evening.session, question_refusals.NotAnotherSession),
        "closed": (past, question_refusals.NotAnotherSession),
        "missing": (999, NotFound),
    }[target]
    with nothing_changes(), pytest.raises(refusal):
        evening.close(None, to_session)


def test_what_has_no_unit_goes_to_none_unasked(evening: Evening, city: City) -> None:
    """Nor to the first unit of the evening, which has nothing to do with it."""
    own, nobodys = evening.approved(unit=city.water.id), evening.approved()
    with nothing_changes(), pytest.raises(refusals.UnitNeeded) as refused:
        do(closing.close_session, evening.host, evening.session, evening.seen)
    assert [one["id"] for one in refused.value.data["questions"]] == [nobodys]
    do(closing.close_session, evening.host, evening.session, evening.seen, Wishes(unitless_to=city.housing.id))
    assert [evening.question(one).unit_id for one in (own, nobodys)] == [city.water.id, city.housing.id]


def test_nothing_waits_unseen_at_the_close(evening: Evening, say: Say) -> None:
    question = evening.ask()
    with nothing_changes():
        answer = say(evening.host, "responses.close_session", session=evening.session, seen=evening.seen)
    assert (answer["error"]["code"], answer["error"]["data"]) == ("STILL_WAITING", {"number": 1})
    answer = say(
        evening.host, "responses.close_session", session=evening.session, seen=evening.seen, leave_waiting=True
    )
    assert answer["ok"]
    do(moderation.approve, evening.moderator, question, 0, evening.city.water.id)
    assert evening.question(question).state is QuestionState.HANDED


def test_nothing_is_handed_to_nobody(evening: Evening) -> None:
    question = evening.approved()
    with nothing_changes(), pytest.raises(NotFound):
        evening.close({question: Wish(unit_id=999)})


def test_who_has_not_seen_the_floor_does_not_close(evening: Evening) -> None:
    seen = evening.seen
    evening.answered()
    with nothing_changes(), pytest.raises(Stale) as refused:
        do(closing.close_session, evening.host, evening.session, seen)
    assert refused.value.data["now"]["floor_rev"] == evening.seen


def test_an_evening_is_closed_once_and_not_before_it_began(evening: Evening, city: City) -> None:
    planned = evening.plan(city.housing.id)
    evening.close()
    for session in (evening.session, planned):
        with reading() as db:
            seen = rundown.session(db, session).floor_rev
        with nothing_changes(), pytest.raises(live_refusals.NotLive):
            do(closing.close_session, evening.host, session, seen)


ALLOWED = (Role.HOST, Role.PRODUCER, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in PERSONS if role not in ALLOWED])
def test_only_the_stage_closes(evening: Evening, city: City, role: Role) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        do(closing.close_session, city.person(role), evening.session, evening.seen)


@pytest.mark.parametrize(
    "settle",
    [
        [{"question": 1, "do": "defer"}],
        [{"question": 1, "do": "hand", "to_session": 2}],
        [{"question": 1, "do": "forget"}],
        [{"do": "hand"}],
        ["1 defer"],
        ["one hand"],
        [""" """],
        [7],
        {"question": 1},
    ],
)
def test_a_choice_that_says_nothing_is_bad_input(evening: Evening, say: Say, settle: object) -> None:
    with nothing_changes():
        answer = say(evening.host, "responses.close_session", session=evening.session, seen=evening.seen, settle=settle)
    assert answer["error"]["code"] == "BAD_INPUT"


# --- none lost -------------------------------------------------------------------------------------------------------

_FATES = ["waiting", "refused", "approved", "approved with unit", "merged", "aired", "evaded", "on air"]


def _make(evening: Evening, fate: str, root: int) -> None:
    if fate == "waiting":
        evening.ask()
    elif fate == "refused":
        asked = evening.ask()
        do(moderation.refuse, evening.moderator, asked, evening.question(asked).rev, RefusalReason.SPAM)
    elif fate.startswith("approved"):
        evening.approved(unit=evening.city.water.id if "unit" in fate else None)
    elif fate == "merged":
        asked = evening.approved()
        do(moderation.merge, evening.moderator, asked, evening.question(asked).rev, root)
    else:
        question = evening.on_air()
        evening.record(question, kind=DEFLECTION)
        if fate != "on air":
            evening.clear()


@given(
    fates=st.lists(st.sampled_from(_FATES), max_size=8),
    wishes=st.lists(st.sampled_from(["hand", "unit", "defer", None]), min_size=9, max_size=9),
    defer_rest=st.booleans(),
)
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate, Phase.shrink]
)
def test_the_close_never_loses_a_question(
    city: City, fates: list[str], wishes: list[str | None], defer_rest: bool
) -> None:
    evening = Evening(city)
    other = evening.plan(city.housing.id)
    root = evening.approved()
    for fate in fates:
        _make(evening, fate, root)
    with reading() as db:
        before = lookup.of_session(db, evening.session, QuestionState)
    approved = [one.id for one in before if one.state is QuestionState.APPROVED]
    chosen = {
        question: {"hand": Wish(), "unit": Wish(city.housing.id), "defer": Wish(None, other)}[wish]
        for question, wish in zip(approved, wishes, strict=False)
        if wish
    }
    closed = evening.close(chosen, other if defer_rest else None)
    with reading() as db:
        after = lookup.of_session(db, evening.session, QuestionState)
        copies = lookup.of_session(db, other, [QuestionState.APPROVED])
    assert {one.id for one in after} == {one.id for one in before}
    assert {one.state for one in after} <= SETTLED
    assert closed.handed + closed.deferred == len(approved)
    for one in after:
        assert (one.reply_due_on is not None and one.unit_id is not None) or one.state is not QuestionState.HANDED
    deferred = {one.id for one in after if one.state is QuestionState.DEFERRED}
    assert {copy.deferred_from_id for copy in copies} == deferred
    assert {one.id for one in after if one.state in (QuestionState.HANDED, QuestionState.DEFERRED)} == set(approved)


@pytest.mark.parametrize("attempt", range(3))
def test_approving_while_closing_loses_nothing(app: Flask, evening: Evening, attempt: int) -> None:
    waiting = [evening.ask() for _ in range(6)]
    seen = evening.seen
    problems: list[BaseException] = []

    def run(work: Any, *args: Any) -> None:
        with app.app_context():
            try:
                do(work, *args)
            except Refusal:
                pass  # whoever comes second is told so
            except BaseException as error:
                problems.append(error)

    presses: list[tuple[Any, ...]] = [(moderation.approve, evening.moderator, one, 0) for one in waiting]
    wishes = Wishes({}, None, evening.city.city_management.id, leave_waiting=True)
    presses.insert(attempt * 2, (closing.close_session, evening.host, evening.session, seen, wishes))
    threads = [threading.Thread(target=run, args=press) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not problems
    assert evening.row.state is SessionState.CLOSED
    assert {evening.question(one).state for one in waiting} <= {QuestionState.WAITING, QuestionState.HANDED}


def test_two_hosts_close_at_once_and_one_wins(app: Flask, evening: Evening) -> None:
    evening.approved(unit=evening.city.water.id)
    seen, outcomes = evening.seen, []

    def press() -> None:
        with app.app_context():
            try:
                do(closing.close_session, evening.host, evening.session, seen)
                outcomes.append("closed")
            except Refusal as refusal:
                outcomes.append(refusal.code)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["STALE", "closed"]


@pytest.mark.long
def test_two_thousand_questions_are_settled_within_a_minute(evening: Evening, city: City) -> None:
    at = evening.row.created_at
    drafts = [
        (
            asking.word(f"第{number}号路灯何时修好？"),
            {
                "state": QuestionState.APPROVED, "asked_at": at,
                "approved_at": at, "unit_id": city.water.id if number % 2 else None,
            },
        )
        for number in range(2000)
    ]  # fmt: skip
    with unit_of_work() as uow:
        imported = asking.add_questions(uow, uow.lock(Session, evening.session), drafts)
    other = evening.plan(city.housing.id)
    wishes = {question.id: Wish(None, other) for question in imported[:200]}
    began = time.perf_counter()
    closed = evening.close(wishes)
    assert time.perf_counter() - began < 60
    assert (closed.handed, closed.deferred) == (1800, 200)
    with reading() as db:
        assert not lookup.of_session(db, evening.session, [QuestionState.APPROVED])


def test_following_the_entries_is_as_good_as_a_fresh_look(evening: Evening, city: City) -> None:
    other = evening.plan(city.housing.id)
    evening.approved(), evening.approved(unit=city.water.id)
    deferred = evening.approved()
    question = evening.on_air()
    evening.record(question)
    with replaying(evening.session) as kinds, replaying(other) as theirs:
        evening.close({deferred: Wish(None, other)})
    assert set(kinds) == {
        "questions.left_air", "questions.handed", "questions.deferred", "live.floor_cleared", "live.session_closed",
    }  # fmt: skip
    assert theirs == ["questions.carried_over"]
