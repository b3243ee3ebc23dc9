"""The tick: what changes too often to be a fact (tallies, viewers), with the time and where the stream stands.

At most two a second per session, only on change, and a heartbeat every two seconds so that a lost link shows.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from flask import Flask

from ..core import background, clock
from ..core.background import Task
from ..core.db import Db, reading
from . import fanout, hints, presence, session_cache
from .history import Body
from .streams import positions, tick_room
from .views import View

PERIOD_SECONDS = 0.5
HEARTBEAT_SECONDS = 2.0

#: Gives a part of the tick of a session: (db, session id, ids touched since the last tick, view) -> fields.
Part = Callable[[Db, int, set[int], View], dict[str, Any]]

#: What a view is told of the fields that were counted once for all of them: (fields, view) -> fields.
Told = Callable[[Body, View], Body]

#: Counted with one tick. A database takes only so many values in one statement.
_MOST_TOUCHED = 5000

#: Told with one tick; the others follow with the next.
_MOST_TOLD = 1000

#: And what each view is told of one that is counted once for all; None is counted for each view.
_parts: dict[Part, Told | None] = {}
#: The collection that a part is of, for views that hold some collections alone.
_of: dict[Part, str] = {}
_touched: dict[int, set[int]] = defaultdict(set)
#: Of these, what somebody voted for in this process since the last beat.
_voted: dict[int, set[int]] = defaultdict(set)
_last: dict[int, float] = {}


def part(build: Part, *, told: Told | None = None, of: str = "") -> None:
    """Add a part; another application in the same process adds it once more, and it stays one. With `told` it is
    counted once in a tick, for whichever view comes first, and `told` says what of that each view is told. A view that
    holds some collections alone is told those parts that are `of` one of them."""
    _parts[build], _of[build] = told, of


def alike(fields: Body, _view: View) -> Body:
    """Every view is told the same."""
    return fields


def touch(session_id: int | None, question_id: int | None = None) -> None:
    """Something countable changed; say so after the commit (`uow.after_commit`). Outside sessions nothing ticks."""
    if session_id is None:
        return
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


def compose(db: Db, session_id: int, touched: set[int], view: View) -> Body:
    """`{view, session, now, viewers, streams: {name: {seq, hash}}, …}` and what the parts add."""
    return compose_all(db, session_id, touched, [view])[view]


def compose_all(db: Db, session_id: int, touched: set[int], views: Collection[View]) -> dict[View, Body]:
    """The same for several views; what all of them are told of is counted once."""
    # Before the numbers: a tick that says it knows an entry must have counted what that entry changed.
    known = {view: session_cache.positions(session_id, view) or positions(db, session_id, view) for view in views}
    common: Body = {
        "session": session_id,
        "now": clock.milliseconds(clock.now()),
        "viewers": fanout.following().get(session_id, 0) + presence.viewers_elsewhere(session_id),
    }
    bodies = {view: common | {"view": str(view), "streams": known[view]} for view in views}
    for build, told in _parts.items():
        fields: Body | None = None
        for view in views:
            if not view.may_hold(_of.get(build, "")):
                continue
            if fields is None or told is None:
                fields = build(db, session_id, touched, view)
            bodies[view] |= told(fields, view) if told else fields
    return bodies


def beat(seconds: float) -> int:
    """Send the ticks that are due at the monotonic time `seconds`, after the entries they count; returns how many."""
    while _voted:
        hints.say_voted(*_voted.popitem())
    sent = 0
    of_session: dict[int, list[session_cache.SessionCache]] = defaultdict(list)
    for one in session_cache.keep(_watched()):
        if one.is_kept_back:
            continue
        of_session[one.session_id].append(one)
    for session_id, views in sorted(of_session.items()):
        due = session_id in _touched or seconds - _last.get(session_id, -HEARTBEAT_SECONDS) >= HEARTBEAT_SECONDS
        if not due:
            continue
        touched = _some(_touched.pop(session_id, set()), session_id)
        _last[session_id] = seconds
        try:
            sent += _tell(session_id, views, touched)
        except Exception:  # perhaps for one of its readers only: the others, and the other sessions, have theirs
            background.complain("a tick failed and is made for each view alone")
            sent += sum(_tell_alone(session_id, one, touched) for one in views)
    return sent


def _tell_alone(session_id: int, one: session_cache.SessionCache, touched: set[int]) -> int:
    """With a connection of its own: after an error PostgreSQL answers nothing more in the same transaction."""
    told = background.attempt(f"the tick of the view {one.view.kind.name}", _tell, session_id, [one], touched)
    if told is None:
        count_again(session_id, touched)  # and its next one counts the same again
    return told or 0


def _some(touched: set[int], session_id: int) -> set[int]:
    if len(touched) <= _MOST_TOLD:
        return touched
    told = set(islice(touched, _MOST_TOLD))
    count_again(session_id, touched - told)
    return told


def _tell(session_id: int, views: Iterable[session_cache.SessionCache], touched: set[int]) -> int:
    """Returns in how many views somebody listens."""
    with reading() as db:
        bodies = compose_all(db, session_id, touched, [one.view for one in views])
    told = 0
    for one in views:
        one.carry(bodies[one.view])
        if touched and one.history.positions != bodies[one.view]["streams"]:
            count_again(session_id, touched)  # an entry came meanwhile, and its rows may be newer than these numbers
        if fanout.count(str(tick_room(session_id, one.view))) > 0:
            fanout.tell_tick(session_id, one.view, bodies[one.view])
            told += 1
    return told


def _watched() -> set[session_cache.Key]:
    """The sessions that somebody follows, in which view."""
    return {(room.stream.id, room.view) for room in fanout.ticking() if room.stream.id is not None}


def tasks(app: Flask) -> Iterator[Task]:
    """The beat, and with it what other processes say over Redis, where there is one."""

    def turn() -> float:
        with app.app_context():
            beat(time.monotonic())
        return PERIOD_SECONDS

    yield Task("the beat of the ticks", turn)
    if url := app.config["INQUIRY"].redis_url:
        yield from hints.tasks(app, url, count_again)
