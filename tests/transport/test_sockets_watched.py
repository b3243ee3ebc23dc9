"""Who is gone leaves nothing behind, whichever way they went; the clock is the test's."""

import queue
import time

import pytest
import socketio
from engineio.packet import PONG, Packet
from engineio.socket import Socket

from inquiry.transport.broadcast import BroadcastManager
from inquiry.transport.driver import Watch
from inquiry.transport.outbox import Loop, Outbox


class Hall:
    """A Socket.IO server in which everybody long-polls, and its watch."""

    def __init__(self) -> None:
        self.server = socketio.Server(
            async_mode="threading", client_manager=BroadcastManager(), ping_interval=10, ping_timeout=10
        )
        self.engine = self.server.eio
        self.loop = Loop(queue.Queue, lambda _work: None, lambda _raw: None)
        self.watch = Watch(
            self.engine, self.loop, joined=lambda one: self.server.manager.sid_from_eio_sid(one.sid, "/") is not None
        )

    def seat(self, *, joined: bool = True) -> Socket:
        socket = Socket(self.engine, self.engine.generate_id())
        socket.queue = Outbox(self.loop)
        socket.connected = True
        self.engine.sockets[socket.sid] = socket
        if joined:
            self.server.manager.connect(socket.sid, "/")
        self.watch.ask_later(socket)
        return socket

    def after(self, seconds: float) -> None:
        self.watch.look(time.monotonic() + seconds)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_who_said_goodbye_is_cleared_away(hall: Hall) -> None:
    socket = hall.seat()
    socket.close(wait=False, abort=True)
    hall.after(11)
    assert hall.engine.sockets == {}


def test_who_says_goodbye_after_a_ping_is_cleared_away(hall: Hall) -> None:
    socket = hall.seat()
    hall.after(11)
    socket.last_ping = None
    socket.close(wait=False, abort=True)
    hall.after(25)
    assert hall.engine.sockets == {}


def test_who_does_not_answer_is_cut_off(hall: Hall) -> None:
    socket = hall.seat()
    hall.after(11)
    assert not socket.closed
    hall.after(25)
    assert socket.closed
    assert hall.engine.sockets == {}


def test_who_does_not_join_is_cut_off(hall: Hall) -> None:
    hall.seat(joined=False)
    hall.after(11)
    assert hall.engine.sockets == {}


def test_who_answers_stays(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = hall.seat()
    monkeypatch.setattr(hall.engine, "start_background_task", lambda _task: hall.watch.ask_later(socket))
    hall.after(11)
    socket.receive(Packet(PONG))
    hall.after(21)
    assert hall.engine.sockets == {socket.sid: socket}


def test_who_was_just_asked_again_has_time_to_answer_that(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop under load takes a while to read an answer; the one before has come."""
    socket = hall.seat()
    monkeypatch.setattr(hall.engine, "start_background_task", lambda _task: hall.watch.ask_later(socket))
    hall.after(11)
    socket.receive(Packet(PONG))
    hall.after(20.8)
    hall.after(21.2)
    assert not socket.closed
    hall.after(30.9)
    assert socket.closed


def test_ending_a_poller_waits_for_nobody(hall: Hall) -> None:
    """It may never poll again: whoever revokes a sign-in must not wait for that."""
    socket = hall.seat()
    socket.queue.put(Packet(PONG))
    hall.engine.disconnect(socket.sid)
    assert hall.engine.sockets == {}


def test_one_socket_that_cannot_be_asked_keeps_nobody_else_from_it(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = [hall.seat() for _ in range(5)]
    for broken in sockets[:2]:
        monkeypatch.setattr(broken, "send", lambda _packet: 1 / 0)
    hall.after(11)
    hall.after(25)
    assert set(hall.engine.sockets) == {socket.sid for socket in sockets[:2]}, "the others did not answer, and are gone"
