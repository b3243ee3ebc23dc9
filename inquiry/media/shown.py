"""The picture on pages of other packages: they name its place, and its script does the rest."""

from ..core.db import Db
from ..live import readers
from ..live.models import Session
from ..web.http import actor, may_load_from
from . import queries, rules
from .models import PictureSource


def shown(db: Db, session: Session) -> dict[str, str | int]:
    """What `media/_place.html` wants to know: the session, the view in which this reader follows it, and from where a
    stream elsewhere comes ('' for none), which this answer lets its page load."""
    programme = queries.programme(db, session.id)
    origin = rules.origin(programme.address) if programme and programme.source is PictureSource.ADDRESS else ""
    if origin:
        may_load_from(origin)
    return {"session": session.id, "view": str(readers.view_of(actor(), session)), "origin": origin}
