"""Two promises every command makes, asked of the database itself.

`replaying`: an old snapshot with the newer entries laid over it is a fresh snapshot. `nothing_changes`: a refusal
leaves no row, no entry and no number behind. Both want an application context.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inquiry.db import Db, reading
from inquiry.realtime import streams, views
from inquiry.realtime.views import View
from tests.support.application import fingerprint

State = dict[str, dict[str, Any]]

#: What travels in ticks instead of entries: the whole row of a collection, or one field of its rows.
TICK_BORNE_COLLECTIONS = {"totals"}
TICK_BORNE_FIELDS = {"question": {"votes"}}


@contextmanager
def replaying(session_id: int) -> Iterator[list[str]]:
    """What the block does to a session must reach a reader through entries alone, in both views.

    Yields a list which afterwards holds the kinds of the entries told to the staff, oldest first. Fails when nothing
    was told: then there was nothing to prove.
    """
    with reading() as db:
        before = {view: streams.snapshot(db, session_id, view) for view in View}
    kinds: list[str] = []
    yield kinds
    with reading() as db:
        for view in View:
            told = _told(db, session_id, view, before[view])
            kinds[:] = [entry["kind"] for entry in told]
            assert _replayed(before[view], told) == _durable(streams.snapshot(db, session_id, view)["state"]), (
                f"the {view} view that followed the entries {kinds} differs from a fresh one"
            )
    assert kinds, "no entry was told"


def _told(db: Db, session_id: int, view: View, snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    seen = {name: position["seq"] for name, position in snapshot["streams"].items()}
    told = streams.missed(db, session_id, view, seen)
    assert told is not None, "too much happened at once to be caught up with"
    return told


def _replayed(snapshot: dict[str, Any], told: list[dict[str, Any]]) -> State:
    state = snapshot["state"]
    for entry in told:
        state = views.merge(state, entry["state"])
    return _durable(state)


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
