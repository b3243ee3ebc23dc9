"""Once a second the processes of one installation look at each other: who watches, where votes came in
(`realtime/presence.py`), and who has used up a good part of a pace."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from flask import Flask
from sqlalchemy import JSON, bindparam, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from . import clock, doors
from .db import Base, Db, Instant, reading, short
from .realtime import fanout, presence, ticks
from .realtime.presence import STALE, Neighbours
from .work import unit_of_work

PERIOD_SECONDS = 1.0

#: `{whose pace: seconds of it used up in that process}`
Used = dict[str, float]


class UsedPaces(Base):
    """What one process counted. Nobody writes another's row, and what is stale is not believed."""

    __tablename__ = "used_paces"
    process: Mapped[str] = mapped_column(short(32), primary_key=True)
    used: Mapped[Used] = mapped_column(JSON)
    seen_at: Mapped[datetime]


_UPSERT = text(
    "INSERT INTO used_paces (process, used, seen_at) VALUES (:process, :used, :now)"
    " ON CONFLICT (process) DO UPDATE SET used = excluded.used, seen_at = excluded.seen_at"
).bindparams(bindparam("used", type_=JSON()), bindparam("now", type_=Instant()))


class Paces:
    """The limits of a device, as the processes beside the one called `name` count them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said = True  # an earlier process of the name may have left a row
        self._heard: dict[str, Used] = {}

    def has_news(self, used: Mapping[str, float]) -> bool:
        return bool(used) or self._said

    def say(self, db: Db, used: Used, now: datetime) -> None:
        if used:
            db.execute(_UPSERT, {"process": self._name, "used": used, "now": now})
        else:
            db.execute(delete(UsedPaces).where(UsedPaces.process == self._name))
        self._said = bool(used)

    def hear(self, db: Db, now: datetime) -> Iterator[tuple[str, float]]:
        """Whose pace was used up elsewhere since the last time, and how many seconds of it."""
        fresh = select(UsedPaces).where(UsedPaces.process != self._name, UsedPaces.seen_at > now - STALE)
        heard = {row.process: row.used for row in db.scalars(fresh)}
        for process, used in heard.items():
            before = self._heard.get(process, {})
            for whose, seconds in used.items():
                # Less than before: it was not told of for a while, and begins anew.
                more = seconds - before.get(whose, 0) if seconds >= before.get(whose, 0) else seconds
                if more:
                    yield whose, more
        self._heard = heard


def exchange(neighbours: Neighbours, paces: Paces) -> None:
    """Say how many watch here, where votes came in and who was busy, and hear the same from the others."""
    following, used = fanout.following(), doors.counter.used()
    if neighbours.has_news(following) or paces.has_news(used):
        with unit_of_work() as uow:
            neighbours.say(uow.db, following, uow.now)
            paces.say(uow.db, used, uow.now)
    with reading() as db:
        for session_id, questions in neighbours.hear(db, clock.now()):
            ticks.count_again(session_id, questions)
        for whose, seconds in paces.hear(db, clock.now()):
            doors.counter.add(whose, seconds)


def run(app: Flask, name: str, sleep: Callable[[float], None]) -> None:
    """For ever; whatever goes wrong is logged, and it goes on."""
    with app.app_context():
        neighbours, paces = presence.begin(name), Paces(name)
    doors.counter.is_shared = True
    while True:
        sleep(PERIOD_SECONDS)
        try:
            with app.app_context():
                exchange(neighbours, paces)
        except Exception:
            app.logger.exception("the neighbours could not be looked at")
