"""A verdict from the host's press to the minutes: two phones, a card on a phone, the studio's tablet, the screen; and
beside these pages the other cards and devices of a full studio, thirty and three hundred in all, at the same server."""

import http.client
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import sqrt
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from inquiry import create_app
from inquiry.accounts import devices
from inquiry.accounts.commands import audience
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live import queries as live
from inquiry.settings import Settings
from inquiry.verdicts import pins
from tests.journeys.desks import HostDesk
from tests.journeys.people import Somebody, in_minutes, unfit
from tests.journeys.test_director import Director
from tests.support.browser import PHONE, PICTURES, SCREEN, Chromium, accessibility_faults, picture
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]  # seven browsers, on a machine that may be busy

UNIT = 2  # 城管局
ASKED = "湖滨路的路灯坏了三个月，到底什么时候能修好？"
TABLET = {"viewport": {"width": 820, "height": 1180}, "is_mobile": True, "has_touch": True}


#: What is said in all: cards 1 to 3 and devices 1 and 2 say it on the pages below, the rest beside them.
PANEL = [number % 4 != 0 for number in range(1, 31)]
VIEWERS = [number % 11 not in (2, 5) for number in range(1, 301)]
#: Of the standard normal distribution, for 95 %.
Z = 1.959964


def says(words: Sequence[bool]) -> tuple[str, str, str]:
    """How pages tell a count, its share and its Wilson interval."""
    n, yes = len(words), sum(words)
    share, reach = yes / n, Z / (1 + Z * Z / n) * sqrt(yes / n * (1 - yes / n) / n + Z * Z / (4 * n * n))
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    told = f"{100 * (middle - reach):.1f}–{100 * (middle + reach):.1f}"
    return f"{n} 票中 {yes} 票满意", f"{100 * share:.1f}%", told


@dataclass
class Answered:
    """A live session with a question that was answered; `cards` is what stands on its thirty cards, `devices` are the
    cookies of the phones that have no page."""

    session: int
    code: str
    question: int
    response: int
    cards: list[str]
    devices: list[str]


@pytest.fixture
def answered(house: Server, host: Person, connect: Connect) -> Answered:
    moderator = Person(house.url, connect).sign_in("moderator")
    clerk, phone = Person(house.url, connect).sign_in("clerk"), Person(house.url, connect).join()
    made = host.call(
        "live.create_session", title="城市照明", title_en="Street lighting", starts_at=in_minutes(0),
        planned_minutes=40, units=[UNIT],
    )  # fmt: skip
    session, code = made["session"], made["code"]
    host.call("live.open_intake", session=session)
    host.call("live.go_live", session=session)
    question = phone.call("questions.ask", session=session, text=ASKED)["question"]
    moderator.call("questions.approve", question=question, seen=0, unit=UNIT)
    host.call("questions.put_on_air", session=session, question=question, seen=0)
    response = clerk.call(
        "responses.record_response", question=question, unit=UNIT, kind="specific_commitment",
        text="十二月二十日前全部修好。", speaker="程远帆",
    )["response"]  # fmt: skip
    host.call("verdicts.make_cards", session=session, number=30)
    app = create_app(Settings.from_environment(house.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    with app.app_context(), reading() as db:
        assert live.session(db, session).code == code
        cards = [f"{number}-{pins.pin(code, number)}" for number in range(1, 31)]
    with app.app_context(), unit_of_work() as uow:
        tokens = [audience.join_audience(uow)[1] for _ in VIEWERS[2:]]
    app.extensions["inquiry.engine"].dispose()
    for one in (moderator, clerk, phone):
        one.http.close()
    return Answered(session, code, question, response, cards, [f"{devices.COOKIE}={one}" for one in tokens])


def in_hand(chromium: Chromium, url: str, code: str, locale: str = "zh-CN") -> Page:
    page = chromium.page(locale=locale, **PHONE)
    page.goto(f"{url}/join/{code}")
    page.locator("form button").first.click()
    expect(page.locator("html")).to_have_attribute("data-link", "live")
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), "nothing sticks out at the side"


def judge(house: Server, verdict: int, phones: Sequence[tuple[str, bool]]) -> None:
    """These devices press, by their cookies, over one connection."""
    line = http.client.HTTPConnection(urlsplit(house.url).netloc, timeout=60)
    for cookie, satisfied in phones:
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        line.request("POST", "/api/verdicts.judge", json.dumps({"verdict": verdict, "satisfied": satisfied}), headers)
        assert json.loads(line.getresponse().read())["satisfied"] is satisfied
    line.close()


def everybody_else(house: Server, connect: Connect, answered: Answered) -> None:
    """The cards by one socket, as from a second tablet; the devices by eight connections."""
    tablet = Person(house.url, connect).join()
    socket = tablet.socket()
    streams = socket.call("follow", {"session": answered.session, "view": "public"})["streams"]
    assert streams
    socket.wait_for(lambda: socket.ticks and socket.ticks[-1]["verdict"])
    verdict = socket.ticks[-1]["verdict"]["id"]
    phones = list(zip(answered.devices, VIEWERS[2:], strict=True))
    with ThreadPoolExecutor(8) as presses:
        for done in [presses.submit(judge, house, verdict, phones[at::8]) for at in range(8)]:
            done.result()
    for card, satisfied in list(zip(answered.cards, PANEL, strict=True))[3:]:
        told = socket.call("verdicts.judge_by_card", {"verdict": verdict, "typed": card, "satisfied": satisfied})
        assert told["ok"], told
    socket.close()
    tablet.http.close()


def test_a_verdict_from_the_press_to_the_minutes(
    chromium: Chromium, house: Server, host: Person, connect: Connect, answered: Answered
) -> None:
    code = answered.code
    desk = HostDesk(chromium, house.url, code)
    screen = chromium.page(**SCREEN)
    screen.goto(f"{house.url}/screen/{code}")
    first, second = in_hand(chromium, house.url, code), in_hand(chromium, house.url, code, "en-US")
    member = chromium.page(**PHONE)
    member.goto(f"{house.url}/v/{code}/{answered.cards[0]}")
    expect(member.get_by_text("现在没有评议")).to_be_visible()
    tablet = chromium.page(**TABLET)
    tablet.goto(f"{house.url}/panel/{code}")

    desk.page.get_by_role("button", name="120 秒").click()
    picture(desk.page, "verdict-host-armed")
    desk.page.get_by_role("button", name="再按一次").click()
    expect(desk.page.locator(".host-verdict-left")).to_be_visible()
    expect(first.get_by_role("heading", name="您对刚才的回答满意吗？")).to_be_visible()
    expect(screen.get_by_text("评议进行中")).to_be_visible()
    picture(first, "verdict-phone-open")
    first.get_by_role("button", name="不满意", exact=True).click()
    expect(first.locator(".verdict-line")).to_contain_text("已计入：不满意。")
    first.get_by_role("button", name="满意", exact=True).click()
    expect(first.locator(".verdict-line")).to_contain_text("已计入：满意。")
    second.get_by_role("button", name="Not satisfied", exact=True).click()
    expect(second.locator(".verdict-line")).to_contain_text("Counted: not satisfied.")
    picture(first, "verdict-phone-counted")
    picture(second, "verdict-phone-counted-en")
    first.reload()
    expect(first.get_by_role("button", name="满意", exact=True)).to_have_attribute("aria-pressed", "true")
    for page in (first, second):
        fits(page)
        assert not accessibility_faults(page)

    member.get_by_role("button", name="满意", exact=True).click()  # the page came by itself
    expect(member.get_by_text("1 号卡已计入这次评议")).to_be_visible()
    picture(member, "verdict-card-counted")
    for card, word in ((answered.cards[1], "满意"), (answered.cards[2].replace("-", " "), "满意")):
        tablet.get_by_label("卡上的编号和密码").fill(card)
        picture(tablet, "verdict-tablet-start")
        tablet.keyboard.press("Enter")
        expect(tablet.get_by_role("button", name=word, exact=True)).to_be_visible()
        picture(tablet, "verdict-tablet-buttons")
        assert not accessibility_faults(tablet)
        tablet.get_by_role("button", name=word, exact=True).click()
        expect(tablet.get_by_text("号卡已计入。")).to_be_visible()
        expect(tablet.get_by_label("卡上的编号和密码")).to_be_visible()
    tablet.get_by_label("卡上的编号和密码").fill(f"{house.url}/v/{code}/{answered.cards[1]}")
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_text("2 号卡已计入这次评议")).to_be_visible()
    tablet.goto(f"{house.url}/panel/{code}")
    tablet.get_by_label("卡上的编号和密码").fill("3 33333333")
    chromium.expect("403")
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_text("没有这个编号和密码的评议卡")).to_be_visible()

    expect(desk.page.locator(".host-verdict")).to_contain_text("评议团 3 / 30 张卡")
    everybody_else(house, connect, answered)
    expect(desk.page.locator(".host-verdict")).to_contain_text("评议团 30 / 30 张卡")
    for words in (PANEL, VIEWERS):
        _counted, share, interval = says(words)
        expect(desk.page.locator(".host-verdict")).to_contain_text(f"{sum(words)} : {len(words) - sum(words)}")
        expect(desk.page.locator(".host-verdict")).to_contain_text(f"{share} 满意 · {interval} %")
    picture(desk.page, "verdict-host-open")
    picture(screen, "verdict-screen-open")
    assert not unfit(screen)
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\d%"))

    desk.press("v")
    desk.press("v")
    expect(desk.button("结果上屏")).to_be_visible()
    expect(first.get_by_text("评议结束，谢谢参与")).to_be_visible()
    expect(screen.get_by_text("评议进行中")).to_be_hidden()
    desk.press("g")
    for words in (PANEL, VIEWERS):
        counted, share, interval = says(words)
        expect(screen.get_by_text(counted)).to_be_visible()
        expect(screen.locator("body")).to_contain_text(interval)
        expect(first.get_by_text(f"{share} 满意")).to_be_visible()
    picture(screen, "verdict-screen-result")
    assert not unfit(screen)
    picture(first, "verdict-phone-result")
    picture(desk.page, "verdict-host-after")
    desk.button("本场评议").click()
    for words in (PANEL, VIEWERS):
        expect(desk.page.get_by_role("dialog")).to_contain_text(says(words)[0])
    picture(desk.page, "verdict-host-history")
    read_afterwards(chromium, house, answered)

    # Another one was opened by mistake: the director calls it off, and after that the host another.
    desk.press("Escape")
    director = Director(chromium, house.url, code, "producer")
    for crew, name in ((director, "director"), (desk, "host")):
        host.call("verdicts.open", question=answered.question, seconds=120)
        expect(first.get_by_role("heading", name="您对刚才的回答满意吗？")).to_be_visible()
        expect(crew.button("取消评议")).to_be_visible()
        picture(crew.page, f"verdict-call-off-{name}")
        crew.hold(crew.button("取消评议"))
        expect(first.locator(".verdict-line")).to_have_text("本次评议已取消，不计结果")
        expect(crew.button("取消评议")).to_have_count(0)

    # Another one, and the answer is withdrawn while people judge: nobody is asked any more, and everybody is told.
    host.call("verdicts.open", question=answered.question, seconds=120)
    expect(first.get_by_role("heading", name="您对刚才的回答满意吗？")).to_be_visible()
    staff = Person(house.url, connect).sign_in("staff")
    staff.call("responses.withdraw_words", response=answered.response, reason="含个人住址")
    staff.http.close()
    expect(first.locator(".verdict-line")).to_have_text("本次评议已取消，不计结果")
    expect(first.locator("#announcer")).to_have_text("本次评议已取消，不计结果")
    expect(second.locator(".verdict-line")).to_have_text("This verdict was called off. Nothing was counted.")
    picture(first, "verdict-phone-called-off")
    fits(second)
    expect(desk.button("结果在屏上")).to_be_visible()  # of the one before, which stands
    desk.button("本场评议").click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("本次评议已取消，不计结果")
    picture(desk.page, "verdict-host-called-off")


def read_afterwards(chromium: Chromium, house: Server, answered: Answered) -> None:
    """On the pages for everybody, and those of the crew."""
    anybody = chromium.page()
    for path in (f"/questions/{answered.question}", f"/sessions/{answered.code}/minutes", f"/results/units/{UNIT}"):
        anybody.goto(house.url + path)
        for counted, share, interval in map(says, (PANEL, VIEWERS)):
            expect(anybody.locator("main").get_by_text(counted)).to_be_visible()
            expect(anybody.locator("main").get_by_text(f"{share} 满意")).to_be_visible()
            expect(anybody.locator("main").get_by_text(f"95% 区间 {interval}%")).to_be_visible()
        picture(anybody, "verdict-page" + path.split("/")[1] + path.split("/")[-1], full_page=True)
        assert not accessibility_faults(anybody)
    producer = Somebody(chromium, house.url, "producer").page
    for language in ("zh-CN", "en"):
        producer.goto(f"{house.url}/sessions/{answered.code}/cards?lang={language}")
        assert not accessibility_faults(producer)
        assert producer.locator(".panel-card").count() == 30
        picture(producer, f"verdict-cards-{language}")
        producer.emulate_media(media="print")
        producer.pdf(path=PICTURES / f"verdict-cards-{language}.pdf", prefer_css_page_size=True)
        producer.emulate_media(media="screen")
        producer.goto(f"{house.url}/sessions/{answered.code}/verdicts")
        assert not accessibility_faults(producer)
        picture(producer, f"verdict-list-{language}", full_page=True)
