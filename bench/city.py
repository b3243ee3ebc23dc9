"""The city the benchmark runs in: a session on air, questions to support, phones, and a host who may press.

Everything is done by the project's own commands, once; each run then gets a copy of the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from inquiry import create_app
from inquiry.accounts import devices, queries
from inquiry.accounts.commands import audience, people, sign_ins, units
from inquiry.accounts.models import UnitKind, User
from inquiry.core import clock
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.live.commands import preparation, rundown, slots
from inquiry.live.models import ItemKind, Session
from inquiry.migrations import upgrade
from inquiry.permissions import SYSTEM, Actor, Role
from inquiry.questions.commands import air, asking, moderation
from inquiry.settings import Settings

#: A device may support sixty times a minute, and one question once.
QUESTIONS = 60
PHONES = 1500
_SLOT_SECONDS = 7000
T = TypeVar("T")

_CREW = (Role.HOST, Role.PRODUCER, Role.MODERATOR, Role.CLERK)


@dataclass(frozen=True)
class City:
    """What the load generator has to know."""

    session: int
    questions: list[int]
    floor_rev: int
    host_cookie: str
    cookies: Path


def settle(environment: dict[str, str], folder: Path) -> City:
    """Settle the city in the empty database of an environment (`INQUIRY_…`); its phones' cookies lie in `folder`."""
    folder.mkdir(exist_ok=True)
    app = create_app(Settings.from_environment(environment | {"INQUIRY_ASYNC_MODE": "threading"}))
    engine = app.extensions["inquiry.engine"]
    upgrade(engine)
    try:
        with app.app_context():
            crew = _do(_hire)
            unit_id, session_id = _do(_plan, crew)
            asked = _do(_ask, session_id, unit_id)
            _do(_approve, crew[Role.MODERATOR], asked)
            floor_rev = _do(_go_on_air, crew[Role.HOST], session_id, unit_id, asked[0])
            cookies = folder / "phones"
            cookies.write_text("\n".join(_do(_hand_out_phones)) + "\n")
            host_cookie = _do(_sign_in, crew[Role.HOST])
        return City(session_id, asked[1:], floor_rev, host_cookie, cookies)
    finally:
        engine.dispose()


def _do(act: Callable[..., T], *details: object) -> T:
    with unit_of_work() as uow:
        return act(uow, *details)


def _hire(uow: UnitOfWork) -> dict[Role, Actor]:
    hashed = sign_ins.hash_password("a city for measuring", "")
    root = queries.person(
        uow.db, people.add_first_administrator(uow, SYSTEM, login="root", name="root", password_hash=hashed)
    )
    return {
        role: queries.person(
            uow.db,
            people.add_person(
                uow, root, login=role.value, name=role.value, title="", role=role, unit_id=None, password_hash=hashed
            ),
        )
        for role in _CREW
    } | {Role.ADMINISTRATOR: root}


def _plan(uow: UnitOfWork, crew: dict[Role, Actor]) -> tuple[int, int]:
    unit = units.add_unit(
        uow, crew[Role.ADMINISTRATOR], name="水务局", name_en="Water", kind=UnitKind.DEPARTMENT, parent_id=None, head=""
    )
    session = preparation.create_session(
        uow, crew[Role.PRODUCER], title="满城都在看的一晚", title_en="A full house",
        starts_at=uow.now + timedelta(minutes=1), planned_minutes=90, unit_ids=[unit.id],
    )  # fmt: skip
    preparation.open_intake(uow, crew[Role.PRODUCER], session.id)
    return unit.id, session.id


def _ask(uow: UnitOfWork, session_id: int, unit_id: int) -> list[int]:
    device, _token = audience.join_audience(uow)
    asker = Actor(Role.AUDIENCE, device_id=device.id)
    return [
        asking.ask_question(
            uow, asker, session_id,
            asking.word(f"第{number}条巷子一下雨就积水，孩子上学要蹚过去。请问什么时候能修好？由谁负责？"), unit_id,
        ).id
        for number in range(1, QUESTIONS + 2)
    ]  # fmt: skip


def _approve(uow: UnitOfWork, moderator: Actor, asked: list[int]) -> None:
    for question_id in asked:
        moderation.approve(uow, moderator, question_id, 0)


def _go_on_air(uow: UnitOfWork, host: Actor, session_id: int, unit_id: int, question_id: int) -> int:
    preparation.go_live(uow, host, session_id)
    for number in range(8):
        rundown.add_item(uow, host, session_id, kind=ItemKind.CLIP, title=f"短片{number}", planned_ms=60_000)
    air.put_on_air(uow, host, session_id, question_id, floor_rev(uow, session_id))
    slots.start_slot(
        uow, host, session_id, floor_rev(uow, session_id), unit_id=unit_id, speaker="水务局", seconds=_SLOT_SECONDS
    )
    return floor_rev(uow, session_id)


def floor_rev(uow: UnitOfWork, session_id: int) -> int:
    """What the host has seen, if it has seen everything."""
    uow.db.flush()
    return uow.db.scalars(select(Session.floor_rev).where(Session.id == session_id)).one()


def _hand_out_phones(uow: UnitOfWork) -> list[str]:
    return [f"{devices.COOKIE}={audience.join_audience(uow)[1]}" for _ in range(PHONES)]


def _sign_in(uow: UnitOfWork, host: Actor) -> str:
    assert host.user_id is not None
    kept = uow.db.get_one(User, host.user_id).password_hash
    _opened, token = sign_ins.sign_in(uow, host.user_id, kept, f"bench {clock.iso(uow.now)}")
    return f"{queries.SIGN_IN_COOKIE}={token}"
