"""What the database is asked: a page asks as often for a hundred rows as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from inquiry.core.db import engine


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
