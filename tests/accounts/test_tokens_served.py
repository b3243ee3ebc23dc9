"""API tokens at the handshake of a socket: let in, kept to their session, and cut off when they end."""

import re
from datetime import timedelta
from typing import Any

import pytest
import socketio
from socketio.exceptions import ConnectionError as NotLetIn
from sqlalchemy import update

from inquiry.accounts.models import ApiToken
from inquiry.core import clock
from inquiry.core.db import connect as database
from tests.support.client import Connect
from tests.support.people import MakePerson, Person
from tests.support.processes import eventually
from tests.support.server import LOOP_OF, Server, SharedServer

pytestmark = [pytest.mark.live, pytest.mark.shared_server]


@pytest.fixture
def server(shared_server: SharedServer, database_kind: str) -> Server:
    return shared_server(database_kind, LOOP_OF[database_kind])


def session_of(producer: Person) -> int:
    fields = {"kind": "inquiry", "title": "夏夜问政", "starts_at": "2031-01-01T20:00", "planned_minutes": 60}
    return int(producer.call("live.create_session", **fields)["session"])


def token_of(producer: Person, session: int) -> tuple[int, str]:
    """Its number and its secret, made by page."""
    fields = {"name": "导播台", "days": "1", "session": str(session), "commands[]": "read.staff"}
    page = producer.post_form("/account/tokens", "/account/tokens", fields)
    secret = re.search(r'class="secret">([^<]+)<', page.text)
    number = re.findall(r'id="token-(\d+)"', page.text)
    assert secret, page.text
    return int(number[0]), secret[1]


def test_a_socket_of_a_token_hears_its_session_until_it_is_revoked(
    server: Server, person: MakePerson, connect: Connect
) -> None:
    producer = person("producer")
    own, other = session_of(producer), session_of(producer)
    number, secret = token_of(producer, own)
    machine = connect(server.url, headers={"Authorization": f"Bearer {secret}"})
    page = connect(server.url, auth={"token": secret})
    for socket in (machine, page):
        assert socket.call("follow", {"session": own, "view": "staff"})["ok"]
        beyond = socket.call("follow", {"session": other, "view": "staff"})
        assert beyond["error"]["code"] == "BEYOND_TOKEN"
        assert socket.call("follow", {"session": other})["ok"], "what is public is for everybody"
        assert socket.call("live.open_intake", {"session": own})["error"]["code"] == "BEYOND_TOKEN"
    producer.call("accounts.revoke_token", token=number)
    for socket in (machine, page):
        socket.wait_for(lambda socket=socket: not socket.is_connected, seconds=6)
    for wrong in (secret, "inq_nobody", ""):
        with pytest.raises(NotLetIn):
            connect(server.url, auth={"token": wrong})
    heard: list[Any] = []
    stranger = socketio.Client(reconnection=False, handle_sigint=False)
    stranger.on("connect_error", heard.append)
    stranger.connect(server.url, auth={"token": "inq_nobody"}, transports=["websocket"], wait=False)
    eventually(lambda: heard)
    stranger.shutdown()
    assert heard[0]["data"]["code"] == "TOKEN_REFUSED"
    assert heard[0]["message"] == heard[0]["data"]["message"]


def test_a_socket_of_a_token_that_expires_is_cut_off_within_seconds(
    server: Server, person: MakePerson, connect: Connect
) -> None:
    producer = person("producer")
    number, secret = token_of(producer, session_of(producer))
    machine, other = connect(server.url, auth={"token": secret}), producer.socket()
    engine = database(server.environment["INQUIRY_DATABASE_URL"])
    with engine.execution_options(writes=True).begin() as connection:
        over = clock.now() - timedelta(seconds=1)
        connection.execute(update(ApiToken).where(ApiToken.id == number).values(expires_at=over))
    engine.dispose()
    machine.wait_for(lambda: not machine.is_connected, seconds=6)
    assert other.is_connected
