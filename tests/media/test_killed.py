"""Every process of the picture is killed in turn while the evening goes on: a phone and the host's desk stay, and the
picture is back without a reload."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.media.on_stage import CAMERA, FILMED, WHOLE, House, is_on
from tests.media.test_stage_live import janus, server
from tests.support.browser import PHONE, Chromium
from tests.support.janus import Janus
from tests.support.media import Site, Studio, Worker
from tests.support.people import MakePerson, Person
from tests.support.processes import eventually
from tests.support.server import Server

__all__ = ["janus", "server"]

DATABASES = ("sqlite",)
pytestmark = [pytest.mark.journey, pytest.mark.live, pytest.mark.alone, pytest.mark.long]


@pytest.fixture
def studio(server: Server, tmp_path: Path, janus: Janus) -> Iterator[Studio]:
    with Studio(server, tmp_path / "rtmp", **janus.environment) as studio:
        yield studio


@pytest.fixture
def site(server: Server, studio: Studio, tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path / "site", server.port, studio.media_dir)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def house(
    server: Server, studio: Studio, janus: Janus, chromium: Chromium, person: MakePerson, units: dict[str, int],
    tmp_path: Path,
) -> House:  # fmt: skip
    for complaint in ("WebSocket connection to", "Failed to load resource", "Failed to fetch", "net::ERR"):
        chromium.expect(complaint)  # while somebody is away
    return House(server, studio.worker, janus, chromium, person, tmp_path).settle(units)


def children(process: int) -> list[int]:
    told = Path("/proc").glob(f"{process}/task/*/children")
    return [int(pid) for one in told for pid in one.read_text().split()]


def kill_ffmpeg(worker: Worker) -> None:
    for pid in children(worker.process.pid):
        if Path(f"/proc/{pid}/comm").read_text() == "ffmpeg\n":
            os.kill(pid, signal.SIGKILL)


def goes_on(house: House, host: Person, desk: Page) -> None:
    """The host pauses and goes on, and the desk shows both."""
    for press, shown in (("live.pause_slot", "继续"), ("live.resume_slot", "暂停")):
        host.call(press, session=house.session, seen=house.rev(host))
        expect(desk.locator(".host-buttons")).to_contain_text(shown)


def test_a_phone_and_the_host_stay_whoever_is_killed(
    house: House, studio: Studio, server: Server, site: Site, janus: Janus
) -> None:  # fmt: skip
    host = house.person("host")
    speaks = house.open("official", script=CAMERA)
    speaks.get_by_role("button", name="进入候场室").click()
    is_on(speaks, "候场室")
    desk = house.open("host", f"/desk/{house.code}/host", camera=False)
    phone = house.chromium.page(**PHONE)
    phone.goto(f"{site.url}/join/{house.code}")
    phone.get_by_role("button", name="进入").tap()
    phone.wait_for_url("**/s/*")
    for page in (phone, desk, speaks):
        page.evaluate("() => (window.sameVisit = true)")
    house.begin(host, house.items[0])

    def sees(since: float) -> bool:
        at = phone.evaluate(FILMED, WHOLE)
        return at is not None and at > since * 1000

    began = time.time()
    eventually(lambda: sees(began), seconds=60, otherwise="there was no picture")

    def killed(kill: Callable[[], object], start: Callable[[], object] = lambda: None, *, presses: bool = True) -> None:
        kill()
        if presses:
            goes_on(house, host, desk)
        start()
        since = time.time()
        eventually(lambda: sees(since), seconds=90, otherwise="the picture is not back")

    killed(lambda: kill_ffmpeg(studio.worker))
    killed(studio.worker.kill, studio.worker.start)
    killed(janus.kill, janus.start)
    killed(site.kill, site.start)
    killed(server.kill, server.start, presses=False)
    goes_on(house, host, desk)

    # An encoder in the place of the stage, and what it sends to.
    producer = house.person("producer")
    producer.call("media.choose_source", session=house.session, source="encoder")
    expect(speaks.locator(".stage-now")).to_contain_text("没有连线舞台")
    key = studio.stream_key(producer, house.code)
    camera, since = studio.film(*key), time.time()
    eventually(lambda: sees(since), seconds=60, otherwise="there is no picture of the encoder")
    studio.nginx.kill()
    goes_on(house, host, desk)
    eventually(lambda: camera.process.poll() is not None)
    expect(phone.locator("#picture")).to_contain_text("画面暂时中断", timeout=60_000)
    studio.nginx.start()
    eventually(lambda: let_in(studio, key), seconds=60)
    again = time.time()
    eventually(lambda: sees(again), seconds=60, otherwise="the picture is not back")
    for page in (phone, desk, speaks):
        assert page.evaluate("() => window.sameVisit"), f"{page.url} was loaded again"


def let_in(studio: Studio, key: tuple[str, str]) -> bool:
    """Whether an encoder that tries again is let in, as they do."""
    camera = studio.film(*key)
    time.sleep(2)
    return not camera.is_refused
