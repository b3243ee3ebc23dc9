"""Questions on air: what takes the floor, what leaves it, and what is answered."""

import pytest

from inquiry.core.db import reading
from inquiry.errors import NotFound, Stale
from inquiry.live import queries as rundown
from inquiry.live.models import ItemKind, ItemState
from inquiry.questions import refusals
from inquiry.questions.commands import air, asking, moderation
from inquiry.questions.models import Question, QuestionState, RefusalReason
from inquiry.questions.queries import lookup
from tests.questions.conftest import EIGHT, LAMPS, Clock, Floor, do
from tests.support.application import Say, fingerprint
from tests.support.replay import nothing_changes

S = QuestionState


@pytest.fixture
def live(floor: Floor) -> Floor:
    return floor.go_live()


def answer(floor: Floor, question_id: int, *, evaded: bool) -> None:
    """What `responses` says when a response is recorded."""
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, question_id), evaded))


def test_putting_on_air_changes_the_floor_and_the_question_in_one_step(live: Floor, say: Say) -> None:
    question = live.approved(unit=live.city.water.id)
    before = len(live.entries())
    reply = say(live.host, "questions.put_on_air", session=live.session, question=question, seen=0)
    assert reply == {"ok": True, "item": reply["item"], "floor_rev": 1}
    row = live.question(question)
    assert (row.state, row.on_air_at, row.off_air_at) == (S.ON_AIR, EIGHT, None)
    with reading() as db:
        item, session = rundown.item(db, reply["item"]), rundown.session(db, live.session)
    assert (item.kind, item.title, item.unit_id, item.state) == (
        ItemKind.QUESTION, LAMPS, live.city.water.id, ItemState.ON_AIR,
    )  # fmt: skip
    assert (session.floor_item_id, session.floor_rev) == (item.id, 1)
    assert live.entries()[before:] == [
        ("live.item_added", {"item": item.id, "position": 1}),
        ("live.item_taken", {"item": item.id, "title": "群众提问 Question"}),
        ("questions.put_on_air",
         {"question": question, "number": 1, "item": item.id, "unit": live.city.water.id}),
    ]  # fmt: skip


def test_the_planned_item_of_a_question_is_used_and_told_who_answers(live: Floor) -> None:
    question = live.approved()
    planned = live.item("", kind=ItemKind.QUESTION, question_id=question)
    change = live.press(air.put_on_air, question, unit_id=live.city.housing.id)
    assert change.item.id == planned
    assert change.item.unit_id == live.city.housing.id
    assert live.question(question).unit_id == live.city.housing.id


def test_taking_the_item_of_a_question_puts_the_question_on_air(live: Floor, say: Say) -> None:
    question = live.approved()
    planned = live.item(LAMPS, kind=ItemKind.QUESTION, question_id=question)
    assert say(live.host, "questions.take_item", session=live.session, item=planned, seen=0) == {
        "ok": True, "item": planned, "floor_rev": 1,
    }  # fmt: skip
    assert live.state(question) is S.ON_AIR


def test_an_item_follows_its_question_into_another_one(live: Floor) -> None:
    planned_for, other = live.approved("路灯坏了"), live.approved("湖滨路的路灯为什么半年都没有修好？")
    item = live.item("路灯坏了", kind=ItemKind.QUESTION, question_id=planned_for)
    live.decide(moderation.merge, planned_for, other)
    assert live.words_of(item) == "湖滨路的路灯为什么半年都没有修好？"
    live.press(air.take_item, item)
    assert (live.state(other), live.state(planned_for)) == (S.ON_AIR, S.MERGED)
    with reading() as db:
        assert rundown.item(db, item).question_id == other


def test_an_item_follows_its_question_into_other_words_and_back(live: Floor) -> None:
    planned_for = live.approved("路灯坏了")
    item = live.item("路灯坏了", title_en="Lamps are broken", kind=ItemKind.QUESTION, question_id=planned_for)
    version = live.decide(moderation.reword, planned_for, asking.word("湖滨路的路灯何时能修好？" * 20)).id
    with reading() as db:
        shown = rundown.item(db, item)
    assert (len(shown.title), shown.title[:6], shown.title_en) == (200, "湖滨路的路灯", "")
    live.decide(moderation.undo, planned_for)
    assert live.words_of(item) == "路灯坏了"
    live.press(air.take_item, item)
    assert (live.state(planned_for), live.state(version)) == (S.ON_AIR, S.MERGED)


def test_putting_a_question_on_air_uses_the_item_of_what_was_merged_into_it(live: Floor) -> None:
    planned_for, other = live.approved("路灯坏了"), live.approved()
    item = live.item("路灯坏了", kind=ItemKind.QUESTION, question_id=planned_for)
    live.decide(moderation.merge, planned_for, other)
    assert live.press(air.put_on_air, other).item.id == item


def test_a_questions_own_item_goes_before_those_of_what_was_merged_into_it(live: Floor) -> None:
    planned_for, other = live.approved("路灯坏了"), live.approved()
    live.item("路灯坏了", kind=ItemKind.QUESTION, question_id=planned_for)
    own = live.item(LAMPS, kind=ItemKind.QUESTION, question_id=other)
    live.decide(moderation.merge, planned_for, other)
    assert live.press(air.put_on_air, other).item.id == own


def test_an_item_whose_question_stands_refused_is_not_taken(live: Floor) -> None:
    planned_for, other = live.approved("路灯坏了"), live.approved()
    item = live.item("路灯坏了", kind=ItemKind.QUESTION, question_id=planned_for)
    live.decide(moderation.merge, planned_for, other)
    live.decide(moderation.refuse, other, RefusalReason.OFF_TOPIC)
    with nothing_changes(), pytest.raises(refusals.WrongState):
        live.press(air.take_item, item)


def test_taking_another_item_takes_the_question_off(live: Floor, clock: Clock) -> None:
    question, clip = live.put(live.approved()), live.item()
    now = clock.forward(minutes=4)
    live.press(air.take_item, clip)
    row = live.question(question)
    assert (row.state, row.off_air_at) == (S.AIRED, now)
    assert live.entries()[-1] == ("questions.left_air", {"question": question, "number": 1, "state": "aired"})


def test_the_next_question_takes_the_last_one_off(live: Floor) -> None:
    one, other = live.approved(), live.approved("下一个问题")
    live.put(one)
    live.put(other)
    assert (live.state(one), live.state(other)) == (S.AIRED, S.ON_AIR)


def test_clearing_takes_the_question_off(live: Floor, say: Say) -> None:
    question = live.put(live.approved())
    assert say(live.host, "questions.clear_floor", session=live.session, seen=1) == {
        "ok": True, "item": None, "floor_rev": 2,
    }  # fmt: skip
    assert live.state(question) is S.AIRED


def test_a_question_cleared_by_mistake_can_be_put_back(live: Floor) -> None:
    question = live.put(live.approved())
    live.clear()
    live.put(question)
    row = live.question(question)
    assert (row.state, row.off_air_at) == (S.ON_AIR, None)


def test_the_close_takes_the_question_off(live: Floor) -> None:
    question = live.put(live.approved())
    do(air.leave_air, live.host, live.session)
    live.close()
    assert live.state(question) is S.AIRED


# --- answers --------------------------------------------------------------------------------------------------------


def test_what_is_answered_on_the_floor_is_answered_when_it_leaves(live: Floor) -> None:
    question = live.put(live.approved())
    answer(live, question, evaded=False)
    assert live.state(question) is S.ON_AIR
    live.clear()
    assert live.state(question) is S.ANSWERED


def test_an_answer_that_evades_is_called_so_until_a_better_one(live: Floor) -> None:
    question = live.put(live.approved())
    answer(live, question, evaded=True)
    live.clear()
    assert live.state(question) is S.EVADED
    answer(live, question, evaded=False)
    assert live.state(question) is S.ANSWERED
    assert live.entries()[-1] == ("questions.answered", {"question": question, "number": 1})


def test_an_answer_recorded_after_the_floor_was_cleared_counts(live: Floor) -> None:
    question = live.put(live.approved())
    live.clear()
    answer(live, question, evaded=True)
    assert live.state(question) is S.EVADED
    assert live.entries()[-1] == ("questions.evaded", {"question": question, "number": 1})


def test_the_same_answer_twice_says_nothing_new(live: Floor) -> None:
    question = live.put(live.approved())
    live.clear()
    answer(live, question, evaded=False)
    told = live.entries()
    answer(live, question, evaded=False)
    assert live.entries() == told


def test_what_still_lacks_a_response_is_known(live: Floor) -> None:
    def lacking() -> list[int]:
        with reading() as db:
            return [one.id for one in lookup.aired_without_response(db, live.session)]

    one, other = live.approved(), live.approved("下一个问题")
    assert lacking() == []
    live.put(one)
    live.put(other)
    assert lacking() == [one, other]
    answer(live, one, evaded=True)
    answer(live, other, evaded=False)
    assert lacking() == []


def test_a_question_that_was_never_put_is_not_answered(live: Floor) -> None:
    question = live.approved()
    with nothing_changes(), pytest.raises(refusals.WrongState):
        answer(live, question, evaded=False)


# --- of two presses, one --------------------------------------------------------------------------------------------


def test_of_two_hosts_who_saw_the_same_floor_one_wins_and_the_other_is_told(live: Floor, say: Say) -> None:
    one, other = live.approved(), live.approved("下一个问题")
    assert say(live.host, "questions.put_on_air", session=live.session, question=one, seen=0)["ok"]
    before = fingerprint()
    for press in (
        {"name": "questions.put_on_air", "question": other},
        {"name": "questions.put_on_air", "question": one},  # the same button pressed by both
        {"name": "questions.clear_floor"},
    ):
        refused = say(live.host, press.pop("name"), session=live.session, seen=0, **press)
        assert refused["error"]["code"] == "STALE"
        assert refused["error"]["data"]["now"]["floor_rev"] == 1
    assert fingerprint() == before
    assert live.state(one) is S.ON_AIR


def test_a_question_of_another_session_is_not_put(live: Floor) -> None:
    elsewhere = live.plan("下一期")
    question = live.approved(session=elsewhere)
    with nothing_changes(), pytest.raises(NotFound):
        live.put(question)


def test_a_question_of_another_session_is_not_planned_either(live: Floor, say: Say) -> None:
    other, own = live.plan("下一期"), live.approved()
    line = {"kind": "question", "title": LAMPS, "planned_minutes": 5}
    with nothing_changes():
        for question in (own, 99_999):
            refused = say(live.host, "live.add_item", session=other, question=question, **line)
            assert refused["error"]["code"] == "NOT_FOUND"
    assert say(live.host, "live.add_item", session=live.session, question=own, **line)["ok"]


def test_a_stale_press_comes_before_every_other_refusal(live: Floor) -> None:
    waiting = live.ask()
    with pytest.raises(refusals.WrongState):
        live.put(waiting)
    live.put(live.approved("别人的问题"))
    with pytest.raises(Stale):
        do(air.put_on_air, live.host, live.session, waiting, 0)
