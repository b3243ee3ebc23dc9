"""Where the database lies, and how its address may be written."""

import stat
from pathlib import Path

import pytest

from inquiry.db import connect


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
