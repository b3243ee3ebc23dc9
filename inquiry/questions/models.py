"""Questions, the grams that find similar ones, support, and what moderators decided."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, Withdrawable, choice, short
from ..realtime import streams
from ..trace.streams import Access, Stream, unit_stream


class QuestionState(StrEnum):
    """Where a question stands.

    AIRED means it left the floor and its response is not recorded yet. A reworded original is MERGED into its new
    version. After the close none is APPROVED or AIRED.
    """

    WAITING = "waiting"
    REFUSED = "refused"
    APPROVED = "approved"
    MERGED = "merged"
    ON_AIR = "on_air"
    AIRED = "aired"
    ANSWERED = "answered"
    EVADED = "evaded"
    DEFERRED = "deferred"
    HANDED = "handed"


class QuestionOrigin(StrEnum):
    """Where a question was asked. Only SESSION has a command from outside today."""

    SESSION = "session"
    ANY_DAY = "any_day"
    HOTLINE = "hotline"
    TASK_LIST = "task_list"
    INSPECTION = "inspection"


class RefusalReason(StrEnum):
    ABUSIVE = "abusive"
    PRIVATE = "private"
    OFF_TOPIC = "off_topic"
    NOT_A_QUESTION = "not_a_question"
    SPAM = "spam"
    UNLAWFUL = "unlawful"
    OTHER = "other"


class Decision(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    MERGE = "merge"
    UNMERGE = "unmerge"
    REWORD = "reword"


#: A session gives its questions their numbers; what was asked elsewhere has neither.
_FITS_ORIGIN = "(session_id IS NOT NULL) = (origin = 'session') AND (number IS NOT NULL) = (origin = 'session')"

_IS_MERGED = text("root_id <> id")


class Question(Withdrawable, Base):
    """One question of one asker. `text` is what goes on screen; `background` what an imported message tells besides.

    `receipt` is known to the asker alone and proves who asked. `root_id` is the question this one's votes count for:
    itself, or the one it was merged into (merging never chains); `merged_into_id` is the question it was merged into at
    the time, which may have been merged on since: taking it out takes along what it had brought. `rev` counts changes
    of state, so that a moderator's press carries what the moderator saw. `asker` is how the asker wishes to be named.
    Nobody outside reads the words while `approved_at` is not set, whatever the state: `rules.is_public`. `handed_on` is
    the city's day on which it came to the unit that has it, `returned_at` when that unit asked for another one to have
    it, `reassigned_at` when it was last given to another.
    """

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "external_id"),
        Index(None, "session_id", "state"),
        Index(None, "approved_at", "state", "root_id"),
        Index("ix_questions_merged", "root_id", sqlite_where=_IS_MERGED, postgresql_where=_IS_MERGED),
        CheckConstraint(_FITS_ORIGIN, name="fits_origin"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The default is for the version before, which goes on beside this one while processes are changed.
    origin: Mapped[QuestionOrigin] = mapped_column(choice(QuestionOrigin), server_default=QuestionOrigin.SESSION)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    number: Mapped[int | None]
    receipt: Mapped[str] = mapped_column(short(20), unique=True)
    external_id: Mapped[str | None] = mapped_column(short(80))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), index=True)
    asker: Mapped[str] = mapped_column(short(40), default="")
    text: Mapped[str]
    background: Mapped[str] = mapped_column(default="")
    search_text: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState), default=QuestionState.WAITING)
    rev: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    approved_at: Mapped[datetime | None]
    refusal_reason: Mapped[RefusalReason | None] = mapped_column(choice(RefusalReason))
    refusal_note: Mapped[str] = mapped_column(default="")
    root_id: Mapped[int | None] = mapped_column(index=True)
    merged_into_id: Mapped[int | None]
    rewording_of_id: Mapped[int | None] = mapped_column(index=True)
    on_air_at: Mapped[datetime | None]
    off_air_at: Mapped[datetime | None]
    evaded: Mapped[bool | None]  # set by the first recorded response: did all responses so far evade?
    deferred_to_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    deferred_from_id: Mapped[int | None] = mapped_column(index=True)
    reply_due_on: Mapped[date | None]
    judged_satisfied: Mapped[bool | None]
    judged_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    reopen_reason: Mapped[str] = mapped_column(default="")
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    held_until: Mapped[datetime | None]
    # Defaults are for the version before, which goes on beside this one while processes are changed.
    handed_on: Mapped[date | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(default="", server_default="")
    return_declined: Mapped[bool] = mapped_column(default=False, server_default=false())
    reassigned_at: Mapped[datetime | None]
    reassign_reason: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def stream(self) -> Stream:
        """Where its public entries stand: with its session's if it has one, otherwise with its unit's."""
        if self.session_id is not None:
            return streams.public_stream(self.session_id)
        return unit_stream(self.unit_id, Access.PUBLIC)

    @property
    def staff_stream(self) -> Stream:
        """Where its entries stand while nobody but the crew may read it."""
        if self.session_id is not None:
            return streams.staff_stream(self.session_id)
        return unit_stream(self.unit_id, Access.STAFF)


class QuestionGram(Base):
    """The inverted table behind "somebody asked this already": one row for each character bigram of a question."""

    __tablename__ = "question_grams"
    __table_args__ = (Index(None, "session_id", "gram", "question_id"),)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    gram: Mapped[str] = mapped_column(short(24), primary_key=True)
    session_id: Mapped[int | None]


class Support(Base):
    """One voter's support of one question. Rows never move: what merges is the counting, by distinct voter."""

    __tablename__ = "supports"
    __table_args__ = (Index(None, "question_id", "at"),)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    at: Mapped[datetime]


class ModerationDecision(Base):
    """What a moderator decided, and how to take it back: `before` holds the columns as they were."""

    __tablename__ = "moderation_decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    decision: Mapped[Decision] = mapped_column(choice(Decision))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
