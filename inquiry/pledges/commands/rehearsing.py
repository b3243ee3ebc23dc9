"""The pictures of a rehearsal lie beside the database: they are removed once it is cleared away."""

from functools import partial

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...live.models import Session
from ...settings import settings
from .. import pictures
from ..models import Evidence, Pledge


def remove_pictures(uow: UnitOfWork, rehearsal: Session) -> None:
    """But for one that is evidence elsewhere, too: a picture has the name of its contents."""
    pledges = select(Pledge.id).where(Pledge.session_id == rehearsal.id)
    shown = select(Evidence.picture).where(Evidence.picture.is_not(None))
    elsewhere = set(uow.db.scalars(shown.where(Evidence.pledge_id.not_in(pledges))))
    folder = settings().data_dir
    for picture in set(uow.db.scalars(shown.where(Evidence.pledge_id.in_(pledges)))) - elsewhere:
        uow.after_commit(partial(pictures.path_of(picture or "", folder).unlink, missing_ok=True))
