"""Decisions about outputs that need no database."""

from collections.abc import Iterable

_ROOM = "output:"


def address(token_hash: str) -> str:
    """What tells the token of an output from those that it had before, and opens nothing."""
    return token_hash[:16]


def output_room(output_id: int, token_hash: str) -> str:
    """The room of the sockets that were opened with this token of an output: `Grant.bearer`."""
    return f"{_ROOM}{output_id}:{address(token_hash)}"


def rooms_of_outputs(rooms: Iterable[str]) -> dict[str, int]:
    """Those of these rooms that are outputs', and whose."""
    return {room: int(room.split(":")[1]) for room in rooms if room.startswith(_ROOM)}
