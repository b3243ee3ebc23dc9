"""A night exam is held, with everybody's page open at once; every number is reckoned again, out of the trace."""

import re
from fractions import Fraction
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.desks import ClerkDesk, HostDesk
from tests.journeys.night import Night
from tests.journeys.night_before import FIGURES, Planned
from tests.journeys.people import Somebody, unfit
from tests.support.browser import PHONE, SCREEN, Chromium, accessibility_faults
from tests.support.client import Connect, LiveClient
from tests.support.people import Person
from tests.support.processes import eventually
from tests.support.server import Server

#: Each phase of the speaker's clock that was shown since `seen` was emptied.
SEEN = """() => {
  globalThis.seen = [];
  const look = () => document.querySelectorAll("#slot-clock, .exam-clock .clock").forEach((clock) => {
    if (seen.at(-1) !== clock.dataset.phase) seen.push(clock.dataset.phase);
  });
  new MutationObserver(look).observe(document.body,
    { subtree: true, childList: true, attributes: true, attributeFilter: ["data-phase"] });
}"""


class Seat(Somebody):
    """Somebody on a page of the meeting."""

    def __init__(self, chromium: Chromium, url: str, login: str, path: str, **surface: Any) -> None:
        super().__init__(chromium, url, **surface)
        if login:
            who = Person(url, LiveClient).sign_in(login)
            cookies = [{"name": one.name, "value": one.value or "", "url": url} for one in who.http.cookies]
            self.context.add_cookies(cookies)  # type: ignore[arg-type] - as Playwright's examples have them
            who.http.close()
        self.open(path)
        expect(self.page.locator("html")).to_have_attribute("data-link", "live")

    @property
    def turn(self) -> Locator:
        return self.page.locator("#turn")


class ExamDesk(HostDesk):
    """The host's desk of a night exam."""

    @property
    def next(self) -> Locator:
        return self.page.locator(".exam-next")

    def row(self, unit: str) -> Locator:
        return self.page.locator("#rundown .rundown > li").filter(has_text=unit)

    def begin(self, unit: str) -> None:
        """One press."""
        expect(self.next.locator("strong").first).to_have_text(unit)
        self.press("n")
        expect(self.stage).to_contain_text(unit)


def seconds(shown: str) -> int:
    minutes, rest = re.sub(r"[^\d:]", "", shown).split(":")
    return int(minutes) * 60 + int(rest)


class Evening:
    """The meeting with everybody's page: host, three rooms, a leader, the screen; the clerk comes too."""

    ROOMS = ("乙区", "丙区", "丁区")

    def __init__(self, chromium: Chromium, house: Server, night: Night, connect: Connect, planned: Planned) -> None:
        self.chromium, self.planned = chromium, planned
        self.url, code = house.url, planned.code
        url = self.url
        self.host = Person(url, connect).sign_in("host")
        self.told = self.host.socket()
        self.told.call("follow", {"session": planned.session})
        self.desk = ExamDesk(chromium, url, code)
        self.rooms = {
            unit: Seat(
                chromium, url, f"unit-{night.units[unit]}", f"/sessions/{code}/room/{night.units[unit]}",
                **(PHONE if unit == "丙区" else {}),
            )
            for unit in self.ROOMS
        }  # fmt: skip
        self.leader = Seat(chromium, url, "leader", f"/sessions/{code}/lead")
        self.screen = Seat(chromium, url, "", f"/screen/{code}", **SCREEN)
        self.clerk = ClerkDesk(chromium, url, code)
        for one in self.everybody:
            one.page.evaluate(SEEN)

    @property
    def everybody(self) -> list[Somebody]:
        return [self.desk, *self.rooms.values(), self.leader, self.screen]

    def on_floor(self, one: Somebody) -> Locator:
        """Where a page says who has the floor."""
        where = {self.desk: "#stage .on-floor", self.screen: ".exam-who, .exam-contender[data-lit=yes]"}
        return one.page.locator(where.get(one, ".meeting-floor"))

    def all_show(self, words: str) -> None:
        for one in self.everybody:
            expect(self.on_floor(one)).to_contain_text(words)

    def begin(self, unit: str) -> None:
        """One press of the host, and all six pages show who speaks."""
        for one in self.everybody:
            one.page.evaluate("() => { seen.length = 0; }")
        self.desk.begin(unit)
        self.all_show(unit)

    def phases(self) -> list[set[str]]:
        """What each clock has shown since the speaker began."""
        return [set(one.page.evaluate("() => seen")) for one in self.everybody]

    def ends_by_itself(self, times: int) -> None:
        """The slot that runs is the so-manieth to end."""
        self.told.wait_for(lambda: len(self.entries("live.slot_ended")) >= times, seconds=60)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.told.entries if one["kind"] == kind]

    # --- before it begins

    def everybody_comes(self) -> None:
        """A unit says so itself; of another the roll is called, by key, and its slot is skipped."""
        self.rooms["乙区"].button("我们到了").click()
        roll = Seat(self.chromium, self.url, "host", f"/sessions/{self.planned.code}/roll-call")
        here = roll.page.get_by_role("listitem").filter(has_text="乙区长")
        expect(here).to_contain_text("已到会")
        expect(here).to_contain_text("乙区会场登记")
        roll.press(*"jjjjjj", "3")
        expect(roll.page.get_by_label("缺席原因")).to_be_focused()
        roll.type("设备故障")
        roll.press("Enter")
        expect(roll.page.get_by_role("listitem").filter(has_text="庚区长")).to_contain_text("缺席 · 设备故障")
        for one in (roll, self.leader):
            expect(one.page.get_by_role("row").filter(has_text="合计")).to_have_text(re.compile(r"7\s*1\s*0\s*1\s*5"))
        expect(self.desk.page.locator(".exam-attendance")).to_contain_text("到会 1/7")
        assert accessibility_faults(roll.page) == []
        expect(self.desk.page.locator(".exam-left-out")).to_contain_text("会场连不上")
        roll.context.close()

    def the_plan_is_changed_by_hand(self) -> None:
        """The last one speaks for five seconds, through his deputy."""
        self.desk.row("丁区").locator(".exam-change").click()
        dialog = self.desk.page.get_by_role("dialog")
        dialog.get_by_label("时长（秒，五的倍数）").fill("5")
        dialog.get_by_label("发言人").fill("丁副区长")
        dialog.get_by_label("原因（公开，必填）").fill("区长在外抢险")
        self.desk.button("保存调整").click()
        expect(self.desk.row("丁区")).to_contain_text("区长在外抢险")
        expect(self.rooms["丁区"].turn).to_contain_text("时长：0:15 → 0:05 · 理由：区长在外抢险")

    # --- on air

    def the_best_speaks_and_is_asked(self) -> None:
        ask(self.url, self.planned.session, "湖滨路的路灯何时修好？")
        self.desk.go_live()
        expect(self.screen.page.locator("body")).to_have_attribute("data-view", "examOrder")
        self.desk.begin("开场")
        expect(self.screen.page.locator("body")).to_have_attribute("data-view", "examTitle")
        self.begin("乙区")
        best = self.rooms["乙区"]
        expect(best.turn).to_contain_text("现在轮到本单位发言")
        assert best.page.title().startswith("▶ 轮到我们")
        expect(self.rooms["丙区"].turn).to_contain_text("下一个就是本单位")
        assert self.rooms["丙区"].page.title().startswith("⚠ 下一个")

        self.leader.page.get_by_label("问题").fill("断头路哪一天通车？")
        self.leader.button("插话提问").click()
        self.all_hear("断头路哪一天通车？", "Leader ")
        eventually(lambda: len(self.digits()) == 1, otherwise="clocks that stand still stand at different seconds")
        stands = self.digits()
        self.leader.page.wait_for_timeout(1100)
        assert self.digits() == stands
        self.leader.button("插话结束，恢复发言").click()
        self.nobody_asks()
        self.desk.arm("路灯")
        expect(self.desk.page.locator("#queue")).not_to_contain_text("将随之结束")
        self.desk.press("Enter")
        self.all_hear("湖滨路的路灯何时修好？", "群众")
        self.desk.press("i")
        self.nobody_asks()
        self.desk.press("i")
        expect(self.screen.page.locator(".exam-budget")).to_contain_text(
            "领导提问"
        )  # the host pressed: nobody is named
        self.desk.press("Space")
        self.nobody_asks()

        page = self.screen.page
        for many, what in ((1, ".exam-line:not(.exam-legend)"), (1, ".exam-mark"), (3, ".exam-pledges li")):
            expect(page.locator(what)).to_have_count(many)
        looks_well(page)
        self.the_leader_assigns_a_pledge()
        for one in self.everybody:
            expect(self.clock(one)).to_have_attribute("data-phase", "over", timeout=60_000)
        self.desk.press("n")  # whoever would end somebody is asked again
        expect(self.desk.next).to_contain_text("将随之结束")
        self.desk.press("Escape")
        self.desk.end()
        expect(page.locator(".exam-coming .exam-unit")).to_have_text("丙区")
        looks_well(page)

    def clock(self, one: Somebody) -> Locator:
        return one.page.locator(".exam-clock .clock" if one is self.screen else "#slot-clock")

    def digits(self) -> set[str]:
        return {self.clock(one).locator(".clock-digits").inner_text() for one in self.everybody}

    def all_hear(self, words: str, whose: str) -> None:
        """A question from above is on every page, and every speaker's clock stands still."""
        for one in [*self.rooms.values(), self.leader]:
            expect(one.page.get_by_role("status").filter(has_text=words)).to_be_visible()
        expect(self.screen.page.locator(".exam-asked")).to_contain_text(words)
        expect(self.screen.page.locator(".exam-budget")).to_contain_text(
            f"{whose} 提问" if whose == "Leader" else whose
        )
        expect(self.desk.page.locator(".exam-row.is-asked")).to_contain_text(whose.strip())
        for one in self.everybody:
            expect(self.clock(one)).to_have_attribute("data-phase", "interrupted")

    def nobody_asks(self) -> None:
        expect(self.screen.page.locator(".exam-budget")).to_have_count(0)
        for one in self.everybody:
            expect(self.clock(one)).not_to_have_attribute("data-phase", "interrupted")

    def the_leader_assigns_a_pledge(self) -> None:
        expect(self.leader.page.get_by_label("责任人")).to_have_value("乙区长")
        self.leader.page.get_by_label("原话").fill("年底前全部开工。")
        self.leader.button("保存").click()
        self.leader.is_told("笼统承诺")
        promised = self.rooms["乙区"].page.get_by_role("listitem").filter(has_text="年底前全部开工。")
        expect(promised).to_contain_text("按住确认")

    def two_are_set_against_each_other(self) -> None:
        """Each ends at zero, and whoever speaks is lit."""
        page = self.screen.page
        self.begin("丙区")
        expect(self.rooms["乙区"].turn).to_contain_text("本单位已发言")
        expect(page.locator(".exam-contender[data-lit=no]")).to_have_count(1)
        expect(page.locator(".exam-lines .exam-mark")).to_have_count(2)
        looks_well(page)
        faults = [
            accessibility_faults(one.page) for one in (self.desk, self.rooms["乙区"], self.rooms["丙区"], self.leader)
        ]
        assert faults == [[], [], [], []]
        self.ends_by_itself(2)
        assert not any("over" in one for one in self.phases())
        self.begin("甲区")
        self.what_is_promised_is_recorded()
        self.ends_by_itself(3)
        assert not any("over" in one for one in self.phases())

    def what_is_promised_is_recorded(self) -> None:
        """By the clerk, without a question; half a sentence stays where it was begun."""
        words, officer = self.clerk.page.get_by_label("原话"), self.clerk.page.get_by_label("责任人")
        expect(officer).to_have_value("甲区长")
        self.clerk.press("t")
        expect(words).to_be_focused()
        self.clerk.type("两个停工项目月底复工。")
        self.clerk.press("Control+Enter")
        self.clerk.is_told("承诺已保存")
        record = self.clerk.page.locator("#record").get_by_role("listitem").filter(has_text="两个停工项目月底复工。")
        expect(record).to_contain_text("牵头单位 甲区")
        expect(words).to_be_focused()
        self.clerk.type("第二件事")

    def the_last_has_a_grace(self) -> None:
        self.begin("丁区")
        expect(self.clerk.page.get_by_text("台上已换成丁区")).to_be_visible()
        expect(self.clerk.page.get_by_label("责任人")).to_have_value("甲区长")
        self.clerk.press("Escape")  # with nothing written the desk follows whoever has the floor
        expect(self.clerk.page.get_by_label("责任人")).to_have_value("丁副区长")
        expect(self.clerk.page.get_by_label("原话")).to_have_value("")
        self.ends_by_itself(4)
        assert all("grace" in one and "over" not in one for one in self.phases()), self.phases()

    def the_next_begins_by_itself(self) -> None:
        """Whoever was next is away: it is the turn of the silent heads."""
        self.begin("戊区")
        self.ends_by_itself(5)
        assert not any("over" in one for one in self.phases())
        expect(self.screen.page.locator("body")).to_have_attribute("data-view", "examSilent")
        for one in [self.desk, *self.rooms.values(), self.leader]:
            expect(self.on_floor(one)).to_contain_text("长期未发言负责人")
        self.clerk.button("提问 1 条").click()  # the citizen's question was asked: its response belongs to the record
        self.clerk.is_at("湖滨路的路灯何时修好？")
        self.clerk.record("1", "路灯下月全部修好。")

    # --- after

    def it_is_closed(self) -> None:
        self.desk.begin("总结")
        self.desk.open_close()
        self.desk.close()
        self.told.wait_for(lambda: self.entries("live.session_closed"))
        for one in self.rooms.values():
            expect(one.page.get_by_role("link", name="会议记录")).to_be_visible()

    def all_tell_the_same(self) -> None:
        """What each item took, on five pages and by the trace; the screen tells the whole in figures."""
        lists = [one.page.locator(".meeting-order .rundown-time small") for one in [*self.rooms.values(), self.leader]]
        lists.append(self.desk.page.locator("#rundown .rundown-time .drift"))
        told = [one.all_inner_texts() for one in lists]
        assert all(one == told[0] for one in told), told
        taken = [one["at"] for one in [*self.entries("live.item_taken"), *self.entries("live.session_closed")]]
        assert len(told[0]) == len(taken) - 1
        for shown, began, ended in zip(told[0], taken, taken[1:], strict=False):
            assert lasted(seconds(shown), ended - began), (told[0], taken)
        facts = self.screen.page.locator(".screen-facts").first
        expect(facts).to_have_text(re.compile(r"发言单位\s*5\s*台上提问\s*3\s*作出承诺\s*2"))

    def the_minutes_add_up(self) -> None:
        """Each number of plan and minutes, reckoned again: what ends by itself has ended to the second."""
        reader = Somebody(self.chromium, self.url)
        self.anybody_reads_the_plan(reader)
        reader.open(f"/sessions/{self.planned.code}/minutes")
        best, ring, _ring, last, before_last, unreported = self.planned.lengths.values()
        began, ended = (self.entries(f"live.slot_{what}")[0]["at"] for what in ("started", "ended"))
        asked = [
            after["at"] - before["at"]
            for before, after in zip(
                self.entries("exam.interrupted"), self.entries("exam.interruption_ended"), strict=True
            )
        ]
        lines = [
            [seconds(one) if ":" in one else 0 for one in row.locator("td").all_inner_texts()[1:]]
            for row in reader.page.locator(".minutes-times tbody tr").all()
        ]
        (_planned, _changed, used, _over, interrupted), *rest = lines
        assert lasted(used, ended - began - sum(asked))
        assert lasted(interrupted, sum(asked))
        assert lines[0] == [best, 0, used, used - best, interrupted]
        assert rest == [
            [ring, 0, ring, 0, 0], [ring, 0, ring, 0, 0], [last, 5, 10, 5, 0], [before_last, 0, before_last, 0, 0],
            [unreported, 0, 0, 0, 0],
        ]  # fmt: skip
        balance = reader.page.locator(".minutes-balance tbody tr, .minutes-balance tfoot tr").all()
        told = [[seconds(one) for one in row.locator("td").all_inner_texts()] for row in balance]
        computed, changed, held = zip(*told, strict=True)
        assert computed == (5, 65, 60, 0, 5, 45, 180)
        assert changed == (5, 65 - 10 - unreported, 60, 0, 5, 45 + 10 + unreported, 180)
        assert held[1:3] == (used + 2 * ring + 10 + before_last, interrupted)
        assert all(sum(column[:-1]) == column[-1] for column in (computed, changed, held))
        taken = {one["payload"]["title"]: one["at"] for one in self.entries("live.item_taken")}
        live, closed = (self.entries(kind)[0]["at"] for kind in ("live.went_live", "live.session_closed"))
        assert lasted(held[0], taken["乙区"] - taken["开场"])
        assert lasted(held[3], taken["总结"] - taken["长期未发言负责人"])
        assert lasted(held[4], closed - taken["总结"])
        assert lasted(held[6], closed - live)
        for said in (
            "区长在外抢险", "会场连不上", "庚区：缺席，设备故障", "断头路哪一天通车？", "湖滨路的路灯何时修好？",
            "年底前全部开工。", "两个停工项目月底复工。",
        ):  # fmt: skip
            expect(reader.page.get_by_role("main")).to_contain_text(said)

    def anybody_reads_the_plan(self, reader: Somebody) -> None:
        """The place that each score has, and as computed beside what stands."""
        reader.open(f"/sessions/{self.planned.code}/plan")
        scores = sorted((Fraction(value) for value in FIGURES.values()), reverse=True)
        for unit, length in self.planned.lengths.items():
            line = reader.page.locator(".plan-slot").filter(has=reader.page.locator(f".plan-who:has-text('{unit}')"))
            expect(line.locator(".plan-length")).to_have_text(f"{length} 秒")
            if unit in FIGURES:
                rank = scores.index(Fraction(FIGURES[unit])) + 1
                expect(line.locator(".plan-why")).to_contain_text(f"第{rank}名，{float(FIGURES[unit]):.2f}")
        changed = reader.page.locator(".plan-slot").filter(has_text="丁副区长")
        expect(changed.locator(".plan-now")).to_contain_text("5 秒")
        expect(changed.locator(".plan-now")).to_contain_text("区长在外抢险")


def lasted(shown: int, milliseconds: int) -> bool:
    """Whether what is shown are the whole seconds of it. Instants are cut down, or rounded, to milliseconds."""
    return -10 <= milliseconds - shown * 1000 < 1010


def ask(url: str, session: int, text: str) -> None:
    """A citizen asks, and a moderator approves it."""
    host, moderator = (Person(url, LiveClient).sign_in(login) for login in ("host", "moderator"))
    host.call("live.open_intake", session=session)
    phone = Person(url, LiveClient).join()
    question = phone.call("questions.ask", session=session, text=text)["question"]
    moderator.call("questions.approve", question=question, seen=0)
    for one in (host, moderator, phone):
        one.http.close()


def looks_well(screen: Page) -> None:
    assert unfit(screen) == []
    assert not screen.evaluate(
        """() => [...document.querySelectorAll(".exam-lines, .exam-beside, .exam-list > ol, .exam-contender")]
          .filter((box) => box.scrollHeight > box.clientHeight + 2).map((box) => box.className)"""
    )
