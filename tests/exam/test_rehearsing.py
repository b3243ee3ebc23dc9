"""A night exam is rehearsed with its plan; neither silence nor next month knows of it, and nothing is left of it."""

from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.errors import StaysInRehearsal
from inquiry.exam.commands import changing, meeting, planning
from inquiry.exam.commands.changing import Wish
from inquiry.exam.models import Exam
from inquiry.exam.queries import lookup, silence
from inquiry.live import queries as live
from inquiry.live.commands import clearing, floor, preparation, rehearsing, slots
from inquiry.permissions import Role
from tests.exam.conftest import EIGHT, Clock, Night, clock, do, night, planned
from tests.support.application import fingerprint
from tests.support.replay import nothing_changes

__all__ = ["clock", "night", "planned"]


def told(session_id: int) -> list[tuple[Any, ...]]:
    with reading() as db:
        return [
            (slot.number, slot.segment, slot.unit_id, slot.speaker, slot.seconds, slot.reason, item.position,
             item.planned_ms, item.speaker, item.by_plan)
            for slot, item in lookup.slots(db, session_id)
        ]  # fmt: skip


def rehearse(night: Night) -> int:
    """As somebody who has it at hand: from here on `night` is the rehearsal."""
    real, night.session = night.session, do(rehearsing.rehearse_session, night.host, night.session).id
    return real


def test_it_is_the_plan_that_is_rehearsed(planned: Night) -> None:
    slot = planned.slot("丁区")[0]
    do(changing.change_slot, planned.host, slot.id, Wish(speaker="丁副区长"), "区长在外抢险")
    real = rehearse(planned)
    assert told(planned.session) == told(real)
    with reading() as db:
        exams = [lookup.exam(db, one) for one in (real, planned.session)]
        assert len({one.plan_id for one in exams}) == 2
        assert len({(one.theme, one.period, one.policy_id, lookup.plan(db, one).digest) for one in exams}) == 1
        changes = [[(one.what, one.after, one.why) for one in lookup.changes(db, exam.id)] for exam in exams]
    assert changes[0] == changes[1] != []


def test_nothing_of_the_meeting_is_left(planned: Night, clock: Clock) -> None:
    official, clerk = planned.official_of("乙区"), planned.city.person(Role.CLERK)
    before = fingerprint()
    rehearse(planned)
    do(preparation.go_live, planned.host, planned.session)  # at any time
    do(changing.skip_slot, planned.host, planned.slot("庚区")[0].id, "未到会", absent=True)
    planned.begin("乙区")
    planned.press(meeting.interrupt, "哪一天开工？", None, actor=planned.leader)
    clock.forward(seconds=35)
    planned.press(meeting.end_interruption)
    words = {"spoken": "年底前开工。", "lead_unit_id": planned.units["乙区"], "officer": official.role.value}
    do(meeting.record_pledge, clerk, planned.session, words)
    planned.press(slots.end_slot)
    do(floor.close, planned.host, planned.session)
    do(clearing.clear_rehearsal, planned.host, planned.session)
    assert fingerprint() == before


def test_who_spoke_in_it_was_silent_all_the_same(planned: Night, clock: Clock) -> None:
    def heads() -> list[tuple[int, Any]]:
        with reading() as db:
            return [(one.unit.id, one.silence) for one in silence.heads(db, EIGHT.date())]

    before = heads()
    rehearse(planned)
    do(preparation.go_live, planned.host, planned.session)
    planned.begin("乙区")
    planned.press(slots.end_slot)
    do(floor.close, planned.host, planned.session)
    assert heads() == before


def test_no_next_month_is_planned_out_of_it(planned: Night) -> None:
    rehearse(planned)
    do(preparation.go_live, planned.host, planned.session)
    with nothing_changes(), pytest.raises(StaysInRehearsal):
        do(planning.draft_next, planned.host, planned.session)


def test_one_without_a_plan_is_rehearsed_too(night: Night) -> None:
    rehearse(night)
    with reading() as db:
        assert db.get_one(Exam, night.session).plan_id is None
        assert live.rundown(db, night.session) == []


def test_it_cannot_publish_the_tables_that_a_plan_needs(night: Night) -> None:
    """Planned again in the rehearsal, it would freeze last month's table for good."""
    rehearse(night)
    with nothing_changes(), pytest.raises(StaysInRehearsal):
        night.plan()
