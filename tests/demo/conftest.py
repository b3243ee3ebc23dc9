"""The demo's programme, loaded once into an SQLite file that tests may copy."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from inquiry import clock, create_app
from inquiry.demo.book import Book
from inquiry.demo.load import load
from inquiry.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")

#: An application on the SQLite file at a path, whose folder holds its data.
OpenDemo = Callable[[Path], Flask]


def open_demo(file: Path, *, production: bool = False) -> Flask:
    app = create_app(
        Settings(
            database_url=f"sqlite:///{file}", data_dir=file.parent, zone=ZONE, production=production,
            secret_key="a secret for tests only, 32 characters",
        )
    )  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@dataclass
class Programme:
    """A loaded demo: its database, what the content's keys became, and the instant it was told from."""

    app: Flask
    book: Book
    now: datetime
    file: Path


def tell(template: Path, folder: Path, now: datetime) -> Programme:
    """Load the demo as seen from an instant into a copy of an empty database."""
    file = Path(shutil.copyfile(template, folder / "inquiry.sqlite"))
    app = open_demo(file)
    with app.app_context():
        book = load(now, app)
    return Programme(app, book, now, file)


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programme]:
    """The programme of today: read it, or copy its file."""
    programme = tell(sqlite_template, tmp_path_factory.mktemp("demo"), clock.now())
    yield programme
    programme.app.extensions["inquiry.engine"].dispose()


@pytest.fixture
def programme(told: Programme) -> Iterator[Programme]:
    """The same, its context pushed."""
    with told.app.app_context():
        yield told
