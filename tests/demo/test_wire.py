"""The crowd's WebSocket: nothing is lost at the handshake, long messages arrive whole, an end is noticed."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, RejectConnection, Request, TextMessage

from inquiry.demo.wire import HungUp, Wire

#: Serve one connection: what is answered to the request, all in one piece.
Serve = Callable[[list[Event]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    listening = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def answer(events: list[Event]) -> None:
        peer, _address = listening.accept()
        protocol = WSConnection(ConnectionType.SERVER)
        protocol.receive_data(peer.recv(65536))
        assert isinstance(next(protocol.events()), Request)
        peer.sendall(b"".join(protocol.send(event) for event in events))
        peer.recv(65536)
        peer.close()

    def start(events: list[Event]) -> str:
        threads.append(threading.Thread(target=answer, args=(events,)))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/socket.io/?EIO=4"

    yield start
    for thread in threads:
        thread.join(5)
    listening.close()


def test_what_comes_with_the_handshake_does_not_wait_for_more(serve: Serve) -> None:
    wire = Wire(serve([AcceptConnection(), TextMessage(data="0{}"), TextMessage(data="2")]), {}, 3)
    assert wire.receive() == "0{}"
    assert wire.receive() == "2"
    wire.close()


def test_a_message_in_pieces_arrives_whole(serve: Serve) -> None:
    pieces = [TextMessage(data="问", message_finished=False), TextMessage(data="政")]
    wire = Wire(serve([AcceptConnection(), *pieces]), {}, 3)
    assert wire.receive() == "问政"
    wire.close()


@pytest.mark.parametrize("events", [[RejectConnection(status_code=403)], []], ids=["refused", "silent"])
def test_who_does_not_speak_websocket_is_told_apart(serve: Serve, events: list[Event]) -> None:
    with pytest.raises(HungUp):
        Wire(serve(events), {}, 0.3)


def test_an_end_is_noticed(serve: Serve) -> None:
    wire = Wire(serve([AcceptConnection(), CloseConnection(code=1000)]), {}, 3)
    with pytest.raises(HungUp):
        wire.receive()
    wire.close()


def test_nobody_there() -> None:
    with pytest.raises(HungUp):
        Wire("http://127.0.0.1:9/socket.io/?EIO=4", {}, 1)
