"""How the answers of an evening were judged: by thirty cards of the panel, and by the phones at home."""

from collections.abc import Sequence

from ..dispatch.unit_of_work import UnitOfWork
from ..live.models import Session as LiveSession
from ..verdicts import pins
from ..verdicts.commands import cards, judging, opening
from ..verdicts.models import Verdict
from .agenda import Agenda, Calendar
from .book import Book
from .shapes import Question, Session

CARDS = 30
SECONDS = 60
#: The one that is open as the demo is loaded stays so for as long as one can.
STILL_OPEN_SECONDS = 120
_CARDS_MINUTE = -15
#: After the clerk has written the answer down.
_OPENED_AFTER = 1.5
#: So many in a hundred are satisfied, on the panel and at home, with an answer of each kind.
_SATISFIED = {
    "specific_commitment": (73, 81), "generic_commitment": (40, 33), "acknowledgement": (47, 52),
    "deflection": (17, 12), "no_answer": (3, 6),
}  # fmt: skip


def judge(agenda: Agenda, calendar: Calendar, book: Book, session: Session) -> None:
    """Every answer on air is judged a minute and a half after it; of the evening that is live, one verdict is open."""
    if session.state == "planned":
        return
    agenda.at(calendar.minute(session, _CARDS_MINUTE), _make_cards, book, session)
    spoken = [
        (one.responses[-1].end_minute or 0, one)
        for one in session.questions
        if one.responses and one.responses[-1].end_minute is not None
    ]
    for minute, question in spoken:
        opened: list[int] = []
        at = minute + _OPENED_AFTER
        agenda.at(calendar.minute(session, at), _open, book, question, SECONDS, opened)
        agenda.at(calendar.minute(session, at + 0.5), _press, book, session, question, opened)
        agenda.at(calendar.minute(session, at + 1), _close, book, opened)
    if session.state == "live" and spoken:
        agenda.at(calendar.now, _open, book, max(spoken, key=lambda one: one[0])[1], STILL_OPEN_SECONDS, [])


def _make_cards(uow: UnitOfWork, book: Book, session: Session) -> None:
    cards.make_cards(uow, book.people["producer"], book.sessions[session.key], CARDS)


def _open(uow: UnitOfWork, book: Book, question: Question, seconds: int, opened: list[int]) -> None:
    opened.append(opening.open_verdict(uow, book.people["host"], book.questions[question.key], seconds).id)


def _press(uow: UnitOfWork, book: Book, session: Session, question: Question, opened: Sequence[int]) -> None:
    panel, viewers = _SATISFIED[question.responses[-1].kind]
    code = uow.db.get_one(LiveSession, book.sessions[session.key]).code
    for number in range(1, CARDS + 1):
        satisfied = number * 100 <= panel * CARDS
        card = f"{number} {pins.pin(code, number)}"
        cards.judge_by_card(uow, book.people["producer"], opened[0], card, satisfied)
    most = len(book.phones)
    judging.judge_all(
        uow, [(phone, opened[0], at * 100 < viewers * most) for at, phone in enumerate(book.phones)]
    )  # fmt: skip


def _close(uow: UnitOfWork, book: Book, opened: Sequence[int]) -> None:
    """The result was taken on air, as it is when the host shows it."""
    verdict: Verdict = opening.close_verdict(uow, book.people["host"], opened[0])
    opening.take(uow, book.people["host"], verdict.id)
