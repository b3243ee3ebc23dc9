"""Who is reading, and what each reader sees of each thing, said once: snapshots and entries are built of the same rows.

A package registers a *collection* (`question`, `slot` …) with one loader. A snapshot is every row of every collection
that belongs to a session; an entry carries the rows of the things it is `about`, as they are now. So an old snapshot
with newer entries laid over it is a fresh snapshot, and a browser needs one small merge function for all kinds.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from ..core.db import Db
from ..trace.streams import Access, Stream


@dataclass(frozen=True)
class Kind:
    """A kind of reader, declared in one line: its name on the wire, the permission asked before one is let in, and
    whose streams it follows. `of_unit` says that each unit has a view of its own, `unit:7`."""

    name: str
    permission: str
    sees: frozenset[Access]
    of_unit: bool = False


@dataclass(frozen=True)
class View:
    """Who is reading: the one value by which rooms, snapshots, entries and ticks know their readers."""

    #: What anybody may see; and what the crew needs besides.
    PUBLIC: ClassVar["View"]
    STAFF: ClassVar["View"]

    kind: Kind
    unit_id: int | None = None

    def __str__(self) -> str:
        return self.kind.name if self.unit_id is None else f"{self.kind.name}:{self.unit_id}"

    @property
    def is_crew(self) -> bool:
        """Whether this reader is shown what the public is not: waiting questions, notes, what is to come."""
        return Access.STAFF in self.kind.sees

    def sees(self, stream: Stream) -> bool:
        """Whether the entries of a stream are told to this reader."""
        return stream.access in self.kind.sees

    @classmethod
    def parse(cls, name: str) -> "View":
        """The view of a name on the wire. Raises ValueError."""
        named, colon, unit = name.partition(":")
        found = _kinds.get(named)
        if found is None or bool(colon) is not found.of_unit or (colon and not _UNIT.fullmatch(unit)):
            raise ValueError(f"no view has the name {name[:80]!r}")
        return cls(found, int(unit) if unit else None)


_UNIT = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_kinds: dict[str, Kind] = {}


def kind(name: str, permission: str, *sees: Access, of_unit: bool = False) -> Kind:
    """Declare a kind of reader."""
    _kinds[name] = Kind(name, permission, frozenset(sees), of_unit)
    return _kinds[name]


View.PUBLIC = View(kind("public", "read.public", Access.PUBLIC))
View.STAFF = View(kind("staff", "read.staff", Access.PUBLIC, Access.STAFF))


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
    """Lay the rows of an entry over a state: the twin of `merge` in `static/link/store.js`."""
    merged = {name: dict(rows) for name, rows in state.items()}
    for name, rows in changes.items():
        into = merged.setdefault(name, {})
        for key, row in rows.items():
            if row is None:
                into.pop(key, None)
            else:
                into[key] = row
    return merged
