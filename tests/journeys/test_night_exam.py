"""A night exam as the host runs it and the studio screen shows it: who speaks, questions from above, changes, cuts."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from inquiry.settings import Settings
from tests.journeys.desks import HostDesk
from tests.journeys.night import MEASURED, Night, inside, night_exam
from tests.journeys.people import unfit
from tests.support.browser import SCREEN, Chromium, accessibility_faults
from tests.support.client import LiveClient
from tests.support.people import Person, settle
from tests.support.server import Server

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def meeting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Night]]:
    """A server with a night exam that is planned for now."""
    folder = tmp_path_factory.mktemp("night")
    server = Server(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'inquiry.sqlite')}", folder)
    settle(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    with inside(server):
        night = night_exam()
    yield server.start(), night
    server.kill()


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

    def next_unit(self) -> str:
        return self.next.locator("strong").first.inner_text()


def seconds(shown: str) -> int:
    minutes, rest = re.sub(r"[^\d:]", "", shown).split(":")
    return int(minutes) * 60 + int(rest)


def ask(server: Server, night: Night, text: str) -> None:
    """A citizen asks, and a moderator approves it."""
    host, moderator = (Person(server.url, LiveClient).sign_in(login) for login in ("host", "moderator"))
    host.call("live.open_intake", session=night.session)
    phone = Person(server.url, LiveClient).join()
    question = phone.call("questions.ask", session=night.session, text=text)["question"]
    moderator.call("questions.approve", question=question, seen=0)
    for one in (host, moderator, phone):
        one.http.close()


def looks_well(screen: Page) -> None:
    assert unfit(screen) == []
    assert not screen.evaluate(
        """() => [...document.querySelectorAll(".exam-lines, .exam-beside, .exam-list > ol, .exam-contender")]
          .filter((box) => box.scrollHeight > box.clientHeight + 2).map((box) => box.className)"""
    )


def test_one_press_begins_whoever_is_next_and_the_screen_says_why(
    chromium: Chromium, meeting: tuple[Server, Night]
) -> None:
    server, night = meeting
    leader = Person(server.url, LiveClient).sign_in("leader")
    ask(server, night, "湖滨路的路灯何时修好？")
    desk = ExamDesk(chromium, server.url, night.code)
    screen = chromium.page(**SCREEN)
    screen.goto(f"{server.url}/screen/{night.code}")
    desk.go_live()
    expect(screen.locator("body")).to_have_attribute("data-view", "examOrder")
    desk.begin("开场")
    expect(screen.locator("body")).to_have_attribute("data-view", "examTitle")
    speaker = next(iter(desk.row("区").locator(".rundown-words").all_inner_texts()))
    desk.begin(speaker)
    expect(desk.button("暂停")).to_be_enabled()  # with the same press the time runs
    expect(screen.locator(".exam-unit")).to_have_text(speaker)
    expect(screen.locator(".exam-line:not(.exam-legend)")).to_have_count(2)
    names = screen.locator(".exam-line:not(.exam-legend) .exam-name").all_inner_texts()
    assert [name.split()[0] for name in names] == [one[1] for one in MEASURED[:2]]
    expect(screen.locator(".exam-mark")).to_have_count(2)
    expect(screen.locator(".exam-pledges li")).to_have_count(3)
    looks_well(screen)

    # a question from above: the speaker's clock stands still, the other one runs
    seen = leader.get(f"/live/{night.session}/snapshot").json()["state"]["session"][str(night.session)]["floor_rev"]
    leader.call("exam.interrupt", session=night.session, seen=seen, words="断头路哪一天通车？")
    expect(screen.locator(".exam-asked")).to_contain_text("断头路哪一天通车？")
    expect(screen.locator(".exam-budget")).to_contain_text("Leader 提问")
    stands = screen.locator(".exam-clock .clock-digits").inner_text()
    expect(screen.locator(".exam-budget strong")).to_have_text(re.compile(r"2:5[0-8]"))
    assert screen.locator(".exam-clock .clock-digits").inner_text() == stands
    expect(desk.page.locator(".exam-row.is-asked")).to_contain_text("Leader 正在提问")
    desk.press("Space")
    expect(screen.locator(".exam-asked")).to_have_count(0)
    desk.press("i")
    expect(screen.locator(".exam-budget")).to_contain_text("领导提问")  # pressed by the host, nobody is named
    desk.press("i")
    expect(screen.locator(".exam-budget")).to_have_count(0)

    # a citizen's question interrupts too, and ends nobody's slot
    desk.arm("路灯")
    expect(desk.page.locator("#queue")).not_to_contain_text("将随之结束")
    desk.press("Enter")
    expect(screen.locator(".exam-asked")).to_contain_text("湖滨路的路灯何时修好？")
    expect(screen.locator(".exam-budget")).to_contain_text("群众提问")
    desk.press("i")
    expect(screen.locator(".exam-budget")).to_have_count(0)

    # whoever would end somebody is asked again
    upcoming = desk.next_unit()
    desk.press("n")
    expect(desk.next).to_contain_text("将随之结束")
    desk.press("Escape")
    expect(desk.stage).to_contain_text(speaker)
    desk.end()
    expect(screen.locator(".exam-coming .exam-unit")).to_have_text(upcoming)
    looks_well(screen)

    # a duel: whoever speaks is lit
    desk.begin(upcoming)
    expect(screen.locator(".exam-contender[data-lit=yes] .exam-unit")).to_have_text(upcoming)
    expect(screen.locator(".exam-contender[data-lit=no]")).to_have_count(1)
    expect(screen.locator(".exam-lines .exam-mark")).to_have_count(4)
    looks_well(screen)
    assert accessibility_faults(desk.page) == []
    leader.http.close()


def test_what_is_changed_by_hand_skipped_and_cut_is_what_was_shown(
    chromium: Chromium, meeting: tuple[Server, Night]
) -> None:
    server, night = meeting
    host = Person(server.url, LiveClient).sign_in("host")
    host.ask("live.go_live", session=night.session)  # refused where it is live already
    desk = ExamDesk(chromium, server.url, night.code)
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
    desk.button("撤回").click()
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
    expect(desk.page.locator(".exam-row.is-over")).to_have_count(0)

    # an absent one is skipped, with the reason, and counts as absent
    skipped = desk.next_unit()
    desk.press("s")
    dialog.get_by_label("该单位缺席（记入考勤）").check()
    dialog.get_by_label("原因（公开，必填）").fill("会场连不上")
    desk.button("跳过这一位").click()
    expect(desk.page.locator(".exam-left-out")).to_contain_text(skipped)
    expect(desk.page.locator(".exam-left-out")).to_contain_text("会场连不上")
    expect(desk.page.locator(".exam-attendance")).to_contain_text("缺席 1")
    expect(desk.row(skipped)).to_have_count(0)

    # the ordinary editors of a rundown leave the plan alone, and lead to it
    desk.open(f"/sessions/{night.code}/edit")
    expect(desk.page.get_by_text("由成绩排定").first).to_be_visible()
    expect(desk.page.locator(".line-more")).to_have_count(0)
    host.http.close()
