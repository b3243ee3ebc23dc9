"""What the processes of one installation tell each other through the database: who watches, and where votes came in.

Entries need none of this (`session_cache`). Viewers and votes are no facts with numbers: each process keeps a row for
each session, and reads those of the others once a second. Only a process with a name (`INQUIRY_PROCESS`) takes part;
one that is alone has nobody to tell.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import JSON, bindparam, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core import clock
from ..core.db import Base, Db, Instant, short

#: Whoever has said nothing for so long is gone. The clocks of several machines have to agree better than this.
STALE = timedelta(seconds=6)
#: A process that did not look for so long finds the votes in its next snapshot.
KEPT = timedelta(seconds=30)

_KEY = "inquiry.peers"
#: `{question: when its votes last changed in that process, in milliseconds}`
Changed = dict[str, int]
#: How many studio screens there are, how many of them play a film without its sound, and how many do not play it.
Screens = tuple[int, int, int]
NO_SCREENS: Final = (0, 0, 0)
#: What an output says of itself: see `screens`.
Told = dict[str, Any]


class Presence(Base):
    """One session as one process sees it. Nobody writes another's rows, and what is stale is not believed."""

    __tablename__ = "presence"
    process: Mapped[str] = mapped_column(short(32), primary_key=True)
    session_id: Mapped[int] = mapped_column(primary_key=True)
    viewers: Mapped[int]
    screens: Mapped[int] = mapped_column(server_default="0")
    mute_screens: Mapped[int] = mapped_column(server_default="0")
    stuck_screens: Mapped[int] = mapped_column(server_default="0")
    outputs: Mapped[list[Told]] = mapped_column(JSON, server_default="[]")
    changed: Mapped[Changed] = mapped_column(JSON)
    seen_at: Mapped[datetime]


_UPSERT = text(
    "INSERT INTO presence"
    " (process, session_id, viewers, screens, mute_screens, stuck_screens, outputs, changed, seen_at)"
    " VALUES (:process, :session, :viewers, :screens, :mute, :stuck, :outputs, :changed, :now)"
    " ON CONFLICT (process, session_id) DO UPDATE SET viewers = excluded.viewers, screens = excluded.screens,"
    " mute_screens = excluded.mute_screens, stuck_screens = excluded.stuck_screens,"
    " outputs = excluded.outputs, changed = excluded.changed, seen_at = excluded.seen_at"
).bindparams(bindparam("outputs", type_=JSON()), bindparam("changed", type_=JSON()), bindparam("now", type_=Instant()))


class Peers:
    """The others, as the process called `name` knows them. Their `viewers`, `screens` and `outputs` are by session."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.viewers: Mapping[int, int] = {}
        self.screens: Mapping[int, Screens] = {}
        self.outputs: Mapping[int, list[Told]] = {}
        self._changed: dict[int, Changed] = defaultdict(dict)
        self._heard: dict[tuple[str, int], Changed] = {}
        self._said: set[int] | None = None

    def note(self, session_id: int, question_id: int, now: datetime) -> None:
        """Somebody voted here."""
        self._changed[session_id][str(question_id)] = clock.milliseconds(now)

    def has_news(self, viewers: Mapping[int, int]) -> bool:
        """Whether there is anything to say: a process that nobody uses writes nothing."""
        return bool(viewers or self._changed or self._said or self._said is None)

    def say(
        self, db: Db, viewers: Mapping[int, int], screens: Mapping[int, Screens], outputs: Mapping[int, list[Told]],
        now: datetime,
    ) -> None:  # fmt: skip
        """Write this process's rows. What was there of an earlier process of the name goes."""
        oldest = clock.milliseconds(now - KEPT)
        for session, changed in list(self._changed.items()):
            recent = {question: at for question, at in changed.items() if at >= oldest}
            self._changed[session] = recent
            if not recent:
                del self._changed[session]
        said = viewers.keys() | screens.keys() | outputs.keys() | self._changed.keys()
        if self._said is None or self._said - said:
            gone = delete(Presence).where(Presence.process == self.name, Presence.session_id.not_in(said))
            db.execute(gone, execution_options={"synchronize_session": False})
        if said:
            rows = [
                {
                    "process": self.name, "session": session, "viewers": viewers.get(session, 0),
                    **dict(zip(("screens", "mute", "stuck"), screens.get(session, NO_SCREENS), strict=True)),
                    "outputs": outputs.get(session, []),
                    "changed": self._changed.get(session, {}), "now": now,
                }
                for session in sorted(said)
            ]  # fmt: skip
            db.execute(_UPSERT, rows)
        self._said = said

    def hear(self, db: Db, now: datetime) -> Iterator[tuple[int, set[int]]]:
        """Read the rows of the others; gives the questions of each session whose votes have to be counted again."""
        fresh = select(Presence).where(Presence.process != self.name, Presence.seen_at > now - STALE)
        viewers: dict[int, int] = defaultdict(int)
        screens: dict[int, Screens] = {}
        outputs: dict[int, list[Told]] = defaultdict(list)
        for row in db.scalars(fresh):
            viewers[row.session_id] += row.viewers
            told = row.screens, row.mute_screens, row.stuck_screens
            screens[row.session_id] = both(told, screens.get(row.session_id, NO_SCREENS))
            outputs[row.session_id] += row.outputs
            before = self._heard.get((row.process, row.session_id), {})
            self._heard[row.process, row.session_id] = row.changed
            again = {int(question) for question, at in row.changed.items() if before.get(question) != at}
            if again:
                yield row.session_id, again
        self.viewers, self.screens, self.outputs = viewers, screens, outputs


def both(some: Screens, more: Screens) -> Screens:
    """These and those, counted together."""
    return some[0] + more[0], some[1] + more[1], some[2] + more[2]


def begin(name: str) -> Peers:
    """This process has a name, and peers."""
    found = current_app.extensions[_KEY] = Peers(name)
    return found


def viewers_elsewhere(session_id: int) -> int:
    """How many follow a session in the other processes, as of a second or two ago."""
    found = _peers()
    return found.viewers.get(session_id, 0) if found else 0


def screens_elsewhere(session_id: int) -> Screens:
    """How many studio screens report to the other processes."""
    found = _peers()
    return found.screens.get(session_id, NO_SCREENS) if found else NO_SCREENS


def outputs_elsewhere(session_id: int) -> list[Told]:
    """What the outputs that report to the other processes say of themselves."""
    found = _peers()
    return found.outputs.get(session_id, []) if found else []


def note(session_id: int, question_id: int) -> None:
    """Somebody voted here: the others have to count again."""
    found = _peers()
    if found:
        found.note(session_id, question_id, clock.now())


def _peers() -> Peers | None:
    found: Peers | None = current_app.extensions.get(_KEY)
    return found
