"""Which packets may go on to the library, and which records of its log are worth their lines."""

import logging
import sys
from collections.abc import Callable

import pytest
from engineio.packet import Packet

from inquiry.dispatch import registry
from inquiry.transport import json
from inquiry.transport.packets import Packet as SocketPacket
from inquiry.transport.packets import is_ours, readable


@pytest.mark.parametrize(
    "packet",
    ["3", "2", "1", "5", "40", '40{"token":1}', "41", '42["time",{}]', '4217["time",{}]', '42/custom,["x"]', "431[]",
     "42[]", "42[{}]", "421[[]]", "42" + "[" * 500],
)  # fmt: skip
def test_what_a_client_may_send(packet: str) -> None:
    assert readable(Packet(encoded_packet=packet))


@pytest.mark.parametrize(
    "packet",
    ["42", "42{}", "44", "47", "4b", "4", '42²["time",{}]', '42٣["time"]', "9",
     '451-["x",{"_placeholder":true,"num":0}]', "461-1[]", '42/a["x"]', "4" + "[" * 500, "43[]"],
)  # fmt: skip
def test_what_nobody_may_send(packet: str) -> None:
    assert not readable(Packet(encoded_packet=packet))


def test_bytes_are_nothing_of_ours() -> None:
    assert not readable(Packet(encoded_packet=b"\x00\x01"))


@pytest.mark.parametrize(
    ("packet", "heard"),
    [
        ('421["time",{}]', ["event", "time", {}]),
        ('421["*",{"a":1}]', ["event", "*", {"a": 1}]),
        ('421["connect"]', ["event", "connect"]),
        ('421[{"a":1}]', ["event", {"a": 1}]),
        ("421[]", ["event", None]),
        ("421[" + "[" * 5000, ["event", None]),
        ('421["time",' + "9" * 5000 + "]", ["event", None]),
        ('421["time",NaN]', ["event", None]),
        ('421["time",-Infinity]', ["event", None]),
        ('421["time",{"a":1,"a":2}]', ["event", None]),
        ('421["time",{"a":1}', ["event", None]),
    ],
)
def test_every_event_is_heard_under_one_name_so_that_it_can_be_answered(
    monkeypatch: pytest.MonkeyPatch, packet: str, heard: list[object]
) -> None:
    monkeypatch.setattr(SocketPacket, "json", json)  # as `create_app` has it
    found = SocketPacket(encoded_packet=packet[1:])
    assert (found.id, found.data) == (1, heard)


def record_of(work: Callable[[], object]) -> logging.LogRecord:
    try:
        work()
    except Exception:
        return logging.LogRecord("engineio.server", logging.ERROR, "", 0, "message handler error", (), sys.exc_info())
    raise AssertionError("it was to fail")


def test_a_broken_packet_is_not_worth_a_traceback_and_a_fault_of_ours_is() -> None:
    def broken() -> None:
        raise ValueError

    def ours() -> None:
        registry.parse(registry.Nothing, {"unknown": 1})

    assert not is_ours(record_of(broken))
    assert is_ours(record_of(ours))
    assert is_ours(logging.LogRecord("engineio.server", logging.ERROR, "", 0, "something else", (), None))
