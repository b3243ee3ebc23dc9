"""What the commands, the watcher and the route for pictures look up; the lists that people read are in `lists.py`."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from ...core.db import Db, existing
from ...live import readers
from ..models import Confirmation, Evidence, Extension, ExtensionState, Pledge, PledgeState


def pledge(db: Db, pledge_id: int) -> Pledge:
    """Raises NotFound."""
    return existing(db, Pledge, pledge_id)


_also_held: list[Callable[[Db, Collection[str]], Collection[str]]] = []


def also_held(find: Callable[[Db, Collection[str]], Collection[str]]) -> None:
    """Let a package above say which of some pictures are evidence there: one file has the name of its contents."""
    _also_held.append(find)


def held_elsewhere(db: Db, names: Collection[str], but: Select[int]) -> set[str]:
    """Those of the pictures that are evidence of something else than these pieces: their files stay."""
    others = select(Evidence.picture).where(Evidence.picture.in_(names), Evidence.id.not_in(but))
    return {one for one in db.scalars(others) if one}.union(*(find(db, names) for find in _also_held))


def has_picture(db: Db, name: str, hidden: Collection[int] = ()) -> bool:
    """Whether a picture of this name is anybody's evidence, of a pledge that was made elsewhere than in the `hidden`
    sessions."""
    shown = select(Evidence.id).join(Pledge, Pledge.id == Evidence.pledge_id).where(Evidence.picture == name)
    return db.scalar(shown.where(*readers.outside(Pledge.session_id, hidden)).limit(1)) is not None


def states_of(db: Db, pledge_id: int) -> Sequence[ExtensionState]:
    """What became of every extension that was asked for this pledge, oldest first."""
    return db.scalars(select(Extension.state).where(Extension.pledge_id == pledge_id).order_by(Extension.id)).all()


def silent(db: Db, now: datetime) -> Sequence[tuple[int, int]]:
    """The pledges whose unit let its 24 hours pass without a word, as `(id, rev)`."""
    rows = db.execute(
        select(Pledge.id, Pledge.rev)
        .where(
            Pledge.state != PledgeState.SUPERSEDED,
            Pledge.confirmation == Confirmation.ASKED,
            Pledge.confirmation_due_at < now,
            Pledge.withdrawn_at.is_(None),
        )
        .order_by(Pledge.id)
    )
    return [(pledge_id, rev) for pledge_id, rev in rows]
