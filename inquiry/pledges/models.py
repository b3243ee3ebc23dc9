"""Pledges, their progress and evidence, claims, checks and extensions. Nothing is deleted; corrections supersede."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, Withdrawable, choice, short
from ..realtime.streams import public_stream
from ..trace.streams import Access, Stream, unit_stream


class PledgeState(StrEnum):
    """How far it is. Overdue and due soon are computed from the date, never stored."""

    OPEN = "open"
    CLAIMED_DONE = "claimed_done"
    RETURNED = "returned"
    KEPT = "kept"
    SUPERSEDED = "superseded"


class Confirmation(StrEnum):
    """Whether the unit stands by the words: silence lets the spoken version stand."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    STANDS_AS_SPOKEN = "stands_as_spoken"


class Specificity(StrEnum):
    SPECIFIC = "specific"
    GENERIC = "generic"


class PledgeOrigin(StrEnum):
    """What a pledge was made in. Only RESPONSE has a command today."""

    RESPONSE = "response"
    TASK_LIST = "task_list"
    INSPECTION = "inspection"
    EXAM_SLOT = "exam_slot"


#: `rules.fits_origin`, said to the database: a response belongs to a question, and that to a session if to any.
_FITS_ORIGIN = (
    "(question_id IS NOT NULL) = (origin = 'response') AND (response_id IS NOT NULL) = (origin = 'response')"
    " AND (origin = 'response' OR (session_id IS NOT NULL) = (origin = 'exam_slot'))"
)


class Pledge(Withdrawable, Base):
    """action + object + responsible officer + lead unit + due date. `spoken` are the words as they were said.

    Which of `session_id`, `question_id` and `response_id` it has follows from its `origin` (`rules.fits_origin`).
    `first_due_on` never changes once set; `due_on` moves with an extension. `vague` are the words of the list of that
    day. `claimed_on` is the city's day of `claimed_at`, because lateness is counted in days. What was withdrawn is gone
    from the columns here, and from those of Progress and Evidence.
    """

    __tablename__ = "pledges"
    __table_args__ = (Index(None, "state", "due_on"), CheckConstraint(_FITS_ORIGIN, name="fits_origin"))
    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[PledgeOrigin] = mapped_column(choice(PledgeOrigin))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"), index=True)
    specificity: Mapped[Specificity] = mapped_column(choice(Specificity))
    spoken: Mapped[str]
    vague: Mapped[list[str]] = mapped_column(default=list)
    action: Mapped[str] = mapped_column(short(200), default="")
    object: Mapped[str] = mapped_column(short(200), default="")
    officer: Mapped[str] = mapped_column(short(40), default="")
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    first_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    search_text: Mapped[str]
    state: Mapped[PledgeState] = mapped_column(choice(PledgeState), default=PledgeState.OPEN)
    rev: Mapped[int] = mapped_column(default=0)
    confirmation: Mapped[Confirmation] = mapped_column(choice(Confirmation), default=Confirmation.ASKED)
    confirmation_due_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    dispute: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime | None]
    claimed_on: Mapped[date | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kept_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    check_note: Mapped[str] = mapped_column(default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"), unique=True)

    @property
    def stream(self) -> Stream:
        """Where its entries stand: with its session's if it has one, otherwise with its lead unit's."""
        if self.session_id is not None:
            return public_stream(self.session_id)
        return unit_stream(self.lead_unit_id, Access.PUBLIC)


class Progress(Withdrawable, Base):
    """A note of what was done. Public."""

    __tablename__ = "progress"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class EvidenceKind(StrEnum):
    TEXT = "text"
    LINK = "link"
    PICTURE = "picture"


class Evidence(Withdrawable, Base):
    """A proof. A picture is kept as a re-encoded file named by its SHA-256 under `data_dir/evidence/`."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind))
    text: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(short(500), default="")
    picture: Mapped[str] = mapped_column(short(80), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ExtensionState(StrEnum):
    IN_FORCE = "in_force"
    ASKED = "asked"
    REFUSED = "refused"


class Extension(Base):
    """More time, asked for before the date. A short first one is in force at once, any other when it is signed; why it
    was refused is its `decision_note`.
    """

    __tablename__ = "extensions"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    reason: Mapped[str]
    due_before: Mapped[date]
    due_after: Mapped[date]
    state: Mapped[ExtensionState] = mapped_column(choice(ExtensionState))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: The default is for the version before, which goes on beside this one while processes are changed.
    decision_note: Mapped[str] = mapped_column(default="", server_default="")
