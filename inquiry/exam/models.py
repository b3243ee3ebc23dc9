"""Slot policies, meetings with their plans, changes by hand, interruptions, and who is there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, choice, short
from .rules.policy import Pick


class Presence(StrEnum):
    """Nobody says that a unit is expected: it is, until somebody says something else."""

    PRESENT = "present"
    LEFT = "left"
    ABSENT = "absent"


#: What a unit is of which nobody said anything, or of which it was taken back.
EXPECTED = "expected"


class Changed(StrEnum):
    """What was changed by hand about a planned slot."""

    SPEAKER = "speaker"
    LENGTH = "length"
    ORDER = "order"
    SKIPPED = "skipped"
    CUT = "cut"
    DROPPED = "dropped"


class Interrupter(StrEnum):
    LEADER = "leader"
    CITIZEN = "citizen"


class SlotPolicy(Base):
    """A version of how minutes are given to those whom results pick; none is ever changed. `contents` is as
    `rules.plan.told` writes it."""

    __tablename__ = "slot_policies"
    CALLED = "policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    contents: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(short(64))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Exam(Base):
    """What makes a session a night exam: the tables (theme and period) and the policy that decide who speaks, and the
    plan that stands, once there is one. Its id is the session's; `silent` are the heads who will have been silent for
    too long if the plan is kept to, as `rules.silence` tells them."""

    __tablename__ = "exams"
    id: Mapped[int] = mapped_column("session_id", ForeignKey("sessions.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(short(80))
    period: Mapped[str] = mapped_column(short(8))
    policy_id: Mapped[int] = mapped_column(ForeignKey("slot_policies.id"))
    plan_id: Mapped[int | None]
    silent: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class ExamPlan(Base):
    """A plan as it was computed: `contents` with the slots and their reasons, `sources` with all it was made from,
    `digest` the SHA-256 of the sources. Changes by hand do not touch it."""

    __tablename__ = "exam_plans"
    CALLED = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    contents: Mapped[dict[str, Any]]
    sources: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(short(64))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ExamSlot(Base):
    """A line of the plan that stands and the item of the rundown that it became. What was planned by hand since is in
    the item (unit, speaker, length, order); what was computed is `number` (in the plan, from 1) and `reason`."""

    __tablename__ = "exam_slots"
    # the trace names slots: planned again, they have other ids
    __table_args__ = (UniqueConstraint("session_id", "number"), {"sqlite_autoincrement": True})
    CALLED = "slot"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("exam_plans.id"))
    item_id: Mapped[int] = mapped_column(unique=True)
    number: Mapped[int]
    segment: Mapped[str] = mapped_column(short(80))
    segment_en: Mapped[str] = mapped_column(short(120))
    pick: Mapped[Pick] = mapped_column(choice(Pick))
    pair: Mapped[int | None]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    speaker: Mapped[str] = mapped_column(short(40))
    seconds: Mapped[int]
    shortest_s: Mapped[int]
    reason: Mapped[dict[str, Any]]
    dropped_at: Mapped[datetime | None]


class ExamChange(Base):
    """A change by hand with its reason, which stays visible on the plan."""

    __tablename__ = "exam_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("exam_slots.id"))
    what: Mapped[Changed] = mapped_column(choice(Changed))
    before: Mapped[str] = mapped_column(short(200))
    after: Mapped[str] = mapped_column(short(200))
    why: Mapped[str] = mapped_column(short(200))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Interruption(Base):
    """A question from above within a slot; its time is kept by the slot itself (`live.Slot.interrupted_ms`)."""

    __tablename__ = "interruptions"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    by: Mapped[Interrupter] = mapped_column(choice(Interrupter))
    name: Mapped[str] = mapped_column(short(40))
    words: Mapped[str] = mapped_column(short(200))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Attendance(Base):
    """Whether a unit is in the meeting, as it was said last."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    presence: Mapped[Presence] = mapped_column(choice(Presence))
    reason: Mapped[str] = mapped_column(short(200))
    since: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
