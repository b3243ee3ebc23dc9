"""PostgreSQL is gone in mid-burst, and comes back: nothing is promised meanwhile, and nothing that was is lost."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.breaking.conftest import Follow
from tests.breaking.crowd import Crowd, Evening
from tests.breaking.follower import settle
from tests.breaking.record import Record
from tests.support.databases import Migrate
from tests.support.postgres import Postgres
from tests.support.processes import eventually
from tests.support.server import Server
from tests.support.sizes import Size

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
DATABASES = ("postgres",)

BURST_SECONDS = 1.0
BACK_SECONDS = 10.0


@pytest.fixture
def database_url(durable_postgres: Postgres, migrate: Migrate) -> str:
    """A database that may be stopped, and keeps what it has acknowledged."""
    url = durable_postgres.url(durable_postgres.create())
    migrate(url)
    return url


def status(server: Server, path: str) -> int:
    try:
        with urllib.request.urlopen(server.url + path, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_what_was_acknowledged_outlives_the_database(
    server: Server, neighbour: Server, durable_postgres: Postgres, evening: Evening, crowd: Crowd, record: Record,
    follower: Follow, size: Size[int],
) -> None:  # fmt: skip
    viewers = [follower(server.url), follower(neighbour.url)]
    crowd.begin(server.url, neighbour.url)
    ways: list[Callable[[], None]] = [durable_postgres.crash, durable_postgres.kill]
    for number in range(size(2, 10)):
        time.sleep(BURST_SECONDS)
        ways[number % len(ways)]()
        time.sleep(0.2)  # answers that are on their way arrive
        gone = time.monotonic()
        time.sleep(size(2, 5))
        assert status(server, "/healthz") == 200
        assert status(neighbour, "/readyz") == 503
        back = time.monotonic()
        durable_postgres.launch()
        meanwhile = {code for at, code in crowd.answers if gone < at < back}
        assert meanwhile - {"TOO_MANY", "REPEATED"} == {"BUSY"}, (
            "nothing is promised that nobody can keep, nobody is kept waiting"
        )
        for _ in (server, neighbour):
            eventually(lambda since=back: crowd.is_answered_after(since), seconds=BACK_SECONDS)
    time.sleep(BURST_SECONDS)
    crowd.end()
    assert record.broken(crowd.presses, viewers, settle(viewers, neighbour.url)) == []
