"""The import page: looked through first, then taken over, with its progress told as it goes."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live.commands import preparation
from inquiry.permissions import Role
from inquiry.questions.commands import importing
from inquiry.questions.files import Given
from inquiry.questions.models import Question
from tests.questions.conftest import EIGHT, Floor, do
from tests.questions.test_importing import BAD, FILE, all_questions, live_code, many
from tests.support.replay import nothing_changes


@pytest.fixture
def browser(app: Flask, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The browser of a person of the staff."""
    staff = floor.city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    return app.test_client()


def send(browser: FlaskClient, floor: Floor, content: str, what: str, **headers: str):  # type: ignore[no-untyped-def]
    """As somebody does who looked through the file before."""
    seen = importing.fingerprint(content.encode(), Given())
    fields = {"do": what, "seen": seen, "file": (BytesIO(content.encode()), "messages.csv")}
    return browser.post(f"/sessions/{live_code(floor)}/import", data=fields, headers=headers)


def test_the_page_tells_each_batch_as_it_goes(browser: FlaskClient, floor: Floor) -> None:
    answer = send(browser, floor, many(250) + "D1,甲,时间不对,昨天,,\n", "import", Accept="application/json")
    told = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert [(step["done"], step["fresh"], step["known"]) for step in told] == [(200, 200, 0), (251, 250, 0)]
    assert told[0]["bad"] == []
    assert told[-1]["bad"][0] | {"why": ""} == {"line": 252, "id": "D1", "value": "昨天", "why": ""}
    assert len(all_questions()) == 250


def test_the_page_looks_through_a_file_first(browser: FlaskClient, floor: Floor) -> None:
    with nothing_changes():
        answer = send(browser, floor, FILE, "check", Accept="application/json")
    told = json.loads(answer.get_data(as_text=True))
    assert told["fresh"] == 3
    assert told["seen"] == importing.fingerprint(FILE.encode(), Given())
    assert told["preview"][0] == {
        "line": 2, "id": "A1", "title": "湖滨路路灯不亮", "body": "从十月起,\n整条路都是黑的。",
        "asked_at": 1793579400000, "unit": {"name": "水务局", "name_en": floor.city.water.name_en},
    }  # fmt: skip


def test_nothing_is_imported_that_was_not_looked_through(browser: FlaskClient, floor: Floor) -> None:
    at = f"/sessions/{live_code(floor)}/import"

    def post(**fields: object):  # type: ignore[no-untyped-def]
        sent = {"do": "import", "file": (BytesIO(FILE.encode()), "messages.csv")} | fields
        return browser.post(at, data=sent, headers={"Accept": "application/json"})

    seen = importing.fingerprint(FILE.encode(), Given())
    with nothing_changes():
        for fields in (
            {},
            {"seen": "x"},
            {"seen": seen, "order": "day_first"},
            {"seen": seen, "asked_on": "2026-11-01"},
        ):
            answer = post(**fields)
            assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "LOOK_FIRST")
        for fields in ({"order": "year_first"}, {"asked_on": "1999-12-31"}, {"asked_on": "0001-01-01"}):
            assert post(**fields).get_json()["error"]["code"] == "BAD_INPUT"
    assert post(seen=seen).status_code == 200
    assert len(all_questions()) == 3


def test_without_script_a_broken_import_is_told_as_it_is(browser: FlaskClient, floor: Floor) -> None:
    with unit_of_work() as uow:
        uow.db.add(Question(
            session_id=floor.session, number=300, receipt="x", text="占号", search_text="占号", asked_at=EIGHT,
        ))  # fmt: skip
    answer = send(browser, floor, many(450), "import", Accept="text/html")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "新增的 200 个问题已经保留" in page


def test_without_script_the_page_shows_the_summary(browser: FlaskClient, floor: Floor) -> None:
    page = send(browser, floor, BAD, "check", Accept="text/html").get_data(as_text=True)
    assert "B5" in page
    assert all_questions() == []
    send(browser, floor, BAD, "import", Accept="text/html")
    assert [one.external_id for one in all_questions()] == ["B1"]


def test_what_goes_wrong_underway_is_told(browser: FlaskClient, floor: Floor) -> None:
    do(preparation.go_live, floor.host, floor.session)
    floor.close()
    with nothing_changes():
        answer = send(browser, floor, FILE, "import", Accept="application/json")
    assert json.loads(answer.get_data(as_text=True))["refused"]["code"] == "SESSION_CLOSED"


@pytest.mark.parametrize(("content", "status"), [("", 400), ("id,title\n1,2\n", 200)])
def test_a_file_that_cannot_be_read_is_refused(browser: FlaskClient, floor: Floor, content: str, status: int) -> None:
    with nothing_changes():
        answer = send(browser, floor, content, "import", Accept="application/json")
    assert answer.status_code == status
    assert ("refused" if status == 200 else "error") in answer.get_json(force=True)


def test_the_page_is_for_the_crew(app: Flask, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "identify", lambda _db: floor.phone)
    visitor = app.test_client()
    assert visitor.get(f"/sessions/{live_code(floor)}/import").status_code == 302
    with nothing_changes():
        assert send(visitor, floor, FILE, "import", Accept="application/json").status_code == 401
    monkeypatch.setattr(registry, "identify", lambda _db: floor.host)
    with nothing_changes():
        assert send(app.test_client(), floor, FILE, "import", Accept="application/json").status_code == 403
