"""The real server, started by the real `serve`, with a hand that tells rooms or writes entries at a steady rate.

    python -m bench.server --port 6100 --session 1 --tell 5

What it tells goes through `fanout.tell` and `fanout.tell_tick` as after a commit, in turn: an entry, a tick, an entry.
What it writes (`--write`) goes through a unit of work and the trace. Both carry `t`, the microseconds of
CLOCK_MONOTONIC when it began, by which the load generator knows how long a message took. `--notes FILE` appends a line
of JSON every quarter of a second: how late the loop was at worst, and what the database was asked.
"""

from inquiry import server

server.patch()

import argparse  # noqa: E402 - nothing else may be imported before the patch
import json  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from functools import partial  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402
from sqlalchemy import event  # noqa: E402

from inquiry import create_app  # noqa: E402
from inquiry.core import extensions, metrics  # noqa: E402
from inquiry.core.db import reading  # noqa: E402
from inquiry.dispatch import batching  # noqa: E402
from inquiry.dispatch.unit_of_work import unit_of_work  # noqa: E402
from inquiry.live import events  # noqa: E402
from inquiry.live.models import Session  # noqa: E402
from inquiry.permissions import SYSTEM  # noqa: E402
from inquiry.realtime import fanout, ticks, views  # noqa: E402
from inquiry.realtime.streams import Message, Room, positions, public_stream  # noqa: E402
from inquiry.realtime.views import View  # noqa: E402

#: The Socket.IO text of a message, so that every server in the comparison writes as many bytes.
MESSAGE_BYTES = 337
#: The loop should come by this often; how much later it does is its stall.
BEAT_SECONDS = 0.01
NOTE_SECONDS = 0.25
_SETTLED_SECONDS = 0.3


def microseconds() -> int:
    return time.monotonic_ns() // 1000


def body(event_name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A message that carries `t` and is MESSAGE_BYTES long with everything around it."""
    told = {**fields, "t": microseconds(), "pad": ""}
    length = len(f'42["{event_name}",{json.dumps(told, separators=(",", ":"))}]')
    return told | {"pad": "x" * max(0, MESSAGE_BYTES - length)}


class Teller:
    """Tells an entry, a tick, an entry, as a commit and the ticker would.

    The entries go on from where the stream stands when the first viewers have come, as nobody is told what went before.
    They are not stored, so nobody may write to the session meanwhile.
    """

    def __init__(self, app: Flask, session_id: int) -> None:
        self._app = app
        self._session_id = session_id
        self._stream = str(public_stream(session_id))
        self._room = str(Room(public_stream(session_id), View.PUBLIC))
        self._seq = 0
        self._followed_since = 0.0

    def tell(self, number: int) -> None:
        with self._app.app_context():
            if self._is_followed() and number % 2:
                tick = {"session": self._session_id, "viewers": 0}
                fanout.tell_tick(self._session_id, View.PUBLIC, body("tick", tick))
            elif self._is_followed():
                self._seq += 1
                place = {"stream": self._stream, "seq": self._seq, "hash": "0" * 16}
                entry = place | {"kind": events.SESSION_CHANGED.name, "payload": {}, "state": {}}
                fanout.tell([], [Message(self._room, body("entry", entry))])

    def _is_followed(self) -> bool:
        if not self._followed_since and fanout.count(self._room):
            self._followed_since = time.monotonic()
            with reading() as db:
                self._seq = int(positions(db, self._session_id, View.PUBLIC)[self._stream]["seq"])
        return bool(self._followed_since) and time.monotonic() - self._followed_since > _SETTLED_SECONDS


def write_once(app: Flask, session_id: int, counted: int | None = None, entries: int = 1) -> None:
    """A real change: numbered, chained, committed, told. A `counted` question is on the next tick, as after a vote."""
    began = microseconds()
    with app.app_context(), unit_of_work() as uow:
        session = uow.db.get_one(Session, session_id)
        for _ in range(entries):
            uow.record(public_stream(session_id), events.SESSION_CHANGED, SYSTEM, [session], t=began)
        if counted:
            uow.after_commit(lambda: ticks.touch(session_id, counted))


def steadily(per_second: float, act: Callable[[int], None]) -> Callable[[], None]:
    """A task that acts at a rate; what it could not keep up with is not caught up."""

    def run() -> None:
        due, number = time.monotonic(), 0
        while True:
            act(number)
            number += 1
            due += 1 / per_second
            left = due - time.monotonic()
            if left < 0:
                due -= left
            extensions.socketio.sleep(max(left, 0))

    return run


def _behind() -> int:
    """How many readers have something waiting, as the process tells it to Prometheus."""
    told = metrics.told("bench").splitlines()
    return next((int(float(line.split()[-1])) for line in told if line.startswith("inquiry_readers_behind{")), 0)


class Notes:
    """What the process notices about itself; every line holds sums since the start, but for the stall."""

    def __init__(self, app: Flask, path: Path) -> None:
        self._path = path
        self._worst = 0.0
        self.counts = {"statements": 0, "commits": 0, "snapshots": 0, "requests": 0}
        engine = app.extensions["inquiry.engine"]
        event.listen(engine, "before_cursor_execute", lambda *_: self._count("statements"))
        event.listen(engine, "commit", lambda *_: self._count("commits"))
        app.before_request(lambda: self._count("requests"))
        self._count_snapshots()

    def _count(self, what: str) -> None:
        self.counts[what] += 1

    def _count_snapshots(self) -> None:
        whole = views.whole

        def counted(*place: Any, **options: Any) -> Any:
            self.counts["snapshots"] += not options.get("only")
            return whole(*place, **options)

        views.whole = counted

    def beat(self) -> None:
        while True:
            due = time.monotonic() + BEAT_SECONDS
            extensions.socketio.sleep(BEAT_SECONDS)
            self._worst = max(self._worst, time.monotonic() - due)

    def write(self) -> None:
        while True:
            extensions.socketio.sleep(NOTE_SECONDS)
            note = {"at_us": microseconds(), "stall_ms": round(self._worst * 1000, 2), **self.counts}
            note["behind"] = _behind()
            self._worst = 0.0
            with self._path.open("a") as file:
                file.write(json.dumps(note) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="The real server under a steady load of its own.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--session", type=int, required=True)
    parser.add_argument("--tell", type=float, default=0, help="messages a second")
    parser.add_argument("--write", type=float, default=0, help="real entries a second")
    parser.add_argument("--entries", type=int, default=1, help="in each unit of work that writes")
    parser.add_argument("--count", type=int, help="a question that ticks count with every entry")
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--alone", action="store_true", help="every write has a transaction of its own")
    asked = parser.parse_args()
    app = create_app()
    start = extensions.socketio.start_background_task
    if asked.alone:
        batching.MOST_TOGETHER, batching.GATHER_SECONDS = 1, 0.0
    if asked.notes:
        notes = Notes(app, asked.notes)
        start(notes.beat)
        start(notes.write)
    if asked.tell:
        start(steadily(asked.tell, Teller(app, asked.session).tell))
    if asked.write:
        write = partial(write_once, app, asked.session, asked.count, asked.entries)
        start(steadily(asked.write, lambda _number: write()))
    server.serve(app, "127.0.0.1", asked.port)


if __name__ == "__main__":
    main()
