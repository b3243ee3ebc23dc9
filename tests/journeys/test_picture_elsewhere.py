"""A picture that lies elsewhere plays where the page's policy lets it come from, and a browser without media sources
plays natively or says that it cannot; the producer's page says how the picture is while it is open."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.journeys.people import Phone, Somebody, in_minutes
from tests.support.browser import Chromium
from tests.support.parts import require_part
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

ELSEWHERE = "https://stream.example"
KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t", ".mp4": "video/mp4"}
TIME = "() => document.querySelector('#picture video')?.currentTime ?? 0"
#: Browsers without media sources: one that plays HLS by itself, of a stream that goes on, and one that does not.
WITHOUT = "delete window.MediaSource; delete window.ManagedMediaSource; delete window.WebKitMediaSource;"
NATIVE = f"""{WITHOUT} HTMLMediaElement.prototype.canPlayType = () => "maybe";
Object.defineProperty(HTMLMediaElement.prototype, "duration", {{ get: () => Infinity }})"""
NOTHING = f"""{WITHOUT} HTMLMediaElement.prototype.canPlayType = () => "" """
#: One that lets nothing play before somebody has pressed something on the page.
BLOCKED = """(() => {
  const play = HTMLMediaElement.prototype.play;
  let pressed = false;
  addEventListener("click", () => (pressed = true), true);
  HTMLMediaElement.prototype.play = function () {
    return pressed ? play.call(this) : Promise.reject(new DOMException("", "NotAllowedError"));
  };
})()"""
#: A tab that was not seen, and is seen again.
AWAKE = "() => document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a test picture, cut into seconds."""
    require_part("ffmpeg")
    folder = tmp_path_factory.mktemp("stream")
    picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=30"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"]
    made = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "live.m3u8"]
    subprocess.run(["ffmpeg", "-v", "error", *picture, *coded, *made], cwd=folder, check=True, timeout=60)
    whole = ["-i", "live.m3u8", "-c", "copy", "-movflags", "+faststart", "whole.mp4"]
    subprocess.run(["ffmpeg", "-v", "error", *whole], cwd=folder, check=True, timeout=60)
    dated = f"#EXT-X-PROGRAM-DATE-TIME:{a_minute_ago()}\n#EXTINF"
    (folder / "late.m3u8").write_text((folder / "live.m3u8").read_text().replace("#EXTINF", dated, 1))
    return folder


def a_minute_ago() -> str:
    return (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="milliseconds")


@pytest.fixture
def evening(house: Server, host: Person) -> dict[str, Any]:
    made = host.call("live.create_session", title="路灯", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    host.call("live.go_live", session=made["session"])
    host.call("media.choose_source", session=made["session"], source="address", address=f"{ELSEWHERE}/live.m3u8")
    return made


def lies_there(context: BrowserContext, stream: Path) -> None:
    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition("?")[0]
        file = stream / name
        headers = {"Access-Control-Allow-Origin": "*"}
        body, asked = file.read_bytes(), re.match(r"bytes=(\d+)-$", route.request.headers.get("range", ""))
        if asked:
            since = int(asked[1])
            headers["Content-Range"] = f"bytes {since}-{len(body) - 1}/{len(body)}"
            body = body[since:]
        route.fulfill(
            status=206 if asked else 200, body=body, content_type=KINDS[file.suffix], headers=headers
        )  # fmt: skip

    context.route(f"{ELSEWHERE}/**", answer)


def test_a_picture_elsewhere_plays(chromium: Chromium, house: Server, evening: dict[str, Any], stream: Path) -> None:
    context = chromium.context()
    lies_there(context, stream)
    page = context.new_page()
    page.goto(f"{house.url}/sessions/{evening['code']}")
    page.wait_for_function(f"() => ({TIME})() > 1")


def test_a_browser_without_media_sources_plays_it_by_itself_and_is_at_its_newest_end_when_it_wakes(
    chromium: Chromium, house: Server, evening: dict[str, Any], host: Person, stream: Path
) -> None:
    there = f"{ELSEWHERE}/whole.mp4"  # what a browser would make of the playlist
    host.call("media.choose_source", session=evening["session"], source="address", address=there)
    context = chromium.context()
    lies_there(context, stream)
    context.add_init_script(NATIVE)
    page = context.new_page()
    page.goto(f"{house.url}/sessions/{evening['code']}")
    page.wait_for_function(f"() => ({TIME})() > 1")
    assert page.evaluate(TIME) < 20
    page.evaluate(AWAKE)
    page.wait_for_function(f"() => ({TIME})() > 27", timeout=8_000)


def test_a_browser_that_cannot_play_it_says_so(
    chromium: Chromium, house: Server, evening: dict[str, Any], stream: Path
) -> None:
    context = chromium.context()
    context.add_init_script(NOTHING)
    page = context.new_page()
    page.goto(f"{house.url}/sessions/{evening['code']}")
    expect(page.locator("#picture .picture-slate")).to_have_text("此浏览器无法播放直播画面，文字内容不受影响。")


def test_where_nothing_plays_unasked_the_button_stays_until_it_is_pressed(
    chromium: Chromium, house: Server, evening: dict[str, Any], stream: Path
) -> None:
    context = chromium.context()
    lies_there(context, stream)
    context.add_init_script(BLOCKED)
    page, playlists = context.new_page(), list[str]()
    page.on("request", lambda request: request.url.endswith("live.m3u8") and playlists.append(request.url))
    page.clock.install()
    page.goto(f"{house.url}/sessions/{evening['code']}")
    start = page.get_by_role("button", name="点此播放")
    expect(start).to_be_visible()
    page.wait_for_function("() => document.querySelector('#picture video').readyState > 2")
    for _each in range(3):
        page.clock.run_for(4_000)  # what stands still for so long is begun anew, but for what nobody has begun
        expect(start).to_be_visible()
        expect(page.locator("#picture .picture-slate")).to_have_count(0)
    assert len(playlists) == 1, "nothing is loaded again"
    start.click()
    page.wait_for_function(f"() => ({TIME})() > 0")


def test_a_phone_asks_again_where_it_was_told_nothing_or_what_a_cache_kept(
    chromium: Chromium, house: Server, evening: dict[str, Any], host: Person, stream: Path
) -> None:
    """Its link says how the picture comes; the answer about where it lies may be lost, or a second old."""
    chromium.expect("Failed to load resource")
    phone = Phone(chromium, house.url)
    lies_there(phone.page.context, stream)
    kept: list[dict[str, Any] | None] = [None, {"source": "none", "state": "off", "address": "", "good_for_ms": 0}]

    def answer(route: Route) -> None:
        if not kept:
            route.continue_()
        elif (old := kept.pop(0)) is None:
            route.abort()
        else:
            route.fulfill(json=old)

    phone.page.route("**/live/*/picture", answer)
    phone.page.route("**/hls.light.min.js*", lambda route: route.abort(), times=1)  # what plays it is lost once, too
    phone.open(f"/join/{evening['code']}")
    phone.button("进入").tap()
    phone.page.wait_for_function(f"() => ({TIME})() > 0")
    told = phone.page.locator("#picture .picture-told")
    expect(told).to_contain_text("页面内容为实时，比画面略早")  # it carries no time
    phone.button("只听声音").tap()
    expect(told).to_contain_text("只听声音也会下载完整画面")
    phone.button("画面").tap()

    before = {"source": "address", "state": "off", "address": f"{ELSEWHERE}/live.m3u8", "good_for_ms": 600_000}
    kept.extend([before, before])
    there = f"{ELSEWHERE}/late.m3u8"
    with phone.page.expect_request(there):
        host.call("media.choose_source", session=evening["session"], source="address", address=there)
    expect(told).to_contain_text("画面落后较多，页面内容为实时")


def test_a_browser_that_saves_data_begins_with_text(
    chromium: Chromium, house: Server, evening: dict[str, Any], stream: Path
) -> None:
    context = chromium.context()
    lies_there(context, stream)
    context.add_init_script("Object.defineProperty(navigator.connection, 'saveData', { get: () => true })")
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{house.url}/sessions/{evening['code']}")
    expect(page.get_by_role("button", name="只看文字")).to_have_attribute("aria-pressed", "true")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.startswith(ELSEWHERE)]
    with page.expect_request(f"{ELSEWHERE}/live.m3u8"):
        page.get_by_role("button", name="画面", exact=True).click()


def test_the_producer_sees_how_the_picture_is_without_a_reload(
    chromium: Chromium, house: Server, evening: dict[str, Any], host: Person
) -> None:
    producer = Somebody(chromium, house.url, "producer")
    producer.open(f"/sessions/{evening['code']}/picture")
    state = producer.page.locator("#picture-state")
    expect(state).to_contain_text("其他平台")
    host.call("media.choose_source", session=evening["session"], source="encoder")
    expect(state).to_contain_text("编码器")
    expect(producer.page.locator("#picture-missing")).to_contain_text("inquiry media run")
