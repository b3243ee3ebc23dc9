"""People of an evening and the pages they hold in their hands: they read words, press what has a name, and type.

Whatever is looked for is looked for by what a person sees (a label, a name, a sentence), hardly ever by its markup.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import DESK, PHONE, SCREEN, Chromium
from tests.support.people import PASSWORD

CLOCK = re.compile(r"^\+?\d+:\d\d$")


def seconds_left(page: Page) -> int:
    """What the countdown of a page shows; negative when over time."""
    digits = page.get_by_role("timer").locator(".clock-digits")
    expect(digits).to_have_text(CLOCK)
    return _seconds(digits.inner_text())


def _seconds(shown: str) -> int:
    minutes, seconds = shown.lstrip("+").split(":")
    return (int(minutes) * 60 + int(seconds)) * (-1 if shown.startswith("+") else 1)


def unfit(page: Page) -> list[str]:
    """The texts that stick out of the box they were to be fitted into, but for those that say that they are cut."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('[data-fit]')].filter((box) => box.clientHeight > 0 &&
              !box.classList.contains("is-cut") &&
              (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1))
              .map((box) => box.textContent.trim().slice(0, 40))"""
        )
    )


def in_minutes(minutes: float) -> str:
    """What the clock on the wall of the city will show then, as forms and messages write it."""
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"


def seconds_left_at_once(*pages: Page) -> list[int]:
    """What the countdowns of several pages show in one moment, told by a clock that nobody has set."""
    at = time.time() * 1000 + 300
    for page in pages:
        page.evaluate(
            """(at) => { window.seenAtOnce = new Promise((seen) => setTimeout(
              () => seen(document.querySelector("[role=timer] .clock-digits").textContent),
              at - performance.timeOrigin - performance.now())); }""",
            at,
        )
    return [_seconds(page.evaluate("() => window.seenAtOnce")) for page in pages]


class Somebody:
    """A person with a browser of their own; with `login` one who signs in first."""

    def __init__(self, chromium: Chromium, url: str, login: str = "", **surface: Any) -> None:
        self.url = url
        self.context = chromium.context(**(surface or DESK))
        self.page = self.context.new_page()
        self.strokes = 0  # characters typed and keys pressed so far
        if login:
            self.sign_in(login)

    def sign_in(self, login: str) -> None:
        self.open("/sign-in")
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_text(login.title()).first).to_be_visible()

    def open(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer is None or answer.ok, f"{path}: {answer.status}"

    def type(self, words: str) -> None:
        self.strokes += len(words)
        self.page.keyboard.type(words)

    def press(self, *keys: str) -> None:
        self.strokes += len(keys)
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def hold(self, button: Locator) -> None:
        """Press a button until it has had enough."""
        button.hover()
        self.page.mouse.down()
        expect(self.page.locator(".is-holding")).to_have_count(0)
        self.page.mouse.up()

    def look(self) -> None:
        """Let the page draw what has just been done: fingers are slower than frames."""
        self.page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")

    def is_told(self, words: str | re.Pattern[str]) -> None:
        """The page says so, in a message that comes by itself."""
        expect(self.page.locator("#toasts").get_by_text(words).first).to_be_visible()


# --- before the evening ---------------------------------------------------------------------------------------------


@dataclass
class Summary:
    """What an import says of itself."""

    total: int
    fresh: int
    known: int
    bad: int


class Planner(Somebody):
    """The producer: plans sessions, builds rundowns, takes over what citizens wrote elsewhere."""

    def plan(self, title: str, theme: str, starts_at: str, units: list[str]) -> str:
        """The code of a new session; its setup page is open afterwards."""
        self.open("/sessions")
        self.page.get_by_role("link", name="新建场次").click()
        self.page.get_by_label("标题", exact=True).fill(title)
        self.page.get_by_label(re.compile("^主题 ?（选填）")).fill(theme)
        self.page.get_by_label("开始时间").fill(starts_at)
        self.page.get_by_label("计划时长（分钟）").fill("40")
        for unit in units:
            self.page.get_by_role("checkbox", name=unit).check()
        self.button("创建").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"编排：{title}")
        return self.page.url.split("/")[-2]

    def add(self, kind: str, title: str, minutes: int, unit: str = "无") -> None:
        """One more line of the rundown."""
        form = self.page.locator("form[action='/do/live.add_item']")
        form.get_by_label(re.compile("类型|形式")).select_option(label=kind)
        form.get_by_label("标题", exact=True).fill(title)
        form.get_by_label("单位").select_option(label=unit)
        form.get_by_label("分钟").fill(str(minutes))
        form.get_by_role("button", name="添加").click()
        expect(self.rundown.filter(has_text=title)).to_have_count(1)
        expect(form.get_by_label("标题", exact=True)).to_be_focused()
        expect(form.get_by_label("标题", exact=True)).to_have_value("")

    @property
    def rundown(self) -> Locator:
        return self.page.get_by_role("list", name="议程").get_by_role("listitem")

    def open_intake(self) -> None:
        self.button("开始征集提问").click()
        expect(self.page.get_by_text("正在征集提问")).to_be_visible()

    def hand_in(self, code: str, file: Path, button: str) -> Summary:
        """Choose a file on the import page and look through it, and then press a further button; what the page says."""
        self.open(f"/sessions/{code}/import")
        self.page.locator("#file").set_input_files(file)
        self.button("先检查").click()
        expect(self.page.locator("#after-check")).to_be_visible(timeout=60_000)
        if button != "先检查":
            began = time.monotonic()
            self.button(button).click()
            expect(self.page.locator("#after-import")).to_be_visible(timeout=60_000)
            self.import_took = time.monotonic() - began
        return Summary(*(self._count(name) for name in ("total", "fresh", "known", "bad")))

    def _count(self, name: str) -> int:
        return int(self.page.locator(f"#count-{name}").inner_text().replace(",", ""))


# --- the audience ---------------------------------------------------------------------------------------------------


@dataclass
class Receipt:
    """What an asker keeps."""

    number: int
    code: str


class Phone(Somebody):
    """Somebody of the audience."""

    def __init__(self, chromium: Chromium, url: str) -> None:
        super().__init__(chromium, url, **PHONE)

    def join_by_code(self, code: str) -> None:
        self.open("/")
        self.page.get_by_role("link", name="输入场次码参与").tap()
        self.page.get_by_label("屏幕上的六位字母和数字").fill(code.lower())
        self.button("进入").tap()
        self._is_in(code)

    def join_by_qr(self, address: str) -> None:
        """Scanned: one tap more and one is in."""
        self.open(address)
        self.button("进入").tap()
        self._is_in(address.split("/")[-1])

    def _is_in(self, code: str) -> None:
        expect(self.page).to_have_url(re.compile(f"/s/{code}"))
        expect(self.page.locator("html")).to_have_attribute("data-link", "live")

    def go_to(self, part: str) -> None:
        """全部提问, 我的提问 or 提问: the bar under the thumb."""
        self.page.get_by_role("navigation", name="页面各部分").get_by_role(
            "link", name=part, exact=part == "提问"
        ).tap()

    def write(self, text: str, unit: str = "不确定", asker: str = "") -> None:
        if not self.page.get_by_label("想问什么？").is_visible():  # while one writes, the bar sends instead
            self.go_to("提问")
        self.page.get_by_label("想问哪个单位？").select_option(label=unit)
        self.page.get_by_label("公开署名").fill(asker)
        self.page.get_by_label("想问什么？").fill(text)

    def ask(self, text: str, unit: str = "不确定", asker: str = "") -> Receipt:
        self.write(text, unit, asker)
        self.button("提交").tap()
        return self.receipt()

    def receipt(self) -> Receipt:
        card = self.page.locator("#sent")
        expect(card).to_contain_text("已收到您的提问", timeout=20_000)
        number = re.search(r"第 (\d+) 号", card.inner_text())
        assert number
        return Receipt(int(number[1]), card.locator(".receipt-number").inner_text())

    def ask_again(self) -> None:
        self.button("再提一个问题").tap()

    def mine(self, text: str) -> Locator:
        """The card of one of my questions."""
        return self.page.locator("#mine-list").get_by_role("listitem").filter(has_text=text)

    def sees_fate(self, text: str, *words: str) -> None:
        """Without a reload, the card comes to say all of this."""
        if not self.page.url.endswith("#mine"):
            self.go_to("我的提问")
        for one in words:
            expect(self.mine(text)).to_contain_text(one)

    @property
    def on_air(self) -> Locator:
        return self.page.get_by_role("region", name="台上").or_(self.page.locator("#onair")).first


class Screen(Somebody):
    """The large picture in the studio: nobody presses anything here."""

    def __init__(self, chromium: Chromium, url: str, code: str) -> None:
        super().__init__(chromium, url, **SCREEN)
        self.open(f"/screen/{code}")

    def shows(self, *words: str) -> None:
        for one in words:
            expect(self.page.get_by_role("main")).to_contain_text(one)

    def fits(self) -> None:
        """No text sticks out of its box or of the picture."""
        out = unfit(self.page)
        assert not out, f"does not fit: {out}"
        assert self.page.evaluate(
            "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
        ), "the picture scrolls"
