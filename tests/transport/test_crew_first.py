"""A city that presses at once does not keep the crew waiting: what a person at a desk sends is read before it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.people import MakePerson
from tests.support.server import Server
from tests.transport.test_crowded import Viewer

pytestmark = [pytest.mark.live, pytest.mark.shared_server]

#: This is about what travels; no frame asks which database lies behind.
DATABASES = ("sqlite",)

STRANGERS = 120
#: The loop had begun with these when it looked who goes first.
BEFORE_THE_CREW = STRANGERS // 4


@pytest.fixture
def strangers(server: Server) -> Iterator[list[Viewer]]:
    with ExitStack() as stack:
        found = [Viewer(server) for _ in range(STRANGERS)]
        for one in found:
            stack.callback(one.socket.close)
        yield found


def answered_at(viewer: Viewer) -> int:
    """When the server looked at its clock for this viewer, in milliseconds."""
    while not (packet := viewer.packet()).startswith("43"):
        pass
    at: int = json.loads(packet[packet.index("[") :])[0]["now"]
    return at


def test_the_crew_is_read_first(server: Server, person: MakePerson, strangers: list[Viewer]) -> None:
    host = Viewer(server, person("host").http.cookies.get_dict())
    try:
        for one in [*strangers, host]:
            one.ask('421["time",{}]')
        server.pause()
        for one in strangers:
            one.send('421["time",{}]')
        host.send('421["time",{}]')
        server.go_on()
        own = answered_at(host)
        before = sum(answered_at(one) < own for one in strangers)
    finally:
        host.socket.close()
    assert before <= BEFORE_THE_CREW
