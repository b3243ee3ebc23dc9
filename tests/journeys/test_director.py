"""A director's desk and two outputs: a card to air, corrected, cleared; what outputs confess; two directors; panic; an
output that is cut off, and one that runs for hours."""

import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.desks import ClerkDesk, Desk, HostDesk
from tests.journeys.people import Somebody
from tests.support.browser import SCREEN, Chromium, accessibility_faults, picture
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server
from tests.support.sizes import Size

pytestmark = pytest.mark.journey


class Director(Desk):
    """Somebody at the director's desk of a session."""

    name = "director"

    def is_in_step(self) -> None:
        super().is_in_step()
        expect(self.page.locator(".director-layers > li")).to_have_count(10)
        expect(self.layer("台标")).to_contain_text("随台上内容")

    def layer(self, name: str) -> Any:
        return self.page.locator(".director-layers > li").filter(has_text=re.compile(name))

    def output(self, name: str) -> Any:
        return self.page.locator("#side .lane-row[data-output]").filter(has_text=name)

    def prepare(self, **fields: str) -> None:
        cards = self.page.locator("#side .lane-row:not([data-output])")
        before = cards.count()
        self.press("n")
        for label, words in fields.items():
            self.page.get_by_role("dialog").get_by_label(label, exact=True).fill(words)
        self.page.get_by_role("dialog").get_by_role("button", name="保存").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(cards).to_have_count(before + 1)


def address_of(who: Director | Somebody, url: str, code: str, name: str) -> str:
    """Made on the page of outputs, by hand."""
    page = who.page.context.new_page()
    page.goto(f"{url}/sessions/{code}/outputs")
    page.get_by_label("名称").fill(name)
    page.get_by_role("button", name="新建输出").click()
    address = page.locator(".told-once input").first.input_value()
    page.close()
    return address.replace(address.split("/output/")[0], url)


def open_output(chromium: Chromium, address: str, **options: Any) -> Page:
    page = chromium.page(**SCREEN, **options)
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-link", "live")
    return page


def shows(output: Page, count: int) -> None:
    """So many layers stand there."""
    expect(output.locator(".stack-layer > *")).to_have_count(count)


def pixels(output: Page, name: str) -> Image.Image:
    """What the mixer gets, with its alpha."""
    path = picture(output, name)
    output.screenshot(path=path, omit_background=True)
    return Image.open(path)


def test_a_card_goes_to_air_on_two_outputs_and_leaves_it(
    chromium: Chromium, house: Server, evening: dict[str, Any], connect: Connect
) -> None:
    code = evening["code"]
    director = Director(chromium, house.url, code, "host")
    address = address_of(director, house.url, code, "主输出")
    outputs = [open_output(chromium, address) for _ in range(2)]
    expect(director.output("主输出")).to_contain_text("2 个窗口")
    empty = pixels(outputs[0], "output-empty")
    assert empty.getextrema()[3] == (0, 0), "nothing is on air: nothing covers the picture"

    # From the floor: who speaks, in the preview first.
    director.press("4")
    expect(director.page.locator("#preview-words")).to_contain_text("人名条 · 自动取用")
    for one in outputs:  # what is in the preview is not on air
        shows(one, 0)
    director.press("Enter")
    expect(director.layer("人名条")).to_contain_text("2/2 路已播出")
    shows(outputs[0], 1)
    shown = pixels(outputs[0], "output-lower-third")
    assert shown.getextrema()[3][1] > 0
    assert shown.getpixel((1900, 20))[3] == 0, "beside the layer there is nothing"
    picture(director.page, "director-on-air")

    # A card of the crew's own, corrected on the spot: no second entrance.
    director.prepare(姓名="周启明", 职务="副局长")
    director.press("j", "Enter")
    for one in outputs:
        expect(one.get_by_text("副局长")).to_be_visible()
    director.press("u")
    director.page.get_by_role("dialog").get_by_label("职务", exact=True).fill("局长")
    director.page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(director.page.get_by_role("dialog")).to_have_count(0)
    expect(outputs[0].get_by_text("副局长")).to_have_count(0)
    outputs[1].reload()
    shows(outputs[1], 1)
    expect(outputs[1].get_by_text("局长")).to_be_visible()
    expect(director.layer("人名条")).to_contain_text("2/2 路已播出")

    # Another director presses at what is there no more.
    other = Director(chromium, house.url, code, "producer")
    director.press("4", "c")
    shows(outputs[0], 0)
    shows(outputs[1], 0)
    expect(other.layer("人名条")).to_contain_text("未播出")

    # Panic is held: a stray press of its key does nothing.
    other.press("1", "Enter")
    expect(director.layer("台标")).to_contain_text("播出中")
    director.press("p", "h")
    expect(director.layer("人名条")).to_contain_text("已暂停取用")
    shows(outputs[0], 1)
    director.page.keyboard.down("p")
    shows(outputs[0], 0)
    director.page.keyboard.up("p")
    expect(other.layer("台标")).to_contain_text("未播出")
    assert not accessibility_faults(director.page)

    # One that is hidden says so; from afar it tells its name; revoked it shows nothing and is told nothing.
    director.output("主输出").get_by_role("button", name="显示名称").click()
    expect(outputs[0].locator("#name")).to_have_text("主输出")
    chromium.expect("40[14]")
    producer = Person(house.url, connect).sign_in("producer")
    director.press("1", "Enter")
    shows(outputs[0], 1)
    producer.call("graphics.revoke_output", output=1)
    for one in outputs:
        expect(one.locator("#stage")).to_have_count(0)
        assert pixels(one, "output-revoked").getextrema()[3] == (0, 0)
    producer.http.close()


def test_an_output_that_is_cut_off_is_named_and_comes_back_with_the_newest(
    chromium: Chromium, house: Server, evening: dict[str, Any]
) -> None:
    chromium.expect("INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_INTERNET")
    director = Director(chromium, house.url, evening["code"], "host")
    address = address_of(director, house.url, evening["code"], "备播")
    stays, cut = (open_output(chromium, address, reduced_motion="no-preference") for _ in range(2))
    director.prepare(姓名="周启明", 职务="副局长")
    director.press("j", "Enter")
    expect(director.layer("人名条")).to_contain_text("2/2 路已播出")
    cut.evaluate("document.querySelector('.stack-layer > *').wasThere = true")
    cut.context.set_offline(True)
    director.press("u")
    director.page.get_by_role("dialog").get_by_label("职务", exact=True).fill("局长")
    director.page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(stays.get_by_text("副局长")).to_have_count(0)
    expect(director.output("备播")).to_contain_text("1 个窗口失去联系")
    expect(director.output("备播")).to_contain_text("1 个窗口 ·")
    picture(director.page, "director-output-cut-off")
    expect(cut.get_by_text("副局长")).to_be_visible()
    cut.context.set_offline(False)
    expect(cut.get_by_text("副局长")).to_have_count(0)
    expect(cut.get_by_text("局长")).to_be_visible()
    assert cut.evaluate("document.querySelector('.stack-layer > *').wasThere"), "corrected where it stands: no entrance"
    expect(director.output("备播")).not_to_contain_text("失去联系")
    expect(director.layer("人名条")).to_contain_text("2/2 路已播出")


def test_timers_messages_and_what_one_did_last_are_worked_beside_the_pictures(
    chromium: Chromium, house: Server, evening: dict[str, Any], host: Person
) -> None:
    of_session = {"session": evening["session"]}
    for name in ("休息", "评议团"):
        host.call("live.add_timer", **of_session, name=name, seconds=300)
    clip = {"kind": "clip", "title": "暗访短片", "planned_minutes": 3}
    item = host.call("live.add_item", **of_session, **clip, note_producer="看提词", note_clerk="记下时长")["item"]
    director = Director(chromium, house.url, evening["code"], "host")
    side, rundown = director.page.locator("#side"), director.page.locator("#rundown")

    # A timer by its keys, another by its button.
    director.press("s")
    director.is_told("还没有选中计时器")
    director.press(",", "s")
    second = rundown.locator(".timer-lines > li").nth(1)
    expect(second).to_have_attribute("aria-current", "true")
    expect(second.get_by_role("button", name="暂停")).to_be_enabled()
    director.press("r")
    expect(second.get_by_role("button", name="开始")).to_be_enabled()
    rundown.locator(".timer-lines > li").first.get_by_role("button", name="开始").click()
    expect(rundown.locator(".timer-lines > li").first).to_contain_text("剩余")
    director.press("t")
    expect(director.page.get_by_role("dialog")).to_contain_text("各方同样加时")
    director.press("Escape")

    # A message, seen by whom it was for.
    director.press("m")
    expect(director.page.get_by_label("说什么")).to_be_focused()
    director.type("请准备下一题")
    director.press("Enter")
    expect(side.locator(".is-open")).to_contain_text("等待确认")
    HostDesk(chromium, house.url, evening["code"]).press("y")
    expect(side.locator(".is-seen")).to_contain_text("已确认")

    # What is noted for somebody stands at their own desk.
    expect(rundown.locator(f"[data-item='{item}']")).to_contain_text("看提词")
    expect(rundown).not_to_contain_text("记下时长")
    expect(ClerkDesk(chromium, house.url, evening["code"]).page.locator("#desk-notes")).to_have_text(
        re.compile(r"接下来\s+记下时长")
    )

    # What would be undone has its name, on the button too.
    expect(director.button("重做")).to_be_disabled()
    director.button("撤销：添加“暗访短片”").click()
    expect(rundown.locator(f"[data-item='{item}']")).to_have_count(0)
    director.press("Control+Shift+z")
    expect(rundown.locator(f"[data-item='{item}']")).to_be_visible()
    expect(director.button("撤销：添加“暗访短片”")).to_be_enabled()
    assert not accessibility_faults(director.page)


def test_keys_are_changed_and_remembered_on_this_device(
    chromium: Chromium, house: Server, evening: dict[str, Any]
) -> None:
    director = Director(chromium, house.url, evening["code"], "host")
    director.page.get_by_role("button", name="更改按键").click()
    keys = director.page.locator("#director-keys-body")
    keys.locator("div", has_text="播出预览的内容").get_by_role("button").click()
    director.press("c")
    expect(keys.get_by_role("status")).to_contain_text("该键已用于“撤下所选图层”")
    director.press("x")
    expect(keys.locator("div", has_text="播出预览的内容").get_by_role("button")).to_have_text("X")
    director.page.reload()
    expect(director.page.locator(".director-layers > li")).to_have_count(10)
    expect(director.page.locator("#presses")).to_contain_text("X")
    director.press("n")
    director.page.get_by_role("dialog").get_by_label("姓名", exact=True).press("1")
    director.press("Escape")
    expect(director.page.get_by_role("dialog")).to_have_count(0)
    expect(director.page.locator("#preview-words")).to_contain_text("未选")
    director.press("1")
    expect(director.page.locator("#preview-words")).to_contain_text("台标 · 自动取用")
    director.press("x")
    expect(director.layer("台标")).to_contain_text("播出中")

    # A key of one's own stays so, also when the desk has come to use it for something else.
    director.page.evaluate("localStorage.setItem('inquiry.director.keys', JSON.stringify({ clear: 'm' }))")
    director.page.reload()
    expect(director.layer("台标")).to_contain_text("播出中")
    director.press("1", "m")
    expect(director.layer("台标")).to_contain_text("未播出")
    director.page.get_by_role("button", name="更改按键").click()
    expect(keys.locator("div", has_text="写幕后提示").get_by_role("button")).to_have_text("—")


class Air:
    """Somebody at the vision mixer's side who takes, corrects and clears cards without a desk."""

    def __init__(self, host: Person, session: int) -> None:
        self._host, self._session = host, session
        self._seen: dict[str, int] = {}

    def prepare(self, layer: str, **content: Any) -> int:
        made: int = self._host.call(
            "graphics.prepare_card", session=self._session, layer=layer, content=content
        )["card"]  # fmt: skip
        return made

    def press(self, what: str, layer: str, **fields: Any) -> None:
        name = {} if what == "take" else {"layer": layer}
        told = self._host.call(
            f"graphics.{what}", session=self._session, seen=self._seen.get(layer, 0), **name, **fields
        )
        self._seen[layer] = told["revision"]


def held_by(page: Page) -> dict[str, float]:
    """What a page holds once nothing is left to be collected: bytes of its heap, nodes, listeners."""
    look = page.context.new_cdp_session(page)
    look.send("Performance.enable")
    for _ in range(3):
        look.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in look.send("Performance.getMetrics")["metrics"]}
    look.detach()
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_output_that_runs_for_hours_grows_by_nothing(
    chromium: Chromium, house: Server, evening: dict[str, Any], host: Person, size: Size
) -> None:
    """Hundreds of takes, corrections and clears, by the real server and drawn by the page with its animations."""
    producer = Somebody(chromium, house.url, "producer")
    output = open_output(
        chromium, address_of(producer, house.url, evening["code"], "长跑"), reduced_motion="no-preference"
    )
    air = Air(host, evening["session"])
    cards = {
        "lower_third": air.prepare("lower_third", name="周启明", title="副局长"),
        "ticker": air.prepare("ticker", lines=[{"text": "扫码提问"}, {"text": "今晚八点"}]),
        "full_frame": air.prepare("full_frame", title="休息"),
    }

    def turns(first: int, number: int) -> None:
        for turn in range(first, first + number):
            for layer, card in cards.items():
                air.press("take", layer, card=card, rev=0)
            air.press("update_on_air", "lower_third", content={"name": "周启明", "title": f"第{turn}任局长"})
            air.press("update_on_air", "full_frame", content={"title": f"第{turn}次休息"})
            expect(output.get_by_text(f"第{turn}任局长")).to_be_visible()
            expect(output.get_by_text(f"第{turn}次休息")).to_be_visible()
            for layer in cards:
                air.press("clear", layer)
        shows(output, 0)

    turns(0, 15)
    warm = held_by(output)
    turns(15, size(40, 200))
    after = held_by(output)
    assert {name: after[name] for name in warm if after[name] > 1.2 * warm[name]} == {}, (warm, after)
