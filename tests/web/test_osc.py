"""Presses that come as OSC packets: each goes through the registry as its token may, and nothing else is looked at."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from sqlalchemy import select

from inquiry.accounts.commands import tokens
from inquiry.core import background
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live import queries as live
from inquiry.live.models import Slot
from inquiry.web import osc
from tests.graphics.conftest import Clock, Desk, Evening, Layer, Promise, clock, desk, evening, promise
from tests.support.processes import eventually, free_port
from tests.support.replay import nothing_changes
from tests.support.server import StartServer

__all__ = ["Clock", "Evening", "Promise", "clock", "desk", "evening", "promise"]

TOKEN = "inq_" + "a" * 43
HERE = "127.0.0.1"

Send = Callable[..., dict[str, Any] | None]


def packet(address: str, *arguments: Any) -> bytes:
    built = OscMessageBuilder(address)
    for one in arguments:
        built.add_arg(one)
    return bytes(built.build().dgram)


def secret(desk: Desk, *commands: str) -> str:
    button = {"name": "按钮", "commands": ["live.press_unseen", *commands], "session_id": desk.session}
    with unit_of_work() as uow:
        return tokens.make_token(uow, desk.director, desk.director, **button, unit_id=None, days=1)[1]


@pytest.fixture
def send(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Send]:
    """Send a packet to the port, and have it heard: what became of it."""
    port = osc.Port(app, HERE, free_port())
    heard: list[dict[str, Any] | None] = []
    hear = port.hear
    monkeypatch.setattr(port, "hear", lambda *said: heard.append(hear(*said)))
    assert port._open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as console:
        console.settimeout(0)

        def sent(data: bytes) -> dict[str, Any] | None:
            console.sendto(data, port._address)
            assert port.turn() == 0
            with pytest.raises(BlockingIOError):
                console.recv(1)
            return heard.pop()

        yield sent
    port.close()


def code_of(session: int) -> str:
    with reading() as db:
        return live.session(db, session).code


def test_a_card_is_taken_and_cleared_and_panic_takes_all_off(desk: Desk, send: Send) -> None:
    token = secret(desk, "graphics.take", "graphics.clear", "graphics.panic", "graphics.hold", "graphics.release")
    here, card = f"/inquiry/{code_of(desk.session)}", desk.prepare().id
    assert send(packet(f"{here}/take/logo", token)) == {"ok": True, "layer": "logo", "revision": 1}
    assert send(packet(f"{here}/card/{card}", token)) == {"ok": True, "layer": "lower_third", "revision": 1}
    assert send(packet(f"{here}/clear/lower_third", token)) == {"ok": True, "layer": "lower_third", "revision": 2}
    assert send(packet(f"{here}/hold/logo", token))
    assert desk.shown(Layer.LOGO)["held"]
    assert send(packet(f"{here}/release/logo", token))
    assert not desk.shown(Layer.LOGO)["held"]
    assert send(packet(f"{here}/panic", token)) == {"ok": True, "layers": {"logo": 2}}
    assert desk.shown(Layer.LOGO)["content"] is None


def test_who_speaks_is_paused_and_ended_and_given_more_or_less(desk: Desk, send: Send) -> None:
    desk.speak()
    token = secret(desk, *(f"live.{verb}_slot" for verb in ("pause", "resume", "extend", "end")))
    for press in ("pause", "resume", "extend/60", "extend/-30", "end"):
        answer = send(packet(f"/inquiry/{code_of(desk.session)}/{press}", token))
        assert answer is not None
        assert answer["ok"], (press, answer)
    with reading() as db:
        slot = db.scalars(select(Slot).where(Slot.ended_at.is_not(None)).order_by(Slot.id.desc())).first()
    assert slot is not None
    assert slot.extended_ms == 30_000


def test_every_press_is_one_that_tokens_can_be_given() -> None:
    assert {command for command, _field in osc.PRESSES.values()} <= set(tokens.FOR_TOKENS)


def test_a_press_with_a_key_that_comes_twice_is_done_once(desk: Desk, send: Send) -> None:
    """UDP loses packets: a console may send each several times."""
    press = packet(f"/inquiry/{code_of(desk.session)}/take/logo", secret(desk, "graphics.take"), "press-0001")
    assert [send(press) for _ in range(3)] == [{"ok": True, "layer": "logo", "revision": 1}] * 3


def test_a_token_presses_what_it_may_in_its_own_session_alone(desk: Desk, send: Send) -> None:
    token, code = secret(desk, "graphics.take"), code_of(desk.session)
    elsewhere = code_of(desk.evening.plan(desk.city.water.id))
    refused = {
        packet(f"/inquiry/{code}/panic", token): "BEYOND_TOKEN",
        packet(f"/inquiry/{elsewhere}/take/logo", token): "BEYOND_TOKEN",
        packet("/inquiry/ZZZZZZ/take/logo", token): "NOT_FOUND",
        packet(f"/inquiry/{code}/take/logo", TOKEN): "TOKEN_REFUSED",
        packet(f"/inquiry/{code}/take/sky", token): "BAD_INPUT",
        packet(f"/inquiry/{code}/card/1e9", token): "BAD_INPUT",
        packet(f"/inquiry/{code}/card/99999999999", token): "BAD_INPUT",
        packet(f"/inquiry/{code}/take/logo", token, "short"): "BAD_INPUT",
    }
    with nothing_changes():
        for said, why in refused.items():
            answer = send(said)
            assert answer is not None
            assert answer["error"]["code"] == why, said


def bundle(*parts: Any) -> Any:
    built = OscBundleBuilder(IMMEDIATELY)
    for one in parts:
        built.add_content(one)
    return built.build()


PRESS = "/inquiry/ABCDEF/take/logo"
HOSTILE = {
    "empty": b"",
    "not OSC": b"GET / HTTP/1.1\r\n\r\n",
    "as large as a packet can be": b"/" + b"a" * 65_000,
    "too large by its arguments": packet(PRESS, TOKEN, "x" * 600),
    "a bundle": bundle(OscMessageBuilder(PRESS).build()).dgram,
    "bundles in bundles": bundle(bundle(bundle(bundle()))).dgram,
    "a bundle whose part has a negative length": b"#bundle\0" + b"\0" * 7 + b"\1" + b"\xff\xff\xff\xfc",
    "an address without its end": b"/inquiry/ABCDEF/take/logo",
    "an address that is no text": b"/\xff\xfe\0,s\0\0" + TOKEN.encode() + b"\0",
    "without a token": packet(PRESS),
    "a number for a token": packet(PRESS, 12),
    "a blob for a token": packet(PRESS, b"inq_"),
    "an array": packet(PRESS, [TOKEN]),
    "kinds that nobody knows": b"/a\0\0," + b"z" * 400 + b"\0\0\0",
    "a text that ends nowhere": b"/inquiry/ABCDEF/panic\0\0\0,s\0\0" + b"a" * 40,
    "a text that is none": b"/inquiry/ABCDEF/panic\0\0\0,s\0\0" + b"\xff\xff\xff\0",
    "a token of another kind": packet(PRESS, "out_" + "a" * 32),
    "a token with a line of its own": packet(PRESS, f"{TOKEN}\r\nX: y"),
    "another root": packet("/other/ABCDEF/take/logo", TOKEN),
    "no session": packet("/inquiry//take/logo", TOKEN),
    "no press": packet("/inquiry/ABCDEF", TOKEN),
    "a press that there is not": packet("/inquiry/ABCDEF/close", TOKEN),
    "no layer": packet("/inquiry/ABCDEF/take", TOKEN),
    "more than a layer": packet(f"{PRESS}/more", TOKEN),
    "a layer for panic": packet("/inquiry/ABCDEF/panic/logo", TOKEN),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_no_press_is_not_read(hostile: str) -> None:
    with pytest.raises(osc.Unreadable):
        osc.read(HOSTILE[hostile])


def test_whoever_sends_what_cannot_be_used_is_soon_not_looked_at(
    desk: Desk, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = packet(f"/inquiry/{code_of(desk.session)}/take/logo", secret(desk, "graphics.take"))
    monkeypatch.setattr(osc, "REFUSED_OF_A_SENDER", f"{len(HOSTILE) + 2}/hour")
    with nothing_changes():
        for one in HOSTILE.values():
            assert send(one) is None
    assert send(press), "what is used does not count"
    assert send(press)
    assert send(packet(PRESS, TOKEN)) is not None, "refused, and counted"
    assert send(packet(PRESS, TOKEN)) is not None
    other = packet(f"/inquiry/{code_of(desk.session)}/take/logo", secret(desk, "graphics.take"))
    with nothing_changes():
        assert send(other) is None
    assert send(press), "anybody can write this sender on a packet: a token that pressed before is not silenced so"


def test_nothing_listens_unless_a_port_is_set(app: Flask) -> None:
    assert [one.what for one in background.every(app) if "OSC" in one.what] == []
    assert list(osc.tasks(app)) == []


def test_a_port_that_another_process_has_is_tried_again(app: Flask) -> None:
    first, second = (osc.Port(app, HERE, number) for number in [free_port()] * 2)
    assert first._open()
    assert second.turn() == osc.RETRY_SECONDS
    first.close()
    assert second._open()
    second.close()


@pytest.mark.live
@pytest.mark.parametrize("loop", ["eventlet", "gevent"])
def test_a_server_listens_beside_its_pages(start_server: StartServer, tmp_path: Path, loop: str) -> None:
    port, place = free_port(), f"sqlite:///{tmp_path / 'inquiry.sqlite'}"
    server = start_server(place, INQUIRY_ASYNC_MODE=loop, INQUIRY_OSC=str(port))  # waits for a page
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as console:

        def was_heard() -> bool:
            console.sendto(packet(PRESS, TOKEN), (HERE, port))
            return "a press by OSC was refused: TOKEN_REFUSED" in server.log

        eventually(was_heard, seconds=60, otherwise="nobody listens")
    assert server._is_healthy(), "whoever waits for packets keeps nobody else waiting"
