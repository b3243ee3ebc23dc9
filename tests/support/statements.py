"""What the database is asked: a page asks as often for a hundred rows as for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from inquiry.core.db import Db, engine, reading


class Asked:
    """What the database is asked: every statement, and how many looks (transactions) they make."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.looks = 0

    def note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.statements.append(statement)

    def look(self, _connection: Any) -> None:
        self.looks += 1


@contextmanager
def asking() -> Iterator[Asked]:
    """What the database is asked in the block."""
    asked = Asked()
    event.listen(engine(), "before_cursor_execute", asked.note)
    event.listen(engine(), "begin", asked.look)
    try:
        yield asked
    finally:
        event.remove(engine(), "before_cursor_execute", asked.note)
        event.remove(engine(), "begin", asked.look)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements of the block, but for those that only begin a transaction."""
    with asking() as asked:
        found: list[str] = []
        yield found
    found += [one for one in asked.statements if one != "BEGIN"]


def plans(look: Callable[[Db], object]) -> str:
    """How the database would find what a look asks for, were the tables full."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with reading() as db:
        is_sqlite = db.get_bind().dialect.name == "sqlite"
        if not is_sqlite:  # a table of few rows is read as it stands
            db.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(engine(), "before_cursor_execute", note)
        try:
            look(db)
        finally:
            event.remove(engine(), "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        found = [
            row[-1]
            for statement, parameters in asked
            if statement.startswith(("SELECT", "WITH"))
            for row in db.connection().exec_driver_sql(explain + statement, parameters)
        ]
    return "\n".join(found)
