"""The names of streams and rooms, snapshots of a session, and what was missed since a number."""

from dataclasses import dataclass
from typing import Any

from .. import clock
from ..db import Db
from ..trace import queries as trace
from ..trace.models import Entry
from . import views
from .views import View

#: A reader that missed more than this is given a fresh snapshot instead.
CATCH_UP_LIMIT = 200


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


@dataclass(frozen=True)
class Message:
    """An entry ready to be sent to one room."""

    room: str
    body: dict[str, Any]


def wire(db: Db, entry: Entry, view: View) -> dict[str, Any]:
    """The form in which an entry travels: see `docs/protocol.md`."""
    return {
        "stream": entry.stream,
        "seq": entry.seq,
        "hash": entry.hash[:16],
        "kind": entry.kind,
        "at": clock.milliseconds(entry.at),
        "by": {"role": entry.actor_role, "unit": entry.actor_unit_id},
        "payload": entry.payload,
        "state": views.patch(db, entry.about, view),
    }


def messages(db: Db, entries: list[Entry]) -> list[Message]:
    """What has to be sent for these entries, in order: public facts in both views, staff facts to the staff only."""
    composed = []
    for entry in entries:
        if not entry.stream.startswith("session:"):
            continue
        for view in (View.PUBLIC, View.STAFF):
            if view is View.STAFF or entry.stream.endswith(":public"):
                composed.append(Message(room(entry.stream, view), wire(db, entry, view)))
    return composed


def positions(db: Db, session_id: int, view: View) -> dict[str, dict[str, Any]]:
    """Where the streams of a view stand: `{name: {seq, hash}}`."""
    found = {}
    for stream in streams_of(session_id, view):
        seq, last = trace.position(db, stream)
        found[stream] = {"seq": seq, "hash": last[:16]}
    return found


def snapshot(db: Db, session_id: int, view: View) -> dict[str, Any]:
    """`{view, streams: {name: {seq, hash}}, now, state}`, all of one moment."""
    return {
        "view": view.value,
        "session": session_id,
        "streams": positions(db, session_id, view),
        "now": clock.milliseconds(clock.now()),
        "state": views.whole(db, session_id, view),
    }


def missed(db: Db, session_id: int, view: View, seen: dict[str, int]) -> list[dict[str, Any]] | None:
    """The entries after the numbers `seen`; None when there are too many or a number is from another history."""
    found: list[dict[str, Any]] = []
    for stream in streams_of(session_id, view):
        after = seen.get(stream, -1)
        if not 0 <= after <= trace.position(db, stream)[0]:
            return None
        entries = trace.since(db, stream, after, CATCH_UP_LIMIT + 1)
        if len(entries) > CATCH_UP_LIMIT:
            return None
        found += [wire(db, entry, view) for entry in entries]
    return found
