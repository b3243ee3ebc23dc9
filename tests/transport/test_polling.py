"""Long-polling, packet by packet: nothing is accepted and lost, and nothing is left behind."""

import json
from typing import Any

import pytest
import requests
import socketio
import websocket

from tests.realtime.test_live_state import a_live_session, start
from tests.support.people import MakePerson
from tests.support.processes import eventually
from tests.support.server import Server, StartServer

pytestmark = [pytest.mark.live, pytest.mark.shared_server]

#: This is about what travels; no packet asks which database lies behind.
DATABASES = ("sqlite",)

SEPARATOR = "\x1e"


class Poller:
    """A browser that long-polls, its packets written by hand."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._address = f"{server.url}/socket.io/?EIO=4&transport=polling"
        self.http = requests.Session()
        self.http.trust_env = False
        self.opening = self.http.get(self._address, timeout=10)
        assert self.opening.status_code == 200, self.opening.text
        self.sid = json.loads(self.opening.text[1:])["sid"]
        self.received: list[str] = []

    def join(self) -> "Poller":
        assert self.post("40").text == "OK"
        self.wait_for("40")
        return self

    def post(self, *packets: str, body: bytes = b"", **options: Any) -> requests.Response:
        sent = body or SEPARATOR.join(packets).encode()
        return self.http.post(f"{self._address}&sid={self.sid}", data=sent, timeout=20, **options)

    def get(self) -> list[str]:
        """The packets of one poll; pings are answered."""
        answer = self.http.get(f"{self._address}&sid={self.sid}", timeout=30)
        assert answer.status_code == 200, answer.text
        packets = answer.text.split(SEPARATOR)
        if "2" in packets:
            self.post("3")
        self.received += packets
        return packets

    def wait_for(self, beginning: str, count: int = 1) -> list[str]:
        """The received packets that begin so, once there are so many."""
        while len(found := [one for one in self.received if one.startswith(beginning)]) < count:
            self.get()
        return found

    @property
    def is_open(self) -> bool:
        return self.post("3").status_code == 200


@pytest.fixture
def poller(server: Server) -> Poller:
    return Poller(server)


def test_who_long_polls_follows_like_everybody(poller: Poller, person: MakePerson, units: dict[str, int]) -> None:
    host = person("host")
    made = a_live_session(host, units)
    poller.join().post('421["follow",' + json.dumps({"session": made["session"]}) + "]")
    assert json.loads(poller.wait_for("431")[0][3:])[0]["ok"]
    start(host, units, made)
    assert "live.slot_started" in poller.wait_for('42["entry"')[0]
    assert poller.wait_for('42["tick"')


@pytest.mark.parametrize("packets", [17, 100])
def test_every_packet_of_a_post_is_answered(poller: Poller, packets: int) -> None:
    poller.join()
    asked = [f'42{number}["time",{{}}]' for number in range(packets)]
    assert poller.post(*asked).text == "OK"
    answered = poller.wait_for("43", packets)
    assert sorted(one.partition("[")[0] for one in answered) == sorted(f"43{number}" for number in range(packets))


@pytest.mark.parametrize(
    ("packets", "options"),
    [
        (['421["time",{}]'] * 101, {}),
        (['421["time",{}]', "", '422["time",{}]'], {}),
        (['421["time",{}]', "x"], {}),
        (["d=42"], {}),
        (['421["time",{"a":"' + "长" * 9000 + '"}]'], {}),
        ([], {"body": b'421["\xff\xfe"]'}),
        ([], {"body": b""}),
    ],
    ids=["too many", "an empty one", "no packet", "JSONP", "too long", "no UTF-8", "nothing"],
)
def test_what_cannot_be_taken_as_a_whole_is_refused(
    server: Server, poller: Poller, packets: list[str], options: dict[str, Any]
) -> None:
    """Nothing of it was done, the sender is told so, and has to begin anew."""
    poller.join()
    assert poller.post(*packets, **options).status_code == 400
    assert not poller.is_open
    assert Poller(server).join().is_open


def test_a_post_without_its_length_is_refused(poller: Poller) -> None:
    def pieces() -> Any:
        yield b'421["time",{}]'

    poller.join()
    answer = poller.http.post(f"{poller._address}&sid={poller.sid}", data=pieces(), timeout=10)
    assert answer.status_code == 400


def test_another_sites_page_can_read_nothing(server: Server, poller: Poller) -> None:
    assert requests.get(f"{poller._address}&j=0", timeout=5).status_code == 400
    foreign = {"Origin": "https://elsewhere.example"}
    assert requests.get(poller._address, headers=foreign, timeout=5).status_code == 400
    assert poller.join().post('421["time",{}]', headers=foreign).status_code == 400


def test_one_process_needs_no_cookie(poller: Poller) -> None:
    assert "Set-Cookie" not in poller.opening.headers


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_process_of_several_is_named_in_a_cookie(
    start_server: StartServer, database_url: str, environment: str
) -> None:
    """Only to who polls: a WebSocket stays where it is by itself."""
    server = start_server(
        database_url, INQUIRY_PROCESS="b", INQUIRY_ENV=environment, INQUIRY_SECRET_KEY="for tests " * 4
    )
    poller = Poller(server)
    secure = "; Secure" if environment == "production" else ""
    assert poller.opening.headers["Set-Cookie"] == f"process=b; Path=/socket.io/; HttpOnly; SameSite=Lax{secure}"
    assert "Set-Cookie" not in poller.http.get(f"{server.url}/", timeout=10).headers.get("Set-Cookie", "")
    address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    ws = websocket.create_connection(address, timeout=5)
    assert "set-cookie" not in ws.getheaders()
    ws.shutdown()


def test_a_client_changes_over_to_a_websocket(server: Server, person: MakePerson, units: dict[str, int]) -> None:
    """It begins by polling and loses nothing on the way."""
    host = person("host")
    made = a_live_session(host, units)
    entries: list[dict[str, Any]] = []
    client = socketio.Client(reconnection=False, handle_sigint=False)
    client.on("entry", entries.append)
    client.connect(server.url, transports=["polling", "websocket"], wait_timeout=10)
    assert client.call("follow", {"session": made["session"]}, timeout=10)["ok"]
    assert eventually(lambda: client.transport() == "websocket")
    start(host, units, made)
    host.call("live.pause_slot", session=made["session"], seen=made["seen"])
    eventually(lambda: len(entries) == 2)
    client.disconnect()
    client.shutdown()


def test_polling_goes_on_when_the_change_over_fails(server: Server, poller: Poller) -> None:
    """Some proxies let a WebSocket begin and nothing through it."""
    poller.join()
    address = server.url.replace("http", "ws") + f"/socket.io/?EIO=4&transport=websocket&sid={poller.sid}"
    ws = websocket.create_connection(address, timeout=5)
    ws.send("2probe")
    assert ws.recv() == "3probe"
    ws.shutdown()
    eventually(lambda: poller.get() != ["6"])
    poller.post('421["time",{}]')
    assert poller.wait_for("431")


def test_who_said_goodbye_is_not_counted(poller: Poller, person: MakePerson, units: dict[str, int]) -> None:
    made = a_live_session(person("host"), units)
    viewer = person().socket()
    viewer.call("follow", {"session": made["session"]})
    poller.join().post('421["follow",' + json.dumps({"session": made["session"]}) + "]")
    viewer.wait_for(lambda: viewer.ticks and viewer.ticks[-1]["viewers"] == 2)
    assert poller.post("1").text == "OK"
    viewer.wait_for(lambda: viewer.ticks[-1]["viewers"] == 1)
    assert not poller.is_open
