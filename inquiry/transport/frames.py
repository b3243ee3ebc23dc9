"""WebSocket frames (RFC 6455) as pure functions of bytes: nothing in here knows a socket.

The broadcast builds a frame once for a whole room, so it has to build frames itself; and what comes in is unmasked
and measured here, because a Python loop over the bytes of each message would hold the loop up, and because a message
sent in pieces must not grow beyond the limit before anybody looks at it.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_CONTINUATION = 0x0
_DATA = (_CONTINUATION, TEXT, BINARY)
_CONTROL = (CLOSE, PING, PONG)
_LONGEST_CONTROL = 125

NORMAL, PROTOCOL_ERROR, NOT_OURS, NOT_UTF8, TOO_LARGE = 1000, 1002, 1003, 1007, 1009
#: No browser sends a message in pieces unless it is large.
MOST_PIECES = 64

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Violation(Exception):
    """What came in is no WebSocket message of ours; the connection has to end with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def accept_key(key: str) -> str:
    """The answer to a `Sec-WebSocket-Key`, RFC 6455 section 4.2.2."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame from a server: unmasked, not compressed."""
    length = len(payload)
    if length <= 125:
        head = bytes((0x80 | opcode, length))
    elif length <= 0xFFFF:
        head = bytes((0x80 | opcode, 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 127)) + length.to_bytes(8, "big")
    return head + payload


def text(message: str) -> bytes:
    """Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes a question mark."""
    return frame(TEXT, message.encode(errors="replace"))


def closing(code: int) -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big"))


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """The payload without its mask, in one operation on long integers."""
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


@dataclass(slots=True)
class _Frame:
    final: bool
    opcode: int
    payload: bytes


class Inbox:
    """Turns the bytes of one browser into whole messages, none of them longer than `limit` bytes."""

    __slots__ = ("_limit", "_opcode", "_pieces", "_rest", "_size")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""
        self._opcode = 0
        self._pieces: list[bytes] | None = None
        self._size = 0

    def feed(self, data: bytes) -> list[tuple[int, Any]]:
        """The messages `(opcode, contents)` that `data` completes; text is str. Raises Violation."""
        self._rest = self._rest + data if self._rest else data
        messages: list[tuple[int, Any]] = []
        while (found := self._next_frame()) is not None:
            message = (found.opcode, found.payload) if found.opcode in _CONTROL else self._data(found)
            if message is not None:
                messages.append(message)
        return messages

    def _next_frame(self) -> _Frame | None:
        rest = self._rest
        if len(rest) < 2:
            return None
        first, second = rest[0], rest[1]
        opcode, length, start = first & 0x0F, second & 0x7F, 2
        self._check(first, second, opcode, length)
        if length == 126:
            start, length = 4, int.from_bytes(rest[2:4], "big") if len(rest) >= 4 else 0
        elif length == 127:
            start, length = 10, int.from_bytes(rest[2:10], "big") if len(rest) >= 10 else 0
        if length > self._limit - (0 if opcode in _CONTROL else self._size):
            raise Violation(TOO_LARGE, f"more than {self._limit} bytes in one message")
        end = start + 4 + length
        if len(rest) < end:
            return None
        self._rest = rest[end:]
        return _Frame(bool(first & 0x80), opcode, unmasked(rest[start + 4 : end], rest[start : start + 4]))

    def _check(self, first: int, second: int, opcode: int, length: int) -> None:
        if first & 0x70:
            raise Violation(PROTOCOL_ERROR, "no extension was agreed on")
        if not second & 0x80:
            raise Violation(PROTOCOL_ERROR, "a browser masks what it sends")
        if opcode in _CONTROL:
            if not first & 0x80 or length > _LONGEST_CONTROL:
                raise Violation(PROTOCOL_ERROR, "a control frame is short and whole")
        elif opcode not in _DATA:
            raise Violation(PROTOCOL_ERROR, "unknown opcode")
        elif (opcode == _CONTINUATION) != (self._pieces is not None):
            raise Violation(PROTOCOL_ERROR, "a piece without its message, or a message within another")

    def _data(self, found: _Frame) -> tuple[int, Any] | None:
        if self._pieces is None:
            if found.final:
                return found.opcode, _contents(found.opcode, found.payload)
            self._opcode, self._pieces, self._size = found.opcode, [], 0
        self._pieces.append(found.payload)
        self._size += len(found.payload)
        if len(self._pieces) > MOST_PIECES:
            raise Violation(TOO_LARGE, f"more than {MOST_PIECES} pieces of one message")
        if not found.final:
            return None
        whole, self._pieces, self._size = b"".join(self._pieces), None, 0
        return self._opcode, _contents(self._opcode, whole)


def _contents(opcode: int, payload: bytes) -> str | bytes:
    if opcode != TEXT:
        return payload
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Violation(NOT_UTF8, "text is not UTF-8") from None
