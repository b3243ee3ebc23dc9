"""Every surface at its sizes, in both languages, with nothing, enough and too much to show: pictures to be looked at.

What a machine can see is asserted: no serious fault of accessibility, nothing that sticks out of the page, text on the
studio's screen that fits. English pages are looked at in the dark scheme, Chinese ones in the light, so that both are.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inquiry import create_app
from inquiry.demo.city import PASSWORD as DEMO_PASSWORD
from inquiry.demo.load import load_once
from inquiry.settings import Settings
from tests.journeys.overfull import Overfull
from tests.journeys.people import in_minutes, unfit
from tests.support.browser import Chromium, accessibility_faults, picture
from tests.support.client import LiveClient
from tests.support.people import PASSWORD, Person
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.long]

#: Language, and the scheme it is looked at in.
WAYS = {"zh-CN": "light", "en-GB": "dark"}
PAGE, DESK, SCREEN = (390, 1440), (390, 1440, 1920), (1920, 3840)
HEIGHTS = {390: 844, 1440: 900, 1920: 1080, 3840: 2160}


@dataclass(frozen=True)
class Surface:
    """`path` may name the sessions of its city in braces; `shows` is there once the page is complete."""

    path: str
    login: str = ""
    sizes: tuple[int, ...] = PAGE
    shows: str = "main"
    press: str = ""


@dataclass
class City:
    """A server, the codes of its sessions, and how somebody signs in to it."""

    server: Server
    codes: dict[str, str]
    password: str
    phone: Person

    def cookies(self, login: str) -> list[Any]:
        person = self.phone if login == "phone" else Person(self.server.url, LiveClient).sign_in(login, self.password)
        return [{"name": one.name, "value": one.value, "url": self.server.url} for one in person.http.cookies]


# --- three cities ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def programme(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo's: one session is live, one was last month, one comes next week; and so are night exams."""
    folder = tmp_path_factory.mktemp("programme")
    server = Server(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'inquiry.sqlite')}", folder)
    app = create_app(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    load_once(app, lambda _words: None)
    app.extensions["inquiry.engine"].dispose()
    server.start()
    phone = Person(server.url, LiveClient).join()
    codes = {}
    for number in range(1, 17):
        row = phone.get(f"/live/{number}/snapshot").json()["state"]["session"][str(number)]
        exam = "exam_" if row["kind"] == "night_exam" else ""
        codes[exam + row["state"]] = row["code"]
        if row["state"] == "live" and not exam:
            phone.call("questions.ask", session=number, text="竹篙巷的排水，能不能先把最低的那一段挖开？")
            close_verdict(server, phone, number)
    yield City(server, codes, DEMO_PASSWORD, phone)
    server.kill()


def close_verdict(server: Server, phone: Person, session: int) -> None:
    """The demo begins with one that is open, and a screen that asks for it: the programme is looked at here."""
    verdicts = phone.get(f"/live/{session}/snapshot").json()["state"]["verdict"]
    host = Person(server.url, LiveClient).sign_in("host", DEMO_PASSWORD)
    for one in verdicts.values():
        if one["closed_at"] is None:
            host.call("verdicts.close", verdict=one["id"])


@pytest.fixture(scope="module")
def quiet(house: Server) -> City:
    """A city that has just begun: one session is planned, nobody has asked anything."""
    producer = Person(house.url, LiveClient).sign_in("producer")
    made = producer.call("live.create_session", title="第一场", starts_at=in_minutes(90), planned_minutes=40, units=[2])
    producer.call("live.open_intake", session=made["session"])
    return City(house, {"planned": made["code"]}, PASSWORD, Person(house.url, LiveClient).join())


@pytest.fixture(scope="module")
def overfull(new_house: Callable[[], Server]) -> City:
    full = Overfull(new_house(), LiveClient)
    return City(full.server, full.codes, PASSWORD, full.phone)


# --- what is looked at ----------------------------------------------------------------------------------------------

IN_STEP = "html[data-link='live']"
NORMAL = {
    "home": Surface("/"),
    "join": Surface("/join", sizes=(390,)),
    "join-scanned": Surface("/join/{live}", sizes=(390,)),
    "join-unknown": Surface("/join/ABCDEF", sizes=(390,)),
    "phone-questions": Surface("/s/{live}", "phone", (390,), IN_STEP),
    "phone-ask": Surface("/s/{live}#ask", "phone", (390,), IN_STEP),
    "phone-mine": Surface("/s/{live}#mine", "phone", (390,), IN_STEP),
    "phone-before": Surface("/s/{planned}", "phone", (390,), IN_STEP),
    "phone-after": Surface("/s/{closed}", "phone", (390,), IN_STEP),
    "screen-question": Surface("/screen/{live}", sizes=SCREEN, shows=".screen-words"),
    "screen-before": Surface("/screen/{planned}", sizes=SCREEN, shows=".screen-join img"),
    "screen-after": Surface("/screen/{closed}", sizes=SCREEN, shows=".screen-facts"),
    "desk-host": Surface("/desk/{live}/host", "host", DESK, ".rundown"),
    "desk-host-close": Surface("/desk/{live}/host", "host", (1440,), ".rundown", press="收场…|Close…"),
    "desk-moderate": Surface("/desk/{live}/moderate", "moderator", DESK, ".lane-row"),
    "desk-clerk": Surface("/desk/{live}/clerk", "clerk", DESK, ".lane-row"),
    "desk-official": Surface("/desk/{live}/official", "tingnan", DESK, ".official-question"),
    "desk-official-promised": Surface("/desk/{live}/official", "urban", (1440,), ".official-question"),
    "desk-director": Surface("/desk/{live}/director", "producer", DESK, ".director-layers"),
    "sessions": Surface("/sessions", "producer"),
    "new": Surface("/sessions/new", "producer"),
    "edit": Surface("/sessions/{planned}/edit", "producer"),
    "edit-live": Surface("/sessions/{live}/edit", "producer"),
    "import": Surface("/sessions/{planned}/import", "producer"),
    "session-live": Surface("/sessions/{live}"),
    "session-after": Surface("/sessions/{closed}"),
    "minutes": Surface("/sessions/{closed}/minutes"),
    "questions": Surface("/questions", sizes=(390, 1440, 1920)),
    "questions-nothing-found": Surface("/questions?q=zzz"),
    "question": Surface("/questions?session={closed}&state=answered", press="@first"),
    "question-handed": Surface("/questions?session={closed}&state=handed", press="@first"),
    "pledges": Surface("/pledges", sizes=(390, 1440, 1920)),
    "pledge-overdue": Surface("/pledges?state=overdue", press="@first"),
    "pledge-kept": Surface("/pledges?state=kept", press="@first"),
    "pledge-of-ours": Surface("/pledges?state=in_progress", "urban", press="@first"),
    "receipt": Surface("/receipt", sizes=(390,)),
    "sign-in": Surface("/sign-in"),
    "account": Surface("/account", "staff"),
    "board": Surface("/board", "staff", DESK),
    "silence": Surface("/silence", "leader", DESK),
    "unit": Surface("/unit", "urban"),
    "people": Surface("/admin/people", "admin"),
    "units": Surface("/admin/units", "admin"),
    "words": Surface("/admin/words", "admin"),
    "exam-screen": Surface("/screen/{exam_live}", sizes=SCREEN, shows="h1"),
    "exam-host": Surface("/desk/{exam_live}/host", "host", DESK, ".rundown"),
    "exam-room": Surface("/sessions/{exam_live}/room", "shiji", shows=IN_STEP),
    "exam-lead": Surface("/sessions/{exam_live}/lead", "mayor", shows=IN_STEP),
    "exam-roll-call": Surface("/sessions/{exam_live}/roll-call", "clerk", shows=IN_STEP),
    "exam-plan": Surface("/sessions/{exam_live}/plan"),
    "exam-minutes": Surface("/sessions/{exam_closed}/minutes"),
    "exam-edit": Surface("/sessions/{exam_planned}/edit", "producer"),
    "exam-policy": Surface("/exam/policy", "producer"),
    "results": Surface("/results"),
    "results-table": Surface("/results/1"),
    "results-figures": Surface("/results/figures", "staff"),
    "results-import": Surface("/results/import", "staff"),
    "picture": Surface("/sessions/{live}/picture", "producer"),
    "films": Surface("/sessions/{live}/films", "producer"),
    "captions": Surface("/sessions/{live}/captions", "clerk"),
    "recording": Surface("/sessions/{closed}/recording", "producer"),
    "stage": Surface("/sessions/{exam_live}/stage", "shiji"),
    "not-found": Surface("/questions/999999"),
}  # fmt: skip
EMPTY = {
    "empty-home": Surface("/"),
    "empty-phone": Surface("/s/{planned}", "phone", (390,), IN_STEP),
    "empty-phone-mine": Surface("/s/{planned}#mine", "phone", (390,), IN_STEP),
    "empty-screen": Surface("/screen/{planned}", sizes=(1920,), shows=".screen-join img"),
    "empty-desk-host": Surface("/desk/{planned}/host", "host", (1440,), ".empty"),
    "empty-desk-moderate": Surface("/desk/{planned}/moderate", "moderator", (1440,), ".empty"),
    "empty-desk-clerk": Surface("/desk/{planned}/clerk", "clerk", (1440,), ".empty"),
    "empty-desk-official": Surface("/desk/{planned}/official", "official", (1440,), ".empty"),
    "empty-edit": Surface("/sessions/{planned}/edit", "producer"),
    "empty-session": Surface("/sessions/{planned}"),
    "empty-questions": Surface("/questions"),
    "empty-pledges": Surface("/pledges"),
    "empty-board": Surface("/board", "staff", (1440,)),
    "empty-silence": Surface("/silence", "staff"),
    "empty-unit": Surface("/unit", "official"),
}
OVERFULL = {
    "overfull-home": Surface("/"),
    "overfull-phone": Surface("/s/{full}", "phone", (390,), IN_STEP),
    "overfull-phone-mine": Surface("/s/{full}#mine", "phone", (390,), IN_STEP),
    "overfull-screen": Surface("/screen/{full}", sizes=SCREEN, shows=".screen-words"),
    "overfull-screen-idle": Surface("/screen/{idle}", sizes=SCREEN, shows=".screen-open"),
    "overfull-screen-film": Surface("/screen/{film}", sizes=SCREEN, shows=".screen-words"),
    "overfull-desk-host": Surface("/desk/{full}/host", "host", DESK, ".lane-row"),
    "overfull-desk-moderate": Surface("/desk/{full}/moderate", "moderator", DESK, ".lane-row"),
    "overfull-desk-clerk": Surface("/desk/{full}/clerk", "clerk", DESK, ".lane-row"),
    "overfull-desk-official": Surface("/desk/{full}/official", "official", DESK, ".official-pledge"),
    "overfull-edit": Surface("/sessions/{full}/edit", "producer"),
    "overfull-session": Surface("/sessions/{full}"),
    "overfull-questions": Surface("/questions"),
    "overfull-question": Surface("/questions", press="@first"),
    "overfull-pledge": Surface("/pledges", press="@first"),
    "overfull-minutes": Surface("/sessions/{full}/minutes", "host"),
}


# --- looking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NORMAL)
def test_normal(chromium: Chromium, programme: City, name: str) -> None:
    look(chromium, programme, name, NORMAL[name])


@pytest.mark.parametrize("name", EMPTY)
def test_empty(chromium: Chromium, quiet: City, name: str) -> None:
    look(chromium, quiet, name, EMPTY[name])


@pytest.mark.parametrize("name", OVERFULL)
def test_overfull(chromium: Chromium, overfull: City, name: str) -> None:
    look(chromium, overfull, name, OVERFULL[name])


def look(chromium: Chromium, city: City, name: str, surface: Surface) -> None:
    """Take every picture of a surface first, then say all that is wrong with it."""
    faults = []
    chromium.expect(r"404 \(NOT FOUND\)" if name in ("not-found", "join-unknown") else "^$")
    cookies = city.cookies(surface.login) if surface.login else []
    for locale, scheme in WAYS.items():
        context = chromium.context(locale=locale, color_scheme=scheme, viewport=size(surface.sizes[0]))
        context.add_cookies(cookies)
        page = context.new_page()
        reach(page, city, surface)
        for width in surface.sizes:
            page.set_viewport_size(size(width))
            shot = f"{name}-{width}-{locale[:2]}"
            faults += [f"{shot}: {fault}" for fault in wrong_with(page)]
            picture(page, shot, full_page=surface.sizes == PAGE)
        context.close()
    assert not faults, "\n".join(faults)


def size(width: int) -> Any:
    return {"width": width, "height": HEIGHTS[width]}


def reach(page: Page, city: City, surface: Surface) -> None:
    page.goto(city.server.url + surface.path.format(**city.codes))
    expect(page.locator(surface.shows).first).to_be_visible()
    if surface.press == "@first":
        page.get_by_role("table").get_by_role("link").first.click()
        page.wait_for_load_state("load")
    elif surface.press:
        page.get_by_role("button", name=re.compile(surface.press)).click()


def wrong_with(page: Page) -> list[str]:
    """Serious faults of accessibility; what makes the page wider than the window; words that are cut off by an edge."""
    return [
        *accessibility_faults(page),
        *(f"does not fit its box: {text}" for text in unfit(page)),
        *(f"sticks out: {one}" for one in page.evaluate(STICKING_OUT)),
    ]


#: Cut on purpose is what ends in an ellipsis; what may be scrolled sideways is a table or a navigation.
STICKING_OUT = """() => {
  const clips = (one) => {
    for (let at = one; at && at !== document.documentElement; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") return at;
    }
    return null;
  };
  const cut = (one) => {
    const box = one.getBoundingClientRect();
    const clip = clips(one);
    const style = clip && getComputedStyle(clip);
    if (!box.width || one.closest("nav, .table-box, .visually-hidden") || clip === one) return false;
    if (clip && (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none")) return false;
    return box.right > (clip ? clip.getBoundingClientRect().right : document.documentElement.clientWidth) + 1;
  };
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("main *, header *, footer *")].filter((one) => says(one) && cut(one)).slice(0, 5)
    .map((one) => `${one.tagName} ${one.className} “${one.textContent.trim().slice(0, 30)}”`);
}"""
