"""A city of 104 units: whoever has to choose one finds it by its kind, on every page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.demo.city import PASSWORD
from inquiry.demo.content import NEXT_WEEK, UNITS
from inquiry.live.models import Session

#: So many lines are read at a glance.
MANY = 30
_GROUP = r"(?s)<optgroup.*?</optgroup>"


@pytest.fixture
def browser(copy: Flask) -> FlaskClient:
    return copy.test_client()


def sign_in(browser: FlaskClient, login: str) -> None:
    assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303


def selects(page: str) -> list[str]:
    return re.findall(r"(?s)<select.*?</select>", page)


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("staff", "/questions"), ("staff", "/pledges"), ("staff", "/board"), ("admin", "/admin/people"),
        ("admin", "/account/tokens"), ("producer", "/sessions/{code}/edit"), ("producer", "/sessions/new"),
    ],
)  # fmt: skip
def test_no_select_is_a_long_line(browser: FlaskClient, login: str, path: str) -> None:
    with reading() as db:
        code = db.scalar(select(Session.code).where(Session.title == NEXT_WEEK.title))
    sign_in(browser, login)
    answer = browser.get(path.format(code=code))
    assert answer.status_code == 200
    for offered in selects(answer.text):
        assert re.sub(_GROUP, "", offered).count("<option") < MANY
        assert all(group.count("<option") <= MANY for group in re.findall(_GROUP, offered))


def test_all_units_are_offered_under_their_kinds(browser: FlaskClient) -> None:
    offered = selects(browser.get("/questions").text)[0]
    assert offered.count("<option") == len(UNITS) + 1
    headings = re.findall(r'<optgroup label="(.*?)">', offered)
    assert headings[:4] == ["市", "区县", "部门", "汀南区人民政府下辖街道"]
    assert len(headings) == 3 + 13


def test_a_session_lists_its_streets_by_district(browser: FlaskClient) -> None:
    sign_in(browser, "producer")
    page = browser.get("/sessions/new").text
    assert len(re.findall(r'type="checkbox" name="units\[\]"', page)) == len(UNITS)
    folds = re.findall(r'<details class="fold(.*?)"( open)?>', page)
    assert [bool(is_open) for _kind, is_open in folds] == [True] * 3 + [False] * 13
