"""The pictures of a rehearsal lie beside the database: they are removed once it is cleared away."""

from functools import partial

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...live.models import Session
from ...settings import settings
from .. import pictures
from ..models import Evidence, Pledge
from ..queries import lookup


def remove_pictures(uow: UnitOfWork, rehearsal: Session) -> None:
    """But for one that is evidence elsewhere, too."""
    own = select(Evidence.id).join(Pledge, Pledge.id == Evidence.pledge_id).where(Pledge.session_id == rehearsal.id)
    names = {one for one in uow.db.scalars(select(Evidence.picture).where(Evidence.id.in_(own))) if one}
    folder = settings().data_dir
    for picture in names - lookup.held_elsewhere(uow.db, names, own):
        uow.after_commit(partial(pictures.path_of(picture, folder).unlink, missing_ok=True))
