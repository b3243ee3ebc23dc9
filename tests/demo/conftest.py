"""The demo's programme, loaded once into an SQLite file that tests may copy."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from inquiry import create_app
from inquiry.core import clock
from inquiry.demo.book import Book
from inquiry.demo.load import load
from inquiry.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")


def open_demo(file: Path, *, production: bool = False) -> Flask:
    """An application on an SQLite file, whose folder holds its data."""
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
    app.extensions["inquiry.engine"].dispose()  # so that the file holds everything and may be copied
    return Programme(app, book, now, file)


@pytest.fixture(scope="session")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programme]:
    """The programme of today, loaded once for all tests: read it, or copy its file."""
    programme = tell(sqlite_template, tmp_path_factory.mktemp("demo"), clock.now())
    yield programme
    programme.app.extensions["inquiry.engine"].dispose()


@pytest.fixture
def copy(told: Programme, tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of it, to do something with; its context pushed."""
    app = open_demo(Path(shutil.copyfile(told.file, tmp_path / "inquiry.sqlite")))
    with app.app_context():
        yield app
    app.extensions["inquiry.engine"].dispose()


@pytest.fixture
def programme(told: Programme) -> Iterator[Programme]:
    """The same, its context pushed."""
    with told.app.app_context():
        yield told
