"""Pages about units: who heads each and whom it is compared with, appointing and moving, and a city from a file."""

import re
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from inquiry.accounts import queries
from inquiry.accounts.commands.heads import appoint_head
from inquiry.accounts.commands.peer_groups import add_peer_group, set_peer_group
from inquiry.cli import cli
from inquiry.core import workbook
from inquiry.core.db import reading
from inquiry.dispatch import registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Actor, Role
from inquiry.trace import queries as trace
from tests.support.application import City
from tests.support.bad_tables import MOST_BYTES_OF_A_PART, unreadable
from tests.support.replay import nothing_changes
from tests.support.workbook import sheets_of

HEADER = "name,kind,parent,head,head_title,group\n"
FILE = f"{HEADER}东湖区,district,云汀市,赵某,区长,各区\n望湖街道,street,东湖区,,,\n"
BAD: dict[str, tuple[bytes, str]] = unreadable() | {
    "a unit twice": (f"{HEADER}甲局,department,,,,\n甲局,department,,,,\n".encode(), "stands further up, on line 2"),
    "a unit that looks like another": (f"{HEADER}水務局,department,,,,\n".encode(), "name of another unit: 水务局"),
    "an unknown unit above": (f"{HEADER}南湖区,district,云汀是,,,\n".encode(), "is 云汀市 meant?"),
    "under itself": (f"{HEADER}云汀市,city,沙洲区,,,\n".encode(), "the unit would stand under itself"),
    "no kind": (f"{HEADER}甲局,王国,,,,\n".encode(), "it is none of these"),
    "a title of nobody": (f"{HEADER}甲局,department,,,局长,\n".encode(), "please name the head too"),
    "a formula": (sheets_of({"单位": [["名称", "类别"], ["=", "部门"]]}), "its formula has no value"),
}


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(workbook, "MOST_BYTES_OF_A_PART", MOST_BYTES_OF_A_PART)
    with time_machine.travel("2026-11-05T10:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def browser(app: Flask, city: City, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    root = city.person(Role.ADMINISTRATOR)
    monkeypatch.setattr(registry, "identify", lambda _db: root)
    return app.test_client()


def told(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def send(browser: FlaskClient, content: str | bytes, what: str, **fields: str) -> str:
    data = content.encode() if isinstance(content, str) else content
    answer = browser.post(
        "/admin/units/import", data={"do": what, "file": (BytesIO(data), "f")} | fields,
        headers={"Accept": "text/html", "Accept-Language": "en"},
    )  # fmt: skip
    return answer.text


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


# --- one unit ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_who_heads_each_today_and_its_group(city: City, browser: FlaskClient) -> None:
    root = Actor(Role.ADMINISTRATOR)
    with unit_of_work() as uow:
        appoint_head(uow, root, city.water.id, "钱某", "局长", date(2026, 3, 1))
        appoint_head(uow, root, city.water.id, "孙某", "代局长", date(2026, 9, 1))
        old, new = (add_peer_group(uow, root, name, "").id for name in ("旧组", "新组"))
        set_peer_group(uow, root, city.water.id, old, date(2025, 1, 1))
        set_peer_group(uow, root, city.water.id, new, date(2027, 1, 1))
    row = next(line for line in browser.get("/admin/units").text.split("<tr") if "水务局" in line)
    assert re.search("孙某.*代局长.*旧组", told(row))
    page = told(browser.get(f"/admin/units/{city.water.id}").text)
    assert re.search("孙某 代局长 2026年9月1日 – 至今 钱某 局长 2026年3月1日 – 2026年9月1日", page)
    assert re.search("新组 2027年1月1日 – 至今 旧组 2025年1月1日 – 2027年1月1日", page)
    assert browser.get("/admin/units/999999").status_code == 404


def test_a_head_is_appointed_and_a_group_set_by_form(city: City, browser: FlaskClient) -> None:
    with unit_of_work() as uow:
        group = add_peer_group(uow, Actor(Role.ADMINISTRATOR), "各局", "").id
    here = f"/admin/units/{city.water.id}"
    for command, fields in (
        ("appoint_head", {"name": "孙某", "title": "局长", "from_day": "2026-10-01"}),
        ("set_peer_group", {"group": str(group), "from_day": "2026-01-01"}),
    ):
        answer = browser.post(f"/do/accounts.{command}", data={"unit": city.water.id, "next": here} | fields)
        assert answer.status_code == 303
    with reading() as db:
        head = queries.heads_on(db, [city.water.id], date(2026, 10, 1))[city.water.id]
        assert (head.name, head.title) == ("孙某", "局长")
        assert [one.id for one in queries.members(db, group, date(2026, 1, 1))] == [city.water.id]
        kinds = [entry.kind for entry in trace.since(db, "city", 0)][-2:]
    assert kinds == ["accounts.head_appointed", "accounts.peer_group_set"]


def test_who_changes_a_name_leaves_the_head(city: City, browser: FlaskClient) -> None:
    with unit_of_work() as uow:
        appoint_head(uow, Actor(Role.ADMINISTRATOR), city.water.id, "钱某", "局长", date(2026, 3, 1))
    fields = {"unit": city.water.id, "name": "水利局", "kind": "department", "parent": ""}
    assert browser.post("/do/accounts.change_unit", data=fields).status_code == 303
    with reading() as db:
        assert queries.unit(db, city.water.id).head == "钱某"


# --- a file -----------------------------------------------------------------------------------------------------------


def test_a_city_is_looked_through_and_then_taken_over(city: City, browser: FlaskClient) -> None:
    with nothing_changes():
        page = send(browser, FILE, "check", from_day="2025-01-01")
        assert "New 2 Changed 0 As they are 0 New peer groups 1 New peer groups: 各区" in told(page)
        assert "Please look through exactly this file first" in send(browser, FILE, "import", seen=seen_in(page))
    done = send(browser, FILE, "import", seen=seen_in(page), from_day="2025-01-01")
    assert "Added 2 Changed 0 As they are 0 New peer groups 1" in told(done)
    with reading() as db:
        of = {one.name: one.id for one in queries.peer_groups(db)}
        assert [unit.name for unit in queries.members(db, of["各区"], date(2025, 1, 1))] == ["东湖区"]
    with nothing_changes():
        send(browser, FILE, "import", seen=seen_in(page), from_day="2025-01-01")


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_used_is_refused_by_the_page(city: City, browser: FlaskClient, data: bytes, said: str) -> None:
    with nothing_changes():
        page = send(browser, data, "check")
        assert said in told(page)
        assert 'value="import"' not in page
        found = re.search(r'name="seen" value="(\w*)"', page)
        send(browser, data, "import", seen=found[1] if found else "")


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_used_is_refused_by_the_command(
    city: City, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes, said: str
) -> None:
    monkeypatch.setattr("inquiry.cli._app", lambda: app)
    file = tmp_path / "units"
    file.write_bytes(data)
    with nothing_changes():
        done = CliRunner().invoke(cli, ["units", "import", str(file)])
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_hundred_megabytes_of_units_are_refused_unread(
    city: City, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("inquiry.cli._app", lambda: app)
    file = tmp_path / "units"
    with file.open("wb") as large:
        large.truncate(100 * 1024 * 1024)
    done = CliRunner().invoke(cli, ["units", "import", str(file)])
    assert (done.exit_code, "it is larger than 20 MB" in done.output) == (2, True)


def test_the_pages_are_for_administrators(city: City, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = city.person(Role.STAFF)
    monkeypatch.setattr(registry, "identify", lambda _db: staff)
    http = app.test_client()
    for path in ("/admin/units", f"/admin/units/{city.water.id}", "/admin/units/import"):
        assert http.get(path).status_code == 403
    with nothing_changes():
        assert 'id="import"' not in send(http, FILE, "check")
