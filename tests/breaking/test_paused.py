"""A process stands still for a while, in mid-evening, and goes on: its viewers end where all the others are."""

import time

import pytest

from tests.breaking.conftest import Follow
from tests.breaking.crowd import Evening
from tests.breaking.follower import settle
from tests.breaking.record import Record
from tests.support.history import ENDED
from tests.support.server import Server
from tests.support.sizes import Size

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
DATABASES = ("postgres",)


def test_a_slot_ends_once_and_on_time_and_everybody_sees_it(
    server: Server, neighbour: Server, evening: Evening, record: Record, follower: Follow, size: Size[int]
) -> None:
    """Its deadline passes while the process at which it was started stands still, and its host with it."""
    viewers = [follower(url) for url in (server.url, server.url, neighbour.url)]
    other = viewers[-1].client
    for number in range(1, size(1, 3) + 1):
        slot = evening.start(seconds=1, at_zero="end")
        server.pause()
        paused = time.monotonic()
        other.wait_for(lambda number=number: len(told(other.entries, ENDED)) == 2 * number - 1, seconds=4)
        evening.host.url = neighbour.url
        evening.seen += 1
        second = evening.start(seconds=60)  # the other process goes on with the evening
        evening.press("live.end_slot")
        time.sleep(max(0.0, paused + size(3, 10) - time.monotonic()))
        evening.host.url = server.url
        server.go_on()
        digests = settle(viewers, server.url)
        assert record.broken([], viewers, digests) == []
        assert [one.slot for one in record.facts(ENDED)][-2:] == [slot, second]
        assert {one.slot: one.until - one.since for one in record.spans() if one.until}[slot] == 1000
    assert server.is_running
    assert "failed" not in server.log


def told(entries: list[dict[str, object]], kind: str) -> list[dict[str, object]]:
    return [one for one in entries if one["kind"] == kind]
