"""kill -9 again and again in mid-burst: whatever was acknowledged is there, once, and the chain is whole."""

import time

import pytest

from tests.breaking.crowd import Crowd
from tests.breaking.record import Record
from tests.support.processes import eventually
from tests.support.server import Server
from tests.support.sizes import Size

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(600)]

BURST_SECONDS = 1.0


@pytest.fixture
def processes(server: Server, database_kind: str, request: pytest.FixtureRequest) -> list[Server]:
    """One on SQLite; two on PostgreSQL, of which one is always there."""
    return [server] if database_kind == "sqlite" else [server, request.getfixturevalue("neighbour")]


def test_nothing_acknowledged_is_lost_or_doubled(
    processes: list[Server], crowd: Crowd, record: Record, size: Size[int]
) -> None:
    crowd.begin(*[one.url for one in processes])
    for number in range(size(3, 50)):
        time.sleep(BURST_SECONDS)
        victim = processes[number % len(processes)]
        victim.kill()
        victim.start()
        back = time.monotonic()
        eventually(lambda since=back: crowd.is_answered_after(since), otherwise="nobody is answered any more")
    time.sleep(BURST_SECONDS)
    crowd.end()
    print(f"{len(crowd.presses)} answers to presses")  # noqa: T201 - shown with -s
    assert record.broken(crowd.presses) == []
