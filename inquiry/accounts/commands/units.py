"""Units: adding and changing them. Who heads one and whom it is compared with: `heads`, `peer_groups`."""

from sqlalchemy import func, select

from ...core import text
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, queries, refusals, rules
from ..models import Unit, UnitKind
from .heads import name_head


def add_unit(
    uow: UnitOfWork, actor: Actor, *, name: str, name_en: str, kind: UnitKind, parent_id: int | None, head: str
) -> Unit:
    """Raises UnitNameTaken (also by a name that only looks like it), NotFound."""
    require(actor, "accounts.add_unit")
    _check_unit_name(uow, [name, name_en], None)
    if parent_id is not None:
        queries.unit(uow.db, parent_id)
    return put_unit(uow, actor, name=name, name_en=name_en, kind=kind, parent_id=parent_id, head=head)


def put_unit(
    uow: UnitOfWork, actor: Actor, *, name: str, name_en: str, kind: UnitKind, parent_id: int | None, head: str,
    title: str = "",
) -> Unit:  # fmt: skip
    """Add a unit whose name and parent were looked at already."""
    position = uow.db.scalar(select(func.count()).select_from(Unit)) or 0
    unit = Unit(name=name, name_en=name_en, kind=kind, parent_id=parent_id, position=position)
    uow.add(unit)
    uow.record(CITY, events.UNIT_ADDED, actor, [unit])
    name_head(uow, actor, unit, head, title)
    return unit


def change_unit(
    uow: UnitOfWork, actor: Actor, unit_id: int, *, name: str, name_en: str, kind: UnitKind, parent_id: int | None,
    head: str | None = None,
) -> Unit:  # fmt: skip
    """Without `head`, whoever heads it stays. Raises UnitNameTaken, UnitLoop, NotFound."""
    require(actor, "accounts.change_unit")
    unit = uow.lock(Unit, unit_id)
    _check_unit_name(uow, [name, name_en], unit_id)
    if rules.would_loop(unit_id, parent_id, queries.parents(uow.db)):
        raise refusals.UnitLoop()
    unit.name, unit.name_en, unit.kind, unit.parent_id = name, name_en, kind, parent_id
    uow.record(CITY, events.UNIT_CHANGED, actor, [unit])
    if head is not None and head != unit.head:
        name_head(uow, actor, unit, head)
    return unit


def _check_unit_name(uow: UnitOfWork, names: list[str], own_id: int | None) -> None:
    wanted = {text.look_alike(name) for name in names if name}
    for unit_id, name, name_en in uow.db.execute(select(Unit.id, Unit.name, Unit.name_en).order_by(Unit.id)):
        for taken in (name, name_en):
            if unit_id != own_id and taken and text.look_alike(taken) in wanted:
                raise refusals.UnitNameTaken(name=taken)
