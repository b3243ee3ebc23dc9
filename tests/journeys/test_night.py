"""A night exam from where people sit in it: two rooms, a leader, the roll call and the record desk, each in a browser
of its own; the host presses without one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import meeting as nights
from tests.journeys.conftest import OpenBench
from tests.journeys.desks import Desk
from tests.journeys.meeting import Night
from tests.journeys.people import Somebody
from tests.support.browser import PHONE, Chromium, accessibility_faults
from tests.support.client import Connect, LiveClient
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey


class Seat(Somebody):
    """Somebody on a page of the meeting."""

    def __init__(self, chromium: Chromium, url: str, login: str, path: str, **surface: Any) -> None:
        super().__init__(chromium, url, **surface)
        who = Person(url, LiveClient).sign_in(login)
        self.context.add_cookies([{"name": one.name, "value": one.value or "", "url": url} for one in who.http.cookies])
        self.open(path)
        expect(self.page.locator("html")).to_have_attribute("data-link", "live")

    @property
    def turn(self) -> Locator:
        return self.page.locator("#turn")


class Host(Person):
    """Who runs the meeting, seeing everything."""

    night: Night
    seen = 0

    def look(self) -> None:
        """See how the floor stands."""
        self.seen = self.rows("session")[str(self.night.session)]["floor_rev"]

    def rows(self, of: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/live/{self.night.session}/snapshot").json()["state"][of]
        return found

    def floor(self, name: str, **fields: Any) -> dict[str, Any]:
        told = self.call(name, session=self.night.session, seen=self.seen, **fields)
        self.seen = told["floor_rev"]
        return told

    def go_live(self) -> None:
        """Unless an earlier test did."""
        if self.rows("session")[str(self.night.session)]["state"] == "planned":
            self.call("live.go_live", session=self.night.session)

    def give(self, district: str) -> int:
        """The floor, and its time begins; the slot's id."""
        return int(self.floor("live.take_and_start", item=self.night.items[district])["slot"])

    def slot(self, number: int) -> dict[str, int]:
        found: dict[str, int] = self.rows("slot")[str(number)]
        return found

    def line(self, district: str) -> int:
        """The line of the plan that is a district's."""
        return next(one["id"] for one in self.rows("examslot").values() if one["item"] == self.night.items[district])


@pytest.fixture(scope="module")
def night(house: Server) -> Night:
    return nights.hold(house)


@pytest.fixture
def host(house: Server, connect: Connect, night: Night) -> Iterator[Host]:
    person = Host(house.url, connect)
    person.sign_in("host")
    person.night = night
    person.look()
    yield person
    person.http.close()


def in_city(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(ZoneInfo('Asia/Shanghai')):%H:%M:%S}"


def room(chromium: Chromium, house: Server, night: Night, district: str, **surface: Any) -> Seat:
    unit = night.units[district]
    return Seat(chromium, house.url, f"unit-{unit}", f"/sessions/{night.code}/room/{unit}", **surface)


def test_a_meeting_from_its_rooms(chromium: Chromium, house: Server, night: Night, host: Host) -> None:
    jia = room(chromium, house, night, "甲区")
    yi = room(chromium, house, night, "乙区", **PHONE)
    roll = Seat(chromium, house.url, "host", f"/sessions/{night.code}/roll-call")

    # The roll: a unit says that it is there, the host calls another by key, and says why it is not
    jia.button("我们到了").click()
    here = roll.page.get_by_role("listitem").filter(has_text="甲区长")
    expect(here).to_contain_text("已到会")
    expect(here).to_contain_text("单位登记")
    roll.press("j", "j", "3")
    expect(roll.page.get_by_label("缺席原因")).to_be_focused()
    roll.type("设备故障")
    roll.press("Enter")
    expect(roll.page.get_by_role("listitem").filter(has_text="丙区长")).to_contain_text("缺席 · 设备故障")
    expect(roll.page.get_by_role("row").filter(has_text="合计")).to_have_text(re.compile(r"7\s*1\s*0\s*1\s*5"))
    roll.press("f")
    expect(roll.page.get_by_role("listitem").filter(has_text="区长")).to_have_count(5)

    # 乙 speaks for 335 s, then 丙 for 270 s, then it is 甲's turn
    host.go_live()
    slot = host.give("乙区")
    began = host.slot(slot)["started_at"]
    expect(yi.turn).to_contain_text("现在轮到本单位发言")
    assert yi.page.title().startswith("▶ 轮到我们")
    expect(jia.turn).to_contain_text(f"预计 {in_city(began + 605_000)}")
    assert [accessibility_faults(seat.page) for seat in (jia, yi, roll)] == [[], [], []]

    _a_question_from_above(chromium, house, night, host, jia, yi, slot)

    # What is changed by hand is told with its reason; one slot before there is a warning
    host.call("exam.change_slot", slot=host.line("甲区"), seconds=200, why="会期紧")
    expect(jia.turn).to_contain_text("时长：4:30 → 3:20 · 理由：会期紧")
    host.give("丙区")
    expect(jia.turn).to_contain_text("下一个就是本单位")
    assert jia.page.title().startswith("⚠ 下一个")
    expect(yi.turn).to_contain_text("本单位已发言")
    host.call("exam.skip_slot", slot=host.line("甲区"), why="画面中断")
    expect(jia.turn).to_contain_text("本单位的发言已取消")
    expect(jia.turn).to_contain_text("理由：画面中断")


def _a_question_from_above(
    chromium: Chromium, house: Server, night: Night, host: Host, jia: Seat, yi: Seat, slot: int
) -> None:
    """The leader interrupts: the speaker's clock stands, all others wait as much longer; then assigns a pledge."""
    leader = Seat(chromium, house.url, "leader", f"/sessions/{night.code}/lead")
    expect(leader.page.get_by_role("row").filter(has_text="合计")).to_have_text(re.compile(r"7\s*1\s*0\s*1\s*5"))
    assert accessibility_faults(leader.page) == []
    leader.page.get_by_label("问题").fill("为什么只完成七成？")
    leader.button("插话提问").click()
    for seat in (jia, yi, leader):
        expect(seat.page.get_by_role("status").filter(has_text="为什么只完成七成？")).to_be_visible()
    expect(jia.page.locator("#slot-clock")).to_have_attribute("data-phase", "interrupted")
    leader.page.wait_for_timeout(1200)
    leader.button("插话结束，恢复发言").click()
    expect(leader.button("插话提问")).to_be_visible()
    told = host.slot(slot)
    assert told["interrupted_ms"] >= 1200
    expect(jia.turn).to_contain_text(f"预计 {in_city(told['started_at'] + told['interrupted_ms'] + 605_000)}")

    expect(leader.page.get_by_label("责任人")).to_have_value("乙区长")
    leader.page.get_by_label("原话").fill("年底前全部开工。")
    leader.button("保存").click()
    leader.is_told("笼统承诺")
    expect(yi.page.get_by_role("listitem").filter(has_text="年底前全部开工。")).to_contain_text("按住确认")
    host.look()


class ClerkDesk(Desk):
    name = "clerk"


def test_what_a_speaker_promises_is_recorded_without_a_question(
    chromium: Chromium, house: Server, night: Night, host: Host
) -> None:
    host.go_live()
    desk = ClerkDesk(chromium, house.url, night.code)
    host.give("丁区")
    expect(desk.page.get_by_label("责任人")).to_have_value("丁区长")
    desk.press("t")
    expect(desk.page.get_by_label("原话")).to_be_focused()
    desk.type("两个停工项目月底复工。")
    desk.press("Control+Enter")
    desk.is_told("承诺已保存")
    record = desk.page.locator("#record").get_by_role("listitem").filter(has_text="两个停工项目月底复工。")
    expect(record).to_contain_text("牵头单位 丁区")

    # Half a sentence stays where it was begun; with nothing written the desk follows whoever has the floor
    expect(desk.page.get_by_label("原话")).to_be_focused()
    desk.type("第二件事")
    host.give("戊区")
    expect(desk.page.get_by_text("台上已换成戊区")).to_be_visible()
    expect(desk.page.get_by_label("责任人")).to_have_value("丁区长")
    desk.press("Escape")
    expect(desk.page.get_by_label("责任人")).to_have_value("戊区长")
    expect(desk.page.get_by_label("原话")).to_have_value("")


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
