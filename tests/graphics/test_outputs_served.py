"""The sockets of outputs: let in by their token, kept to what is on air in their session, and cut off when it ends."""

import re

import pytest
import requests
from socketio.exceptions import ConnectionError as NotLetIn

from tests.accounts.test_tokens_served import server, session_of
from tests.support.client import Connect
from tests.support.people import MakePerson, Person
from tests.support.server import Server

__all__ = ["server"]

pytestmark = [pytest.mark.live, pytest.mark.shared_server]


def output_of(producer: Person, session: int) -> tuple[int, str]:
    """Its number and its token, made by page."""
    code = producer.http.get(f"{producer.url}/live/{session}/snapshot").json()["state"]["session"][str(session)]["code"]
    place = f"/sessions/{code}/outputs"
    page = producer.post_form(place, place, {"name": "主输出", "press": "make"}).text
    token = re.search(r"/output/(out_[^\"/]+)\"", page)
    assert token, page
    return max(map(int, re.findall(r'id="output-(\d+)"', page))), token[1]


def test_a_socket_of_an_output_hears_what_is_on_air_until_it_is_revoked(
    server: Server, person: MakePerson, connect: Connect
) -> None:
    producer = person("producer")
    own, other = session_of(producer), session_of(producer)
    number, token = output_of(producer, own)
    page = connect(server.url, auth={"token": token})
    followed = page.call("follow", {"session": own, "view": "output"})
    assert set(followed["streams"]) == {f"session:{own}:public", f"session:{own}:air"}
    for wrong in (
        {"session": other, "view": "output"}, {"session": own, "view": "staff"}, {"session": own},
        {"session": other}, {"session": own, "view": "internal"},
    ):  # fmt: skip
        assert page.call("follow", wrong)["error"]["code"] == "BEYOND_TOKEN", wrong
    assert page.call("graphics.panic", {"session": own})["error"]["code"] == "BEYOND_TOKEN"

    staff = producer.socket()
    assert staff.call("follow", {"session": own, "view": "staff"})["ok"]
    fields = {"session": own, "layer": "lower_third", "content": {"name": "只准备、没有播出的人"}}
    producer.call("graphics.prepare_card", **fields)
    digest = producer.call("graphics.see_filled", session=own)["layers"]["logo"]["digest"]
    producer.call("graphics.take", session=own, layer="logo", seen=0, digest=digest)
    told = page.wait_for_entry("graphics.taken")
    assert (told["payload"], set(told["state"])) == ({}, {"onairlayer"})
    assert staff.wait_for_entry("graphics.card_prepared")["stream"] == f"session:{own}:staff"
    assert "没有播出" not in str(page.entries)

    headers = {"Authorization": f"Bearer {token}"}
    for path, status in (
        (f"/live/{own}/snapshot/output", 200), (f"/live/{own}/snapshot/staff", 403),
        (f"/live/{other}/snapshot/output", 403),
    ):  # fmt: skip
        assert requests.get(server.url + path, headers=headers, timeout=10).status_code == status, path
    assert requests.get(f"{server.url}/live/{own}/snapshot/output", timeout=10).status_code == 401

    producer.call("graphics.revoke_output", output=number)
    page.wait_for(lambda: not page.is_connected, seconds=6)
    assert staff.is_connected
    for gone in (token, "out_guessed"):
        with pytest.raises(NotLetIn):
            connect(server.url, auth={"token": gone})
    assert requests.get(f"{server.url}/live/{own}/snapshot/output", headers=headers, timeout=10).status_code == 401
