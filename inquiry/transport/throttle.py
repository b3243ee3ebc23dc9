"""How fast one browser is listened to."""

import time
from collections.abc import Callable

#: A message or two a second is a busy hand; a keyboard held down is thirty. Whoever sends more is read more slowly.
MESSAGES_PER_SECOND = 20
MESSAGES_AT_ONCE = 100


#: So many bytes are one message more: what is long takes long to look at, whatever becomes of it.
BYTES_OF_A_MESSAGE = 1024

#: Whoever owes more than this is not listened to at all.
LONGEST_DEBT_SECONDS = 5.0
#: After so many, others come in between, however fast they arrive.
_FEW = 10


def weight(messages: int, size: int) -> int:
    """What so many messages of so many bytes count for."""
    return messages + size // BYTES_OF_A_MESSAGE


class Throttle:
    """`keep` sleeps as long as it takes; the sender's network makes the sender wait."""

    __slots__ = ("_allowed", "_at", "_sleep")

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._allowed = float(MESSAGES_AT_ONCE)
        self._at = time.monotonic()
        self._sleep = sleep

    def keep(self, messages: int = 1) -> bool:
        """Count so many more and wait for their turn; False, at once, where that would take too long.

        Counted before the wait: whoever sends in parallel waits behind their own.
        """
        now = time.monotonic()
        self._allowed = min(MESSAGES_AT_ONCE, self._allowed + (now - self._at) * MESSAGES_PER_SECOND)
        self._at = now
        if (messages - self._allowed) / MESSAGES_PER_SECOND > LONGEST_DEBT_SECONDS:
            return False
        self._allowed -= messages
        if self._allowed < MESSAGES_AT_ONCE - _FEW:
            self._sleep(max(0.0, -self._allowed / MESSAGES_PER_SECOND))
        return True
