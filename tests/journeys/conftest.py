"""What the journeys share: a server for a whole file of tests, people at it, and an empty page to try a script on."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from inquiry.settings import Settings
from inquiry.web.http import build_of
from tests.journeys.people import in_minutes
from tests.support.browser import Chromium
from tests.support.client import Connect, LiveClient
from tests.support.media import Studio
from tests.support.people import Person, settle
from tests.support.server import Server

ROOT = Path(__file__).parents[2]

#: Open an empty page of the server on which the modules of static/ can be imported: `(html="", **context options)`.
OpenBench = Callable[..., Page]


@pytest.fixture(scope="module")
def new_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Server]]:
    """Servers on SQLite that last for a file of tests, each with its settled city."""
    servers: list[Server] = []

    def build() -> Server:
        folder = tmp_path_factory.mktemp("house")
        server = Server(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'inquiry.sqlite')}", folder)
        settle(Settings.from_environment(server.environment | {"INQUIRY_ASYNC_MODE": "threading"}))
        servers.append(server)
        return server.start()

    yield build
    for server in servers:
        server.kill()


@pytest.fixture(scope="module")
def house(new_house: Callable[[], Server]) -> Server:
    """One server for all the tests of a file."""
    return new_house()


@pytest.fixture(scope="module")
def crew(house: Server) -> Iterator[dict[str, Person]]:
    """Host and moderator without a browser; signed in once, since that is counted."""
    people = {login: Person(house.url, LiveClient).sign_in(login) for login in ("host", "moderator")}
    yield people
    for one in people.values():
        one.http.close()


@pytest.fixture
def host(house: Server, connect: Connect) -> Iterator[Person]:
    """Who plans and runs the sessions of these tests, without a browser."""
    person = Person(house.url, connect).sign_in("host")
    yield person
    person.http.close()


@pytest.fixture
def evening(host: Person) -> dict[str, Any]:
    """A live session with a speaker who has two minutes: `{session, code, seen, unit}`."""
    unit = 2  # 城管局: the second that `settle` founds
    made = host.call(
        "live.create_session", title="路灯与停车", starts_at=in_minutes(0), planned_minutes=40, units=[unit]
    )
    host.call("live.go_live", session=made["session"])
    item = host.call("live.add_item", session=made["session"], kind="slot", title="陈述", planned_minutes=2)["item"]
    seen = host.call("questions.take_item", session=made["session"], item=item, seen=0)["floor_rev"]
    started = host.call(
        "live.start_slot", session=made["session"], seen=seen, unit=unit, speaker="程远帆", speaker_title="局长",
        seconds=120,
    )  # fmt: skip
    return {"session": made["session"], "code": made["code"], "seen": started["floor_rev"], "unit": unit}


@pytest.fixture
def studio(house: Server, tmp_path: Path) -> Iterator[Studio]:
    """Nginx, the worker and cameras beside that server."""
    with Studio(house, tmp_path / "rtmp") as studio:
        yield studio


@pytest.fixture
def bench(chromium: Chromium, house: Server) -> OpenBench:
    def lay(html: str = "", *, language: str = "zh-CN", **options: Any) -> Page:
        page = chromium.page(**options)
        words = f'<!doctype html><html lang="{language}" data-zone="Asia/Shanghai"><meta charset="utf-8">'
        rest = f'<title>bench</title>{html}<div id="toasts"></div><p id="announcer"></p>'
        page.route("**/bench", lambda route: route.fulfill(body=words + rest, content_type="text/html; charset=utf-8"))
        page.route(re.compile(r"/static/(?![0-9a-f]{12}/)"), in_this_build)
        page.goto(f"{house.url}/bench")
        return page

    def in_this_build(route: Route) -> None:
        route.continue_(url=route.request.url.replace("/static/", f"/static/{build_of(ROOT / 'static')}/"))

    return lay
