"""Two promises every command makes, asked of the database itself.

`replaying`: an old snapshot with the newer entries laid over it is a fresh snapshot. `nothing_changes`: a refusal
leaves no row, no entry and no number behind. Both want an application context.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from inquiry.core.db import Db, engine, reading
from inquiry.realtime import streams, views, windows
from inquiry.realtime.views import View
from tests.support.application import fingerprint

State = dict[str, dict[str, Any]]

#: What travels in ticks instead of entries: the whole row of a collection, or one field of its rows.
TICK_BORNE_COLLECTIONS = {"totals"}
TICK_BORNE_FIELDS = {"question": {"votes"}}


#: None is the size that the windows have; no test fills them, so others are as good as empty.
SIZES = (None, 1, 2)


def filled(db: Db, session_id: int, view: View, state: State) -> State:
    """The state with what its windows lack, by one page each, and their edges told as the last row's: see
    `docs/adr/0014-windows.md`."""
    for name, title, edge, lacks in list(windows.unsure(state)):
        rows, beyond = views.page(db, session_id, view, name, title, edge, lacks)
        state = windows.fill(state, rows, name, title, beyond)
    return state


class _Reader:
    """Somebody who was there before and follows the entries; `faults` is where that goes wrong.

    With a `size` all windows are so small that what happens in a test happens at their edges. A window that has run
    short is filled by the same pages as a desk asks for.
    """

    def __init__(self, db: Db, session_id: int, view: View, size: int | None = None) -> None:
        self.session_id = session_id
        self.view = view
        self.size = size
        self.kinds: list[str] = []
        self.faults: list[str] = []
        self._begin(db)

    def _begin(self, db: Db) -> None:
        fresh = streams.snapshot(db, self.session_id, self.view, self.size)
        self._state: State = fresh["state"]
        self._seen = {name: position["seq"] for name, position in fresh["streams"].items()}

    def follow(self, db: Db) -> None:
        """Lay over the state what was told since, compare it with a fresh snapshot, and go on from that."""
        told = streams.missed(db, self.session_id, self.view, self._seen)
        assert told is not None, "too much happened at once to be caught up with"
        kinds = [entry["kind"] for entry in told]
        state = self._state
        for entry in told:
            state = views.merge(state, entry["state"])
        state = filled(db, self.session_id, self.view, state)
        self._begin(db)
        of = f"{self.size} a window" if self.size else "whole windows"
        self.faults += [
            f"the {self.view} view ({of}): {name} differs from a fresh look after "
            f"{kinds or 'a change nobody was told of'}"
            for name in _differing(_durable(state), _durable(self._state))
        ]
        self.kinds += kinds


@contextmanager
def replaying(session_id: int) -> Iterator[list[str]]:
    """What the block does to a session must reach a reader through entries alone, in each view.

    Each transaction is looked at by itself, before it commits: what a later one tells cannot make up for what an
    earlier one kept to itself. Yields a list which afterwards holds the kinds of the entries told to the staff, oldest
    first. Fails when nothing was told: then there was nothing to prove.
    """
    with reading() as db:
        readers = [_Reader(db, session_id, view, size) for view in (View.PUBLIC, View.STAFF) for size in SIZES]
        readers.append(_Reader(db, session_id, View.OUTPUT))

    def look(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            with Db(connection, autoflush=False) as db:
                for reader in readers:
                    reader.follow(db)

    kinds: list[str] = []
    event.listen(engine(), "commit", look)
    try:
        yield kinds
    finally:
        event.remove(engine(), "commit", look)
    kinds += next(reader.kinds for reader in readers if reader.view is View.STAFF)
    faults = [fault for reader in readers for fault in reader.faults]
    assert not faults, "\n".join(faults)
    assert kinds, "no entry was told"


def _differing(one: State, other: State) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _durable(state: State) -> State:
    """The state without what ticks bring; a collection without rows is the same as none."""
    return {
        name: {key: _without(row, TICK_BORNE_FIELDS.get(name, set())) for key, row in rows.items()}
        for name, rows in state.items()
        if rows and name not in TICK_BORNE_COLLECTIONS
    }


def _without(row: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {field: value for field, value in row.items() if field not in fields}


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Whatever happens in the block, an exception included, must leave every table and every stream as it was."""
    before = fingerprint()
    try:
        yield
    finally:
        assert fingerprint() == before, "something changed"
