"""A night exam is rehearsed with the plan that stands for it."""

from sqlalchemy import select

from ...live.commands.preparation import said
from ...live.commands.rehearsing import Copying
from ..models import Exam, ExamChange, ExamPlan, ExamSlot


def copy_exam(copying: Copying) -> None:
    """The plan, its slots with the lines that they became, and what was changed about it by hand."""
    db, uow = copying.uow.db, copying.uow
    exam = db.get(Exam, copying.of.id)
    if exam is None:
        return
    plan = db.get(ExamPlan, exam.plan_id) if exam.plan_id is not None else None
    copy = Exam(**said(exam, {"id", "plan_id"}), id=copying.to.id)
    uow.add(copy)
    if plan is None:
        return
    planned = ExamPlan(**said(plan, {"id", "session_id"}), session_id=copying.to.id)
    uow.add(planned)
    copy.plan_id = planned.id
    slots = {
        one.id: ExamSlot(
            **said(one, {"id", "session_id", "plan_id", "item_id"}), session_id=copying.to.id, plan_id=planned.id,
            item_id=copying.items[one.item_id],
        )
        for one in db.scalars(select(ExamSlot).where(ExamSlot.session_id == copying.of.id)).all()
        if one.item_id in copying.items
    }  # fmt: skip
    uow.add(*slots.values())
    changes = db.scalars(select(ExamChange).where(ExamChange.session_id == copying.of.id)).all()
    uow.add(*(
        ExamChange(
            **said(one, {"id", "session_id", "slot_id"}), session_id=copying.to.id, slot_id=slots[one.slot_id].id
        )
        for one in changes
        if one.slot_id in slots
    ))  # fmt: skip
