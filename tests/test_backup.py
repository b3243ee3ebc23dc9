"""A backup is taken while people work, and what comes back is what was there."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inquiry.backup import CannotCopy, back_up, restore
from inquiry.core.db import connect
from inquiry.trace.models import Entry
from tests.questions.conftest import Clock, Floor, clock, floor
from tests.support.application import City

__all__ = ["Clock", "clock", "floor"]

#: What `inquiry` says on the command line, run with this database: `(words, url, data dir) -> (status, output)`.
Inquiry = Callable[..., tuple[int, str]]


@pytest.fixture
def inquiry() -> Inquiry:
    def run(*words: Any, url: str, data_dir: Path) -> tuple[int, str]:
        environment = os.environ | {"INQUIRY_DATABASE_URL": url, "INQUIRY_DATA_DIR": str(data_dir)}
        command = [sys.executable, "-m", "inquiry.cli", *map(str, words)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return run


def test_what_comes_back_is_what_was_there(
    floor: Floor, database_url: str, empty_database_url: str, tmp_path: Path, inquiry: Inquiry
) -> None:
    floor.go_live().put(floor.approved())
    here, there, folder = tmp_path / "here", tmp_path / "there", tmp_path / "backup"
    (here / "evidence").mkdir(parents=True)
    (here / "evidence" / "a.webp").write_bytes(b"a picture")
    root = inquiry("trace", "head", url=database_url, data_dir=here)
    assert inquiry("db", "backup", folder, url=database_url, data_dir=here)[0] == 0
    floor.ask("备份之后的提问是什么？")  # goes on, and is not in it
    assert inquiry("db", "restore", folder, url=empty_database_url, data_dir=there)[0] == 0
    assert inquiry("trace", "head", url=empty_database_url, data_dir=there) == root
    assert inquiry("trace", "verify", url=empty_database_url, data_dir=there)[0] == 0
    assert (there / "evidence" / "a.webp").read_bytes() == b"a picture"
    engine = connect(empty_database_url)
    with engine.connect() as db, pytest.raises(Exception, match="append-only"):
        db.execute(Entry.__table__.update().values(hash="x"))
    engine.dispose()


def test_nothing_is_written_over(city: City, database_url: str, tmp_path: Path, changes: Callable[[], str]) -> None:
    folder = tmp_path / "backup"
    back_up(database_url, tmp_path, folder)
    before = changes()
    with pytest.raises(CannotCopy, match="exists"):
        back_up(database_url, tmp_path, folder)
    with pytest.raises(CannotCopy, match=r"exists|not empty"):
        restore(database_url, tmp_path, folder)
    assert changes() == before
    with pytest.raises(CannotCopy, match="holds no backup"):
        restore(database_url, tmp_path, tmp_path / "nowhere")


def test_the_password_is_in_no_argument(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "pg_dump"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$@ / $PGPASSWORD $PGHOST $PGDATABASE" >&2\nexit 1\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    with pytest.raises(CannotCopy) as told:
        back_up("postgresql+psycopg://u:geheim@h:5/d", tmp_path, tmp_path / "backup")
    arguments, _, variables = str(told.value).partition(" / ")
    assert "geheim" not in arguments
    assert variables == "geheim h d"
