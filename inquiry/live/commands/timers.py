"""The crew's own timers, at most MOST_TIMERS a session: data as a slot is, that never tick.

What belongs to a timer that the public is not shown is told to the crew alone.
"""

from collections.abc import Callable

from sqlalchemy import func, select

from ...core.db import assign
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound
from ...permissions import Actor, require
from ...realtime.streams import public_stream, staff_stream
from ...trace.kinds import Kind
from .. import events, refusals, rules
from ..models import Counts, Timer
from .preparation import not_closed

MOST_TIMERS = 16


def add_timer(
    uow: UnitOfWork, actor: Actor, session_id: int, *, name: str, name_en: str = "", counts: Counts = Counts.DOWN,
    seconds: int = 0, public: bool = False,
) -> Timer:  # fmt: skip
    """Make a timer, ready to be started; one that counts up may have no length. Raises SessionClosed,
    TooManyTimers."""
    require(actor, "live.add_timer")
    session = not_closed(uow, session_id)
    there = uow.db.scalar(select(func.count()).select_from(Timer).where(Timer.session_id == session.id)) or 0
    if there >= MOST_TIMERS:
        raise refusals.TooManyTimers(most=MOST_TIMERS)
    timer = Timer(
        session_id=session.id, name=name, name_en=name_en, counts=counts, public=public, allotted_ms=seconds * 1000
    )
    uow.add(timer)
    _record(uow, actor, events.TIMER_ADDED, timer)
    return timer


def set_timer(
    uow: UnitOfWork, actor: Actor, timer_id: int, *, name: str, name_en: str, counts: Counts, seconds: int,
    public: bool,
) -> Timer:  # fmt: skip
    """Call a timer something else, give it another length or direction, or show it to the public or no more; what it
    has counted stays, what was added does not. Raises SessionClosed."""
    require(actor, "live.set_timer")
    timer = _locked(uow, timer_id)
    was_public = timer.public
    assign(timer, {
        "name": name, "name_en": name_en, "counts": counts, "allotted_ms": seconds * 1000, "extended_ms": 0,
        "public": public,
    })  # fmt: skip
    _record(uow, actor, events.TIMER_SET, timer, told=was_public)
    return timer


def start_timer(uow: UnitOfWork, actor: Actor, timer_id: int) -> Timer:
    """Raises SessionClosed, TimerStarted."""
    require(actor, "live.start_timer")
    return _press(uow, actor, timer_id, rules.timer_started, events.TIMER_STARTED)


def pause_timer(uow: UnitOfWork, actor: Actor, timer_id: int) -> Timer:
    """Raises SessionClosed, TimerNotRunning."""
    require(actor, "live.pause_timer")
    return _press(uow, actor, timer_id, rules.timer_paused, events.TIMER_PAUSED)


def resume_timer(uow: UnitOfWork, actor: Actor, timer_id: int) -> Timer:
    """Raises SessionClosed, TimerNotPaused."""
    require(actor, "live.resume_timer")
    return _press(uow, actor, timer_id, rules.timer_resumed, events.TIMER_RESUMED)


def reset_timer(uow: UnitOfWork, actor: Actor, timer_id: int) -> Timer:
    """Set it back: ready, with its length and nothing added. Raises SessionClosed."""
    require(actor, "live.reset_timer")
    return _press(uow, actor, timer_id, lambda _timer, _now: rules.TIMER_READY, events.TIMER_RESET)


def extend_timer(uow: UnitOfWork, actor: Actor, timer_id: int, seconds: int) -> Timer:
    """Add time or, with a negative number, take some away, down to nothing. Raises SessionClosed, TooLong."""
    require(actor, "live.extend_timer")
    timer = _locked(uow, timer_id)
    if seconds > (most := (rules.MOST_TIMER_MS - rules.allowed_ms(timer)) // 1000):
        raise refusals.TooLong(most=most)
    timer.extended_ms = max(-timer.allotted_ms, timer.extended_ms + seconds * 1000)
    _record(uow, actor, events.TIMER_EXTENDED, timer)
    return timer


def remove_timer(uow: UnitOfWork, actor: Actor, timer_id: int) -> None:
    """Raises SessionClosed."""
    require(actor, "live.remove_timer")
    timer = _locked(uow, timer_id)
    uow.db.delete(timer)
    _record(uow, actor, events.TIMER_REMOVED, timer)


def _press(
    uow: UnitOfWork, actor: Actor, timer_id: int, change: Callable[..., rules.Changes], kind: Kind
) -> Timer:  # fmt: skip
    timer = _locked(uow, timer_id)
    assign(timer, change(timer, uow.now))
    _record(uow, actor, kind, timer)
    return timer


def _locked(uow: UnitOfWork, timer_id: int) -> Timer:
    """The timer, locked after its session as everywhere. Raises NotFound, SessionClosed."""
    timer = uow.db.get(Timer, timer_id)
    if timer is None:
        raise NotFound(what="timer", id=timer_id)
    not_closed(uow, timer.session_id)
    return uow.lock(Timer, timer_id)


def _record(uow: UnitOfWork, actor: Actor, kind: Kind, timer: Timer, *, told: bool = False) -> None:
    """On the public's stream where the public holds the timer, or held it until now (`told`)."""
    stream = public_stream if timer.public or told else staff_stream
    uow.record(stream(timer.session_id), kind, actor, [timer], timer=timer.id)
