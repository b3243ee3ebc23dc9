"""Publishing a table: from then on it stays as it was, whatever is put right later."""

from typing import Any, Final

from sqlalchemy.orm.attributes import set_committed_value

from ...accounts.models import PeerGroup
from ...core import extensions
from ...core.db import Encoded, insert_all, take_turn
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, queries, refusals
from ..models import Place, PublishedTable
from ..rules.changes import is_said_again
from ..rules.digest import digest_of_text, written
from ..rules.handling_indicators import THEME
from ..rules.periods import Period
from . import figures
from .keeping import supersede

#: So many rows of a table are written before others may go first.
_PLACES_AT_ONCE: Final = 200


def publish_table(
    uow: UnitOfWork, actor: Actor, theme: str, period: Period, group_id: int, why: str
) -> tuple[PublishedTable, bool]:
    """Freeze the table as it is now; says whether it is new. One with the same contents is published once; with others,
    it supersedes and says why. Raises NothingMeasured, ReasonNeeded, NotFound.
    """
    require(actor, "results.publish_table")
    return freeze_table(uow, actor, theme, period, group_id, why)


def freeze_table(
    uow: UnitOfWork, actor: Actor, theme: str, period: Period, group_id: int, why: str
) -> tuple[PublishedTable, bool]:
    """The same for a command that has asked who may: a plan of a night exam freezes what it is made from."""
    take_turn(uow.db, figures.TURN)  # or half of an import could stand in it
    uow.lock(PeerGroup, group_id)
    contents = queries.table_now(uow.db, theme, period, group_id, uow.now)
    text = written(contents, extensions.let_others_go_first)
    digest = digest_of_text(text)
    present = queries.published(uow.db, theme, period, group_id, lean=True)
    if present is not None:
        if present.digest == digest or is_said_again(queries.contents_of(uow.db, present), contents):
            return present, False
        if not why:
            raise refusals.ReasonNeeded()
        supersede(uow, PublishedTable, [present.id])
    table = PublishedTable(
        theme=theme, theme_en=contents["theme_en"], period=str(period), group_id=group_id, contents=Encoded(text),
        digest=digest, why=why if present else "", at=uow.now, user_id=actor.user_id,
    )  # fmt: skip
    uow.add(table)
    set_committed_value(table, "contents", contents)
    for start in range(0, len(contents["rows"]), _PLACES_AT_ONCE):
        extensions.let_others_go_first()
        rows = contents["rows"][start : start + _PLACES_AT_ONCE]
        insert_all(uow.db, Place, [_place(table.id, contents, row) for row in rows])
    told = {"theme": theme, "period": str(period), "group": group_id, "digest": digest}
    if present is None:
        uow.record(CITY, events.TABLE_PUBLISHED, actor, [table], **told)
    else:
        uow.record(CITY, events.TABLE_SUPERSEDED, actor, [table, present], **told, why=why)
    return table, True


def publish_theme(
    uow: UnitOfWork, actor: Actor, theme: str, period: Period, why: str
) -> list[tuple[PublishedTable, bool]]:
    """The tables of all groups in which the theme is measured, together or none. Raises as `publish_table`."""
    require(actor, "results.publish_table")
    groups = queries.groups_measured(uow.db, theme, period)
    if not groups:
        raise refusals.NothingMeasured(period=str(period))
    return [publish_table(uow, actor, theme, period, group.id, why) for group in groups]


def _place(table_id: int, contents: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Where a unit stood. What the platform measures itself has no targets: its figures are in the table alone."""
    shown = ("indicator", "actual", "baseline", "stretch", "attainment")
    figures = [
        {name: figure[name] for name in shown} | {"version": one["version"]}
        for one, figure in zip(contents["indicators"], row["figures"], strict=True)
        if contents["theme"] != THEME
    ]
    return {
        "table_id": table_id, "unit_id": row["unit"]["id"], "rank": row["rank"], "score": row["score_exact"],
        "head": row["unit"]["head"], "figures": figures,
    }  # fmt: skip
