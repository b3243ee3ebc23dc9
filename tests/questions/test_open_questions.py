"""The list that a hall reads at once: counted once for everybody, and never older than what its reader knows of."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from inquiry.core import clock as core_clock
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor
from inquiry.questions.commands import asking, moderation, supporting
from inquiry.questions.models import RefusalReason, Support
from inquiry.questions.queries import lists, open_questions
from inquiry.questions.queries.lists import Sort
from inquiry.realtime import ticks
from tests.questions.conftest import EIGHT, Clock, Floor, do
from tests.support.statements import statements


def listed(
    floor: Floor, reader: Actor | None = None, sort: Sort = Sort.SUPPORTED, session: int = 0
) -> list[tuple[int, int, bool]]:
    """The list as a reader sees it at the time of the clock: `(question, votes, supported)`."""
    device = reader.device_id if reader else None
    with reading() as db:
        page = lists.listing(db, session or floor.session, sort, 1, core_clock.now(), device)
    return [(one.question.id, one.votes, one.supported) for one in page.rows]


def test_what_everybody_reads_is_read_once(floor: Floor) -> None:
    for number in range(21):
        floor.approved(f"第{number}个问题", phone=floor.city.phone())
    readers = [floor.city.phone() for _ in range(12)]
    with statements() as asked:
        for reader in readers:
            assert len(listed(floor, reader)) == 20
    own = [one for one in asked if "supports.device_id =" in one]
    assert len(own) == len(readers)
    assert len(asked) - len(own) < 15
    with statements() as asked:
        for _ in readers:
            listed(floor)
    assert asked == []


def test_a_hundred_at_once_count_once(floor: Floor, app: Flask) -> None:
    floor.approved()
    counted, ready = [], threading.Barrier(12)

    def read() -> None:
        with app.app_context():
            ready.wait()
            with reading() as db:
                counted.append(open_questions.of(db, floor.session, EIGHT))

    crowd = [threading.Thread(target=read) for _ in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(counted) == 12
    assert len({id(one) for one in counted}) == 1


def _decide(floor: Floor, change: str, one: int, other: int) -> None:
    """Something after which the list of the two is another one."""
    if change == "approve":
        floor.approved("又一个问题")
    elif change == "refuse":
        floor.decide(moderation.refuse, one, RefusalReason.SPAM)
    elif change == "merge":
        floor.decide(moderation.merge, one, other)
    elif change == "reword":
        floor.decide(moderation.reword, one, asking.word("换一种说法的问题"))
    elif change == "undo":
        floor.decide(moderation.undo, one)
    elif change == "set unit":
        floor.decide(moderation.set_unit, one, floor.city.water.id)
    else:
        floor.go_live().put(one)


def rows_of(floor: Floor) -> list[Any]:
    with reading() as db:
        page = lists.listing(db, floor.session, Sort.NEWEST, 1, core_clock.now())
    shown = [(one.question, one.votes) for one in page.rows]
    return [(one.id, votes, one.text, one.unit_id, one.state) for one, votes in shown]


@pytest.mark.parametrize("change", ["approve", "refuse", "merge", "reword", "undo", "set unit", "on air"])
def test_what_was_decided_is_in_the_list_at_once(floor: Floor, change: str) -> None:
    one, other = floor.approved("一号问题"), floor.approved("二号问题")
    floor.support(one, floor.city.phone())
    before = rows_of(floor)
    _decide(floor, change, one, other)
    after = rows_of(floor)
    assert after != before
    open_questions._memories.forget()
    assert rows_of(floor) == after


def test_what_is_taken_apart_again_and_what_leaves_the_air_is_seen_at_once(floor: Floor) -> None:
    one, other = floor.approved("一号问题"), floor.approved("二号问题")
    floor.support(one, floor.phone)
    floor.support(other, floor.phone)
    floor.decide(moderation.merge, one, other)
    assert listed(floor, floor.phone) == [(other, 1, True)]
    floor.decide(moderation.unmerge, one)
    assert {one for one, _votes, _own in listed(floor)} == {one, other}
    floor.go_live().put(one)
    assert len(listed(floor)) == 2
    floor.clear()
    assert [row[0] for row in listed(floor)] == [other]


def test_whoever_votes_sees_it_at_once_and_the_others_with_the_next_tick(floor: Floor, clock: Clock) -> None:
    question, other = floor.approved("一号问题"), floor.city.phone()
    assert listed(floor, floor.phone) == [(question, 0, False)]
    do(supporting.support, floor.phone, question)
    assert listed(floor, floor.phone) == [(question, 1, True)]
    clock.forward(seconds=ticks.PERIOD_SECONDS)
    assert listed(floor, other) == [(question, 1, False)]
    do(supporting.withdraw_support, floor.phone, question)
    assert listed(floor, floor.phone) == [(question, 0, False)]
    clock.forward(seconds=ticks.PERIOD_SECONDS)
    assert listed(floor, other) == [(question, 0, False)]


def test_what_another_process_wrote_is_seen_after_a_tick(floor: Floor, clock: Clock) -> None:
    question = floor.approved()
    assert listed(floor) == [(question, 0, False)]
    with unit_of_work() as uow:  # nothing is told here of what others commit
        uow.db.add(Support(question_id=question, device_id=floor.phone.device_id, at=uow.now))
    clock.forward(seconds=ticks.PERIOD_SECONDS)
    assert listed(floor) == [(question, 1, False)]


def test_what_was_read_before_a_change_is_not_kept_after_it(floor: Floor) -> None:
    first = floor.approved("一号问题")
    with reading() as early:
        open_questions.of(early, floor.session, EIGHT)
        second = floor.approved("二号问题")
        old = open_questions.of(early, floor.session, EIGHT)
        assert [one for one, _at, _votes in old.standing] == [first]
    assert {row[0] for row in listed(floor)} == {first, second}


def test_a_unit_of_work_reads_for_itself_alone(floor: Floor) -> None:
    question = floor.approved()
    with unit_of_work() as uow:
        uow.db.add(Support(question_id=question, device_id=floor.phone.device_id, at=uow.now))
        uow.db.flush()
        assert open_questions.of(uow.db, floor.session, EIGHT).votes == {question: 1}
        uow.db.rollback()
    assert listed(floor) == [(question, 0, False)]


def test_sessions_that_nobody_asks_for_are_forgotten(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_questions, "LINGER_SECONDS", -1.0)
    for number in range(5):
        listed(floor, session=floor.plan(f"第{number}场"))
    assert len(open_questions._memories.here()) <= 1


def test_votes_that_nobody_reads_do_not_pile_up(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_questions, "MOST_VOTED", 3)
    question = floor.approved()
    listed(floor)
    floor.support(question, *(floor.city.phone() for _ in range(5)))
    assert all(len(kept.voted) <= 3 for kept in open_questions._memories.here().values())
    assert listed(floor) == [(question, 5, False)]


def test_what_needs_votes_is_judged_by_the_time_it_is_asked(floor: Floor, clock: Clock) -> None:
    early = floor.approved("一号问题")
    floor.support(early, *(floor.city.phone() for _ in range(3)))
    clock.forward(minutes=30)
    late = floor.approved("二号问题")
    assert [row[0] for row in listed(floor, sort=Sort.NEEDS)] == [late, early]
    clock.forward(minutes=600)
    assert [row[0] for row in listed(floor, sort=Sort.NEEDS)] == [early, late]
    assert timedelta(seconds=ticks.PERIOD_SECONDS) == open_questions._AGE
