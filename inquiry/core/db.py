"""The database: typed columns, naming, and the two ways to talk to it (read, or one unit of work)."""

import json
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakKeyDictionary

from flask import current_app
from psycopg import DatabaseError
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Engine,
    Insert,
    Integer,
    MetaData,
    String,
    Subquery,
    Text,
    any_,
    cast,
    create_engine,
    event,
    func,
    select,
    type_coerce,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import InternalError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.orm import Session as Db  # the house's Session is the inquiry's: a database session is `Db`
from sqlalchemy.types import TypeDecorator

from ..errors import NotFound

__all__ = [
    "LARGE",
    "UNUSABLE",
    "Base",
    "Db",
    "Encoded",
    "Instant",
    "PerDatabase",
    "Turn",
    "Withdrawable",
    "among",
    "assign",
    "called",
    "choice",
    "connect",
    "engine",
    "existing",
    "insert_all",
    "joined",
    "listed",
    "opened_at",
    "reading",
    "short",
    "take_turn",
]


T = TypeVar("T")
Model = TypeVar("Model", bound="Base")

#: A whole number that nobody bounds: of milliseconds PostgreSQL's INTEGER holds less than 25 days, and pauses last.
LARGE = BigInteger().with_variant(Integer, "sqlite")

#: The database is gone, not back yet, or too slow: whoever pressed is told that it is busy, and nothing is left.
UNUSABLE = (OperationalError, InternalError, NoConnectionFree)
#: Sessions that were opened and asked nothing, kept for whoever comes next: making one costs as much as finding out who
#: votes.
_MOST_UNUSED = 16
#: Connections to PostgreSQL at most, and how long somebody waits for one to be free.
MOST_CONNECTIONS = 16
FREE_WITHIN_SECONDS = 5.0
#: So many of them are for those who go first: a city that reads at once leaves the crew theirs.
KEPT_FREE = 4
goes_first: ContextVar[bool] = ContextVar("goes_first", default=True)
#: A race that was lost shows at once. Whoever has waited longer than this is not made to wait as long again.
SECOND_TRY_SECONDS = 2.0


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    #: Where a message names a row by another word than its class: see `called`.
    CALLED: ClassVar[str] = ""
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant,
        date: Date,
        str: Text,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Withdrawable:
    """What was published and may have to be taken out of sight: when it was, and the reason, which is public. The
    default is for a version before, which goes on beside this one while processes are changed."""

    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="", server_default="")


def choice(kind: type[StrEnum]) -> SqlEnum:
    """A column that holds one of an enum's values, as text, checked by the database."""
    return SqlEnum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda enum: [one.value for one in enum],
        name=kind.__name__.lower(),
    )


def short(length: int) -> String:
    return String(length)


def connect(url: str) -> Engine:
    """An engine for SQLite (WAL, synchronous=FULL) or PostgreSQL (psycopg 3). Its errors tell no values."""
    common: dict[str, Any] = {"json_serializer": _compact, "hide_parameters": True}
    if not url.startswith("sqlite"):
        url = re.sub("^postgres(ql)?://", "postgresql+psycopg://", url)  # as other programs write it
        engine = create_engine(
            url, pool_size=8, max_overflow=MOST_CONNECTIONS - 8, pool_timeout=FREE_WITHIN_SECONDS,
            connect_args={"connect_timeout": 5}, **common,
        )  # fmt: skip
        event.listen(engine, "checkout", _see_whether_it_lives)
        return engine
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # Whoever made the file may read it, nobody else on the machine; SQLite gives its companions the same rights.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False}, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _see_whether_it_lives(connection: Any, _record: Any, _borrowed: Any) -> None:
    """A server that has ended said so to every connection at rest: look, instead of asking and waiting for an answer.

    The first look may find its last words, the second finds its end.
    """
    try:
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except DatabaseError as error:
        raise InvalidatePoolError from error


class Encoded(str):
    """JSON that is text already: what is long was written in pieces, and is kept as it is."""


def _compact(value: Any) -> str:
    return value if isinstance(value, Encoded) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """A write takes the lock at once: upgrading a read lock in mid-transaction would fail at random."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def engine() -> Engine:
    """The engine of the running application."""
    found: Engine = current_app.extensions["inquiry.engine"]
    return found


class Turn:
    """A lock for making, out of the database, what everybody else waits for instead of making it again.

    Where the first one waited for the database in vain, those behind are told so at once (one of UNUSABLE): each in
    turn waiting as long again, the last of a hall would wait for an hour.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_vain = 0.0

    def __enter__(self) -> None:
        came = time.monotonic()
        self._lock.acquire()
        if self._in_vain > came:
            self._lock.release()
            raise NoConnectionFree("the database kept another waiting in vain")

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, UNUSABLE):
            self._in_vain = time.monotonic()
        self._lock.release()


class PerDatabase(Generic[T]):
    """What a process keeps in mind about its database: one for each, made when it is first asked for."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._kept: WeakKeyDictionary[Engine, T] = WeakKeyDictionary()

    def here(self) -> T:
        """The one of the running application's database."""
        of = engine()
        found = self._kept.get(of)
        return found if found is not None else self._kept.setdefault(of, self._make())

    def forget(self) -> None:
        """As after a restart."""
        self._kept.clear()


def _with(of: Engine, **options: Any) -> Engine:
    """The engine with options; kept beside it, because making one takes longer than a small query."""
    kept: dict[tuple[str, ...], Engine] = vars(of).setdefault("_inquiry_with", {})
    return kept.get(tuple(options)) or kept.setdefault(tuple(options), of.execution_options(**options))


def existing(db: Db, model: type[Model], key: int) -> Model:
    """The row with this id. Raises NotFound."""
    if (found := db.get(model, key)) is None:
        raise NotFound(what=called(model), id=key)
    return found


def assign(row: object, values: Mapping[str, Any]) -> None:
    """Put these values into the columns of a row."""
    for name, value in values.items():
        setattr(row, name, value)


def called(model: type[Base]) -> str:
    """What a row is called where people and machines are told of it: by the field of a message that names one."""
    return model.CALLED or re.sub(r"\B(?=[A-Z])", "_", model.__name__).lower()


def writing() -> Db:
    """A session for `work.unit_of_work` alone."""
    return Db(_with(engine(), writes=True), expire_on_commit=False)


def insert_all(db: Db, model: type[Base], rows: list[dict[str, Any]], *, unless_there: bool = False) -> int:
    """Insert rows that have all the same columns; with `unless_there`, pass over those whose key is taken. Returns how
    many were inserted.

    PostgreSQL is given each column as an array, in one statement: a row at a time it has to be waited for at each.
    """
    if not rows:
        return 0
    names = list(rows[0])
    if _is_sqlite(db):
        into = sqlite.insert(model)
        return _inserted(db, into.on_conflict_do_nothing() if unless_there else into, rows)
    # One dimension: a list is a value of its column (JSON), and no array within the array.
    types = [postgresql.ARRAY(model.__table__.c[name].type, dimensions=1) for name in names]
    arrays = [func.unnest(cast([row[name] for row in rows], kind)) for name, kind in zip(names, types, strict=True)]
    all_of_them = postgresql.insert(model).from_select(names, select(*arrays))
    return _inserted(db, all_of_them.on_conflict_do_nothing() if unless_there else all_of_them)


def _inserted(db: Db, statement: Insert, rows: list[dict[str, Any]] | None = None) -> int:
    return db.connection().execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount


def among(db: Db, column: InstrumentedAttribute[T], values: Collection[T]) -> ColumnElement[bool]:
    """Whether a column has one of many values. PostgreSQL is given one array: it knows the statement again, whatever
    their number."""
    if _is_sqlite(db):
        return column.in_(values)
    return column == any_(cast(list(values), postgresql.ARRAY(column.type)))


def joined(db: Db, column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """The values of many rows in one text, with blanks between: PostgreSQL has to be told that numbers are words."""
    return func.aggregate_strings(type_coerce(column, Text) if _is_sqlite(db) else cast(column, Text), " ")


def listed(db: Db, columns: Sequence[InstrumentedAttribute[Any]], rows: Collection[Sequence[Any]]) -> Subquery:
    """Rows of numbers and words under the names of these columns, to be joined with: told that several columns together
    are to be one of many rows, SQLite looks through the whole table."""
    if _is_sqlite(db):
        each = func.json_each(json.dumps(list(rows))).table_valued("value")
        said = [func.json_extract(each.c.value, f"$[{at}]") for at, _column in enumerate(columns)]
    else:
        by_column = zip(columns, zip(*rows, strict=True), strict=True)
        said = [func.unnest(cast(list(values), postgresql.ARRAY(column.type))) for column, values in by_column]
    return select(*(each.label(column.key) for each, column in zip(said, columns, strict=True))).subquery()


def take_turn(db: Db, name: str) -> None:
    """Whoever takes a turn of this name goes on when all before have committed: for what has no row in common that
    could be locked. SQLite has one writer in any case."""
    if not _is_sqlite(db):
        db.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def _is_sqlite(db: Db) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def reading() -> AbstractContextManager[Db]:
    """A session that sees one consistent moment and cannot leave anything behind. Whoever does not go first may have to
    wait for it. Raises one of UNUSABLE."""
    in_turn = not goes_first.get() and engine().dialect.name != "sqlite"
    return _reading_in_turn() if in_turn else _reading()


_rooms = PerDatabase(lambda: threading.Semaphore(MOST_CONNECTIONS - KEPT_FREE))


@contextmanager
def _reading_in_turn() -> Iterator[Db]:
    room = _rooms.here()
    if not room.acquire(timeout=FREE_WITHIN_SECONDS):
        raise NoConnectionFree("too many read at once")
    within = goes_first.set(True)  # who is in does not wait again
    try:
        with _reading() as db:
            yield db
    finally:
        goes_first.reset(within)
        room.release()


@contextmanager
def _reading() -> Iterator[Db]:
    of = engine()
    moment = of if of.dialect.name == "sqlite" else _with(of, isolation_level="REPEATABLE READ")
    unused: deque[Db] = vars(moment).setdefault("_inquiry_unused", deque(maxlen=_MOST_UNUSED))
    try:
        db = unused.pop()
    except IndexError:
        db = Db(moment, autoflush=False, expire_on_commit=False)
    db.info["opened"] = time.monotonic()
    try:
        yield db
    finally:
        if db.in_transaction():
            db.expunge_all()  # what was read stays readable after the session, as it was
            db.close()
        else:  # a press of somebody known asks nothing: the session is as good as new
            unused.append(db)


def opened_at(db: Db) -> float | None:
    """The monotonic instant before which everything committed is seen in a `reading`; None in a unit of work."""
    found: float | None = db.info.get("opened")
    return found
