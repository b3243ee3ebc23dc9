"""The reads of the evening: sessions, rundowns, the slot that runs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from ..accounts.models import Unit
from ..core.codes import normalise_code
from ..core.db import Db, existing
from ..errors import NotFound
from ..realtime.streams import public_stream
from ..trace.models import Entry
from . import events, ledger, nesting, rules, timetable
from .models import (
    TIMED_KINDS,
    AtZero,
    Item,
    ItemKind,
    ItemState,
    RundownStep,
    Session,
    SessionState,
    SessionUnit,
    Slot,
)
from .readers import REAL
from .rows import keeps_to_crew

#: A session that has not gone live this long after its time is not going to: home pages stop announcing it.
STILL_EXPECTED = timedelta(hours=6)


@dataclass(frozen=True)
class Home:
    """What a visitor is shown first: `coming` soonest first, `past` newest first."""

    live: Sequence[Session]
    coming: Sequence[Session]
    past: Sequence[Session]


@dataclass(frozen=True)
class Line:
    """One line of a rundown; `hidden` are the words of a question that has not been on air, `steps` where it can go by
    one step."""

    item: Item
    times: timetable.Times[Item]
    unit: Unit | None
    hidden: bool
    steps: dict[str, nesting.Place]


@dataclass(frozen=True)
class Sheet:
    """A rundown with its times; `planned_ms` is what its blocks add up to."""

    lines: Sequence[Line]
    planned_ms: int
    times: timetable.Timetable[Item]


def session(db: Db, session_id: int) -> Session:
    """Raises NotFound."""
    return existing(db, Session, session_id)


def session_by_code(db: Db, code: str) -> Session:
    """The session that people join with this code, however they wrote it down. Raises NotFound."""
    found = db.scalar(select(Session).where(Session.code == normalise_code(code)))
    if found is None:
        raise NotFound(what="session")
    return found


def rehearsal(db: Db, session_id: int) -> Session | None:
    """The rehearsal of a session that there is at present."""
    return db.scalar(select(Session).where(Session.rehearsal_of_id == session_id))


def rehearsals_before(db: Db, at: datetime) -> Sequence[int]:
    """The rehearsals that were begun before an instant."""
    return db.scalars(select(Session.id).where(Session.rehearsal_of_id.is_not(None), Session.created_at < at)).all()


def existing_ids(db: Db, ids: Collection[int]) -> set[int]:
    """Those of these sessions that there are."""
    return set(db.scalars(select(Session.id).where(Session.id.in_(ids))))


def item(db: Db, item_id: int) -> Item:
    """Raises NotFound."""
    return existing(db, Item, item_id)


def slot(db: Db, slot_id: int) -> Slot:
    """Raises NotFound."""
    return existing(db, Slot, slot_id)


def rundown(db: Db, session_id: int) -> Sequence[Item]:
    """The items in their order."""
    return db.scalars(select(Item).where(Item.session_id == session_id).order_by(Item.position, Item.id)).all()


def units(db: Db, session_id: int) -> Sequence[Unit]:
    """The units to be questioned in a session, in their order."""
    return units_of(db, [session_id])[session_id]


def units_of(db: Db, session_ids: Sequence[int]) -> dict[int, list[Unit]]:
    """The units of several sessions, each session's in their order."""
    found: dict[int, list[Unit]] = {number: [] for number in session_ids}
    for session_id, unit in db.execute(
        select(SessionUnit.session_id, Unit)
        .join(Unit, SessionUnit.unit_id == Unit.id)
        .where(SessionUnit.session_id.in_(session_ids))
        .order_by(SessionUnit.position, Unit.id)
    ):
        found[session_id].append(unit)
    return found


def units_named(db: Db, ids: Collection[int]) -> dict[int, Unit]:
    return {unit.id: unit for unit in db.scalars(select(Unit).where(Unit.id.in_(ids)))}


def sheet(db: Db, session: Session, now: datetime) -> Sheet:
    """The rundown of a session as a page shows it."""
    items = rundown(db, session.id)
    ids = {item.unit_id for item in items if item.unit_id is not None}
    named = units_named(db, ids)
    extra = timetable.extra_due(session.extra_ms, items, slots(db, session.id))
    table = timetable.timetable(session, items, now, last_slot(db, session), extra)
    ways = nesting.steps(items)
    lines = [
        Line(
            one.item,
            one,
            named[one.item.unit_id] if one.item.unit_id is not None else None,
            keeps_to_crew(one.item),
            ways[one.item.id],
        )
        for one in table.lines
    ]
    return Sheet(lines, sum(item.planned_ms for item in items if item.block_id is None), table)


def open_slot(db: Db, session_id: int) -> Slot | None:
    """The slot that has not ended, running or paused."""
    return db.scalar(select(Slot).where(Slot.session_id == session_id, Slot.ended_at.is_(None)))


def on_floor(db: Db, session: Session) -> Item | None:
    """What is on air in a session."""
    return db.get(Item, session.floor_item_id) if session.floor_item_id is not None else None


def next_planned(db: Db, item: Item) -> Item | None:
    """What was not on air yet and comes first behind an item of the rundown; a case is not put on air itself."""
    return db.scalar(
        select(Item)
        .where(Item.session_id == item.session_id, Item.position > item.position, Item.state == ItemState.PLANNED)
        .where(Item.kind != ItemKind.CASE)
        .order_by(Item.position)
        .limit(1)
    )


def last_slot(db: Db, session: Session) -> Slot | None:
    """The slot that began last in what is on air, running or not."""
    of_item = select(Slot).where(Slot.item_id == session.floor_item_id).order_by(Slot.id.desc()).limit(1)
    return db.scalar(of_item) if session.floor_item_id is not None else None


def slots(db: Db, session_id: int) -> Sequence[Slot]:
    """Every slot of the session, in the order in which they began."""
    return db.scalars(select(Slot).where(Slot.session_id == session_id).order_by(Slot.started_at, Slot.id)).all()


_STEPS = {
    events.SLOT_STARTED.name: ledger.Step.STARTED, events.SLOT_PAUSED.name: ledger.Step.PAUSED,
    events.SLOT_INTERRUPTED.name: ledger.Step.INTERRUPTED, events.SLOT_RESUMED.name: ledger.Step.RESUMED,
    events.SLOT_EXTENDED.name: ledger.Step.EXTENDED, events.SLOT_ENDED.name: ledger.Step.ENDED,
}  # fmt: skip


def accounts_of(db: Db, session_id: int, now: datetime) -> list[ledger.Account[Slot]]:
    """The ledger of a session: each slot with its intervals, in the order in which they began.

    A slot that ended by itself was noticed some time after: its end is the one that its row says.
    """
    presses: dict[int, list[ledger.Press]] = {}
    for entry in db.scalars(
        select(Entry).where(Entry.stream == public_stream(session_id), Entry.kind.in_(_STEPS)).order_by(Entry.seq)
    ):
        step = _STEPS[entry.kind]
        extended_ms = entry.payload["seconds"] * 1000 if step is ledger.Step.EXTENDED else 0
        press = ledger.Press(step, rules.whole(entry.at), extended_ms)
        presses.setdefault(entry.payload["slot"], []).append(press)
    found = []
    for slot in slots(db, session_id):
        of_slot = presses.get(slot.id, [])
        if slot.ended_at is not None and of_slot:
            of_slot[-1] = ledger.Press(ledger.Step.ENDED, slot.ended_at)
        found.append(ledger.account(slot, slot.allotted_ms, of_slot, now))
    return found


def extra_given(db: Db, session_id: int, unit_id: int) -> dict[int, int]:
    """What each slot of a unit had of the time that everybody was given in a session, in ms, by the slot's id."""
    of_unit = select(Slot.id, Slot.extra_ms).where(Slot.session_id == session_id, Slot.unit_id == unit_id)
    return {one.id: one.extra_ms for one in db.execute(of_unit)}


def slots_since(db: Db, session_id: int, since: datetime) -> Sequence[Slot]:
    """The slots of the session that began at a moment or after it."""
    return db.scalars(select(Slot).where(Slot.session_id == session_id, Slot.started_at >= since)).all()


def last_titles(db: Db) -> dict[int, dict[str, str]]:
    """How each speaker of a unit was last announced, in whatever session: `{unit id: {speaker: title}}`."""
    real = Slot.session_id.in_(select(Session.id).where(REAL))
    last = select(func.max(Slot.id)).where(Slot.speaker_title != "", real).group_by(Slot.unit_id, Slot.speaker)
    titles: dict[int, dict[str, str]] = {}
    for slot in db.scalars(select(Slot).where(Slot.id.in_(last))):
        titles.setdefault(slot.unit_id, {})[slot.speaker] = slot.speaker_title
    return titles


def running_slots(db: Db) -> Sequence[Slot]:
    """The slots, of all sessions, whose time runs and is still to be called, or that are still to be ended."""
    awaited = or_(Slot.time_called_at.is_(None), Slot.at_zero != AtZero.COUNT_OVER)
    return db.scalars(select(Slot).where(Slot.ended_at.is_(None), Slot.paused_at.is_(None), awaited)).all()


def followed_by_time(db: Db) -> Sequence[Item]:
    """What is on air, in all sessions, of the kinds that end by their planned time, where something later is armed."""
    armed = select(Item.session_id).where(Item.follows, Item.state == ItemState.PLANNED)
    return db.scalars(
        select(Item)
        .join(Session, Session.floor_item_id == Item.id)
        .where(Session.state == SessionState.LIVE, Item.kind.in_(TIMED_KINDS), Session.id.in_(armed))
    ).all()


def last_step(db: Db, session_id: int, user_id: int | None, *, undone: bool) -> RundownStep | None:
    """What somebody did last on a rundown and has not undone; or undid last, and may do again. What touched a line that
    is or was on air is passed over: that line stays as it is."""
    of_person = (RundownStep.session_id == session_id, RundownStep.user_id == user_id)
    by_age = RundownStep.id if undone else RundownStep.id.desc()
    steps = db.scalars(select(RundownStep).where(*of_person, RundownStep.is_undone.is_(undone)).order_by(by_age))
    aired = db.scalars(select(Item.id).where(Item.session_id == session_id, Item.state != ItemState.PLANNED))
    fixed = {str(one) for one in aired}
    return next((one for one in steps if fixed.isdisjoint(one.before["lines"])), None)


def live(db: Db) -> Sequence[Session]:
    return db.scalars(
        select(Session).where(Session.state == SessionState.LIVE, REAL).order_by(Session.went_live_at)
    ).all()


def upcoming(db: Db, now: datetime) -> Sequence[Session]:
    """The sessions still to come, soonest first."""
    return db.scalars(
        select(Session)
        .where(Session.state == SessionState.PLANNED, REAL, Session.starts_at > now - STILL_EXPECTED)
        .order_by(Session.starts_at, Session.id)
    ).all()


def past(db: Db, limit: int, offset: int = 0) -> Sequence[Session]:
    """Closed sessions, newest first."""
    return db.scalars(
        select(Session)
        .where(Session.state == SessionState.CLOSED, REAL)
        .order_by(Session.starts_at.desc(), Session.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def count_past(db: Db) -> int:
    closed = select(func.count()).select_from(Session).where(Session.state == SessionState.CLOSED, REAL)
    return db.scalar(closed) or 0


def given_up(db: Db, now: datetime) -> Sequence[Session]:
    """Planned sessions whose time went by, newest first: the crew should know that they are still there."""
    return db.scalars(
        select(Session)
        .where(Session.state == SessionState.PLANNED, REAL, Session.starts_at <= now - STILL_EXPECTED)
        .order_by(Session.starts_at.desc())
    ).all()


def home(db: Db, now: datetime) -> Home:
    return Home(live(db), upcoming(db, now), past(db, 6))
