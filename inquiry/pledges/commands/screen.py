"""A pledge on the studio screen: who, what, by when."""

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...live.commands.preparation import not_closed
from ...live.commands.screen import switch
from ...live.models import ScreenShows, Session
from ...permissions import Actor, require
from ..models import Pledge
from ..refusals import PledgeWordsWithdrawn


def show_on_screen(uow: UnitOfWork, actor: Actor, pledge_id: int) -> Session:
    """Show the card of a pledge until the floor changes. Raises NotFound (one of no session too), SessionClosed,
    PledgeWordsWithdrawn."""
    require(actor, "pledges.show_on_screen")
    pledge = uow.db.get(Pledge, pledge_id)
    if pledge is None or pledge.session_id is None:
        raise NotFound(what="pledge", id=pledge_id)
    session = not_closed(uow, pledge.session_id)
    if uow.lock(Pledge, pledge_id).withdrawn_at is not None:
        raise PledgeWordsWithdrawn()
    return switch(uow, actor, session, ScreenShows.PLEDGE, pledge.id)
