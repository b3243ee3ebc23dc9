"""Who is reading, and what each reader sees of each thing, said once: snapshots and entries are built of the same rows.

A package registers a *collection* (`question`, `slot` …) with one loader. A snapshot is every row of every short
collection that belongs to a session, and the windows of the long ones with what other rows name; an entry carries the
rows of the things it is `about`, as they are now, with what those name. So an old snapshot with newer entries laid over
it is a fresh snapshot (where a window runs short, with the next page of it), and a browser needs one small merge
function for all kinds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from ..core.db import Db
from ..trace.streams import Access, Stream
from .windows import Row, State, Window, lay, merge, named, trim

__all__ = ["Collection", "Row", "State", "View", "Window", "collection", "lay", "merge", "trim"]


@dataclass(frozen=True)
class Kind:
    """A kind of reader, declared in one line: its name on the wire, the permission asked before one is let in, and
    whose streams it follows. `of_unit` says that each unit has a view of its own, `unit:7`. `holds` are the only
    collections that it has; it is told no payloads then, and no counts but those. None: all there are."""

    name: str
    permission: str
    sees: frozenset[Access]
    of_unit: bool = False
    holds: frozenset[str] | None = None


@dataclass(frozen=True)
class View:
    """Who is reading: the one value by which rooms, snapshots, entries and ticks know their readers."""

    #: What anybody may see; the same for whoever is signed in, of meetings too that are not public while they run;
    #: what the crew needs besides; and what an output shows over the picture.
    PUBLIC: ClassVar["View"]
    INTERNAL: ClassVar["View"]
    STAFF: ClassVar["View"]
    OUTPUT: ClassVar["View"]

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

    def may_hold(self, collection: str) -> bool:
        """Whether rows of a collection are for this reader at all."""
        return self.kind.holds is None or collection in self.kind.holds

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


def kind(
    name: str, permission: str, *sees: Access, of_unit: bool = False, holds: Iterable[str] | None = None
) -> Kind:  # fmt: skip
    """Declare a kind of reader."""
    _kinds[name] = Kind(name, permission, frozenset(sees), of_unit, None if holds is None else frozenset(holds))
    return _kinds[name]


View.PUBLIC = View(kind("public", "read.public", Access.PUBLIC))
View.INTERNAL = View(kind("internal", "read.internal", Access.PUBLIC))
View.STAFF = View(kind("staff", "read.staff", Access.PUBLIC, Access.STAFF, Access.AIR))
#: What counts on an output goes on counting: hence the slots, and the timers that are public. Captions come by ticks.
View.OUTPUT = View(
    kind("output", "read.output", Access.PUBLIC, Access.AIR,
         holds=("session", "slot", "timer", "onairlayer", "output", "caption"))
)  # fmt: skip


#: Gives the row of each id, None where the reader's view does not hold that thing (any more).
Loader = Callable[[Db, list[int], View], dict[int, Row | None]]
#: Gives the ids that may belong to the snapshot of a session; of a collection with windows, the query for them.
Members = Callable[[Db, int, View], "Iterable[int] | Select[int]"]


Windows = Callable[[View], Iterable[Window]]


@dataclass(frozen=True)
class Collection:
    name: str
    load: Loader
    members: Members
    alike: bool
    #: What its rows name: the collection, by the field that holds its id or ids.
    names: Mapping[str, str]
    #: The column that says to which session a row belongs, if to any.
    session: InstrumentedAttribute[Any] | None = None
    #: Those of a view; a collection that has none is held whole.
    windows: Windows | None = None
    #: The column of each field that a window asks for.
    columns: Mapping[str, InstrumentedAttribute[Any]] = field(default_factory=dict)


_collections: dict[str, Collection] = {}


def collection(
    name: str,
    load: Loader,
    members: Members,
    *,
    alike: bool = False,
    names: Mapping[str, str] | None = None,
    session: InstrumentedAttribute[Any] | None = None,
    windows: Windows | None = None,
    columns: Mapping[str, InstrumentedAttribute[Any]] | None = None,
) -> None:
    """Register what `about` references of this name turn into; `alike` says that a row is the same in every view, and
    `session` to which session it belongs: a row of one that is not public is not held by the public's view."""
    _collections[name] = Collection(name, load, members, alike, names or {}, session, windows, columns or {})


#: How the sessions are found that are not public at the moment.
_not_public: list[Callable[[Db], Iterable[int]]] = []


def not_public(find: Callable[[Db], Iterable[int]]) -> None:
    """Say how the sessions are found that are not public at the moment."""
    _not_public[:] = [find]


def _kept_from(db: Db, view: View) -> frozenset[int]:
    """The sessions whose rows this view does not hold at the moment."""
    return frozenset(one for find in _not_public for one in find(db)) if view == View.PUBLIC else frozenset()


def patch(db: Db, about: Iterable[str], view: View) -> State:
    """The present rows of the things named, None for those that this view does not hold."""
    return patches(db, about, [view])[view]


def patches(db: Db, about: Iterable[str], each: Iterable[View]) -> dict[View, State]:
    """The same for several views; what is alike in all of them is read once. What the rows name comes with them."""
    ids: dict[str, list[int]] = {}
    for subject in about:
        name, _, number = subject.partition(":")
        if name in _collections:
            ids.setdefault(name, []).append(int(number))
    found: dict[View, State] = {view: {} for view in each}
    kept_from = {view: _kept_from(db, view) for view in found}
    for name, numbers in ids.items():
        rows = None
        for view, state in found.items():
            if not view.may_hold(name):
                continue
            if rows is None or not _collections[name].alike:
                rows = _load(db, _collections[name], numbers, view)
            state[name] = _held(db, _collections[name], rows, kept_from[view])
    return {view: _with_named(db, state, view, kept_from[view]) for view, state in found.items()}


def only(rows: State, about: Iterable[str]) -> State:
    """Of the rows of several entries, those of the things that one of them is about, and what these name."""
    picked: State = {}
    for subject in about:
        name, _, number = subject.partition(":")
        if name in rows:
            picked.setdefault(name, {})[number] = rows[name][number]
    for name, keys in _named_by(picked).items():
        for key in keys & rows.get(name, {}).keys():
            picked.setdefault(name, {}).setdefault(key, rows[name][key])
    return picked


def whole(db: Db, session_id: int, view: View, only: str = "", size: int | None = None) -> State:
    """What this view of a session begins with: every row of every collection (or of one), the windows of the long ones.
    A reader may keep smaller windows than ours (`size`).
    """
    kept_from = _kept_from(db, view)
    if only:
        one = _collections[only]
        if not view.may_hold(only):
            return {only: {}}
        return {only: _there(_rows(db, one, list(_ids(db, one.members(db, session_id, view))), view, kept_from))}
    state: State = {}
    held = (one for one in _collections.values() if view.may_hold(one.name))
    for one in sorted(held, key=lambda one: bool(one.windows)):
        if one.windows:
            ids = _begin(db, one, session_id, view, state, size)
        else:
            ids = list(_ids(db, one.members(db, session_id, view)))
        state[one.name] = _there(_rows(db, one, ids, view, kept_from)) | state.get(one.name, {})
    return _with_named(db, state, view, kept_from)


def holds(db: Db, session_id: int, view: View) -> bool:
    """Whether a view holds a session at all, as it stands."""
    return bool(whole(db, session_id, view, only="session")["session"])


def page(db: Db, session_id: int, view: View, of: str, title: str, after: int, most: int) -> tuple[State, int | None]:
    """The next rows of a window beyond an edge, with what they name, and the edge then. Raises KeyError."""
    if not view.may_hold(of):
        raise KeyError(of)
    one = _collections[of]
    window = {window.name: window for window in _windows(one, view)}[title]
    ids, edge = _page(db, one, window, one.members(db, session_id, view), most, after)
    kept_from = _kept_from(db, view)
    return _with_named(db, {of: _there(_rows(db, one, ids, view, kept_from))}, view, kept_from), edge


def _begin(db: Db, one: Collection, session_id: int, view: View, state: State, size: int | None) -> list[int]:
    """Declare the windows of a collection in a state; returns the ids that are in them."""
    members = one.members(db, session_id, view)
    lists: dict[str, Row] = {}
    found: list[int] = []
    for window in _windows(one, view):
        most = size or window.size
        ids, edge = _page(db, one, window, members, most)
        lists[window.name] = window.declared(edge, most)
        found += ids
    places = ((f"{other.name}.{place}", to) for other in _collections.values() for place, to in other.names.items())
    naming = [place for place, to in places if to == one.name]
    state.setdefault("window", {})[one.name] = {"named_by": sorted(naming), "lists": lists}
    return list(dict.fromkeys(found))


def _windows(one: Collection, view: View) -> Iterable[Window]:
    return one.windows(view) if one.windows else ()


def _page(
    db: Db, one: Collection, window: Window, members: Any, most: int, after: int | None = None
) -> tuple[list[int], int | None]:
    """The ids of the next `most` rows of a window, and its edge behind them: None when nothing lies beyond."""
    at = one.columns[window.by]
    query = members.add_columns(at)
    for name, values in window.where.items():
        query = query.where(one.columns[name].in_(values))
    if after is not None:
        query = query.where(at < after if window.down else at > after)
    rows = db.execute(query.order_by(None).order_by(at.desc() if window.down else at).limit(most + 1)).all()
    shown = rows[:most]
    if len(rows) == len(shown):
        return [row[0] for row in shown], None
    return [row[0] for row in shown], shown[-1][1] if shown else after


def _with_named(db: Db, state: State, view: View, kept_from: frozenset[int]) -> State:
    """The state and what its rows name besides. A row that this view does not hold is not told of here."""
    filled = dict(state)
    for _step in range(2):  # an item names a question, and that a unit
        for name, keys in _named_by(filled).items():
            if not view.may_hold(name):
                continue
            missing = keys - filled.get(name, {}).keys()
            rows = _there(_rows(db, _collections[name], sorted(map(int, missing)), view, kept_from))
            if rows:
                filled[name] = filled.get(name, {}) | rows
    return filled


def _named_by(state: State) -> dict[str, set[str]]:
    """What the rows of a state name, by collection."""
    found: dict[str, set[str]] = {}
    for name in state.keys() & _collections.keys():
        for place, to in _collections[name].names.items():
            found.setdefault(to, set()).update(named(state, [f"{name}.{place}"]))
    return found


def _ids(db: Db, members: Any) -> Iterable[int]:
    return db.scalars(members) if isinstance(members, Select) else members


def _there(rows: dict[str, Row | None]) -> dict[str, Row | None]:
    return {key: row for key, row in rows.items() if row is not None}


def _rows(
    db: Db, of: Collection, ids: list[int], view: View, kept_from: frozenset[int]
) -> dict[str, Row | None]:  # fmt: skip
    return _held(db, of, _load(db, of, ids, view), kept_from)


def _load(db: Db, of: Collection, ids: list[int], view: View) -> dict[str, Row | None]:
    return {str(number): row for number, row in of.load(db, ids, view).items()} if ids else {}


def _held(db: Db, of: Collection, rows: dict[str, Row | None], kept_from: frozenset[int]) -> dict[str, Row | None]:
    """The rows, None for those that belong to a session they are kept back for."""
    if of.session is None or not kept_from or not rows:
        return rows
    number = of.session.class_.id
    theirs = db.scalars(select(number).where(number.in_(map(int, rows)), of.session.in_(kept_from)))
    return rows | dict.fromkeys(map(str, theirs))
