"""Decisions about outputs that need no database."""

from collections.abc import Iterable

_ROOM = "output:"


def address(token_hash: str, session_id: int) -> str:
    """What tells the token of an output from those that it had before, and the session that it shows from another
    (while that is rehearsed). It opens nothing."""
    return f"{token_hash[:16]}-{session_id}"


def output_room(output_id: int, token_hash: str, session_id: int) -> str:
    """The room of the sockets that were opened with this token of an output: `Grant.bearer`."""
    return f"{_ROOM}{output_id}:{address(token_hash, session_id)}"


def rooms_of_outputs(rooms: Iterable[str]) -> dict[str, int]:
    """Those of these rooms that are outputs', and whose."""
    return {room: int(room.split(":")[1]) for room in rooms if room.startswith(_ROOM)}
