"""Verdicts on answers, the cards of the panel, the votes of both bodies, and what was set aside."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, choice, short

_OPEN = text("closed_at IS NULL")


class Pattern(StrEnum):
    """What votes look like that no audience gave: see `rules.patterns`."""

    BURST = "burst"
    TOO_SOON = "too_soon"
    IN_STEP = "in_step"
    BORN_TOGETHER = "born_together"


class Verdict(Base):
    """One verdict on the answer to a question; at most one of a session is open.

    `response_id` is the answer as its record stands: where the verdict was opened before the clerk had written it down,
    it is set then, and a correction takes its place (`commands.following`). `unit_id` is who answered. The counts are
    those of the close, and are counted anew only when votes are set aside or brought back; until the close they are
    nought and mean nothing. They are the public's once the result was taken on air (`taken_at`). One that was called
    off is closed without a result.
    """

    __tablename__ = "verdicts"
    __table_args__ = (
        Index("one_open_verdict", "session_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("seconds BETWEEN 10 AND 120", name="some_time"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    seconds: Mapped[int]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    # with a default of the database: the version before goes on opening verdicts while processes are changed
    called_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    panel_satisfied: Mapped[int] = mapped_column(default=0)
    panel_not_satisfied: Mapped[int] = mapped_column(default=0)
    viewers_satisfied: Mapped[int] = mapped_column(default=0)
    viewers_not_satisfied: Mapped[int] = mapped_column(default=0)
    set_aside: Mapped[int] = mapped_column(default=0)


class Card(Base):
    """A numbered card of the studio's panel, good once for each verdict of its session.

    Its PIN is kept nowhere: it is reckoned from the installation's secret, so that a sheet can be printed again
    (`pins`). `mark` is how a card is found by number and PIN. Numbers are never given again.
    """

    CALLED = "panel_card"
    __tablename__ = "verdict_cards"
    __table_args__ = (UniqueConstraint("session_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    number: Mapped[int]
    mark: Mapped[str] = mapped_column(short(64), index=True)
    made_at: Mapped[datetime]
    taken_out_at: Mapped[datetime | None]


class DeviceOut(Base):
    """A device that was taken out of a session's verdicts: what it says counts for nothing."""

    __tablename__ = "verdict_devices_out"
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    at: Mapped[datetime]


class SetAside(Base):
    """Votes of a closed verdict that were set aside together, why, and when they were brought back, if they were.

    `found` tells one finding of a pattern from another of the same verdict.
    """

    __tablename__ = "verdict_set_asides"
    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)
    pattern: Mapped[Pattern] = mapped_column(choice(Pattern))
    found: Mapped[str] = mapped_column(short(64))
    votes: Mapped[int]
    satisfied: Mapped[int]
    note: Mapped[str] = mapped_column(short(200), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    brought_back_at: Mapped[datetime | None]


class Vote(Base):
    """What one card or one device says in one verdict. `network` is a mark by which votes of the same network are told
    to be so, within this verdict alone; the address itself is kept nowhere."""

    __tablename__ = "verdict_votes"
    __table_args__ = (
        UniqueConstraint("verdict_id", "card_id"),
        UniqueConstraint("verdict_id", "device_id", name="one_voice_of_a_device"),
        CheckConstraint("(card_id IS NULL) <> (device_id IS NULL)", name="card_or_device"),
        Index("counted_votes", "verdict_id", "satisfied", "set_aside_id", "card_id"),  # all that counting reads
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("verdict_cards.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    satisfied: Mapped[bool]
    at: Mapped[datetime]
    network: Mapped[str] = mapped_column(short(16), default="")
    set_aside_id: Mapped[int | None] = mapped_column(ForeignKey("verdict_set_asides.id"), index=True)
