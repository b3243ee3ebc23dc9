"""What moderators do. Every decision can be taken back, one at a time, as long as nothing was built on it.

A press carries `seen`, the question's `rev` as the moderator saw it: of two presses on the same one, one wins and the
other is told how the question stands now. The session's row is locked before the question's, everywhere (`locking`): so
merging in both directions at once, or approving while the session is being closed, happens one after the other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from ...accounts import queries as accounts
from ...accounts.models import User
from ...core import clock
from ...dispatch import withdrawing
from ...dispatch.unit_of_work import UnitOfWork
from ...errors import Stale
from ...live import refusals as live_refusals
from ...live.commands import rundown
from ...live.models import Session, SessionState
from ...permissions import Actor, require
from ...realtime import ticks
from ...trace.kinds import Kind
from .. import events, refusals, rows, rules
from ..models import Decision, ModerationDecision, Question, QuestionState, RefusalReason
from ..queries import lookup
from . import asking, closing_words, settling
from .locking import lock_question


def hold(uow: UnitOfWork, actor: Actor, question_id: int) -> Question:
    """Tell the other moderators, for 30 seconds, that one is looking at a question, and at no other any more.

    It keeps nobody from deciding, leaves no entry and travels in ticks. Raises HeldByOther.
    """
    require(actor, "questions.hold")
    question = uow.lock(Question, question_id)
    if question.held_until is not None and question.held_until > uow.now and question.held_by_id != actor.user_id:
        holder = uow.db.get_one(User, question.held_by_id)
        raise refusals.HeldByOther(name=holder.name, until=clock.milliseconds(question.held_until))
    uow.db.execute(
        update(Question)
        .where(Question.session_id == question.session_id, Question.held_by_id == actor.user_id)
        .values(held_by_id=None, held_until=None)
    )
    question.held_by_id, question.held_until = actor.user_id, uow.now + rules.HOLD_LASTS
    uow.after_commit(lambda: ticks.touch(question.session_id))
    return question


def approve(uow: UnitOfWork, actor: Actor, question_id: int, seen: int, unit_id: int | None = None) -> Question:
    """Make a question public and open for support; `unit_id` says besides who is to answer.

    When the session is over none stays open: the question is handed to its unit at once, with the usual deadline. So it
    is outside sessions, where it stands approved only while no unit is known. Raises Stale, WrongState, NeedsUnit,
    NotFound.
    """
    session, question = _lock_as_seen(uow, actor, "approve", question_id, seen)
    if unit_id is not None:
        accounts.unit(uow.db, unit_id)
    _decide(uow, actor, question, Decision.APPROVE)
    question.state, question.approved_at = QuestionState.APPROVED, uow.now
    question.unit_id = unit_id or question.unit_id
    _record(uow, actor, events.APPROVED, question, unit=question.unit_id)
    _hand_if_no_evening_comes(uow, actor, session, question)
    return question


def refuse(
    uow: UnitOfWork, actor: Actor, question_id: int, seen: int, reason: RefusalReason, note: str = ""
) -> Question:
    """Refuse a waiting question or take down an approved one; outside sessions, one that its unit has not answered yet.
    The reason is counted in public; the asker alone reads the note. For one of `rules.CLOSING_REASONS` nobody reads it
    in any other words either. Raises Stale, WrongState.
    """
    _session, question = _lock_as_seen(uow, actor, "refuse", question_id, seen)
    closed = closing_words.close_family(uow, actor, question) if reason in rules.CLOSING_REASONS else []
    _decide(uow, actor, question, Decision.REFUSE, closed={str(one.id): approved_at for one, approved_at in closed})
    question.state, question.refusal_reason, question.refusal_note = QuestionState.REFUSED, reason, note
    uow.record(
        question.stream, events.REFUSED, actor, [question, *(one for one, _at in closed)],
        question=question.id, number=question.number, reason=reason.value,
    )  # fmt: skip
    withdrawing.may_be_gone(uow, actor, [question, *(one for one, _at in closed)])
    uow.after_commit(lambda: ticks.touch(question.session_id))
    return question


def set_unit(uow: UnitOfWork, actor: Actor, question_id: int, seen: int, unit_id: int | None) -> Question:
    """Say who is to answer, or that nobody is known yet. Raises Stale, SessionClosed, NotFound.

    Outside sessions an approved question is thereby handed to the unit, and then it stays there. Raises WrongState.
    """
    session, question = _lock_as_seen(uow, actor, "set_unit", question_id, seen)
    _not_closed(session)
    if session is None and question.state not in rules.UNDECIDED:
        raise refusals.WrongState(state=question.state.value)
    if unit_id is not None:
        accounts.unit(uow.db, unit_id)
    question.unit_id = unit_id
    question.rev += 1
    public = rules.is_public(question.state, question.approved_at)
    uow.record(
        question.stream if public else question.staff_stream, events.UNIT_SET, actor, [question],
        question=question.id, number=question.number, unit=unit_id,
    )  # fmt: skip
    if question.state is QuestionState.APPROVED:
        _hand_if_no_evening_comes(uow, actor, session, question)
    return question


def _hand_if_no_evening_comes(uow: UnitOfWork, actor: Actor, session: Session | None, question: Question) -> None:
    """What is approved and will be put on no evening is its unit's to answer in writing. Raises NeedsUnit for what is
    left of an evening; what was asked outside sessions waits until a unit is found."""
    if session is not None and session.state is not SessionState.CLOSED:
        return
    if question.unit_id is not None:
        settling.hand_to_unit(uow, actor, question, question.unit_id, settling.reply_due_on(uow.now))
    elif session is not None:
        raise refusals.NeedsUnit()


# --- merging --------------------------------------------------------------------------------------------------------


def merge(uow: UnitOfWork, actor: Actor, question_id: int, seen: int, into_id: int) -> Question:
    """Several askers, one question: from now on its votes count for the other, by distinct voter.

    What was merged into it comes along. A question that was merged itself is taken to stand for what it was merged
    into, which is returned. A waiting question may be merged into a waiting one or any public one, an approved one only
    into a public one. Raises Stale, WrongState, IntoItself, OtherSession, MixedOrigins, NotMergeable, NotFound.
    """
    _session, question = _lock_as_seen(uow, actor, "merge", question_id, seen)
    target = _standing_for(uow, into_id)
    if target.session_id != question.session_id:
        if target.session_id is None or question.session_id is None:
            raise refusals.MixedOrigins()
        raise refusals.OtherSession(session=target.session_id)
    if target is question:
        raise refusals.IntoItself()
    if not rules.merges_into(question.state, target.state):
        raise refusals.NotMergeable(state=target.state.value)
    _decide(uow, actor, question, Decision.MERGE)
    moved = _attach(uow, question, target)
    _record(
        uow, actor, events.MERGED, question, about=[target, *moved],
        into=target.id, into_number=target.number,
    )  # fmt: skip
    return target


def unmerge(uow: UnitOfWork, actor: Actor, question_id: int, seen: int) -> Question:
    """Let a merged question stand for itself again, with what had been merged into it and exactly its own votes.

    Raises Stale, WrongState (a reworded one is restored by undoing the rewording), SessionClosed.
    """
    session, question = _lock_as_seen(uow, actor, "unmerge", question_id, seen)
    last = lookup.last_decision(uow.db, question.id)
    if question.state is not QuestionState.MERGED or last is None or last.decision is not Decision.MERGE:
        raise refusals.WrongState(state=question.state.value)
    root = uow.db.get_one(Question, question.root_id)
    _decide(uow, actor, question, Decision.UNMERGE)
    _let_stand(session, question, last.before)
    moved = _detach(uow, question)
    _record(uow, actor, events.UNMERGED, question, about=[root, *moved], out_of=root.id, from_number=root.number)
    return question


def reword(
    uow: UnitOfWork, actor: Actor, question_id: int, seen: int, wording: asking.Wording, closed: bool | None = None
) -> Question:
    """Put a question in other words: a new, approved question, into which the original is merged.

    `closed` says whether the original's words stay closed to the public; None leaves them as they are, closed where
    they never were public. No text is ever changed in place, so that nobody supported words they did not read. Returns
    the new question. Raises Stale, WrongState, SessionClosed, SameWording.
    """
    session, question = _lock_as_seen(uow, actor, "reword", question_id, seen)
    _not_closed(session)
    if wording.text == question.text:
        raise refusals.SameWording()
    _decide(uow, actor, question, Decision.REWORD)
    if closed is not None:
        question.approved_at = None if closed else question.approved_at or uow.now
    background = question.background if question.approved_at else ""  # it belongs to the words it came with
    version = asking.add_question(
        uow, session, wording, origin=question.origin, rewording_of_id=question.id, state=QuestionState.APPROVED,
        approved_at=uow.now, asked_at=question.asked_at, asker=question.asker, device_id=question.device_id,
        unit_id=question.unit_id, background=background,
    )  # fmt: skip
    moved = _attach(uow, question, version)
    _record(
        uow, actor, events.REWORDED, question, about=[version, *moved], version=version.id, as_number=version.number
    )
    _hand_if_no_evening_comes(uow, actor, session, version)
    return version


def undo(uow: UnitOfWork, actor: Actor, question_id: int, seen: int) -> Question:
    """Take back the last decision about a question that was not taken back yet.

    A rewording is taken back by merging the new version into the original. Raises Stale, NothingToUndo, SessionClosed.
    """
    session, question = _lock_as_seen(uow, actor, "undo", question_id, seen)
    last = lookup.last_decision(uow.db, question.id)
    if last is None or not rules.may_undo(last.decision, question.state):
        raise refusals.NothingToUndo(state=question.state.value)
    last.undone_at = uow.now
    touched = _UNDO.get(last.decision, _undo_simply)(uow, actor, session, question, last.before)
    question.rev += 1
    _record(uow, actor, events.UNDONE, question, about=touched, decision=last.decision.value)
    return question


def _undo_simply(
    uow: UnitOfWork, _actor: Actor, session: Session | None, question: Question, before: dict[str, Any]
) -> list[Question]:
    _restore(session, question, before)
    return closing_words.reopen_family(uow, before.get("closed") or {})


def _undo_merge(
    uow: UnitOfWork, _actor: Actor, session: Session | None, question: Question, before: dict[str, Any]
) -> list[Question]:
    root = uow.db.get_one(Question, question.root_id)
    _let_stand(session, question, before)
    return [root, *_detach(uow, question)]


def _undo_reword(
    uow: UnitOfWork, actor: Actor, session: Session | None, question: Question, before: dict[str, Any]
) -> list[Question]:
    version = uow.lock(Question, question.merged_into_id or 0)
    if version.state is not QuestionState.APPROVED:
        raise refusals.NothingToUndo(state=version.state.value)
    root = uow.db.get_one(Question, question.root_id)
    _restore(session, question, before)
    touched = [root, *_detach(uow, question)]
    _decide(uow, actor, version, Decision.MERGE)
    if question.approved_at is None:
        version.approved_at = None  # it was public by the rewording alone
    return [*touched, *_attach(uow, version, question)]


def _undo_unmerge(
    uow: UnitOfWork, _actor: Actor, session: Session | None, question: Question, before: dict[str, Any]
) -> list[Question]:
    target = _standing_for(uow, before["merged_into_id"])
    if target is question or not rules.merges_into(question.state, target.state):
        raise refusals.NothingToUndo(state=target.state.value)
    _restore(session, question, before)
    return [target, *_attach(uow, question, uow.db.get_one(Question, before["merged_into_id"]))]


_UNDO = {
    Decision.MERGE: _undo_merge,
    Decision.REWORD: _undo_reword,
    Decision.UNMERGE: _undo_unmerge,
}


# --- what they share ------------------------------------------------------------------------------------------------


def _lock_as_seen(
    uow: UnitOfWork, actor: Actor, verb: str, question_id: int, seen: int
) -> tuple[Session | None, Question]:
    """The session, if there is one, and the question, locked, if the actor may and saw the question as it is."""
    require(actor, f"questions.{verb}")
    session, question = lock_question(uow, question_id)
    if question.rev != seen:
        raise Stale(now=rows.staff_row(uow.db, question.id))
    if question.withdrawn_at is not None and verb != "set_unit":
        raise refusals.WordsWithdrawn()
    if not rules.may_decide(verb, question.state, question.session_id, question.reopened_at):
        raise refusals.WrongState(state=question.state.value)
    return session, question


def _not_closed(session: Session | None) -> None:
    if session is not None and session.state is SessionState.CLOSED:
        raise live_refusals.SessionClosed()


def _decide(uow: UnitOfWork, actor: Actor, question: Question, decision: Decision, **more: Any) -> None:
    """Keep the decision with the columns as they are before it, and whatever `more` it takes to go back; whoever looked
    at the question is done with it."""
    before = more | {
        "state": question.state.value,
        "unit_id": question.unit_id,
        "approved_at": clock.iso(question.approved_at) if question.approved_at else None,
        "refusal_reason": question.refusal_reason.value if question.refusal_reason else None,
        "refusal_note": question.refusal_note,
        "merged_into_id": question.merged_into_id,
    }
    uow.db.add(
        ModerationDecision(
            question_id=question.id, decision=decision, by_id=actor.user_id, at=uow.now, before=before, undone_at=None
        )
    )
    question.rev += 1
    question.held_by_id = question.held_until = None


def _restore(session: Session | None, question: Question, before: dict[str, Any]) -> None:
    """Set the columns back. Raises SessionClosed for what would stand approved in a session that is over."""
    state = QuestionState(before["state"])
    if state is QuestionState.APPROVED:
        _not_closed(session)
    question.state = state
    question.unit_id = before["unit_id"]
    question.approved_at = datetime.fromisoformat(before["approved_at"]) if before["approved_at"] else None
    question.refusal_reason = RefusalReason(before["refusal_reason"]) if before["refusal_reason"] else None
    question.refusal_note = before["refusal_note"]
    question.merged_into_id = before["merged_into_id"]


def _let_stand(session: Session | None, question: Question, before: dict[str, Any]) -> None:
    """The same for what was merged. Whose words were closed meanwhile needs to be looked at again."""
    was_closed = question.approved_at is None
    _restore(session, question, before)
    if was_closed and question.state is QuestionState.APPROVED:
        question.state, question.approved_at = QuestionState.WAITING, None


def _standing_for(uow: UnitOfWork, question_id: int) -> Question:
    """The question, or what it was merged into in the end, locked."""
    found = uow.lock(Question, question_id)
    return found if found.root_id == found.id or found.root_id is None else uow.lock(Question, found.root_id)


def _attach(uow: UnitOfWork, question: Question, parent: Question) -> list[Question]:
    """Let a question and all that counts for it count for what `parent` counts for; returns what came along."""
    family = list(uow.db.scalars(select(Question).where(Question.root_id == question.id)))
    for member in family:
        member.root_id = parent.root_id
    question.state, question.merged_into_id = QuestionState.MERGED, parent.id
    return [member for member in family if member is not question]


def _detach(uow: UnitOfWork, question: Question) -> list[Question]:
    """Let a question, no longer merged, count for itself with what it had brought; returns what came along."""
    family = list(uow.db.scalars(select(Question).where(Question.root_id == question.root_id)))
    own = rules.below(question.id, {member.id: member.merged_into_id for member in family})
    for member in family:
        if member.id in own:
            member.root_id = question.id
    return [member for member in family if member.id in own and member is not question]


def _record(
    uow: UnitOfWork, actor: Actor, kind: Kind, question: Question, about: list[Question] | None = None, **payload: Any
) -> None:
    """Record a decision on the public stream, with the rows it changed, and have the totals told again.

    Where it lets other words stand for a question, the rundown shows those from now on.
    """
    rows_changed = list(dict.fromkeys([question, *(about or [])]))
    standing = {one.id: uow.db.get_one(Question, one.root_id or one.id).text for one in rows_changed if about}
    items = rundown.reword_items(uow, standing)
    uow.record(
        question.stream, kind, actor, [*rows_changed, *items],
        question=question.id, number=question.number, **payload,
    )  # fmt: skip
    withdrawing.may_be_gone(uow, actor, rows_changed)
    uow.after_commit(lambda: ticks.touch(question.session_id))
