"""How long a press of the director takes to reach the outputs, while a crowd follows the same process.

    python -m bench.takes --port 6100 --session 1 --viewers 2000 --cookie "sign_in=…"

The server and the crowd are there already (`bench.run` starts both); the outputs are made in the database of the
environment. Each press is sent as a machine would (`POST /api/graphics.take`), and ends when all outputs were told;
what its browser does then is a frame or two. Printed is JSON: the milliseconds from the press to each output.
"""

import argparse
import http.client
import json
import os
import threading
import time
from collections.abc import Iterable
from typing import Any

import click
from sqlalchemy import select

from inquiry import create_app
from inquiry.accounts.models import User
from inquiry.accounts.queries import person
from inquiry.demo.wire import HungUp, Wire
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.graphics.commands import outputs
from inquiry.permissions import Role

_LONGEST_SECONDS = 10.0
_JOINED_WITHIN_SECONDS = 120.0
_PAUSE_SECONDS = 0.1


class Output:
    """A page of an output without a browser: follows, answers pings, and notes when it was told of each revision."""

    def __init__(self, port: int, session: int, token: str, told: "Told") -> None:
        self._wire = Wire(f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", {}, 20)
        self._follow = json.dumps(["follow", {"session": session, "view": "output"}])
        self._wire.send("40" + json.dumps({"token": token}))
        self._told = told
        self.is_following = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                text = self._wire.receive()
                at = time.monotonic()
                if text == "2":
                    self._wire.send("3")
                elif text.startswith("40"):
                    self._wire.send(f"420{self._follow}")
                elif text.startswith("430"):
                    self.is_following.set()
                elif text.startswith('42["entry"'):
                    self._told.note(json.loads(text[2:])[1], at)
        except HungUp:
            return


class Told:
    """When each output was told of an entry, by its number."""

    def __init__(self, outputs: int) -> None:
        self._outputs = outputs
        self._at: dict[int, list[float]] = {}
        self._changed = threading.Condition()

    def note(self, entry: dict[str, Any], at: float) -> None:
        if entry["kind"].startswith("graphics."):
            with self._changed:
                self._at.setdefault(entry["seq"], []).append(at)
                self._changed.notify_all()

    def since(self, began: float) -> list[float]:
        """The milliseconds until each output was told of the entry that came since; the presses come one by one."""

        def all_told() -> list[float] | None:
            newest = self._at.get(max(self._at, default=0), [])
            return newest if len(newest) == self._outputs and min(newest) >= began else None

        with self._changed:
            found = self._changed.wait_for(all_told, _LONGEST_SECONDS)
            if not found:
                raise SystemExit("an output was not told")
            return [(at - began) * 1000 for at in found]


class Director:
    """Presses at the desk, by a connection that stays open."""

    def __init__(self, port: int, session: int, cookie: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {"Content-Type": "application/json", "Cookie": cookie}
        self._session = session

    def press(self, name: str, **fields: Any) -> dict[str, Any]:
        self._line.request(
            "POST", f"/api/graphics.{name}", json.dumps({"session": self._session, **fields}), self._headers
        )
        answer: dict[str, Any] = json.loads(self._line.getresponse().read())
        if not answer["ok"]:
            raise SystemExit(f"graphics.{name} was refused: {answer['error']}")
        return answer

    def viewers(self) -> int:
        self._line.request("GET", f"/live/{self._session}/snapshot")
        return int(json.loads(self._line.getresponse().read())["viewers"])


def make(count: int, session: int) -> list[str]:
    """The tokens of so many outputs."""
    os.environ.setdefault("INQUIRY_ASYNC_MODE", "threading")
    app = create_app()
    with app.app_context(), unit_of_work() as uow:
        host = person(uow.db, uow.db.scalars(select(User).where(User.role == Role.HOST)).first() or User())
        return [outputs.make_output(uow, host, session, f"输出 {n}", [])[1] for n in range(count)]


def measure(director: Director, told: Told, takes: int) -> dict[str, list[float]]:
    """Take, clear, take, panic, so often."""
    seen: dict[str, list[float]] = {"take": [], "clear": [], "panic": []}
    digest, revision = director.press("see_filled")["layers"]["logo"]["digest"], 0

    def timed(name: str, **fields: Any) -> dict[str, Any]:
        time.sleep(_PAUSE_SECONDS)
        began = time.monotonic()
        answer = director.press(name, **fields)
        seen[name] += told.since(began)
        return answer

    for _ in range(takes):
        revision = timed("take", layer="logo", seen=revision, digest=digest)["revision"]
        revision = timed("clear", layer="logo", seen=revision)["revision"]
        timed("take", layer="logo", seen=revision, digest=digest)
        revision = timed("panic")["layers"]["logo"]
    return seen


def wait_for(director: Director, viewers: int) -> None:
    until = time.monotonic() + _JOINED_WITHIN_SECONDS
    while (there := director.viewers()) < viewers:
        if time.monotonic() > until:
            raise SystemExit(f"only {there} of {viewers} viewers came")
        time.sleep(0.5)


def share(all_of_them: Iterable[float], part: float) -> float:
    """The time within which this part of them was told."""
    ordered = sorted(all_of_them)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def main() -> None:
    parser = argparse.ArgumentParser(description="From the director's press to the outputs.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--session", type=int, required=True)
    parser.add_argument("--cookie", required=True)
    parser.add_argument("--viewers", type=int, default=2000)
    parser.add_argument("--outputs", type=int, default=20)
    parser.add_argument("--takes", type=int, default=25)
    asked = parser.parse_args()
    told = Told(asked.outputs)
    pages = [Output(asked.port, asked.session, token, told) for token in make(asked.outputs, asked.session)]
    if not all(one.is_following.wait(_LONGEST_SECONDS) for one in pages):
        raise SystemExit("an output could not follow")
    director = Director(asked.port, asked.session, asked.cookie)
    everybody = asked.viewers + asked.outputs
    wait_for(director, everybody)
    seen = measure(director, told, asked.takes)
    figures = {name: {"p50": share(ms, 0.5), "p95": share(ms, 0.95)} for name, ms in seen.items()}
    if (there := director.viewers()) < everybody:
        raise SystemExit(f"of {everybody} viewers and outputs only {there} were there to the end")
    click.echo(json.dumps(figures | {"viewers": asked.viewers, "outputs": len(pages)}))


if __name__ == "__main__":
    main()
