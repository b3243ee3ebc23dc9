"""Whether pictures of the stage still come.

ffmpeg waits for both of two pictures that it is to put side by side: one that stands still (a camera pulled out, a line
that has broken and is not known to be dead yet) would hold the whole programme. So Janus sends what each shows here,
too, where nobody looks at it but whether something came.
"""

import socket
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Final

from .janus import Feed, Janus, JanusGone, RoomGone
from .mixing import Ports

#: For so long nothing came: it stands still. For so long something came without such a pause: it does no more. Each
#: time that it stands still again soon afterwards it takes twice as long, for each change is seen by everybody.
STILL_SECONDS: Final = 3.0
STEADY_SECONDS: Final = 2.0
_LONGEST_STEADY_SECONDS: Final = 60.0
#: Of what comes, as much is kept as the kernel lets us ask for: that something came is all that is asked.
_KEPT_BYTES: Final = 1
_MOST_BYTES: Final = 65_536

#: A room, and who publishes there.
Sender = tuple[int, Feed]


class Pulse:
    """That of one picture, which is taken to come until it has been waited for; it arrives at `ports`."""

    def __init__(self, now: float) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KEPT_BYTES)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.ports = Ports(None, int(self._socket.getsockname()[1]))
        self.is_still = False
        self._since = self._last = now
        self._steady = STEADY_SECONDS
        self._back = now - _LONGEST_STEADY_SECONDS

    def look(self, now: float) -> None:
        """`now` in seconds that only grow; looked at several times in STILL_SECONDS."""
        came = self._something_came()
        if came:
            if now - self._last > STILL_SECONDS:
                self._since = now
            self._last = now
        quiet = now - self._last > STILL_SECONDS
        if self.is_still:
            if came and now - self._since >= self._steady:
                self.is_still, self._back = False, now
        elif quiet:
            again = now - self._back < _LONGEST_STEADY_SECONDS
            self._steady = min(2 * self._steady, _LONGEST_STEADY_SECONDS) if again else STEADY_SECONDS
            self.is_still = True

    def _something_came(self) -> bool:
        came = False
        with suppress(BlockingIOError):
            while self._socket.recv(_MOST_BYTES):
                came = True
        return came

    def close(self) -> None:
        self._socket.close()


class Pulses:
    """Those of one programme."""

    def __init__(self, janus: Janus) -> None:
        self._janus = janus
        self._there: dict[Sender, Pulse] = {}

    @property
    def still(self) -> set[Sender]:
        return {sender for sender, pulse in self._there.items() if pulse.is_still}

    def keep(self, senders: AbstractSet[Sender], now: float) -> None:
        """Look at those that are kept, begin with the new ones, and forget the others. Raises JanusGone."""
        for sender in self._there.keys() - senders:
            self._forget(sender)
        for pulse in self._there.values():
            pulse.look(now)
        for sender in senders - self._there.keys():
            self._there[sender] = Pulse(now)
            with suppress(RoomGone):
                self._janus.forward(*sender, self._there[sender].ports)

    def end(self) -> None:
        for sender in list(self._there):
            self._forget(sender)

    def _forget(self, sender: Sender) -> None:
        pulse = self._there.pop(sender)
        pulse.close()
        with suppress(JanusGone, RoomGone):  # it went with its room
            self._janus.stop_forwarding(*sender, pulse.ports)
