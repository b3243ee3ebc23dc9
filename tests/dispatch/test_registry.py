"""One registry, three doors: the same refusals, the same limits, and a repeated message does no harm."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from pydantic import AfterValidator, Field
from sqlalchemy import select

from inquiry.accounts.models import Device
from inquiry.core.db import reading
from inquiry.core.text import clean
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import UnitOfWork
from inquiry.permissions import VISITOR, Actor, Role, require
from tests.support.application import City, Say


class Note(registry.Message):
    text: Annotated[str, Field(min_length=2, max_length=10), AfterValidator(clean)]
    fail: bool = False


@pytest.fixture(autouse=True)
def a_command() -> Iterator[None]:
    """A command that leaves a row and refuses on demand."""

    @registry.command("tests.note", Note, limit="5/minute")
    def note(uow: UnitOfWork, actor: Actor, message: Note) -> dict[str, Any]:
        uow.db.add(Device(token=message.text, created_at=uow.now))
        uow.db.flush()
        require(actor, "accounts.add_unit")
        if message.fail:
            raise RuntimeError("secret detail")
        return {"text": message.text}

    yield
    del registry._endpoints["tests.note"]


def rows() -> int:
    with reading() as db:
        return len(db.scalars(select(Device.id)).all())


def test_a_message_is_carried_out_and_answered(city: City, say: Say) -> None:
    assert say(city.person(Role.ADMINISTRATOR), "tests.note", text="hello") == {"ok": True, "text": "hello"}
    assert rows() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "x"}, "text"),  # too short
        ({"text": "x" * 11}, "text"),  # too long
        ({}, "text"),  # missing
        ({"text": "fine", "more": 1}, "more"),  # unknown field
        ({"text": ["fine"]}, "text"),  # not text
        ({"text": b"fine\xff"}, "text"),  # binary
        ({"text": "fine", "client_id": "short"}, "client_id"),
        ({"text": "fine", "client_id": "with \0 inside"}, "client_id"),
        ({"text": "fine", "client_id": 12345678}, "client_id"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_happens(
    city: City, say: Say, changes: Callable[[], str], fields: dict[str, Any], field: str
) -> None:
    admin = city.person(Role.ADMINISTRATOR)
    before = changes()
    answer = say(admin, "tests.note", **fields)
    assert not answer["ok"]
    assert answer["error"]["code"] == "BAD_INPUT"
    assert list(answer["error"]["data"]["fields"]) == [field]
    assert changes() == before


def test_the_same_key_is_answered_the_same_and_done_once(city: City, say: Say) -> None:
    admin = city.person(Role.ADMINISTRATOR)
    first = say(admin, "tests.note", text="hello", client_id="key-number-1")
    again = say(admin, "tests.note", text="hello", client_id="key-number-1")
    other = say(admin, "tests.note", text="other", client_id="key-number-1")
    assert first == again == {"ok": True, "text": "hello"}
    assert other["error"]["code"] == "KEY_REUSED"
    assert rows() == 1


def test_a_key_belongs_to_one_person(city: City, say: Say) -> None:
    say(city.person(Role.ADMINISTRATOR), "tests.note", text="mine", client_id="key-number-1")
    theirs = say(
        city.person(Role.ADMINISTRATOR, another="second"), "tests.note", text="theirs", client_id="key-number-1"
    )
    assert theirs == {"ok": True, "text": "theirs"}


def test_a_refused_command_may_be_tried_again_with_its_key(city: City, say: Say, changes: Callable[[], str]) -> None:
    clerk = city.person(Role.CLERK)
    before = changes()
    for _time in range(2):
        assert say(clerk, "tests.note", text="hello", client_id="key-number-1")["error"]["code"] == "FORBIDDEN"
    assert changes() == before


def test_a_fault_of_ours_says_so_without_details(city: City, say: Say, changes: Callable[[], str]) -> None:
    admin = city.person(Role.ADMINISTRATOR)
    before = changes()
    answer = say(admin, "tests.note", text="hello", fail=True)
    assert answer["error"]["code"] == "BROKEN"
    assert "secret" not in str(answer)
    assert changes() == before


def test_limits_say_when_to_try_again(city: City, say: Say) -> None:
    admin = city.person(Role.ADMINISTRATOR)
    for n in range(5):
        assert say(admin, "tests.note", text=f"note {n}")["ok"]
    refused = say(admin, "tests.note", text="note 6")
    assert refused["error"]["code"] == "TOO_MANY"
    assert 1 <= refused["error"]["data"]["retry_after"] <= 60
    assert rows() == 5


def test_a_lost_acknowledgement_does_not_count_twice(city: City, say: Say) -> None:
    admin = city.person(Role.ADMINISTRATOR)
    for n in range(5):
        say(admin, "tests.note", text=f"note {n}", client_id=f"key-number-{n}")
    assert say(admin, "tests.note", text="note 4", client_id="key-number-4") == {"ok": True, "text": "note 4"}
    assert rows() == 5


def test_an_unknown_command_is_refused(city: City, say: Say) -> None:
    assert say(VISITOR, "questions.delete_everything")["error"]["code"] == "UNKNOWN_COMMAND"


# --- over HTTP -----------------------------------------------------------------------------------------------------


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_json_door_answers_with_the_status_of_the_refusal(http: FlaskClient) -> None:
    assert http.post("/api/tests.note", json={"text": "hello"}).status_code == 401
    assert http.post("/api/tests.note", json={"text": "x"}).status_code == 400
    assert http.post("/api/tests.nothing", json={}).status_code == 404
    assert http.post("/api/tests.note", json=[1]).status_code == 400
    assert http.post("/api/tests.note", data="{", content_type="application/json").status_code == 400
    assert http.post("/api/tests.note", data="text=hello").status_code == 400
    assert rows() == 0


def test_the_form_door_goes_back_and_never_elsewhere(http: FlaskClient) -> None:
    for wish, expected in [
        ("/pledges", "/pledges"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
    ]:
        answer = http.post("/do/tests.note", data={"text": "x", "next": wish})
        assert (answer.status_code, answer.headers["Location"]) == (303, expected)
    assert rows() == 0


def test_forms_need_their_token(app: Flask, http: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert http.post("/do/tests.note", data={"text": "hello"}).status_code == 400
    assert rows() == 0


def test_json_from_another_site_is_refused(http: FlaskClient) -> None:
    def status(origin: str) -> int:
        return http.post("/api/tests.note", json={"text": "hello"}, headers={"Origin": origin}).status_code

    assert status("https://elsewhere.example") == 400
    assert status("http://localhost") == 401
    assert rows() == 0


def test_what_is_wrong_is_said_in_words(say: Say) -> None:
    def fault(**fields: Any) -> str:
        answer = say(VISITOR, "tests.note", **fields)
        return str(next(iter(answer["error"]["data"]["fields"].values())))

    assert fault(text="x") == "至少需要 2 个字"
    assert fault() == "未填写"
    assert fault(text="ab", fail="perhaps") == "应为是或否"
    assert fault(text="a\x07b") == "含有控制字符"


def test_the_sentence_of_a_refusal_is_in_the_readers_language(http: FlaskClient) -> None:
    def sentence(language: str) -> str:
        refresh()  # the fixture's application context outlives the request, and with it Flask-Babel's choice
        answer = http.post("/api/tests.note", json={"text": "hello"}, headers={"Accept-Language": language})
        return str(answer.get_json()["error"]["message"])

    assert sentence("en-GB") == "Please sign in first."
    assert sentence("zh-CN,zh;q=0.9") == "请先登录。"
