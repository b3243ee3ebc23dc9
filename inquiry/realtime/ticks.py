"""The tick: what changes too often to be a fact (tallies, viewers), with the time and where the stream stands.

At most two a second per session, only on change, and a heartbeat every two seconds so that a lost link shows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from flask import current_app

from .. import clock
from ..db import Db, reading
from . import fanout, hints, presence, standing
from .streams import positions, public_stream, tick_room
from .views import View

PERIOD_SECONDS = 0.5
HEARTBEAT_SECONDS = 2.0

#: Gives a part of the tick of a session: (db, session id, ids touched since the last tick, view) -> fields.
Part = Callable[[Db, int, set[int], View], dict[str, Any]]

#: Counted with one tick. A database takes only so many values in one statement.
_MOST_TOUCHED = 5000

_parts: list[Part] = []
_touched: dict[int, set[int]] = defaultdict(set)
#: Of these, what somebody voted for in this process since the last beat.
_voted: dict[int, set[int]] = defaultdict(set)
_last: dict[int, float] = {}


def part(build: Part) -> None:
    """Add a part; another application in the same process adds it once more, and it stays one."""
    if build not in _parts:
        _parts.append(build)


def touch(session_id: int, question_id: int | None = None) -> None:
    """Something countable changed; say so after the commit (`uow.after_commit`)."""
    if question_id is None:
        count_again(session_id, [])
    else:
        count_again(session_id, [question_id])
        presence.note(session_id, question_id)
        _voted[session_id].add(question_id)


def count_again(session_id: int, questions: Iterable[int]) -> None:
    """Something countable changed, here or in another process."""
    if len(_touched[session_id]) < _MOST_TOUCHED:
        _touched[session_id].update(questions)


def compose(db: Db, session_id: int, touched: set[int], view: View) -> dict[str, Any]:
    """`{session, now, viewers, streams: {name: {seq, hash}}, …}` and what the parts add."""
    known = standing.positions(session_id, view)
    body: dict[str, Any] = {
        "session": session_id,
        "now": clock.milliseconds(clock.now()),
        "viewers": fanout.following().get(session_id, 0) + presence.viewers_elsewhere(session_id),
        "streams": positions(db, session_id, view) if known is None else known,
    }
    for build in _parts:
        body |= build(db, session_id, touched, view)
    return body


def beat(seconds: float) -> int:
    """Send the ticks that are due at the monotonic time `seconds`, after the entries they count; returns how many."""
    while _voted:
        hints.say_voted(*_voted.popitem())
    sent = 0
    of_session: dict[int, list[standing.Standing]] = defaultdict(list)
    for one in standing.keep(_watched()):
        of_session[one.session_id].append(one)
    for session_id, views in sorted(of_session.items()):
        due = session_id in _touched or seconds - _last.get(session_id, -HEARTBEAT_SECONDS) >= HEARTBEAT_SECONDS
        if not due:
            continue
        touched = _touched.pop(session_id, set())
        _last[session_id] = seconds
        try:
            sent += sum(_tell(one, touched) for one in views)
        except Exception:  # the other sessions have theirs, and this one counts the same again with its next
            count_again(session_id, touched)
            current_app.logger.exception("a tick of session %s failed", session_id)
    return sent


def _tell(one: standing.Standing, touched: set[int]) -> bool:
    """Returns whether anybody listens."""
    with reading() as db:
        body = compose(db, one.session_id, touched, one.view)
    one.carry(body)
    listened_to = fanout.count(tick_room(one.session_id, one.view)) > 0
    if listened_to:
        fanout.tell_tick(one.session_id, one.view, body)
    return listened_to


def _watched() -> set[standing.Key]:
    """The sessions that somebody follows, in which view."""
    watched = set()
    for room in fanout.occupied():
        stream, _, view = room.partition("@")
        if stream.startswith("session:") and stream == public_stream(int(stream.split(":")[1])):
            watched.add((int(stream.split(":")[1]), View(view)))
    return watched
