"""The database is gone, or does not answer: who only reads is told that the house is busy, and when to come back."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inquiry.core.db import UNUSABLE, NoConnectionFree, Turn, connect
from tests.support.processes import free_port

DATABASES = ("sqlite",)

TITLES = {"zh-CN": "系统繁忙", "en": "Very busy just now"}


@pytest.fixture
def browser(app: Flask) -> Iterator[FlaskClient]:
    """One that was here before the database went away."""
    browser = app.test_client()
    browser.post("/join", data={"code": ""})
    here = app.extensions["inquiry.engine"]
    app.extensions["inquiry.engine"] = connect(f"postgresql://postgres@127.0.0.1:{free_port()}/gone")
    yield browser
    app.extensions["inquiry.engine"].dispose()
    app.extensions["inquiry.engine"] = here


@pytest.mark.parametrize("language", TITLES)
@pytest.mark.parametrize("path", ["/", "/sessions", "/questions", "/pledges", "/pledges/7", "/board", "/s/K7QF2M"])
def test_a_page_says_that_the_house_is_busy(browser: FlaskClient, path: str, language: str) -> None:
    answer = browser.get(path, headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Retry-After"], TITLES[language] in answer.text) == (503, "5", True)


@pytest.mark.parametrize("path", ["/live/7/snapshot", "/live/7/snapshot/staff"])
def test_a_machine_that_reads_is_told_in_its_own_words(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.get_json()["error"]["code"] == "BUSY"


def test_a_press_is_refused_with_the_time_to_wait(browser: FlaskClient) -> None:
    answer = browser.post("/api/questions.support", json={"question": 7})
    assert (answer.status_code, answer.headers["Retry-After"], answer.get_json()["error"]["code"]) == (503, "5", "BUSY")


def test_a_form_whose_page_cannot_be_drawn_is_answered_where_it_was_sent(browser: FlaskClient) -> None:
    """Loading that answer again sends the form again, under its key; led elsewhere, its words would be gone."""
    sent = {"question": "7", "back": "/questions/7", "next": "/questions/7", "client_id": "a key of one press"}
    answer = browser.post("/do/questions.support", data=sent)
    assert (answer.status_code, answer.headers["Retry-After"], TITLES["zh-CN"] in answer.text) == (503, "5", True)


def fault_of(kind: type[Exception]) -> Exception:
    return kind() if kind is NoConnectionFree else kind("does not answer", None, ValueError("gone"))


def told_behind(fault: Exception) -> list[str]:
    """What becomes of somebody who waits for their turn while whoever has it fails; then of one who comes after."""
    turn, told = Turn(), []

    def come() -> None:
        try:
            with turn:
                told.append("made it")
        except NoConnectionFree:
            told.append("told")

    behind = threading.Thread(target=come)
    with suppress(type(fault)), turn:
        behind.start()
        time.sleep(0.2)  # it waits by now
        raise fault
    behind.join(5)
    come()
    return told


@pytest.mark.parametrize("kind", UNUSABLE)
def test_whoever_waits_behind_one_who_waited_in_vain_is_told_at_once(kind: type[Exception]) -> None:
    assert told_behind(fault_of(kind)) == ["told", "made it"]


def test_another_fault_keeps_nobody_from_making_it() -> None:
    assert told_behind(ValueError("ours")) == ["made it", "made it"]
