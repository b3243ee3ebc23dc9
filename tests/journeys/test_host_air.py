"""What a host may do by mistake on air, and how it is seen beforehand or taken back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desks import HostDesk
from tests.journeys.people import in_minutes
from tests.support.browser import Chromium
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

A_WEEK = 7 * 24 * 60


def ask(house: Server, connect: Connect, evening: dict[str, Any], text: str, *, approve: bool = True) -> int:
    phone, moderator = Person(house.url, connect).join(), Person(house.url, connect).sign_in("moderator")
    question: int = phone.call("questions.ask", session=evening["session"], text=text)["question"]
    if approve:
        moderator.call("questions.approve", question=question, seen=0)
    for one in (phone, moderator):
        one.http.close()
    return question


def test_going_live_a_week_early_names_the_day_and_has_a_way_back(
    chromium: Chromium, house: Server, host: Person
) -> None:
    starts_at = in_minutes(A_WEEK)
    made = host.call("live.create_session", title="防汛排涝", starts_at=starts_at, planned_minutes=40, units=[2])
    desk = HostDesk(chromium, house.url, made["code"])
    desk.button("开播…").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"现在开播，早了\s(6\s天\s23\s小时|7\s天)。"))
    expect(desk.button("按住开播")).to_be_disabled()
    dialog.locator("#planned-for").fill(in_minutes(0)[:10])
    expect(desk.button("按住开播")).to_be_disabled()
    dialog.locator("#planned-for").fill(starts_at[:10])
    desk.hold(desk.button("按住开播"))
    expect(desk.button("收场…")).to_be_visible()
    desk.hold(desk.button("误开播，按住撤回"))
    expect(desk.button("开播…")).to_be_visible()


def test_what_airing_ends_is_said_before_and_a_mistake_is_taken_back(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    ask(house, connect, evening, "湖滨路的路灯何时修好？")
    desk = HostDesk(chromium, house.url, evening["code"])
    desk.arm("湖滨路")
    expect(desk.page.locator("#queue")).to_contain_text(re.compile(r"程远帆还有 1:\d\d，发言将随之结束"))
    desk.press("Enter")
    expect(desk.stage).to_contain_text("湖滨路的路灯何时修好？")
    undo = desk.page.locator("#take-back")
    expect(undo).to_have_text(re.compile(r"误放，撤回（(30|2\d) 秒）"))
    expect(desk.page.locator("#rundown .is-nested")).to_contain_text("临时插入")
    undo.click()
    expect(desk.stage).to_contain_text("陈述")
    expect(undo).to_have_count(0)
    expect(desk.page.locator("#rundown .is-nested")).to_have_count(0)
    expect(desk.page.locator("#queue .lane-row:not(.is-gone)")).to_contain_text("湖滨路的路灯何时修好？")


def test_the_close_asks_about_what_waits_and_what_has_no_unit(
    chromium: Chromium, house: Server, host: Person, connect: Connect, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    ask(house, connect, evening, "湖滨路的路灯何时修好？")
    ask(house, connect, evening, "物业费为何上涨？", approve=False)
    desk = HostDesk(chromium, house.url, evening["code"])
    dialog = desk.open_close()
    expect(dialog).to_contain_text("程远帆正在发言，收场会结束发言")
    expect(dialog).to_contain_text("还有 1 条提问待审")
    expect(desk.button("按住收场")).to_be_disabled()
    desk.close()
