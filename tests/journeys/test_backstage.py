"""Behind the scenes, in real browsers: a message until it is seen, the stage timer, the prompter, the crew's timers."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desks import HostDesk
from tests.support.browser import DESK, PHONE, SCREEN, Chromium, accessibility_faults, picture
from tests.support.people import PASSWORD, Person
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = pytest.mark.journey


def signed_in(chromium: Chromium, house: Server, login: str, path: str, **options: Any) -> Page:
    page = chromium.page(**options)
    page.goto(f"{house.url}/sign-in?next={path}")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("form.slip button[type=submit], main form button[type=submit]").first.click()
    page.wait_for_url(f"**{path}")
    return page


def test_a_message_stays_until_it_is_seen_and_is_seen_to_be(
    chromium: Chromium, house: Server, host: Person, evening: dict[str, Any]
) -> None:
    code, session = evening["code"], evening["session"]
    stage = signed_in(chromium, house, "host", f"/stage/{code}", **SCREEN)
    crew = signed_in(chromium, house, "clerk", f"/backstage/{code}", **PHONE)
    desk = HostDesk(chromium, house.url, code)
    expect(stage.get_by_role("timer")).to_contain_text("剩余")
    expect(stage.locator("#stage-asked")).to_contain_text("程远帆")
    # To whoever speaks: a press on the stage timer says that it was seen.
    crew.get_by_role("button", name="发言人（台口屏）").click()
    crew.locator("#message-text").fill("请看二号机镜头")
    crew.get_by_role("button", name="发出").click()
    expect(stage.locator(".stage-message")).to_contain_text("请看二号机镜头")
    picture(stage, "stage-message")
    expect(crew.locator(".backstage-list .is-open")).to_contain_text("等待确认")
    stage.keyboard.press("Enter")
    expect(stage.locator(".stage-message")).to_have_count(0)
    expect(crew.locator(".backstage-list .is-seen")).to_contain_text("已确认")
    # To the host: it stands over the prompts, and Y acknowledges it.
    host.call("live.send_message", session=session, to="host", text="导播：还有三分钟进广告")
    expect(desk.page.locator("#stage .backstage-list")).to_contain_text("还有三分钟进广告")
    picture(desk.page, "host-message")
    desk.press("y")
    expect(desk.page.locator("#stage .backstage-list")).to_have_count(0)
    expect(crew.locator(".backstage-list .is-seen").first).to_contain_text("还有三分钟进广告")
    picture(crew, "backstage-390", full_page=True)
    assert accessibility_faults(crew) == []
    # The stage timer's switches.
    host.call("live.switch_stage_timer", session=session, wrap_up=True, blink=True)
    expect(stage.locator(".stage-wrap")).to_contain_text("请收尾")
    expect(stage.locator("#main")).to_have_class(re.compile("is-blinking"))
    expect(stage.locator("#main")).not_to_have_class(re.compile("is-blinking"), timeout=30_000)
    picture(stage, "stage-wrap-up")
    assert accessibility_faults(stage) == []
    host.call("live.switch_stage_timer", session=session, black=True)
    expect(stage.get_by_role("timer")).to_be_hidden()
    host.call("live.switch_stage_timer", session=session, black=False)
    expect(stage.get_by_role("timer")).to_be_visible()
    # Nobody else may open any of them.
    stranger = chromium.page()
    for path in (f"/stage/{code}", f"/prompter/{code}", f"/backstage/{code}"):
        stranger.goto(f"{house.url}{path}")
        expect(stranger).to_have_url(re.compile("/sign-in"))


def test_timers_and_the_same_time_for_everybody_on_the_hosts_desk(
    chromium: Chromium, house: Server, host: Person, evening: dict[str, Any]
) -> None:
    desk = HostDesk(chromium, house.url, evening["code"])
    page = desk.page
    desk.press("t")
    dialog = page.get_by_role("dialog")
    dialog.locator("#timer-name").fill("茶歇")
    dialog.get_by_label("分", exact=True).fill("3")
    dialog.get_by_role("button", name="新建").click()
    line = dialog.locator(".timer-list > li")
    expect(line.locator(".clock")).to_contain_text("3:00")
    line.get_by_role("button", name="开始").click()
    expect(line.locator(".clock")).to_contain_text(re.compile(r"2:5\d"))
    line.get_by_role("button", name="+1 分").click()
    expect(line.locator(".clock")).to_contain_text(re.compile(r"3:[45]\d"))
    line.get_by_role("button", name="暂停").click()
    expect(line.locator(".clock")).to_have_attribute("data-phase", "paused")
    plus = dialog.locator(".timer-everybody").get_by_role("button").first
    plus.click()
    plus.click()
    expect(dialog.locator(".timer-everybody")).to_contain_text("0:30")
    for number in range(7):
        host.call("live.add_timer", session=evening["session"], name=f"机位 {number}", counts="up")
    expect(dialog.locator(".timer-list > li")).to_have_count(8)
    picture(page, "host-timers")
    page.keyboard.press("Escape")
    expect(page.locator("#timer-chips")).to_contain_text("茶歇")
    expect(desk.page.locator("#stage .host-speaker")).to_contain_text("其中加时 +0:30")
    picture(page, "host-with-timers")
    wide = signed_in(chromium, house, "clerk", f"/backstage/{evening['code']}", **SCREEN)
    expect(wide.locator(".timer-list > li")).to_have_count(8)
    picture(wide, "backstage-1920")
    english = signed_in(chromium, house, "clerk", f"/backstage/{evening['code']}", locale="en", **DESK)
    expect(english.locator("#timers")).to_contain_text("The same time for everybody")
    picture(english, "backstage-en")


def test_the_prompter_shows_the_question_that_is_on_air(
    chromium: Chromium, house: Server, host: Person, connect: Any, evening: dict[str, Any]
) -> None:
    host.call("live.open_intake", session=evening["session"])
    phone, moderator = Person(house.url, connect).join(), Person(house.url, connect).sign_in("moderator")
    text = (
        "芦荡路背后的竹篙巷一下雨就漫水，化粪池跟着往外冒，一楼的老人只能踮着砖头出门。"
        "排水改造说了三年，到底哪一天开工？"
    )
    question = phone.call("questions.ask", session=evening["session"], text=text)["question"]
    moderator.call("questions.approve", question=question, seen=0)
    for one in (phone, moderator):
        one.http.close()
    prompter = signed_in(chromium, house, "host", f"/prompter/{evening['code']}", **SCREEN)
    expect(prompter.locator(".prompter-words")).to_contain_text("陈述")
    host.call("questions.put_on_air", session=evening["session"], question=question, seen=evening["seen"])
    expect(prompter.locator(".prompter-words")).to_contain_text("到底哪一天开工？")
    picture(prompter, "prompter")
    assert accessibility_faults(prompter) == []
    for name, options in (("stage-390", PHONE), ("stage-1920", SCREEN)):
        stage = signed_in(chromium, house, "host", f"/stage/{evening['code']}", locale="en", **options)
        expect(stage.locator("#stage-asked")).to_contain_text("到底哪一天开工？")
        picture(stage, name)


def test_a_slot_goes_from_warning_to_the_last_seconds_to_over_with_a_chime_where_it_is_switched_on(
    chromium: Chromium, house: Server, host: Person, evening: dict[str, Any]
) -> None:
    ended = host.call("live.end_slot", session=evening["session"], seen=evening["seen"])
    page = chromium.page(**SCREEN)
    page.goto(f"{house.url}/screen/{evening['code']}")
    quiet = chromium.page(**SCREEN)
    quiet.goto(f"{house.url}/screen/{evening['code']}")
    phone = chromium.page(**PHONE)
    phone.goto(f"{house.url}/join/{evening['code']}")
    phone.get_by_role("button", name="进入").tap()
    expect(phone.locator("html")).to_have_attribute("data-link", "live")
    for one in (page, phone, quiet):
        one.evaluate("""() => {
          globalThis.heard = [];
          document.addEventListener("chime", ({ detail }) => heard.push(detail));
        }""")
    for one in (page, phone):
        one.locator("[data-chime]").click(force=True)
        expect(one.locator("[data-chime]")).to_have_attribute("data-chime", "on")
    started = host.call(
        "live.start_slot", session=evening["session"], seen=ended["floor_rev"], unit=evening["unit"], speaker="程远帆",
        seconds=12, warning_seconds=9, danger_seconds=5,
    )  # fmt: skip
    assert started["slot"]
    clock = page.get_by_role("timer")
    for phase, word in (("warning", "即将到时"), ("danger", "最后几秒"), ("over", "超时")):
        expect(clock).to_have_attribute("data-phase", phase, timeout=30_000)
        expect(clock).to_contain_text(word)
        picture(page, f"screen-{phase}")
    expect(phone.get_by_role("timer")).to_have_attribute("data-phase", "over")
    for one in (page, phone):  # the first when it was switched on
        assert one.evaluate("heard") == ["warning", "warning", "danger", "over"]
    expect(quiet.get_by_role("timer")).to_have_attribute("data-phase", "over")
    assert quiet.evaluate("heard") == []
    page.reload()
    expect(page.locator("[data-chime]")).to_have_attribute("data-chime", "on")


def test_the_projected_end_follows_a_press_within_a_second(
    chromium: Chromium, house: Server, host: Person, evening: dict[str, Any]
) -> None:
    """From when the page has heard of it: what is between is the line's, and the server's."""
    desk = HostDesk(chromium, house.url, evening["code"])
    expect(desk.page.locator("#stage .host-speaker")).to_contain_text("程远帆")
    desk.page.evaluate("""() => {
      globalThis.seen = {};
      const parts = { given: "#stage .host-speaker", end: ".ending-time" };
      const text = (name) => document.querySelector(parts[name])?.textContent ?? "";
      const before = { end: text("end") };
      new MutationObserver(() => {
        if (text("given").includes("+10:00")) seen.given ??= performance.now();
        if (text("end") !== before.end) seen.end ??= performance.now();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    }""")
    host.call("live.extend_slot", session=evening["session"], seen=evening["seen"], seconds=600)
    eventually(lambda: desk.page.evaluate("Boolean(seen.given && seen.end)"), seconds=30)
    assert desk.page.evaluate("Math.abs(seen.end - seen.given)") < 1000
