"""Which packets may go on to the library, and which records of its log are worth their lines."""

import logging
import sys
from collections.abc import Callable

import pytest
from engineio.packet import Packet

from inquiry.dispatch import registry
from inquiry.transport.packets import is_ours, readable


@pytest.mark.parametrize(
    "packet",
    ["3", "2", "1", "5", "40", '40{"token":1}', "41", '42["time",{}]', '4217["time",{}]', '42/custom,["x"]', "431[]"],
)
def test_what_a_client_may_send(packet: str) -> None:
    assert readable(Packet(encoded_packet=packet))


@pytest.mark.parametrize(
    "packet",
    ["42", "42[]", "42{}", "42[{}]", "42[[]]", "44", "47", "4b", "4", '42²["time",{}]', '42٣["time"]', "9",
     '451-["x",{"_placeholder":true,"num":0}]', "461-1[]", '42/a["x"]', "4" + "[" * 500, "42" + "[" * 500, "43[]"],
)  # fmt: skip
def test_what_nobody_may_send(packet: str) -> None:
    assert not readable(Packet(encoded_packet=packet))


def test_bytes_are_nothing_of_ours() -> None:
    assert not readable(Packet(encoded_packet=b"\x00\x01"))


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
