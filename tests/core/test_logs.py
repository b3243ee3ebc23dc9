"""What is logged: one object a line, and nobody's words in it."""

import json
import logging
import sys

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert
from sqlalchemy.exc import IntegrityError, OperationalError

from inquiry.accounts.models import User
from inquiry.core import logs
from inquiry.core.db import engine
from inquiry.core.logs import Json, Text
from tests.support.application import City


def record(*, error: bool = False) -> logging.LogRecord:
    info = sys.exc_info() if error else None
    return logging.LogRecord("inquiry", logging.WARNING, __file__, 1, "%s is\nlost", ("路灯",), info)


def test_a_record_is_one_line() -> None:
    line = Json("p1").format(record())
    assert "\n" not in line
    told = json.loads(line)
    assert {name: told[name] for name in ("level", "logger", "message", "process")} == {
        "level": "warning", "logger": "inquiry", "message": "路灯 is\nlost", "process": "p1",
    }  # fmt: skip
    assert told["at"].endswith("+00:00")


@pytest.mark.parametrize("form", [Json("p1"), Text()])
def test_an_error_of_the_database_names_nobody(app: Flask, city: City, form: logging.Formatter) -> None:
    person = {"login": "host", "name": "左见微", "title": "", "role": "host", "password_hash": "secret"}
    with engine().begin() as connection:
        try:
            connection.execute(insert(User), person)
        except IntegrityError:
            line = form.format(record(error=True))
    assert "IntegrityError" in line
    assert "左见微" not in line
    assert "(host)" not in line
    assert "secret" not in line


@pytest.mark.parametrize("form", [Json("p1"), Text()])
def test_a_database_that_is_gone_is_a_line_and_no_page(form: logging.Formatter) -> None:
    try:
        create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none").connect()
    except OperationalError:
        line = form.format(record(error=True))
    assert "OperationalError: " in line
    assert "127.0.0.1" in line
    assert "Traceback" not in line
    assert line.count("\n") <= 2


def test_a_form_without_its_token_leaves_no_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """Anybody can send one as often as they like."""
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.set_up("text", "a process")
        app.config["WTF_CSRF_ENABLED"] = True
        assert app.test_client().post("/join").status_code == 400
    finally:
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)
        logging.captureWarnings(False)
    assert capsys.readouterr().err == ""
