"""The broadcast lane: who is told, in which order, and what is left to the ordinary path."""

import queue
from collections.abc import Callable
from typing import Any

import pytest
import socketio
import socketio.packet
from engineio.socket import Socket
from flask import Flask

from inquiry.core.extensions import socketio as live
from inquiry.transport import broadcast as lanes
from inquiry.transport import packets
from inquiry.transport.broadcast import BroadcastManager
from inquiry.transport.outbox import Loop, Outbox


class Keeper:
    """The network of an idle reader: it takes everything at once, and keeps it."""

    def __init__(self, kept: list[bytes]) -> None:
        self._kept = kept

    def send(self, data: bytes) -> int:
        self._kept.append(data)
        return len(data)

    def setsockopt(self, *_options: int) -> None:
        """There is no TCP to set up."""


class Hall:
    """A Socket.IO server without a network: every reader is an idle outbox that keeps what is written to it."""

    def __init__(self) -> None:
        self.lane = BroadcastManager()
        self.server = socketio.Server(async_mode="threading", client_manager=self.lane)
        self.loop = Loop(queue.Queue, lambda _work: None, lambda _raw: None)
        self.got: dict[str, list[bytes]] = {}

    def seat(self, *rooms: str, websocket: bool = True) -> str:
        """A reader in these rooms; returns its sid. Without a WebSocket it long-polls."""
        eio_sid = self.server.eio.generate_id()
        socket = Socket(self.server.eio, eio_sid)
        socket.queue = Outbox(self.loop)
        self.server.eio.sockets[eio_sid] = socket
        sid: str = self.lane.connect(eio_sid, "/")
        self.got[sid] = []
        if websocket:
            socket.queue.attach(keeper := Keeper(self.got[sid]), keeper)
        for room in rooms:
            self.lane.enter_room(sid, "/", room)
        return sid

    def told(self, sid: str) -> list[str]:
        return [data[data.index(b"42") :].decode() for data in self.got[sid]]

    def outbox(self, sid: str) -> Any:
        return self.server.eio.sockets[self.lane.eio_sid_from_sid(sid, "/")].queue


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_room_is_told_and_nobody_else(hall: Hall) -> None:
    inside, outside, both = hall.seat("a"), hall.seat("b"), hall.seat("a", "b")
    hall.server.emit("entry", {"n": 1}, to="a")
    assert [hall.told(one) for one in (inside, outside, both)] == [['42["entry",{"n":1}]'], [], ['42["entry",{"n":1}]']]
    assert hall.lane.deliveries == 2


def test_a_message_is_framed_once_for_the_whole_room(hall: Hall) -> None:
    readers = [hall.seat("a") for _ in range(10)]
    hall.server.emit("entry", {"n": 1}, to="a")
    assert len({id(hall.got[one][0]) for one in readers}) == 1


def test_who_long_polls_is_given_a_packet(hall: Hall) -> None:
    polling = hall.seat("a", websocket=False)
    hall.server.emit("entry", {"n": 1}, to="a")
    assert hall.outbox(polling).get(timeout=1).encode() == '42["entry",{"n":1}]'


def test_one_reader_can_be_addressed_though_it_has_no_room_of_its_own(hall: Hall) -> None:
    one, other = hall.seat("a"), hall.seat("a")
    hall.server.emit("entry", {"n": 1}, to=one)
    assert [hall.told(one), hall.told(other)] == [['42["entry",{"n":1}]'], []]
    assert hall.lane.get_rooms(one, "/") == ["a"]


def test_a_large_room_lets_others_work_in_between_and_keeps_the_order(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [hall.seat("a") for _ in range(3 * lanes.SLICE)]
    paused = []

    def pause(_seconds: float) -> None:
        paused.append(len(hall.got[readers[-1]]))
        if len(paused) == 1:  # while the first broadcast is under way somebody leaves, and another is told
            hall.lane.disconnect(readers[5], "/")
            hall.server.emit("entry", {"n": 2}, to="a")

    monkeypatch.setattr(lanes, "SLICE_SECONDS", 0)
    monkeypatch.setattr(hall.server, "sleep", pause)
    monkeypatch.setattr(hall.server, "start_background_task", lambda work: work())
    hall.server.emit("entry", {"n": 1}, to="a")
    assert len(paused) >= 2 * 2, "the loop was held up for a whole room"
    both = ['42["entry",{"n":1}]', '42["entry",{"n":2}]']
    assert {tuple(hall.told(one)) for one in readers if one != readers[5]} == {tuple(both)}
    assert hall.told(readers[5]) == both[:1]


def test_leaving_forgets_everything(hall: Hall) -> None:
    sid = hall.seat("a", "b")
    hall.lane.leave_room(sid, "/", "a")
    assert hall.lane.occupied() == ["b"]
    hall.lane.disconnect(sid, "/")
    assert hall.lane.occupied() == []
    assert hall.lane.rooms == {}


def test_who_is_being_let_in_hears_nothing(hall: Hall) -> None:
    eio_sid = hall.server.eio.generate_id()
    socket = Socket(hall.server.eio, eio_sid)
    socket.queue = Outbox(hall.loop)
    socket.queue.attach(keeper := Keeper(hall.got.setdefault("stranger", [])), keeper)
    hall.server.eio.sockets[eio_sid] = socket
    hall.lane.pre_connect(eio_sid, "/")
    hall.seat("a")
    hall.server.emit("entry", {"n": 1}, to="a")
    assert hall.got["stranger"] == []


def test_whoever_tells_more_than_can_be_written_waits(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = [hall.seat("a") for _ in range(lanes.SLICE + 1)]
    started: list[Callable[[], None]] = []
    monkeypatch.setattr(hall.server, "start_background_task", started.append)
    monkeypatch.setattr(hall.server, "sleep", lambda _seconds: started.pop()() if started else None)
    for number in range(lanes.MOST_WAITING + 5):
        hall.server.emit("entry", {"n": number}, to="a")
    assert len(hall.got[readers[0]]) >= 1
    while started:
        started.pop()()
    assert hall.told(readers[-1])[-1] == f'42["entry",{{"n":{lanes.MOST_WAITING + 4}}}]'
    assert len(hall.told(readers[-1])) == lanes.MOST_WAITING + 5


def test_chinese_travels_as_chinese(app: Flask) -> None:
    packet = live.server.packet_class(socketio.packet.EVENT, data=["entry", {"text": "路灯"}])
    assert packet.encode() == '2["entry",{"text":"路灯"}]'


def test_nobody_looks_for_bytes_in_what_is_said(app: Flask) -> None:
    """There are none; looking for them in every entry costs as much as writing it."""
    assert live.server.packet_class is packets.Packet
    assert packets.Packet(socketio.packet.EVENT, data=["entry", {}]).packet_type == socketio.packet.EVENT


def test_one_bad_broadcast_stops_no_later_one_and_nobody_spins(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises with as many waiting behind it as there may be."""
    readers = [hall.seat("a") for _ in range(lanes.SLICE + 1)]
    started: list[Callable[[], None]] = []
    monkeypatch.setattr(hall.server, "start_background_task", started.append)
    for number in range(lanes.MOST_WAITING):
        hall.server.emit("entry", {"n": number}, to="a")
    hall.lane._queue[0].readers[0] = None  # type: ignore[call-overload]
    turns: list[float] = []

    def sleep(seconds: float) -> None:
        turns.append(seconds)
        assert len(turns) < 1000, "whoever tells spins"
        if started:
            started.pop()()

    monkeypatch.setattr(hall.server, "sleep", sleep)
    hall.server.emit("entry", {"n": "last"}, to="a")
    while started:
        started.pop()()
    assert hall.told(readers[-1])[-1] == '42["entry",{"n":"last"}]'
    assert not hall.lane._queue


def test_a_reader_that_cannot_be_told_keeps_nothing_from_the_others(hall: Hall) -> None:
    first, broken, last = hall.seat("a"), hall.seat("a"), hall.seat("a")
    hall.outbox(broken).direct = lambda _data: 1 / 0
    hall.server.emit("entry", {"n": 1}, to="a")
    assert [hall.told(one) for one in (first, last)] == [['42["entry",{"n":1}]']] * 2
