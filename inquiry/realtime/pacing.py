"""How fast one browser is listened to."""

import time
from collections.abc import Callable

#: A message or two a second is a busy hand; a keyboard held down is thirty. Whoever sends more is read more slowly.
MESSAGES_PER_SECOND = 20
MESSAGES_AT_ONCE = 100


class Pace:
    """`keep` sleeps as long as it takes; the sender's network makes the sender wait."""

    __slots__ = ("_allowed", "_at", "_sleep")

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._allowed = float(MESSAGES_AT_ONCE)
        self._at = time.monotonic()
        self._sleep = sleep

    def keep(self, messages: int = 1) -> None:
        now = time.monotonic()
        self._allowed = min(MESSAGES_AT_ONCE, self._allowed + (now - self._at) * MESSAGES_PER_SECOND)
        self._at = now
        if self._allowed < messages:
            self._sleep((messages - self._allowed) / MESSAGES_PER_SECOND)
        self._allowed -= messages
