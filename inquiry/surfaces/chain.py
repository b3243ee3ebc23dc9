"""The chain as readers see it: a question, its answers, the pledges in them, and the trace of all three."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..accounts.models import Unit, User
from ..core.db import Db
from ..errors import NotFound
from ..live.models import Session
from ..pledges.models import Evidence, Extension, Pledge, PledgeState, Progress
from ..questions import rules as question_rules
from ..questions.models import Question, QuestionState
from ..questions.queries import lookup, tallies
from ..responses.queries import following
from ..responses.queries import lookup as responses
from ..responses.queries.following import Answer, Following, Term
from ..trace import story
from ..trace.story import Step


@dataclass(frozen=True)
class OtherWording:
    """Another question of the same matter: its text only if anybody may read it."""

    id: int
    number: int
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
    session: Session
    unit: Unit | None
    votes: int
    kin: Kin
    answers: list[Answer]
    pledges: dict[int, list[Pledge]]
    judgements: responses.Judgements
    term: Term | None
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
        question=question, readable=public or is_own, session=db.get_one(Session, question.session_id),
        unit=db.get(Unit, question.unit_id) if question.unit_id else None,
        votes=tallies.tallies(db, [question.id])[question.id], kin=_kin(db, question), answers=given,
        pledges=pledges, judgements=responses.judgements(db, question.id), term=following.term(question, steps),
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


# --- a pledge -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """Everything the page of a pledge shows. `notes` are its progress and its evidence, oldest first; `source` is the
    question and the answer it was made in, if it was made in one."""

    pledge: Pledge
    source: tuple[Question, Answer] | None
    session: Session | None
    notes: list[Progress | Evidence]
    extensions: Sequence[Extension]
    newer: Pledge | None
    older: Pledge | None
    claimant_unit_id: int | None
    steps: list[Step]

    @property
    def evidence(self) -> list[Evidence]:
        return [one for one in self.notes if isinstance(one, Evidence)]


def pledge_told(db: Db, pledge_id: int) -> Followed:
    """A pledge with all that came of it. Raises NotFound."""
    pledge = db.get(Pledge, pledge_id)
    if pledge is None:
        raise NotFound(what="pledge", id=pledge_id)
    claimant = db.get(User, pledge.claimed_by_id or 0)
    progress = db.scalars(select(Progress).where(Progress.pledge_id == pledge.id))
    older = _older(db, pledge)
    return Followed(
        pledge=pledge, source=_source(db, pledge), session=db.get(Session, pledge.session_id or 0),
        notes=sorted([*progress, *evidence(db, pledge.id)], key=lambda one: one.at),
        extensions=extensions(db, pledge.id),
        newer=db.scalar(select(Pledge).where(Pledge.supersedes_id == pledge.id)), older=older[0] if older else None,
        claimant_unit_id=claimant.unit_id if claimant else None,
        steps=story.tell(db, [f"pledge:{one.id}" for one in (pledge, *older)] + [f"response:{pledge.response_id}"]),
    )  # fmt: skip


def _source(db: Db, pledge: Pledge) -> tuple[Question, Answer] | None:
    if pledge.question_id is None:
        return None
    given = following.answers(db, pledge.question_id)
    answer = next(one for one in given if pledge.response_id in (one.response.id, *(old.id for old in one.before)))
    return db.get_one(Question, pledge.question_id), answer


def evidence(db: Db, pledge_id: int) -> Sequence[Evidence]:
    return db.scalars(select(Evidence).where(Evidence.pledge_id == pledge_id).order_by(Evidence.id)).all()


def extensions(db: Db, pledge_id: int) -> Sequence[Extension]:
    """Every extension that was asked for, in force or not, oldest first."""
    return db.scalars(select(Extension).where(Extension.pledge_id == pledge_id).order_by(Extension.id)).all()


def _older(db: Db, pledge: Pledge) -> list[Pledge]:
    """The versions this one corrected, newest first."""
    found = []
    while pledge.supersedes_id is not None:
        pledge = db.get_one(Pledge, pledge.supersedes_id)
        found.append(pledge)
    return found


# --- what hangs together --------------------------------------------------------------------------------------------


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
        .order_by(Question.number)
    )
    return [wording for one in members if one.id != question.rewording_of_id and (wording := _wording(one))]


def _wording(question: Question | None) -> OtherWording | None:
    if question is None:
        return None
    public = question_rules.is_public(question.state, question.approved_at)
    return OtherWording(question.id, question.number, question.text if public else None)


def _elsewhere(db: Db, question: Question | None) -> tuple[Question, Session] | None:
    return (question, db.get_one(Session, question.session_id)) if question else None
