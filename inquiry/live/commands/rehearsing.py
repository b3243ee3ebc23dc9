"""A session's whole show is run as a rehearsal: on a copy of it, of which nothing is left (`clearing`)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, Scope, require
from .. import queries, refusals
from ..models import Session, Timer
from . import preparation

#: Before the title, in either language: wherever that is shown, also on paper, it says what this is.
MARK, MARK_EN = "【彩排】", "Rehearsal: "


@dataclass(frozen=True)
class Copying:
    """A rehearsal on its way: the session, its copy, and the ids of the copies of its lines, timers and questions by
    those of what they are copies of."""

    uow: UnitOfWork
    actor: Actor
    of: Session
    to: Session
    items: dict[int, int] = field(default_factory=dict)
    timers: dict[int, int] = field(default_factory=dict)
    questions: dict[int, int] = field(default_factory=dict)


_on_copied: list[Callable[[Copying], None]] = []


def on_copied(add: Callable[[Copying], None]) -> None:
    """Let a package above add, within the same unit of work, its part of the show; the rundown is there already."""
    _on_copied.append(add)


def rehearse_session(uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
    """Begin the rehearsal of a session that was never live: a session like it, to be gone through from beginning to end
    by whoever is signed in. Nobody else sees anything of it, and it counts nowhere. There is one at a time.

    Raises NotFound, AlreadyLive, SessionClosed, IsRehearsal, AlreadyRehearsed.
    """
    require(actor, "live.rehearse_session", Scope(session_id=session_id))
    session = preparation.not_begun(uow, session_id)
    if session.rehearsal_of_id is not None:
        raise refusals.IsRehearsal()
    if (there := queries.rehearsal(uow.db, session.id)) is not None:
        raise refusals.AlreadyRehearsed(session=there.id, rehearsal_code=there.code)
    copy = preparation.put_session(
        uow, actor, kind=session.kind, title=_marked(MARK, session.title, Session.title),
        title_en=_marked(MARK_EN, session.title_en, Session.title_en) if session.title_en else "",
        theme=session.theme, theme_en=session.theme_en, starts_at=session.starts_at,
        planned_minutes=session.planned_minutes, closed_to_public=session.closed_to_public, rehearsal_of_id=session.id,
    )  # fmt: skip
    copy.intake_opened_at, copy.intake_closed_at = session.intake_opened_at, session.intake_closed_at
    copy.question_count = session.question_count
    preparation.invite(uow, copy, [unit.id for unit in queries.units(uow.db, session.id)])
    copying = Copying(uow, actor, session, copy)
    _copy_rundown(copying)
    _copy_timers(copying)
    for add in _on_copied:
        add(copying)
    return copy


def _marked(mark: str, title: str, column: object) -> str:
    return (mark + title)[: column.type.length]  # type: ignore[attr-defined]


def _copy_rundown(copying: Copying) -> None:
    """Every line; whose question it is, `questions` says."""
    lines = queries.rundown(copying.uow.db, copying.of.id)
    copies = [preparation.copy_item(one, copying.to, copying.actor, one.position) for one in lines]
    for line, copy in zip(lines, copies, strict=True):
        copy.question_id, copy.by_plan = None, line.by_plan
    copying.uow.add(*copies)
    copying.items.update((line.id, copy.id) for line, copy in zip(lines, copies, strict=True))
    for line, copy in zip(lines, copies, strict=True):
        copy.case_id = copying.items.get(line.case_id or 0)


def _copy_timers(copying: Copying) -> None:
    """As they were set, ready."""
    timers = copying.uow.db.scalars(select(Timer).where(Timer.session_id == copying.of.id).order_by(Timer.id))
    copies = {
        one.id: Timer(
            session_id=copying.to.id, name=one.name, name_en=one.name_en, counts=one.counts, public=one.public,
            allotted_ms=one.allotted_ms,
        )
        for one in timers.all()
    }  # fmt: skip
    copying.uow.add(*copies.values())
    copying.timers.update((original, copy.id) for original, copy in copies.items())
