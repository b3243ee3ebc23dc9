"""While the meeting runs: changes by hand, interruptions within their minutes, what is cut when it runs over, who is
there, and what is promised."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from inquiry.accounts.models import Unit
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden, NothingChanged, Stale
from inquiry.exam import refusals
from inquiry.exam.commands import attendance, changing, meeting, planning
from inquiry.exam.commands.changing import Wish
from inquiry.exam.models import Changed, Presence
from inquiry.exam.queries import lookup
from inquiry.exam.queries import meeting as standing
from inquiry.exam.rows import interruption_rows, slot_rows
from inquiry.live import queries as live
from inquiry.live import refusals as live_refusals
from inquiry.live.commands import preparation, rundown, slots
from inquiry.live.models import ItemState
from inquiry.live.watch import call_due
from inquiry.permissions import Role
from inquiry.pledges.models import PledgeOrigin
from inquiry.questions import refusals as question_refusals
from inquiry.questions.models import Question, QuestionState
from inquiry.questions.queries import lookup as questions
from inquiry.realtime.views import View
from tests.exam.conftest import EIGHT, Clock, Night, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying


@contextmanager
def telling(session: int, kinds: list[str]) -> Iterator[None]:
    """What the block does reaches every reader, by entries of these kinds."""
    with replaying(session) as told:
        yield
    assert told == kinds


def now() -> datetime:
    return datetime.now(UTC)


def over_s(night: Night) -> int:
    with reading() as db:
        return standing.over_s(db, night.row, now())


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_another_length_speaker_and_place_have_a_reason_that_stays(planned: Night) -> None:
    slot, item = planned.slot("丁区")
    with telling(planned.session, ["live.item_moved", *["exam.slot_changed"] * 3]):
        do(changing.change_slot, planned.host, slot.id,
           Wish(speaker="副区长甲", speaker_title="副区长", seconds=300, position=2), "区长在外抢险")  # fmt: skip
    slot, item = planned.slot("丁区")
    assert (item.speaker, item.planned_ms, item.position) == ("副区长甲", 300_000, 2)
    assert (slot.speaker, slot.seconds, slot.number) == ("丁区长", 420, 4)  # as it was computed
    with reading() as db:
        noted = [(one.what, one.before, one.after, one.why) for one in lookup.changes(db, planned.session)]
    assert noted == [
        (Changed.SPEAKER, "丁区 丁区长 区长", "丁区 副区长甲 副区长", "区长在外抢险"),
        (Changed.LENGTH, "420", "300", "区长在外抢险"),
        (Changed.ORDER, "5", "2", "区长在外抢险"),
    ]


def test_what_was_set_by_hand_is_told_beside_what_was_computed_in_both_languages(planned: Night) -> None:
    with unit_of_work() as uow:
        uow.db.get_one(Unit, planned.units["丁区"]).name_en = "Ding District"
    slot, _item = planned.slot("丁区")
    do(changing.change_slot, planned.host, slot.id, Wish(speaker="副区长", seconds=300), "区长在外抢险")
    with reading() as db:
        row = slot_rows(db, [slot.id], View.PUBLIC)[slot.id]
    assert row is not None
    assert row["reason"]["zh-CN"].endswith("按成绩排定7 分钟，人工定为5 分钟，说明原因")
    assert row["reason"]["en"].endswith("7 min computed, 5 min set by hand, to explain")
    speaks, length = row["changes"]
    assert (speaks["before_en"], speaks["after_en"]) == ("Ding District 丁区长 区长", "Ding District 副区长")
    assert (speaks["after"], "after_en" in length) == ("丁区 副区长", False)


def test_another_unit_speaks_by_its_head(planned: Night) -> None:
    slot, item = planned.slot("戊区")
    do(changing.change_slot, planned.host, slot.id, Wish(unit_id=planned.units["己区"]), "戊区正在处置险情")
    with reading() as db:
        after = live.item(db, item.id)
    assert (after.title, after.unit_id, after.speaker) == ("己区", planned.units["己区"], "己区长")


def test_what_changes_nothing_or_came_too_late_is_refused(held: Night) -> None:
    slot, item = held.slot("乙区")
    with pytest.raises(NothingChanged), nothing_changes():
        do(changing.change_slot, held.host, slot.id, Wish(seconds=slot.seconds, position=item.position), "没有变化")
    held.begin("乙区")
    for press in (
        lambda: do(changing.change_slot, held.host, slot.id, Wish(seconds=60), "太晚了"),
        lambda: do(changing.skip_slot, held.host, slot.id, "太晚了", absent=True),
    ):
        with pytest.raises(refusals.SlotGone), nothing_changes():
            press()


def test_the_rundown_itself_leaves_planned_lines_alone(planned: Night) -> None:
    _slot, item = planned.slot("乙区")
    for press in (
        lambda: do(rundown.change_item, planned.host, item.id, planned_ms=1000),
        lambda: do(rundown.move_item, planned.host, item.id),
        lambda: do(rundown.remove_item, planned.host, item.id),
    ):
        with pytest.raises(live_refusals.PlannedByResults), nothing_changes():
            press()


def test_an_absent_speaker_is_passed_over_and_marked(held: Night) -> None:
    slot, item = held.slot("庚区")
    with telling(held.session, ["live.item_removed", "exam.slot_skipped", "exam.presence_marked"]):
        do(changing.skip_slot, held.host, slot.id, "未到会，也未请假", absent=True)
    with reading() as db:
        assert item.id not in [one.id for one in live.rundown(db, held.session)]
        assert lookup.slot(db, slot.id).dropped_at == EIGHT
        assert lookup.attendance(db, held.session)[slot.unit_id].presence is Presence.ABSENT
        (noted,) = lookup.changes(db, held.session)
    assert (noted.what, noted.why) == (Changed.SKIPPED, "未到会，也未请假")


def test_a_skip_is_taken_back_with_all_that_was_changed_by_hand(held: Night) -> None:
    slot, item = held.slot("庚区")
    do(changing.change_slot, held.host, slot.id, Wish(speaker="庚副 区长", speaker_title="副 区长", seconds=90), "改派")
    do(attendance.mark_presence, held.host, held.session, held.units["庚区"], Presence.PRESENT, "")
    do(changing.skip_slot, held.host, slot.id, "会场连不上", absent=True)
    with telling(held.session, ["live.item_added", "exam.slots_restored", "exam.presence_marked"]):
        do(changing.restore_slots, held.host, held.session, "已连上")
    back, again = held.slot("庚区")
    assert (again.speaker, again.speaker_title, again.planned_ms, again.position, again.unit_id, again.planned_at) == (
        "庚副 区长", "副 区长", 90_000, item.position, slot.unit_id, item.planned_at,
    )  # fmt: skip
    assert (again.at_zero, again.grace_ms, again.by_plan, back.dropped_at) == (item.at_zero, item.grace_ms, True, None)
    with reading() as db:
        noted = [(one.what, one.before, one.after, one.why) for one in lookup.changes(db, held.session)]
        assert lookup.attendance(db, held.session)[slot.unit_id].presence is Presence.PRESENT
    assert noted[-2:] == [(Changed.SKIPPED, "90", "", "会场连不上"), (Changed.SKIPPED, "", "90", "已连上")]
    with pytest.raises(refusals.NothingToRestore), nothing_changes():
        do(changing.restore_slots, held.host, held.session, "再撤一次")
    held.begin("庚区")


def test_planned_again_changes_by_hand_are_gone(planned: Night) -> None:
    slot, _item = planned.slot("丁区")
    do(changing.change_slot, planned.host, slot.id, Wish(seconds=300), "改短")
    planned.plan()
    assert planned.slot("丁区")[1].planned_ms == 420_000
    with reading() as db:
        assert lookup.changes(db, planned.session) == []


def test_once_it_is_live_it_is_not_planned_again(held: Night) -> None:
    with pytest.raises(live_refusals.AlreadyLive), nothing_changes():
        do(planning.plan_slots, held.host, held.session)


# --- questions from above ---------------------------------------------------------------------------------------------


def test_an_interruption_is_nobodys_speaking_time(held: Night, clock: Clock) -> None:
    held.begin("乙区")
    clock.forward(seconds=100)
    with telling(held.session, ["live.slot_interrupted", "exam.interrupted"]):
        held.press(meeting.interrupt, "为什么还有三个项目没有开工？", None, actor=held.leader)
    clock.forward(seconds=40)
    assert (
        over_s(held) == -(180 + 180) + 40
    )  # reserve and interruptions stand in no line; the speaker has what was left
    with telling(held.session, ["live.slot_resumed", "exam.interruption_ended"]):
        held.press(meeting.end_interruption)
    clock.forward(seconds=10)
    slot = held.press(slots.end_slot)
    assert (slot.paused_ms, slot.interrupted_ms) == (40_000, 40_000)
    assert (slot.ended_at - slot.started_at) == timedelta(seconds=150)
    with reading() as db:
        (asked,) = lookup.interruptions(db, held.session)
        assert standing.budget_left_ms(db, lookup.exam(db, held.session), now()) == 140_000
    assert (asked.name, asked.words) == (held.leader.name, "为什么还有三个项目没有开工？")


def test_the_minutes_for_questions_are_bounded(held: Night, clock: Clock) -> None:
    held.begin("乙区")
    held.press(meeting.interrupt, "第一问", None, actor=held.leader)
    with pytest.raises(live_refusals.SlotPaused), nothing_changes():
        held.press(meeting.interrupt, "同时再问", None)
    clock.forward(seconds=181)
    held.press(meeting.end_interruption)
    with pytest.raises(refusals.BudgetUsedUp), nothing_changes():
        held.press(meeting.interrupt, "第二问", None)
    with pytest.raises(refusals.NoInterruption), nothing_changes():
        held.press(meeting.end_interruption)


def test_everybody_reads_what_a_citizen_asks_and_nobody_is_named_for_whom_the_host_presses(
    held: Night, say: Say
) -> None:
    say(held.host, "live.open_intake", session=held.session)
    asked = say(held.city.phone(), "questions.ask", session=held.session, text="断头路何时通车？")["question"]
    moderator = held.city.person(Role.MODERATOR)
    say(moderator, "questions.approve", question=asked, seen=0)
    held.begin("乙区")
    held.press(meeting.interrupt, "", None)
    held.press(meeting.end_interruption)
    with telling(held.session, ["questions.put_on_air", "live.slot_interrupted", "exam.interrupted"]):
        held.press(meeting.interrupt, "", asked)

    with reading() as db:
        rows = interruption_rows(db, [one.id for one in lookup.interruptions(db, held.session)], View.PUBLIC)
    told = [(row["by"], row["name"], row["question"]) for row in rows.values() if row]
    assert told == [("leader", "", None), ("citizen", "", asked)]


def test_a_citizens_question_that_interrupted_was_asked_and_has_its_response(held: Night, say: Say) -> None:
    say(held.host, "live.open_intake", session=held.session)
    asked = say(held.city.phone(), "questions.ask", session=held.session, text="断头路何时通车？")["question"]
    held.begin("乙区")
    with pytest.raises(question_refusals.WrongState), nothing_changes():  # it waits for a moderator
        held.press(meeting.interrupt, "", asked)
    say(held.city.person(Role.MODERATOR), "questions.approve", question=asked, seen=0)
    with pytest.raises(Forbidden), nothing_changes():  # the host puts it: a leader asks in words of their own
        held.press(meeting.interrupt, "", asked, actor=held.leader)
    held.press(meeting.interrupt, "", asked)

    def question() -> Question:
        with reading() as db:
            return questions.question(db, asked)

    assert (question().state, question().unit_id) == (QuestionState.AIRED, held.units["乙区"])
    assert question().on_air_at is not None
    held.press(meeting.end_interruption)
    close = {"session": held.session, "seen": held.row.floor_rev, "leave_waiting": True}
    assert say(held.host, "responses.close_session", **close)["error"]["code"] == "UNRECORDED_ANSWERS"
    recorded = say(
        held.city.person(Role.CLERK), "responses.record_response", question=asked, unit=held.units["乙区"],
        speaker="乙区长", kind="acknowledgement", text="下月通车。",
    )  # fmt: skip
    assert recorded["ok"], recorded
    assert say(held.host, "responses.close_session", **close)["ok"]
    assert question().state is QuestionState.ANSWERED


def test_who_may_not_and_who_has_not_seen_cannot_interrupt(held: Night) -> None:
    held.begin("乙区")
    with pytest.raises(Forbidden), nothing_changes():
        held.press(meeting.interrupt, "插话", None, actor=held.city.person(Role.OFFICIAL))
    with pytest.raises(Stale), nothing_changes():
        do(meeting.interrupt, held.leader, held.session, held.row.floor_rev - 1, "插话", None)


# --- running over -----------------------------------------------------------------------------------------------------


def test_what_is_cut_is_what_was_shown(held: Night, clock: Clock) -> None:
    """The best speaks for 335 s and 700 s are gone: 365 s over the plan of the slot, less 360 s kept back: 5 s."""
    held.begin("乙区")
    clock.forward(seconds=700 - 120)  # the opening's 120 s are still to come
    assert over_s(held) == 580 - 335 - 360
    clock.forward(seconds=175)
    assert over_s(held) == 60
    with reading() as db:
        cuts = standing.proposed_cuts(db, held.row, now())
    assert sum((cut.before - (cut.after or 0)) for cut in cuts) == 60
    assert all(cut.after is not None for cut in cuts)
    wanted = {cut.key: (cut.before, cut.after) for cut in cuts}
    with pytest.raises(refusals.SlotsChanged), nothing_changes():
        held.press(meeting.cut_slots, {key: (was + 5, new) for key, (was, new) in wanted.items()})
    held.press(meeting.cut_slots, wanted)
    assert over_s(held) == 0
    with reading() as db:
        noted = {one.slot_id: (one.what, one.before, one.after) for one in lookup.changes(db, held.session)}
        left = standing.proposed_cuts(db, held.row, now())
    assert noted == {key: (Changed.CUT, str(was), str(new)) for key, (was, new) in wanted.items()}
    assert left == []
    with pytest.raises(refusals.SlotsChanged), nothing_changes():
        held.press(meeting.cut_slots, wanted)


def test_far_over_the_last_slots_are_left_out(held: Night, clock: Clock) -> None:
    held.begin("乙区")
    clock.forward(seconds=335 + 360 + 1000)
    with reading() as db:
        cuts = standing.proposed_cuts(db, held.row, now())
    assert [cut.after for cut in cuts].count(None) >= 2
    # the two of the ring are cut alike, or go together
    ring = [cut.after for cut in cuts if cut.key in {held.slot(name)[0].id for name in ("甲区", "丙区")}]
    assert len(set(ring)) == 1
    kinds = ["live.item_removed"] * [cut.after for cut in cuts].count(None) + ["exam.plan_cut"]
    with telling(held.session, kinds):
        held.press(meeting.cut_slots, {cut.key: (cut.before, cut.after) for cut in cuts})
    assert over_s(held) <= 0

    as_before = {cut.key: cut.before for cut in cuts}
    with telling(held.session, ["live.item_added"] * len(kinds[:-1]) + ["exam.slots_restored"]):
        do(changing.restore_slots, held.host, held.session, "不删了")
    assert [(slot.id, item.planned_ms // 1000) for slot, item in held.slots() if slot.id in as_before] == list(
        as_before.items()
    )
    assert over_s(held) == 1000


def test_in_time_there_is_nothing_to_cut(held: Night) -> None:
    with reading() as db:
        assert standing.proposed_cuts(db, held.row, now()) == []
    slot, item = held.slot("丁区")
    with pytest.raises(refusals.NothingToCut), nothing_changes():
        held.press(meeting.cut_slots, {slot.id: (item.planned_ms // 1000, 300)})


# --- at zero ----------------------------------------------------------------------------------------------------------


def test_hard_stop_and_the_next_begins(app: Flask, held: Night, clock: Clock) -> None:
    """丁区 is planned with `next`: at its end 戊区 has the floor, by the watcher."""
    held.begin("丁区")
    clock.forward(seconds=420)
    assert call_due(now()) == 1
    running = held.open_slot()
    assert (running.speaker, running.allotted_ms) == ("戊区长", 415_000)
    with reading() as db:
        assert live.item(db, held.slot("丁区")[1].id).state is ItemState.DONE


# --- who is there -----------------------------------------------------------------------------------------------------


def test_a_unit_says_that_it_is_there(planned: Night) -> None:
    official = planned.official_of("甲区")
    with telling(planned.session, ["exam.presence_marked"]):
        do(attendance.mark_presence, official, planned.session, planned.units["甲区"], Presence.PRESENT, "")
    with nothing_changes():  # said again
        do(attendance.mark_presence, official, planned.session, planned.units["甲区"], Presence.PRESENT, "")
    with pytest.raises(Forbidden), nothing_changes():
        do(attendance.mark_presence, official, planned.session, planned.units["乙区"], Presence.PRESENT, "")
    with pytest.raises(refusals.NotExpected), nothing_changes():
        do(attendance.mark_presence, planned.host, planned.session, planned.city.water.id, Presence.PRESENT, "")
    do(attendance.mark_presence, planned.host, planned.session, planned.units["丁区"], Presence.ABSENT, "在外抢险")
    with reading() as db:
        counts = standing.attendance_counts(db, lookup.exam(db, planned.session))
    assert counts["all"] == counts["district"] == {"expected": 7, "present": 1, "left": 0, "absent": 1}


# --- promises ---------------------------------------------------------------------------------------------------------


def test_what_a_speaker_promises_is_a_pledge_of_the_meeting(held: Night) -> None:
    held.begin("丁区")
    clerk = held.city.person(Role.CLERK)
    words = {"spoken": "年底前三个项目全部开工。", "lead_unit_id": held.units["丁区"], "officer": "丁区长"}
    pledge = do(meeting.record_pledge, clerk, held.session, words)
    assert (pledge.origin, pledge.session_id, pledge.question_id) == (PledgeOrigin.EXAM_SLOT, held.session, None)
    with pytest.raises(Forbidden), nothing_changes():
        do(meeting.record_pledge, held.host, held.session, words)


def test_before_it_is_live_nothing_is_promised(planned: Night) -> None:
    words = {"spoken": "年底前全部开工。", "lead_unit_id": planned.units["丁区"]}
    with pytest.raises(live_refusals.NotLive), nothing_changes():
        do(meeting.record_pledge, planned.city.person(Role.CLERK), planned.session, words)
    other = do(preparation.create_session, planned.host, title="问政", starts_at=EIGHT, planned_minutes=30).id
    with pytest.raises(refusals.NoExam), nothing_changes():
        do(meeting.record_pledge, planned.city.person(Role.CLERK), other, words)
