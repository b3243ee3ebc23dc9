"""Which studio screens are there: each says so every two seconds, and whoever has said nothing for a while is gone.

Kept in memory: a screen is no fact. What the other processes hear is theirs to tell (`presence`).
"""

import time

from ..core.db import PerDatabase
from . import presence, ticks

STALE_SECONDS = 5.0
#: A session has a screen or two; whoever invents more is not believed.
MOST = 20

_heard: PerDatabase[dict[int, dict[str, float]]] = PerDatabase(dict)


def report(session_id: int, screen: str) -> None:
    """A screen shows the session and is in step; a new one is told at once."""
    known = _known(session_id)
    if screen not in known and len(known) >= MOST:
        return
    if screen not in known:
        ticks.touch(session_id)
    known[screen] = time.monotonic()
    _heard.here()[session_id] = known


def here() -> dict[int, int]:
    """How many screens of each session report to this process."""
    found = {session_id: _known(session_id) for session_id in list(_heard.here())}
    for session_id, known in found.items():
        if not known:
            _heard.here().pop(session_id, None)
    return {session_id: len(known) for session_id, known in found.items() if known}


def count(session_id: int) -> int:
    """How many there are, those of the other processes as of a second or two ago."""
    return len(_known(session_id)) + presence.screens_elsewhere(session_id)


def _known(session_id: int) -> dict[str, float]:
    oldest = time.monotonic() - STALE_SECONDS
    return {screen: at for screen, at in _heard.here().get(session_id, {}).items() if at >= oldest}
