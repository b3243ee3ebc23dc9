"""PostgreSQL stands still in mid-evening, and its machine still confirms what it is sent: every way in answers in time
that the house is busy, and when it goes on everything does."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import socketio

from inquiry.core.impatience import ANSWER_SECONDS
from tests.breaking.conftest import Follow
from tests.breaking.crowd import Evening
from tests.realtime.test_live_state import a_live_session
from tests.support.databases import Migrate
from tests.support.people import MakePerson, Person
from tests.support.postgres import Postgres
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
DATABASES = ("postgres",)

#: No word of it for ANSWER_SECONDS, once; until then five seconds for a connection. The rest is a machine that is busy.
IN_TIME_SECONDS = ANSWER_SECONDS + 8
BACK_SECONDS = 10.0
MANY = 12
TITLES = {"zh-CN": "系统繁忙", "en": "Very busy just now"}


@pytest.fixture
def database_url(durable_postgres: Postgres, migrate: Migrate) -> str:
    url = durable_postgres.url(durable_postgres.create())
    migrate(url)
    return url


@pytest.fixture
def another_session(evening: Evening, units: dict[str, int]) -> int:
    """One that nobody has looked at, so that nothing about it is known without the database."""
    return int(a_live_session(evening.host, units)["session"])


Told = tuple[int, dict[str, str], str]


def page(who: Person, path: str, language: str) -> Callable[[], Told]:
    return lambda: told(who.http.get(who.url + path, headers={"Accept-Language": language}, timeout=60))


def told(answer: requests.Response) -> Told:
    return answer.status_code, dict(answer.headers), answer.text


def press(who: Person, name: str, **fields: Any) -> Callable[[], Told]:
    return lambda: told(who.http.post(f"{who.url}/api/{name}", json=fields, timeout=60))


def at_once(doors: list[Callable[[], Any]]) -> tuple[list[Any], float]:
    """What each of them gives, all opened in the same moment, and how many seconds the slowest took."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(doors)) as hands:
        return [one.result() for one in [hands.submit(door) for door in doors]], time.monotonic() - began


def test_every_door_says_in_time_that_the_house_is_busy(
    server: Server, durable_postgres: Postgres, evening: Evening, another_session: int, person: MakePerson,
    follower: Follow,
) -> None:  # fmt: skip
    citizen, viewer = person(), follower(server.url)
    socket = citizen.socket()
    pages = [
        (page(who, path, language), language)
        for who, path in [(citizen, "/"), (citizen, "/pledges"), (evening.host, "/board")]
        for language in TITLES
    ]
    snapshot = page(citizen, f"/live/{another_session}/snapshot", "en")
    by_http = [snapshot, press(citizen, "questions.support", question=evening.questions[0])] + [snapshot] * MANY
    by_socket: list[Callable[[], Any]] = [
        lambda: socket.call("follow", {"session": another_session}, seconds=60),
        lambda: socket.call("questions.listing", {"session": evening.session}, seconds=60),
    ]
    durable_postgres.pause()
    try:
        assert citizen.get("/healthz").status_code == 200
        assert socket.call("time", {})["ok"], "what asks no database is answered as ever"
        answers, seconds = at_once(
            [door for door, _language in pages] + by_http + by_socket + [lambda: let_in(evening.host)]
        )
    finally:
        durable_postgres.go_on()
    drawn, spoken = answers[: len(pages)], answers[len(pages) : len(pages) + len(by_http)]
    for (status, headers, text), (_door, language) in zip(drawn, pages, strict=True):
        assert (status, headers["Retry-After"], TITLES[language] in text) == (503, "5", True), text
    for status, headers, text in spoken:
        assert (status, headers["Retry-After"], '"BUSY"' in text) == (503, "5", True), text
    assert [answer["error"]["code"] for answer in answers[-3:-1]] == ["BUSY", "BUSY"]
    assert answers[-1] in {"cut", "BUSY"}, "a socket is told, too, or its ping comes first"
    assert seconds < IN_TIME_SECONDS, f"the slowest of {len(answers)} was answered after {seconds:.1f} s"
    assert "Traceback" not in server.log, "a line, not a page"

    everything = [door for door, _language in pages] + by_http
    eventually(lambda: {status for status, _headers, _text in at_once(everything)[0]} == {200}, seconds=BACK_SECONDS)
    assert socket.call("follow", {"session": another_session})["ok"]
    evening.host.call("live.close_intake", session=evening.session)
    viewer.client.wait_for(lambda: any(one["seq"] for one in viewer.client.entries))
    assert let_in(evening.host) == "let in"


def let_in(who: Person) -> str:
    """What becomes of the socket of somebody who has signed in: "let in", "cut", or the code of a refusal."""
    heard: list[str] = []
    client = socketio.Client(reconnection=False, handle_sigint=False, http_session=who.http)
    client.on("connect", lambda: heard.append("let in"))
    client.on("connect_error", lambda refusal: heard.append(refusal["data"]["code"]))
    client.connect(who.url, transports=["websocket"], wait=False)
    eventually(lambda: heard or client.eio.state != "connected", seconds=30)
    client.shutdown()
    return heard[0] if heard else "cut"
