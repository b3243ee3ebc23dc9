"""Between Janus and the program that makes a programme: sound that does not stop.

A mixer waits for everybody whom it is to mix. Somebody who sends no sound for a while, as a telephone does that is
being called, would keep all others from being heard, and a programme that has not begun yet from beginning. So what
each one sends comes by here, and where nothing comes, silence goes on.
"""

import secrets
import selectors
import socket
import struct
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from .mixing import OPUS

#: Twenty milliseconds of nothing, as Opus says it (RFC 6716, 3.1: full band, one frame that is empty).
SILENCE: Final = b"\xf8\xff\xfe"
_FRAME_SECONDS: Final = 0.02
#: After so long nothing comes; what was missed longer ago is not made up for.
_QUIET_SECONDS: Final = 0.1
_MADE_UP_SECONDS: Final = 1.0
_RATE: Final = 48_000
_MOST_BYTES: Final = 2048
_HERE: Final = "127.0.0.1"


class Sounds:
    """Carries what comes to `ports`, each in its turn, on to those given; in a thread of its own, until `end`."""

    def __init__(self, onward: Sequence[int]) -> None:
        self._ways = [_Way(port) for port in onward]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="carrying sound", daemon=True)
        self._thread.start()

    @property
    def ports(self) -> list[int]:
        return [one.port for one in self._ways]

    def end(self) -> None:
        self._ended.set()
        self._thread.join()
        for one in self._ways:
            one.close()

    def _carry(self) -> None:
        with selectors.DefaultSelector() as selector:
            for one in self._ways:
                selector.register(one.arrives, selectors.EVENT_READ, one)
            while not self._ended.is_set():
                for key, _events in selector.select(_FRAME_SECONDS):
                    key.data.carry(time.monotonic())
                for one in self._ways:
                    one.fill(time.monotonic())


class _Way:
    """That of one person's sound. It is numbered anew, so that silence has its place between what was sent."""

    def __init__(self, onward: int) -> None:
        self.arrives = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.arrives.bind((_HERE, 0))
        self.arrives.setblocking(False)
        self.port = int(self.arrives.getsockname()[1])
        self._leaves = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._onward = (_HERE, onward)
        self._source, self._number = secrets.randbits(32), 0
        self._until = time.monotonic()

    def carry(self, now: float) -> None:
        with suppress(BlockingIOError):
            sound = payload(self.arrives.recv(_MOST_BYTES))
            if sound:
                self._send(sound, now)
                self._until = now

    def fill(self, now: float) -> None:
        self._until = max(self._until, now - _MADE_UP_SECONDS)
        while now - self._until > _QUIET_SECONDS:
            self._until += _FRAME_SECONDS
            self._send(SILENCE, self._until)

    def _send(self, sound: bytes, at: float) -> None:
        self._number = (self._number + 1) % 2**16
        head = struct.pack(">BBHII", 0x80, OPUS, self._number, int(at * _RATE) % 2**32, self._source)
        with suppress(OSError):  # nobody listens, or not any more
            self._leaves.sendto(head + sound, self._onward)

    def close(self) -> None:
        self.arrives.close()
        self._leaves.close()


def payload(packet: bytes) -> bytes:
    """The sound in a packet of RTP (RFC 3550, 5.1); nothing where it has none, or is no such packet."""
    if len(packet) < 12 or packet[0] >> 6 != 2 or packet[1] & 0x7F != OPUS:
        return b""
    begins = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        if len(packet) < begins + 4:
            return b""
        begins += 4 + 4 * int.from_bytes(packet[begins + 2 : begins + 4], "big")
    ends = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
    return packet[begins:ends]
