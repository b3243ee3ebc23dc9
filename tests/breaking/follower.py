"""A viewer that does what docs/protocol.md tells a client to do, and remembers what it was told."""

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any

import requests

from inquiry.realtime import views
from tests.support.client import Connect, LiveClient
from tests.support.history import Hearing


class Follower:
    """One viewer of one session over all its connections."""

    def __init__(self, connect: Connect, url: str, session: int, name: str) -> None:
        self.url, self.session, self.name = url, session, name
        self.stream = f"session:{session}:public"
        self._connect = connect
        self._connections: list[tuple[LiveClient, int]] = []
        self._taken = 0
        self._state: views.State = {}
        self._seen: tuple[int, str] | None = None

    @property
    def client(self) -> LiveClient:
        return self._connections[-1][0]

    def come(self, url: str = "") -> "Follower":
        """Connect, here or at another process, and go on from where it was."""
        self.url = url or self.url
        if self._connections:
            self._take_in()
        client = self._connect(self.url)
        self._connections.append((client, 0))
        self._taken = 0
        after = self._follow()
        self._connections[-1] = (client, after)
        return self

    def _follow(self) -> int:
        """Ask for what was missed; returns the number after which this connection is told everything."""
        asked = {"session": self.session} | ({"seen": {self.stream: self._seen[0]}} if self._seen else {})
        answer = self.client.call("follow", asked)
        assert answer["ok"], answer
        if answer["entries"] is None:
            self._take_snapshot()
        else:
            for entry in answer["entries"]:
                self._take(entry)
        return int(answer["streams"][self.stream]["seq"])

    def _take_snapshot(self) -> None:
        snapshot = snapshot_of(self.url, self.session)
        self._state = snapshot["state"]
        position = snapshot["streams"][self.stream]
        self._seen = (position["seq"], position["hash"])

    def _take(self, entry: dict[str, Any]) -> bool:
        """Lay an entry over the state; False when one before it is missing."""
        assert self._seen is not None
        if entry["seq"] > self._seen[0] + 1:
            return False
        if entry["seq"] == self._seen[0] + 1:
            self._state = views.merge(self._state, entry["state"])
            self._seen = (entry["seq"], entry["hash"])
        return True

    def _take_in(self) -> bool:
        """Take over what this connection was told; False when something is missing."""
        whole = True
        for entry in self.client.entries[self._taken :]:
            self._taken += 1
            whole = self._take(entry) and whole
        return whole

    @property
    def digest(self) -> str:
        """What is before this viewer now: the number and hash of its last entry, and a hash of its state."""
        if not self._take_in():
            self._follow()
        assert self._seen is not None
        return digest_of(self._seen, self._state)

    @property
    def hearings(self) -> list[Hearing]:
        """What each connection was told, as it came."""
        return [
            Hearing(
                f"{self.name} (connection {number})", self.stream, after,
                [(one["seq"], one["hash"]) for one in client.entries],
            )
            for number, (client, after) in enumerate(self._connections, 1)
        ]  # fmt: skip

    def drop(self) -> None:
        self.client.drop()


def settle(viewers: Sequence[Follower], url: str, *, seconds: float = 5) -> dict[str, str]:
    """What every viewer, and somebody who comes now, has before them, once it is the same or `seconds` have gone."""
    end = time.monotonic() + seconds
    while True:
        digests = {one.name: one.digest for one in viewers} | {"who comes now": fresh_digest(url, viewers[0].session)}
        if len(set(digests.values())) == 1 or time.monotonic() > end:
            return digests
        time.sleep(0.1)


def snapshot_of(url: str, session: int) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{url}/live/{session}/snapshot", timeout=10).json()
    return found


def fresh_digest(url: str, session: int) -> str:
    """What is before somebody who comes now."""
    snapshot = snapshot_of(url, session)
    position = snapshot["streams"][f"session:{session}:public"]
    return digest_of((position["seq"], position["hash"]), snapshot["state"])


def digest_of(seen: tuple[int, str], state: views.State) -> str:
    """Tallies and totals are left out: they travel in ticks, and have no number."""
    durable = {
        name: {key: {f: v for f, v in (row or {}).items() if f != "votes"} for key, row in rows.items()}
        for name, rows in state.items()
        if rows and name != "totals"
    }
    written = json.dumps(durable, sort_keys=True, ensure_ascii=False)
    return f"entry {seen[0]} ({seen[1]}), state {hashlib.sha256(written.encode()).hexdigest()[:12]}"
