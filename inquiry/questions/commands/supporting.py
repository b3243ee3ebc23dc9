"""One voter, one vote for a question; thinking better of it. Many at once: this is what a whole city presses."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from sqlalchemy import delete, select

from ...core.db import Db, insert_all
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import NotFound, Refusal
from ...live import readers
from ...permissions import Actor, require
from ...realtime import ticks
from .. import refusals, rules
from ..models import Question, Support
from ..queries import open_questions


def support(uow: UnitOfWork, actor: Actor, question_id: int) -> Question:
    """Count the actor's device for a question, once; returns the question it counts for. Raises NotFound, NotOpen."""
    outcome = support_all(uow, [(actor, question_id)])[0]
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def support_all(uow: UnitOfWork, presses: Sequence[tuple[Actor, int]]) -> list[Question | Refusal]:
    """The same for many people and questions, with a few statements in all: for each what it counts for, or why not."""
    known = _with_roots(uow.db, {question_id for _actor, question_id in presses})
    not_public = readers.not_public(uow.db)
    outcomes = [_outcome(actor, question_id, known, not_public) for actor, question_id in presses]
    votes = {
        (root.id, actor.device_id): root
        for (actor, _), root in zip(presses, outcomes, strict=True)
        if isinstance(root, Question)
    }
    rows = [{"question_id": root, "device_id": device, "at": uow.now} for root, device in sorted(votes)]
    insert_all(uow.db, Support, rows, unless_there=True)
    _tick(uow, {vote: root.session_id for vote, root in votes.items()})
    return outcomes


def withdraw_support(uow: UnitOfWork, actor: Actor, question_id: int) -> Question:
    """Stop counting the actor's device for a question, whichever of the merged ones it supported."""
    require(actor, "questions.withdraw_support")
    root = _open_root(actor, question_id, _with_roots(uow.db, {question_id}), readers.not_public(uow.db))
    family = select(Question.id).where(Question.root_id == root.id)
    uow.db.execute(delete(Support).where(Support.question_id.in_(family), Support.device_id == actor.device_id))
    _tick(uow, {(root.id, actor.device_id): root.session_id})
    return root


def _with_roots(db: Db, ids: set[int]) -> dict[int, Question]:
    """These questions, and those that stand for them."""
    found = {one.id: one for one in db.scalars(select(Question).where(Question.id.in_(ids)))}
    roots = {one.root_id for one in found.values()} - found.keys()
    return (
        found | {one.id: one for one in db.scalars(select(Question).where(Question.id.in_(roots)))} if roots else found
    )


def _outcome(
    actor: Actor, question_id: int, known: dict[int, Question], not_public: Collection[int]
) -> Question | Refusal:
    try:
        require(actor, "questions.support")
        return _open_root(actor, question_id, known, not_public)
    except Refusal as refusal:
        return refusal.with_traceback(None)  # it would hold on to everybody's presses


def _open_root(
    actor: Actor, question_id: int, known: dict[int, Question], not_public: Collection[int]
) -> Question:  # fmt: skip
    """The question that support of this one counts for. Raises NotFound for what is not public, NotOpen."""
    question = known.get(question_id)
    if question is None or not rules.is_public(question.state, question.approved_at):
        raise NotFound(what="question", id=question_id)
    if question.session_id in not_public and not readers.may_follow(actor, question.session_id):
        raise NotFound(what="question", id=question_id)
    root = known[question.root_id or question.id]
    if not rules.is_open(root.state, root.session_id):
        raise refusals.NotOpen(state=root.state.value)
    return root


def _tick(uow: UnitOfWork, votes: Mapping[tuple[int, int | None], int | None]) -> None:
    """`votes` are those given or withdrawn, `{(question, device): session}`; outside sessions nothing ticks."""
    in_sessions = {vote: session_id for vote, session_id in votes.items() if session_id is not None}
    for session_id, root_id in {(session_id, root_id) for (root_id, _device), session_id in in_sessions.items()}:
        uow.after_commit(partial(ticks.touch, session_id, root_id))
    for session_id in set(in_sessions.values()):
        own = [(device, root) for (root, device), of in in_sessions.items() if of == session_id and device is not None]
        uow.after_commit(partial(open_questions.voted, session_id, own))
