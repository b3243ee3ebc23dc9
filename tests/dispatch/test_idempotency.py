"""Keys are forgotten in their time, with the answers, and not before."""

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from inquiry.core.clock import now
from inquiry.core.db import engine, reading
from inquiry.dispatch import idempotency
from inquiry.dispatch.idempotency import CompletedCommand, Recent, RequestKey
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import KeyReused
from tests.support.application import City

pytestmark = pytest.mark.usefixtures("app")


def keep(key: str, at: datetime) -> RequestKey:
    press = RequestKey("device:1", key, "digest")
    with unit_of_work() as uow:
        idempotency.remember_all(uow.db, [(press, {"receipt": key}, None)], at)
    return press


def kept() -> int:
    with reading() as db:
        return db.scalar(select(func.count()).select_from(CompletedCommand)) or 0


def keep_many(number: int, at: datetime) -> None:
    with unit_of_work() as uow:
        idempotency.remember_all(
            uow.db, [(RequestKey("device:1", f"key {one}", "digest"), {}, None) for one in range(number)], at
        )


def test_a_key_is_honoured_for_two_days_and_then_forgotten() -> None:
    young = keep("young key", now() - idempotency.HONOURED + timedelta(minutes=1))
    old = keep("old key", now() - idempotency.HONOURED - timedelta(minutes=1))
    assert idempotency.forget_old() == 1
    with reading() as db:
        assert idempotency.recall(db, young) == {"receipt": "young key"}
        assert idempotency.recall(db, old) is None
    assert idempotency.forget_old() == 0


def test_the_young_key_of_somebody_else_stays() -> None:
    keep("same key", now() - idempotency.HONOURED - timedelta(minutes=1))
    with unit_of_work() as uow:
        idempotency.remember_all(uow.db, [(RequestKey("device:2", "same key", "digest"), {}, None)], now())
    idempotency.forget_old()
    assert kept() == 1


def test_many_are_forgotten_in_small_parts(app: Flask) -> None:
    keep_many(1200, now() - timedelta(days=3))
    statements: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *asked: statements.append(asked[2]))
    assert [idempotency.forget_old() for _ in range(4)] == [500, 500, 200, 0]
    assert len([one for one in statements if one.startswith("DELETE")]) == 3
    assert kept() == 0
    [task] = idempotency.tasks(app)
    assert task.turn() == idempotency.FORGET_SECONDS
    keep_many(500, now() - timedelta(days=3))
    assert task.turn() == idempotency.NEXT_SECONDS


def test_several_processes_forget_at_once_without_harm(app: Flask, city: City) -> None:
    keep_many(3000, now() - timedelta(days=3))
    forgotten: list[int] = []

    def one() -> None:
        with app.app_context():
            while found := idempotency.forget_old():
                forgotten.append(found)

    hands = [threading.Thread(target=one) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    while idempotency.forget_old():
        pass
    assert kept() == 0
    assert max(forgotten) <= idempotency.FORGOTTEN_AT_ONCE


def test_what_a_process_remembers_goes_in_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    recent, began = Recent(), now()
    monkeypatch.setattr(idempotency.clock, "now", lambda: began)
    one = RequestKey("device:1", "key one", "digest")
    recent.keep(one, {"receipt": "1"})
    assert recent.recall(one) == {"receipt": "1"}
    with pytest.raises(KeyReused):
        recent.recall(RequestKey("device:1", "key one", "another"))
    monkeypatch.setattr(idempotency.clock, "now", lambda: began + idempotency.HONOURED)
    assert recent.recall(one) is None
    recent.keep(RequestKey("device:1", "key two", "digest"), {})
    assert len(recent._answers) == 1
