"""The evening as the crew sees it: the staff's snapshot, kept fresh by entries and ticks (docs/protocol.md)."""

import threading
import time
from typing import Any

from ..realtime import windows
from .visitor import Visitor

Row = dict[str, Any]
#: The first ids of an installation are few; a live session is looked for among them.
_MOST_SESSIONS = 200
#: Of a list whose beginning is known, so many may be missing before it is read again.
RUN_LOW = 20


def live_session(visitor: Visitor, kind: str = "inquiry") -> Row | None:
    """The row of the first session of a kind that is live, by the public snapshots; None when none is."""
    for number in range(1, _MOST_SESSIONS):
        snapshot = visitor.get_json(f"/live/{number}/snapshot")
        if snapshot is None:
            return None
        row: Row = snapshot["state"]["session"][str(number)]
        if (row["state"], row["kind"]) == ("live", kind):
            return row
    return None


class Stage:
    """What a desk knows. Entries come on the link's own thread, questions about the state from everywhere."""

    def __init__(self, url: str, session_id: int) -> None:
        self.visitor = Visitor(url, self._hear)
        self.session_id = session_id
        self._lock = threading.RLock()
        self._state: windows.State = {}
        self._seq: dict[str, int] = {}
        self._early: list[Row] | None = []
        self._tick: Row = {}
        self._tick_at = 0.0
        self._gap = False

    def follow(self) -> None:
        """Enter the room, keep what comes, fetch the snapshot, lay the one over the other."""
        with self._lock:
            self._early = []
        self.visitor.say("follow", session=self.session_id, view="staff")
        snapshot = self.visitor.get_json(f"/live/{self.session_id}/snapshot/staff")
        assert snapshot is not None
        with self._lock:
            early, self._early, self._gap = self._early, None, False
            self._state = snapshot["state"]
            self._seq = {name: stream["seq"] for name, stream in snapshot["streams"].items()}
            for entry in early:
                self._lay(entry)

    def keep_up(self) -> None:
        """Begin anew if an entry was missed, or a list whose beginning is known has become short."""
        if self._gap or any(lacks >= RUN_LOW for *_window, lacks in windows.unsure(self._state)):
            self.follow()

    def _hear(self, name: str, body: Row) -> None:
        with self._lock:
            if name == "tick":
                self._tick, self._tick_at = body, time.monotonic()
                for key, votes in body["tallies"].items():
                    if row := self._state.get("question", {}).get(key):
                        row["votes"] = votes
            elif self._early is not None:
                self._early.append(body)
            else:
                self._lay(body)

    def _lay(self, entry: Row) -> None:
        last = self._seq.get(entry["stream"], 0)
        if entry["seq"] <= last:
            return
        self._gap = self._gap or entry["seq"] > last + 1
        self._seq[entry["stream"]] = entry["seq"]
        self._state = windows.merge(self._state, entry["state"])

    # --- what is asked of it ----------------------------------------------------------------------------------------

    def rows(self, collection: str) -> list[Row]:
        """The rows of a collection, by id."""
        with self._lock:
            return sorted(
                (dict(row) for row in self._state.get(collection, {}).values() if row), key=lambda row: row["id"]
            )

    def row(self, collection: str, number: int | None) -> Row | None:
        with self._lock:
            found = self._state.get(collection, {}).get(str(number))
            return dict(found) if found else None

    @property
    def is_followed(self) -> bool:
        return self._early is None

    @property
    def session(self) -> Row:
        found = self.row("session", self.session_id)
        assert found is not None
        return found

    @property
    def floor(self) -> Row | None:
        """The item on air."""
        return self.row("item", self.session["floor_item"])

    @property
    def slot(self) -> Row | None:
        """The slot that has not ended."""
        return next((one for one in self.rows("slot") if one["ended_at"] is None), None)

    def seconds_left(self) -> int | None:
        """Of the slot, negative when over; None when nobody has one."""
        slot = self.slot
        if slot is None or "now" not in self._tick:
            return None
        now: float = slot["paused_at"] or self._tick["now"] + (time.monotonic() - self._tick_at) * 1000
        used = now - slot["started_at"] - slot["paused_ms"]
        left_ms: float = slot["allotted_ms"] + slot["extended_ms"] - used
        return round(left_ms / 1000)

    def questions(self, *states: str) -> list[Row]:
        return [one for one in self.rows("question") if one["state"] in states]

    def unrecorded(self) -> list[Row]:
        """Questions that are or were on air and have no response."""
        answered = {one["question"] for one in self.rows("response")}
        return [one for one in self.questions("on_air", "aired") if one["id"] not in answered]

    def held_by_others(self, user_names: set[str]) -> set[int]:
        """The questions that somebody not named is reading."""
        holds: dict[str, Row] = self._tick.get("holds", {})
        return {int(key) for key, hold in holds.items() if hold["name"] not in user_names}

    @property
    def totals(self) -> Row:
        """As on the public page, with `viewers`."""
        return {**self._tick.get("totals", {}), "viewers": self._tick.get("viewers", 0)}
