"""Once a second the processes of one installation look at each other: who watches, where votes came in
(`realtime/presence.py`), and who has used up a good part of a rate."""

import secrets
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import JSON, bindparam, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core import clock
from ..core.background import Task
from ..core.db import Base, Db, Instant, reading, short
from ..realtime import fanout, presence, screens, ticks
from ..realtime.presence import STALE, Peers
from . import registry
from .unit_of_work import unit_of_work

PERIOD_SECONDS = 1.0

#: So many seconds are told again and again: whoever misses one of them hears of it in the next.
TOLD_AGAIN = 10

#: `{whose rate: seconds of it used up in that process}`
Used = dict[str, float]


class UsedRates(Base):
    """What one process counted lately: `{run, seconds: [[number, Used], …]}`, the numbers rising by one in each run of
    the process. Nobody writes another's row, and what is stale is not believed."""

    __tablename__ = "used_paces"
    process: Mapped[str] = mapped_column(short(32), primary_key=True)
    used: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen_at: Mapped[datetime]


_UPSERT = text(
    "INSERT INTO used_paces (process, used, seen_at) VALUES (:process, :used, :now)"
    " ON CONFLICT (process) DO UPDATE SET used = excluded.used, seen_at = excluded.seen_at"
).bindparams(bindparam("used", type_=JSON()), bindparam("now", type_=Instant()))


class SharedRates:
    """The limits of a device, as the processes beside the one called `name` count them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._run = secrets.token_hex(4)
        self._number = 0
        self._lately: deque[tuple[int, Used]] = deque(maxlen=TOLD_AGAIN)
        self._said = True  # an earlier process of the name may have left a row
        self._heard: dict[str, tuple[str, int]] = {}

    def has_news(self, news: Used) -> bool:
        """Whether there is anything to say, or to take back."""
        return bool(news) or self._said

    def say(self, db: Db, news: Used, now: datetime) -> None:
        self._number += 1
        self._lately.append((self._number, news))
        self._said = any(used for _number, used in self._lately)
        if self._said:
            told = {"run": self._run, "seconds": [list(one) for one in self._lately]}
            db.execute(_UPSERT, {"process": self._name, "used": told, "now": now})
        else:
            db.execute(delete(UsedRates).where(UsedRates.process == self._name))

    def hear(self, db: Db, now: datetime) -> Iterator[tuple[str, float]]:
        """Whose rate was used up elsewhere since the last time, and how many seconds of it."""
        fresh = select(UsedRates).where(UsedRates.process != self._name, UsedRates.seen_at > now - STALE)
        for row in db.scalars(fresh):
            run, last = self._heard.get(row.process, ("", 0))
            last = last if run == row.used["run"] else 0
            for number, used in row.used["seconds"]:
                if number > last:
                    yield from used.items()
                    last = number
            self._heard[row.process] = (row.used["run"], last)


def exchange(peers: Peers, rates: SharedRates) -> None:
    """Say how many watch here, where votes came in and who was busy, and hear the same from the others."""
    following, news = fanout.following(), registry.limiter.news()
    shown, outputs = screens.here(), screens.outputs_here()
    if peers.has_news(following | dict.fromkeys([*shown, *outputs], 1)) or rates.has_news(news):
        with unit_of_work() as uow:
            peers.say(uow.db, following, shown, outputs, uow.now)
            rates.say(uow.db, news, uow.now)
    with reading() as db:
        for session_id, questions in peers.hear(db, clock.now()):
            ticks.count_again(session_id, questions)
        for whose, seconds in rates.hear(db, clock.now()):
            registry.limiter.add(whose, seconds)


def tasks(app: Flask) -> Iterator[Task]:
    """Nothing, where a process has no name: it has no peers then."""
    name = app.config["INQUIRY"].process
    if not name:
        return
    with app.app_context():
        others, rates = presence.begin(name), SharedRates(name)
    registry.limiter.share()

    def turn() -> float:
        with app.app_context():
            exchange(others, rates)
        return PERIOD_SECONDS

    yield Task("looking at the other processes", turn)
