"""A question's own page: what was asked, what was answered and promised, and the whole trace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, render_template
from sqlalchemy import select

from ..accounts.models import Unit
from ..core import clock
from ..core.db import Db, reading
from ..errors import NotFound
from ..live import readers
from ..live.models import Session
from ..media import sentences
from ..media.sentences import Clip, Played
from ..pledges.models import Pledge, PledgeState
from ..questions import rules as question_rules
from ..questions.models import Question, QuestionState
from ..questions.queries import lateness, lookup, tallies
from ..questions.rules import Late
from ..responses.queries import following
from ..responses.queries import lookup as responses
from ..responses.queries.following import Answer, Following, Term
from ..trace import story
from ..trace.story import Step
from ..verdicts.models import SetAside, Verdict
from ..verdicts.queries import lookup as verdicts
from ..verdicts.queries import suspects
from ..web.http import actor
from .around import around

bp = Blueprint("question_page", __name__)


@dataclass(frozen=True)
class OtherWording:
    """Another question of the same matter: its number if its session gave it one, its text only if anybody may read
    it."""

    id: int
    number: int | None
    text: str | None


@dataclass(frozen=True)
class Kin:
    """How a question hangs together with others: other wordings, merged ones, and the same in other sessions."""

    rewording_of: OtherWording | None
    reworded_as: OtherWording | None
    merged_into: OtherWording | None
    merged_here: list[OtherWording]
    carried_over_from: tuple[Question, Session] | None
    carried_over_to: tuple[Question, Session] | None


@dataclass(frozen=True)
class Told:
    """Everything the page of a question shows. `question.text` is for readers only if `readable`."""

    question: Question
    readable: bool
    session: Session | None
    unit: Unit | None
    votes: int
    kin: Kin
    answers: list[Answer]
    pledges: dict[int, list[Pledge]]
    verdicts: Sequence[Verdict]
    asides: dict[int, list[SetAside]]
    judgements: responses.Judgements
    term: Term | None
    late: Late | None
    may_support: bool
    may_withdraw: bool
    supported: bool
    steps: list[Step]
    own: Following | None


def question_told(db: Db, question_id: int, device_id: int | None, now: datetime) -> Told:
    """The question as this reader may see it.

    Anybody is told that a number was refused or merged, and why; the words of what was not approved are for the person
    who asked alone, known by the device. Raises NotFound for what waits for its moderator.
    """
    question = lookup.question(db, question_id)
    public = question_rules.is_public(question.state, question.approved_at)
    asked = following.own_question(db, question.id, device_id)
    is_own = device_id is not None and question.device_id == device_id
    if question.state is QuestionState.WAITING and not is_own:
        raise NotFound(what="question", id=question_id)
    given = following.answers(db, question.id)
    pledges = by_answer(db, question.id, given)
    steps = story.tell(db, [f"question:{question.id}", *_subjects(given, pledges)])
    return Told(
        question=question, readable=public or is_own, session=db.get(Session, question.session_id or 0),
        unit=db.get(Unit, question.unit_id) if question.unit_id else None,
        votes=tallies.tallies(db, [question.id])[question.id], kin=_kin(db, question), answers=given,
        pledges=pledges, verdicts=(judged := verdicts.closed(db, Verdict.question_id == question.id)),
        asides=suspects.by_verdict(db, judged),
        judgements=responses.judgements(db, question.id), term=following.term(question, steps),
        late=lateness.late_answers(db, [question.id]).get(question.id),
        may_withdraw=public and question.state in question_rules.WITHDRAWABLE,
        may_support=public and question_rules.is_open(question.state, question.session_id),
        supported=question.id in tallies.supported(db, device_id, [question.id]),
        steps=steps, own=following.following(db, asked, now) if asked else None,
    )  # fmt: skip


def _subjects(answers: Sequence[Answer], pledges: dict[int, list[Pledge]]) -> list[str]:
    versions = [version for answer in answers for version in (answer.response, *answer.before)]
    return [f"response:{one.id}" for one in versions] + [f"pledge:{one.id}" for row in pledges.values() for one in row]


def by_answer(db: Db, question_id: int, answers: Sequence[Answer]) -> dict[int, list[Pledge]]:
    """The pledges that came out of a question's answers, by the id of the response that stands.

    One may have been recorded from a version of it that was corrected since. Pledges that were corrected are left out.
    """
    stands = {version.id: one.response.id for one in answers for version in (one.response, *one.before)}
    found: dict[int, list[Pledge]] = {}
    rows = select(Pledge).where(Pledge.question_id == question_id, Pledge.state != PledgeState.SUPERSEDED)
    for pledge in db.scalars(rows.order_by(Pledge.id)):
        assert pledge.response_id is not None  # what has a question has a response
        found.setdefault(stands.get(pledge.response_id, pledge.response_id), []).append(pledge)
    return found


def _kin(db: Db, question: Question) -> Kin:
    is_merged = question.state is QuestionState.MERGED
    parent = db.get(Question, question.merged_into_id or 0) if is_merged else None
    was_reworded = parent is not None and parent.rewording_of_id == question.id
    copy = select(Question).where(Question.deferred_from_id == question.id).order_by(Question.id.desc())
    return Kin(
        rewording_of=_wording(db.get(Question, question.rewording_of_id or 0)),
        reworded_as=_wording(parent) if was_reworded else None,
        merged_into=_wording(db.get(Question, question.root_id or 0)) if is_merged and not was_reworded else None,
        merged_here=_merged_here(db, question),
        carried_over_from=_elsewhere(db, db.get(Question, question.deferred_from_id or 0)),
        carried_over_to=_elsewhere(db, db.scalars(copy).first()),
    )


def _merged_here(db: Db, question: Question) -> list[OtherWording]:
    """What counts for this question; an older wording of it is told apart."""
    members = db.scalars(
        select(Question)
        .where(Question.root_id == question.id, Question.id != question.id, Question.state == QuestionState.MERGED)
        .order_by(Question.number, Question.id)
    )
    return [wording for one in members if one.id != question.rewording_of_id and (wording := _wording(one))]


def _wording(question: Question | None) -> OtherWording | None:
    if question is None:
        return None
    public = question_rules.is_public(question.state, question.approved_at)
    return OtherWording(question.id, question.number, question.text if public else None)


def _elsewhere(db: Db, question: Question | None) -> tuple[Question, Session] | None:
    """With its session: what is deferred goes from one to another."""
    return (question, db.get_one(Session, question.session_id)) if question else None


@bp.get("/questions/<int:question_id>")
def question(question_id: int) -> str:
    """What was asked, what was answered and promised, and the whole trace. Raises NotFound."""
    now = clock.now()
    with reading() as db:
        hidden = readers.closed_to(db, actor())
        if lookup.question(db, question_id).session_id in hidden:
            raise NotFound(what="question", id=question_id)
        told = question_told(db, question_id, actor().device_id, now)
        if told.own and told.own.fate.session_id in hidden:  # deferred to it: what becomes of it there is not told
            told = replace(told, own=None)
        played = sentences.played(db, actor(), told.session)
        return render_template(
            "questions/question.html", told=told, session=told.session, clips=_clips(db, told, played),
            **around(db, now),
        )  # fmt: skip


def _clips(db: Db, told: Told, played: Played | None) -> dict[str, Clip | None]:
    """What of it the recording has: of the question, and of each answer by its id."""
    if played is None:
        return {}
    asked = {"question": played.of_question(told.question)}
    return asked | {f"answer-{one.response.id}": played.of_answer(db, one.response) for one in told.answers}
