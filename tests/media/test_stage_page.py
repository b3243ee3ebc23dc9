"""The page of the stage where it meets what nobody planned: another takes the place, the sign-in ends, the rehearsal is
cleared, the camera does not open. What Janus does with it is of no account here, and there is none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import in_minutes
from tests.media.on_stage import CAMERA, SEEN_SECONDS, House
from tests.support.browser import PHONE, SCREEN, Chromium, accessibility_faults, picture
from tests.support.janus import Janus
from tests.support.media import Worker
from tests.support.people import PASSWORD, MakePerson
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.live]

#: A camera that does not open while the browser remembers why; how often it was asked for, and what was said meanwhile.
MAY_FAIL = """(() => {
  if (!navigator.mediaDevices) return;
  window.asked = 0;
  window.sentences = [];
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    window.asked += 1;
    const name = localStorage.getItem("fails");
    if (name) throw new DOMException("", name);
    return open(wanted);
  };
  addEventListener("DOMContentLoaded", () => {
    const said = document.getElementById("said");
    const write = () => said.textContent.trim() !== window.sentences.at(-1)
      && window.sentences.push(said.textContent.trim());
    if (said) new MutationObserver(write).observe(said, { childList: true, characterData: true, subtree: true });
  });
})()"""


#: What was opened of cameras and microphones, in this order.
OPENED = """(() => {
  if (!navigator.mediaDevices) return;
  const { getUserMedia } = navigator.mediaDevices;
  window.streams = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    streams.push(await getUserMedia.call(navigator.mediaDevices, wanted));
    return streams.at(-1);
  };
})()"""
#: How windows are opened.
WINDOWS = """window.windows = [];
const { open } = window;
window.open = (address, name, how) => (windows.push(how), open.call(window, address, name, how));"""


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Janus:
    """One that was never started."""
    return Janus(tmp_path_factory.mktemp("janus"))


@pytest.fixture(scope="module")
def server(janus: Janus, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all the tests of this file, each with a session of its own."""
    folder = tmp_path_factory.mktemp("house")
    database = shutil.copyfile(sqlite_template, folder / "inquiry.sqlite")
    server = Server(f"sqlite:///{database}", folder, **janus.environment).start()
    yield server
    server.kill()


@pytest.fixture
def house(
    server: Server, janus: Janus, chromium: Chromium, person: MakePerson, units: dict[str, int], tmp_path: Path
) -> House:
    chromium.expect("WebSocket connection to .* failed|status of 409")  # there is no Janus; the place is taken
    return House(server, Worker("", tmp_path), janus, chromium, person, tmp_path).settle(units)


def enter(page: Page) -> None:
    page.get_by_role("button", name="进入候场室").click()
    expect(page.get_by_role("button", name="离开")).to_be_visible()


def looks(page: Page, times: int) -> None:
    """The page asks so many times more, and is answered."""
    for _ in range(times):
        with page.expect_response("**/api/media.see_stage"):
            pass


def test_who_was_displaced_is_seen_by_no_second_camera_either(house: House) -> None:
    """But whoever presses it while a colleague speaks interprets for them."""
    producer, official, second = (house.person(login) for login in ("producer", "official", "second"))

    def there() -> list[tuple[str, str]]:
        told = producer.call("media.see_stage", session=house.session)["publishers"]
        return sorted((one["name"], one["camera"]) for one in told)

    def become(expected: list[tuple[str, str]]) -> None:
        eventually(lambda: there() == expected, every=SEEN_SECONDS)

    above = house.open("city", script=f"{CAMERA};{OPENED}")
    enter(above)
    above.get_by_role("button", name="加一路手语画面").click()
    become([("City", "main"), ("City", "sign")])
    eventually(lambda: above.evaluate("streams.length") == 2)
    above.evaluate("streams[1].getTracks()[0].dispatchEvent(new Event('ended'))")  # it is unplugged
    expect(above.locator("#toasts")).to_contain_text("断开了")
    become([("City", "main")])
    above.get_by_role("button", name="加一路手语画面").click()
    become([("City", "main"), ("City", "sign")])
    own = official.call("media.join_stage", session=house.session)["publisher"]
    expect(above.locator(".stage-now")).to_contain_text("贵单位已有人在台上")
    looks(above, 2)
    assert there() == [("Official", "main")]
    above.get_by_role("button", name="加一路手语画面").click()
    become([("City", "sign"), ("Official", "main")])
    above.reload()
    looks(above, 2)
    assert there() == [("City", "sign"), ("Official", "main")], "it was pressed"
    eventually(lambda: above.evaluate("streams.length") == 2, otherwise="the camera is not there after a reload")
    above.close()
    # The same for whose place was freed while the line was away, and taken by a colleague.
    house.chromium.expect("ERR_INTERNET_DISCONNECTED")
    page = house.open("official", script=CAMERA)
    enter(page)
    page.get_by_role("button", name="加一路手语画面").click()
    become([("City", "sign"), ("Official", "main"), ("Official", "sign")])
    page.context.set_offline(True)
    producer.call("media.leave_stage", publisher=own)
    second.call("media.join_stage", session=house.session)
    page.context.set_offline(False)
    expect(page.locator(".stage-now")).to_contain_text("贵单位已有人在台上")
    become([("Second", "main")])


def tracks(page: Page) -> list[str]:
    """Whether what the page has opened is still live."""
    found: list[str] = page.evaluate("window.opened.map(({ readyState }) => readyState)")
    return found


def watch_tracks(page: Page) -> None:
    page.evaluate("window.opened = document.getElementById('own-picture').srcObject.getTracks()")
    assert tracks(page) == ["live", "live"]


def test_who_is_turned_away_is_told_and_the_camera_is_off(house: House) -> None:
    house.chromium.expect("status of 40[14]")
    host, producer = house.person("host"), house.person("producer")
    page = house.open("official", script=CAMERA)
    enter(page)
    watch_tracks(page)
    page.context.clear_cookies()
    expect(page.locator(".stage-now.warning")).to_contain_text("登录已失效")
    assert tracks(page) == ["ended", "ended"]
    assert accessibility_faults(page) == []
    picture(page, "stage-signed-out-1440")
    page.get_by_role("link", name="重新登录").click()
    page.locator("#login").fill("official")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("button", name="离开")).to_be_visible()  # back by itself, as after a reload
    page.close()

    planned = host.call(
        "live.create_session", title="彩排", starts_at=in_minutes(90), planned_minutes=60, units=[2]
    )  # fmt: skip
    rehearsal = host.call("live.rehearse_session", session=planned["session"])
    producer.call("media.choose_source", session=rehearsal["session"], source="stage")
    page = house.open("leader", f"/sessions/{rehearsal['code']}/stage", script=CAMERA)
    enter(page)
    watch_tracks(page)
    host.call("live.clear_rehearsal", session=rehearsal["session"])
    expect(page.locator(".stage-now.warning")).to_contain_text("这一场已经不在")
    assert tracks(page) == ["ended", "ended"]
    expect(page.get_by_role("link", name="全部场次")).to_be_visible()


def is_told(page: Page) -> list[str]:
    """One sentence after the other."""
    found: list[str] = page.evaluate("window.sentences")
    return found


def fails(page: Page, how: str) -> None:
    page.evaluate("(how) => localStorage.setItem('fails', how)", how)


def test_a_camera_that_does_not_open_is_told_once_and_asked_for_seldom(house: House) -> None:
    page = house.open("official", camera=False)
    page.get_by_role("button", name="试摄像头和麦克风").click()
    expect(page.locator(".stage-now")).to_contain_text("浏览器没有被允许")
    page.close()
    page = house.open("official", script=f"{CAMERA};{MAY_FAIL}")
    enter(page)
    fails(page, "NotAllowedError")
    page.reload()
    expect(page.locator(".stage-now")).to_contain_text("浏览器没有被允许")
    looks(page, 3)
    assert page.evaluate("window.asked") == 1, "who said no is not asked again"
    assert "没有被允许" in is_told(page)[-1]
    assert sum("没有被允许" in one for one in is_told(page)) == 1
    fails(page, "NotReadableError")
    page.reload()
    expect(page.locator(".stage-now")).to_contain_text("正被另一个程序占用")
    fails(page, "")
    expect(page.locator(".stage-now")).not_to_contain_text("占用", timeout=30_000)  # and is there by itself
    assert page.evaluate("window.asked") == 2
    assert sum("占用" in one for one in is_told(page)) == 1


def test_the_citys_own_conference_opens_beside_the_page(house: House) -> None:
    """Without a stage: the host writes where everybody joins, and is among them."""
    producer = house.person("producer")
    trying = house.open("housing", script=CAMERA)
    trying.get_by_role("button", name="试摄像头和麦克风").click()
    expect(trying.locator("#own-level")).to_be_visible()
    watch_tracks(trying)
    producer.call("media.choose_source", session=house.session, source="none")
    eventually(lambda: tracks(trying) == ["ended", "ended"], otherwise="there is no stage, and the camera is on")
    host = house.open("host", script=WINDOWS, **SCREEN)
    expect(host.locator(".stage-now")).to_contain_text("本场没有连线舞台")
    written = "https://meet.example/host"
    host.get_by_label("主持人的会议地址").fill(written)
    host.get_by_label("主持人的会议地址").press("Enter")
    link = host.get_by_role("link", name="打开会议系统")
    expect(link).to_have_attribute("href", written)
    expect(host.locator(".stage-now")).to_contain_text("通过会议系统连线")
    picture(host, "stage-conference-1920")
    host.context.route(f"{written}*", lambda route: route.fulfill(body="Conference", content_type="text/plain"))
    with host.expect_popup() as opened:
        link.click()
    expect(opened.value.locator("body")).to_contain_text("Conference")
    assert opened.value.evaluate("[opener, document.referrer]") == [None, ""]
    assert host.evaluate("windows") == ["noopener,noreferrer,popup,left=960,top=0,width=960,height=1080"]
    assert accessibility_faults(host) == []
    producer.call("media.set_conference", session=house.session, part="speaker", address="https://meet.example/a")
    site = house.open("water", locale="en", **PHONE)
    expect(site.get_by_role("link", name="Open the conference system")).to_be_visible()
    picture(site, "stage-conference-390-en")
