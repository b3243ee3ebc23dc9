"""The protocol itself (Engine.IO 4, Socket.IO 5), spoken by hand to a small server on our lane and driver.

These are the checks of the public test-suite of the protocol that the stock library passes, in our own words: whoever
has a client for Socket.IO has one for us.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import requests
import websocket

from tests.support.processes import eventually, free_port, tied
from tests.support.server import ROOT

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the small server listens, without the scheme."""
    port = free_port()
    process = subprocess.Popen(tied([sys.executable, "-m", "tests.support.echo", str(port)]), cwd=ROOT)
    address = f"127.0.0.1:{port}/socket.io/"

    def answers() -> bool:
        try:
            return requests.get(f"http://{address}", timeout=1).status_code == 400
        except requests.RequestException:
            return False

    eventually(answers, seconds=20)
    yield address
    process.kill()
    process.wait(10)


@pytest.fixture
def opened(address: str) -> Iterator[Callable[[], websocket.WebSocket]]:
    """Open a WebSocket and read the handshake."""
    sockets: list[websocket.WebSocket] = []

    def come() -> websocket.WebSocket:
        one = websocket.create_connection(f"ws://{address}?EIO=4&transport=websocket", timeout=5)
        sockets.append(one)
        assert one.recv().startswith("0{")
        return one

    yield come
    for one in sockets:
        one.shutdown()


@pytest.fixture
def joined(opened: Callable[[], websocket.WebSocket]) -> websocket.WebSocket:
    """In the main namespace, and greeted."""
    one = opened()
    one.send("40")
    assert one.recv().startswith('40{"sid":"')
    assert one.recv() == '42["auth",{}]'
    return one


def poll(address: str, sid: str = "") -> requests.Response:
    known = f"&sid={sid}" if sid else ""
    return requests.get(f"http://{address}?EIO=4&transport=polling{known}", timeout=5)


def post(address: str, sid: str, packets: str) -> requests.Response:
    return requests.post(f"http://{address}?EIO=4&transport=polling&sid={sid}", data=packets, timeout=5)


def a_poller(address: str) -> str:
    """The sid of a new long-polling session."""
    answer = poll(address)
    assert answer.status_code == 200
    sid: str = json.loads(answer.text[1:])["sid"]
    return sid


def ends(one: websocket.WebSocket) -> bool:
    """Whether the server ends it within the socket's patience."""
    try:
        while one.recv() not in ("", b""):
            pass
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return True
    return True


# --- Engine.IO ------------------------------------------------------------------------------------------------------


def test_the_handshake_says_what_a_client_has_to_know(address: str) -> None:
    handshake = json.loads(poll(address).text[1:])
    assert handshake.pop("sid")
    assert handshake == {"upgrades": ["websocket"], "pingInterval": 1000, "pingTimeout": 1000, "maxPayload": 1000000}


@pytest.mark.parametrize("query", ["transport=polling", "EIO=abc&transport=polling", "EIO=4&transport=abc&sid=none"])
def test_a_strange_request_is_refused(address: str, query: str) -> None:
    assert requests.get(f"http://{address}?{query}", timeout=5).status_code == 400


@pytest.mark.parametrize(
    "query", ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"]
)
def test_a_strange_websocket_is_refused(address: str, query: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(f"ws://{address}?{query}", timeout=5)


def test_pings_are_sent_as_long_as_they_are_answered(opened: Callable[[], websocket.WebSocket]) -> None:
    one = opened()
    for _ in range(3):
        assert one.recv() == "2"
        one.send("3")


def test_pings_are_sent_to_who_polls(address: str) -> None:
    sid = a_poller(address)
    for _ in range(2):
        assert poll(address, sid).text == "2"
        assert post(address, sid, "3").text == "OK"


def test_who_answers_no_ping_is_sent_away(opened: Callable[[], websocket.WebSocket]) -> None:
    assert ends(opened())


def test_who_says_goodbye_is_let_go(opened: Callable[[], websocket.WebSocket]) -> None:
    one = opened()
    one.send("1")
    assert ends(one)


def test_from_polling_to_a_websocket(address: str) -> None:
    sid = a_poller(address)
    one = websocket.create_connection(f"ws://{address}?EIO=4&transport=websocket&sid={sid}", timeout=5)
    one.send("2probe")
    assert one.recv() == "3probe"
    one.send("5")
    one.send("40")
    got = [one.recv() for _ in range(2)]
    assert next(packet[:2] for packet in got if packet != "6") == "40"
    after = poll(address, sid)
    assert after.text == "6" or after.status_code == 400, "nothing more is told by polling"
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(f"ws://{address}?EIO=4&transport=websocket&sid={sid}", timeout=2)
    one.shutdown()


# --- Socket.IO ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answered", "greeted"),
    [
        ("40", "40{", '42["auth",{}]'),
        ('40{"token":"123"}', "40{", '42["auth",{"token":"123"}]'),
        ("40/custom,", "40/custom,{", '42/custom,["auth",{}]'),
        ('40/custom,{"token":"abc"}', "40/custom,{", '42/custom,["auth",{"token":"abc"}]'),
    ],
)
def test_a_namespace_is_entered(
    opened: Callable[[], websocket.WebSocket], said: str, answered: str, greeted: str
) -> None:
    one = opened()
    one.send(said)
    assert one.recv().startswith(answered)
    assert one.recv() == greeted


def test_an_unknown_namespace_is_refused(opened: Callable[[], websocket.WebSocket]) -> None:
    one = opened()
    one.send("40/random")
    assert one.recv().startswith("44/random,")


def test_leaving_a_namespace_is_not_leaving(joined: websocket.WebSocket) -> None:
    joined.send("40/custom,")
    assert joined.recv().startswith("40/custom,")
    assert joined.recv() == '42/custom,["auth",{}]'
    joined.send("41/custom,")
    joined.send('42["message","still here"]')
    assert joined.recv() == '42["message-back","still here"]'


def test_a_message_comes_back_as_it_was(joined: websocket.WebSocket) -> None:
    joined.send('42["message",1,"2",{"3":[true]}]')
    assert joined.recv() == '42["message-back",1,"2",{"3":[true]}]'


def test_a_message_is_acknowledged(joined: websocket.WebSocket) -> None:
    joined.send('42456["message-with-ack",1,"2",{"3":[false]}]')
    assert joined.recv() == '43456[1,"2",{"3":[false]}]'


def test_bytes_come_back_as_they_were(joined: websocket.WebSocket) -> None:
    joined.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    joined.send_binary(b"\x01\x02\x03")
    joined.send_binary(b"\x04\x05\x06")
    head = '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
    assert [joined.recv() for _ in range(3)] == [head, b"\x01\x02\x03", b"\x04\x05\x06"]


def test_bytes_are_acknowledged(joined: websocket.WebSocket) -> None:
    joined.send('452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    joined.send_binary(b"\x01\x02\x03")
    joined.send_binary(b"\x04\x05\x06")
    head = '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
    assert [joined.recv() for _ in range(3)] == [head, b"\x01\x02\x03", b"\x04\x05\x06"]


@pytest.mark.parametrize(
    "packet", ["4abc", "42{}", '42abc["message-with-ack",1]'], ids=["unknown type", "not a list", "no ack id"]
)
def test_what_is_no_packet_harms_nobody_else(
    opened: Callable[[], websocket.WebSocket], joined: websocket.WebSocket, packet: str
) -> None:
    hostile = opened()
    hostile.send("40")
    hostile.send(packet)
    joined.send('42["message","still here"]')
    assert joined.recv() == '42["message-back","still here"]'
    assert ends(hostile)
