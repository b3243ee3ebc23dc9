"""Messages made to hurt, on a raw WebSocket: none reaches a command, none leaks a traceback, others go on."""

import json
import time
from collections.abc import Iterator

import pytest
import requests
import websocket

from inquiry.dispatch import registry
from tests.support.server import Server

pytestmark = [pytest.mark.live, pytest.mark.shared_server]

#: This is about what travels; no packet asks which database lies behind.
DATABASES = ("sqlite",)


class Raw:
    """An Engine.IO socket whose frames are written by hand."""

    def __init__(self, server: Server) -> None:
        address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        self.ws = websocket.create_connection(address, timeout=5)
        assert self.ws.recv().startswith("0{")

    def open(self) -> "Raw":
        self.ws.send("40")
        assert self.ws.recv().startswith("40")
        return self

    def ask(self, text: str) -> str:
        """Send a packet and return the next one that is not a ping."""
        self.ws.send(text)
        while (answer := self.ws.recv()) == "2":
            self.ws.send("3")
        return str(answer)

    def close(self) -> None:
        """Also where the server was first: the library then forgets its own end."""
        self.ws.shutdown()

    def is_cut(self) -> bool:
        """Whether the server ends this socket instead of answering."""
        try:
            while True:
                if self.ws.recv() in ("", b""):
                    return True
        except websocket.WebSocketTimeoutException:
            return False
        except (websocket.WebSocketException, OSError):
            return True


@pytest.fixture
def raw(server: Server) -> Iterator[Raw]:
    one = Raw(server)
    yield one
    one.close()


def answer_of(packet: str) -> dict[str, object]:
    assert packet.startswith("431["), packet
    answer: dict[str, object] = json.loads(packet[3:])[0]
    return answer


# Each of these is answered with a refusal, and nothing else.
@pytest.mark.parametrize(
    ("packet", "code"),
    [
        ('421["questions.delete",{}]', "UNKNOWN_COMMAND"),
        ('421["__class__",{}]', "UNKNOWN_COMMAND"),
        ('421["questions.ask"]', "BAD_INPUT"),
        ('421["questions.ask",null]', "BAD_INPUT"),
        ('421["questions.ask",[1,2]]', "BAD_INPUT"),
        ('421["questions.ask",{},{}]', "BAD_INPUT"),
        ('421["follow",{"session":"../1"}]', "BAD_INPUT"),
        ('421["follow",{"session":1,"view":"all"}]', "BAD_INPUT"),
        ('421["follow",{"session":99999999}]', "NOT_FOUND"),
        ('421["follow",{"session":1e400}]', "BAD_INPUT"),
        ('421["live.create_session",{"title":"x"}]', "BAD_INPUT"),
        # Names that the library keeps for itself, and what is no name at all.
        *((f'421["{name}",{{"a":1}}]', "UNKNOWN_COMMAND") for name in ("*", "connect", "disconnect", "event", "")),
        *((f"421[{name}]", "UNKNOWN_COMMAND") for name in ("{}", "[]", "7", "true", '"x"', '"' + "x" * 5000 + '"')),
        ("421[]", "BAD_INPUT"),
        ("421[null]", "BAD_INPUT"),
        # What is no JSON, or says more than JSON can.
        ('421["time",{"a":', "BAD_INPUT"),
        ('421["time",' + "[" * 5000, "BAD_INPUT"),
        ('421["time",' + '{"a":' * 2000, "BAD_INPUT"),
        ('421["time",' + "[" * 5000 + "]" * 5000 + "]", "BAD_INPUT"),
        ('421["time",{"a":' + "9" * 5000 + "}]", "BAD_INPUT"),
        ('421["time",{"a":NaN}]', "BAD_INPUT"),
        ('421["follow",{"session":Infinity}]', "BAD_INPUT"),
        ('421["follow",{"session":1,"session":2}]', "BAD_INPUT"),
        ('421["leave",{"\\ud800":1}]', "BAD_INPUT"),
        ('421["questions.similar",{"session":1,"text":"\\udfff"}]', "BAD_INPUT"),
        ('421["\\ud800",{}]', "UNKNOWN_COMMAND"),
        # More than any message is.
        ('421["leave",{' + ",".join(f'"a{n}":1' for n in range(1200)) + "}]", "BAD_INPUT"),
        ('421["time",{"a":1}]', "BAD_INPUT"),
        ('421["responses.close_session",{"settle":[' + ",".join(["{}"] * 5000) + "]}]", "BAD_INPUT"),
    ],
)
def test_what_does_not_fit_is_refused(server: Server, raw: Raw, packet: str, code: str) -> None:
    logged = len(server.log)
    answer = answer_of(raw.open().ask(packet))
    assert answer["ok"] is False
    assert answer["error"]["code"] == code  # type: ignore[index]
    assert "Traceback" not in str(answer)
    assert len(str(answer)) < 1500
    assert server.log[logged:] == ""


@pytest.mark.usefixtures("built")
def test_every_event_is_acknowledged(server: Server) -> None:
    """With the largest number an acknowledgement may have; whoever the sender is and whatever is in it."""
    names = ["follow", "leave", "time", *(one.name for one in registry.every() if not one.name.startswith("tests."))]
    for start in range(0, len(names), 50):  # whoever is refused more often than that is slowed
        one = Raw(server).open()
        for number, name in enumerate(names[start : start + 50], 10**14):
            packet = one.ask(f'42{number}["{name}",{{}}]')
            assert packet.startswith(f'43{number}[{{"ok":'), (name, packet)
        one.close()


def test_an_event_before_the_namespace_is_open_leaves_no_line(server: Server, raw: Raw) -> None:
    logged = len(server.log)
    for packet in ('421["time",{}]', "431[]", '42/elsewhere,["x"]', "40/elsewhere,", '40{"a":', "431[" + "[" * 5000):
        raw.ws.send(packet)
    raw.ws.send('421["time",{}]')
    while not (answer := raw.ws.recv()).startswith("431"):
        pass
    assert answer_of(answer)["ok"] is True
    assert server.log[logged:] == ""


def test_an_event_before_the_namespace_is_open_is_not_heard(raw: Raw) -> None:
    raw.ws.send('421["time",{}]')
    raw.ws.settimeout(2)
    assert raw.is_cut() or raw.ws.connected


@pytest.mark.parametrize(
    "frame",
    [
        "9",  # no such packet type
        "4",  # a message without contents
        '42["',  # broken JSON
        "42[]",
        "42{}",
        '451-["questions.ask",{"_placeholder":true,"num":0}]',  # binary that never comes
        "42" + "[" * 5000,
    ],
)
def test_broken_packets_harm_nobody_else(server: Server, raw: Raw, frame: str) -> None:
    raw.open().ws.send(frame)
    other = Raw(server).open()
    assert answer_of(other.ask('421["time",{}]'))["ok"] is True
    other.close()
    assert server.is_running


def test_a_message_beyond_the_limit_ends_that_socket_only(server: Server, raw: Raw) -> None:
    other = Raw(server).open()
    raw.open().ws.send('421["questions.ask",{"text":"' + "长" * 20000 + '"}]')
    assert raw.is_cut()
    assert answer_of(other.ask('421["time",{}]'))["ok"] is True
    other.close()


def test_binary_never_reaches_a_command(server: Server, raw: Raw) -> None:
    raw.open().ws.send('451-1["questions.ask",{"_placeholder":true,"num":0}]')
    raw.ws.send_binary(b"\x00\xff" * 50)
    other = Raw(server).open()
    assert answer_of(other.ask('421["time",{}]'))["ok"] is True
    other.close()


def test_compression_is_not_negotiated(server: Server) -> None:
    address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    ws = websocket.create_connection(address, timeout=5, header=offer)
    assert "sec-websocket-extensions" not in ws.getheaders()
    ws.shutdown()


def test_another_sites_page_cannot_open_a_socket(server: Server) -> None:
    """Asked by hand: a WebSocket library leaves the refused connection open."""
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Origin": "https://elsewhere.example",
    }
    address = f"{server.url}/socket.io/?EIO=4&transport=websocket"
    forged = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"}
    for headers in (handshake, handshake | forged):
        with requests.get(address, headers=headers, timeout=5) as answer:
            assert answer.status_code == 400


def test_who_sends_little_but_what_is_refused_is_slowed_and_nobody_else(server: Server) -> None:
    """The last of this file: all strangers of this address are one sender."""
    taken: list[float] = []

    def is_slowed() -> bool:
        return sum(taken[-10:]) > 0.8

    while len(taken) < 300 and not is_slowed():
        hostile = Raw(server).open()
        for _ in range(90):
            if not is_slowed():
                began = time.monotonic()
                hostile.ask('421["nonsense",{}]')
                taken.append(time.monotonic() - began)
        hostile.close()
    assert 20 < len(taken) < 300
    honest = Raw(server).open()
    waited = []
    for _ in range(3):
        began = time.monotonic()
        assert answer_of(honest.ask('421["time",{}]'))["ok"] is True
        waited.append(time.monotonic() - began)
    assert min(waited) < 0.8, "who is slowed waits a second each time"
    honest.close()
