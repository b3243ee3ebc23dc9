"""What follows from the data of sessions, items and slots, with the present moment as an argument.

A slot's time is reckoned in whole milliseconds, because that is how it travels: the server and every browser get the
same figure out of the same row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from .models import AtZero, ItemState, SessionState

WARNING_MS = 30_000
MOST_MS = 2 * 60 * 60 * 1000
"""The longest slot, extensions included."""

_MS = timedelta(milliseconds=1)


class Timer(Protocol):
    """The part of a slot that its time is reckoned from."""

    @property
    def allotted_ms(self) -> int: ...
    @property
    def extended_ms(self) -> int: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def paused_ms(self) -> int: ...
    @property
    def ended_at(self) -> datetime | None: ...


class CalledTimer(Timer, Protocol):
    """A timer whose end somebody has to notice."""

    @property
    def at_zero(self) -> AtZero: ...
    @property
    def time_called_at(self) -> datetime | None: ...


class Phase(StrEnum):
    """How a running timer looks. OVER begins when nothing is left."""

    NORMAL = "normal"
    WARNING = "warning"
    OVER = "over"


Changes = dict[str, Any]
"""Columns of a slot and their new values."""


# --- the timer ------------------------------------------------------------------------------------------------------


def whole(instant: datetime) -> datetime:
    """The instant without what is smaller than a millisecond."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def allowed_ms(timer: Timer) -> int:
    return timer.allotted_ms + timer.extended_ms


def used_ms(timer: Timer, now: datetime) -> int:
    """Time spoken so far, pauses left out; it stands still while paused and once ended."""
    until = timer.ended_at or timer.paused_at or whole(now)
    return max(0, (until - timer.started_at) // _MS - timer.paused_ms)


def remaining_ms(timer: Timer, now: datetime) -> int:
    """What is left; negative when over."""
    return allowed_ms(timer) - used_ms(timer, now)


def is_running(timer: Timer) -> bool:
    return timer.ended_at is None and timer.paused_at is None


def ends_at(timer: Timer) -> datetime | None:
    """When nothing will be left if nobody presses anything; None while paused and once ended."""
    if not is_running(timer):
        return None
    return timer.started_at + (allowed_ms(timer) + timer.paused_ms) * _MS


def warning_ms(timer: Timer) -> int:
    """The warning begins with 30 s left, or with a tenth of the time allowed where that is more."""
    return max(WARNING_MS, allowed_ms(timer) // 10)


def phase(timer: Timer, now: datetime) -> Phase:
    remaining = remaining_ms(timer, now)
    if remaining <= 0:
        return Phase.OVER
    return Phase.WARNING if remaining <= warning_ms(timer) else Phase.NORMAL


def started(seconds: int, now: datetime) -> Changes:
    return {"allotted_ms": seconds * 1000, "extended_ms": 0, "started_at": whole(now), "paused_ms": 0}


def paused(now: datetime) -> Changes:
    return {"paused_at": whole(now)}


def resumed(timer: Timer, now: datetime) -> Changes:
    return {"paused_at": None, "paused_ms": _paused_ms(timer, whole(now))}


def ended(timer: Timer, at: datetime) -> Changes:
    """An end in mid-pause ends the pause too, so that the pause is not counted as speaking."""
    return {"paused_at": None, "paused_ms": _paused_ms(timer, whole(at)), "ended_at": whole(at)}


def extended(timer: Timer, seconds: int, now: datetime) -> Changes:
    """More time calls for another call when it is up."""
    changes: Changes = {"extended_ms": timer.extended_ms + seconds * 1000}
    if remaining_ms(timer, now) + seconds * 1000 > 0:
        changes["time_called_at"] = None
    return changes


def _paused_ms(timer: Timer, until: datetime) -> int:
    return timer.paused_ms + ((until - timer.paused_at) // _MS if timer.paused_at else 0)


def most_taken_away_s(timer: Timer, now: datetime) -> int:
    """How many whole seconds can be taken away without going below the time already used."""
    return max(0, remaining_ms(timer, now)) // 1000


def most_added_s(timer: Timer) -> int:
    return max(0, MOST_MS - allowed_ms(timer)) // 1000


def deadline(timer: CalledTimer) -> datetime | None:
    """When somebody has to call time; None when it was called already, or nothing is running."""
    return ends_at(timer) if timer.time_called_at is None else None


def is_due(timer: CalledTimer, now: datetime) -> bool:
    at = deadline(timer)
    return at is not None and at <= now


def next_deadline(timers: Sequence[CalledTimer], now: datetime) -> datetime | None:
    """The nearest deadline after `now`; what is due already is not waited for."""
    return min((at for timer in timers if (at := deadline(timer)) is not None and at > now), default=None)


# --- states ---------------------------------------------------------------------------------------------------------


class Intake(StrEnum):
    """Whether questions may be asked."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


class Asked(Protocol):
    """The part of a session that decides whether questions may be asked."""

    @property
    def state(self) -> SessionState: ...
    @property
    def intake_opened_at(self) -> datetime | None: ...
    @property
    def intake_closed_at(self) -> datetime | None: ...


SESSION_STEPS = {
    SessionState.PLANNED: {SessionState.LIVE, SessionState.CLOSED},  # closed without having been live: called off
    SessionState.LIVE: {SessionState.CLOSED},
    SessionState.CLOSED: set(),
}
ITEM_STEPS = {
    ItemState.PLANNED: {ItemState.ON_AIR},
    ItemState.ON_AIR: {ItemState.DONE},
    ItemState.DONE: {ItemState.ON_AIR},  # a wrong press must be reparable: what was left too soon is taken again
}


def may_become(state: SessionState | ItemState, wanted: SessionState | ItemState) -> bool:
    """Whether the step is one that sessions, or items, take."""
    steps: dict[Any, Any] = SESSION_STEPS if isinstance(state, SessionState) else ITEM_STEPS
    return wanted in steps[state]


def intake(session: Asked) -> Intake:
    if session.state is SessionState.CLOSED or session.intake_closed_at is not None:
        return Intake.CLOSED
    return Intake.NOT_YET if session.intake_opened_at is None else Intake.OPEN


# --- the rundown ----------------------------------------------------------------------------------------------------


class Planned(Protocol):
    """The part of an item that the timetable is reckoned from."""

    @property
    def planned_ms(self) -> int: ...
    @property
    def state(self) -> ItemState: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Evening(Protocol):
    """The part of a session that the timetable is reckoned from."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def planned_minutes(self) -> int: ...
    @property
    def state(self) -> SessionState: ...
    @property
    def closed_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Times:
    """When an item was planned to begin, and when it began or, for one still to come, will begin as things stand."""

    planned_at: datetime
    expected_at: datetime


@dataclass(frozen=True)
class Ending:
    """The end of the evening as planned, as the rundown adds up, and as it looks now; `over_ms` < 0 is early."""

    planned_at: datetime
    projected_at: datetime
    remaining_ms: int

    @property
    def over_ms(self) -> int:
        return (self.projected_at - self.planned_at) // _MS


def left_ms(item: Planned, now: datetime) -> int:
    """How much of the item's planned time is still to come."""
    if item.state is ItemState.DONE:
        return 0
    gone = (now - item.started_at) // _MS if item.state is ItemState.ON_AIR and item.started_at else 0
    return max(0, item.planned_ms - gone)


def _rest_begins_at(session: Evening, now: datetime) -> datetime:
    """Before the beginning the rest is the whole; afterwards it begins now, however late that is."""
    return max(session.starts_at, now) if session.state is SessionState.PLANNED else now


def timetable(session: Evening, items: Sequence[Planned], now: datetime) -> list[Times]:
    """The times of every item, given in the order of the rundown."""
    planned_at = session.starts_at
    next_at = _rest_begins_at(session, now) + sum(left_ms(one, now) for one in items if _is_on_air(one)) * _MS
    table = []
    for item in items:
        expected_at = next_at if item.state is ItemState.PLANNED else item.started_at or planned_at
        table.append(Times(planned_at, expected_at))
        planned_at += item.planned_ms * _MS
        if item.state is ItemState.PLANNED:
            next_at += item.planned_ms * _MS
    return table


def _is_on_air(item: Planned) -> bool:
    return item.state is ItemState.ON_AIR


def ending(session: Evening, items: Sequence[Planned], now: datetime) -> Ending:
    """Planned against actual. A closed session ended when it was closed, whatever was left of its rundown."""
    planned_at = session.starts_at + timedelta(minutes=session.planned_minutes)
    if session.state is SessionState.CLOSED:
        return Ending(planned_at, session.closed_at or planned_at, 0)
    remaining = sum(left_ms(item, now) for item in items)
    return Ending(planned_at, _rest_begins_at(session, now) + remaining * _MS, remaining)
