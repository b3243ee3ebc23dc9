"""People and units: signing in, being cut off, changing roles; after each refusal nothing changed."""

import contextlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient

from inquiry.accounts import hashing, queries, rules
from inquiry.accounts.commands import audience, people, sign_ins
from inquiry.accounts.refusals import WeakPassword
from inquiry.core.db import reading
from inquiry.dispatch import rate_limit, registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import TooMany
from inquiry.permissions import Actor, Role
from inquiry.trace import queries as trace
from tests.support.application import City, Say
from tests.support.people import CHEAP

PASSWORD = "a long enough sentence"

OFFICIAL = {"login": "official-2", "name": "O", "role": "official", "password": PASSWORD}


@pytest.fixture(autouse=True)
def hashed_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_hasher", CHEAP)


def add_person(city: City, login: str, role: Role, unit_id: int | None = None) -> int:
    hashed = sign_ins.hash_password(PASSWORD, login)
    with unit_of_work() as uow:
        admin = city.person(Role.ADMINISTRATOR)
        user = people.add_person(
            uow, admin, login=login, name=login, title="", role=role, unit_id=unit_id, password_hash=hashed
        )
    return user.id


def sign_in(http: FlaskClient, login: str, password: str = PASSWORD) -> int:
    return http.post("/sign-in", data={"login": login, "password": password}).status_code


def acting(app: Flask, http: FlaskClient) -> Actor:
    """Who the server takes this browser for."""
    cookies = {name: http.get_cookie(name) for name in ("sign_in", "device")}
    header = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items() if cookie)
    with app.test_request_context("/", headers={"Cookie": header}), reading() as db:
        return queries.identify(db)


# A password must be long, not contain the name, and not be one key held down.
@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "short"),
        ("123456789", "short"),
        ("host-host-host", "login"),
        ("HOST and more words", "login"),
        ("aaaaaaaaaaaaaa", "monotonous"),
        ("一二三四五六七八九十", None),
        ("a long enough sentence", None),
    ],
)
def test_passwords(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, "host") == fault


def test_a_weak_password_is_refused() -> None:
    with pytest.raises(WeakPassword) as refused:
        sign_ins.hash_password("short", "host")
    assert refused.value.data == {"fault": "short"}


def test_signing_in_and_out(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    assert acting(app, http).role is Role.VISITOR
    assert sign_in(http, "yulan", "wrong password") == 403
    assert acting(app, http).role is Role.VISITOR
    assert sign_in(http, "YULAN ") == 303
    assert acting(app, http).role is Role.CLERK
    token = http.get_cookie("sign_in")
    assert http.post("/sign-out").status_code == 303
    http.set_cookie("sign_in", token.value)
    assert acting(app, http).role is Role.VISITOR, "the token must be dead, not only forgotten"


def test_the_cookies_cannot_be_read_by_scripts(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    answer = http.post("/sign-in", data={"login": "yulan", "password": PASSWORD})
    joined = http.post("/join", data={"code": ""})
    for header in (answer.headers["Set-Cookie"], joined.headers["Set-Cookie"]):
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header


@pytest.mark.parametrize("login", ["\0", "yulan\0", "yu\nlan", "x" * 60_000])
def test_a_name_nobody_can_have_signs_nobody_in(app: Flask, city: City, login: str) -> None:
    add_person(city, "yulan", Role.CLERK)
    assert sign_in(app.test_client(), login) == 403


def test_guessing_is_slowed_down(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    statuses = [sign_in(http, "yulan", f"guess number {n}") for n in range(9)]
    assert statuses == [403] * 8 + [429]
    assert sign_in(http, "yulan") == 429


def test_a_stranger_elsewhere_cannot_lock_somebody_out(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    stranger = app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert [sign_in(stranger, "yulan", f"guess number {n}") for n in range(9)][-1] == 429
    assert sign_in(app.test_client(), "yulan") == 303


def test_a_sign_in_ends_by_itself(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    sign_in(http, "yulan")
    with time_machine.travel(datetime.now(UTC) + rules.SIGN_IN_LASTS - timedelta(minutes=1)):
        assert acting(app, http).role is Role.CLERK
    with time_machine.travel(datetime.now(UTC) + rules.SIGN_IN_LASTS + timedelta(minutes=1)):
        assert acting(app, http).role is Role.VISITOR


def test_a_new_role_holds_at_the_next_event_and_ends_the_sign_in(app: Flask, city: City, say: Say) -> None:
    user = add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    sign_in(http, "yulan")
    changed = say(city.person(Role.ADMINISTRATOR), "accounts.change_person", user=user, name="Yu", role="moderator")
    assert changed["ok"]
    assert acting(app, http).role is Role.VISITOR


def test_a_disabled_person_is_out_at_once(app: Flask, city: City, say: Say) -> None:
    user = add_person(city, "yulan", Role.CLERK)
    http = app.test_client()
    sign_in(http, "yulan")
    assert say(city.person(Role.ADMINISTRATOR), "accounts.disable_person", user=user)["ok"]
    assert acting(app, http).role is Role.VISITOR
    assert sign_in(app.test_client(), "yulan") == 403


def test_changing_the_password_ends_the_other_sign_ins(app: Flask, city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    here, elsewhere = app.test_client(), app.test_client()
    sign_in(here, "yulan")
    sign_in(elsewhere, "yulan")
    new = "another long sentence"
    refused = here.post("/api/accounts.change_password", json={"old": "not this one", "new": new})
    assert refused.get_json()["error"]["code"] == "WRONG_PASSWORD"
    assert here.post("/api/accounts.change_password", json={"old": PASSWORD, "new": new}).status_code == 200
    assert acting(app, here).role is Role.CLERK
    assert acting(app, elsewhere).role is Role.VISITOR
    assert sign_in(app.test_client(), "yulan", new) == 303


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        ("accounts.add_person", {"login": "host", "name": "H", "role": "host", "password": PASSWORD}, "LOGIN_TAKEN"),
        ("accounts.add_person", {"login": "o", "name": "O", "role": "official", "password": PASSWORD}, "BAD_INPUT"),
        ("accounts.add_person", OFFICIAL, "OFFICIAL_NEEDS_UNIT"),
        ("accounts.add_person", {"login": "aud", "name": "O", "role": "audience", "password": PASSWORD}, "NOT_FOUND"),
        ("accounts.add_person", {"login": "weak", "name": "O", "role": "host", "password": "weak"}, "WEAK_PASSWORD"),
        ("accounts.disable_person", {"user": 1}, "LAST_ADMINISTRATOR"),
        ("accounts.change_person", {"user": 1, "name": "A", "role": "host"}, "LAST_ADMINISTRATOR"),
        ("accounts.disable_person", {"user": 999}, "NOT_FOUND"),
        ("accounts.add_unit", {"name": "水务局", "kind": "department", "parent": 1}, "UNIT_NAME_TAKEN"),
        *(
            ("accounts.add_unit", {"name": alike, "kind": "department"}, "UNIT_NAME_TAKEN")
            for alike in ("⽔务局", "水 务 局", "水務局", "水\u200e务局", "水\u3000务局")
        ),
        ("accounts.add_unit", {"name": "新局", "name_en": "水务局", "kind": "department"}, "UNIT_NAME_TAKEN"),
        ("accounts.change_unit", {"unit": 2, "name": "水務局", "kind": "department"}, "UNIT_NAME_TAKEN"),
        ("accounts.add_unit", {"name": "新局", "kind": "department", "parent": 99}, "NOT_FOUND"),
        ("accounts.change_unit", {"unit": 2, "name": "沙洲区", "kind": "district", "parent": 3}, "UNIT_LOOP"),
        ("accounts.add_unit", {"name": "新局", "kind": "kingdom"}, "BAD_INPUT"),
        ("accounts.add_unit", {"name": "新\x07局", "kind": "department"}, "BAD_INPUT"),
        ("accounts.add_unit", {"name": "新局", "kind": "department", "parent": 2**63}, "BAD_INPUT"),
        ("accounts.change_person", {"user": 2, "name": "\u0000", "role": "host"}, "BAD_INPUT"),
        ("accounts.revoke_sign_in", {"sign_in": 2**63}, "BAD_INPUT"),
    ],
)  # fmt: skip
def test_refusals_change_nothing(
    city: City, say: Say, changes: Callable[[], str], command: str, fields: dict[str, object], code: str
) -> None:
    admin = city.person(Role.ADMINISTRATOR)
    assert admin.user_id == 1
    before = changes()
    answer = say(admin, command, **fields)
    assert answer["error"]["code"] == code
    assert changes() == before


def test_an_official_answers_for_what_lies_below_the_own_unit(city: City) -> None:
    official = city.official_of(city.district)
    assert official.unit_ids == {city.district.id, city.street.id}


def test_people_are_ids_in_the_trace(city: City) -> None:
    add_person(city, "yulan", Role.CLERK)
    with reading() as db:
        told = trace.since(db, "city", 0)
    assert told[-1].kind == "accounts.person_added"
    assert "yulan" not in str([(entry.payload, entry.about) for entry in told])


def test_a_forged_device_token_is_nobody(app: Flask) -> None:
    http = app.test_client()
    http.post("/join", data={"code": ""})
    assert acting(app, http).role is Role.AUDIENCE
    http.set_cookie("device", http.get_cookie("device").value[:-2] + "xx")
    assert acting(app, http).role is Role.VISITOR


@pytest.mark.usefixtures("app")
def test_every_door_of_accounts_is_registered() -> None:
    names = {endpoint.name for endpoint in registry.every() if endpoint.name.startswith("accounts.")}
    assert {"accounts.add_person", "accounts.change_password", "accounts.revoke_sign_in", "accounts.add_unit"} <= names


def test_a_hall_of_five_thousand_joins_at_once_and_whoever_finds_no_room_keeps_the_page(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=lambda: 1000.0))  # room comes with every 10 ms
    hall = "127.0.0.1"
    for _ in range(5000):
        audience.count_join(hall)
    http = app.test_client()
    assert http.post("/join", data={"code": "K7QF2M"}).headers["Location"] == "/s/K7QF2M"
    with contextlib.suppress(TooMany):
        while True:
            audience.count_join(hall)
    late = app.test_client().post("/join", data={"code": "K7QF2M"})
    assert (late.status_code, late.headers["Retry-After"]) == (429, "1")
    assert 'data-again="now"' in late.text
    assert 'value="K7QF2M"' in late.text
    assert "Set-Cookie" not in late.headers or "device=" not in late.headers["Set-Cookie"]
    assert http.post("/join", data={"code": "K7QF2M"}).status_code == 303, "who is in already needs no room"


def test_what_was_known_of_the_forms_before_signing_in_is_worth_nothing_afterwards(app: Flask, city: City) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    add_person(city, "yulan", Role.CLERK)
    http = app.test_client()

    def token(path: str) -> str:
        g.pop("csrf_token", None)  # the fixture's application context outlives the request
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', http.get(path).text)
        assert found
        return found[1]

    before = token("/sign-in")
    signed_in = http.post("/sign-in", data={"login": "yulan", "password": PASSWORD, "csrf_token": before})
    assert signed_in.status_code == 303
    assert http.post("/sign-out", data={"csrf_token": before}).status_code == 400
    within = token("/account")
    assert http.post("/sign-out", data={"csrf_token": within}).status_code == 303
    again = http.post("/sign-in", data={"login": "yulan", "password": PASSWORD, "csrf_token": within})
    assert (again.status_code, http.get_cookie("sign_in")) == (401, None)
