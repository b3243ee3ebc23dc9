"""The desks of an evening, worked by keyboard as far as they promise to be."""

import re
import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import Somebody
from tests.support.browser import Chromium


class Desk(Somebody):
    """Somebody of the crew, signed in and seated; `name` is the desk's address."""

    name = ""

    def __init__(self, chromium: Chromium, url: str, code: str, login: str = "") -> None:
        super().__init__(chromium, url, login or self.name)
        self.open(f"/desk/{code}/{self.name}")
        self.is_in_step()

    def is_in_step(self) -> None:
        expect(self.page.locator("html")).to_have_attribute("data-link", "live")
        expect(self.page.locator("#out-of-step")).to_be_hidden()

    def search(self, words: str) -> Locator:
        """The one row that is left when these words are searched for; it is chosen."""
        expect(self.page.get_by_role("searchbox").first).to_be_visible()  # drawn with the first frame
        self.press("/")
        self.type(words)
        row = self.lane.filter(has_text=words)
        expect(row).to_have_count(1)
        expect(self.lane).to_have_count(1)
        self.look()
        self.press("Enter")
        self.look()
        expect(row).to_have_attribute("aria-current", "true")
        return row

    @property
    def lane(self) -> Locator:
        return self.page.locator(".lane").get_by_role("listitem")


class HostDesk(Desk):
    """One hand, no reading, no surprises."""

    name = "host"

    def go_live(self) -> None:
        self.hold(self.button("按住开播"))
        expect(self.button("收场…")).to_be_visible()

    def take_next(self, title: str) -> None:
        """N arms, N takes."""
        self.press("n")
        expect(self.button("再按一次")).to_be_visible()
        self.press("n")
        expect(self.stage).to_contain_text(title)
        expect(self.button("开始计时")).to_be_enabled()

    @property
    def stage(self) -> Locator:
        return self.page.locator("#stage .on-floor")

    def arm(self, words: str) -> None:
        """Search the queue, choose, arm: one Enter more and it is on air."""
        self.search(words)
        self.press("Enter")
        expect(self.page.locator("#queue").get_by_text("再按回车")).to_be_visible()

    def put_on_air(self, words: str) -> None:
        self.arm(words)
        self.press("Enter")
        expect(self.stage).to_contain_text(words)

    def start(self, seconds: int = 120) -> None:
        expect(self.button("开始计时")).to_be_enabled()
        self.press(str(seconds // 60), "Space")
        expect(self.button("暂停")).to_be_enabled()

    def pause(self) -> None:
        self.press("Space")
        expect(self.button("继续")).to_be_enabled()

    def go_on(self) -> None:
        self.press("Space")
        expect(self.button("暂停")).to_be_enabled()

    def extend(self) -> None:
        expect(self.button("+30 秒")).to_be_enabled()
        self.press("+")
        expect(self.page.get_by_text("其中加时 +0:30")).to_be_visible()

    def end(self) -> None:
        self.press("e")
        expect(self.button("再按一次")).to_be_visible()
        self.press("e")
        expect(self.button("开始计时")).to_be_enabled()

    @property
    def prompts(self) -> Locator:
        return self.page.get_by_role("region", name="追问提示")

    # --- the close ---------------------------------------------------------------------------------------------------

    def open_close(self) -> Locator:
        self.button("收场…").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text("收场后不能再上台")
        return dialog

    def settle(self, number: int, where: re.Pattern[str] | str) -> None:
        """Choose where one question goes that was not on air."""
        select = self.page.get_by_role("dialog").get_by_label(f"去处 {number}", exact=True)
        option = select.locator("option").filter(has_text=where).first
        select.select_option(value=option.get_attribute("value"))

    def close(self, unitless_to: str = "") -> None:
        """Say what becomes of what waits and of what has no unit, where there is such, and close."""
        waits, unitless = self.page.locator("#waiting-to"), self.page.locator("#unitless-to")
        if waits.count():
            waits.select_option("leave")
        if unitless.count():
            expect(self.button("按住收场")).to_be_disabled()
            option = unitless.locator("option").filter(has_text=unitless_to).nth(0 if unitless_to else 1)
            unitless.select_option(value=option.get_attribute("value"))
        self.hold(self.button("按住收场"))
        self.is_told("已收场")
        expect(self.page.get_by_text("本场已收场").first).to_be_visible()


def press_at_once(*presses: tuple[Page, str]) -> None:
    """Press a key in several windows in the same moment.

    Each window stands still for the last moments before it, so that none can hear of the other's press first.
    """
    at = time.time() * 1000 + 1200
    for page, key in presses:
        page.evaluate(
            """([at, key]) => setTimeout(() => { while (Date.now() < at);
              document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})); },
              at - 300 - Date.now())""",
            [at, key],
        )


class ModerationDesk(Desk):
    """Hundreds of questions a minute, by keyboard."""

    name = "moderator"

    def __init__(self, chromium: Chromium, url: str, code: str) -> None:
        Somebody.__init__(self, chromium, url, "moderator")
        self.open(f"/desk/{code}/moderate")
        self.is_in_step()

    def take_up(self, words: str) -> int:
        """Bring a question under the eye, wherever it stands among the waiting ones; its number."""
        self.search(words)
        current = self.page.locator("#question")
        expect(current).to_contain_text(words)
        number = re.search(r"第 (\d+) 号", current.inner_text())
        assert number
        return int(number[1])

    def approve(self, words: str, unit: str = "") -> None:
        number = self.take_up(words)
        if unit:
            self.press("u")
            self.page.get_by_label("答问单位").select_option(label=unit)
            self.press("Escape")
            expect(self.lane).to_contain_text(unit)
            self.look()
        self.press("a")
        self.is_told(f"第 {number} 号已通过")

    def refuse(self, words: str, note: str) -> None:
        """For "other", because that wants a note: the last digit asks for it, Enter sends it."""
        number = self.take_up(words)
        self._ask_why()
        self.press("7")
        expect(self.page.get_by_label("附言")).to_be_focused()
        self.type(note)
        self.press("Enter")
        self.is_told(f"第 {number} 号未采用：其他")

    def refuse_at_once(self, words: str, digit: str, reason: str) -> None:
        number = self.take_up(words)
        self._ask_why()
        self.press(digit)
        self.is_told(f"第 {number} 号未采用：{reason}")

    def _ask_why(self) -> None:
        self.press("r")
        expect(self.page.get_by_text("为什么不采用？")).to_be_visible()

    def undo(self) -> None:
        self.press("z")
        self.is_told(re.compile("已撤销对第"))

    def merge(self, words: str, into: str) -> None:
        """Into the first of the suggested ones, which stand beside it."""
        number = self.take_up(words)
        first = self.page.locator("#alike").get_by_role("listitem").first
        expect(first).to_contain_text(into)
        self.press("m", "1")
        self.is_told(re.compile(f"第 {number} 号已合并到第"))

    def reword(self, words: str, better: str) -> None:
        number = self.take_up(words)
        self.press("w")
        expect(self.page.get_by_label("新的表述")).to_be_focused()
        self.press("Control+a")
        self.type(better)
        self.press("Control+Enter")
        self.is_told(f"第 {number} 号已改写")

    def approve_next(self, number: int) -> None:
        """From the top of the lane, one after the other, as fast as the finger goes."""
        self.press("/", "Escape")
        expect(self.lane).not_to_have_count(1)
        self.look()
        expect(self.lane.first).to_have_attribute("aria-current", "true")
        for _ in range(number):
            self.press("a")
        expect(self.lane.filter(has_text="已通过")).to_have_count(number)

    def figure(self, name: str) -> Locator:
        row = self.page.get_by_label("提问总数").locator("div").filter(has=self.page.get_by_text(name, exact=True))
        return row.get_by_role("definition")

    @property
    def totals(self) -> dict[str, int]:
        """How everything received adds up, by its words."""
        rows = self.page.get_by_label("提问总数").locator("div").all_inner_texts()
        return {name: int(number.replace(",", "")) for name, number in (row.split() for row in rows)}


@dataclass
class Spoken:
    """A pledge as the clerk writes it down."""

    words: str
    action: str = ""
    where: str = ""
    officer: str = ""
    due: str = ""


class ClerkDesk(Desk):
    """Everything here is typed; nothing is clicked."""

    name = "clerk"

    def is_at(self, question: str) -> None:
        """The question on air has come up by itself."""
        expect(self.page.locator(".clerk-question")).to_contain_text(question)

    def record(self, kind: str, text: str) -> None:
        """A digit for the kind puts the cursor into the text."""
        self.press(kind)
        expect(self.page.get_by_label("回应内容")).to_be_focused()
        self.type(text)
        self.press("Control+Enter")
        self.is_told(re.compile("的回应已记录"))

    def pledge(self, said: Spoken) -> None:
        """After a response that promises, its pledge is next; Tab leads from field to field."""
        spoken = self.page.get_by_label("原话")
        expect(spoken).to_be_focused()
        if spoken.input_value() != said.words:
            self.type(said.words)  # over the words of the response, which are selected
        for words in (said.action, said.where, said.officer):
            self.press("Tab")
            self.type(words)
        self.press("Tab", "Tab")  # the lead unit is the speaker's
        self.type(said.due)
        self.press("Control+Enter")
        self.is_told("承诺已保存，已送单位确认")

    def done(self) -> None:
        """Nothing more was promised."""
        expect(self.page.get_by_label("原话")).to_be_focused()
        self.press("Control+Enter")
        expect(self.page.get_by_role("heading", name="记录回应")).to_be_visible()


class OfficialDesk(Desk):
    """What am I asked, how long have I, what am I recorded as promising."""

    name = "official"

    def is_asked(self, question: str) -> None:
        expect(self.page.locator("#asked")).to_contain_text("正在问您的单位")
        expect(self.page.locator("#asked")).to_contain_text(question)

    def promised(self, words: str) -> Locator:
        return self.page.get_by_role("region", name="本场记录的承诺").get_by_role("listitem").filter(has_text=words)

    def confirm(self, words: str) -> None:
        self.hold(self.promised(words).get_by_role("button", name="按住确认"))
        expect(self.promised(words)).to_contain_text("已确认")

    def dispute(self, words: str, meant: str) -> None:
        self.promised(words).get_by_role("button", name="有异议").click()
        expect(self.page.get_by_label("哪里与您说的不一样？")).to_be_focused()
        self.type(meant)
        self.button("提交异议").click()
        expect(self.promised(words)).to_contain_text("有异议")
        expect(self.promised(words)).to_contain_text(meant)
