"""The application against a fresh database, people to act in it, and the state before and after."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from inquiry import create_app, doors
from inquiry.accounts import commands as accounts
from inquiry.accounts import queries
from inquiry.accounts.models import Device, Unit, UnitKind, User
from inquiry.db import engine, reading
from inquiry.permissions import PERSONS, SYSTEM, Actor, Role
from inquiry.settings import Settings
from inquiry.work import unit_of_work

#: Hashing is slow on purpose; the fixtures' people never type it.
_ANY_HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, its context pushed, on a database of its own (once per kind of database)."""
    app = create_app(
        Settings(
            database_url=database_url,
            data_dir=tmp_path,
            secret_key="a secret for tests only, 32 characters",
            zone=ZoneInfo("Asia/Shanghai"),
            async_mode="threading",
        )
    )
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app
    app.extensions["inquiry.engine"].dispose()


class City:
    """A city of seven units, one person of each role (an official per unit on request), and phones."""

    def __init__(self) -> None:
        with unit_of_work() as uow:
            self.city = self._unit(uow, "云汀市", UnitKind.CITY, None)
            self.district = self._unit(uow, "沙洲区", UnitKind.DISTRICT, self.city.id)
            self.street = self._unit(uow, "柳浪街道", UnitKind.STREET, self.district.id)
            self.other_district = self._unit(uow, "青岚区", UnitKind.DISTRICT, self.city.id)
            self.city_management = self._unit(uow, "城管局", UnitKind.DEPARTMENT, self.city.id)
            self.water = self._unit(uow, "水务局", UnitKind.DEPARTMENT, self.city.id)
            self.housing = self._unit(uow, "住建局", UnitKind.DEPARTMENT, self.city.id)
            for role in PERSONS:
                self._user(uow, role.value, role, self.city_management if role is Role.OFFICIAL else None)

    def _unit(self, uow: Any, name: str, kind: UnitKind, parent: int | None) -> Unit:
        root = Actor(Role.ADMINISTRATOR)
        return accounts.add_unit(uow, root, name=name, name_en="", kind=kind, parent_id=parent, head="")

    def _user(self, uow: Any, login: str, role: Role, unit: Unit | None) -> User:
        root = Actor(Role.ADMINISTRATOR)
        return accounts.add_person(
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
            device, _token = accounts.join_audience(uow)
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
            monkeypatch.setattr(doors, "identify", lambda _db: actor)
            return doors.acknowledge(name, fields)

    return send


@pytest.fixture
def changes() -> Callable[[], str]:
    """A fingerprint of every table: unchanged after a refusal. Call it before and after."""
    return fingerprint


def fingerprint() -> str:
    """One hash over all rows of all tables but holds' bookkeeping, in a fixed order."""
    from inquiry.db import Base

    digest = hashlib.sha256()
    with engine().connect() as connection:
        for table in Base.metadata.sorted_tables:
            keys = ", ".join(column.name for column in table.primary_key.columns)
            rows = connection.execute(text(f"SELECT * FROM {table.name} ORDER BY {keys}"))  # noqa: S608
            digest.update(table.name.encode())
            for row in rows:
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


__all__ = ["SYSTEM", "City", "Say", "fingerprint"]
