"""What a full stage is like: `python -m bench.stage --session 1 --turns 12 --tries 100 --publishers 10 --viewers 300`.

So many people send a picture to the real Janus, leaders of the city all but one; the programme of two of them side by
side goes to so many viewers, through one worker of the nginx of deploy/. One who waits in the green room is put on air
again and again, before the eyes of a Chromium: how long is it until what was filmed since is seen there? They load
their page anew: how long until they are on again? Then the floor is given and taken: how long is it from the press
until Janus has no room any more? All of it runs on this machine. The browsers, cameras and their encoding, have of it
what nobody else wants, where it lets us: in a city each has a machine of its own. Printed is JSON.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from bench import around
from bench.watching import watch
from bench.workshop import Running
from inquiry import create_app
from inquiry.accounts import queries as accounts
from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.models import User
from inquiry.core import clock
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.live import queries as live
from inquiry.live.commands import rundown
from inquiry.live.models import ItemKind, Session
from inquiry.media.commands import programmes
from inquiry.media.janus import Janus as Client
from inquiry.media.janus import RoomGone
from inquiry.media.models import PictureSource
from inquiry.permissions import Actor, Role
from inquiry.settings import Settings
from tests.media.on_stage import CAMERA, FILMED, LEFT, SEEN_SECONDS
from tests.support.browser import ARGUMENTS
from tests.support.janus import ADMIN_KEY, SECRET, Janus
from tests.support.media import Worker
from tests.support.parts import require_part
from tests.support.people import Person
from tests.support.processes import eventually
from tests.support.server import Server

_PATIENCE_SECONDS = 90
_SPEAKS_SECONDS = 6
_SPEAKER = "林知远"

#: The leaders' cameras: all of them are encoded, and shown to the speaker, by the machine that is measured.
_SMALL = CAMERA.replace("width: 640, height: 360", "width: 160, height: 90").replace(
    "captureStream(25)", "captureStream(10)"
)

#: One browser sends as many pictures as are asked for, each by a connection of its own, as so many people would.
_SEND = """async (people) => {
  const written = [...document.scripts].find(({ src }) => src.includes("stage/stage")).src;
  const { StageLink } = await import(written.replace(/(bundle\\/)?stage\\/stage[^/]*$/, "stage/janus.js"));
  const page = JSON.parse(document.body.dataset.desk);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  window.renew = (tokens) => window.links.forEach((link, number) => (link.token = tokens[number]));
  window.links = people.map(({ token, own }) => {
    const link = new StageLink(page);
    link.token = token;
    const keep = () => link.send(own, stream, (up) => up || setTimeout(keep, 1000));
    keep();
    return link;
  });
}"""


@dataclass
class Stage:
    """All that runs. `items` are the turns of the one who speaks."""

    url: str
    session: int
    code: str
    unit: int
    items: list[int]
    host: Person
    official: Person
    leaders: list[Person]
    rooms: Client
    #: What runs on the machine of a city, by name.
    processes: dict[str, int]

    def see(self, who: Person) -> dict[str, Any]:
        return who.call("media.see_stage", session=self.session)

    @property
    def seen(self) -> int:
        found = self.host.get(f"/live/{self.session}/snapshot").json()
        return int(found["state"]["session"][str(self.session)]["floor_rev"])

    def room(self) -> int:
        """That of the speaker, once a picture is there."""
        eventually(
            lambda: any(one["joined"] for one in self.see(self.official)["own"]),
            seconds=_PATIENCE_SECONDS, every=SEEN_SECONDS,
        )  # fmt: skip
        return int(self.see(self.official)["own"][0]["room"])

    def is_gone(self, room: int) -> bool:
        try:
            self.rooms.feed(room)
        except RoomGone:
            return True
        return False

    def end(self) -> None:
        self.host.call("live.end_slot", session=self.session, seen=self.seen)


def measure(folder: Path, session: int, size: argparse.Namespace) -> dict[str, float]:
    with ExitStack() as stack:
        stage = _set_up(stack, folder, session, size)
        playwright = stack.enter_context(sync_playwright())
        chromium = stack.enter_context(around.aside(require_part("chromium"), folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        stack.callback(browser.close)
        renew = _publish(stage, _context(browser, stage.url, stage.host, _SMALL))
        speaker = _page(_context(browser, stage.url, stage.official), f"{stage.url}/sessions/{stage.code}/stage")
        speaker.get_by_role("button", name="上台").or_(speaker.get_by_role("button", name="进入候场室")).first.click()
        eventually(
            lambda: sum(one["joined"] for one in stage.see(stage.host)["publishers"]) == size.publishers,
            seconds=_PATIENCE_SECONDS, every=SEEN_SECONDS,
        )  # fmt: skip
        viewer = _page(browser.new_context(), f"{stage.url}/sessions/{stage.code}")
        eventually(lambda: viewer.evaluate(FILMED, LEFT) is not None, seconds=_PATIENCE_SECONDS)
        found = _watched(stage, size)
        found |= _told("slot to picture", size.turns, renew, lambda number: _turn(stage, viewer, stage.items[number]))
        found |= _told("reload to being on again", size.turns, renew, lambda _: _reloaded(speaker))
        return found | _told("right withdrawn", size.tries, renew, lambda _: _taken_away(stage))


def _told(what: str, tries: int, renew: Callable[[], None], one: Callable[[int], float]) -> dict[str, float]:
    times = []
    for number in range(tries):
        renew()
        times.append(one(number) * 1000)
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return {
        f"{what}: tries": len(times), f"{what} p50, ms": statistics.median(times), f"{what} p95, ms": p95,
        f"{what} worst, ms": times[-1],
    }  # fmt: skip


# --- what is measured ------------------------------------------------------------------------------------------------


def _watched(stage: Stage, size: argparse.Namespace) -> dict[str, float]:
    """Viewers of what goes on, while nobody comes or goes."""
    there = stage.host.get(f"/live/{stage.session}/picture").json()
    playlist = f"{stage.url}{there['address']}"
    before = _spent(stage)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        seen = apart.submit(watch, playlist, size.viewers, size.seconds).result()
    return {
        "publishers": size.publishers, "viewers": size.viewers, **seen, "load of the machine": os.getloadavg()[0],
        **{f"{name}, of a core": (after - before[name]) / size.seconds for name, after in _spent(stage).items()},
    }  # fmt: skip


def _spent(stage: Stage) -> dict[str, float]:
    """Seconds of processor time, by name; of the worker and of the programs it runs (ffmpeg) apart."""
    spent = {name: _time_of(pid) for name, pid in stage.processes.items()}
    return spent | {"programs": sum(_time_of(pid) for pid in _children(stage.processes["worker"]))}


def _time_of(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text().split()]


def _turn(stage: Stage, viewer: Page, item: int) -> float:
    """Seconds from the press until whoever waited in the green room is seen at a viewer's."""
    if stage.see(stage.official)["right"]["place"] == "stage":
        stage.end()
    eventually(
        lambda: any(one["joined"] and one["place"] == "green_room" for one in stage.see(stage.official)["own"]),
        seconds=_PATIENCE_SECONDS, every=SEEN_SECONDS,
    )  # fmt: skip
    stage.host.call("live.take_and_start", session=stage.session, item=item, seen=stage.seen)
    began = time.time()
    eventually(lambda: _is_seen(viewer, began), seconds=_PATIENCE_SECONDS, every=0.05)
    took = time.time() - began
    time.sleep(_SPEAKS_SECONDS)
    return took


def _is_seen(viewer: Page, since: float) -> bool:
    at = viewer.evaluate(FILMED, LEFT)
    return at is not None and at > since * 1000


def _reloaded(speaker: Page) -> float:
    """Seconds until whoever speaks, and loads the page anew, is on again."""
    began = time.monotonic()
    speaker.reload()
    eventually(lambda: speaker.locator(".stage-now.live").count() > 0, seconds=_PATIENCE_SECONDS, every=0.05)
    return time.monotonic() - began


def _taken_away(stage: Stage) -> float:
    """Seconds from the press that ends a slot until there is no room any more; then there is another slot."""
    room = stage.room()
    began = time.monotonic()
    stage.end()
    eventually(lambda: stage.is_gone(room), seconds=_PATIENCE_SECONDS, every=0.005)
    took = time.monotonic() - began
    stage.host.call(
        "live.start_slot", session=stage.session, seen=stage.seen, unit=stage.unit, speaker=_SPEAKER, seconds=3600
    )
    return took


# --- who is there ----------------------------------------------------------------------------------------------------


def _go_first(pid: int) -> None:
    """As the units in deploy/systemd let it, where we may."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), -5)


def _set_up(stack: ExitStack, folder: Path, session: int, size: argparse.Namespace) -> Stage:
    janus = Janus(folder).start()
    stack.callback(janus.kill)
    here = Settings.from_environment(os.environ | janus.environment)
    media = folder / "media"
    environment = janus.environment | {"INQUIRY_MEDIA_DIR": str(media)}
    server = Server(here.database_url, folder, **environment).start()
    stack.callback(server.kill)
    worker = Worker(here.database_url, folder, **environment).start()
    stack.callback(worker.kill)
    for process in (server.process, worker.process):
        _go_first(process.pid)
    front = stack.enter_context(
        around.nginx(folder / "nginx", [Running([server.process.pid], server.port, folder / "notes")], media)
    )
    url = f"http://127.0.0.1:{front.port}"
    rooms = Client(janus.environment["INQUIRY_JANUS"], SECRET, ADMIN_KEY, lambda: datetime.now(UTC))
    stack.callback(rooms.close)
    app = create_app(here)
    with app.app_context():
        unit, code, items, cookies = _settle(session, size)
    host, official, *leaders = (_person(server.url, cookie) for cookie in cookies)
    processes = {"server": server.process.pid, "worker": worker.process.pid, "janus": janus.process.pid}
    return Stage(url, session, code, unit, items, host, official, leaders, rooms, processes)


def _settle(session: int, size: argparse.Namespace) -> tuple[int, str, list[int], list[str]]:
    """The unit, the session's code, the turns that are to come, and the cookies of host, official and leaders."""
    producer, hashed = Actor(Role.PRODUCER), sign_ins.hash_password("a full stage", "")
    with unit_of_work() as uow:
        programmes.choose_source(uow, producer, session, PictureSource.STAGE)
        unit = live.units(uow.db, session)[0].id
        items = [
            rundown.add_item(
                uow, producer, session, kind=ItemKind.SLOT, title=f"第{number}次发言", unit_id=unit, speaker=_SPEAKER,
                planned_ms=300_000, position=number + 1,
            ).id
            for number in range(size.turns)
        ]  # fmt: skip
        host = uow.db.scalars(select(User).where(User.role == Role.HOST)).first()
        assert host is not None
        there = [host, _add(uow, hashed, Role.OFFICIAL, "official", unit)]
        there += [_add(uow, hashed, Role.LEADER, f"leader-{number}", None) for number in range(1, size.publishers)]
        cookies = [_sign_in(uow, one) for one in there]
        return unit, uow.db.get_one(Session, session).code, items, cookies


def _add(uow: UnitOfWork, hashed: str, role: Role, login: str, unit: int | None) -> User:
    return people.add_person(
        uow, Actor(Role.ADMINISTRATOR), login=login, name=login, title="", role=role, unit_id=unit, password_hash=hashed
    )


def _sign_in(uow: UnitOfWork, user: User) -> str:
    uow.db.flush()
    return sign_ins.sign_in(uow, user.id, user.password_hash, f"bench {clock.iso(uow.now)}")[1]


def _person(url: str, cookie: str) -> Person:
    one = Person(url, _no_socket)
    one.http.cookies.set(accounts.SIGN_IN_COOKIE, cookie)
    return one


def _no_socket(*_: Any, **__: Any) -> Any:
    raise NotImplementedError


def _context(browser: Browser, url: str, person: Person, camera: str = CAMERA) -> BrowserContext:
    context = browser.new_context(locale="zh-CN")
    context.grant_permissions(["camera", "microphone"])
    context.add_init_script(camera)
    context.add_cookies([
        {"name": accounts.SIGN_IN_COOKIE, "value": str(person.http.cookies[accounts.SIGN_IN_COOKIE]), "url": url}
    ])  # fmt: skip
    return context


def _page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def _publish(stage: Stage, context: BrowserContext) -> Callable[[], None]:
    """Send the leaders' pictures. Whoever calls what is returned at least once a minute keeps them connected."""
    page = _page(context, f"{stage.url}/sessions/{stage.code}/stage")
    for leader in stage.leaders:
        leader.call("media.join_stage", session=stage.session)
    seen = [stage.see(leader) for leader in stage.leaders]
    page.evaluate(_SEND, [{"token": one["token"], "own": one["own"][0]} for one in seen])
    return lambda: page.evaluate("window.renew", [stage.see(leader)["token"] for leader in stage.leaders])


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.stage", description="Measure a full stage.")
    for name, usual in (("session", 1), ("turns", 12), ("tries", 100), ("publishers", 10), ("viewers", 300),
                        ("seconds", 60)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inquiry-bench-stage-") as folder:
        click.echo(json.dumps(measure(Path(folder), asked.session, asked)))


if __name__ == "__main__":
    main()
