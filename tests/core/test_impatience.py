"""Nobody waits for ever behind PostgreSQL: whoever cannot be served in time is told that it is busy."""

import os
import signal
import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from inquiry.core import db as database
from inquiry.core import impatience
from inquiry.core.db import connect, engine, reading
from inquiry.dispatch import registry
from inquiry.permissions import Actor, Role
from tests.questions.conftest import Floor
from tests.support.application import City, Say

DATABASES = ("postgres",)


@pytest.fixture(autouse=True)
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impatience, "ANSWER_SECONDS", 2.0)
    monkeypatch.setattr(impatience, "LIMITS_MS", {"lock_timeout": 1000, "statement_timeout": 1500})
    monkeypatch.setattr(database, "SECOND_TRY_SECONDS", 0.5)
    # One that shares nothing with those of other tests: what it is told of connecting, they would be told too.
    app.extensions["inquiry.engine"] = connect(app.config["INQUIRY"].database_url)
    impatience.be_impatient(app.extensions["inquiry.engine"])


@pytest.fixture
def root(city: City) -> Actor:
    return city.person(Role.ADMINISTRATOR)


def add(say: Say, root: Actor, city: City, name: str) -> tuple[str, float]:
    """The code of the answer, and how many seconds it took."""
    began = time.monotonic()
    answer = say(
        root, "accounts.add_unit", name=name, kind="department",
        parent=city.city.id,
    )  # fmt: skip
    return answer.get("error", {}).get("code", "ok"), time.monotonic() - began


def test_a_lock_held_elsewhere_is_waited_for_only_so_long(say: Say, city: City, root: Actor) -> None:
    elsewhere = connect(engine().url.render_as_string(hide_password=False))
    with elsewhere.begin() as holder:
        holder.execute(text("LOCK TABLE units IN SHARE ROW EXCLUSIVE MODE"))
        code, seconds = add(say, root, city, "档案局")
        assert (code, seconds < 3) == ("BUSY", True)
        with reading() as db:
            assert db.scalar(text("SELECT count(*) FROM units WHERE name = '档案局'")) == 0
    elsewhere.dispose()
    assert add(say, root, city, "档案局")[0] == "ok"


def test_a_batch_that_waits_holds_nobody_up_and_is_refused_in_time(
    app: Flask, city: City, root: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole hall votes while something else holds the votes: all are told, and the host's desk goes on."""
    question = (hall := Floor(city)).approved()
    phones = [city.phone() for _ in range(6)]
    told: list[tuple[str, float]] = []
    pressing = threading.local()
    monkeypatch.setattr(registry, "identify", lambda _db: getattr(pressing, "phone", root))

    def desk(_root: Actor, name: str, /, **fields: Any) -> dict[str, Any]:
        with app.test_request_context("/"):
            return registry.answered(name, registry.carry_out, name, fields)

    def vote(phone: Actor) -> None:
        began, pressing.phone = time.monotonic(), phone
        with app.test_request_context("/"):
            answer = registry.answered(
                "questions.support", registry.carry_out, "questions.support", {"question": question}
            )
        told.append((answer.get("error", {}).get("code", "ok"), time.monotonic() - began))

    def press() -> list[threading.Thread]:
        hands = [threading.Thread(target=vote, args=(phone,)) for phone in phones]
        for hand in hands:
            hand.start()
        return hands

    elsewhere = connect(engine().url.render_as_string(hide_password=False))
    with elsewhere.begin() as holder:
        holder.execute(text("LOCK TABLE supports IN SHARE ROW EXCLUSIVE MODE"))
        hands = press()
        time.sleep(0.1)
        code, seconds = add(desk, root, city, "档案局")
        assert (code, seconds < 1) == ("ok", True), "whoever does not vote goes on"
        for hand in hands:
            hand.join(20)
    elsewhere.dispose()
    assert {code for code, _seconds in told} == {"BUSY"}
    assert len(told) == len(phones)
    assert max(seconds for _code, seconds in told) < 6, "two batches at most, each with one look"
    told.clear()
    for hand in press():
        hand.join(20)
    assert [code for code, _seconds in told] == ["ok"] * len(phones)
    assert hall.votes(question) == len(phones)


def test_a_server_that_stands_still_is_waited_for_only_so_long(say: Say, city: City, root: Actor) -> None:
    with reading() as db:
        backend = db.scalar(text("SELECT pg_backend_pid()"))
        os.kill(backend, signal.SIGSTOP)
        began = time.monotonic()
        try:
            with pytest.raises(database.UNUSABLE):
                db.execute(text("SELECT 1"))
        finally:
            os.kill(backend, signal.SIGCONT)
        assert time.monotonic() - began < 4
    assert add(say, root, city, "档案局")[0] == "ok", "everybody else goes on"


def test_whoever_looks_after_the_database_is_not_hurried(app: Flask) -> None:
    patient = connect(engine().url.render_as_string(hide_password=False))
    with patient.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
    patient.dispose()
    with reading() as db:
        assert db.scalar(text("SHOW statement_timeout")) == "1500ms"
        assert db.scalar(text("SHOW lock_timeout")) == "1s"
