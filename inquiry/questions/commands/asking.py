"""What citizens ask, and what is taken over from elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from ...accounts import queries as accounts
from ...core import codes, text
from ...dispatch.unit_of_work import UnitOfWork
from ...live import queries as live
from ...live import readers
from ...live import refusals as live_refusals
from ...live.models import Session, SessionState
from ...live.rules import Intake, intake
from ...permissions import Actor, require
from ...realtime import ticks
from .. import events, refusals, rules
from ..models import Question, QuestionGram, QuestionOrigin
from ..queries import lookup


@dataclass(frozen=True)
class Wording:
    """A question's words with everything that is reckoned from them, so that no lock is held while reckoning."""

    text: str
    search_text: str
    grams: tuple[str, ...]


def word(cleaned: str) -> Wording:
    """The wording made of a cleaned text. Raises BadLength."""
    fault = rules.wording_fault(cleaned)
    if fault:
        raise refusals.BadLength(fault=fault, least=rules.LEAST_CHARACTERS, most=rules.MOST_CHARACTERS)
    return Wording(cleaned, text.searchable(cleaned), tuple(text.grams(cleaned)))


def ask_question(
    uow: UnitOfWork, actor: Actor, session_id: int, wording: Wording, unit_id: int | None = None, asker: str = ""
) -> Question:
    """Take a citizen's question; it waits for a moderator. Raises NotPublic, IntakeClosed, UnitNotQuestioned, NotFound.

    The session's row gives the number and is where everybody who asks in the same moment waits for each other. Whoever
    asks has not thereby voted: support is what others give.
    """
    require(actor, "questions.ask")
    session = uow.lock(Session, session_id)
    readers.require_readable(actor, session)  # who may not follow does not ask either
    taken = intake(session)
    if taken is not Intake.OPEN:
        raise live_refusals.IntakeClosed(intake=taken.value)
    if unit_id is not None and unit_id not in {unit.id for unit in live.units(uow.db, session.id)}:
        raise refusals.UnitNotQuestioned(unit=unit_id)
    question = add_question(
        uow, session, wording, device_id=actor.device_id, asker=asker, unit_id=unit_id, asked_at=uow.now
    )
    uow.record(
        question.staff_stream, events.ASKED, actor, [question],
        question=question.id, number=question.number, unit=unit_id,
    )  # fmt: skip
    uow.after_commit(lambda: ticks.touch(session.id))
    return question


def open_question(
    uow: UnitOfWork,
    actor: Actor,
    origin: QuestionOrigin,
    wording: Wording,
    unit_id: int | None = None,
    asker: str = "",
) -> Question:
    """Take a question that belongs to no session, for a command that has asked who may; it waits for a moderator.

    The device is remembered of those who ask by themselves; where somebody writes down what others said or found, the
    receipt alone proves who asked. Raises NotFound, and ValueError for the origin of a session.
    """
    if origin is QuestionOrigin.SESSION:
        raise ValueError("a question of a session is asked with `ask_question`")
    if unit_id is not None:
        accounts.unit(uow.db, unit_id)
    device_id = actor.device_id if origin is QuestionOrigin.ANY_DAY else None
    question = add_question(
        uow, None, wording, origin=origin, device_id=device_id, asker=asker, unit_id=unit_id, asked_at=uow.now
    )
    uow.record(
        question.staff_stream, events.ASKED, actor, [question],
        question=question.id, number=None, unit=unit_id, origin=origin.value,
    )  # fmt: skip
    return question


def add_question(uow: UnitOfWork, session: Session | None, wording: Wording, **columns: Any) -> Question:
    """Insert a question under the next number of its session, whose row is locked; `columns` are further columns, its
    `origin` among them if it has no session."""
    return add_questions(uow, session, [(wording, columns)])[0]


def add_questions(
    uow: UnitOfWork, session: Session | None, drafts: list[tuple[Wording, dict[str, Any]]]
) -> list[Question]:
    """The same for many, in the order given, with a few statements in all."""
    questions = []
    for wording, columns in drafts:
        questions.append(
            Question(
                receipt=codes.receipt_number(), text=wording.text, search_text=wording.search_text,
                **{"origin": QuestionOrigin.SESSION} | _next_place(session) | columns,
            )
        )  # fmt: skip
    uow.add(*questions)
    grams = []
    for question, (wording, _columns) in zip(questions, drafts, strict=True):
        question.root_id = question.id
        grams += [
            {"question_id": question.id, "gram": gram, "session_id": question.session_id} for gram in wording.grams
        ]
    if grams:
        uow.db.execute(insert(QuestionGram), grams)
    return questions


def _next_place(session: Session | None) -> dict[str, Any]:
    """The session and the next number in it; of what belongs to none, neither."""
    if session is None:
        return {}
    session.question_count += 1
    return {"session_id": session.id, "number": session.question_count}


@dataclass(frozen=True)
class Imported:
    """A message from a file. `external_id` is what it is called where it comes from, and never imported twice."""

    external_id: str
    wording: Wording
    background: str
    asked_at: datetime
    unit_id: int | None


def may_import(actor: Actor, session: Session) -> None:
    """Raises Forbidden, SessionClosed."""
    require(actor, "questions.import")
    if session.state is SessionState.CLOSED:
        raise live_refusals.SessionClosed()


def import_questions(uow: UnitOfWork, actor: Actor, session_id: int, rows: list[Imported]) -> list[Question]:
    """Take over messages that are not here yet: one entry for the whole batch. Raises SessionClosed, NotFound.

    Returns the questions that were added, in the order of `rows`.
    """
    session = uow.lock(Session, session_id)
    may_import(actor, session)
    here = lookup.known_external_ids(uow.db, session.id, [row.external_id for row in rows])
    fresh = {row.external_id: row for row in rows if row.external_id not in here}
    if not fresh:
        return []
    questions = add_questions(
        uow, session,
        [
            (row.wording, {"external_id": row.external_id, "background": row.background, "unit_id": row.unit_id,
                           "asked_at": row.asked_at})
            for row in fresh.values()
        ],
    )  # fmt: skip
    uow.record(
        questions[0].staff_stream, events.IMPORTED, actor, [*questions],
        count=len(questions), first=questions[0].number, last=questions[-1].number,
    )  # fmt: skip
    uow.after_commit(lambda: ticks.touch(session.id))
    return questions
