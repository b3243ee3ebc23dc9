"""Loading the demo's programme, once: everything in it was done by the real commands, at the moment it tells of."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from ..accounts.commands.sign_ins import hash_password
from ..accounts.models import Unit
from ..core import clock
from ..core.db import Db, engine, reading
from ..questions.models import Question
from ..settings import Settings
from . import night_exams
from .agenda import Agenda, Calendar
from .answered import answer_and_follow
from .asked import ask_and_support
from .book import Book, change_heads, found_city, hand_out_phones
from .city import PASSWORD
from .content import SESSIONS, TONIGHT, UNITS
from .control_room import furnish
from .evening import go_on_air, plan
from .hotline import answer_calls
from .judged import judge
from .measured import first_year, last_month, measure

#: The city's people are at work before anything is measured, and phones at hand before any session is planned.
_FOUNDING_DAY = 3
_PHONES_DAY = -45
_OF_ITS_OWN = "this database holds a city of its own. Give the demo another one: INQUIRY_DATA_DIR=var-demo"


class NotHere(SystemExit):
    """The demo will not be loaded into this installation; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"inquiry: {sentence}")


def check_starting_over(settings: Settings) -> None:
    """Whether the data of this installation may be put aside: a demo's, of whatever version, and all of them in their
    folder. Raises NotHere."""
    if settings.production:
        raise NotHere(f"the data in {settings.data_dir} are a production's (INQUIRY_ENV): they are not put aside.")
    database = settings.data_dir / "inquiry.sqlite"
    if settings.database_url != f"sqlite:///{database}":
        raise NotHere(
            "the database is not in the data folder (INQUIRY_DATABASE_URL): starting over would leave it as it is. "
            "Empty it yourself, or leave the setting out."
        )
    names = _units_in(database)
    if names and UNITS[0].name not in names:
        raise NotHere(_OF_ITS_OWN)


def _units_in(database: Path) -> set[str]:
    """Read without the application, whose version may be another one. What cannot be read holds no city."""
    if not database.exists():
        return set()
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as kept:
        try:
            return {name for (name,) in kept.execute("SELECT name FROM units")}
        except sqlite3.DatabaseError:
            return set()


def load_once(app: Flask, echo: Callable[[str], object]) -> None:
    """Load the programme into an empty database; one that holds it already stays as it is. Raises NotHere."""
    with app.app_context():
        if app.config["INQUIRY"].production:
            raise NotHere("the demo's sign-ins are known to everybody: INQUIRY_ENV=production does not take them.")
        with reading() as db:
            if _is_loaded(db):
                return
        echo("inquiry: loading the demo programme … · 正在载入演示场次……")
        began = time.monotonic()
        load(clock.now(), app)
        echo(f"inquiry: loaded in {time.monotonic() - began:.1f} s · 载入完成")


def _is_loaded(db: Db) -> bool:
    """Raises NotHere for a database that is somebody else's, or was left behind half loaded."""
    names = set(db.scalars(select(Unit.name)))
    if not names:
        return False
    if UNITS[0].name not in names:
        raise NotHere(_OF_ITS_OWN)
    if not names >= {unit.name for unit in UNITS}:
        raise NotHere(
            "this demo was loaded by an earlier version, whose city was smaller. Start it over: make demo-reset"
        )
    asked = db.scalar(select(func.count()).select_from(Question)) or 0
    if asked < sum(len(session.questions) for session in SESSIONS):
        raise NotHere("loading the demo was interrupted. Start it over: make demo-reset")
    return True


def load(now: datetime, app: Flask) -> Book:
    """Tell the whole story, seen from `now`; returns what its keys have become."""
    agenda, book = Agenda(), Book()
    calendar = Calendar(now, app.config["INQUIRY"].zone)
    founded = calendar.day(date(first_year(calendar), 1, _FOUNDING_DAY))
    password = hash_password(PASSWORD, "")
    agenda.at(calendar.office(founded, "city"), found_city, book, password)
    agenda.at(calendar.office(_PHONES_DAY, "city", 1), hand_out_phones, book)
    change_heads(agenda, calendar, book)
    measure(agenda, calendar, book)
    answer_calls(agenda, calendar, book, last_month(calendar), password)
    night_exams.hold(agenda, calendar, book)
    for session in SESSIONS:
        plan(agenda, calendar, book, session)
        ask_and_support(agenda, calendar, book, session)
        go_on_air(agenda, calendar, book, session)
        answer_and_follow(agenda, calendar, book, session)
        judge(agenda, calendar, book, session)
    furnish(agenda, calendar, book, TONIGHT)
    with _without_waiting_for_the_disk():
        agenda.carry_out()
    return book


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """SQLite waits for the disk at every commit, and a story of twelve months has hundreds. Should the machine stop in
    the middle, nothing is lost but a demo that can be started over."""
    if engine().dialect.name != "sqlite":
        yield
        return
    event.listen(engine(), "checkout", _do_not_wait)
    try:
        yield
    finally:
        event.remove(engine(), "checkout", _do_not_wait)
        engine().dispose()  # whoever connects from now on waits again


def _do_not_wait(connection: Any, _record: Any, _borrowed: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
