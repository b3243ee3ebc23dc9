"""Responses, never edited: a correction supersedes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, Withdrawable, choice, short


class ResponseKind(StrEnum):
    """The four kinds of the Nanning study (see the research notes), of which only the last binds anybody, and that
    nothing was said at all."""

    ACKNOWLEDGEMENT = "acknowledgement"
    DEFLECTION = "deflection"
    GENERIC_COMMITMENT = "generic_commitment"
    SPECIFIC_COMMITMENT = "specific_commitment"
    NO_ANSWER = "no_answer"


class Medium(StrEnum):
    ON_AIR = "on_air"
    WRITTEN = "written"


class Response(Withdrawable, Base):
    """One answer by one speaker, in the session of its question, if that has one. `started_ms` and `ended_ms` run on
    the session's clock (since it went live).

    `vague` are the words of the list of that day: editing the list does not re-judge what was said before. Words that
    were withdrawn are gone from `text`.
    """

    __tablename__ = "responses"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    speaker: Mapped[str] = mapped_column(short(40))
    speaker_title: Mapped[str] = mapped_column(short(80), default="")
    medium: Mapped[Medium] = mapped_column(choice(Medium))
    kind: Mapped[ResponseKind] = mapped_column(choice(ResponseKind))
    text: Mapped[str]
    vague: Mapped[list[str]] = mapped_column(default=list)
    started_ms: Mapped[int | None]
    ended_ms: Mapped[int | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"), unique=True)


class VagueWord(Base):
    """A word that promises nothing without a date; the clerk and the staff edit the list."""

    __tablename__ = "vague_words"
    word: Mapped[str] = mapped_column(short(40), primary_key=True)
