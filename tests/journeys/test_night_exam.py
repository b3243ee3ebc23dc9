"""A whole night exam in browsers, from figures with errors to its minutes; and what else the host's desk does."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import night as nights
from tests.journeys.conftest import OpenBench
from tests.journeys.night import Night
from tests.journeys.night_before import plan_by_page
from tests.journeys.night_held import Evening, ExamDesk, seconds
from tests.support.browser import Chromium
from tests.support.client import Connect, LiveClient
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def night(house: Server) -> Night:
    return nights.hold(house)


@pytest.mark.timeout(420)
def test_a_whole_night_exam(chromium: Chromium, house: Server, night: Night, connect: Connect, tmp_path: Path) -> None:
    chromium.expect("status of 400")  # the workbook that cannot be used
    made = plan_by_page(chromium, house, night, tmp_path)
    evening = Evening(chromium, house, night, connect, made)
    evening.everybody_comes()
    evening.the_plan_is_changed_by_hand()
    evening.the_best_speaks_and_is_asked()
    evening.two_are_set_against_each_other()
    evening.the_last_has_a_grace()
    evening.the_next_begins_by_itself()
    evening.it_is_closed()
    evening.all_tell_the_same()
    evening.the_minutes_add_up()


# --- what else the host's desk does, and whose turn it is ------------------------------------------------------------


def test_what_is_changed_by_hand_skipped_and_cut_is_what_was_shown(
    chromium: Chromium, house: Server, night: Night
) -> None:
    host = Person(house.url, LiveClient).sign_in("host")
    host.call("live.go_live", session=night.session)
    desk = ExamDesk(chromium, house.url, night.code)
    desk.begin("开场")
    last = desk.page.locator("#rundown .rundown > li:has(.exam-change)").last
    unit = last.locator(".rundown-words").inner_text()
    was = last.locator(".rundown-time small").first.inner_text()
    last.locator(".exam-change").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("时长（秒，五的倍数）").fill("403")
    dialog.get_by_label("原因（公开，必填）").fill("情况复杂，需要说清")
    desk.button("保存调整").click()
    expect(dialog).to_contain_text("时长应为五的倍数")
    dialog.get_by_label("时长（秒，五的倍数）").fill("1800")
    desk.button("保存调整").click()
    expect(desk.row(unit)).to_contain_text(f"原定 {was}")
    desk.page.locator("#toasts").get_by_role("button", name="撤回").click()
    expect(desk.row(unit)).not_to_contain_text("30:00")
    slot, _item = night.planned[-1]
    host.call("exam.change_slot", slot=slot, seconds=1800, why="情况复杂，需要说清")
    expect(desk.row(unit)).to_contain_text("情况复杂，需要说清")
    expect(desk.row(unit)).to_contain_text("30:00")

    # it runs over: what is proposed in figures is taken by one press, exactly
    over = desk.page.locator(".exam-row.is-over")
    expect(over).to_contain_text("照此下去将超时")
    desk.press("u")
    table = desk.page.get_by_role("dialog").get_by_role("table")
    expect(table).to_be_visible()
    # the plan changes while the host looks: what was shown is not taken, and shown anew
    host.call("exam.change_slot", slot=slot, seconds=1795, why="再减五秒")
    desk.button("采用这个方案").click()
    expect(dialog).to_contain_text("方案已重新计算")
    expect(table).to_be_visible()
    proposed = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    lead = desk.page.get_by_role("dialog").get_by_text("预计超时").inner_text()
    gained = seconds(table.locator("tfoot").inner_text())
    assert gained == sum(
        seconds(before) - (0 if after == "删去" else seconds(after)) for _u, before, after, _g in proposed
    )
    assert gained >= seconds(lead.split("。")[0])
    desk.button("采用这个方案").click()
    desk.is_told(re.compile("已缩短"))
    for name, _before, after, _gained in proposed:
        if after != "删去":
            expect(desk.row(name).first.locator(".rundown-time small").first).to_have_text(after)
    desk.button("撤回缩短").click()  # for all of it there is a way back, until somebody has the floor
    expect(over).to_contain_text("照此下去将超时")
    for name, before, _after, _gained in proposed:
        expect(desk.row(name).first.locator(".rundown-time small").first).to_have_text(before)
    desk.press("u")
    desk.button("采用这个方案").click()
    expect(desk.button("撤回缩短")).to_be_visible()
    expect(desk.page.locator(".exam-row.is-over")).to_have_count(0)

    # an absent one is skipped, with the reason, and counts as absent
    skipped = desk.next.locator("strong").first.inner_text()
    desk.press("s")
    dialog.get_by_label("该单位缺席（记入考勤）").check()
    dialog.get_by_label("原因（公开，必填）").fill("会场连不上")
    desk.button("跳过这一位").click()
    expect(desk.page.locator(".exam-left-out")).to_contain_text(skipped)
    expect(desk.page.locator(".exam-left-out")).to_contain_text("会场连不上")
    expect(desk.page.locator(".exam-attendance")).to_contain_text("缺席 1")
    expect(desk.row(skipped)).to_have_count(0)
    desk.button("撤回跳过").click()
    expect(desk.row(skipped)).to_have_count(1)
    expect(desk.page.locator(".exam-left-out")).to_have_count(0)
    expect(desk.page.locator(".exam-attendance")).not_to_contain_text("缺席 1")

    # the ordinary editors of a rundown leave the plan alone, and lead to it
    desk.open(f"/sessions/{night.code}/edit")
    expect(desk.page.get_by_text("由成绩排定").first).to_be_visible()
    expect(desk.page.locator(".line-more")).to_have_count(0)
    host.http.close()


def test_whose_turn_it_is_follows_from_the_rows(bench: OpenBench) -> None:
    page = bench()
    turns = page.evaluate(
        """async () => {
          const { turnOf } = await import("/static/meeting/standing.js");
          const slot = (id, unit, more) => ({ id, position: id, kind: "slot", unit, block: null, by_plan: true,
            state: "planned", planned_ms: 60000, planned_at: null, started_at: null, ended_at: null, ...more });
          const now = 1_000_000_000;
          const at = (unit, session, items, lines = {}) => turnOf({ session: { 1: { state: "live", plan_ends_at: null,
            starts_at: now, planned_minutes: 40, floor_item: null, closed_at: null, ...session } },
            item: Object.fromEntries(items.map((one) => [one.id, one])), examslot: lines, slot: {} }, unit, now).phase;
          const done = { state: "done", started_at: now - 9000, ended_at: now - 1000 };
          return [
            at(7, {}, [slot(1, 8)]),
            at(7, {}, [slot(1, 8), slot(2, 7)]),
            at(7, {}, [slot(1, 8, done), slot(2, 7)]),
            at(7, {}, [slot(1, 7, { ...done, state: "on_air", ended_at: null })]),
            at(7, {}, [slot(1, 7, done)]),
            at(7, { state: "closed" }, [slot(1, 7, done)]),
            at(7, {}, [slot(1, 8)], { 5: { item: 9, unit: 7, dropped_at: now, changes: [] } }),
            at(7, { state: "planned", starts_at: now + 600000 }, [slot(1, 7)]),
            at(7, { state: "planned", starts_at: now + 240000 }, [slot(1, 7)]),
          ];
        }"""
    )
    assert turns == ["none", "waiting", "next", "now", "done", "over", "out", "waiting", "next"]
