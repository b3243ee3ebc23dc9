"""A picture that lies elsewhere plays where the page's policy lets it come from, and a browser without media sources
plays natively or says that it cannot; the producer's page says how the picture is while it is open."""

import subprocess
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
TIME = "() => document.querySelector('#picture video')?.currentTime ?? 0"
WITHOUT = "delete window.MediaSource; delete window.ManagedMediaSource; delete window.WebKitMediaSource"


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a test picture, cut into seconds."""
    require_part("ffmpeg")
    folder = tmp_path_factory.mktemp("stream")
    picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=30"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"]
    made = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "live.m3u8"]
    subprocess.run(["ffmpeg", "-v", "error", *picture, *coded, *made], cwd=folder, check=True, timeout=60)
    return folder


@pytest.fixture
def evening(house: Server, host: Person) -> dict[str, Any]:
    made = host.call("live.create_session", title="路灯", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    host.call("live.go_live", session=made["session"])
    host.call("media.choose_source", session=made["session"], source="address", address=f"{ELSEWHERE}/live.m3u8")
    return made


def lies_there(context: BrowserContext, stream: Path) -> None:
    """Under whatever name its playlist is asked for."""

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition("?")[0]
        is_playlist = name.endswith("m3u8")
        kind = "application/vnd.apple.mpegurl" if is_playlist else "video/mp2t"
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(
            body=(stream / ("live.m3u8" if is_playlist else name)).read_bytes(), content_type=kind, headers=headers
        )

    context.route(f"{ELSEWHERE}/**", answer)


@pytest.mark.parametrize("script", ["", WITHOUT], ids=["by media sources", "without them"])
def test_a_picture_elsewhere_plays_or_is_told_of(
    chromium: Chromium, house: Server, evening: dict[str, Any], stream: Path, script: str
) -> None:
    context = chromium.context()
    lies_there(context, stream)
    if script:
        context.add_init_script(script)
        chromium.expect("stream.example")  # what plays natively asks by itself, and nobody is there
    page = context.new_page()
    page.goto(f"{house.url}/sessions/{evening['code']}")
    if not script:
        page.wait_for_function(f"() => ({TIME})() > 1")
        return
    # Some Chromium play HLS natively, others say that they cannot; none is left with a black frame and no word.
    expect(page.locator("#picture .picture-slate")).to_contain_text("画面")
    assert page.evaluate("() => window.MediaSource") is None


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
    phone.open(f"/join/{evening['code']}")
    phone.button("进入").tap()
    phone.page.wait_for_function(f"() => ({TIME})() > 0")
    phone.button("只听声音").tap()
    expect(phone.page.locator("#picture .picture-told")).to_contain_text("只听声音也会下载完整画面")
    phone.button("画面").tap()

    before = {"source": "address", "state": "off", "address": f"{ELSEWHERE}/live.m3u8", "good_for_ms": 600_000}
    kept.extend([before, before])
    with phone.page.expect_request(f"{ELSEWHERE}/other.m3u8"):
        there = f"{ELSEWHERE}/other.m3u8"
        host.call("media.choose_source", session=evening["session"], source="address", address=there)


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
