"""The names of streams and rooms, snapshots of a session, and what was missed since a number."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..core import clock
from ..core.db import Db
from ..trace import queries as trace
from ..trace.models import Entry
from ..trace.streams import Access, Stream
from . import views
from .history import CATCH_UP_LIMIT, CATCH_UP_ROWS, Body, Positions
from .views import View


def public_stream(session_id: int) -> Stream:
    return Stream("session", session_id, Access.PUBLIC)


def staff_stream(session_id: int) -> Stream:
    return Stream("session", session_id, Access.STAFF)


def air_stream(session_id: int) -> Stream:
    """What stands over the picture, and on which outputs."""
    return Stream("session", session_id, Access.AIR)


def streams_of(session_id: int, view: View) -> list[Stream]:
    """The streams whose entries a reader with this view follows."""
    every = (public_stream(session_id), staff_stream(session_id), air_stream(session_id))
    return [one for one in every if view.sees(one)]


@dataclass(frozen=True)
class Room:
    """Where the entries of a stream are told as one view sees them: `session:7:public@staff`."""

    stream: Stream
    view: View

    def __str__(self) -> str:
        return f"{self.stream}@{self.view}"

    @classmethod
    def parse(cls, name: str) -> "Room | None":
        """The room of a printed name; None for a room of another kind (a sign-in's, say)."""
        stream, at, view = name.partition("@")
        return cls(Stream.parse(stream), View.parse(view)) if at else None

    @property
    def ticks(self) -> bool:
        """Whether the session's ticks are told here: everybody who follows it in one view is in this room."""
        return self.stream.topic == "session" and self.stream.access is Access.PUBLIC


def tick_room(session_id: int, view: View) -> Room:
    """Ticks go to whoever follows the public stream in this view."""
    return Room(public_stream(session_id), view)


@dataclass(frozen=True)
class Message:
    """An entry ready to be sent to one room."""

    room: str
    body: dict[str, Any]


def wired(db: Db, entries: Collection[Entry], view: View) -> list[Body]:
    """The form in which entries travel, all with their rows as they are now: see `docs/protocol.md`."""
    return _wired(entries, view, views.patch(db, _subjects(entries), view))


def _subjects(entries: Iterable[Entry]) -> Iterable[str]:
    return dict.fromkeys(subject for entry in entries for subject in entry.about)


def _wired(entries: Iterable[Entry], view: View, rows: views.State) -> list[Body]:
    return [
        {
            "view": str(view),
            "stream": entry.stream,
            "seq": entry.seq,
            "hash": entry.hash[:16],
            "kind": entry.kind,
            "at": clock.milliseconds(entry.at),
            "by": {"role": entry.actor_role, "unit": entry.actor_unit_id},
            "payload": entry.told if view.kind.holds is None else {},
            "state": views.only(rows, entry.about),
        }
        for entry in entries
    ]


def messages(db: Db, entries: list[Entry], followed: Callable[[Stream], Iterable[View]]) -> list[Message]:
    """What has to be sent for these entries, in order, to each view in which their stream is `followed`."""
    told: dict[View, list[Entry]] = defaultdict(list)
    for stream, entry in _of_sessions(entries):
        for view in followed(stream):
            told[view].append(entry)
    rows = views.patches(db, _subjects(one for some in told.values() for one in some), told)
    return [
        Message(str(Room(Stream.parse(body["stream"]), view)), body)
        for view, some in told.items()
        for body in _wired(some, view, rows[view])
    ]


def sessions_of(entries: Iterable[Entry]) -> set[int]:
    """The sessions in whose streams these entries stand."""
    return {stream.id for stream, _entry in _of_sessions(entries) if stream.id is not None}


def _of_sessions(entries: Iterable[Entry]) -> Iterator[tuple[Stream, Entry]]:
    named = ((Stream.parse(one.stream), one) for one in entries)
    return ((stream, one) for stream, one in named if stream.topic == "session")


def stand(db: Db, names: Collection[str]) -> Positions:
    """Where streams stand: `{name: {seq, hash}}`."""
    return {name: {"seq": seq, "hash": last[:16]} for name, (seq, last) in trace.positions(db, names).items()}


def positions(db: Db, session_id: int, view: View) -> Positions:
    """Where the streams of a view stand."""
    return stand(db, [str(one) for one in streams_of(session_id, view)])


def snapshot(db: Db, session_id: int, view: View, size: int | None = None) -> dict[str, Any]:
    """`{view, streams: {name: {seq, hash}}, now, state}`, all of one moment; `size` makes all windows smaller."""
    return {
        "view": str(view),
        "session": session_id,
        "streams": positions(db, session_id, view),
        "now": clock.milliseconds(clock.now()),
        "state": views.whole(db, session_id, view, size=size),
    }


def missed(db: Db, session_id: int, view: View, seen: dict[str, int]) -> list[Body] | None:
    """The entries after the numbers `seen`; None when there are too many, or they are about too much."""
    found: list[Entry] = []
    for stream in map(str, streams_of(session_id, view)):
        found += trace.since(db, stream, seen[stream], CATCH_UP_LIMIT + 1)
    if len(found) > CATCH_UP_LIMIT or sum(len(entry.about) for entry in found) > CATCH_UP_ROWS:
        return None
    return wired(db, sorted(found, key=lambda entry: entry.id), view)


def until(db: Db, view: View, seen: dict[str, int]) -> list[Body]:
    """The last entries up to these numbers, oldest first."""
    found: list[Entry] = []
    for stream, seq in seen.items():
        found += trace.until(db, stream, seq, CATCH_UP_LIMIT)
    return wired(db, sorted(found, key=lambda entry: entry.id), view)
