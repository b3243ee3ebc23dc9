"""A session of the demo: planned, its rundown, on air minute by minute, closed."""

from datetime import timedelta

from ..dispatch.unit_of_work import UnitOfWork
from ..live import queries
from ..live.commands import backstage, preparation, rundown, slots, timers
from ..live.models import Backstage, Counts, ItemKind
from ..permissions import SYSTEM
from ..questions.commands import air
from ..responses.commands import closing
from ..responses.rules import Wish, Wishes
from .agenda import Agenda, Calendar
from .book import Book
from .shapes import Session, Slot

_PROGRAMME_DAY = -38
_RUNDOWN_MINUTE = -45
_CLOSE_AFTER = 1.5
#: A speaker is given more time shortly before the time is up.
_EXTENDED_BEFORE_ZERO = 8 / 60


def plan(agenda: Agenda, calendar: Calendar, book: Book, session: Session) -> None:
    """The session stands in the programme, takes questions from the day it says, and has a rundown.

    Items that bring a question are planned once the question has been asked, shortly before the evening.
    """
    announced = calendar.office(_PROGRAMME_DAY, "programme")
    agenda.at(announced, _create, calendar, book, session)
    announced_opening = calendar.starts_at(session) - timedelta(days=session.intake_days)
    first_asked = calendar.minute(session, min(question.minute for question in session.questions))
    agenda.at(min(announced_opening, first_asked - timedelta(minutes=10)), _open, book, session)
    brings_questions = any(item.question for item in session.rundown)
    agenda.at(calendar.minute(session, _RUNDOWN_MINUTE) if brings_questions else announced, _add_items, book, session)


def _create(uow: UnitOfWork, calendar: Calendar, book: Book, session: Session) -> None:
    created = preparation.create_session(
        uow, book.people["producer"], title=session.title, title_en=session.title_en, theme=session.theme,
        theme_en=session.theme_en, starts_at=calendar.starts_at(session), planned_minutes=session.planned_minutes,
        unit_ids=[book.units[key] for key in session.units],
    )  # fmt: skip
    book.sessions[session.key] = created.id


def _open(uow: UnitOfWork, book: Book, session: Session) -> None:
    preparation.open_intake(uow, book.people["producer"], book.sessions[session.key])


def _add_items(uow: UnitOfWork, book: Book, session: Session) -> None:
    producer, number, case_id = book.people["producer"], book.sessions[session.key], None
    for place, item in enumerate(session.rundown):
        added = rundown.add_item(
            uow, producer, number, kind=ItemKind(item.kind), title=item.title, title_en=item.title_en,
            planned_ms=item.minutes * 60_000, unit_id=book.unit(item.unit), case_id=case_id if item.in_case else None,
            question_id=book.questions[item.question] if item.question else None, note_host=item.note_host,
            note_floor=item.note_floor,
        )  # fmt: skip
        book.items[session.key, place] = added.id
        if added.kind is ItemKind.CASE:
            case_id = added.id
    rundown.renumber_cues(uow, producer, number)


# --- on air ---------------------------------------------------------------------------------------------------------


def go_on_air(agenda: Agenda, calendar: Calendar, book: Book, session: Session) -> None:
    """The host takes item after item and lets people speak; what has no end is on air still."""
    if session.state == "planned":
        return
    agenda.at(calendar.minute(session, 0), _go_live, book, session)
    if session.state == "live":
        agenda.at(calendar.minute(session, 1), _behind_the_scenes, book, session)
    taken = {item.minute for item in session.rundown}
    for place, item in enumerate(session.rundown):
        if item.minute is None:
            continue
        agenda.at(calendar.minute(session, item.minute), _take, book, session, place)
        for slot in item.slots:
            _let_speak(agenda, calendar, book, session, slot)
        if item.end_minute is not None and item.end_minute not in taken:
            agenda.at(calendar.minute(session, item.end_minute), _clear, book, session)
    if session.state == "closed":
        last = max(item.end_minute or 0 for item in session.rundown)
        agenda.at(calendar.minute(session, last + _CLOSE_AFTER), _close, book, session)


def _go_live(uow: UnitOfWork, book: Book, session: Session) -> None:
    preparation.go_live(uow, book.people["host"], book.sessions[session.key])


def _behind_the_scenes(uow: UnitOfWork, book: Book, session: Session) -> None:
    """Three timers of the crew, of which one runs, and something that the floor has still to acknowledge."""
    host, number = book.people["host"], book.sessions[session.key]
    on_air = timers.add_timer(uow, host, number, name="直播时长", name_en="On air for", counts=Counts.UP)
    timers.start_timer(uow, host, on_air.id)
    timers.add_timer(uow, host, number, name="观众互动", name_en="Audience", seconds=180, public=True)
    timers.add_timer(uow, host, number, name="片尾", name_en="Closing titles", seconds=45)
    backstage.send_message(uow, host, number, Backstage.FLOOR, "第三位答问人请到台口候场")


def _take(uow: UnitOfWork, book: Book, session: Session, place: int) -> None:
    air.take_item(
        uow, book.people["host"], book.sessions[session.key], book.items[session.key, place],
        book.floor_rev(uow, session.key),
    )  # fmt: skip


def _clear(uow: UnitOfWork, book: Book, session: Session) -> None:
    seen = book.floor_rev(uow, session.key)
    air.clear_floor(uow, book.people["host"], book.sessions[session.key], seen)


def _let_speak(agenda: Agenda, calendar: Calendar, book: Book, session: Session, slot: Slot) -> None:
    agenda.at(calendar.minute(session, slot.minute), _start, book, session, slot)
    if slot.extended_seconds:
        nearly_up = slot.minute + slot.seconds / 60 - _EXTENDED_BEFORE_ZERO
        agenda.at(calendar.minute(session, nearly_up), _extend, book, session, slot)
    if slot.end_minute is not None:
        agenda.at(calendar.minute(session, slot.end_minute), _end, book, session)
        time_up = slot.minute + (slot.seconds + slot.extended_seconds) / 60
        if time_up < slot.end_minute:
            agenda.at(calendar.minute(session, time_up), _call_time, book, session)


def _start(uow: UnitOfWork, book: Book, session: Session, slot: Slot) -> None:
    slots.start_slot(
        uow, book.people["host"], book.sessions[session.key], book.floor_rev(uow, session.key),
        unit_id=book.units[slot.unit], speaker=slot.speaker, speaker_title=slot.title, seconds=slot.seconds,
    )  # fmt: skip


def _extend(uow: UnitOfWork, book: Book, session: Session, slot: Slot) -> None:
    seen = book.floor_rev(uow, session.key)
    slots.extend_slot(uow, book.people["host"], book.sessions[session.key], seen, slot.extended_seconds)


def _end(uow: UnitOfWork, book: Book, session: Session) -> None:
    slots.end_slot(uow, book.people["host"], book.sessions[session.key], book.floor_rev(uow, session.key))


def _call_time(uow: UnitOfWork, book: Book, session: Session) -> None:
    """What the watcher does when a speaker is over time."""
    slot = queries.open_slot(uow.db, book.sessions[session.key])
    assert slot is not None
    slots.call_time(uow, SYSTEM, slot.id)


def _close(uow: UnitOfWork, book: Book, session: Session) -> None:
    wishes = {
        book.questions[one.key]: Wish(to_session_id=book.sessions[one.deferred_to])
        if one.deferred_to
        else Wish(unit_id=book.unit(one.unit))
        for one in session.questions
        if one.state in ("handed", "deferred")
    }
    closing.close_session(
        uow, book.people["host"], book.sessions[session.key], book.floor_rev(uow, session.key),
        Wishes(wishes, leave_waiting=True),
    )  # fmt: skip
