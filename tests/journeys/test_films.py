"""A film from the producer's disk to the studio screen: uploaded, cut off and gone on with, given to a clip, played by
the clock that the desks count by, and followed by what is armed."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.desks import HostDesk
from tests.journeys.people import Somebody, in_minutes
from tests.support.browser import SCREEN, Chromium, accessibility_faults, picture
from tests.support.media import Worker
from tests.support.parts import require_part
from tests.support.people import Person
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.alone]

SECONDS = 16
CAPTIONS = "WEBVTT\n\n1\n00:00.000 --> 00:16.000\n暗访：<i>老城区</i>的垃圾桶\n"
#: What a screen plays: where it stands by itself, and what a desk shows of it in the same moment.
PLAYS = """() => { const video = document.querySelector("#film video");
  return video && !document.querySelector("#film").hidden && video.currentTime > 1 && video.videoWidth; }"""
#: The same on a director's desk, where it is small and without sound; and its poster, where it cannot be played.
SMALL = """() => { const video = document.querySelector(".director-film > video");
  const copy = document.querySelector("canvas.director-film");
  return video?.currentTime > 1 && video.muted && !video.parentElement.hidden && !copy.hidden
    && copy.getContext("2d").getImageData(480, 270, 1, 1).data[3] === 255; }"""
POSTER = """() => { const video = document.querySelector(".host-picture .screen-film:not([hidden]) video");
  return video?.error && video.muted && video.poster.endsWith("poster.jpg"); }"""
LEFT = """(at) => new Promise((seen) => setTimeout(() => {
  const video = document.querySelector("#film video");
  const digits = [...document.querySelectorAll("#slot-clock, #film-clock, #stage-clock")].map((one) =>
    one.querySelector(".clock-digits").textContent).find((one) => one.includes("."));
  const [minutes, seconds] = (digits ?? "0:0").split(":").map(Number);
  seen(video ? video.duration - video.currentTime : minutes * 60 + seconds);
}, at - Date.now()))"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some megabytes, so that it comes in several pieces."""
    require_part("ffmpeg")
    made = tmp_path_factory.mktemp("film") / "暗访.mkv"
    source = f"testsrc2=size=640x360:rate=25:duration={SECONDS},noise=alls=40:allf=t"
    command = [
        "ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i",
        f"sine=frequency=330:duration={SECONDS}", "-c:v", "mpeg4", "-b:v", "3M", "-c:a", "pcm_s16le", str(made),
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=120)
    return made


@pytest.fixture
def worker(house: Server) -> Iterator[Worker]:
    here = house.environment
    worker = Worker(here["INQUIRY_DATABASE_URL"], Path(here["INQUIRY_DATA_DIR"])).start()
    yield worker
    worker.stop()


@pytest.fixture
def programme(host: Person) -> dict[str, Any]:
    """A session with a clip, and behind it an item that nobody has armed: `{session, code, clip, words}`."""
    made = host.call("live.create_session", title="路灯与停车", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    lines = {"clip": ("clip", "暗访短片"), "words": ("address", "主持人串词")}
    for name, (kind, title) in lines.items():
        made[name] = host.call(
            "live.add_item", session=made["session"], kind=kind, title=title, planned_minutes=2
        )["item"]  # fmt: skip
    return made


#: A browser that lets nothing sound before somebody has pressed something on the page.
SILENT = """() => {
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    return this.muted ? play.call(this) : Promise.reject(new DOMException("", "NotAllowedError"));
  };
}"""


def output_address(house: Server, host: Person, code: str) -> str:
    """Of an output that plays films below its layers."""
    here = f"/sessions/{code}/outputs"
    made = re.search(r"/output/[\w-]+", host.post_form(here, here, {"press": "make", "name": "切换台"}).text)
    assert made
    return f"{house.url}{made[0]}?film=1"


def let_one_piece_through(page: Page) -> None:
    """The line breaks behind the first piece."""
    pieces: list[str] = []

    def carry(route: Route) -> None:
        pieces.append(route.request.url)
        if len(pieces) == 1:
            route.continue_()
        else:
            route.abort()

    page.route(re.compile(r"/films/\d+\?offset="), carry)


def left_at_once(*pages: Page) -> list[float]:
    """What is left of the film by each page, in one moment."""
    at = pages[0].evaluate("() => Date.now()") + 400
    for page in pages:
        page.evaluate(f"(at) => void (window.left = ({LEFT})(at))", at)
    return [page.evaluate("() => window.left") for page in pages]


def test_each_file_has_its_own_fault_and_what_the_server_never_takes_is_not_sent_for_ever(
    chromium: Chromium, house: Server, programme: dict[str, Any], tmp_path: Path
) -> None:
    chromium.expect("409")
    producer = Somebody(chromium, house.url, "producer")
    page, sent = producer.page, []
    producer.open(f"/sessions/{programme['code']}/films")
    (empty := tmp_path / "片头.mp4").touch()
    (other := tmp_path / "片尾.mp4").write_bytes(b"another")
    (third := tmp_path / "暗访.mp4").write_bytes(b"a third")

    def refuse(route: Route) -> None:
        sent.append(route.request.url)
        error = {"code": "PIECE_OUT_OF_PLACE", "message": "", "data": {"received": 0}}
        route.fulfill(status=409, json={"ok": False, "error": error})

    page.route(re.compile(r"/films/\d+\?offset="), refuse)
    page.get_by_label("文件").set_input_files([empty, other, third])
    fault = page.locator("#fault")
    expect(fault).to_contain_text("“暗访.mp4”无法继续上传")
    expect(fault).to_contain_text("“片头.mp4”是空文件。")
    expect(fault).to_contain_text("“片尾.mp4”无法继续上传")
    assert len(sent) == 2
    page.unroute_all()
    page.get_by_label("文件").set_input_files(other)
    expect(fault).to_be_hidden()


def test_a_film_goes_from_the_disk_to_the_screen(
    chromium: Chromium, house: Server, host: Person, programme: dict[str, Any], film: Path, worker: Worker
) -> None:
    chromium.expect("net::ERR_FAILED")  # the line that breaks
    code = programme["code"]
    producer = Somebody(chromium, house.url, "producer")
    page = producer.page
    producer.open(f"/sessions/{code}/films")
    expect(page.locator(".film-list")).to_contain_text("还没有影片")
    picture(page, "films-empty")

    let_one_piece_through(page)
    page.get_by_label("文件").set_input_files(film)
    card = page.locator("[data-film]")
    expect(card).to_contain_text("连接中断，正在重试…")
    stood = float(card.locator("progress").get_attribute("value") or 0)
    assert 0 < stood < 1000
    page.reload()
    page.unroute_all()  # not before: it tries again by itself
    expect(card).to_contain_text("已停在此处")
    assert float(card.locator("progress").get_attribute("value") or 0) == pytest.approx(stood, abs=2)
    picture(page, "films-stopped")
    assert accessibility_faults(page) == []
    begins: list[int] = []
    page.on("request", lambda one: "offset=" in one.url and begins.append(int(one.url.split("=")[-1])))
    page.get_by_label("文件").set_input_files(film)
    expect(card).to_have_attribute("data-state", "ready", timeout=60_000)
    assert begins[0] > 0, "it went on where it stood"
    expect(card).to_contain_text(re.compile(r"-2[23]\.\d LUFS"))

    card.get_by_label("议程环节").select_option(label="1 · 暗访短片")
    card.get_by_role("button", name="在此播放").click()
    expect(page.get_by_text("该环节现播放此片，时长与影片一致。")).to_be_visible()
    card.get_by_text("添加字幕").first.click()
    captions = {"name": "a.vtt", "mimeType": "text/vtt", "buffer": CAPTIONS.encode()}
    card.get_by_label("WebVTT 文件").set_input_files(captions)
    card.get_by_role("button", name="添加字幕").click()
    expect(card).to_contain_text("字幕 1 条")
    picture(page, "films-ready", full_page=True)
    assert accessibility_faults(page) == []

    host.call("live.go_live", session=programme["session"])
    screen = Somebody(chromium, house.url, "producer", **SCREEN)
    failed: list[str] = []  # the line breaks while it is loaded before: it plays on air all the same

    def break_once(route: Route) -> None:
        failed.append(route.request.url)
        route.abort()

    screen.page.route("**/film.mp4", break_once, times=1)
    screen.open(f"/screen/{code}")
    expect(screen.page.locator("html")).to_have_attribute("data-link", "live")
    output = chromium.page(**SCREEN)
    output.goto(output_address(house, host, code))
    desk = HostDesk(chromium, house.url, code)
    backstage = Somebody(chromium, house.url, "moderator")
    backstage.open(f"/backstage/{code}")
    timer = backstage.context.new_page()
    timer.goto(f"{house.url}/stage/{code}")
    director = Somebody(chromium, house.url, "producer")
    director.open(f"/desk/{code}/director")
    expect(desk.page.locator("#rundown")).to_contain_text("影片")

    early = [page.evaluate("() => document.querySelectorAll('video').length") for page in (desk.page, director.page)]
    assert early == [0, 0], "before it is on air a desk loads nothing of it"
    desk.page.route("**/film.mp4", lambda route: route.abort())
    assert len(failed) == 1
    host.call("questions.take_item", session=programme["session"], item=programme["clip"], seen=0)
    director.page.wait_for_function(SMALL)
    desk.page.wait_for_function(POSTER)
    for one in (screen.page, output):
        one.wait_for_function(PLAYS)
    said = director.page.locator("[data-output]")
    expect(said).to_have_attribute("data-sign", "mute")
    expect(said).to_contain_text("影片没有声音：在该窗口点击一下")
    picture(screen.page, "film-screen")
    desk.button("自动接续：关").click()
    clocks = backstage.page.locator("#film-clock"), director.page.locator("#film-clock"), timer.locator("#stage-clock")
    for clock in clocks:
        expect(clock.locator(".clock-digits")).to_have_text(re.compile(r"^0:\d\d\.[05]$"))
    shown = left_at_once(screen.page, output, desk.page, backstage.page, director.page, timer)
    assert max(shown) - min(shown) <= 0.5, shown
    picture(desk.page, "film-host")
    picture(director.page, "film-director")
    output.mouse.click(10, 10)
    expect(said).to_have_attribute("data-sign", "play")
    expect(said).to_contain_text("影片播放中")
    output.context.route("**/film.mp4", lambda route: route.abort())
    output.reload()
    expect(said).to_have_attribute("data-sign", "warning")
    expect(said).to_contain_text("影片打不开")
    picture(backstage.page, "film-backstage")
    picture(timer, "film-stage")

    screen.page.add_init_script(f"({SILENT})()")
    screen.page.reload()  # whoever loads anew is where everybody is
    screen.page.wait_for_function(PLAYS)
    shown = left_at_once(screen.page, desk.page)
    assert abs(shown[0] - shown[1]) <= 0.5, shown
    assert screen.page.evaluate("() => document.querySelector('#film video').textTracks[0].activeCues[0].text") == (
        "暗访：老城区的垃圾桶"
    )
    expect(desk.page.locator(".host-screens")).to_contain_text("大屏没有声音")
    picture(desk.page, "film-host-mute")
    screen.page.mouse.click(10, 10)
    expect(screen.page.locator("#film")).to_have_attribute("data-sound", "on")
    expect(desk.page.locator(".host-screens")).to_contain_text("大屏在线")
    expect(desk.stage).to_contain_text("主持人串词", timeout=30_000)  # by itself
    expect(screen.page.locator("#film")).to_be_hidden()
    for one in (screen.page, output):
        expect(one.locator("#film video")).to_have_count(0)
