"""Fifty viewers never read: little is kept for each, they are cut off in time, and nobody else misses anything."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.breaking.conftest import Follow
from tests.breaking.crowd import Evening
from tests.breaking.follower import Follower, settle
from tests.breaking.record import Record
from tests.support.server import Server, metrics_of
from tests.support.sizes import Size
from tests.transport.test_crowded import Viewer

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
DATABASES = ("sqlite",)

DEAF = 50
HELD_BYTES = 256 * 1024
CUT_SECONDS = 10.0
SLACK_SECONDS = 1.0  # between two looks


@contextmanager
def deaf(server: Server, session: int) -> Iterator[list[Viewer]]:
    """Fifty who follow the session and read nothing of it."""
    viewers = [Viewer(server) for _ in range(DEAF)]
    for one in viewers:
        assert '"ok":true' in one.ask(f'421["follow",{{"session":{session}}}]')
    yield viewers
    for one in viewers:
        one.socket.close()


class Watch:
    """What the process, and the system for it, hold for those who do not read; asked five times a second."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self._memory = metrics_of(self._server.url)["process_resident_memory_bytes"]
        #: (monotonic seconds, readers behind, readers cut)
        self.looks: list[tuple[float, int, int]] = []
        self.most_memory = 0
        self.most_queued = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(0.2):
            told = metrics_of(self._server.url)
            behind, cut = int(told["inquiry_readers_behind"]), int(told["inquiry_readers_cut_total"])
            self.looks.append((time.monotonic(), behind, cut))
            self.most_memory = max(self.most_memory, int(told["process_resident_memory_bytes"] - self._memory))
            self.most_queued = max(self.most_queued, queued(self._server.port))

    @property
    def cut(self) -> int:
        return self.looks[-1][2] if self.looks else 0

    @property
    def held(self) -> float:
        """Bytes for each of them, at worst: what the system has queued and what the process grew by."""
        return self.most_queued + self.most_memory / DEAF

    def end(self) -> list[str]:
        """Who was behind at any moment has to be cut ten seconds later."""
        self._over.set()
        self._thread.join(10)
        return [
            f"{behind} were behind at {at:.1f}, and {cut_later - cut} were cut until {later:.1f}"
            for at, behind, cut in self.looks
            for later, _, cut_later in self.looks
            if at + CUT_SECONDS < later < at + CUT_SECONDS + SLACK_SECONDS and cut_later < cut + behind
        ]


def queued(port: int) -> int:
    """The longest queue that the system keeps for a connection of the server at this port, in bytes."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return max((int(row[4].partition(":")[0], 16) for row in rows if row[1].endswith(f":{port:04X}")), default=0)


def seconds(evening: Evening, viewers: list[Follower]) -> float:
    """From a press of the host until everybody who reads is told of it."""
    pressed = time.monotonic()
    count = len(viewers[0].client.entries) + 1
    theme = {"theme": f"{count}" + "市" * 190, "theme_en": f"{count}" + "x" * 230}
    evening.host.call("live.change_session", session=evening.session, **theme)
    for one in viewers:
        one.client.wait_for(lambda told=one.client.entries: len(told) >= count)
    return time.monotonic() - pressed


def test_nobody_waits_for_who_does_not_read(
    server: Server, evening: Evening, record: Record, follower: Follow, size: Size[int]
) -> None:
    viewers = [follower(server.url) for _ in range(5)]
    alone = [seconds(evening, viewers) for _ in range(size(40, 1000))]
    watch = Watch(server)
    with deaf(server, evening.session):
        among = []
        end = time.monotonic() + 40
        while watch.cut < DEAF and time.monotonic() < end:
            among.append(seconds(evening, viewers))
        faults = watch.end()
    print(  # noqa: T201 - shown with -s; how fast a busy machine is proves nothing
        f"held {watch.held / 1024:.0f} KiB each ({watch.most_queued / 1024:.0f} by the system); "
        f"from press to viewer {spread(alone)} alone, {spread(among)} among {DEAF} who do not read"
    )
    assert watch.cut == DEAF
    assert faults == []
    assert watch.held <= HELD_BYTES
    assert record.broken([], viewers, settle(viewers, server.url)) == []


def spread(waited: list[float]) -> str:
    return f"{median(waited) * 1000:.0f} ms (p99 {quantiles(waited, n=100)[98] * 1000:.0f})"
