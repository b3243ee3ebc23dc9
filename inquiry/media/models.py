"""How the picture of a session comes, and how it is, as the worker says it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import Base, choice, short


class MediaWorker(Base):
    """The one process that runs programs for the picture. `programs` names those that it found, with their versions."""

    __tablename__ = "media_workers"
    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    programs: Mapped[dict[str, str]] = mapped_column(JSON)


class PictureSource(StrEnum):
    """How the picture of a session comes: an encoder sends it by RTMP, the stage makes it, it lies at an address
    elsewhere; or there is none."""

    NONE = "none"
    ENCODER = "encoder"
    STAGE = "stage"
    ADDRESS = "address"


class PictureState(StrEnum):
    """Never there, there, or there before and not now."""

    OFF = "off"
    ON = "on"
    GONE = "gone"


class Programme(Base):
    """The picture of a session, whose id it has. `media_id` names its folder and its stream and is no secret; the table
    holds the SHA-256 of the stream key only.

    `sender` is how nginx names the one encoder that was let in, `sender_key` the fingerprint by which it was,
    `sending_since` when, and `heard_at` when nginx last said that it sends. `state` is what the worker sees; a picture
    at an address elsewhere has none.
    """

    __tablename__ = "programmes"
    __table_args__ = (
        CheckConstraint("(sender IS NULL) = (sending_since IS NULL)", name="since_it_is_sent"),
        CheckConstraint("(source = 'address') = (address <> '')", name="an_address_where_it_lies_elsewhere"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    source: Mapped[PictureSource] = mapped_column(choice(PictureSource), default=PictureSource.NONE)
    address: Mapped[str] = mapped_column(short(500), default="")
    media_id: Mapped[str] = mapped_column(short(32), unique=True)
    key_hash: Mapped[str | None] = mapped_column(short(64))
    sender: Mapped[str | None] = mapped_column(short(80))
    sender_key: Mapped[str | None] = mapped_column(short(64))
    sending_since: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    state: Mapped[PictureState] = mapped_column(choice(PictureState), default=PictureState.OFF)
    on_since: Mapped[datetime | None]
