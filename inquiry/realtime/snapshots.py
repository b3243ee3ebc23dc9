"""Snapshots as they are sent: made once for everybody who asks, and kept as bytes."""

import hashlib
import json
import time
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from ..core.db import reading
from ..errors import NotPublic
from ..settings import settings
from ..transport.json import Spelt, dumps
from . import session_cache, streams, ticks
from .history import Body, History, Positions
from .views import State, View, lay, trim
from .windows import unsure

#: What changes without an entry of the session (the name of a unit, say) is in its snapshots after this long.
LONGEST_KEPT_SECONDS = 10.0
#: Of a tick, what a snapshot says in its own place.
_TOLD_APART = frozenset({"now", "viewers", "streams", "session", "view"})


@dataclass(frozen=True)
class Snapshot:
    """`{now, zone, view, session, streams, viewers, tallies, totals, …, state}`: a tick with the state it goes with.

    `state` is of the moment at which the streams stood at `positions`; the rest is what the last tick `carried`. The
    `etag` changes with all of it but the time and the number of viewers.
    """

    positions: Positions
    state: State
    #: The end of the JSON, which holds the state.
    encoded: bytes
    read_at: float
    carried: Body
    rest: bytes
    etag: str

    @classmethod
    def of(cls, positions: Positions, state: State, view: View, read_at: float, carried: Body) -> "Snapshot":
        encoded = _encoded({"view": str(view), "state": state}, in_order=True)[1:-1]
        return cls.carrying(carried, positions, state, encoded, read_at)

    @classmethod
    def carrying(cls, carried: Body, positions: Positions, state: State, encoded: bytes, read_at: float) -> "Snapshot":
        ticked = {key: value for key, value in carried.items() if key not in _TOLD_APART}
        named = _encoded({"streams": positions} | ticked)
        zone = settings().zone.key
        head = _encoded({"session": carried["session"], "viewers": carried["viewers"], "zone": zone})
        digest = hashlib.sha256(named + encoded).hexdigest()[:20]
        rest = b"%s,%s,%s}" % (head[1:-1], named[1:-1], encoded)
        return cls(positions, state, encoded, read_at, carried, rest, digest)

    def with_tick(self, carried: Body) -> "Snapshot":
        return self.carrying(carried, self.positions, self.state, self.encoded, self.read_at)

    def chunks(self, now: int) -> list[bytes]:
        """The JSON at the time `now` (milliseconds); the long part is the same object for everybody."""
        return [b'{"now":%d,' % now, self.rest]

    @cached_property
    def tick(self) -> Spelt:
        """All that ticks carry, for whoever catches up by entries: the tally of each question that this snapshot holds,
        and the rest as it was told last. Spelt once for all of them."""
        votes = {key: row["votes"] for key, row in self.state.get("question", {}).items() if row is not None}
        tallies = votes | self.carried.get("tallies", {})
        return Spelt(dumps(self.carried | {"streams": self.positions, "tallies": tallies}))

    def is_old(self) -> bool:
        """Whether the database is to be asked again."""
        return time.monotonic() - self.read_at >= LONGEST_KEPT_SECONDS

    def is_of(self, known: History) -> bool:
        """Whether nothing was told since."""
        return all(known.seen[name] <= position["seq"] for name, position in self.positions.items())


def of(session_id: int, view: View) -> Snapshot:
    """The snapshot of a session as it stands. Raises NotFound, NotPublic.

    It is read every ten seconds at most; in between, what is told is laid over it here just as browsers do it.
    """
    one = session_cache.of(session_id, view)
    found: Snapshot = one.snapshot
    if not _is_current(found, one):
        with one.making:
            if not _is_current(one.snapshot, one):
                one.snapshot = _advanced(one) or _read(one)
            found = one.snapshot
    one.require_public()
    return found


def _is_current(found: Snapshot | None, one: session_cache.SessionCache) -> bool:
    return found is not None and found.carried is one.carried and found.is_of(one.history) and not found.is_old()


def _advanced(one: session_cache.SessionCache) -> Snapshot | None:
    """The last one with what was told since; None when there is none, or not everything since is held.

    Nor is what a window lacks: then the database is asked, as a reader would.
    """
    last: Snapshot | None = one.snapshot
    if last is None or last.is_old():
        return None
    known, carried = one.history, one.carried
    if last.is_of(known):
        return last.with_tick(carried)
    told = known.since({name: position["seq"] for name, position in last.positions.items()})
    if told is None:
        return None
    state = trim(reduce(lay, (entry["state"] for entry in told), last.state))
    if any(lacks for _name, _title, _edge, lacks in unsure(state)):
        return None
    return Snapshot.of(known.positions, state, one.view, last.read_at, carried)


def _read(one: session_cache.SessionCache) -> Snapshot:
    read_at = time.monotonic()
    with reading() as db:
        shot = streams.snapshot(db, one.session_id, one.view)
        if not shot["state"]["session"]:  # since this process heard of it last
            raise NotPublic(session=one.session_id)
        one.carried = ticks.compose(db, one.session_id, set(), one.view)
    return Snapshot.of(shot["streams"], shot["state"], one.view, read_at, one.carried)


def _encoded(value: Any, *, in_order: bool = False) -> bytes:
    """Keys in order where two processes, or two ways of making it, must come to the same bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=in_order).encode()
