"""Which device a browser is, asked of the database once for all who come in the same moment."""

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from inquiry.accounts import devices
from inquiry.accounts.commands import audience
from inquiry.core.db import engine, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from tests.support.application import fingerprint


def cookies(number: int) -> dict[str, int]:
    """Cookies of new devices, and whose they are."""
    with unit_of_work() as uow:
        joined = [audience.join_audience(uow) for _ in range(number)]
    return {cookie: device.id for device, cookie in joined}


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """What is selected from the devices from now on."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT") and "devices" in statement:
            statements.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    return statements


def test_those_who_come_are_looked_up_together_before_they_press(asked: list[str]) -> None:
    whose = cookies(5)
    for cookie in whose:
        devices.expect(cookie)
    with reading() as db:
        assert not devices.meet(db)
        assert len(asked) == 1
        assert {cookie: devices.find(db, cookie) for cookie in whose} == whose
        for cookie in whose:
            devices.expect(cookie)
        devices.meet(db)
    assert len(asked) == 1


def test_a_city_is_met_a_few_at_a_time(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "MET_AT_ONCE", 2)
    for cookie in cookies(3):
        devices.expect(cookie)
    with reading() as db:
        assert devices.meet(db)
        assert not devices.meet(db)
    assert len(asked) == 2


def test_whoever_was_not_expected_is_looked_up_when_they_press(asked: list[str]) -> None:
    whose = cookies(1)
    with reading() as db:
        for cookie, device in whose.items():
            assert [devices.find(db, cookie), devices.find(db, cookie)] == [device, device]
    assert len(asked) == 1


def test_rubbish_belongs_to_nobody_and_harms_nobody(app: Flask) -> None:
    [(good, device)] = cookies(1).items()
    rubbish = ["", "x", good + " ", good[:-1] + "!", good + "=", "é", str(devices.signer().dumps("nobody's token"))]
    for cookie in [*rubbish, good]:
        devices.expect(cookie)
    with reading() as db:
        devices.meet(db)
        assert [devices.find(db, cookie) for cookie in rubbish] == [None] * len(rubbish)
        assert devices.find(db, good) == device


@pytest.mark.parametrize(("times", "status"), [(1, 303), (2, 503)], ids=["once", "twice"])
def test_whoever_joins_while_the_database_falters_is_tried_for_once_more(app: Flask, times: int, status: int) -> None:
    left = [None] * times

    def falter(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO devices") and left:
            left.pop()
            raise OperationalError(statement, None, Exception("the connection was lost"))

    event.listen(engine(), "before_cursor_execute", falter)
    before = fingerprint()
    answer = app.test_client().post("/join", data={"code": ""})
    assert answer.status_code == status
    assert ("device=" in answer.headers.get("Set-Cookie", "")) is (status == 303)
    assert (fingerprint() == before) is (status == 503), "after a refusal nothing has changed"
