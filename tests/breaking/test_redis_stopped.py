"""Redis is gone for a while: what one process commits, the others tell a little later, and at once when it is back."""

import time
from typing import Any

import pytest

from tests.breaking.conftest import Follow
from tests.breaking.crowd import Crowd, Evening, item_mark
from tests.breaking.follower import Follower, settle
from tests.breaking.record import Record
from tests.support.history import Outcome, Press
from tests.support.processes import eventually
from tests.support.redis import RedisServer
from tests.support.server import Server, StartServer
from tests.support.sizes import Size

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
DATABASES = ("postgres",)

AT_ONCE_SECONDS = 0.3
WITHOUT_SECONDS = 2.0
BACK_SECONDS = 3.0


@pytest.fixture
def server(start_server: StartServer, database_url: str, redis_server: RedisServer) -> Server:
    return start_server(database_url, INQUIRY_PROCESS="first", INQUIRY_REDIS_URL=redis_server.url)


class Crossing:
    """A host at one process, viewers at both; `presses` are the host's."""

    def __init__(self, evening: Evening, viewers: list[Follower]) -> None:
        self.presses: list[Press] = []
        self._evening = evening
        self._viewers = viewers

    def seconds(self) -> float:
        """From a press at one process until the viewers of both are told of it."""
        item = {"session": self._evening.session, "kind": "break", "planned_minutes": 1}
        title = f"休息{len(self.presses)}"
        pressed = time.monotonic()
        added = self._evening.host.call("live.add_item", title=title, **item)["item"]
        self.presses.append(Press(item_mark(title), Outcome.OK, str(added)))
        for viewer in self._viewers:
            viewer.client.wait_for(lambda told=viewer.client.entries: any(is_of(one, added) for one in told[-40:]))
        return time.monotonic() - pressed

    def is_at_once(self) -> bool:
        """Six times running: the processes look by themselves every half second, which is luck in one case of 20."""
        return all(self.seconds() < AT_ONCE_SECONDS for _ in range(6))


def is_of(entry: dict[str, Any], item: int) -> bool:
    return entry["kind"] == "live.item_added" and entry["payload"]["item"] == item


def test_without_redis_it_is_a_little_later_and_nothing_is_lost(
    server: Server, neighbour: Server, redis_server: RedisServer, evening: Evening, crowd: Crowd, record: Record,
    follower: Follow, size: Size[list[float]],
) -> None:  # fmt: skip
    viewers = [follower(server.url), follower(neighbour.url)]
    crossing = Crossing(evening, viewers)
    eventually(crossing.is_at_once, seconds=5, otherwise="no hint was heard")
    crowd.begin(server.url)  # who is told by Redis or by looking is at the other one
    for seconds in size([3], [10, 60]):
        redis_server.kill()
        gone = time.monotonic()
        waited = []
        while time.monotonic() < gone + seconds:
            waited.append(crossing.seconds())
        assert max(waited) < WITHOUT_SECONDS
        redis_server.start()
        back = time.monotonic()
        eventually(crossing.is_at_once, seconds=BACK_SECONDS, every=0)
        told = time.monotonic() - back
        print(f"gone {seconds} s: {len(waited)} entries, {max(waited):.2f} s at most; at once {told:.2f} s after")  # noqa: T201
    crowd.end()
    assert record.broken(crowd.presses + crossing.presses, viewers, settle(viewers, server.url)) == []
