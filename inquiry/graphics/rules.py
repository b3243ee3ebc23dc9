"""Decisions about outputs that need no database."""

from collections.abc import Iterable

_ROOM = "output:"


def output_room(output_id: int) -> str:
    """The room of the sockets that were opened with the token of one output."""
    return f"{_ROOM}{output_id}"


def outputs_in(rooms: Iterable[str]) -> set[int]:
    """The outputs whose rooms are among these."""
    return {int(room.removeprefix(_ROOM)) for room in rooms if room.startswith(_ROOM)}
