"""What was told of one view of a session: where its streams stand, and the last entries in the order of telling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: A reader that missed more than this is given a fresh snapshot instead.
CATCH_UP_LIMIT = 200
#: Nor is anybody told more rows than this at once: a snapshot has a bound, and entries about many things have none.
CATCH_UP_ROWS = 800

#: An entry as it travels: see `docs/protocol.md`.
Body = dict[str, Any]
#: `{stream: {seq, hash}}`
Positions = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class History:
    """One moment of it. It is never changed, only replaced, so that whoever reads it needs no lock.

    `held` are the last entries told; of each stream it has all those after `held_after`.
    """

    positions: Positions
    recent_after: dict[str, int]
    recent: tuple[Body, ...] = ()

    @classmethod
    def at(cls, positions: Positions) -> "History":
        """Nothing was told yet: the streams simply stand there."""
        return cls(positions, {name: position["seq"] for name, position in positions.items()})

    def jumped(self, positions: Positions) -> "History":
        """The streams went on to these positions without being told."""
        ahead = {
            name: position if position["seq"] > self.positions[name]["seq"] else self.positions[name]
            for name, position in positions.items()
        }
        return History.at(self.positions | ahead)

    @property
    def seen(self) -> dict[str, int]:
        return {name: position["seq"] for name, position in self.positions.items()}

    def told(self, body: Body) -> "History":
        """The same with the next entry of one of the streams. What was told before is told with the rows as they are
        now: words that were withdrawn, or closed, are in none of them."""
        position = {body["stream"]: {"seq": body["seq"], "hash": body["hash"]}}
        if body["payload"].get("withheld"):  # of entries that may be among those held: they are read anew
            at = History.at(self.positions)
            return History(self.positions | position, at.recent_after, (body,))
        recent = tuple(_with_rows_of(one, body) for one in self.recent)
        return History(self.positions | position, self.recent_after, (*recent, body)).bounded()

    def reaching_back(self, earlier: Iterable[Body]) -> "History":
        """The same with the entries before those that are held, oldest first, none of them missing."""
        if len(self.recent) == CATCH_UP_LIMIT:
            return self
        older = tuple(body for body in earlier if body["seq"] <= self.recent_after[body["stream"]])
        recent_after = dict(self.recent_after)
        for body in reversed(older):
            recent_after[body["stream"]] = body["seq"] - 1
        return History(self.positions, recent_after, older + self.recent).bounded()

    def bounded(self) -> "History":
        dropped = self.recent[:-CATCH_UP_LIMIT]
        if not dropped:
            return self
        return History(
            self.positions,
            self.recent_after | {body["stream"]: body["seq"] for body in dropped},
            self.recent[-CATCH_UP_LIMIT:],
        )

    def is_behind(self, seen: Mapping[str, int]) -> bool:
        """Whether somebody knows of entries that were not told here."""
        return any(seen.get(name, 0) > position["seq"] for name, position in self.positions.items())

    def reaches(self, seen: Mapping[str, int]) -> bool:
        """Whether everything after these numbers is held."""
        return all(seen.get(name, -1) >= after for name, after in self.recent_after.items())

    def since(self, seen: Mapping[str, int]) -> list[Body] | None:
        """The entries after these numbers; None when they are not held, or a number is of another history."""
        if self.is_behind(seen) or not self.reaches(seen):
            return None
        since = [body for body in self.recent if body["seq"] > seen[body["stream"]]]
        told = sum(len(rows) for body in since for rows in body["state"].values())
        return since if told <= CATCH_UP_ROWS else None


def _with_rows_of(earlier: Body, later: Body) -> Body:
    """An entry told before, with the rows that a later one brought of the same things."""
    state = earlier["state"]
    newer = {name: state[name].keys() & rows.keys() for name, rows in later["state"].items() if name in state}
    if not any(newer.values()):
        return earlier
    rows = {name: state[name] | {key: later["state"][name][key] for key in keys} for name, keys in newer.items()}
    return earlier | {"state": state | rows}
