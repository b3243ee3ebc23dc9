"""The pages as people see them: no fault for a screen reader, nothing wider than the screen, whole without a script."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from inquiry.settings import Settings
from tests.support.browser import DESK, PHONE, SCREEN, Chromium, accessibility_faults, picture
from tests.support.client import Connect
from tests.support.people import PASSWORD, Person, settle
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.long]

UNIT = 2  # 城管局, the second that `settle` founds
LONG = "这个问题很长，" * 60


@dataclass
class House:
    """A server with an evening behind it: one pledge waits for its check, one question for its written answer."""

    server: Server
    code: str
    questions: dict[str, int]
    receipt: str
    pledge: int

    @property
    def url(self) -> str:
        return self.server.url


def _evening(server: Server, connect: Connect) -> House:
    host, moderator, clerk, official, staff = (
        Person(server.url, connect).sign_in(role) for role in ("host", "moderator", "clerk", "official", "staff")
    )
    phone = Person(server.url, connect).join()
    made = host.call(
        "live.create_session", title="路灯与停车", title_en="Lamps and parking", starts_at="2030-12-01T20:00",
        planned_minutes=40, units=[UNIT],
    )  # fmt: skip
    session = made["session"]
    host.call("live.open_intake", session=session)
    asked: dict[str, dict[str, Any]] = {}
    for name, text in (("put", "湖滨路的路灯何时修好？"), ("handed", "物业费为何上涨？"), ("long", LONG[:490])):
        asked[name] = phone.call("questions.ask", session=session, text=text, unit=UNIT)
        moderator.call("questions.approve", question=asked[name]["question"], seen=0)
    host.call("live.go_live", session=session, planned_for="2030-12-01")
    on_air = host.call("questions.put_on_air", session=session, question=asked["put"]["question"], seen=0)
    response = clerk.call(
        "responses.record_response", question=asked["put"]["question"], unit=UNIT, speaker="程远帆",
        speaker_title="局长", kind="specific_commitment", text="2030年12月20日前修好，由林知远负责。",
    )["response"]  # fmt: skip
    pledge = clerk.call(
        "pledges.record_pledge", response=response, spoken="12月20日前修好。", action="修复", object="湖滨路路灯",
        officer="林知远", lead_unit=UNIT, due_on="2030-12-20",
    )["pledge"]  # fmt: skip
    official.call("pledges.add_evidence", pledge=pledge, kind="text", text="更换灯具的验收单")
    official.call("pledges.claim_done", pledge=pledge, seen=0)
    host.call("responses.close_session", session=session, seen=on_air["floor_rev"])
    for one in (host, moderator, clerk, official, staff, phone):
        one.http.close()
    return House(
        server, made["code"], {name: one["question"] for name, one in asked.items()}, asked["handed"]["receipt"], pledge
    )


def _no_sockets(*_arguments: Any, **_options: Any) -> Any:
    raise AssertionError("these people speak HTTP alone")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("pages")
    server = Server(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'inquiry.sqlite')}", folder)
    settle(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    server.start()
    yield _evening(server, _no_sockets)
    server.kill()


def sign_in(page: Page, house: House, login: str) -> None:
    page.goto(f"{house.url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def paths(house: House) -> dict[str, tuple[str, str]]:
    """Name, path and who looks at it."""
    return {
        "questions": ("/questions", ""),
        "questions-none": ("/questions?q=没有这样的话", ""),
        "question-put": (f"/questions/{house.questions['put']}", ""),
        "question-handed": (f"/questions/{house.questions['handed']}", ""),
        "question-long": (f"/questions/{house.questions['long']}", ""),
        "receipt": ("/receipt", ""),
        "pledges": ("/pledges", ""),
        "pledge": (f"/pledges/{house.pledge}", ""),
        "minutes": (f"/sessions/{house.code}/minutes", ""),
        "home": ("/", ""),
        "session": (f"/sessions/{house.code}", ""),
        "board": ("/board", "staff"),
        "pledge-official": (f"/pledges/{house.pledge}", "official"),
        "unit": ("/unit", "official"),
        "words": ("/admin/words", "clerk"),
    }


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("width", "options"), [(390, PHONE), (1440, DESK), (1920, SCREEN)], ids=["390", "1440", "1920"]
)
@pytest.mark.timeout(300)
def test_every_page_is_readable_by_everybody(
    house: House, chromium: Chromium, locale: str, width: int, options: dict[str, Any]
) -> None:
    faults, people = [], {}
    for name, (path, login) in paths(house).items():
        if login not in people:
            people[login] = chromium.page(locale=locale, **options)
            if login:
                sign_in(people[login], house, login)
        page = people[login]
        page.goto(f"{house.url}{path}")
        page.evaluate("document.querySelectorAll('details.fold').forEach((one) => { one.open = true; })")
        faults += [f"{name}: {fault}" for fault in accessibility_faults(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: wider than {width}")
        picture(page, f"pages-{name}-{width}-{locale}", full_page=True)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_whole_navigation_is_readable_on_a_phone(house: House, chromium: Chromium, locale: str) -> None:
    page = chromium.page(locale=locale, **PHONE)
    sign_in(page, house, "producer")  # the others sign in as often as they may
    for path, links in (("/pledges", 5), ("/board", 4)):
        page.goto(f"{house.url}{path}")
        nav = page.locator(".appbar-nav")
        expect(nav.get_by_role("link")).to_have_count(links)
        picture(page, f"navigation{path.replace('/', '-')}-390-{locale}")
        assert nav.evaluate("nav => nav.scrollWidth <= nav.clientWidth"), f"something is cut off on {path}"
        assert nav.evaluate("nav => nav.getBoundingClientRect().right <= window.innerWidth"), path
        heights = nav.evaluate("nav => [...nav.children].map((one) => one.offsetHeight).filter((tall) => tall > 0)")
        assert min(heights) >= 44, path


@pytest.mark.timeout(300)
def test_the_way_of_a_pledge_and_of_a_question_without_a_script(
    house: House, chromium: Chromium, tmp_path: Path
) -> None:
    """Written answer, the asker's judgement by receipt, a return and a second claim: forms alone."""
    official = chromium.page(java_script_enabled=False, locale="en")
    sign_in(official, house, "official")
    official.goto(f"{house.url}/unit")
    handed = official.locator(f"#question-{house.questions['handed']}")
    handed.get_by_text("Answer in writing").click()
    handed.get_by_text("Deflection").click()
    handed.get_by_label("Answer", exact=True).fill("请向物业公司反映。")
    handed.get_by_role("button", name="Publish the answer").click()
    expect(official.get_by_role("status").first).to_contain_text("was answered")

    asker = chromium.page(java_script_enabled=False, locale="en", **PHONE)
    asker.goto(f"{house.url}/receipt")
    asker.get_by_label("Receipt number").fill(house.receipt.lower())
    asker.get_by_role("button", name="Show what became of it").click()
    expect(asker.locator("main")).to_contain_text("请向物业公司反映。")
    asker.get_by_text("Not satisfied", exact=True).click()
    asker.get_by_role("button", name="Say so").click()
    expect(asker.locator("main")).to_contain_text("You said: not satisfied.")
    assert asker.url == f"{house.url}/receipt"
    picture(asker, "pages-receipt-judged-390-en", full_page=True)

    staff = chromium.page(java_script_enabled=False, locale="en")
    sign_in(staff, house, "staff")
    staff.goto(f"{house.url}/board")
    staff.get_by_text("Look at the evidence and decide").click()
    staff.get_by_label("What is missing?").fill("现场仍有三盏不亮")
    staff.get_by_role("button", name="Return it").click()
    expect(staff.get_by_role("status").first).to_contain_text("returned")

    official.goto(f"{house.url}/pledges/{house.pledge}")
    expect(official.locator("main")).to_contain_text("现场仍有三盏不亮")
    official.get_by_text("Add evidence").click()
    photograph = tmp_path / "lamp.png"
    Image.new("RGB", (640, 480), "#c8b060").save(photograph)
    official.get_by_label("As a picture").set_input_files(photograph)
    official.get_by_role("button", name="Add the picture").click()
    expect(official.locator(".evidence-picture img")).to_be_visible()
    official.get_by_role("button", name="Report as done").click()
    staff.goto(f"{house.url}/board")
    staff.get_by_text("Look at the evidence and decide").click()
    staff.get_by_label("What shows that it is kept?").fill("现场三盏灯都亮了")
    staff.get_by_label("I have looked at the evidence").check()
    staff.get_by_role("button", name="Find it kept").click()
    expect(staff.get_by_role("status").first).to_be_visible()
    official.goto(f"{house.url}/pledges/{house.pledge}")
    expect(official.locator(".page-head .state").first).to_have_attribute("data-state", "kept")
    expect(official.locator(".trace")).to_contain_text("Checked: the pledge was kept")


@pytest.mark.timeout(300)
def test_a_session_is_called_off_before_everybodys_eyes(house: House, chromium: Chromium) -> None:
    host = Person(house.url, _no_sockets).sign_in("host")
    made = host.call(
        "live.create_session", title="防汛排涝", starts_at="2030-12-08T20:00", planned_minutes=40, units=[UNIT]
    )
    host.call("live.open_intake", session=made["session"])
    host.http.close()
    phone = chromium.page(**PHONE)
    phone.goto(f"{house.url}/join/{made['code']}")
    phone.locator("main button[type=submit]").first.click()
    phone.wait_for_url(lambda url: "/s/" in url)
    screen = chromium.page(**SCREEN)
    screen.goto(f"{house.url}/screen/{made['code']}")
    producer = chromium.page(**DESK)
    sign_in(producer, house, "producer")
    producer.goto(f"{house.url}/sessions/{made['code']}/edit")
    producer.locator("summary", has_text="取消本场").click()
    producer.get_by_label("取消原因").fill("台风红色预警")
    button = producer.locator("form[action='/do/responses.call_off_session'] button")
    button.hover()
    producer.mouse.down()
    producer.wait_for_url(f"**/sessions/{made['code']}#said")
    expect(producer.locator(".page-head")).to_contain_text("取消：台风红色预警")
    expect(phone.locator("#called-off")).to_contain_text("台风红色预警")
    expect(phone.locator("#over")).to_be_hidden()
    expect(screen.locator("h1")).to_have_text("本场已取消")
    for name, page in (("page", producer), ("phone", phone), ("screen", screen)):
        assert not accessibility_faults(page), name
        picture(page, f"called-off-{name}")
