"""Where a page of a list ends, as addresses carry it to the next one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ...core.fields import is_in_range

LONGEST: Final = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Behind the question `id` (or before it, `backwards`) in the order of the moment `at`, when it had `votes`.

    `usual_millionths` is the usual rate of then (`rules.usual_rate`), in millionths, in an order that goes by it.
    """

    at: datetime
    votes: int
    approved_at: datetime
    id: int
    backwards: bool = False
    usual_millionths: int = 0

    @property
    def key(self) -> tuple[int, datetime, int]:
        return self.votes, self.approved_at, self.id

    def __str__(self) -> str:
        numbers = [_microseconds(self.at), self.votes, _microseconds(self.approved_at), self.id, int(self.backwards)]
        return "-".join(map(str, [*numbers, self.usual_millionths]))

    @classmethod
    def parse(cls, written: str) -> "Place | None":
        """None for what is none: an address that was cut off still shows a list."""
        parts = written.split("-") if len(written) <= LONGEST else []
        if len(parts) != 6 or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
            return None
        at, votes, approved_at, question_id, backwards, usual = map(int, parts)
        try:
            instants = [_EPOCH + number * _MICROSECOND for number in (at, approved_at)]
        except OverflowError:
            return None
        if not all(map(is_in_range, instants)) or max(votes, question_id) >= 2**31:
            return None
        return cls(instants[0], votes, instants[1], question_id, backwards == 1, usual)


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
