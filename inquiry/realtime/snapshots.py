"""Snapshots as they are sent: made once for everybody who asks, and kept as bytes."""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from ..db import reading
from . import standing, streams, ticks
from .known import Body, Known, Positions
from .views import View

#: What changes without an entry of the session (the name of a unit, say) is in its snapshots after this long.
LONGEST_KEPT_SECONDS = 10.0


@dataclass(frozen=True)
class Snapshot:
    """`{now, view, session, streams, viewers, tallies, totals, …, state}`: a tick with the state that it goes with.

    `state` is of the moment at which the streams stood at `positions`; the rest is what the last tick `carried`. The
    `etag` changes with all of it but the time and the number of viewers.
    """

    positions: Positions
    state: bytes
    read_at: float
    carried: Body
    rest: bytes
    etag: str

    @classmethod
    def of(cls, positions: Positions, state: bytes, read_at: float, carried: Body) -> "Snapshot":
        ticked = {key: value for key, value in carried.items() if key not in ("now", "viewers", "streams", "session")}
        named = _encoded({"streams": positions} | ticked)
        head = _encoded({"session": carried["session"], "viewers": carried["viewers"]})
        digest = hashlib.sha256(named + state).hexdigest()[:20]
        return cls(positions, state, read_at, carried, b"%s,%s,%s}" % (head[1:-1], named[1:-1], state), digest)

    def chunks(self, now: int) -> list[bytes]:
        """The JSON at the time `now` (milliseconds); the long part is the same object for everybody."""
        return [b'{"now":%d,' % now, self.rest]

    def is_of(self, known: Known) -> bool:
        """Whether nothing was told since, and it is not too old to be asked again."""
        young = time.monotonic() - self.read_at < LONGEST_KEPT_SECONDS
        return young and all(known.seen[name] <= position["seq"] for name, position in self.positions.items())


def of(session_id: int, view: View) -> Snapshot:
    """The snapshot of a session as it stands, read at most once for each number. Raises NotFound."""
    one = standing.of(session_id, view)
    found: Snapshot | None = one.snapshot
    if found is not None and found.carried is one.carried and found.is_of(one.known):
        return found
    with one.making:
        found = one.snapshot
        if found is None or not found.is_of(one.known):
            found = _read(one)
        elif found.carried is not one.carried:
            found = Snapshot.of(found.positions, found.state, found.read_at, one.carried)
        one.snapshot = found
    return found


def _read(one: standing.Standing) -> Snapshot:
    read_at = time.monotonic()
    with reading() as db:
        shot = streams.snapshot(db, one.session_id, one.view)
        one.carried = ticks.compose(db, one.session_id, set(), one.view)
    state = _encoded({"view": shot["view"], "state": shot["state"]})[1:-1]
    return Snapshot.of(shot["streams"], state, read_at, one.carried)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
