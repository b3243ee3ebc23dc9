"""While the meeting runs: questions from above, and what is cut when it runs over."""

from collections.abc import Mapping, Sequence

from ...dispatch.unit_of_work import UnitOfWork
from ...live.commands import floor
from ...live.commands import slots as live_slots
from ...live.models import Item, Slot
from ...permissions import Actor, Role, require
from ...pledges.commands.recording import PledgeWords, record_from
from ...pledges.models import Pledge
from ...pledges.origins import Origin
from ...questions.commands import air
from ...realtime.streams import public_stream
from .. import events, refusals
from ..models import Changed, ExamSlot, Interrupter, Interruption
from ..queries import lookup
from ..queries import meeting as standing
from . import changing


def interrupt(
    uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, words: str, question_id: int | None
) -> Interruption:
    """Put a question from above while somebody speaks: a leader's own in words, or a citizen's that the host puts, by
    which it is asked of the speaker's unit. The speaker's clock stands still, that of the interruptions runs. Where
    the host presses for a leader, nobody is named.

    Raises Stale, NotLive, NoExam, NoSlot, Interrupted, BudgetUsedUp; for a question Forbidden, NotFound, NoSession,
    WrongState, WordsWithdrawn.
    """
    require(actor, "exam.interrupt")
    if question_id is not None:
        require(actor, "questions.put_on_air")
    session = floor.claim_floor(uow, session_id, seen)
    exam = lookup.exam(uow.db, session.id)
    if standing.budget_left_ms(uow.db, exam, uow.now) <= 0:
        raise refusals.BudgetUsedUp()
    slot = live_slots.open_slot(uow, session)
    if question_id is not None:
        item = uow.db.get_one(Item, slot.item_id)
        air.put_to_speaker(uow, actor, session, question_id, item, slot.unit_id)
    live_slots.interrupt(uow, actor, session, slot)
    made = Interruption(
        session_id=session.id, slot_id=slot.id, question_id=question_id, words=words, at=uow.now,
        by=Interrupter.CITIZEN if question_id is not None else Interrupter.LEADER,
        name=actor.name if question_id is None and actor.role is Role.LEADER else "", user_id=actor.user_id,
    )  # fmt: skip
    uow.add(made)
    uow.record(
        public_stream(session.id), events.INTERRUPTED, actor, [made, slot, session],
        interruption=made.id, slot=slot.id, by=made.by.value, name=made.name, question=question_id,
    )  # fmt: skip
    return made


def end_interruption(uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None) -> Slot:
    """Let the speaker's clock run on. Raises Stale, NotLive, NoSlot, NoInterruption."""
    require(actor, "exam.end_interruption")
    session = floor.claim_floor(uow, session_id, seen)
    slot = live_slots.open_slot(uow, session)
    if not slot.is_interruption:
        raise refusals.NoInterruption()
    before = slot.interrupted_ms
    live_slots.go_on(uow, actor, session, slot)
    uow.record(
        public_stream(session.id), events.INTERRUPTION_ENDED, actor, [slot, session],
        slot=slot.id, seconds=(slot.interrupted_ms - before) // 1000,
    )  # fmt: skip
    return slot


def cut_slots(
    uow: UnitOfWork, actor: Actor, session_id: int, seen: int | None, wanted: Mapping[int, tuple[int, int | None]]
) -> Sequence[ExamSlot]:
    """Take a proposal of `queries.proposed_cuts` as it was shown: for each slot, its length then and its new one in
    seconds, or None to leave it out. Raises Stale, NotLive, NoExam, NothingToCut, SlotsChanged.
    """
    require(actor, "exam.cut_slots")
    session = floor.claim_floor(uow, session_id, seen)
    lookup.exam(uow.db, session.id)
    coming = {slot.id: (slot, item) for slot, item in standing.coming(uow.db, session.id)}
    if not wanted:
        raise refusals.NothingToCut()
    if any(key not in coming or coming[key][1].planned_ms != was * 1000 for key, (was, _new) in wanted.items()):
        raise refusals.SlotsChanged()
    over_s = standing.over_s(uow.db, session, uow.now)
    if over_s <= 0:
        raise refusals.NothingToCut()
    why = f"+{over_s} s"
    shorter = [(*coming[key], new) for key, (_was, new) in wanted.items() if new is not None]
    dropped = [coming[key] for key, (_was, new) in wanted.items() if new is None]
    cut = [changing.shorten(uow, actor, slot, item, new, why) for slot, item, new in shorter]
    left_out = [changing.leave_out(uow, actor, slot, item, Changed.DROPPED, why) for slot, item in dropped]
    slots = [*(slot for slot, _item, _new in shorter), *(slot for slot, _item in dropped)]
    uow.record(
        public_stream(session.id), events.PLAN_CUT, actor, [session, *slots, *(item for _slot, item, _new in shorter)],
        over_s=over_s, shortened=len(cut), dropped=len(left_out), cut=cut, left_out=left_out,
    )  # fmt: skip
    return slots


def record_pledge(uow: UnitOfWork, actor: Actor, session_id: int, words: PledgeWords) -> Pledge:
    """Write down what was promised in a slot, or what a leader has assigned. Raises NoExam, NotLive, DueBeforePromised,
    DueTooFar, NotFound."""
    require(actor, "exam.record_pledge")
    session = standing.held(uow.db, session_id)
    return record_from(uow, actor, Origin.of_exam_slot(session.id), **words)
