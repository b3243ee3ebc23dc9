"""The minutes of a night exam, the speaking times as files, and the meeting after it."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from inquiry.core import clock as instants
from inquiry.core.db import reading
from inquiry.errors import Forbidden
from inquiry.exam import refusals
from inquiry.exam.commands import attendance, changing, meeting, planning
from inquiry.exam.commands.changing import Wish
from inquiry.exam.models import Presence
from inquiry.exam.queries import lookup
from inquiry.exam.queries.minutes import ExamMinutes, Outcome, exam_minutes
from inquiry.live import queries as live
from inquiry.live.commands import floor, slots
from inquiry.live.refusals import NotLive
from inquiry.permissions import VISITOR, Role
from tests.exam.conftest import EIGHT, Clock, Night, do
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]


def told(night: Night) -> ExamMinutes:
    with reading() as db:
        found = exam_minutes(db, live.session(db, night.session), instants.now())
    assert found is not None
    return found


def evening(night: Night, clock: Clock) -> None:
    """Opening 100 s. 乙 335 planned, 340 used of which none is allowed, 35 s asked. 丙 gives 270 to a deputy and uses
    200. 甲 is passed over (absent). 丁 shortened to 300 uses 300. 戊 is not reached. 庚 neither. 20 s closing."""
    do(
        changing.change_slot,
        night.host,
        night.slot("丙区")[0].id,
        Wish(speaker="副区长", speaker_title="副区长"),
        "出差",
    )
    do(changing.change_slot, night.host, night.slot("丁区")[0].id, Wish(seconds=300), "讲得清")
    do(changing.skip_slot, night.host, night.slot("甲区")[0].id, "生病", absent=True)
    do(attendance.mark_presence, night.host, night.session, night.units["乙区"], Presence.PRESENT, "")
    opening, *_rest, closing = rundown(night)
    press_item(night, opening.id)
    clock.forward(seconds=100)
    night.begin("乙区")
    clock.forward(seconds=70)
    night.press(meeting.interrupt, "为什么慢？", None, actor=night.leader)
    clock.forward(seconds=35)
    night.press(meeting.end_interruption)
    clock.forward(seconds=270)
    night.press(slots.end_slot)
    said = {"spoken": "月底前建成。", "lead_unit_id": night.units["乙区"], "action": "建成", "object": "项目",
            "officer": "", "due_on": None}  # fmt: skip
    do(meeting.record_pledge, night.leader, night.session, said)
    clock.forward(seconds=4)
    for name, seconds in (("丙区", 200), ("丁区", 300)):
        night.begin(name)
        clock.forward(seconds=seconds)
        night.press(slots.end_slot)
    press_item(night, closing.id)
    clock.forward(seconds=20)
    do(floor.close, night.host, night.session)


def rundown(night: Night) -> Any:
    with reading() as db:
        return live.rundown(db, night.session)


def press_item(night: Night, item_id: int) -> None:
    do(floor.take_item, night.host, night.session, item_id, night.row.floor_rev)


def test_every_line_and_every_sum(held: Night, clock: Clock) -> None:
    evening(held, clock)
    found = told(held)
    assert [
        (one.unit.name, one.time.computed, one.time.changed, one.time.used, one.time.over, one.time.interrupted)
        for one in found.lines
    ] == [
        ("乙区", 335, 335, 340, 5, 35), ("丙区", 270, 270, 200, 0, 0), ("甲区", 270, 0, 0, 0, 0),
        ("丁区", 420, 300, 300, 0, 0), ("戊区", 415, 415, 0, 0, 0), ("庚区", 90, 90, 0, 0, 0),
    ]  # fmt: skip
    assert [one.outcome for one in found.lines] == [
        Outcome.SPOKEN, Outcome.SPOKEN, Outcome.SKIPPED, Outcome.SPOKEN, Outcome.NOT_REACHED, Outcome.NOT_REACHED,
    ]  # fmt: skip
    assert [one.is_another for one in found.lines] == [False, True, False, False, False, False]
    sums = found.balance
    assert (sums.opening.actual, sums.speaking.actual, sums.interruptions.actual, sums.closing.actual) == (
        100, 840, 35, 20,
    )  # fmt: skip
    # 4 s between two speakers; by hand 270 and 120 went back into the reserve of 180
    assert (sums.reserve.actual, sums.reserve.changed, sums.total.actual) == (4, 570, 999)
    assert (sums.interruptions_left, sums.total.computed, sums.total.changed) == (145, 2400, 2400)
    assert [(one.unit.name, one.interruption.words) for one in found.asked] == [("乙区", "为什么慢？")]
    assert [one.spoken for one in found.pledges] == ["月底前建成。"]
    assert found.counts["district"] == {"expected": 7, "present": 1, "left": 0, "absent": 1}
    assert [(one.unit.name, one.reason) for one in found.missed] == [("甲区", "生病")]
    assert [one.name for one in found.tables] == ["各区"]


def test_while_it_runs_the_sums_are_right_too(held: Night, clock: Clock) -> None:
    held.begin("乙区")
    clock.forward(seconds=30)
    held.press(meeting.interrupt, "问一句", None, actor=held.leader)
    clock.forward(seconds=12)
    found = told(held)
    assert (found.lines[0].outcome, found.lines[0].time.used, found.lines[0].time.interrupted) == (
        Outcome.SPEAKING, 30, 12,
    )  # fmt: skip
    assert found.lines[1].outcome is Outcome.TO_COME
    assert (found.balance.total.actual, found.balance.reserve.actual) == (42, 0)


def test_who_spoke_all_the_same_is_not_silent(held: Night, clock: Clock) -> None:
    with reading() as db:
        exam = lookup.exam(db, held.session)
    first, second = (
        {"unit_id": held.units[name], "unit": name, "unit_en": "", "head": f"{name}长", "title": "区长", "meetings": 3,
         "last": None}
        for name in ("乙区", "己区")
    )  # fmt: skip

    def put(uow: Any) -> None:
        uow.db.get_one(type(exam), held.session).silent = [first, second]

    do(put)
    held.begin("乙区")
    clock.forward(seconds=5)
    assert [one["unit"] for one in told(held).silent] == ["己区"]


def test_a_session_that_is_no_exam_or_was_never_planned_has_none(night: Night) -> None:
    with reading() as db:
        assert exam_minutes(db, live.session(db, night.session), instants.now()) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("计划与实际对照", "跳过", "理由：生病", "原排定：丙区 丙区长", "未进行到", "没有长期未发言的负责人。")),
     ("en", ("Plan against actual", "Passed over", "because: 出差", "as computed: 丙区 丙区长", "Not reached"))],
)  # fmt: skip
def test_the_page_says_it_in_both_languages(
    held: Night, clock: Clock, browser: Browser, language: str, words: tuple[str, ...]
) -> None:
    evening(held, clock)
    page = browser.get(f"/sessions/{held.row.code}/minutes", lang=language)
    assert page.status == 200
    for one in (*words, "5:35", "5:40", "0:05", "0:35", "40:00", "16:39", "为什么慢？", "建成"):
        assert one in page.words, one
    with reading() as db:
        plan = lookup.plan(db, lookup.exam(db, held.session))
    assert plan.digest in page.words
    # each column of the balance, as shown, adds up to its foot
    balance = page.text.split('id="balance"')[1].split("</table>")[0]
    rows = [re.findall(r'class="num">(−?\d+:\d\d)<', row) for row in balance.split("<tr>")]
    *shares, total = [[seconds(one) for one in row] for row in rows if row]
    assert [sum(column) for column in zip(*shares, strict=True)] == total
    assert "/do/exam.draft_next" not in page.forms()


def seconds(shown: str) -> int:
    minutes, rest = shown.removeprefix("−").split(":")
    return (int(minutes) * 60 + int(rest)) * (-1 if shown.startswith("−") else 1)


def test_not_public_while_it_is_closed_to_the_public(night: Night, clock: Clock, browser: Browser) -> None:
    night.session = night.create(closed_to_public=True)
    night.go_live()
    for path in ("minutes", "speaking-times.csv"):
        address = f"/sessions/{night.row.code}/{path}"
        assert (browser.get(address).status, browser.get(address, night.leader).status) == (403, 200)
    do(floor.close, night.host, night.session)
    clock.forward(seconds=1)
    assert browser.get(f"/sessions/{night.row.code}/speaking-times.csv").status == 200


def test_speaking_times_as_files(held: Night, clock: Clock, app: Flask) -> None:
    evening(held, clock)
    http, address = app.test_client(), f"/sessions/{held.row.code}/speaking-times"
    plain = http.get(f"{address}.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(plain)))
    assert [(one["number"], one["unit"], one["speaker"], one["used_s"], one["why"]) for one in rows][:4] == [
        ("1", "乙区", "乙区长", "340", ""), ("2", "丙区", "副区长", "200", "出差"),
        ("3", "甲区", "甲区长", "0", "生病"), ("4", "丁区", "丁区长", "300", "讲得清"),
    ]  # fmt: skip
    assert rows[0]["started_at"].endswith("Z")
    book = load_workbook(io.BytesIO(http.get(f"{address}.xlsx", headers={"Accept-Language": "zh-CN"}).data))
    assert book.sheetnames == ["发言用时", "会议时间去向"]
    head, *lines, total = book.worksheets[0].iter_rows(values_only=True)
    assert head[:7] == ("编号", "环节", "单位", "发言人", "计划（秒）", "调整后（秒）", "实际用时（秒）")
    assert lines[0][:11] == (1, "经验", "乙区", "乙区长 区长", 335, 335, 340, 5, 35, "20:01:40", "20:07:55")
    for column in range(4, 9):
        assert sum(line[column] for line in lines) == total[column]
    shares = [row[1:4] for row in book.worksheets[1].iter_rows(min_row=2, max_row=8, values_only=True)]
    assert [sum(column) for column in zip(*shares[:-1], strict=True)] == list(shares[-1])


def test_there_are_no_times_before_it_begins_and_none_of_an_inquiry(planned: Night, browser: Browser) -> None:
    assert browser.get(f"/sessions/{planned.row.code}/speaking-times.xlsx").status == 404


# --- the meeting after ------------------------------------------------------------------------------------------------


def test_the_next_meeting_is_drafted_once(held: Night) -> None:
    first, fresh = do(planning.draft_next, held.host, held.session)
    again, anew = do(planning.draft_next, held.host, held.session)
    assert (fresh, anew, again.id) == (True, False, first.id)
    with reading() as db:
        session, before = live.session(db, first.id), lookup.exam(db, held.session)
        assert (first.period, first.theme, first.policy_id) == ("2026-12", "经济", before.policy_id)
        assert (session.title, session.planned_minutes) == ("夜考会 2026年12月", 40)
    # EIGHT is a first Tuesday: the first Tuesday of January, at eight
    assert session.starts_at - EIGHT == timedelta(days=35)


def test_who_may_draft_and_when(night: Night, clock: Clock) -> None:
    for role in (Role.LEADER, Role.STAFF, Role.CLERK, Role.MODERATOR):
        with pytest.raises(Forbidden):
            do(planning.draft_next, night.city.person(role), night.session)
    with pytest.raises(NotLive):
        do(planning.draft_next, night.host, night.session)
    night.go_live()
    clock.forward(days=60)
    with pytest.raises(refusals.NextHasPassed):
        do(planning.draft_next, night.host, night.session)


def test_from_the_minutes(held: Night, browser: Browser) -> None:
    address = f"/sessions/{held.row.code}/minutes"
    assert "/do/exam.draft_next" in browser.get(address, held.host).forms()
    assert "/do/exam.draft_next" not in browser.get(address, VISITOR).forms()
    do(planning.draft_next, held.host, held.session)
    page = browser.get(address, held.host)
    assert "夜考会 2026年12月" in page.words
    assert "/do/exam.draft_next" not in page.forms()


def test_what_is_long_over_offers_no_next_meeting(held: Night, clock: Clock, browser: Browser) -> None:
    clock.forward(days=60)
    assert "/do/exam.draft_next" not in browser.get(f"/sessions/{held.row.code}/minutes", held.host).forms()
