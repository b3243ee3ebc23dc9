"""The application against a fresh database, people to act in it, and the state before and after."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Table, event
from werkzeug.test import TestResponse

from inquiry import create_app
from inquiry.accounts import queries
from inquiry.accounts.commands import audience, people
from inquiry.accounts.commands import units as account_units
from inquiry.accounts.models import Device, Unit, UnitKind, User
from inquiry.core import background
from inquiry.core.db import connect, engine, reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import PERSONS, SYSTEM, Actor, Role
from inquiry.settings import Settings
from tests.support.databases import Settle
from tests.support.scenes import Templates

#: Hashing is slow on purpose; the fixtures' people never type it.
_ANY_HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"


class Reader(FlaskClient):
    """Whatever page it opens: labels, links and scripts find the one element that they name."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        answer = super().open(*args, **options)
        if answer.mimetype == "text/html":
            ids = Counter(re.findall(r'<[^>]* id="([^"]+)"', answer.get_data(as_text=True)))
            assert [one for one, times in ids.items() if times > 1] == [], args
        return answer


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, built once: what changes from test to test is only the database behind it."""
    folder = tmp_path_factory.mktemp("built")
    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'unused.sqlite'}",
            data_dir=folder,
            secret_key="a secret for tests only, 32 characters",
            zone=ZoneInfo("Asia/Shanghai"),
            async_mode="threading",
        )
    )
    app.config["BUILT"] = app.config["INQUIRY"]
    app.test_client_class = Reader
    return app


#: More than all tests ask together: with the 500 that an engine remembers, each file would forget those of others.
STATEMENTS = 5_000

#: The first engine for each kind of database.
_first: dict[str, Engine] = {}


def _hurried(engine: Engine) -> Engine:
    """Nothing here survives the test, so nothing here need survive a power cut. And what the first engine found out,
    which SQL a statement becomes, none finds out again: that took longer than most tests."""
    if engine.dialect.name not in _first:
        engine.connect().close()  # the first to connect asks the server what it is: whoever shares that needs it asked
        engine._compiled_cache.capacity = STATEMENTS  # type: ignore[union-attr]
    first = _first.setdefault(engine.dialect.name, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    engine.pool._dialect = first.dialect
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return engine


@contextmanager
def on_database(app: Flask, url: str, data_dir: Path) -> Iterator[Flask]:
    """The application on the database at an address, its context pushed, its limits and settings as new."""
    here = replace(app.config["BUILT"], database_url=url, data_dir=data_dir, reply_working_days=10)
    app.config.update(INQUIRY=here, TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["inquiry.engine"] = _hurried(connect(url))
    registry.forget_limits()
    background.forget_complaints()
    try:
        with app.app_context():
            yield app
    finally:
        app.extensions["inquiry.engine"].dispose()


@pytest.fixture
def app(built: Flask, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, its context pushed, on a database of its own (once per kind of database)."""
    with on_database(built, database_url, tmp_path) as app:
        yield app


@pytest.fixture(scope="session")
def settle_city(built: Flask, tmp_path_factory: pytest.TempPathFactory) -> Settle:
    """Puts the city into a migrated database, for the templates that are copied for each test."""

    def put(url: str) -> None:
        with on_database(built, url, tmp_path_factory.mktemp("city")):
            City.settle()

    return put


@pytest.fixture(scope="session")
def scene_templates(
    built: Flask, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Templates:
    folder = tmp_path_factory.mktemp("scenes")
    return Templates(lambda url: on_database(built, url, folder), City, request, folder)


class City:
    """A city of seven units, one person of each role (an official per unit on request), and phones."""

    def __init__(self) -> None:
        with reading() as db:
            units = {unit.name: unit for unit in queries.units(db)}
        self.city = units["云汀市"]
        self.district, self.street = units["沙洲区"], units["柳浪街道"]
        self.other_district = units["青岚区"]
        self.city_management, self.water, self.housing = units["城管局"], units["水务局"], units["住建局"]

    @classmethod
    def settle(cls) -> None:
        """Make the units and the people, in a database that has none."""
        with unit_of_work() as uow:
            city = cls._unit(uow, "云汀市", UnitKind.CITY, None)
            district = cls._unit(uow, "沙洲区", UnitKind.DISTRICT, city.id)
            cls._unit(uow, "柳浪街道", UnitKind.STREET, district.id)
            cls._unit(uow, "青岚区", UnitKind.DISTRICT, city.id)
            management = cls._unit(uow, "城管局", UnitKind.DEPARTMENT, city.id)
            cls._unit(uow, "水务局", UnitKind.DEPARTMENT, city.id)
            cls._unit(uow, "住建局", UnitKind.DEPARTMENT, city.id)
            for role in PERSONS:
                cls._user(uow, role.value, role, management if role is Role.OFFICIAL else None)

    @staticmethod
    def _unit(uow: Any, name: str, kind: UnitKind, parent: int | None) -> Unit:
        root = Actor(Role.ADMINISTRATOR)
        return account_units.add_unit(uow, root, name=name, name_en="", kind=kind, parent_id=parent, head="")

    @staticmethod
    def _user(uow: Any, login: str, role: Role, unit: Unit | None) -> User:
        root = Actor(Role.ADMINISTRATOR)
        return people.add_person(
            uow, root, login=login, name=login.title(), title="", role=role, unit_id=unit.id if unit else None,
            password_hash=_ANY_HASH,
        )  # fmt: skip

    def person(self, role: Role, *, another: str = "") -> Actor:
        """The actor of this role; `another` makes a second one with that sign-in name."""
        if another:
            with unit_of_work() as uow:
                self._user(uow, another, role, self.city_management if role is Role.OFFICIAL else None)
        with reading() as db:
            user = queries.user_by_login(db, another or role.value)
            assert user is not None
            return queries.person(db, user)

    def official_of(self, unit: Unit) -> Actor:
        login = f"official-{unit.id}"
        with reading() as db:
            known = queries.user_by_login(db, login)
        if known is None:
            with unit_of_work() as uow:
                self._user(uow, login, Role.OFFICIAL, unit)
        with reading() as db:
            user = queries.user_by_login(db, login)
            assert user is not None
            return queries.person(db, user)

    def phone(self) -> Actor:
        """A new device of the audience."""
        with unit_of_work() as uow:
            device, _token = audience.join_audience(uow)
        return Actor(Role.AUDIENCE, device_id=device.id, network="192.0.2.1")

    @staticmethod
    def device(actor: Actor) -> Device:
        with reading() as db:
            found = db.get(Device, actor.device_id)
        assert found is not None
        return found


@pytest.fixture
def city(app: Flask) -> City:
    return City()


#: Send a message as somebody, through the one registry of commands: `(actor, name, **fields) -> acknowledgement`.
Say = Callable[..., dict[str, Any]]


@pytest.fixture
def say(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Say:
    """`say(actor, "questions.ask", session=1, text="…")`: parse, require, command, acknowledgement as over a socket."""

    def send(actor: Actor, name: str, /, **fields: Any) -> dict[str, Any]:
        with app.test_request_context("/"):
            monkeypatch.setattr(registry, "identify", lambda _db: actor)
            return registry.answered(name, registry.carry_out, name, fields)

    return send


@pytest.fixture
def changes() -> Callable[[], str]:
    """A fingerprint of every table: unchanged after a refusal. Call it before and after."""
    return fingerprint


def fingerprint() -> str:
    """One hash over all rows of all tables but holds' bookkeeping, in a fixed order."""
    from inquiry.core.db import Base

    digest = hashlib.sha256()
    with engine().connect() as connection:
        for question in _everything(connection.dialect.name, Base.metadata.sorted_tables):
            for row in connection.exec_driver_sql(question):
                digest.update(repr(tuple(row)).encode())
            digest.update(b"|")
    return digest.hexdigest()


def _everything(dialect: str, tables: Sequence[Table]) -> list[str]:
    """What asks for all rows. Of PostgreSQL at once, each row as text: asked one after the other, tables take longer
    than most of what is looked at in between."""
    if dialect == "postgresql":
        each = (f"SELECT '{one.name}', one::text FROM {one.name} one" for one in tables)  # noqa: S608
        return [" UNION ALL ".join(each) + " ORDER BY 1, 2"]
    return [
        f"SELECT * FROM {one.name} ORDER BY {', '.join(key.name for key in one.primary_key.columns)}"  # noqa: S608
        for one in tables
    ]


__all__ = ["SYSTEM", "City", "Say", "fingerprint"]
