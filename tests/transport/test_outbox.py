"""What one browser is still to be sent, over a real pair of sockets whose other end reads when the test says so."""

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from engineio import packet

from inquiry.transport import frames, outbox
from inquiry.transport.outbox import ENTRY, Loop, Outbox


class Reader:
    """A browser: it has room for little, and reads when it is told to."""

    def __init__(self) -> None:
        near, self.far = socket.socketpair()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.blocking = near.dup()
        self.raw = near
        self.far.settimeout(5)
        self.first: list[NonBlocking] = []
        self.loop = Loop(
            queue.Queue, lambda work: threading.Thread(target=work, daemon=True).start(), self.first.append
        )
        self.outbox = Outbox(self.loop)

    def connect(self) -> Outbox:
        self.outbox.attach(Blocking(self.blocking), NonBlocking(self.raw))
        return self.outbox

    def fill(self) -> None:
        """Send until the socket takes no more."""
        while self.outbox.direct is not None:
            self.outbox.take(frames.text("x" * 1000))

    def messages(self, *, until: str | None = None) -> list[str]:
        """What has arrived as text, up to the message `until` (or the end of the connection)."""
        read, buffer = [], b""
        while True:
            data = self.far.recv(65536)
            if not data:
                return read
            buffer += data
            while len(buffer) >= 2:
                length, start = buffer[1], 2
                if length == 126:
                    length, start = int.from_bytes(buffer[2:4], "big"), 4
                if len(buffer) < start + length:
                    break
                read.append(buffer[start : start + length].decode(errors="replace"))
                buffer = buffer[start + length :]
                if read[-1] == until:
                    return read

    def close(self) -> None:
        for one in (self.far, self.blocking, self.raw):
            one.close()


class NonBlocking:
    """A socket as the event loops keep it: it never waits."""

    def __init__(self, sock: socket.socket) -> None:
        self.raw = self._socket = sock

    def send(self, data: bytes) -> int:
        return self._socket.send(data, socket.MSG_DONTWAIT)

    def shutdown(self, how: int) -> None:
        self._socket.shutdown(how)

    def setsockopt(self, *_options: object) -> None:
        """A pair of local sockets has no TCP to set up."""


class Blocking:
    """The same socket as a greenlet sees it: writing waits."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def sendall(self, data: bytes) -> None:
        self._socket.sendall(data)


@pytest.fixture
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.close()


def soon(true: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_before_a_websocket_it_is_an_ordinary_queue(reader: Reader) -> None:
    first, second = packet.Packet(packet.MESSAGE, "a"), packet.Packet(packet.MESSAGE, "b")
    reader.outbox.put(first)
    reader.outbox.offer(b"", second, ENTRY)
    assert [reader.outbox.get(timeout=1), reader.outbox.get(timeout=1)] == [first, second]


def test_whoever_goes_first_does_so_from_the_first_byte_and_is_named_once(reader: Reader) -> None:
    reader.outbox.serve_first()  # let in while it long-polls
    assert reader.first == []
    reader.connect()
    reader.outbox.serve_first()  # comes back on the same WebSocket
    assert [one.raw for one in reader.first] == [reader.raw]


def test_who_does_not_poll_is_not_remembered_for_ever(reader: Reader) -> None:
    for _ in range(1000):
        reader.outbox.offer(b"", packet.Packet(packet.MESSAGE, "a"), ENTRY)
    kept = 0
    while True:
        try:
            reader.outbox.get(block=False)
        except queue.Empty:
            break
        kept += 1
    assert kept == outbox.LARGEST_BACKLOG // 1024


def test_what_was_queued_before_the_websocket_comes_first(reader: Reader) -> None:
    reader.outbox.put(packet.Packet(packet.OPEN, "hello"))
    reader.connect().take(frames.text("world"))
    assert reader.messages(until="world") == ["0hello", "world"]


def test_a_reader_that_is_behind_gets_everything_in_order_when_it_reads(reader: Reader) -> None:
    box = reader.connect()
    reader.fill()
    assert box in reader.loop.behind
    for number in range(20):
        box.take(frames.text(f"entry {number}"), ENTRY)
        box.put(packet.Packet(packet.MESSAGE, f"answer {number}"))
    got = reader.messages(until="4answer 19")
    assert [one for one in got if not one.startswith("x")] == [
        name for number in range(20) for name in (f"entry {number}", f"4answer {number}")
    ]
    soon(lambda: box.direct)
    assert not reader.loop.behind


def test_only_the_newest_tick_waits(reader: Reader) -> None:
    box = reader.connect()
    reader.fill()
    time.sleep(0.05)  # the first mouthful is on its way; what is added now waits behind it
    for number in range(50):
        box.take(frames.text(f"tick {number}"), "tick a")
        box.take(frames.text(f"other {number}"), "tick b")
    box.take(frames.text("end"))
    assert reader.messages(until="end")[-3:] == ["tick 49", "other 49", "end"]


def test_too_many_entries_are_forgotten_but_no_answer(reader: Reader) -> None:
    box = reader.connect()
    reader.fill()
    time.sleep(0.05)
    box.put(packet.Packet(packet.MESSAGE, "answer"))
    for _ in range(outbox.LARGEST_BACKLOG // 1000 + 2):
        box.take(frames.text("e" * 1000), ENTRY)
    box.take(frames.text("newest"), ENTRY)
    got = reader.messages(until="newest")
    after = [one for one in got if not one.startswith("x")]
    assert (after[0], after[-1]) == ("4answer", "newest")
    assert len(after) < 5, "more than fits was kept"


def test_who_lets_answers_pile_up_is_cut(reader: Reader) -> None:
    box = reader.connect()
    reader.fill()
    for _ in range(outbox.LARGEST_DEBT // 1000 + 20):
        box.put(packet.Packet(packet.MESSAGE, "a" * 1000))
    assert box.direct is None
    assert not reader.loop.behind
    assert len(reader.messages()) < 100, "the connection is closed after what was written"


def test_an_end_comes_after_what_waits(reader: Reader) -> None:
    box = reader.connect()
    reader.fill()
    box.take(frames.text("last words"), ENTRY)
    box.put(None)
    box.take(frames.text("too late"), ENTRY)
    got = reader.messages()
    assert got[-2] == "last words"
    assert got[-1].encode() == b"\x03\xef\xbf\xbd", "a close frame, code 1000"


def test_a_reader_that_is_gone_harms_nobody(reader: Reader) -> None:
    box = reader.connect()
    reader.far.close()
    for _ in range(3):
        box.take(frames.text("x" * 1000), ENTRY)
    box.put(None)
    assert box.direct is None
    assert not reader.loop.behind
