"""The guide leads to pages that are there, for people who may see them."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from inquiry.core.db import reading
from inquiry.demo import guide
from inquiry.demo.city import PASSWORD
from inquiry.demo.content import PEOPLE
from inquiry.live import queries
from tests.demo.conftest import Programme

BASE = "http://127.0.0.1:5000"


def shown(app: Flask, base_url: str = BASE) -> str:
    lines: list[str] = []
    guide.show(app, base_url, lines.append)
    return "\n".join(lines)


def test_it_names_everybody_and_the_password(programme: Programme) -> None:
    text = shown(programme.app)
    assert PASSWORD in text
    for person in PEOPLE:
        assert re.search(rf"^  {person.login} .*{person.name}", text, re.MULTILINE), person.login
    assert "never use them in production" in text


def test_every_address_opens_for_whoever_is_named_beside_it(copy: Flask) -> None:
    rows = re.findall(rf"^  .*{BASE}(/\S*)[ ]*(.*)$", shown(copy), re.MULTILINE)
    assert len(rows) > 15
    browsers = {"": copy.test_client()}
    for path, named in rows:
        for login in re.findall(r"[a-z]+2?(?=,|$)", named) or [""]:
            if login not in browsers:
                browsers[login] = copy.test_client()
                assert browsers[login].post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
            assert browsers[login].get(path, follow_redirects=True).status_code == 200, (path, login)


def test_columns_stand_under_each_other(programme: Programme) -> None:
    """Chinese characters take two columns of a terminal."""
    desks = shown(programme.app).split("当晚各席", 1)[1].split("\n\n", 1)[0]
    rows = desks.splitlines()[1:]
    places = {guide._width(line[: line.index(BASE)]) for line in rows}
    assert len(rows) == 5
    assert len(places) == 1


@pytest.mark.parametrize(
    ("hours", "says"), [(0, "has been live for"), (5, "5 hours"), (80, "3 days")], ids=["fresh", "hours", "days"]
)
def test_an_old_programme_says_so(programme: Programme, hours: int, says: str) -> None:
    with reading() as db:
        session = queries.session(db, programme.book.sessions["tonight"])
    age = guide._age(session, programme.now + timedelta(hours=hours))
    assert says in age
    assert ("make demo-reset" in age) == bool(hours)


def test_a_server_that_listens_everywhere_is_told_by_its_address(programme: Programme) -> None:
    text = shown(programme.app, "http://0.0.0.0:5000")
    assert "//0." not in text
    assert re.search(r"http://\d+\.\d+\.\d+\.\d+:5000/join/", text)
