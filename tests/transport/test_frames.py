"""WebSocket frames: what another implementation builds is understood, and what nobody may send ends the connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol, Opcode

from inquiry.transport import frames

MASK = b"\x01\x80\xfe\x7f"


def masked(first: int, payload: bytes, *, bit: int = 0x80) -> bytes:
    """A frame by hand, its first byte given."""
    length = len(payload)
    head = bytes((first, bit | length)) if length <= 125 else bytes((first, bit | 126)) + length.to_bytes(2, "big")
    return head + MASK + frames.unmasked(payload, MASK)


def test_the_answer_to_a_key_is_the_one_of_the_standard() -> None:
    assert frames.accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 70000])
def test_another_implementation_reads_our_frames(length: int) -> None:
    payload = b"x" * length
    reader = FrameProtocol(client=True, extensions=[])
    reader.receive_bytes(frames.frame(frames.TEXT, payload))
    read = list(reader.received_frames())
    assert "".join(str(one.payload) for one in read) == "x" * length
    assert (read[-1].opcode, read[-1].message_finished) == (Opcode.TEXT, True)


@given(
    texts=st.lists(st.text(max_size=400), min_size=1, max_size=5),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=30),
)
def test_we_read_the_frames_of_another_implementation_however_the_bytes_arrive(
    texts: list[str], cuts: list[int]
) -> None:
    writer = FrameProtocol(client=True, extensions=[])
    stream = b"".join(writer.send_data(text, fin=True) for text in texts)
    inbox, read, at = frames.Inbox(4096), [], 0
    while at < len(stream):
        step = cuts[at % len(cuts)]
        read += inbox.feed(stream[at : at + step])
        at += step
    assert read == [(frames.TEXT, text) for text in texts]


@given(st.binary(max_size=200), st.binary(min_size=4, max_size=4))
def test_a_mask_taken_off_twice_is_on_again(payload: bytes, mask: bytes) -> None:
    assert frames.unmasked(frames.unmasked(payload, mask), mask) == payload
    assert frames.unmasked(payload, mask) == bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def test_pieces_become_one_message_and_a_ping_may_come_between() -> None:
    inbox = frames.Inbox(100)
    cut = "路灯".encode()[:4]
    assert inbox.feed(masked(0x01, cut)) == []
    assert inbox.feed(masked(0x89, b"?")) == [(frames.PING, b"?")]
    assert inbox.feed(masked(0x00, b"")) == []
    assert inbox.feed(masked(0x80, "路灯".encode()[4:])) == [(frames.TEXT, "路灯")]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(masked(0x81, b"hello", bit=0)[:7], frames.PROTOCOL_ERROR, id="unmasked"),
        pytest.param(masked(0xC1, b"hello"), frames.PROTOCOL_ERROR, id="compressed without agreement"),
        pytest.param(masked(0x83, b"hello"), frames.PROTOCOL_ERROR, id="unknown opcode"),
        pytest.param(masked(0x80, b"hello"), frames.PROTOCOL_ERROR, id="a piece of nothing"),
        pytest.param(masked(0x01, b"a") + masked(0x81, b"b"), frames.PROTOCOL_ERROR, id="a message within a message"),
        pytest.param(masked(0x09, b"?"), frames.PROTOCOL_ERROR, id="a ping in pieces"),
        pytest.param(masked(0x89, b"?" * 126), frames.PROTOCOL_ERROR, id="a long ping"),
        pytest.param(masked(0x81, b"\xff\xfe"), frames.NOT_UTF8, id="not UTF-8"),
        pytest.param(masked(0x81, "路".encode()[:2]), frames.NOT_UTF8, id="half a character"),
        pytest.param(masked(0x81, b"x" * 101), frames.TOO_LARGE, id="too large"),
        pytest.param(b"\x81\xff" + (2**40).to_bytes(8, "big"), frames.TOO_LARGE, id="announced too large"),
        pytest.param(masked(0x01, b"x" * 60) + masked(0x00, b"x" * 60), frames.TOO_LARGE, id="too large in pieces"),
        pytest.param(masked(0x01, b"") + masked(0x00, b"") * 120, frames.TOO_LARGE, id="a flood of empty pieces"),
    ],
)
def test_what_nobody_may_send_ends_the_connection(sent: bytes, code: int) -> None:
    with pytest.raises(frames.Violation) as violation:
        frames.Inbox(100).feed(sent)
    assert violation.value.code == code


def test_the_limit_itself_is_allowed_whole_or_in_pieces() -> None:
    inbox = frames.Inbox(100)
    assert inbox.feed(masked(0x81, b"x" * 100)) == [(frames.TEXT, "x" * 100)]
    assert inbox.feed(masked(0x01, b"x" * 60) + masked(0x80, b"x" * 40)) == [(frames.TEXT, "x" * 100)]


def test_half_a_surrogate_pair_harms_nobody() -> None:
    assert frames.text("路\ud800灯") == frames.frame(frames.TEXT, "路?灯".encode())
