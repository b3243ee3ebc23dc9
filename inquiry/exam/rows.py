"""The collections `exam`, `examslot` and `interruption`: what readers see of a night exam besides its floor."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from ..core.clock import milliseconds
from ..core.db import Db
from ..live.models import Item
from ..realtime import views
from ..realtime.views import Row, View
from ..results.rules.periods import Period
from . import told
from .models import Changed, Exam, ExamChange, ExamPlan, ExamSlot, Interruption
from .queries import lookup, meeting


def exam_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `exam`, by the session's id: what decides, the minutes for questions from above, who is there in
    figures and, by unit, of those in the plan, and the heads who will have been silent for too long."""
    return {number: _exam(db, found) if (found := db.get(Exam, number)) else None for number in ids}


def _exam(db: Db, exam: Exam) -> Row:
    plan = db.get(ExamPlan, exam.plan_id) if exam.plan_id is not None else None
    policy = lookup.policy(db, exam)
    return {
        "id": exam.id, "theme": exam.theme, "period": exam.period,
        "interruptions_ms": policy.interruptions_s * 1000,
        "reserve_ms": plan.contents["reserve_s"] * 1000 if plan else policy.reserve_s * 1000,
        "digest": plan.digest if plan else None, "silent": exam.silent,
        "attendance": meeting.attendance_counts(db, exam), "presence": meeting.presence_of_speakers(db, exam),
    }  # fmt: skip


def slot_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `examslot`: the line of the plan behind an item, with its reason in figures and in words, and what was
    changed about it by hand; `before_en` and `after_en` only of who speaks."""
    found = {one.id: one for one in db.scalars(select(ExamSlot).where(ExamSlot.id.in_(ids)))}
    changed: dict[int, list[Row]] = defaultdict(list)
    changes = db.scalars(select(ExamChange).where(ExamChange.slot_id.in_(ids)).order_by(ExamChange.id)).all()
    in_english = lookup.in_english(db, changes)
    for one in changes:
        row = {"what": one.what.value, "before": one.before, "after": one.after, "why": one.why,
               "at": milliseconds(one.at)}  # fmt: skip
        if one.what is Changed.SPEAKER:
            row |= {"before_en": in_english[one.before], "after_en": in_english[one.after]}
        changed[one.slot_id].append(row)
    stands = db.execute(select(Item.id, Item.planned_ms).where(Item.id.in_([one.item_id for one in found.values()])))
    lengths: dict[int, int] = {number: planned_ms // 1000 for number, planned_ms in stands}
    sessions = {one.session_id for one in found.values()}
    periods = {one.id: one.period for one in db.scalars(select(Exam).where(Exam.id.in_(sessions)))}
    return {
        number: _slot(found[number], Period.parse(periods[found[number].session_id]),
                      lengths.get(found[number].item_id), changed[number])
        if number in found else None
        for number in ids
    }  # fmt: skip


def _slot(slot: ExamSlot, period: Period, stands_s: int | None, changed: list[Row]) -> Row:
    as_planned = {"pick": slot.pick.value, "reason": slot.reason, "seconds": slot.seconds}
    return {
        "id": slot.id, "item": slot.item_id, "number": slot.number, "segment": slot.segment,
        "segment_en": slot.segment_en, "pick": slot.pick.value, "pair": slot.pair, "unit": slot.unit_id,
        "speaker": slot.speaker, "seconds": slot.seconds,
        "reason": {**slot.reason, **told.sentences(as_planned, period, stands_s)},
        "dropped_at": milliseconds(slot.dropped_at) if slot.dropped_at else None, "changes": changed,
    }  # fmt: skip


def interruption_rows(db: Db, ids: list[int], _view: View) -> dict[int, Row | None]:
    """Collection `interruption`; how long it took is in its slot, and a citizen's words are in the question."""
    found = {one.id: one for one in db.scalars(select(Interruption).where(Interruption.id.in_(ids)))}
    return {number: _interruption(found[number]) if number in found else None for number in ids}


def _interruption(one: Interruption) -> Row:
    return {
        "id": one.id, "slot": one.slot_id, "by": one.by.value, "name": one.name, "words": one.words,
        "question": one.question_id, "at": milliseconds(one.at),
    }  # fmt: skip


def _exam_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Exam.id).where(Exam.id == session_id))


def _slots_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(ExamSlot.id).where(ExamSlot.session_id == session_id).order_by(ExamSlot.id))


def _interruptions_of(db: Db, session_id: int, _view: View) -> Iterable[int]:
    return db.scalars(select(Interruption.id).where(Interruption.session_id == session_id).order_by(Interruption.id))


def register() -> None:
    views.collection("exam", exam_rows, _exam_of, alike=True, session=Exam.id)
    views.collection("examslot", slot_rows, _slots_of, alike=True, names={"unit": "unit"}, session=ExamSlot.session_id)
    views.collection(
        "interruption", interruption_rows, _interruptions_of, alike=True,
        names={"slot": "slot", "question": "question"}, session=Interruption.session_id,
    )  # fmt: skip
