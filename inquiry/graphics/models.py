"""Cards that are prepared, what stands on each layer over the picture, and the outputs that show it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, choice, short


class Layer(StrEnum):
    """The layers over the picture, from the lowest to the highest."""

    LOGO = "logo"
    TICKER = "ticker"
    SPEAKER_QUEUE = "speaker_queue"
    LOWER_THIRD = "lower_third"
    QUESTION_CARD = "question_card"
    PLEDGE_CARD = "pledge_card"
    EARLIER_PLEDGE = "earlier_pledge"
    VERDICT = "verdict"
    COUNTDOWN = "countdown"
    FULL_FRAME = "full_frame"


class GraphicCard(Base):
    """Something that is ready to go on air on one layer. What shows a question or a pledge names it and has no words of
    its own: they are read from the record when it is taken. Discarded cards are gone; their ids are not given again.
    """

    CALLED = "card"
    __tablename__ = "graphic_cards"
    __table_args__ = {"sqlite_autoincrement": True}
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    layer: Mapped[Layer] = mapped_column(choice(Layer))
    content: Mapped[dict[str, Any]]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))
    rev: Mapped[int] = mapped_column(default=0)
    prepared_at: Mapped[datetime]


class OnAirLayer(Base):
    """What stands on one layer of a session: a frozen copy, so that nothing which is changed elsewhere changes air.

    `revision` counts every change of what is shown, `taken` is the revision with which it came on: what is newer than
    that is a correction, shown without an entrance. `is_cut` says that it left at once, without its exit. `held` says
    that the layer takes nothing from the floor. `content` is None while nothing is shown.
    """

    CALLED = "layer"
    __tablename__ = "on_air_layers"
    __table_args__ = (
        UniqueConstraint("session_id", "layer"),
        CheckConstraint("(content IS NULL) = (since IS NULL)", name="since_it_is_shown"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    layer: Mapped[Layer] = mapped_column(choice(Layer))
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None]
    card_id: Mapped[int | None]
    card_rev: Mapped[int | None]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"), index=True)
    held: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_cut: Mapped[bool] = mapped_column(default=False, server_default=false())


class Output(Base):
    """A page that the vision mixer lays over the picture. The table holds the SHA-256 of its token only."""

    CALLED = "output"
    __tablename__ = "outputs"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    name: Mapped[str] = mapped_column(short(60))
    token_hash: Mapped[str] = mapped_column(short(64), unique=True)
    layers: Mapped[list[str]]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    identify_at: Mapped[datetime | None]
    reload_at: Mapped[datetime | None]
