"""What readers are told of a question's answers, and the person who asked of its fate."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from ...accounts.models import Unit
from ...core import clock, workdays
from ...core.db import Db
from ...errors import Refusal
from ...live.models import Session
from ...questions import rules as question_rules
from ...questions.models import Question, QuestionState
from ...questions.queries import lookup
from ...trace.story import Step
from .. import rules
from ..models import Response
from . import lookup as response_lookup

#: No term for an answer is longer; beyond it a date was not reckoned in working days.
_LONGEST_TERM = 60


@dataclass(frozen=True)
class Answer:
    """A response that stands, its unit, and the versions it corrected, newest first."""

    response: Response
    unit: Unit
    before: list[Response]


def answers(db: Db, question_id: int) -> list[Answer]:
    """The responses to a question that stand, as they were given."""
    versions = {one.id: one for one in response_lookup.of_question(db, question_id)}
    corrected = {one.supersedes_id for one in versions.values()}
    found = []
    for response in versions.values():
        if response.id in corrected:
            continue
        before, older = [], response.supersedes_id
        while older is not None:
            before.append(versions[older])
            older = versions[older].supersedes_id
        found.append(Answer(response, db.get_one(Unit, response.unit_id), before))
    return sorted(found, key=lambda one: _first(one).recorded_at)


def _first(answer: Answer) -> Response:
    return answer.before[-1] if answer.before else answer.response


@dataclass(frozen=True)
class Following:
    """What became of a question, for whoever asked it.

    `fate` is the question that stands for it now, `stands` the same unless that still waits or was refused; `judged`
    what this person said of the answer; `may_judge` and `may_reopen` whether it can be said.
    """

    asked: Question
    fate: Question
    stands: Question | None
    session: Session | None
    unit: Unit | None
    judged: bool | None
    may_judge: bool
    may_reopen: bool


def following(db: Db, asked: Question, now: datetime) -> Following:
    """The fate of a question, whose asker is known to be reading."""
    stands = lookup.fate(db, asked)
    session = db.get(Session, stands.session_id or 0)
    judged = response_lookup.first_of_asker(db, asked).judged_satisfied
    return Following(
        asked,
        stands,
        stands if stands.state in question_rules.APPROVED_AND_AFTER else None,
        session,
        db.get(Unit, stands.unit_id) if stands.unit_id else None,
        judged,
        stands.state in rules.ANSWERED and judged is None,
        _may_reopen(db, stands, session, judged, now),
    )


def _may_reopen(db: Db, question: Question, session: Session | None, judged: bool | None, now: datetime) -> bool:
    given = [one.recorded_at for one in response_lookup.of_question(db, question.id) if one.supersedes_id is None]
    if not given:
        return False
    evening = session.state if session else None
    try:
        rules.check_reopening(question.state, evening, judged, question.reopened_at, max(given), now)
    except Refusal:
        return False
    return True


def own_question(db: Db, question_id: int, device_id: int | None) -> Question | None:
    """What this device asked, if the answer to this question answers it."""
    if device_id is None:
        return None
    leading_here = response_lookup.leading_to(db, question_id)
    return db.scalars(
        select(Question)
        .where(Question.id.in_(leading_here), Question.device_id == device_id)
        .order_by(Question.id)
        .limit(1)
    ).first()


@dataclass(frozen=True)
class Term:
    """How the last day for a written answer was reckoned: so many working days after the day it was handed over."""

    begins_on: date
    due_on: date
    working_days: int
    noted: list[workdays.Noted]


def term(question: Question, steps: list[Step]) -> Term | None:
    """The term that runs for a handed question, explained from its trace; None when it is not handed."""
    handed = [step.at for step in steps if step.kind == "questions.handed"]
    if question.state is not QuestionState.HANDED or question.reply_due_on is None or not handed:
        return None
    passed_on = [step.at for step in steps if step.kind == "questions.reassigned"][:1]  # later ones set no new day
    begins_on = clock.city_day(max([handed[-1], *passed_on]))
    for working_days in range(_LONGEST_TERM):
        if workdays.add_workdays(begins_on, working_days) == question.reply_due_on:
            return Term(begins_on, question.reply_due_on, working_days, workdays.explain(begins_on, working_days))
    return None
