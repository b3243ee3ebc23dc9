"""Where the database lies, and how its address may be written."""

import stat
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from inquiry.core.db import KEPT_FREE, MOST_CONNECTIONS, connect, engine, goes_first, reading
from tests.support.processes import eventually

DATABASES = ("postgres",)
END_THE_OTHERS = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_nobody_else_on_the_machine_can_read_the_embedded_database(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'city' / 'inquiry.sqlite'}")
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE notes (text TEXT)")
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "city").iterdir()}
    engine.dispose()
    assert rights["inquiry.sqlite"] == 0o600
    assert set(rights.values()) == {0o600}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_may_be_written_as_elsewhere(scheme: str) -> None:
    engine = connect(f"{scheme}://somebody@localhost/inquiry")
    assert engine.url.drivername == "postgresql+psycopg"
    engine.dispose()


def test_connections_that_were_ended_at_rest_are_passed_over(app: Flask) -> None:
    """The server told them so; nobody who comes afterwards is told anything but the truth."""
    with reading() as one, reading() as other:
        one.scalar(text("SELECT 1"))
        other.scalar(text("SELECT 1"))
    another = connect(engine().url.render_as_string(hide_password=False))
    with another.connect() as somebody_else:
        assert somebody_else.scalar(text(END_THE_OTHERS)) == 2
    another.dispose()
    for _ in range(3):
        with reading() as db:
            assert db.scalar(text("SELECT 1")) == 1


def test_a_city_that_reads_at_once_leaves_the_crew_their_connections(app: Flask) -> None:
    """Whoever comes by a page or an audience's socket waits; the crew, and the house itself, do not."""
    room = MOST_CONNECTIONS - KEPT_FREE
    over = threading.Event()
    read: list[int] = []

    def a_citizen() -> None:
        with app.app_context():
            goes_first.set(False)
            with reading() as db:
                read.append(db.scalars(text("SELECT 1")).one())
                over.wait(40)

    *citizens, too_many = [threading.Thread(target=a_citizen) for _ in range(room + 1)]
    try:
        for one in citizens:
            one.start()
        eventually(lambda: len(read) == room, seconds=20)
        too_many.start()
        goes_first.set(True)  # a page that another test asked for in this thread came as everybody's do
        with reading() as db:
            assert db.scalar(text("SELECT 1")) == 1
        assert len(read) == room
    finally:
        over.set()
        for one in [*citizens, too_many]:
            one.join()
    assert len(read) == room + 1
