"""What follows from the data of sessions, items and slots, with the present moment as an argument.

A slot's time is reckoned in whole milliseconds, because that is how it travels: the server and every browser get the
same figure out of the same row.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from .models import TIMED_KINDS, AtZero, Item, ItemState, Session, SessionState
from .nesting import Nested
from .refusals import TimerNotPaused, TimerNotRunning, TimerStarted

#: A slot is warned of with so much left, or a tenth of its time where that is more, and again with the second.
WARNING_MS = 30_000
DANGER_MS = 10_000
MOST_MS = 2 * 60 * 60 * 1000
"""The longest slot, extensions included."""

#: A session goes live from two hours before its time until six hours after it, or on purpose.
EARLIEST = timedelta(hours=2)
LATEST = timedelta(hours=6)

_MS = timedelta(milliseconds=1)


class Given(Protocol):
    """What has a length."""

    @property
    def allotted_ms(self) -> int: ...
    @property
    def extended_ms(self) -> int: ...


class Pausable(Given, Protocol):
    """What can be paused."""

    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def paused_ms(self) -> int: ...


class Timer(Pausable, Protocol):
    """The part of a slot that its time is reckoned from."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


class CrewTimer(Pausable, Protocol):
    """The part of a timer of the crew that its time is reckoned from."""

    @property
    def started_at(self) -> datetime | None: ...


class Interruptible(Timer, Protocol):
    """A timer some of whose pauses are interruptions."""

    @property
    def interrupted_ms(self) -> int: ...
    @property
    def is_interruption(self) -> bool: ...


class CalledTimer(Interruptible, Protocol):
    """A timer whose end somebody has to notice, and is warned of."""

    @property
    def warning_ms(self) -> int: ...
    @property
    def danger_ms(self) -> int: ...
    @property
    def at_zero(self) -> AtZero: ...
    @property
    def grace_ms(self) -> int: ...
    @property
    def time_called_at(self) -> datetime | None: ...


class Phase(StrEnum):
    """How a running timer looks. OVER, or GRACE where there is one, begins when nothing is left."""

    NORMAL = "normal"
    WARNING = "warning"
    DANGER = "danger"
    GRACE = "grace"
    OVER = "over"


Changes = dict[str, Any]
"""Columns of a slot and their new values."""


# --- the timer ------------------------------------------------------------------------------------------------------


def whole(instant: datetime) -> datetime:
    """The instant without what is smaller than a millisecond."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def allowed_ms(timer: Given) -> int:
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


def usual_warning_ms(allotted_ms: int) -> int:
    """With how much left a slot is warned of where nobody has said otherwise."""
    return max(WARNING_MS, allotted_ms // 10)


def warned(allotted_ms: int, warning_ms: int | None, danger_ms: int | None) -> Changes:
    """With how much left the warning and the danger of a slot begin; None is as usual for its length."""
    return {
        "warning_ms": usual_warning_ms(allotted_ms) if warning_ms is None else warning_ms,
        "danger_ms": DANGER_MS if danger_ms is None else danger_ms,
    }


def phase(timer: CalledTimer, now: datetime) -> Phase:
    remaining = remaining_ms(timer, now)
    if remaining <= 0:
        return Phase.GRACE if timer.grace_ms else Phase.OVER
    if remaining <= timer.danger_ms:
        return Phase.DANGER
    return Phase.WARNING if remaining <= timer.warning_ms else Phase.NORMAL


def started(seconds: int, now: datetime) -> Changes:
    return {"allotted_ms": seconds * 1000, "extended_ms": 0, "started_at": whole(now), "paused_ms": 0}


def with_extra(allotted_ms: int, extra_ms: int) -> Changes:
    """A slot that begins with what everybody was given on top, as far as the longest slot has room for it."""
    extra_ms = min(extra_ms, MOST_MS - allotted_ms)
    return {"extended_ms": extra_ms, "extra_ms": extra_ms}


def paused(timer: Interruptible, now: datetime, *, interruption: bool = False) -> Changes:
    """A pause that lasts already becomes one of the other kind from now on: what it was until now stays that."""
    return _after_pause(timer, whole(now)) | {"paused_at": whole(now), "is_interruption": interruption}


def resumed(timer: Interruptible, now: datetime) -> Changes:
    return _after_pause(timer, whole(now))


def ended(timer: CalledTimer, at: datetime) -> Changes:
    """An end in mid-pause ends the pause too, so that the pause is not counted as speaking. What ends by itself has
    ended when it was to, however late anybody noticed."""
    cut = cut_at(timer)
    at = whole(at) if cut is None else min(whole(at), cut)
    return _after_pause(timer, at) | {"ended_at": at}


def extended(timer: Timer, seconds: int, now: datetime) -> Changes:
    """More time calls for another call when it is up."""
    changes: Changes = {"extended_ms": timer.extended_ms + seconds * 1000}
    if remaining_ms(timer, now) + seconds * 1000 > 0:
        changes["time_called_at"] = None
    return changes


def extra_due_ms(extra_ms: int, given: Iterable[int]) -> int:
    """What a unit's next slot has on top: what everybody was given, less what slots of the unit had of it."""
    return max(0, extra_ms - sum(given))


def interrupted_ms(timer: Interruptible, now: datetime) -> int:
    """How much of its pauses were interruptions; it runs while one lasts."""
    return timer.interrupted_ms + (max(0, _pause_ms(timer, whole(now))) if timer.is_interruption else 0)


def _after_pause(timer: Interruptible, until: datetime) -> Changes:
    """Nothing is paused any more, and what was is accounted for."""
    return {
        "paused_at": None, "paused_ms": timer.paused_ms + _pause_ms(timer, until),
        "interrupted_ms": interrupted_ms(timer, until), "is_interruption": False,
    }  # fmt: skip


def _pause_ms(timer: Pausable, until: datetime) -> int:
    """How long the pause that lasts has lasted; 0 while none does."""
    return (until - timer.paused_at) // _MS if timer.paused_at else 0


def most_taken_away_s(timer: Timer, now: datetime) -> int:
    """How many whole seconds can be taken away without going below the time already used."""
    return max(0, remaining_ms(timer, now)) // 1000


def most_added_s(timer: Timer) -> int:
    return max(0, MOST_MS - allowed_ms(timer)) // 1000


def taken_of(timer: Timer, seconds: int, now: datetime) -> int:
    """As many of the seconds more, or less, as a slot can take."""
    return max(-most_taken_away_s(timer, now), min(seconds, most_added_s(timer)))


def cut_at(timer: CalledTimer) -> datetime | None:
    """When the slot ends by itself if nobody presses anything; None while paused, once ended, and where it does not."""
    at = ends_at(timer)
    return None if at is None or timer.at_zero is AtZero.COUNT_OVER else at + timer.grace_ms * _MS


def grace_ms(at_zero: AtZero, seconds: int) -> int:
    """The grace of a slot that ends this way: only one end has any."""
    return seconds * 1000 if at_zero is AtZero.GRACE else 0


def deadline(timer: CalledTimer) -> datetime | None:
    """When somebody has to call time or, once it was called, to end the slot; None where nothing is to be done."""
    return ends_at(timer) if timer.time_called_at is None else cut_at(timer)


def is_cut(timer: CalledTimer, now: datetime) -> bool:
    at = cut_at(timer)
    return at is not None and at <= now


def is_due(timer: CalledTimer, now: datetime) -> bool:
    at = deadline(timer)
    return at is not None and at <= now


def next_deadline(timers: Sequence[CalledTimer], now: datetime) -> datetime | None:
    """The nearest deadline after `now`; what is due already is not waited for."""
    return min((at for timer in timers if (at := deadline(timer)) is not None and at > now), default=None)


# --- lines of a rundown -----------------------------------------------------------------------------------------------


def is_movable(item: Item) -> bool:
    """Whether a line can be changed, moved or removed: what was on air stays, and what results have planned."""
    return item.state is ItemState.PLANNED and not item.by_plan


def is_over_at(item: Item) -> datetime | None:
    """When an item that is on air ends by time though nobody speaks in it; None where it does not."""
    if item.kind not in TIMED_KINDS or item.state is not ItemState.ON_AIR or item.taken_at is None:
        return None
    return item.taken_at + item.planned_ms * _MS


class Cued(Nested, Protocol):
    """A line with its cue number."""

    @property
    def cue(self) -> str: ...


def cues(families: Iterable[Sequence[Cued]], anew: Collection[int]) -> dict[int, str]:
    """Cue numbers by the places of lines: 1, 2, and in a case 2.1, 2.2; for those to be numbered anew, past the numbers
    that others keep."""
    kept = {one.cue for family in families for one in family if one.id not in anew}
    found: dict[int, str] = {}
    number = 0
    for head, *children in families:
        number += 1
        if head.id in anew:
            while str(number) in kept:
                number += 1
            found[head.id] = str(number)
        inner = 0
        for child in children:
            inner += 1
            if child.id in anew:
                while f"{number}.{inner}" in kept:
                    inner += 1
                found[child.id] = f"{number}.{inner}"
    return found


# --- timers of the crew ----------------------------------------------------------------------------------------------

#: A timer that nobody has started, and what it is set back to.
TIMER_READY: Changes = {"started_at": None, "paused_at": None, "paused_ms": 0, "extended_ms": 0}
#: The longest timer, what was added included.
MOST_TIMER_MS = 24 * 60 * 60 * 1000


def timer_started(timer: CrewTimer, now: datetime) -> Changes:
    """Raises TimerStarted."""
    if timer.started_at is not None:
        raise TimerStarted()
    return {"started_at": whole(now)}


def timer_paused(timer: CrewTimer, now: datetime) -> Changes:
    """Raises TimerNotRunning."""
    if timer.started_at is None or timer.paused_at is not None:
        raise TimerNotRunning()
    return {"paused_at": whole(now)}


def timer_resumed(timer: CrewTimer, now: datetime) -> Changes:
    """Raises TimerNotPaused."""
    if timer.paused_at is None:
        raise TimerNotPaused()
    return {"paused_at": None, "paused_ms": timer.paused_ms + _pause_ms(timer, whole(now))}


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
    SessionState.LIVE: {SessionState.CLOSED, SessionState.PLANNED},  # while nothing was aired: a mistake taken back
    SessionState.CLOSED: set(),
}
ITEM_STEPS = {
    ItemState.PLANNED: {ItemState.ON_AIR},
    ItemState.ON_AIR: {ItemState.DONE, ItemState.PLANNED},  # put on air by mistake, and taken back at once
    ItemState.DONE: {ItemState.ON_AIR},  # a wrong press must be reparable: what was left too soon is taken again
}


def may_become(state: SessionState | ItemState, wanted: SessionState | ItemState) -> bool:
    """Whether the step is one that sessions, or items, take."""
    steps: dict[Any, Any] = SESSION_STEPS if isinstance(state, SessionState) else ITEM_STEPS
    return wanted in steps[state]


def is_its_time(session: Session, now: datetime) -> bool:
    """Whether a session that goes live now is likely to be meant, as a rehearsal always is: otherwise its day has to be
    named."""
    return session.rehearsal_of_id is not None or session.starts_at - EARLIEST <= now <= session.starts_at + LATEST


def is_public(session: Session) -> bool:
    """Whether what happens in a session may be told to anybody at this moment."""
    return session.rehearsal_of_id is None and not (session.closed_to_public and session.state is SessionState.LIVE)


def intake(session: Asked) -> Intake:
    if session.state is SessionState.CLOSED or session.intake_closed_at is not None:
        return Intake.CLOSED
    return Intake.NOT_YET if session.intake_opened_at is None else Intake.OPEN
