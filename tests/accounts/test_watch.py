"""A sign-in that ends by itself takes its open sockets with it, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from inquiry.accounts import queries, rules
from inquiry.accounts.models import SignIn, User
from inquiry.accounts.rules import sign_in_room, sign_ins_in
from inquiry.core import clock
from inquiry.core.db import connect, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.permissions import Role
from tests.support.application import City
from tests.support.people import MakePerson
from tests.support.server import Server


def test_only_the_rooms_of_sign_ins_count() -> None:
    rooms = [sign_in_room(7), "session:7:public@staff", sign_in_room(12), "abcdef"]
    assert sign_ins_in(rooms) == {7, 12}


def test_what_expired_was_revoked_or_never_existed_has_ended(city: City) -> None:
    person = city.person(Role.CLERK)
    now = clock.now()
    with unit_of_work() as uow:
        made = [
            SignIn(user_id=person.user_id, token_hash=f"{number}", created_at=now, expires_at=rules.expires_at(now))
            for number in range(4)
        ]
        uow.db.add_all(made)
        made[1].expires_at = now
        made[2].revoked_at = now - timedelta(seconds=1)
    open_one, expired, revoked, last = (one.id for one in made)
    with reading() as db:
        assert queries.ended(db, {open_one, expired, revoked, 999}, now) == {expired, revoked, 999}
        assert queries.ended(db, {last}, rules.expires_at(now)) == {last}


@pytest.mark.live
def test_a_sign_in_that_expires_is_cut_off_within_seconds(person: MakePerson, server: Server) -> None:
    desk, other = person("moderator").socket(), person("host").socket()
    engine = connect(server.environment["INQUIRY_DATABASE_URL"])
    of_moderator = select(User.id).where(User.login == "moderator").scalar_subquery()
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(SignIn).where(SignIn.user_id == of_moderator).values(expires_at=clock.now()))
    engine.dispose()
    desk.wait_for(lambda: not desk.is_connected, seconds=6)
    assert other.is_connected
    assert other.call("time", {})["ok"]
