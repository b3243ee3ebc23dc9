"""Somebody at a running server, by its public doors alone: the sign-in and join forms, then Socket.IO over WebSocket.

A client of docs/protocol.md in one page. It stands on what the server brings anyway, so that the crowd needs nothing
that a newcomer has not installed.
"""

import http.client
import json
import re
import threading
import uuid
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from .wire import HungUp, Wire

_ANSWER_WITHIN_SECONDS = 20
#: The server pings every ten seconds and waits as long for the answer: after that nobody is there.
_SILENT_FOR_SECONDS = 25
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
#: Socket.IO 5 over Engine.IO 4: the first digit is the transport's, the second the protocol's.
_PING, _PONG, _CONNECT, _EVENT, _ANSWER = "2", "3", "40", "42", "43"


class Unreachable(Exception):
    """The server does not answer, or not as this one does; the sentence says what was tried."""


class _StayHere(HTTPRedirectHandler):
    """The pages behind a form are for people to look at."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class Visitor:
    """One browser: its cookies and, once connected, its link. `heard` is given every event: its name and its body."""

    def __init__(self, url: str, heard: Callable[[str, dict[str, Any]], object] = lambda _name, _body: None) -> None:
        self.url = url.rstrip("/")
        self._heard = heard
        self._cookies = CookieJar()
        self._http = build_opener(HTTPCookieProcessor(self._cookies), ProxyHandler({}), _StayHere)
        self._wire: Wire | None = None
        self._asked = 0
        self._answers: dict[int, Any] = {}
        self._answered = threading.Condition()

    # --- pages ------------------------------------------------------------------------------------------------------

    def get_json(self, path: str) -> dict[str, Any] | None:
        """What a public address says; None when there is nothing."""
        status, text = self._open(path)
        return json.loads(text) if status == 200 else None

    def sign_in(self, login: str, password: str) -> None:
        self._post("/sign-in", {"login": login, "password": password})

    def join(self, code: str) -> None:
        self._post("/join", {"code": code})

    def _post(self, path: str, fields: dict[str, str]) -> None:
        _status, page = self._open(path)
        token = _TOKEN.search(page)
        if token is None:
            raise Unreachable(f"{self.url}{path} has no form that can be sent.")
        status, _page = self._open(path, urlencode(fields | {"csrf_token": token[1]}).encode())
        if status != 303:
            raise Unreachable(f"{self.url}{path} answered {status}.")

    def _open(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        try:
            with self._http.open(Request(self.url + path, body), timeout=_ANSWER_WITHIN_SECONDS) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except (URLError, OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{self.url}{path} cannot be reached: {error}") from error

    # --- the link ---------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open the link with the cookies gathered so far."""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self._cookies)
        address = f"{self.url}/socket.io/?EIO=4&transport=websocket"
        try:
            self._wire = Wire(address, {"Cookie": cookies}, _SILENT_FOR_SECONDS)
            self._wire.receive()
            self._wire.send(_CONNECT)
            self._wire.receive()
        except HungUp as error:
            raise Unreachable(str(error)) from error
        threading.Thread(target=self._listen, daemon=True).start()

    def say(self, event: str, /, **fields: Any) -> dict[str, Any]:
        """The acknowledgement of an event. Raises Unreachable when there is none."""
        with self._answered:
            self._asked += 1
            number = self._asked
        self._send(f"{_EVENT}{number}{json.dumps([event, fields], ensure_ascii=False)}")
        with self._answered:
            if not self._answered.wait_for(lambda: number in self._answers, _ANSWER_WITHIN_SECONDS):
                raise Unreachable(f"{event} was not answered within {_ANSWER_WITHIN_SECONDS} s.")
            answer: dict[str, Any] = self._answers.pop(number)
        return answer

    def press(self, command: str, /, **fields: Any) -> dict[str, Any]:
        """The same for a write, with a key of its own: should it be sent twice, it is done once."""
        return self.say(command, client_id=uuid.uuid4().hex, **fields)

    def leave(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def _send(self, text: str) -> None:
        assert self._wire is not None, "connect first"
        try:
            self._wire.send(text)
        except HungUp as error:
            raise Unreachable(f"{self.url} has hung up.") from error

    def _listen(self) -> None:
        assert self._wire is not None
        try:
            while True:
                self._take(self._wire.receive())
        except (HungUp, Unreachable):
            return

    def _take(self, text: str) -> None:
        if text == _PING:
            self._send(_PONG)
        elif text.startswith(_EVENT):
            name, body = json.loads(text[len(_EVENT) :])
            self._heard(name, body)
        elif text.startswith(_ANSWER):
            number, _, rest = text[len(_ANSWER) :].partition("[")
            with self._answered:
                self._answers[int(number)] = json.loads("[" + rest)[0]
                self._answered.notify_all()
