"""A crowd that does something in the same moment does not hold up everybody else: the loop comes by all the time."""

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest

from inquiry.transport import frames
from tests.realtime.test_two_processes import a_session_with_one_question
from tests.support.people import MakePerson
from tests.support.processes import tied
from tests.support.server import Server, metrics_of

pytestmark = [pytest.mark.live, pytest.mark.alone]

T = TypeVar("T")

CROWD = 800
#: The same people in small parties, each served before the next one comes: what a stall is without a crowd.
PARTY = 20
LONGEST_STALL_SECONDS = 0.05
#: On a slow machine every stall is longer. That of a crowd served in one piece would be as many times longer as it is
#: larger.
LONGEST_STALL_BY_PARTIES = 4
#: The machine of a test may be busy with something else for longer than that; a loop that stalls does it every time.
ATTEMPTS = 4
WARM_UP = 30


def stall_seconds(server: Server) -> float:
    """The longest since this was asked last, as the server tells Prometheus."""
    return metrics_of(server.url)["inquiry_loop_stall_seconds"]


class Yardstick:
    """A process beside the server that only reckons: what the machine takes from it, it takes from the server, too."""

    _RECKONING = """if True:
        import select, sys, time
        longest = 0.0
        while True:
            began, own = time.perf_counter(), time.thread_time()
            while (reckoned := time.thread_time() - own) < 0.005:
                pass
            longest = max(longest, time.perf_counter() - began - reckoned)
            if select.select([sys.stdin], [], [], 0.03)[0]:
                if not sys.stdin.readline():
                    break
                print(longest, flush=True)
                longest = 0.0
    """

    def __init__(self) -> None:
        command = tied([sys.executable, "-c", self._RECKONING])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def held_up(self) -> float:
        """The longest that it was not let on since this was asked last, in seconds."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


@pytest.fixture
def yardstick() -> Iterator[Yardstick]:
    yardstick = Yardstick()
    yield yardstick
    yardstick.process.communicate()


class Phone:
    """A WebSocket that is in no hurry to read."""

    def __init__(self, server: Server, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.got = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nCookie: device={cookie}\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def send(self, packet: str) -> None:
        mask, text = os.urandom(4), packet.encode()
        length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
        self.socket.sendall(b"\x81" + length + mask + frames.unmasked(text, mask))

    def until(self, said: bytes) -> None:
        while said not in self.got:
            data = self.socket.recv(65536)
            assert data, "the server ended the connection"
            self.got += data


def storm(
    server: Server, yardstick: Yardstick, session: int, question: int, cookies: list[str], at_once: int
) -> list[float]:
    """Everybody connects, then everybody follows, then everybody supports a question, so many `at_once`: the longest
    stall of each, less what the machine took meanwhile from anybody."""
    stalls = []

    def note() -> None:
        stalls.append(round(stall_seconds(server) - yardstick.held_up(), 4))

    for _ in range(WARM_UP):  # what has slept for a second runs ten times slower at first
        stall_seconds(server)
    yardstick.held_up()
    phones: list[Phone] = []
    try:
        for party in parties(range(CROWD), at_once):
            come = [Phone(server, cookies[number % len(cookies)]) for number in party]
            phones += come
            all_do(come, None, b"pingInterval")
            all_do(come, "40", b'40{"sid"')
        note()
        for said, packet in (
            (b"430[", f'420["follow",{{"session":{session}}}]'),
            (b"431[", f'421["questions.support",{{"question":{question}}}]'),
        ):
            for party in parties(phones, at_once):
                all_do(party, packet, said)
            note()
    finally:
        for phone in phones:
            phone.socket.close()
    return stalls


def parties(everybody: Sequence[T], size: int) -> list[Sequence[T]]:
    return [everybody[start : start + size] for start in range(0, len(everybody), size)]


def all_do(phones: Sequence[Phone], packet: str | None, said: bytes) -> None:
    """All send before the first one waits for what the server says to it."""
    for phone in phones:
        if packet is not None:
            phone.send(packet)
    for phone in phones:
        phone.until(said)


def test_no_crowd_holds_up_the_loop_for_a_twentieth_of_a_second(
    server: Server, person: MakePerson, yardstick: Yardstick
) -> None:
    session, question = a_session_with_one_question(person)
    # So many that none of them votes more often, in all attempts, than a device may.
    cookies = [person().http.cookies["device"] for _ in range(CROWD // 6)]
    attempts = []
    for _ in range(ATTEMPTS):
        parties_, crowd = (storm(server, yardstick, session, question, cookies, size) for size in (PARTY, CROWD))
        attempts.append((parties_, crowd))
        print("longest stalls of connecting, following, supporting, in parties and at once:", attempts[-1])  # noqa: T201
        if max(crowd) <= LONGEST_STALL_SECONDS or max(crowd) <= LONGEST_STALL_BY_PARTIES * max(parties_):
            return
        time.sleep(1)
    raise AssertionError(attempts)
