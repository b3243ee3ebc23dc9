"""Which packets can be a browser's: everything else is turned away before the library looks at it.

The commands of this system are JSON: no bytes, and no answers to what nobody asked.
"""

import contextlib
import logging
import re
from typing import Any

import socketio
from engineio import packet

#: Of Socket.IO: CONNECT, DISCONNECT, an EVENT, or an ACK.
_MESSAGE = re.compile(r"[01]|2(?:/[^,\\[]{0,100},)?[0-9]{0,15}\[|3(?:/[^,\\[]{0,100},)?[0-9]{1,15}\[", re.ASCII)
_TYPES = (packet.CLOSE, packet.PING, packet.PONG, packet.MESSAGE, packet.UPGRADE, packet.NOOP)


#: Under this one name every event of a client reaches its handler, its own name first among the arguments: whatever
#: that is, the library takes it for none of its own ("connect", "*"). None says that the event could not be read.
EVENT = "event"


class Packet(socketio.packet.Packet):
    """A Socket.IO packet. Nobody looks through everything that is said for bytes: there are none."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """What cannot be read is still an event, so that whoever sent it is answered."""
        with contextlib.suppress(ValueError):
            super().decode(encoded_packet)
        if self.packet_type == socketio.packet.EVENT:
            self.data: Any = [EVENT, *(getattr(self, "data", None) or [None])]
        return 0  # attachments


def readable(one: Any) -> bool:
    """Whether an Engine.IO packet may go on to the Socket.IO server."""
    if one.packet_type != packet.MESSAGE:
        return one.packet_type in _TYPES and not one.binary
    return isinstance(one.data, str) and _MESSAGE.match(one.data) is not None


def is_ours(record: logging.LogRecord) -> bool:
    """Whether a record of the library's log is worth its lines.

    What a stranger's broken packet does within the library alone is not: a traceback for each would fill the disk.
    """
    if not record.exc_info:
        return True
    at = record.exc_info[2]
    while at is not None:
        if str(at.tb_frame.f_globals.get("__name__", "")).startswith("inquiry"):
            return True
        at = at.tb_next
    return False
