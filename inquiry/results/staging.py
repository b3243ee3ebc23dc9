"""The figures of a file that was looked through, until they are taken over: on the disk, for they may be many."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from types import TracebackType
from typing import Self

#: At any one time so much of it is held in memory.
_CACHE_KIB = 4096


class Staged:
    """Targets and actuals by indicator, unit and period, each of which there is once. The database is private to its
    connection, and gone with it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(
            "CREATE TABLE figures (form TEXT, code TEXT, unit_id INTEGER, period TEXT, line INTEGER, first TEXT,"
            " second TEXT, PRIMARY KEY (form, code, unit_id, period)) WITHOUT ROWID"
        )
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _traceback: TracebackType | None) -> None:
        self._db.close()

    def put(
        self, form: str, code: str, unit_id: int, period: str, line: int, values: tuple[Decimal, Decimal | str]
    ) -> int:
        """Returns on which line this figure stood first: on this one, where it is new."""
        first, second = (f"{value:f}" if isinstance(value, Decimal) else value for value in values)
        row = (form, code, unit_id, period, line, first, second)
        new = self._db.execute("INSERT OR IGNORE INTO figures VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if new.rowcount:
            return line
        stands = "SELECT line FROM figures WHERE form = ? AND code = ? AND unit_id = ? AND period = ?"
        found: int = self._db.execute(stands, row[:4]).fetchone()[0]
        return found

    def figures(self, form: str) -> Iterator[tuple[str, int, str, str, str]]:
        """Each as code, unit, period and its two values, in the order in which the tables' keys have them."""
        found: Iterator[tuple[str, int, str, str, str]] = self._db.execute(
            "SELECT code, unit_id, period, first, second FROM figures WHERE form = ? ORDER BY code, unit_id, period",
            (form,),
        )
        return found
