"""A pledge on the studio screen: who, what, by when."""

from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...live.commands.preparation import not_closed
from ...live.commands.screen import switch
from ...live.models import ScreenShows, Session
from ...permissions import Actor, require
from ..models import Pledge


def show_on_screen(uow: UnitOfWork, actor: Actor, pledge_id: int) -> Session:
    """Show the card of a pledge until the floor changes. Raises NotFound (one of no session too), SessionClosed."""
    require(actor, "pledges.show_on_screen")
    pledge = uow.db.get(Pledge, pledge_id)
    if pledge is None or pledge.session_id is None:
        raise NotFound(what="pledge", id=pledge_id)
    return switch(uow, actor, not_closed(uow, pledge.session_id), ScreenShows.PLEDGE, pledge.id)
