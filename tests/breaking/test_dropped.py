"""Viewers lose their connection again and again, and come back wherever there is room: nobody is left behind."""

import random
import time

import pytest

from tests.breaking.conftest import Follow
from tests.breaking.crowd import Crowd
from tests.breaking.follower import settle
from tests.breaking.record import Record
from tests.support.server import Server
from tests.support.sizes import Size

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
DATABASES = ("postgres",)

VIEWERS = 20
LOST = 0.3
AWAY_SECONDS = 2.0
SAME_SECONDS = 3.0


def test_who_was_away_has_the_same_before_them_as_who_was_not(
    server: Server, neighbour: Server, crowd: Crowd, record: Record, follower: Follow, size: Size[int]
) -> None:
    places = [server.url, neighbour.url]
    viewers = [follower(places[number % 2]) for number in range(VIEWERS)]
    crowd.begin(*places)
    for more in reversed(range(size(2, 20))):
        unlucky = random.sample(viewers, round(VIEWERS * LOST))
        for one in unlucky:
            one.drop()
        time.sleep(AWAY_SECONDS)
        if not more:
            crowd.end()  # while a third is away; only what stands still can be compared
        for one in unlucky:
            one.come(random.choice(places))
    back = time.monotonic()
    digests = settle(viewers, server.url, seconds=SAME_SECONDS)
    print(f"all the same after {time.monotonic() - back:.2f} s")  # noqa: T201 - shown with -s
    assert record.broken(crowd.presses, viewers, digests) == []
