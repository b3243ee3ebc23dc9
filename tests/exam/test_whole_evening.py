"""From a workbook to the minutes: figures come in wrong and are put right, the table is published, the plan made, the
meeting held with a duel, each of the four ends, a question from above, a change by hand and an absence. Every number is
reckoned here again, by other means than there."""

import csv
import io
import json
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook

from inquiry.core import clock as instants
from inquiry.core.db import reading
from inquiry.core.sheets import UnusableRows, read
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.exam.commands import changing, meeting
from inquiry.exam.commands.changing import Wish
from inquiry.exam.commands.policies import set_policy
from inquiry.exam.models import Presence
from inquiry.exam.policy_file import parse
from inquiry.exam.queries import lookup
from inquiry.exam.queries.minutes import exam_minutes
from inquiry.live import queries as live
from inquiry.live.commands import floor, preparation, slots
from inquiry.live.models import AtZero, ItemKind, Slot
from inquiry.live.watch import call_due
from inquiry.permissions import SYSTEM, Role
from inquiry.results.commands.importing import import_results
from inquiry.results.files import FORMS
from tests.exam.conftest import EIGHT, POLICY, Clock, Night, do
from tests.exam.reckoning import shared
from tests.support.replay import nothing_changes
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]

TOP, DUEL, _IMPROVED, BOTTOM, MISSING = POLICY["segments"]
#: The last of the districts is cut off after ten seconds of grace, the one before hands over to whoever is next.
ENDS = POLICY | {
    "segments": [
        TOP, DUEL, BOTTOM | {"name": "最后", "count": 1, "at_zero": "grace", "grace_s": 10},
        BOTTOM | {"name": "说明", "count": 1, "at_zero": "next"}, MISSING,
    ],
}  # fmt: skip


def workbook(*figures: tuple[str, object]) -> bytes:
    """Figures of November, in the columns of the template."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "完成情况"
    sheet.append(["指标", "单位", "周期", "完成值", "佐证"])
    for unit, value in figures:
        sheet.append(["PROJECTS", unit, "2026-11", value, "月报"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def take_in(data: bytes) -> Any:
    with unit_of_work() as uow:
        return import_results(uow, SYSTEM, read(data, FORMS))


def spoken(night: Night) -> list[Slot]:
    with reading() as db:
        return list(live.slots(db, night.session))


def take(night: Night, kind: ItemKind, place: int = 0) -> None:
    with reading() as db:
        items = [one for one in live.rundown(db, night.session) if one.kind is kind]
    do(floor.take_item, night.host, night.session, items[place].id, night.row.floor_rev)


def test_from_a_workbook_to_the_minutes(app: Flask, night: Night, clock: Clock, browser: Browser) -> None:
    # --- figures: two cells cannot be used, so nothing is taken over; then they can
    with pytest.raises(UnusableRows) as refused, nothing_changes():
        take_in(workbook(("己区", "101%"), ("已区", 101), ("庚区", None)))
    assert [(one.line, one.column) for one in refused.value.bad] == [(2, "value"), (3, "unit"), (4, "value")]
    outcome = take_in(workbook(("己区", 102.5)))
    assert (outcome.actuals.added, outcome.actuals.corrected) == (0, 1)  # it had come as 101

    # --- the plan, reckoned again
    policy = do(set_policy, night.host, parse(json.dumps(ENDS)))[0].id
    night.session = night.create(policy_id=policy)
    made = night.plan()
    scores = {"乙区": "118", "丙区": "112", "甲区": "112.4", "丁区": "65", "戊区": "71"}
    away = {unit: min(abs(Fraction(score) - 100), Fraction(30)) for unit, score in scores.items()}
    raw = [180 + 2 * away["乙区"], (300 + 2 * (away["丙区"] + away["甲区"])) / 2, 180 + 3 * away["丁区"],
           180 + 3 * away["戊区"], Fraction(60)]  # fmt: skip
    best, ring, last, before_last, unreported = shared(
        raw, [(120, 480), (120, 300), (120, 480), (120, 480), (60, 120)], [1, 2, 1, 1, 1], 2400 - 120 - 120 - 180 - 180
    )
    assert [(one["unit"], one["seconds"]) for one in made.contents["slots"]] == [
        ("乙区", best), ("丙区", ring), ("甲区", ring), ("丁区", last), ("戊区", before_last), ("庚区", unreported),
    ]  # fmt: skip
    assert best + 2 * ring + last + before_last + unreported + 120 + 120 + 180 + made.contents["reserve_s"] == 2400

    # --- by hand: a minute less for the last, whose deputy speaks; and somebody who is not there
    slot = night.slot("丁区")[0]
    do(changing.change_slot, night.host, slot.id, Wish(speaker="丁副区长", seconds=last - 60), "区长在外抢险")

    # --- the meeting
    do(preparation.go_live, night.host, night.session, EIGHT.date())
    do(changing.skip_slot, night.host, night.slot("庚区")[0].id, "未到会", absent=True)
    take(night, ItemKind.ADDRESS)
    clock.forward(seconds=120)
    night.begin("乙区")
    clock.forward(seconds=best)
    assert call_due(instants.now()) == 1  # called, and counted over
    clock.forward(seconds=12)
    night.press(slots.end_slot)
    clock.forward(seconds=5)
    night.begin("丙区")
    clock.forward(seconds=ring + 3)  # noticed three seconds late: it ended at its end
    assert call_due(instants.now()) == 1
    clock.forward(seconds=2)
    night.begin("甲区")
    clock.forward(seconds=60)
    night.press(meeting.interrupt, "哪一天开工？", None, actor=night.leader)
    clock.forward(seconds=35)
    night.press(meeting.end_interruption)
    clock.forward(seconds=ring - 60)
    assert call_due(instants.now()) == 1
    clock.forward(seconds=5)
    night.begin("丁区")
    clock.forward(seconds=last - 60)
    assert call_due(instants.now()) == 1  # the grace begins
    clock.forward(seconds=10)
    assert call_due(instants.now()) == 1  # and is over
    promised = {"spoken": "年底前三个项目全部开工。", "lead_unit_id": night.units["丁区"], "officer": "丁副区长"}
    pledge = do(meeting.record_pledge, night.city.person(Role.CLERK), night.session, promised)
    clock.forward(seconds=5)
    night.begin("戊区")
    clock.forward(seconds=before_last)
    assert call_due(instants.now()) == 1  # whoever was next is away: the silent heads are on at this moment
    with reading() as db:
        on_air = live.on_floor(db, night.row)
    assert on_air is not None
    assert on_air.kind is ItemKind.SILENT_HEADS
    clock.forward(seconds=20)
    take(night, ItemKind.ADDRESS, 1)
    clock.forward(seconds=120)
    do(floor.close, night.host, night.session)

    # --- the minutes
    assert [one.at_zero for one in spoken(night)] == [
        AtZero.COUNT_OVER, AtZero.END, AtZero.END, AtZero.GRACE, AtZero.NEXT,
    ]  # fmt: skip
    with reading() as db:
        told = exam_minutes(db, live.session(db, night.session), instants.now())
        attendance = lookup.attendance(db, night.session)
    assert told is not None
    times = [one.time for one in told.lines]
    assert [(one.computed, one.changed, one.used, one.over, one.interrupted) for one in times] == [
        (best, best, best + 12, 12, 0), (ring, ring, ring, 0, 0), (ring, ring, ring, 0, 35),
        (last, last - 60, last - 50, 10, 0), (before_last, before_last, before_last, 0, 0), (unreported, 0, 0, 0, 0),
    ]  # fmt: skip
    speaking = best + 12 + 2 * ring + last - 50 + before_last
    balance = told.balance
    assert balance.speaking.computed == best + 2 * ring + last + before_last + unreported
    assert balance.speaking.actual == speaking
    assert balance.speaking.changed == balance.speaking.computed - 60 - unreported
    assert (balance.opening.actual, balance.closing.actual, balance.silent.actual) == (120, 120, 20)
    assert (balance.interruptions.actual, balance.interruptions_left) == (35, 145)
    assert balance.total.actual == 120 + speaking + 35 + 20 + 120 + 4 * 5  # five seconds between two, four times
    assert balance.reserve.actual == 4 * 5
    assert [one.id for one in told.pledges] == [pledge.id]
    assert [(one.unit.name, one.reason) for one in told.missed] == [("庚区", "未到会")]
    assert attendance[night.units["庚区"]].presence is Presence.ABSENT

    # --- and what everybody reads of it
    code = night.row.code
    written = browser.get(f"/sessions/{code}/speaking-times.csv").text.lstrip("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(written)) if row["unit"] in night.units]
    assert [int(row["used_s"] or 0) for row in rows] == [one.time.used for one in told.lines]
    page = browser.get(f"/sessions/{code}/minutes").words
    for said in ("区长在外抢险", "未到会", "哪一天开工？", "年底前三个项目全部开工。", told.plan.digest):
        assert said in page, said
