"""The page of the stage where it meets what nobody planned: another takes the place, the sign-in ends, the rehearsal is
cleared, the camera does not open. What Janus does with it is of no account here, and there is none."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import in_minutes
from tests.media.on_stage import CAMERA, House
from tests.support.browser import Chromium, accessibility_faults, picture
from tests.support.janus import Janus
from tests.support.media import Worker
from tests.support.people import PASSWORD, MakePerson
from tests.support.processes import eventually
from tests.support.server import Server, StartServer

DATABASES = ("sqlite",)
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


@pytest.fixture
def janus(tmp_path: Path) -> Janus:
    """One that was never started."""
    return Janus(tmp_path)


@pytest.fixture
def server(janus: Janus, start_server: StartServer, database_url: str, tmp_path: Path) -> Server:
    return start_server(database_url, data_dir=tmp_path, **janus.environment)


@pytest.fixture
def house(
    server: Server, janus: Janus, chromium: Chromium, person: MakePerson, units: dict[str, int], database_url: str,
    tmp_path: Path,
) -> House:  # fmt: skip
    chromium.expect("WebSocket connection to .* failed|status of 409")  # there is no Janus; the place is taken
    return House(server, Worker(database_url, tmp_path), janus, chromium, person, tmp_path).settle(units)


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

    above = house.open("city", script=CAMERA)
    enter(above)
    above.get_by_role("button", name="加一路手语画面").click()
    eventually(lambda: there() == [("City", "main"), ("City", "sign")])
    own = official.call("media.join_stage", session=house.session)["publisher"]
    expect(above.locator(".stage-now")).to_contain_text("贵单位已有人在台上")
    looks(above, 2)
    assert there() == [("Official", "main")]
    above.get_by_role("button", name="加一路手语画面").click()
    eventually(lambda: there() == [("City", "sign"), ("Official", "main")])
    above.reload()
    looks(above, 2)
    assert there() == [("City", "sign"), ("Official", "main")], "it was pressed"
    above.close()
    # The same for whose place was freed while the line was away, and taken by a colleague.
    house.chromium.expect("ERR_INTERNET_DISCONNECTED")
    page = house.open("official", script=CAMERA)
    enter(page)
    page.get_by_role("button", name="加一路手语画面").click()
    eventually(lambda: ("Official", "sign") in there())
    page.context.set_offline(True)
    producer.call("media.leave_stage", publisher=own)
    second.call("media.join_stage", session=house.session)
    page.context.set_offline(False)
    expect(page.locator(".stage-now")).to_contain_text("贵单位已有人在台上")
    eventually(lambda: there() == [("Second", "main")], every=0.5)


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
