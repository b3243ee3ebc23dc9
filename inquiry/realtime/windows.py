"""Which rows of a long collection a reader holds: its windows, and what other rows name. See docs/adr/0014.

A window is declared as data (`where`, `by`, `down`), travels in the state under `window`, and is read there by the
script as well: `static/link/windows.js` is the twin of this module. Its `edge` is how far it is known: every row up to
there is held, and what lies beyond is passed over when an entry brings it. None means that nothing lies beyond.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
State = dict[str, dict[str, Row | None]]


@dataclass(frozen=True)
class Window:
    """The first `size` rows, by a whole number that no two rows of a session share, of those whose fields have one of
    the values `where` allows."""

    name: str
    by: str
    size: int
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    down: bool = False

    def declared(self, edge: int | None, size: int) -> Row:
        where = {name: list(values) for name, values in self.where.items()}
        return {"by": self.by, "down": self.down, "where": where, "size": size, "edge": edge}


def merge(state: State, changes: State) -> State:
    """Lay the rows of an entry over a state and let go of what no window holds any more: the twin of `merge` in
    `static/link/store.js`."""
    return trim(lay(state, changes))


def lay(state: State, changes: State) -> State:
    """The rows of an entry over those of a state, all of them kept."""
    laid = {name: dict(rows) for name, rows in state.items()}
    for name, rows in changes.items():
        into = laid.setdefault(name, {})
        for key, row in rows.items():
            if row is None:
                into.pop(key, None)
            else:
                into[key] = row
    return laid


def trim(state: State) -> State:
    """The state without the rows that are in no window and that no other row names."""
    trimmed = dict(state)
    for name, of in _named_last(state.get("window", {})):
        rows = trimmed.get(name, {})
        lists, held = {}, named(trimmed, of["named_by"])
        for title, window in of["lists"].items():
            lists[title], inside = _cut(window, rows)
            held.update(inside)
        trimmed[name] = {key: row for key, row in rows.items() if key in held}
        trimmed["window"] = trimmed["window"] | {name: of | {"lists": lists}}
    return trimmed


def _cut(window: Row, rows: Mapping[str, Row | None]) -> tuple[Row, list[str]]:
    """The window as it stands with these rows, and the keys of those that are in it, in their order."""
    inside = [key for key, row in rows.items() if row is not None and is_inside(window, row)]
    inside.sort(key=lambda key: rows[key][window["by"]], reverse=window["down"])  # type: ignore[index]
    size, edge = window["size"], window["edge"]
    if len(inside) > size or (edge is not None and len(inside) == size):
        inside = inside[:size]
        edge = rows[inside[-1]][window["by"]]  # type: ignore[index]
    return window | {"edge": edge}, inside


def is_inside(window: Row, row: Row) -> bool:
    """Whether a row belongs to a window and lies where all rows are known."""
    if any(row[name] not in values for name, values in window["where"].items()):
        return False
    at, edge = row[window["by"]], window["edge"]
    return edge is None or bool(at >= edge if window["down"] else at <= edge)


def unsure(state: State) -> Iterator[tuple[str, str, int, int]]:
    """The windows beyond whose edge something may lie: `(collection, window, edge, how many rows it lacks)`."""
    for name, of in state.get("window", {}).items():
        for title, window in (of or {})["lists"].items():
            if window["edge"] is not None:
                held = sum(row is not None and is_inside(window, row) for row in state.get(name, {}).values())
                yield name, title, window["edge"], window["size"] - held


def fill(state: State, rows: State, name: str, title: str, edge: int | None) -> State:
    """The state with the next page of a window, whose edge is now beyond it."""
    filled = lay(state, rows)
    of: Any = filled["window"][name]
    lists = of["lists"] | {title: of["lists"][title] | {"edge": edge}}
    filled["window"] = filled["window"] | {name: of | {"lists": lists}}
    return trim(filled)


def named(state: State, places: Iterable[str]) -> set[str]:
    """The keys that rows name in fields written `item.question`; a field holds an id, a list of ids, or None."""
    found: set[str] = set()
    for place in places:
        name, _, of = place.partition(".")
        for row in state.get(name, {}).values():
            value = (row or {}).get(of)
            found.update(map(str, value) if isinstance(value, list) else () if value is None else (str(value),))
    return found


def _named_last(declared: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The collections with windows, each after those whose rows name its own."""
    left = dict(declared)
    while left:
        free = [name for name in left if not any(place.partition(".")[0] in left for place in left[name]["named_by"])]
        for name in free:
            yield name, left.pop(name)
