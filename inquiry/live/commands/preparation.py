"""Before the evening: planning a session, taking questions, going live."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, inspect, select

from ...accounts import queries as accounts
from ...core import clock, codes
from ...core.db import Base, assign
from ...dispatch.unit_of_work import UnitOfWork
from ...permissions import Actor, require
from ...realtime.streams import public_stream, streams_of
from ...realtime.views import View
from ...trace import commands as trace
from .. import events, queries, refusals, rules, timetable
from ..models import Item, Session, SessionKind, SessionState, SessionUnit
from . import clearing
from .floor import claim_floor, shut

#: Of a line, what belongs to its own session, and what happened to it there.
_NOT_COPIED = {
    "id", "session_id", "position", "planned_at", "block_id", "case_id", "by_plan", "placed_by_id", "rev", "state",
    "started_at", "taken_at", "ended_at",
}  # fmt: skip


class Details(TypedDict, total=False):
    """What can be changed about a session; what is left out stays."""

    kind: SessionKind
    title: str
    title_en: str
    theme: str
    theme_en: str
    starts_at: datetime
    planned_minutes: int
    unit_ids: Sequence[int]
    closed_to_public: bool


def create_session(
    uow: UnitOfWork,
    actor: Actor,
    *,
    title: str,
    starts_at: datetime,
    planned_minutes: int,
    unit_ids: Sequence[int] = (),
    kind: SessionKind = SessionKind.INQUIRY,
    title_en: str = "",
    theme: str = "",
    theme_en: str = "",
    closed_to_public: bool = False,
    like_id: int | None = None,
) -> Session:
    """Plan a session; it gets the code that people join with. It may begin with the rundown of another (`like_id`): its
    lines, notes and cues, but nothing that happened, no citizen's question, and nothing that results planned.

    Raises NotFound for a unit, or that other session.
    """
    require(actor, "live.create_session")
    like = queries.session(uow.db, like_id) if like_id is not None else None
    session = put_session(
        uow, actor, kind=kind, title=title, title_en=title_en, theme=theme, theme_en=theme_en, starts_at=starts_at,
        planned_minutes=planned_minutes, closed_to_public=closed_to_public,
    )  # fmt: skip
    invite(uow, session, unit_ids)
    if like is not None:
        _copy_rundown(uow, actor, session, queries.rundown(uow.db, like.id))
    return session


def _copy_rundown(uow: UnitOfWork, actor: Actor, session: Session, items: Sequence[Item]) -> None:
    kept = [one for one in items if one.question_id is None and one.block_id is None and not one.by_plan]
    copies = {one.id: copy_item(one, session, actor, number) for number, one in enumerate(kept, start=1)}
    uow.add(*copies.values())
    for one in kept:
        if (case := copies.get(one.case_id or 0)) is not None:
            copies[one.id].case_id = case.id
    if copies:
        uow.record(
            public_stream(session.id), events.RUNDOWN_CHANGED, actor, list(copies.values()), lines=len(copies)
        )  # fmt: skip


def copy_item(item: Item, session: Session, actor: Actor, position: int) -> Item:
    """A line as it was planned, which nobody has put on air."""
    return Item(**said(item, _NOT_COPIED), session_id=session.id, position=position, placed_by_id=actor.user_id)


def said(row: Base, but: Collection[str]) -> dict[str, Any]:
    """The columns of a row for a copy of it, without those that are the copy's own."""
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs if one.key not in but}


def put_session(
    uow: UnitOfWork, actor: Actor, *, kind: SessionKind, title: str, title_en: str, theme: str, theme_en: str,
    starts_at: datetime, planned_minutes: int, closed_to_public: bool, rehearsal_of_id: int | None = None,
) -> Session:  # fmt: skip
    """The same without units, for a command that has asked who may. A rehearsal's streams are to be removed one day."""
    session = Session(
        code=_unused_code(uow), kind=kind, title=title, title_en=title_en, theme=theme, theme_en=theme_en,
        starts_at=starts_at, planned_minutes=planned_minutes, closed_to_public=closed_to_public,
        rehearsal_of_id=rehearsal_of_id, created_at=uow.now,
    )  # fmt: skip
    uow.add(session)
    if rehearsal_of_id is not None:
        trace.open_temporary(uow.db, streams_of(session.id, View.STAFF))
    uow.record(public_stream(session.id), events.SESSION_CREATED, actor, [session], title=title)
    if closed_to_public:
        uow.record(public_stream(session.id), events.CLOSED_TO_PUBLIC, actor, [session])
    return session


def _unused_code(uow: UnitOfWork) -> str:
    while True:
        code = codes.session_code()
        if uow.db.scalar(select(Session.id).where(Session.code == code)) is None:
            return code


def invite(uow: UnitOfWork, session: Session, unit_ids: Sequence[int]) -> None:
    """Let exactly these units be questioned, in this order."""
    uow.db.execute(delete(SessionUnit).where(SessionUnit.session_id == session.id))
    for position, unit_id in enumerate(dict.fromkeys(unit_ids)):
        accounts.unit(uow.db, unit_id)
        uow.db.add(SessionUnit(session_id=session.id, unit_id=unit_id, position=position))


def change_session(uow: UnitOfWork, actor: Actor, session_id: int, **changes: Unpack[Details]) -> Session:
    """Change what was planned. Raises SessionClosed, HasBegun (kind, beginning), StaysPublic, NeedsUnits, NotFound for
    a unit."""
    require(actor, "live.change_session")
    session = not_closed(uow, session_id)
    before = [unit.id for unit in queries.units(uow.db, session.id)]
    unit_ids = list(dict.fromkeys(changes.pop("unit_ids", before)))
    changed = {name: value for name, value in changes.items() if getattr(session, name) != value}
    _check_begun(session, changed, unit_ids)
    if not changed and unit_ids == before:
        return session
    assign(session, changed)
    if unit_ids != before:
        invite(uow, session, unit_ids)
    stream, is_moved = public_stream(session.id), changed.pop("closed_to_public", None)
    if is_moved is not None:
        uow.record(stream, events.CLOSED_TO_PUBLIC if is_moved else events.OPENED_TO_PUBLIC, actor, [session])
    if changed or unit_ids != before:
        uow.record(stream, events.SESSION_CHANGED, actor, [session])
    return session


def _check_begun(session: Session, changed: dict[str, object], unit_ids: Sequence[int]) -> None:
    if session.state is SessionState.PLANNED:
        return
    for field in ("kind", "starts_at"):
        if field in changed:
            raise refusals.HasBegun(field=field)
    if changed.get("closed_to_public"):  # opened it may be: an hour later all of it would be public anyway
        raise refusals.StaysPublic()
    if not unit_ids:
        raise refusals.NeedsUnits()


def open_intake(uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
    """Let people ask, for the first time or again. Raises IntakeOpen, SessionClosed."""
    require(actor, "live.open_intake")
    session = not_closed(uow, session_id)
    if rules.intake(session) is rules.Intake.OPEN:
        raise refusals.IntakeOpen()
    session.intake_opened_at = session.intake_opened_at or uow.now
    session.intake_closed_at = None
    uow.record(public_stream(session.id), events.INTAKE_OPENED, actor, [session])
    return session


def close_intake(uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
    """Take no more questions. Raises IntakeClosed, SessionClosed."""
    require(actor, "live.close_intake")
    session = not_closed(uow, session_id)
    intake = rules.intake(session)
    if intake is not rules.Intake.OPEN:
        raise refusals.IntakeClosed(intake=intake.value)
    session.intake_closed_at = uow.now
    uow.record(public_stream(session.id), events.INTAKE_CLOSED, actor, [session])
    return session


def go_live(uow: UnitOfWork, actor: Actor, session_id: int, planned_for: date | None = None) -> Session:
    """Begin the evening. Far from its time only for whoever names the day in the city for which it was planned. If it
    was rehearsed, nothing is left of that from here on; a rehearsal itself may begin at any time.

    Raises AlreadyLive, SessionClosed (it was called off), NeedsUnits, NotItsTime.
    """
    require(actor, "live.go_live")
    session = uow.lock(Session, session_id)
    if not rules.may_become(session.state, SessionState.LIVE):
        raise refusals.AlreadyLive() if session.called_off_reason is None else refusals.SessionClosed()
    if not queries.units(uow.db, session.id):
        raise refusals.NeedsUnits()
    _check_time(uow, session, planned_for)
    if (rehearsal := queries.rehearsal(uow.db, session.id)) is not None:
        clearing.clear(uow, rehearsal.id)
    session.state = SessionState.LIVE
    session.went_live_at = uow.now
    items = _freeze_plan(uow, session)
    uow.record(public_stream(session.id), events.WENT_LIVE, actor, [session, *items])
    return session


def _check_time(uow: UnitOfWork, session: Session, planned_for: date | None) -> None:
    day = clock.city_day(session.starts_at)
    if not rules.is_its_time(session, uow.now) and planned_for != day:
        raise refusals.NotItsTime(starts_on=day.isoformat(), starts_at=clock.milliseconds(session.starts_at))


def take_back_live(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Session:
    """Undo going live while nothing was aired: the session is planned again, and its plan no longer frozen.

    Raises Stale, NotLive, HasAired.
    """
    require(actor, "live.take_back_live")
    session = claim_floor(uow, session_id, seen)
    items = queries.rundown(uow.db, session.id)
    if any(item.started_at is not None for item in items):
        raise refusals.HasAired()
    session.state, session.went_live_at, session.plan_ends_at = SessionState.PLANNED, None, None
    for item in items:
        item.planned_at = None
    uow.record(public_stream(session.id), events.LIVE_TAKEN_BACK, actor, [session, *items])
    return session


def _freeze_plan(uow: UnitOfWork, session: Session) -> Sequence[Item]:
    """Keep when each item was to begin, whatever is inserted, changed or removed from now on."""
    items = queries.rundown(uow.db, session.id)
    planned, session.plan_ends_at = timetable.plan(session, items)
    for item in items:
        item.planned_at = planned[item.id]
    return items


def call_off(uow: UnitOfWork, actor: Actor, session_id: int, reason: str) -> Session:
    """End, for a public reason, a session that never went live. Raises AlreadyLive, SessionClosed.

    What becomes of its questions is for `responses.call_off_session` to say, which calls this and asks whose right
    it is.
    """
    session = not_begun(uow, session_id)
    session.called_off_reason = reason
    shut(uow, session)
    uow.record(public_stream(session.id), events.SESSION_CALLED_OFF, actor, [session], reason=reason)
    return session


def not_begun(uow: UnitOfWork, session_id: int) -> Session:
    """The session, locked, before it was ever live. Raises AlreadyLive, SessionClosed."""
    session = not_closed(uow, session_id)
    if session.state is SessionState.LIVE:
        raise refusals.AlreadyLive()
    return session


def not_closed(uow: UnitOfWork, session_id: int) -> Session:
    """The session, locked: whoever changes its plan waits for whoever changes it now. Raises SessionClosed."""
    session = uow.lock(Session, session_id)
    if session.state is SessionState.CLOSED:
        raise refusals.SessionClosed()
    return session
