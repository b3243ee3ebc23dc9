"""The names of streams and rooms, snapshots of a session, and what was missed since a number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from ..core import clock
from ..core.db import Db
from ..trace import queries as trace
from ..trace.models import Entry
from . import views
from .history import CATCH_UP_LIMIT, Body, Positions
from .views import View


def public_stream(session_id: int) -> str:
    return f"session:{session_id}:public"


def staff_stream(session_id: int) -> str:
    return f"session:{session_id}:staff"


def streams_of(session_id: int, view: View) -> list[str]:
    """The streams whose entries a reader with this view follows."""
    public = public_stream(session_id)
    return [public] if view is View.PUBLIC else [public, staff_stream(session_id)]


def room(stream: str, view: View) -> str:
    """The room in which the entries of a stream are told as this view sees them."""
    return f"{stream}@{view.value}"


def tick_room(session_id: int, view: View) -> str:
    """Ticks go to whoever follows the public stream in this view."""
    return room(public_stream(session_id), view)


def ticking(name: str) -> int | None:
    """The session whose ticks go to a room: everybody who follows it in one view is in there."""
    return int(name.split(":")[1]) if name.startswith("session:") and ":public@" in name else None


@dataclass(frozen=True)
class Message:
    """An entry ready to be sent to one room."""

    room: str
    body: dict[str, Any]


def wired(db: Db, entries: Collection[Entry], view: View) -> list[Body]:
    """The form in which entries travel, all with their rows as they are now: see `docs/protocol.md`."""
    return _wired(entries, views.patch(db, _subjects(entries), view))


def _subjects(entries: Iterable[Entry]) -> Iterable[str]:
    return dict.fromkeys(subject for entry in entries for subject in entry.about)


def _wired(entries: Iterable[Entry], rows: views.State) -> list[Body]:
    return [
        {
            "stream": entry.stream,
            "seq": entry.seq,
            "hash": entry.hash[:16],
            "kind": entry.kind,
            "at": clock.milliseconds(entry.at),
            "by": {"role": entry.actor_role, "unit": entry.actor_unit_id},
            "payload": entry.payload,
            "state": views.only(rows, entry.about),
        }
        for entry in entries
    ]


def messages(db: Db, entries: list[Entry]) -> list[Message]:
    """What has to be sent for these entries, in order: public facts in both views, staff facts to the staff only."""
    of_sessions = [one for one in entries if one.stream.startswith("session:")]
    seen = {view: [one for one in of_sessions if _is_seen(one.stream, view)] for view in View}
    rows = views.patches(db, _subjects(of_sessions), [view for view, shown in seen.items() if shown])
    return [
        Message(room(body["stream"], view), body) for view, state in rows.items() for body in _wired(seen[view], state)
    ]


def _is_seen(stream: str, view: View) -> bool:
    return view is View.STAFF or stream.endswith(":public")


def stand(db: Db, names: Collection[str]) -> Positions:
    """Where streams stand: `{name: {seq, hash}}`."""
    return {name: {"seq": seq, "hash": last[:16]} for name, (seq, last) in trace.positions(db, names).items()}


def positions(db: Db, session_id: int, view: View) -> Positions:
    """Where the streams of a view stand."""
    return stand(db, streams_of(session_id, view))


def snapshot(db: Db, session_id: int, view: View) -> dict[str, Any]:
    """`{view, streams: {name: {seq, hash}}, now, state}`, all of one moment."""
    return {
        "view": view.value,
        "session": session_id,
        "streams": positions(db, session_id, view),
        "now": clock.milliseconds(clock.now()),
        "state": views.whole(db, session_id, view),
    }


def missed(db: Db, session_id: int, view: View, seen: dict[str, int]) -> list[Body] | None:
    """The entries after the numbers `seen`; None when there are too many."""
    found: list[Entry] = []
    for stream in streams_of(session_id, view):
        found += trace.since(db, stream, seen[stream], CATCH_UP_LIMIT + 1)
    return wired(db, sorted(found, key=lambda entry: entry.id), view) if len(found) <= CATCH_UP_LIMIT else None


def until(db: Db, view: View, seen: dict[str, int]) -> list[Body]:
    """The last entries up to these numbers, oldest first."""
    found: list[Entry] = []
    for stream, seq in seen.items():
        found += trace.until(db, stream, seq, CATCH_UP_LIMIT)
    return wired(db, sorted(found, key=lambda entry: entry.id), view)
