"""API tokens: what a machine may do with one, where, and until when; never more than whoever made it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from inquiry import cli
from inquiry.accounts import queries
from inquiry.accounts.commands import people
from inquiry.accounts.commands import tokens as account_tokens
from inquiry.accounts.models import ApiToken
from inquiry.core.db import Base, engine, reading
from inquiry.dispatch import reach, registry
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live import queries as live
from inquiry.live.commands import preparation, rundown, slots
from inquiry.live.models import ItemKind, Session, SessionKind
from inquiry.permissions import PERMISSIONS, Actor, Grant, Role, Scope, allows
from inquiry.questions.commands import air, asking
from inquiry.trace.models import Entry
from tests.support.application import City

FLOOR = ["live.end_slot", "live.pause_slot", "live.resume_slot", "questions.take_item", "live.press_unseen"]

Make = Callable[..., str]
Send = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def evening(city: City) -> Session:
    return on_air(city)


def on_air(city: City) -> Session:
    """A session on air, with a slot that runs."""
    host = city.person(Role.HOST)
    with unit_of_work() as uow:
        session = preparation.create_session(
            uow, host, kind=SessionKind.INQUIRY, title="夏夜问政", title_en="", theme="", theme_en="",
            starts_at=datetime.now(UTC), planned_minutes=60, unit_ids=[city.water.id],
        )  # fmt: skip
        item = rundown.add_item(
            uow, host, session.id, kind=ItemKind.SLOT, title="答复", title_en="", planned_ms=60_000,
            unit_id=city.water.id, question_id=None, position=None,
        )  # fmt: skip
        preparation.go_live(uow, host, session.id)
        air.take_item(uow, host, session.id, item.id, 0)
        slots.start_slot(uow, host, session.id, 1, unit_id=city.water.id, speaker="发言人", seconds=60)
    with reading() as db:
        return live.session(db, session.id)


@pytest.fixture
def make(city: City) -> Make:
    def new(role: Role = Role.HOST, /, **told: Any) -> str:
        """The secret of a token."""
        owner = city.person(role)
        fields = {"name": "按钮", "commands": FLOOR, "session_id": None, "unit_id": None, "days": 1} | told
        with unit_of_work() as uow:
            _token, secret = account_tokens.make_token(uow, owner, owner, **fields)
        return secret

    return new


@pytest.fixture
def send(app: Flask) -> Send:
    def post(secret: str, name: str, /, **fields: Any) -> tuple[int, dict[str, Any]]:
        answer = app.test_client().post(f"/api/{name}", json=fields, headers={"Authorization": f"Bearer {secret}"})
        told = answer.get_json()
        return answer.status_code, told if told["ok"] else told["error"]

    return post


def code(answer: tuple[int, dict[str, Any]]) -> str:
    return str(answer[1].get("code"))


def test_a_button_presses_without_looking(make: Make, send: Send, evening: Session) -> None:
    secret = make(session_id=evening.id)
    status, told = send(secret, "live.pause_slot", session=evening.id)
    assert (status, told["floor_rev"]) == (200, evening.floor_rev + 1)
    status, told = send(secret, "live.resume_slot", session=evening.id, seen=evening.floor_rev + 1)
    assert (status, told["floor_rev"]) == (200, evening.floor_rev + 2)
    assert code(send(secret, "live.pause_slot", session=evening.id, seen=0)) == "STALE"
    with reading() as db:
        paused = db.scalars(select(Entry).where(Entry.kind == "live.slot_paused")).one()
        [token] = queries.tokens(db, datetime.now(UTC))
    assert paused.payload["token"] == token.id
    assert paused.actor_role == "host"


def test_a_person_has_to_look(app: Flask, city: City, evening: Session, send: Send, make: Make) -> None:
    with app.test_request_context("/"), reading() as db:
        message = registry.parse(registry._endpoints["live.pause_slot"].schema, {"session": evening.id})
        with pytest.raises(Exception, match="BAD_INPUT"):
            reach.check(db, city.person(Role.HOST), "live.pause_slot", True, message)
    blind = make(session_id=evening.id, commands=["live.pause_slot"])
    assert code(send(blind, "live.pause_slot", session=evening.id)) == "BEYOND_TOKEN"
    assert send(blind, "live.pause_slot", session=evening.id, seen=evening.floor_rev)[0] == 200


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("live.end_slot", {"session": "other"}),
        ("questions.take_item", {"session": "own", "item": "other"}),
        ("live.start_slot", {"session": "own", "seen": 2, "unit": 1, "speaker": "某", "seconds": 60}),
        ("live.go_live", {"session": "own"}),
        ("questions.find", {"session": "own", "list": "waiting"}),
        (
            "live.next_page",
            {"session": "other", "view": "staff", "of": "question", "window": "x", "after": 0, "most": 9},
        ),
        ("live.rows", {"session": "own", "view": "staff", "of": "question", "ids": [1]}),
        ("accounts.add_person", {"login": "evil", "name": "E", "role": "administrator", "password": "x" * 12}),
        ("accounts.change_password", {"old": "x", "new": "y"}),
        ("accounts.revoke_token", {"token": 1}),
        ("accounts.revoke_sign_in", {"sign_in": 1}),
        ("responses.close_session", {"session": "own", "seen": 2}),
    ],
)
def test_what_lies_beyond_a_token_is_refused_and_changes_nothing(
    city: City, make: Make, send: Send, evening: Session, changes: Callable[[], str], name: str, fields: dict[str, Any]
) -> None:
    other = on_air(city)
    with reading() as db:
        items = {"own": live.rundown(db, evening.id)[0].id, "other": live.rundown(db, other.id)[0].id}
    places = {"session": {"own": evening.id, "other": other.id}, "item": items}
    sent = {key: places[key][value] if key in places else value for key, value in fields.items()}
    secret = make(Role.ADMINISTRATOR, session_id=evening.id)
    before = changes()
    status, told = send(secret, name, **sent)
    assert (status, told["code"]) == (403, "BEYOND_TOKEN")
    assert changes() == before


def test_a_token_for_reading_reads_its_session(app: Flask, city: City, make: Make, evening: Session) -> None:
    other = on_air(city)
    secret = make(Role.PRODUCER, session_id=evening.id, commands=["read.staff"])
    http = app.test_client()
    shown = {"Authorization": f"Bearer {secret}"}
    assert http.get(f"/live/{evening.id}/snapshot/staff", headers=shown).status_code == 200
    assert http.get(f"/live/{other.id}/snapshot/staff", headers=shown).status_code in (401, 403)
    for session, status in ((evening, 200), (other, 403)):
        sent = {"session": session.id, "list": "waiting"}
        assert http.post("/api/questions.find", json=sent, headers=shown).status_code == status
    assert http.post("/api/accounts.find_units", json={}, headers=shown).status_code == 200, "that is public"


def test_a_token_of_a_unit_reaches_what_lies_below_it(city: City) -> None:
    grant = Grant(1, frozenset({"responses.answer_in_writing"}), unit_ids=frozenset({5, 6}))
    official = Actor(Role.OFFICIAL, 1, unit_ids=frozenset({5, 6, 7}), grant=grant)
    allowed = [unit for unit in (5, 6, 7, 8) if allows(official, "responses.answer_in_writing", Scope(unit_id=unit))]
    assert allowed == [5, 6]
    assert not allows(official, "pledges.confirm_pledge", Scope(unit_id=5))


def test_a_token_of_a_unit_answers_for_that_unit_alone(
    app: Flask, city: City, make: Make, send: Send, evening: Session
) -> None:
    phone = city.phone()
    with unit_of_work() as uow:
        preparation.open_intake(uow, city.person(Role.HOST), evening.id)
        asked = asking.ask_question(uow, phone, evening.id, asking.word("城管局什么时候修路灯？"), None, "")
        asked.unit_id = city.water.id
    secret = make(
        Role.OFFICIAL, unit_id=city.city_management.id, commands=["responses.answer_in_writing", "pledges.claim_done"]
    )
    sent = {"question": asked.id, "kind": "acknowledgement", "text": "已收到。"}
    assert code(send(secret, "responses.answer_in_writing", **sent)) == "BEYOND_TOKEN"
    with unit_of_work() as uow:
        uow.lock(type(asked), asked.id).unit_id = city.city_management.id
    assert code(send(secret, "responses.answer_in_writing", **sent)) == "NOT_HANDED", "allowed, but not due"
    assert code(send(secret, "responses.answer_in_writing", **sent | {"question": 999})) == "BEYOND_TOKEN"


@pytest.mark.parametrize(
    ("role", "told", "refusal"),
    [
        (Role.HOST, {"session_id": None}, "TOKEN_UNBOUNDED"),
        (Role.HOST, {"unit_id": 1}, "TOKEN_UNBOUNDED"),
        (Role.HOST, {"days": 0}, "EXPIRY_OUT_OF_RANGE"),
        (Role.HOST, {"days": 401}, "EXPIRY_OUT_OF_RANGE"),
        (Role.HOST, {"commands": []}, "NOT_FOR_TOKENS"),
        (Role.HOST, {"commands": ["accounts.add_person"]}, "NOT_FOR_TOKENS"),
        (Role.HOST, {"commands": ["responses.close_session"]}, "NOT_FOR_TOKENS"),
        (Role.HOST, {"commands": ["questions.approve"]}, "NOT_FOR_TOKENS"),
        (Role.CLERK, {"commands": ["live.end_slot"]}, "NOT_FOR_TOKENS"),
        (Role.STAFF, {"session_id": None, "unit_id": 1, "commands": ["read.staff"]}, "NOT_FOR_TOKENS"),
        (Role.STAFF, {"session_id": None, "unit_id": 999, "commands": ["pledges.report_progress"]}, "NOT_FOUND"),
    ],
)
def test_a_token_that_cannot_be(
    city: City, make: Make, evening: Session, changes: Callable[[], str], role: Role, told: dict[str, Any], refusal: str
) -> None:
    before = changes()
    with pytest.raises(Exception, match=refusal):
        make(role, **{"session_id": evening.id} | told)
    assert changes() == before


def test_a_person_has_so_many_tokens_and_no_more(city: City, make: Make, evening: Session) -> None:
    for _ in range(account_tokens.MOST_TOKENS):
        make(session_id=evening.id)
    with pytest.raises(Exception, match="TOO_MANY_TOKENS"):
        make(session_id=evening.id)


def test_a_token_that_ended_is_refused(app: Flask, city: City, make: Make, send: Send, evening: Session) -> None:
    secret = make(session_id=evening.id)
    assert code(send("inq_" + "x" * 43, "live.end_slot", session=evening.id)) == "TOKEN_REFUSED"
    assert code(send("", "live.end_slot", session=evening.id)) == "TOKEN_REFUSED"
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        assert send(secret, "live.pause_slot", session=evening.id)[0] == 401
    admin = city.person(Role.ADMINISTRATOR)
    with reading() as db:
        [token] = queries.tokens(db, datetime.now(UTC))
    with unit_of_work() as uow:
        account_tokens.revoke_token(uow, admin, token.id)
    assert send(secret, "live.pause_slot", session=evening.id)[0] == 401


def reset(uow: Any, admin: Actor, user: int) -> None:
    people.reset_password(uow, admin, user, "a hash")


def move(uow: Any, admin: Actor, user: int) -> None:
    people.change_person(uow, admin, user, name="H", title="", role=Role.CLERK, unit_id=None)


@pytest.mark.parametrize("change", [reset, people.disable_person, move])
def test_a_token_ends_with_what_its_maker_was(
    city: City, make: Make, send: Send, evening: Session, change: Callable[..., Any]
) -> None:
    secret = make(session_id=evening.id)
    with unit_of_work() as uow:
        change(uow, city.person(Role.ADMINISTRATOR), city.person(Role.HOST).user_id)
    assert code(send(secret, "live.pause_slot", session=evening.id)) == "TOKEN_REFUSED"
    with reading() as db:
        assert "accounts.token_revoked" in set(db.scalars(select(Entry.kind)))


def test_the_secret_and_the_name_are_nowhere(city: City, make: Make, evening: Session) -> None:
    secret = make(session_id=evening.id, name="一个很特别的名字")
    with engine().connect() as connection:
        tables = [table.name for table in Base.metadata.sorted_tables]
        rows = {
            name: str([tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))])  # noqa: S608
            for name in tables
        }
    assert not [name for name, kept in rows.items() if secret in kept or secret.removeprefix("inq_") in kept]
    assert [name for name, kept in rows.items() if "一个很特别的名字" in kept] == ["api_tokens"]


def test_a_token_keeps_to_its_pace_and_takes_nobody_elses(
    app: Flask, city: City, make: Make, send: Send, evening: Session
) -> None:
    first, second = (make(session_id=evening.id) for _ in range(2))
    answers = [send(first, "live.pause_slot", session=evening.id) for _ in range(200)]
    assert 20 <= next(n for n, one in enumerate(answers) if code(one) == "TOO_MANY") < 200
    assert code(send(second, "live.pause_slot", session=evening.id)) == "SLOT_PAUSED"


def test_a_token_is_no_sign_in_for_pages(app: Flask, city: City, make: Make, evening: Session) -> None:
    secret = make(Role.ADMINISTRATOR, session_id=evening.id)
    answer = app.test_client().get("/admin/people", headers={"Authorization": f"Bearer {secret}"})
    assert answer.location == "/sign-in?next=/admin/people"
    assert app.test_client().get("/", headers={"Authorization": "Bearer nonsense"}).status_code == 200


def test_every_thing_a_token_may_do_is_in_the_table_and_has_words(app: Flask) -> None:
    from inquiry.core.labels import label

    assert set(account_tokens.FOR_TOKENS) <= set(PERMISSIONS)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert not [one for one in account_tokens.FOR_TOKENS if label(one, "token_command") == one]
    assert not [one for one in account_tokens.FOR_TOKENS if one.startswith("accounts.")]


def test_by_page_it_is_told_once_and_revoked(app: Flask, city: City, evening: Session) -> None:
    from tests.accounts.test_one_time_passwords import administrator, told

    http = administrator(app, city)
    form = {"name": "七号按钮", "days": "1", "session": str(evening.id), "unit": "", "commands[]": FLOOR}
    answer = http.post("/account/tokens", data=form)
    secret = told(answer.text)
    assert secret.startswith("inq_")
    assert 'class="secret"' not in (again := http.get("/account/tokens").text)
    assert "七号按钮" in again
    with reading() as db:
        [token] = db.scalars(select(ApiToken))
    refused = http.post("/account/tokens", data=form | {"session": "999", "back": "/account/tokens"})
    assert refused.status_code == 404
    assert 'class="secret"' not in refused.text
    assert (
        http.post("/do/accounts.revoke_token", data={"token": token.id, "next": "/account/tokens"}).status_code == 303
    )
    assert "七号按钮" not in http.get("/account/tokens").text


def test_by_the_command_line(
    app: Flask, city: City, send: Send, evening: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_app", lambda: app)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.cli, ["tokens", *words])
        return done.exit_code, done.output

    may = ["--command", "live.pause_slot", "--command", "live.press_unseen"]
    status, said = run("make", "host", "--name", "按钮", "--session", evening.code, *may)
    assert status == 0, said
    secret = said.splitlines()[-1]
    assert send(secret, "live.pause_slot", session=evening.id)[0] == 200
    number = run("list")[1].split("\t")[0]
    assert run("revoke", number)[0] == 0
    assert send(secret, "live.pause_slot", session=evening.id)[0] == 401
    assert run("make", "host", "--name", "x", *may)[0] == 2
    assert run("make", "nobody", "--name", "x", "--session", evening.code, *may)[0] == 2
    assert run("revoke", "999")[0] == 2
