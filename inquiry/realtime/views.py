"""What each reader sees of each thing, said once: snapshots and entries are built from the same rows.

A package registers a *collection* (`question`, `slot` …) with one loader. A snapshot is every row of every collection
that belongs to a session; an entry carries the rows of the things it is `about`, as they are now. So an old snapshot
with newer entries laid over it is a fresh snapshot, and a browser needs one small merge function for all kinds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..core.db import Db


class View(StrEnum):
    """PUBLIC is what anybody may see; STAFF adds what the crew needs (waiting questions, notes)."""

    PUBLIC = "public"
    STAFF = "staff"


Row = dict[str, Any]
#: Gives the row of each id, None where the reader's view does not hold that thing (any more).
Loader = Callable[[Db, list[int], View], dict[int, Row | None]]
#: Gives the ids that may belong to the snapshot of a session.
Members = Callable[[Db, int, View], Iterable[int]]
State = dict[str, dict[str, Row | None]]


@dataclass(frozen=True)
class Collection:
    name: str
    load: Loader
    members: Members
    alike: bool


_collections: dict[str, Collection] = {}


def collection(name: str, load: Loader, members: Members, *, alike: bool = False) -> None:
    """Register what `about` references of this name turn into; `alike` says that a row is the same in every view."""
    _collections[name] = Collection(name, load, members, alike)


def patch(db: Db, about: Iterable[str], view: View) -> State:
    """The present rows of the things named, None for those that this view does not hold."""
    return patches(db, about, [view])[view]


def patches(db: Db, about: Iterable[str], each: Iterable[View]) -> dict[View, State]:
    """The same for several views; what is alike in all of them is read once."""
    ids: dict[str, list[int]] = {}
    for subject in about:
        name, _, number = subject.partition(":")
        if name in _collections:
            ids.setdefault(name, []).append(int(number))
    found: dict[View, State] = {view: {} for view in each}
    for name, numbers in ids.items():
        rows = None
        for view, state in found.items():
            if rows is None or not _collections[name].alike:
                rows = _rows(db, _collections[name], numbers, view)
            state[name] = rows
    return found


def only(rows: State, about: Iterable[str]) -> State:
    """Of the rows of several entries, those of the things that one of them is about."""
    picked: State = {}
    for subject in about:
        name, _, number = subject.partition(":")
        if name in rows:
            picked.setdefault(name, {})[number] = rows[name][number]
    return picked


def whole(db: Db, session_id: int, view: View, only: str = "") -> dict[str, dict[str, Row]]:
    """Every row of every collection (or of one) that this view of a session holds."""
    state = {}
    for one in [_collections[only]] if only else _collections.values():
        rows = _rows(db, one, list(one.members(db, session_id, view)), view)
        state[one.name] = {key: row for key, row in rows.items() if row is not None}
    return state


def _rows(db: Db, of: Collection, ids: list[int], view: View) -> dict[str, Row | None]:
    return {str(number): row for number, row in of.load(db, ids, view).items()} if ids else {}


def merge(state: State, changes: State) -> State:
    """Lay the rows of an entry over a state: the twin of `merge` in `static/live/store.js`."""
    merged = {name: dict(rows) for name, rows in state.items()}
    for name, rows in changes.items():
        into = merged.setdefault(name, {})
        for key, row in rows.items():
            if row is None:
                into.pop(key, None)
            else:
                into[key] = row
    return merged
