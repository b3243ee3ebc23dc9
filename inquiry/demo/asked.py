"""The questions of the demo: asked, decided on by the moderators, supported."""

from ..dispatch.unit_of_work import UnitOfWork
from ..errors import Refusal
from ..questions.commands import asking, moderation, supporting
from ..questions.models import RefusalReason
from .agenda import Agenda, Calendar
from .book import Book, new_phone
from .shapes import Question, Session

#: How far through the time in which a question can be supported its supporters come: some at once, most later.
_WAVES = (0.05, 0.3, 0.65, 0.95)
_MOST_MINUTES_UNTIL_MERGED = 80


def ask_and_support(agenda: Agenda, calendar: Calendar, book: Book, session: Session) -> None:
    """Every question of the session as far as the floor, where `evening` takes it."""
    first_phone: dict[str, int] = {}
    for nth, question in enumerate(sorted(session.questions, key=lambda one: one.minute)):
        agenda.at(calendar.minute(session, question.minute), _ask, book, session, question)
        if question.state == "waiting":
            continue
        decided = question.minute + _minutes_to_decide(question, nth)
        moderator = ("moderator", "moderator2")[nth % 2]
        act = _refuse if question.state == "refused" else _approve
        agenda.at(calendar.minute(session, decided), act, book, moderator, question)
        until = _supported_until(session, question)
        if question.into:
            agenda.at(calendar.minute(session, until), _merge, book, moderator, question)
        # Those who support a question and those who support what is merged into it are different people.
        root = question.into or question.key
        first = first_phone.get(root, 0)
        first_phone[root] = first + question.votes
        for many, share in zip(_shares(question.votes, len(_WAVES)), _WAVES, strict=True):
            when = calendar.minute(session, decided + share * (until - decided))
            agenda.at(when, _support, book, question, range(first, first + many))
            first += many


def _minutes_to_decide(question: Question, nth: int) -> float:
    """On the evening a moderator decides within a minute or so; before, when somebody looks."""
    return 0.5 + nth % 5 * 0.15 if question.minute >= 0 else 2.0 + nth * 7 % 11


def _supported_until(session: Session, question: Question) -> float:
    """The minute at which a question goes on air, is merged, or the story ends."""
    if question.into:
        return question.minute + min(_MOST_MINUTES_UNTIL_MERGED, -question.minute * 0.7)
    aired = [item.minute for item in session.rundown if item.question == question.key]
    if aired and aired[0] is not None:
        return aired[0]
    if session.state == "closed":
        return max(item.end_minute or 0 for item in session.rundown)
    return session.minutes_ago or 0


def _shares(votes: int, parts: int) -> list[int]:
    """So many votes in so many parts, as even as can be."""
    return [votes * (part + 1) // parts - votes * part // parts for part in range(parts)]


def _ask(uow: UnitOfWork, book: Book, session: Session, question: Question) -> None:
    book.askers[question.key] = phone = new_phone(uow)
    of_stage = question.unit in session.units
    asked = asking.ask_question(
        uow, phone, book.sessions[session.key], asking.word(question.text),
        book.unit(question.unit) if of_stage else None, question.asker,
    )  # fmt: skip
    book.questions[question.key] = asked.id


def _approve(uow: UnitOfWork, book: Book, moderator: str, question: Question) -> None:
    """With the unit, which the asker may not have known: who asks can only name a unit that is on the stage."""
    moderation.approve(
        uow, book.people[moderator], book.questions[question.key], book.rev(uow, question.key), book.unit(question.unit)
    )


def _refuse(uow: UnitOfWork, book: Book, moderator: str, question: Question) -> None:
    assert question.reason
    moderation.refuse(
        uow, book.people[moderator], book.questions[question.key], book.rev(uow, question.key),
        RefusalReason(question.reason), question.note,
    )  # fmt: skip


def _merge(uow: UnitOfWork, book: Book, moderator: str, question: Question) -> None:
    assert question.into
    moderation.merge(
        uow, book.people[moderator], book.questions[question.key], book.rev(uow, question.key),
        book.questions[question.into],
    )  # fmt: skip


def _support(uow: UnitOfWork, book: Book, question: Question, places: range) -> None:
    """A few people at once; the phones take turns, so that nobody supports everything."""
    turn = book.questions[question.into or question.key] * 37
    phones = (book.phones[(turn + place) % len(book.phones)] for place in places)
    outcomes = supporting.support_all(uow, [(phone, book.questions[question.key]) for phone in phones])
    assert not any(isinstance(one, Refusal) for one in outcomes)
