"""What this process knows of each watched session without asking the database.

Readers come in thousands and in the same second; what they are told when they come is the same for all of them. So it
is read once, when the first one comes, advanced with every entry told, and compared with the database a few times a
second: that is how the entries of another process are noticed, and those whose telling was lost.

Entries are told in the order of their numbers, each once. Whoever tells never waits for a lock that is held while
somebody waits for the database: it may itself be what the holders of the last connections are waiting for.
"""

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from ..core.db import Db, PerDatabase, Turn, reading
from ..core.extensions import socketio
from ..errors import NotFound, NotPublic
from ..trace.models import Entry
from ..trace.streams import Stream
from ..transport import json
from . import streams, views
from .history import CATCH_UP_LIMIT, Body, History, Positions
from .views import View

#: A session nobody follows is kept in mind this long after somebody asked for it: pages without a socket ask again.
LINGER_SECONDS = 10.0

#: A snapshot carries no more tallies than this beside its rows.
MOST_TALLIES = 2000

Key = tuple[int, View]


class SessionCache:
    """One session in one view."""

    def __init__(self, session_id: int, view: View) -> None:
        self.session_id = session_id
        self.view = view
        #: In which room the entries of each stream are told, both by their names.
        self.room_of = {str(stream): str(streams.Room(stream, view)) for stream in streams.streams_of(session_id, view)}
        self.asked = time.monotonic()
        #: Held by whoever makes something for everybody; the others wait for it instead of making it again.
        self.making = Turn()
        #: What ticks said last, all tallies since the state of the snapshot was read among it.
        self.carried: Body = {}
        #: The newest snapshot; `snapshots.of` knows whether it is still good.
        self.snapshot: Any = None
        #: While the session is not public, the view of the public holds nothing of it and is told nothing.
        self._is_kept_back = False
        self._history: History | None = None
        self._waiting: dict[tuple[str, int], Body] = {}
        self._turn = threading.Lock()
        self._reached_back = False
        self._spelt: dict[tuple[str, int], tuple[Body, str]] = {}

    @property
    def is_known(self) -> bool:
        return self._history is not None

    @property
    def history(self) -> History:
        assert self._history is not None, "asked before it was read"
        return self._history

    @property
    def is_kept_back(self) -> bool:
        return self._is_kept_back

    def require_public(self) -> None:
        """Asked *after* something was read here: it is kept back before there is anything to read. Raises NotPublic."""
        if self._is_kept_back:
            raise NotPublic(session=self.session_id)

    def begin(self, positions: Positions, *, kept_back: bool = False) -> None:
        """The streams stand here; what was told meanwhile is laid over it. Later on: skip what was not told before."""
        with self._turn:
            self._is_kept_back = kept_back
            self._history = History.at(positions) if self._history is None else self._history.jumped(positions)
            self._tell_in_order()

    def take(self, *bodies: Body) -> bool:
        """Tell these entries in their turn, unless they were told. Returns whether none waits for an earlier one."""
        with self._turn:
            self._waiting.update({(body["stream"], body["seq"]): body for body in bodies})
            return self._tell_in_order()

    def _tell_in_order(self) -> bool:
        if self._history is None:
            return True
        for stream in list(self._history.positions):
            while body := self._waiting.pop((stream, self._history.positions[stream]["seq"] + 1), None):
                was_kept_back, kept_back = self._is_kept_back, self._keeps_back(body)
                self._is_kept_back = was_kept_back or kept_back  # before its history holds anything of that
                history = self._history.told(body)
                self._reached_back = self._reached_back and not body["payload"].get("withheld")
                self._forget_tallies(body["state"].get("question", ()))
                if was_kept_back and not kept_back:  # what was noted meanwhile holds nothing: it is read anew
                    history, self._reached_back, self.snapshot = History.at(history.positions), False, None
                # History first: whoever enters the room from now on is answered with it.
                self._history, self._is_kept_back = history, kept_back
                if not kept_back:
                    _emit(self.room_of[stream], body)
        at = self._history.seen
        self._waiting = {(name, seq): body for (name, seq), body in self._waiting.items() if seq > at[name]}
        return not self._waiting

    def _keeps_back(self, body: Body) -> bool:
        """Whether the view holds nothing of the session from this entry on, as one about the session says."""
        sessions = body["state"].get("session", {})
        return sessions.get(str(self.session_id), {}) is None if sessions else self._is_kept_back

    def _forget_tallies(self, questions: Iterable[str]) -> None:
        """An entry's rows count as well, and later than the last tick did."""
        tallies = self.carried.get("tallies", {})
        if not tallies.keys().isdisjoint(questions):
            kept = {question: votes for question, votes in tallies.items() if question not in questions}
            self.carried = self.carried | {"tallies": kept}

    def missed(self, seen: dict[str, int]) -> tuple[Positions, list[Body] | None]:
        """Where the streams stand, and the entries after these numbers; None when a snapshot has to be fetched.

        A reader that comes from a process that is ahead of this one must not be sent back: the database decides.
        Raises NotPublic.
        """
        self.require_public()
        if not seen:
            return self.history.positions, None
        if self.history.is_behind(seen):
            look(unless=lambda: not self.history.is_behind(seen))
        if not self.history.reaches(seen):
            self._reach_back()
        known = self.history
        self.require_public()
        return known.positions, known.since(seen)

    def spelt(self, bodies: Sequence[Body]) -> json.Spelt:
        """These entries as JSON, each spelt once however many catch up with it."""
        texts = []
        for body in bodies:
            place = body["stream"], body["seq"]
            known, text = self._spelt.get(place, (None, ""))
            if known is not body:
                text = json.dumps(body)
                self._spelt[place] = body, text
            texts.append(text)
        if len(self._spelt) > 2 * CATCH_UP_LIMIT:
            held = {(body["stream"], body["seq"]) for body in self.history.recent}
            self._spelt = {place: one for place, one in self._spelt.items() if place in held}
        return json.Spelt(f"[{','.join(texts)}]")

    def _reach_back(self) -> None:
        """Hold what came before the first entry told here: a new process meets readers who know the old one."""
        with self.making:
            if self._reached_back:
                return
            with reading() as db:
                earlier = streams.until(db, self.view, self.history.recent_after)
            with self._turn:
                self._history = self.history.reaching_back(earlier)
            self._reached_back = True

    def carry(self, tick: Body) -> None:
        """What a tick said is part of the snapshot from now on."""
        with self.making:
            told = self.carried.get("tallies", {}) | tick.get("tallies", {})
            if len(told) > MOST_TALLIES:  # a fresh look at the rows counts them
                self.snapshot, told = None, tick.get("tallies", {})
            self.carried = tick | {"tallies": told}


@dataclass
class _Memory:
    """The standings of one database, by what they are asked for, by their rooms and by the streams they follow."""

    of: dict[Key, SessionCache] = field(default_factory=dict)
    in_room: dict[str, SessionCache] = field(default_factory=dict)
    following: dict[str, dict[View, SessionCache]] = field(default_factory=dict)
    changing: threading.Lock = field(default_factory=threading.Lock)
    reading: Turn = field(default_factory=Turn)
    looking: Turn = field(default_factory=Turn)
    look_is_due: bool = False
    #: When something public was last told of a session here, by the monotonic clock; see `changed_at`.
    changed: dict[int, float] = field(default_factory=dict)

    def add(self, one: SessionCache) -> None:
        with self.changing:
            self.of[one.session_id, one.view] = one
            self.in_room |= dict.fromkeys(one.room_of.values(), one)
            for stream in one.room_of:
                self.following[stream] = self.following.get(stream, {}) | {one.view: one}

    def remove(self, one: SessionCache) -> None:
        with self.changing:
            self.of.pop((one.session_id, one.view), None)
            for stream, room in one.room_of.items():
                self.in_room.pop(room, None)
                if others := {view: at for view, at in self.following.get(stream, {}).items() if at is not one}:
                    self.following[stream] = others
                else:
                    self.following.pop(stream, None)


_memories = PerDatabase(_Memory)


def of(session_id: int, view: View) -> SessionCache:
    """What is known of a session; read from the database if nobody asked before. Raises NotFound, NotPublic.

    Whoever is to be told what follows has entered the rooms already.
    """
    memory = _memories.here()
    one = memory.of.get((session_id, view))
    if one is None or not one.is_known:
        with memory.reading:
            one = memory.of.get((session_id, view)) or _read(memory, SessionCache(session_id, view))
    one.asked = time.monotonic()
    one.require_public()
    return one


def _read(memory: _Memory, one: SessionCache) -> SessionCache:
    memory.add(one)  # before it is read: what is told in this moment waits in it
    try:
        with reading() as db:
            positions = streams.positions(db, one.session_id, one.view)
            _look_whether_held(db, one)
    except BaseException:
        memory.remove(one)
        raise
    one.begin(positions)
    return one


def _look_whether_held(db: Db, one: SessionCache) -> None:
    """Raises NotFound, NotPublic."""
    if views.holds(db, one.session_id, one.view):
        return
    if views.holds(db, one.session_id, View.INTERNAL):
        raise NotPublic(session=one.session_id)
    raise NotFound(what="session", id=one.session_id)


def forget(session_ids: Collection[int]) -> None:
    """These sessions are no more: whoever asks for one again is told so."""
    memory = _memories.here()
    for key, one in list(memory.of.items()):
        if key[0] in session_ids:
            memory.remove(one)


def positions(session_id: int, view: View) -> Positions | None:
    """Where the streams stand by what was told here; None when nobody asked for this session."""
    one = _memories.here().of.get((session_id, view))
    return one.history.positions if one and one.is_known else None


def views_of(stream: Stream) -> list[View]:
    """The views in which somebody follows, or lately asked for, a stream in this process."""
    return list(_memories.here().following.get(str(stream), ()))


def changed_at(session_id: int) -> float:
    """The monotonic instant at which this process last heard of something public in a session; 0.0 if it is long ago.

    What another process commits is heard of only while somebody follows the session here.
    """
    return _memories.here().changed.get(session_id, 0.0)


def tell(entries: Sequence[Entry], messages: Sequence[streams.Message]) -> None:
    """Tell the rooms of this process what it has just committed, each entry when all before it were told.

    For a view that somebody asked for while it was being committed there is no message: the database is asked.
    """
    memory = _memories.here()
    told = {message.room for message in messages}
    written = {entry.stream for entry in entries}
    _note_changes(memory, map(Stream.parse, written))
    missing = any(
        one.room_of[stream] not in told for stream in written for one in memory.following.get(stream, {}).values()
    )
    for message in messages:
        one = memory.in_room.get(message.room)
        if one is not None and not one.take(message.body):  # where nothing is known, nobody listens any more
            missing = True
    if missing:
        look_soon()


def _note_changes(memory: _Memory, written: Iterable[Stream]) -> None:
    now = time.monotonic()
    for stream in written:
        if stream.id is not None and stream == streams.public_stream(stream.id):
            memory.changed[stream.id] = now


def _emit(room: str, body: Body) -> None:
    socketio.emit("entry", body, to=room)


def look(unless: Any = None) -> None:
    """Tell what the database has and this process has not told. `unless` says that somebody was faster."""
    memory = _memories.here()
    with memory.looking:
        if unless is not None and unless():
            return
        caches = [one for one in list(memory.of.values()) if one.is_known]
        if not caches:
            return
        with reading() as db:
            heads = streams.stand(db, {name for one in caches for name in one.history.positions})
            ahead = {name: position["seq"] for name, position in heads.items()}
            behind = [one for one in caches if one.history.is_behind(ahead)]
            news = [(one, streams.missed(db, one.session_id, one.view, one.history.seen)) for one in behind]
            held = {one: views.holds(db, one.session_id, one.view) for one, bodies in news if bodies is None}
        for one, bodies in news:
            _note_changes(memory, [streams.public_stream(one.session_id)])
            if bodies is None:  # too much to tell: the next tick says that something is missing
                one.begin({name: heads[name] for name in one.history.positions}, kept_back=not held[one])
            else:
                one.take(*bodies)


def look_soon() -> None:
    """Look at once, beside whoever calls this: an entry is missing, or another process says that it has committed."""
    memory = _memories.here()
    if memory.look_is_due:
        return
    memory.look_is_due = True
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        memory.look_is_due = False
        with app.app_context():
            try:
                look()
            except Exception:
                app.logger.exception("looking for entries failed")

    socketio.start_background_task(run)


def keep(watched: set[Key]) -> list[SessionCache]:
    """Know everything that is watched, forget what nobody asks for any more, and look. Returns what is known then."""
    memory = _memories.here()
    for session_id, view in watched - memory.of.keys():
        with suppress(NotPublic):  # whoever listened before it began hears nothing now
            of(session_id, view)
    now = time.monotonic()
    for key, one in list(memory.of.items()):
        if key not in watched and now - one.asked > LINGER_SECONDS:
            memory.remove(one)
    for session_id, at in list(memory.changed.items()):
        if now - at > LINGER_SECONDS:
            del memory.changed[session_id]
    look()
    return [one for one in list(memory.of.values()) if one.is_known]
