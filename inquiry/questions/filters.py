"""What the addresses of lists say: which unit, which session, which page. What they cannot mean is left out."""

from collections.abc import Collection

from ..core import clock
from ..core.db import Db
from ..errors import NotFound, NotPublic
from ..live import queries as live
from ..live.models import Session

#: The parameters of lists, in the order in which links write them.
PARAMETERS = ("q", "unit", "own", "state", "session", "sort")
#: How many past sessions a filter offers.
PAST_SESSIONS = 60
_LONGEST_SEARCH = 60


def sessions(db: Db, code: str | None, hidden: Collection[int]) -> tuple[list[Session], Session | None]:
    """The sessions a filter offers (live, coming, the newest that are over), and the one whose code was chosen.
    Raises NotPublic for one of those that are `hidden` from the reader."""
    known = [*live.live(db), *live.upcoming(db, clock.now()), *live.past(db, PAST_SESSIONS)]
    offered = [one for one in known if one.id not in hidden]
    try:
        chosen = live.session_by_code(db, code) if code else None
    except NotFound:
        return offered, None
    if chosen is not None and chosen.id in hidden:
        raise NotPublic(session=chosen.id)
    if chosen is not None and chosen not in offered:
        offered.append(chosen)
    return offered, chosen


def positive(wish: str | None) -> int | None:
    """A number from an address; None for what is none."""
    is_number = wish is not None and wish.isascii() and wish.isdigit() and len(wish) <= 10
    return int(wish) if is_number and wish and 0 < int(wish) < 2**31 else None


def search_words(typed: str | None) -> str:
    return (typed or "").strip()[:_LONGEST_SEARCH]
