"""Which studio screens and outputs are there: each says so every two seconds, and whoever has said nothing for a while
is gone.

Kept in memory: a screen is no fact. What the other processes hear is theirs to tell (`presence`).
"""

import time
from typing import Any

from ..core.db import PerDatabase
from . import presence, ticks

STALE_SECONDS = 5.0
#: A session has a screen or two; whoever invents more is not believed.
MOST = 20
#: And twenty outputs, some of them opened twice.
MOST_OUTPUTS = 40

#: What one says of itself.
Told = dict[str, Any]


class Reports:
    """Who reports in each session, by a name that its page made for itself; `most` in one session."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heard: PerDatabase[dict[int, dict[str, tuple[float, Told]]]] = PerDatabase(dict)

    def take(self, session_id: int, page: str, told: Told) -> None:
        """A page is there; one that is new, or shows something new, is told of at once."""
        known = self.known(session_id)
        if page not in known and len(known) >= self._most:
            return
        if page not in known or _shown(known[page][1]) != _shown(told):
            ticks.touch(session_id)
        known[page] = time.monotonic(), told
        self._heard.here()[session_id] = known

    def known(self, session_id: int) -> dict[str, tuple[float, Told]]:
        """When each said last that it is there, and what it said."""
        oldest = time.monotonic() - STALE_SECONDS
        return {page: one for page, one in self._heard.here().get(session_id, {}).items() if one[0] >= oldest}

    def here(self) -> dict[int, list[Told]]:
        """What is said to this process, by session."""
        found = {session_id: self.known(session_id) for session_id in list(self._heard.here())}
        for session_id, known in found.items():
            if not known:
                self._heard.here().pop(session_id, None)
        return {session_id: [told for _at, told in known.values()] for session_id, known in found.items() if known}


def _shown(told: Told) -> Told:
    """All but the frames a second, which are never the same."""
    return {name: value for name, value in told.items() if name != "fps"}


_screens, _outputs = Reports(MOST), Reports(MOST_OUTPUTS)


def report(session_id: int, screen: str, *, is_mute: bool = False, is_stuck: bool = False) -> None:
    """A screen shows the session and is in step; its browser may keep it from sounding, and a film from playing."""
    _screens.take(session_id, screen, {"is_mute": is_mute, "is_stuck": is_stuck})


def report_output(session_id: int, page: str, told: Told) -> None:
    """A page of an output says what it really shows."""
    _outputs.take(session_id, page, told | {"page": page})


def here() -> dict[int, presence.Screens]:
    """How many screens of each session report to this process, how many of them are mute, and how many are stuck."""
    return {session_id: _counted(known) for session_id, known in _screens.here().items()}


def outputs_here() -> dict[int, list[Told]]:
    """What the outputs of each session say of themselves to this process."""
    return _outputs.here()


def count(session_id: int) -> presence.Screens:
    """How many screens there are, how many of them are mute, and how many are stuck; those of the other processes as of
    a second or two ago."""
    here = _counted([told for _at, told in _screens.known(session_id).values()])
    return presence.both(here, presence.screens_elsewhere(session_id))


def _counted(known: list[Told]) -> presence.Screens:
    return len(known), sum(told["is_mute"] for told in known), sum(told["is_stuck"] for told in known)


def outputs(session_id: int) -> list[Told]:
    """What all outputs of a session say of themselves, those of the other processes as of a second or two ago."""
    return [told for _at, told in _outputs.known(session_id).values()] + presence.outputs_elsewhere(session_id)
