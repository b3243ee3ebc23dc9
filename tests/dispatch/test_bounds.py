"""What a message may be at all: found out at once, whatever it holds, and told in words that name nothing of ours."""

import re
import time
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, ValidationError

from inquiry.core import bounds, validation
from inquiry.dispatch import registry
from inquiry.permissions import VISITOR
from inquiry.web import sockets
from tests.support.application import Say

DATABASES = ("sqlite",)

LONG = "长" * (bounds.LONGEST_TEXT + 1)
BEYOND = [
    ("", ["a list"]),
    ("", None),
    ("", {f"field{n}": 1 for n in range(1900)}),
    ("", {"x" * 65: 1}),
    ("", {"\ud800": 1}),
    ("text", {"text": LONG}),
    ("text", {"text": "half \ud800 a character"}),
    ("seen", {"seen": 2**53}),
    ("seen", {"seen": -(10**99)}),
    ("seen", {"seen": float("nan")}),
    ("seen", {"seen": float("-inf")}),
    ("ids", {"ids": [1] * 1001}),
    ("settle", {"settle": [{}] * 20_000}),
    ("settle", {"settle": [{f"field{n}": 1 for n in range(41)}]}),
    ("a", {"a": {"b": {"c": {"d": {}}}}}),
    ("a", {"a": [[[[1]]]]}),
    ("many", {"many": [[1] * 900] * 8}),
]


@pytest.mark.parametrize(("field", "message"), BEYOND)
def test_what_is_beyond_any_message_is_told_by_its_field(app: Flask, field: str, message: Any) -> None:
    began = time.thread_time()
    found = bounds.fault(message)
    assert time.thread_time() - began < 0.1
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize("message", [
    {}, {"text": "好" * bounds.LONGEST_TEXT, "seen": 2**53 - 1, "unit": None, "yes": True, "part": 0.5},
    {"settle": [{"question": n, "do": "hand", "unit": 3, "to_session": None} for n in range(1000)]},
    {f"field{n}": "" for n in range(40)},
])  # fmt: skip
def test_what_is_within_is_left_to_the_schema(app: Flask, message: Any) -> None:
    assert bounds.fault(message) is None


@pytest.mark.parametrize("name", ["questions.ask", "responses.close_session", "live.rows", "accounts.find_units"])
@pytest.mark.parametrize("message", [message for _field, message in BEYOND if isinstance(message, dict)])
def test_no_refusal_is_larger_than_a_page_of_text(say: Say, name: str, message: dict[str, Any]) -> None:
    answer = say(VISITOR, name, **message)
    assert answer["error"]["code"] == "BAD_INPUT"
    assert len(str(answer)) < 1500


def test_only_the_first_faults_are_told(say: Say) -> None:
    answer = say(VISITOR, "responses.close_session", **{f"field{n}": 1 for n in range(30)})
    assert len(answer["error"]["data"]["fields"]) == validation.MOST_FAULTS


def test_a_list_ends_at_its_first_fault(say: Say) -> None:
    answer = say(VISITOR, "responses.close_session", session=1, seen=0, settle=[{}] * 900)
    assert set(answer["error"]["data"]["fields"]) <= {"settle.0.question", "settle.0.do"}


# --- no word of ours gets out ---------------------------------------------------------------------------------------

#: One bad value of each type, among them what only a plain form or a strange machine would send.
BAD = [
    None, True, False, 0, -1, 7, 2**53 - 1, 1.5, "", " ", "x", "1", "true", "x" * 4000, "\u202e", "\0", "a\u200bb",
    "2026-12-31", "2026-13-45", "2026-12-31T25:61", "0001-01-01T00:00", "https://", "javascript:alert(1)", "http://[",
    "public", "unit:9", [], [None], [{}], [[]], ["x"], ["12 defer"], {}, {"a": {}}, {"a": "x"}, b"bytes",
]  # fmt: skip
HAN = re.compile("[\u4e00-\u9fff]")
#: What only the inside of a program is called.
OURS = re.compile(
    r"0x[0-9a-f]{4}|<|function|object at|lambda|pydantic|inquiry\.|Input should|Value error|Traceback|_id\b"
)


def schemas() -> Iterator[tuple[str, type[BaseModel]]]:
    yield "follow", sockets.Follow
    yield "leave", sockets.Leave
    yield from ((one.name, one.schema) for one in registry.every() if not one.name.startswith("tests."))


def names_in(schema: type[BaseModel]) -> set[str]:
    """The fields of a schema and of those inside it."""
    found = set(schema.model_fields)
    for field in schema.model_fields.values():
        for inside in typing.get_args(field.annotation):
            if isinstance(inside, type) and issubclass(inside, BaseModel):
                found |= names_in(inside)
    return found


def test_no_refusal_of_any_field_names_anything_of_python(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every field of every message with every bad value: paths are made of its own names, sentences are in Chinese."""
    monkeypatch.setattr(validation, "MOST_FAULTS", 1000)
    told = 0
    with app.test_request_context("/"):
        for name, schema in schemas():
            known = names_in(schema) | {"a", "x"}
            for field in schema.model_fields:
                for bad in BAD:
                    try:
                        schema.model_validate({field: bad})
                    except ValidationError as error:
                        for path, sentence in validation.by_field(error).items():
                            told += 1
                            parts = [part for part in path.split(".") if not part.isdigit()]
                            assert set(parts) <= known | {"", "[key]"}, f"{name}: {path}"
                            assert HAN.search(sentence), f"{name}: {path}: {sentence}"
                            assert not OURS.search(sentence), f"{name}: {path}: {sentence}"
    assert told > 5000


# --- by HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_body_larger_than_any_message_is_not_read(http: FlaskClient) -> None:
    large = {f"field{n}": "x" for n in range(30_000)}
    assert http.post("/api/questions.ask", json=large).status_code == 413
    assert http.post("/do/questions.ask", data=large).status_code == 413
    assert http.post("/sign-in", data={"login": "x" * 70_000}).status_code == 413


def test_a_form_of_very_many_fields_is_not_taken_apart(http: FlaskClient) -> None:
    body = "&".join(["a"] * 20_000)
    assert (
        http.post("/do/questions.ask", data=body, content_type="application/x-www-form-urlencoded").status_code == 413
    )


@pytest.mark.parametrize("body", [
    '{"session":1,"session":2,"text":"x"}', '{"session":NaN}', '{"session":' + "9" * 5000 + "}", "[" * 9000, "{", "",
    b"\xff\xfe",
])  # fmt: skip
def test_what_is_no_json_is_refused_in_a_sentence(http: FlaskClient, body: str | bytes) -> None:
    answer = http.post("/api/questions.ask", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_INPUT")
    assert HAN.search(answer.get_json()["error"]["data"]["fields"][""])
