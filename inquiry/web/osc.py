"""The door for consoles that speak OSC: a press comes as one UDP packet, and goes through the same registry as by HTTP.

The address names the session and the press, the first argument is an API token, and a second one, if there is any, the
press's `client_id`. Nobody is answered: whose a packet is only its token says, as anybody can write any sender on it.
"""

import hashlib
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from pythonosc.osc_message import OscMessage, ParseError
from werkzeug.test import EnvironBuilder

from ..core import background
from ..core.background import Task
from ..core.fields import typed
from ..core.networks import network
from ..dispatch import registry
from ..dispatch.idempotency import Ack
from ..errors import TooMany

#: A press is a hundred and fifty bytes.
MOST_BYTES = 512
#: What a sender may send that nobody can read, or that is refused, before the rest is dropped without a look.
REFUSED_OF_A_SENDER = "60/minute"
#: So many tokens that were good are known again.
MOST_TOKENS = 50
#: Until the port is tried again, which another process may have.
RETRY_SECONDS = 5.0
#: All that the library may look at: a message with one or two texts. In a bundle with a part of negative length it
#: would look for ever, and it logs each kind of argument that it does not know.
_READABLE = re.compile(rb"/[!-~]{1,120}\0{1,4},ss?\0")
_ADDRESS = re.compile(r"/inquiry/(?P<code>[A-Za-z0-9]{1,12})/(?P<press>[a-z]+)(?:/(?P<of>[a-z0-9_-]{1,24}))?")
_TOKEN = re.compile(r"inq_[A-Za-z0-9_-]{20,60}")

#: What can be pressed: the command, and the field that is the last part of the address.
PRESSES: dict[str, tuple[str, str | None]] = {
    "take": ("graphics.take", "layer"),
    "card": ("graphics.take", "card"),
    "update": ("graphics.update_on_air", "layer"),
    "clear": ("graphics.clear", "layer"),
    "hold": ("graphics.hold", "layer"),
    "release": ("graphics.release", "layer"),
    "panic": ("graphics.panic", None),
    "pause": ("live.pause_slot", None),
    "resume": ("live.resume_slot", None),
    "extend": ("live.extend_slot", "seconds"),
    "end": ("live.end_slot", None),
}


class Unreadable(Exception):
    """A packet that is no press."""


@dataclass(frozen=True)
class Press:
    command: str
    code: str
    fields: dict[str, str]
    token: str

    @property
    def digest(self) -> str:
        """What tells its token from others, and opens nothing."""
        return hashlib.sha256(self.token.encode()).hexdigest()


def read(packet: bytes) -> Press:
    """What a packet asks for: `/inquiry/<code>/<press>[/<field>]`. Raises Unreadable."""
    if len(packet) > MOST_BYTES or not _READABLE.match(packet):
        raise Unreadable
    try:
        message = OscMessage(packet)
    except (ParseError, ValueError):
        raise Unreadable from None
    address, (token, *more) = _ADDRESS.fullmatch(message.address), message.params
    if address is None or address["press"] not in PRESSES or not _TOKEN.fullmatch(token):
        raise Unreadable
    command, field = PRESSES[address["press"]]
    if (field is None) is not (address["of"] is None):
        raise Unreadable
    fields = {field: address["of"]} if field is not None else {}
    return Press(command, address["code"], fields | ({"client_id": more[0]} if more else {}), token)


class Port:
    """The port on which presses come, opened when it is first listened to."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._app, self._address = app, (host, port)
        self._socket: socket.socket | None = None
        self._good: dict[str, None] = {}  # digests of the tokens that pressed last

    def turn(self) -> float:
        """Wait for one packet, and do what it asks; or wait for the port."""
        if self._socket is None and not self._open():
            return RETRY_SECONDS
        assert self._socket is not None
        packet, sender = self._socket.recvfrom(MOST_BYTES + 1)
        self.hear(packet, sender[0])
        return 0.0

    def _open(self) -> bool:
        found = socket.socket(socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            found.bind(self._address)
        except OSError as error:
            found.close()
            background.note(f"INQUIRY_OSC: the port cannot be used ({error.strerror})")
            return False
        self._socket = found
        return True

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def hear(self, packet: bytes, sender: str) -> Ack | None:
        """What was answered to a packet, though nobody is told; None for what was dropped."""
        try:
            press = read(packet)
        except Unreadable:
            press = None
        counted = (REFUSED_OF_A_SENDER, "osc refused", self._whose(press, sender))
        try:
            registry.count(*counted)
        except TooMany:
            background.note("presses by OSC are dropped: too many could not be read, or were refused")
            return None
        return None if press is None else self._pressed(press, sender, counted)

    def _whose(self, press: Press | None, sender: str) -> str:
        """What cannot be read, or shows an unknown token, counts against its sender, whom anybody may name; a token
        that pressed before is counted by itself, and no neighbour silences it."""
        token = press.digest if press else ""
        return f"osc:{token}" if token in self._good else f"net:{network(sender)}"

    def _pressed(self, press: Press, sender: str, counted: tuple[str, str, str]) -> Ack:
        answer = self._carried_out(press, sender)
        if answer["ok"]:
            registry.uncount(*counted)
            self._good = {press.digest: None} | self._good
            while len(self._good) > MOST_TOKENS:
                self._good.popitem()
        else:
            background.note(f"a press by OSC was refused: {answer['error']['code']}")
        return answer

    def _carried_out(self, press: Press, sender: str) -> Ack:
        """As if the same had come by HTTP."""
        said = {"REMOTE_ADDR": sender, "HTTP_AUTHORIZATION": f"Bearer {press.token}"}
        environ = EnvironBuilder(f"/api/{press.command}", method="POST", environ_overrides=said).get_environ()
        with self._app.request_context(environ):
            return registry.answered(press.command, _carry_out, press)


def _carry_out(press: Press) -> Ack:
    session = registry.carry_out("live.find_session", {"code": press.code})["session"]
    return registry.carry_out(press.command, typed({"session": str(session), **press.fields}))


def tasks(app: Flask) -> Iterator[Task]:
    """None where no port is set."""
    if (where := app.config["INQUIRY"].osc) is not None:
        yield Task("listening for OSC", Port(app, *where).turn)
