"""Publishing a table: from then on it stays as it was, whatever is put right later."""

from ...accounts.models import PeerGroup
from ...core.db import insert_all
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...trace.streams import CITY
from .. import events, queries, refusals
from ..models import Place, PublishedTable
from ..rules.digest import digest_of
from ..rules.periods import Period
from .keeping import supersede


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
    uow.lock(PeerGroup, group_id)
    contents = queries.table_now(uow.db, theme, period, group_id)
    digest = digest_of(contents)
    present = queries.published(uow.db, theme, period, group_id)
    if present is not None:
        if present.digest == digest:
            return present, False
        if not why:
            raise refusals.ReasonNeeded()
        supersede(uow, PublishedTable, [present.id])
    table = PublishedTable(
        theme=theme, period=str(period), group_id=group_id, contents=contents, digest=digest,
        why=why if present else "", at=uow.now, user_id=actor.user_id,
    )  # fmt: skip
    uow.add(table)
    places = [
        {"table_id": table.id, "unit_id": row["unit"]["id"], "rank": row["rank"], "score": row["score_exact"]}
        for row in contents["rows"]
    ]
    insert_all(uow.db, Place, places)
    told = {"theme": theme, "period": str(period), "group": group_id, "digest": digest}
    if present is None:
        uow.record(CITY, events.TABLE_PUBLISHED, actor, [table], **told)
    else:
        uow.record(CITY, events.TABLE_SUPERSEDED, actor, [table, present], **told, why=why)
    return table, True
