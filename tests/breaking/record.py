"""What the database holds of an evening that was hurt, in the words of the checker."""

from collections.abc import Iterable

from sqlalchemy import select

from inquiry.accounts.models import Device
from inquiry.core.db import Db, connect
from inquiry.live.models import Item, Slot
from inquiry.questions.models import Question, Support
from inquiry.trace.models import Entry
from inquiry.trace.queries import breaks
from tests.breaking.crowd import Evening, item_mark, question_mark, slot_mark, vote_mark
from tests.breaking.follower import Follower
from tests.support.history import Fact, History, Press, Row, Span, broken


class Record:
    """It begins when it is made: nobody has to answer for what was there before."""

    def __init__(self, database_url: str, evening: Evening) -> None:
        self._url = database_url
        self._evening = evening
        self._before = {row.mark for row in self._read().rows}

    def broken(
        self, presses: list[Press], viewers: Iterable[Follower] = (), digests: dict[str, str] | None = None
    ) -> list[str]:
        """What is not as it was promised, in sentences. Without presses nobody is asked where a row came from."""
        history = self._read()
        history.rows = [row for row in history.rows if presses and row.mark not in self._before]
        history.presses = presses
        history.hearings = [hearing for one in viewers for hearing in one.hearings]
        history.digests = digests or {}
        return [*broken(history), *self._chain_faults()]

    def facts(self, kind: str) -> list[Fact]:
        """The entries of a kind, oldest first."""
        return [one for one in self._read().facts if one.kind == kind]

    def spans(self) -> list[Span]:
        return self._read().spans

    def _read(self) -> History:
        engine = connect(self._url)
        try:
            with Db(engine) as db:
                return History(rows=[*_rows(db)], facts=[*_facts(db)], spans=[*_spans(db)])
        finally:
            engine.dispose()

    def _chain_faults(self) -> list[str]:
        engine = connect(self._url)
        try:
            with Db(engine) as db:
                return [f"the chain of {one.stream} is broken at {one.seq}: {one.why}" for one in breaks(db)]
        finally:
            engine.dispose()


def _rows(db: Db) -> Iterable[Row]:
    for text, receipt in db.execute(select(Question.text, Question.receipt)):
        yield Row(question_mark(text), receipt)
    for question, token in db.execute(
        select(Support.question_id, Device.token).join(Device, Device.id == Support.device_id)
    ):
        yield Row(vote_mark(question, token))
    for title, item in db.execute(select(Item.title, Item.id)):
        yield Row(item_mark(title), str(item))
    for speaker, slot in db.execute(select(Slot.speaker, Slot.id)):
        yield Row(slot_mark(speaker), str(slot))


def _facts(db: Db) -> Iterable[Fact]:
    columns = (Entry.stream, Entry.seq, Entry.hash, Entry.kind, Entry.payload)
    for stream, seq, hashed, kind, payload in db.execute(select(*columns).order_by(Entry.stream, Entry.seq)):
        yield Fact(stream, seq, hashed, kind, payload.get("slot"))


def _spans(db: Db) -> Iterable[Span]:
    for slot in db.scalars(select(Slot)):
        until = None if slot.ended_at is None else round(slot.ended_at.timestamp() * 1000)
        yield Span(slot.session_id, slot.id, round(slot.started_at.timestamp() * 1000), until)
