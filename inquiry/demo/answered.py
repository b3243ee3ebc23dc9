"""What the demo's officials answered and promised, on air and in writing, and what became of it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from ..dispatch.unit_of_work import UnitOfWork
from ..pledges.commands import checking, extensions, progress, recording
from ..pledges.models import Pledge as PledgeRow
from ..pledges.queries import lookup
from ..responses.commands import judging
from ..responses.commands import recording as response_recording
from ..responses.models import ResponseKind
from .agenda import Agenda, Calendar
from .book import Book
from .shapes import Pledge, Question, Response, Session, Step

#: The clerk is done so long after the speaker has ended, and needs so long for each pledge.
_WRITTEN_DOWN_MINUTES = 0.3


def answer_and_follow(agenda: Agenda, calendar: Calendar, book: Book, session: Session) -> None:
    """Every answer of the session with its pledges and their steps, and what the askers said of written answers."""
    for question in session.questions:
        for response in question.responses:
            _answer(agenda, calendar, book, session, question, response)
        if question.judged_day is not None:
            agenda.at(calendar.office(question.judged_day, question.key), _judge, book, question)
            if question.reopened:
                agenda.at(calendar.office(question.judged_day, question.key, 1), _reopen, book, question)


def _answer(
    agenda: Agenda, calendar: Calendar, book: Book, session: Session, question: Question, response: Response
) -> None:
    if response.end_minute is None:
        agenda.at(calendar.office(response.day or 0, question.key), _write, book, question, response)
        return
    minute = response.end_minute + _WRITTEN_DOWN_MINUTES
    recorded: list[int] = []
    agenda.at(calendar.minute(session, minute), _record, book, question, response, recorded)
    for pledge in response.pledges:
        minute += _WRITTEN_DOWN_MINUTES
        agenda.at(calendar.minute(session, minute), _record_pledge, calendar, book, pledge, recorded)
        _follow(agenda, calendar, book, session, pledge)


def _record(uow: UnitOfWork, book: Book, question: Question, response: Response, recorded: list[int]) -> None:
    assert response.minute is not None
    assert response.end_minute is not None
    written = response_recording.record_response(
        uow, book.people["clerk"], book.questions[question.key], unit_id=book.units[response.unit],
        kind=ResponseKind(response.kind), text=response.text, speaker=response.speaker, speaker_title=response.title,
        started_ms=round(response.minute * 60_000), ended_ms=round(response.end_minute * 60_000),
    )  # fmt: skip
    recorded.append(written.id)


def _record_pledge(uow: UnitOfWork, calendar: Calendar, book: Book, pledge: Pledge, recorded: list[int]) -> None:
    written = recording.record_pledge(
        uow, book.people["clerk"], recorded[0], spoken=pledge.spoken, lead_unit_id=book.units[pledge.unit],
        action=pledge.action, object=pledge.object, officer=pledge.officer,
        due_on=None if pledge.due is None else calendar.date(pledge.due),
    )  # fmt: skip
    book.pledges[pledge.key] = written.id


def _write(uow: UnitOfWork, book: Book, question: Question, response: Response) -> None:
    assert response.by
    response_recording.answer_in_writing(
        uow, book.people[response.by], book.questions[question.key], kind=ResponseKind(response.kind),
        text=response.text, speaker=response.speaker, speaker_title=response.title,
    )  # fmt: skip


def _judge(uow: UnitOfWork, book: Book, question: Question) -> None:
    judging.judge_answer(
        uow, book.askers[question.key], bool(question.satisfied), question_id=book.questions[question.key]
    )


def _reopen(uow: UnitOfWork, book: Book, question: Question) -> None:
    judging.reopen_question(uow, book.askers[question.key], question.reopened, question_id=book.questions[question.key])


# --- the life of a pledge -------------------------------------------------------------------------------------------


def _follow(agenda: Agenda, calendar: Calendar, book: Book, session: Session, pledge: Pledge) -> None:
    """Steps of one day come one after the other."""
    of_day: Counter[int] = Counter()
    for step in pledge.steps:
        if step.minute is not None:
            when = calendar.minute(session, step.minute)
        else:
            when = calendar.office(step.day, pledge.key, of_day[step.day])
            of_day[step.day] += 1
        agenda.at(when, _take_step, calendar, book, pledge, step)


def _take_step(uow: UnitOfWork, calendar: Calendar, book: Book, pledge: Pledge, step: Step) -> None:
    row = lookup.pledge(uow.db, book.pledges[pledge.key])
    _STEPS[step.do](uow, calendar, book.people[step.by], row, step)


def _plainly(command: Callable[..., Any]) -> Callable[..., None]:
    """A press that says nothing but itself."""
    return lambda uow, _calendar, actor, row, _step: command(uow, actor, row.id, row.rev)


def _with_words(command: Callable[..., Any]) -> Callable[..., None]:
    """A press that comes with a note or with words."""
    return lambda uow, _calendar, actor, row, step: command(uow, actor, row.id, row.rev, step.text)


def _add_evidence(uow: UnitOfWork, _calendar: Calendar, actor: Any, row: PledgeRow, step: Step) -> None:
    progress.add_evidence(uow, actor, row.id, text=step.text, link=step.link)


def _report(uow: UnitOfWork, _calendar: Calendar, actor: Any, row: PledgeRow, step: Step) -> None:
    progress.report_progress(uow, actor, row.id, step.text)


def _extend(uow: UnitOfWork, calendar: Calendar, actor: Any, row: PledgeRow, step: Step) -> None:
    assert step.due is not None
    extensions.ask_extension(uow, actor, row.id, row.rev, calendar.date(step.due), step.text)


_STEPS: dict[str, Callable[..., None]] = {
    "confirm_pledge": _plainly(recording.confirm_pledge),
    "dispute_pledge": _with_words(recording.dispute_pledge),
    "let_spoken_version_stand": _plainly(recording.let_spoken_version_stand),
    "report_progress": _report,
    "add_evidence": _add_evidence,
    "claim_done": _plainly(progress.claim_done),
    "accept_pledge": _with_words(checking.accept_pledge),
    "return_pledge": _with_words(checking.return_pledge),
    "ask_extension": _extend,
}
