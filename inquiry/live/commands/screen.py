"""What the studio screens show: the programme, or what the crew has switched to; all of a session's screens follow."""

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream
from .. import events
from ..models import ScreenShows, Session
from .preparation import not_closed


def show_on_screen(uow: UnitOfWork, actor: Actor, session_id: int, shows: ScreenShows) -> Session:
    """Switch the screens. Raises SessionClosed."""
    require(actor, "live.show_on_screen")
    return switch(uow, actor, not_closed(uow, session_id), shows)


def switch(
    uow: UnitOfWork, actor: Actor, session: Session, shows: ScreenShows, pledge_id: int | None = None,
    verdict_id: int | None = None,
) -> Session:  # fmt: skip
    """The same for a session that the caller has locked. Switching to what is shown already is no change.

    Which pledge may be shown is for `pledges.show_on_screen` to say, which calls this, and which verdict for
    `verdicts.show_on_screen`.
    """
    if (session.screen, session.screen_pledge_id, session.screen_verdict_id) != (shows, pledge_id, verdict_id):
        session.screen, session.screen_pledge_id, session.screen_verdict_id = shows, pledge_id, verdict_id
        uow.record(public_stream(session.id), events.SCREEN_SWITCHED, actor, [session], shows=shows.value)
    return session
