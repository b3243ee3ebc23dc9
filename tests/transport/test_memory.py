"""Viewers come and go all evening; those who have gone leave nothing behind."""

import time

import pytest

from tests.realtime.test_two_processes import a_session_with_one_question
from tests.support.people import MakePerson
from tests.support.server import Server, metrics_of
from tests.transport.test_stalls import Phone

pytestmark = [pytest.mark.live, pytest.mark.alone]

DATABASES = ("sqlite",)
CROWD = 400
#: Longer than the collector takes to look through the young: what it finds afterwards stays for a very long time.
STAY_SECONDS = 1.2
ROUNDS_BEFORE, ROUNDS = 2, 4
MOST_KIB_EACH = 2


def memory_kib(server: Server) -> float:
    return metrics_of(server.url)["process_resident_memory_bytes"] / 1024


def come_and_go(server: Server, session: int, cookie: str) -> None:
    phones = [Phone(server, cookie) for _ in range(CROWD)]
    for said, packet in ((b"pingInterval", "40"), (b'40{"sid"', f'420["follow",{{"session":{session}}}]')):
        for phone in phones:
            phone.until(said)
            phone.send(packet)
    for phone in phones:
        phone.until(b"430[")
    time.sleep(STAY_SECONDS)
    for phone in phones:
        phone.socket.close()
    time.sleep(STAY_SECONDS)


def test_who_has_gone_leaves_nothing_behind(server: Server, person: MakePerson) -> None:
    session, _question = a_session_with_one_question(person)
    cookie = person().http.cookies["device"]
    for _ in range(ROUNDS_BEFORE):
        come_and_go(server, session, cookie)
    before = memory_kib(server)
    for _ in range(ROUNDS):
        come_and_go(server, session, cookie)
    grown = (memory_kib(server) - before) / (ROUNDS * CROWD)
    print(f"KiB for each that has gone: {grown:.2f}")  # noqa: T201 - shown with -s
    assert grown < MOST_KIB_EACH
