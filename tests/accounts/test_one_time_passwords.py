"""A password that somebody else gave: told once, changed at the first sign-in, and good for nothing else."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from inquiry import cli
from inquiry.accounts import queries, rules
from inquiry.accounts.commands import people, sign_ins
from inquiry.accounts.models import SignIn, User
from inquiry.core.db import engine, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Role
from inquiry.trace.models import Entry
from tests.accounts.test_accounts import PASSWORD, acting, add_person, hashed_quickly, sign_in
from tests.support.application import City, Say

__all__ = ["hashed_quickly"]

OWN = "a password of my own choice"
GIVEN = "given by another 1"


def user_of(login: str) -> User:
    with reading() as db:
        user = queries.account(db, login)
    assert user is not None
    return user


def administrator(app: Flask, city: City) -> FlaskClient:
    hashed = sign_ins.hash_password(PASSWORD, "")
    with unit_of_work() as uow:
        uow.lock(User, city.person(Role.ADMINISTRATOR).user_id or 0).password_hash = hashed
    http = app.test_client()
    assert sign_in(http, "administrator") == 303
    return http


def told(page: str) -> str:
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found, page
    return found[1]


def kinds() -> list[str]:
    with reading() as db:
        return list(db.scalars(select(Entry.kind).where(Entry.stream == "city").order_by(Entry.seq)))


def everything_kept() -> str:
    """All rows of all tables, as text."""
    from inquiry.core.db import Base

    with engine().connect() as connection:
        tables = [table.name for table in Base.metadata.sorted_tables]
        return str([tuple(row) for name in tables for row in connection.execute(text(f"SELECT * FROM {name}"))])  # noqa: S608


def test_a_one_time_password_is_fit_to_be_read_out() -> None:
    made = {rules.one_time_password() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert re.fullmatch(r"([a-z2-9]{4}-){2}[a-z2-9]{4}", one)
        assert rules.password_fault(one, "host") is None


def test_a_person_is_added_told_once_and_has_to_choose_a_password(app: Flask, city: City) -> None:
    admin = administrator(app, city)
    answer = admin.post("/admin/people", data={"login": "Yulan", "name": "Y", "role": "clerk", "unit": "", "title": ""})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = told(answer.text)
    assert password not in everything_kept()
    assert 'class="secret"' not in admin.get("/admin/people").text
    http = app.test_client()
    signed = http.post("/sign-in", data={"login": "yulan", "password": password, "next": "/board"})
    assert signed.location == "/account/password?next=/board"
    assert acting(app, http).role is Role.VISITOR
    assert acting(app, http).newcomer_id == user_of("yulan").id
    changed = http.post("/do/accounts.change_password", data={"old": password, "new": OWN, "next": "/board"})
    assert changed.location == "/board"
    assert acting(app, http).role is Role.CLERK
    assert sign_in(app.test_client(), "yulan", password) == 403
    assert sign_in(app.test_client(), "yulan", OWN) == 303
    assert http.get("/account/password").location == "/", "there is nothing to change any more"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/unit", "/sign-in?next=/unit"),
        ("/account", "/account/password"),
        ("/account/tokens", "/account/password?next=/account/tokens"),
        ("/admin/people", "/account/password?next=/admin/people"),
        ("/admin/units", "/account/password?next=/admin/units"),
        ("/live/1/snapshot/staff", None),
        ("/", None),
    ],
)
def test_with_a_one_time_password_nothing_else_is_open(app: Flask, city: City, path: str, answer: str | None) -> None:
    http = newcomer(app, city)
    assert http.get(path).location == answer
    assert http.get(path).status_code in ((302, 303) if answer else (200 if path == "/" else 403,))


def newcomer(app: Flask, city: City) -> FlaskClient:
    """Signed in with a one-time password, as an administrator to be."""
    user, given = add_person(city, "yulan", Role.ADMINISTRATOR), sign_ins.hash_password(GIVEN, "")
    with unit_of_work() as uow:
        people.reset_password(uow, city.person(Role.ADMINISTRATOR), user, given)
    http = app.test_client()
    assert sign_in(http, "yulan", GIVEN) == 303
    return http


def test_a_machine_is_told_why(app: Flask, city: City) -> None:
    http = newcomer(app, city)
    answer = http.post("/api/accounts.add_unit", json={"name": "新局", "kind": "department"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "PASSWORD_CHANGE_NEEDED")
    same = http.post("/api/accounts.change_password", json={"old": GIVEN, "new": GIVEN})
    assert same.get_json()["error"]["code"] == "SAME_PASSWORD"
    form = http.post("/do/accounts.add_unit", data={"name": "新局", "kind": "department", "next": "/admin/units"})
    assert form.location == "/account/password?next=/admin/units"
    assert http.post("/sign-out").status_code == 303
    assert acting(app, http).newcomer_id is None


def test_a_one_time_password_ends_by_itself(app: Flask, city: City) -> None:
    newcomer(app, city)
    with time_machine.travel(datetime.now(UTC) + rules.ONE_TIME_LASTS + timedelta(minutes=1)):
        late = app.test_client().post("/sign-in", data={"login": "yulan", "password": GIVEN})
        assert late.status_code == 403
        assert "一次性密码已过期" in late.text
        assert "一次性密码已过期" not in app.test_client().post("/sign-in", data={"login": "yulan"}).text


def test_a_reset_ends_what_was_open_and_is_in_the_trace_without_the_password(app: Flask, city: City) -> None:
    user = add_person(city, "yulan", Role.CLERK)
    open_one = app.test_client()
    sign_in(open_one, "yulan")
    admin = administrator(app, city)
    answer = admin.post(f"/admin/people/{user}/password")
    password = told(answer.text)
    assert acting(app, open_one).role is Role.VISITOR
    assert sign_in(app.test_client(), "yulan") == 403
    assert kinds()[-2:] == ["accounts.password_reset", "accounts.sign_in_revoked"]
    with reading() as db:
        entry = db.scalars(select(Entry).where(Entry.kind == "accounts.password_reset")).one()
        assert (entry.about, entry.payload, entry.actor_role) == ([f"user:{user}"], {}, "administrator")
    assert password not in everything_kept()
    assert admin.get(f"/admin/people/{user}/password").location == f"/admin/people#person-{user}"
    assert admin.post("/admin/people/999/password").status_code == 404


def test_a_closed_account_is_opened_again_with_its_password(app: Flask, city: City, say: Say) -> None:
    user = add_person(city, "yulan", Role.CLERK)
    admin = city.person(Role.ADMINISTRATOR)
    assert say(admin, "accounts.disable_person", user=user)["ok"]
    assert sign_in(app.test_client(), "yulan") == 403
    assert say(admin, "accounts.enable_person", user=user) == {"ok": True, "user": user}
    assert sign_in(app.test_client(), "yulan") == 303
    assert "accounts.person_enabled" in kinds()
    told_before = len(kinds())
    assert say(admin, "accounts.enable_person", user=user)["ok"]
    assert len(kinds()) == told_before, "it was open: nothing happened"


@pytest.mark.parametrize("command", ["accounts.reset_password", "accounts.enable_person"])
def test_only_an_administrator_may(city: City, say: Say, command: str) -> None:
    fields = {"password": PASSWORD} if command == "accounts.reset_password" else {}
    for role in (Role.HOST, Role.PRODUCER, Role.STAFF, Role.LEADER):
        assert say(city.person(role), command, user=1, **fields)["error"]["code"] == "FORBIDDEN"


def test_a_reset_while_the_old_password_is_being_checked_wins(app: Flask, city: City, say: Say) -> None:
    user = add_person(city, "yulan", Role.CLERK)
    checked = user_of("yulan").password_hash
    assert say(city.person(Role.ADMINISTRATOR), "accounts.reset_password", user=user, password=GIVEN)["ok"]
    with pytest.raises(Exception, match="WRONG_PASSWORD"), unit_of_work() as uow:
        sign_ins.sign_in(uow, user, checked, "too late")
    with reading() as db:
        assert db.scalars(select(SignIn).where(SignIn.user_id == user)).all() == []


def test_what_is_kept_of_a_press_says_nothing_of_its_password(app: Flask, city: City, say: Say) -> None:
    """Its digest is quick to reckon: of a message with the password in it one could try all passwords at home."""
    for n, password in enumerate([GIVEN, "given by another 2"]):
        user = add_person(city, f"yulan{n}", Role.CLERK)
        sent = {"user": user, "password": password, "client_id": f"press-{n}-of-many"}
        assert say(city.person(Role.ADMINISTRATOR), "accounts.reset_password", **sent)["ok"]
    again = sent | {"password": "given by another 3"}
    assert say(city.person(Role.ADMINISTRATOR), "accounts.reset_password", **again)["ok"]
    assert json.dumps("given by another 3") not in everything_kept()


def test_blanks_belong_to_a_password(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    sign_in(http, "yulan")
    new = "  blanks at both ends  "
    assert http.post("/api/accounts.change_password", json={"old": PASSWORD, "new": new}).status_code == 200
    assert sign_in(app.test_client(), "yulan", new) == 303


def run(app: Flask, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.setattr(cli, "_app", lambda: app)
    done = CliRunner().invoke(cli.cli, list(words))
    return done.exit_code, done.output


def test_people_by_the_command_line(app: Flask, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said = run(app, monkeypatch, "users", "add", "yulan", "--role", "official", "--unit", "水务局")
    assert status == 0, said
    first = said.splitlines()[-1]
    assert sign_in(app.test_client(), "yulan", first) == 303
    status, said = run(app, monkeypatch, "users", "reset", "YULAN")
    second = said.splitlines()[-1]
    assert (status, first != second) == (0, True)
    assert sign_in(app.test_client(), "yulan", first) == 403
    assert sign_in(app.test_client(), "yulan", second) == 303
    assert run(app, monkeypatch, "users", "disable", "yulan")[0] == 0
    assert "yulan\tofficial\t水务局\tclosed" in run(app, monkeypatch, "users", "list")[1]
    assert run(app, monkeypatch, "users", "enable", "yulan")[0] == 0
    assert "yulan\tofficial\t水务局\tone-time password" in run(app, monkeypatch, "users", "list")[1]
    assert kinds().count("accounts.password_reset") == 1
    with reading() as db:
        by = set(db.scalars(select(Entry.actor_role).where(Entry.kind == "accounts.password_reset")))
    assert by == {"system"}


@pytest.mark.parametrize(
    "words",
    [
        ("users", "reset", "nobody"),
        ("users", "disable", "nobody"),
        ("users", "disable", "administrator"),
        ("users", "add", "host", "--role", "host"),
        ("users", "add", "yulan", "--role", "official"),
        ("users", "add", "yulan", "--role", "official", "--unit", "没有这个局"),
        ("users", "add", "!", "--role", "host"),
    ],
)
def test_what_cannot_be_done_on_the_command_line_says_so(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch, changes: object, words: tuple[str, ...]
) -> None:
    before = changes()  # type: ignore[operator]
    status, said = run(app, monkeypatch, *words)
    assert status == 2
    assert said.startswith("inquiry: ")
    assert "Traceback" not in said
    assert changes() == before  # type: ignore[operator]
