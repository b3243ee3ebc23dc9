"""How the picture of a session comes, and how it is, as the worker says it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import LARGE, Base, choice, short


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


class RecordingState(StrEnum):
    """Nobody has asked for it yet, it waits to be made, it is being made, it can be seen, or it could not be made."""

    OFF = "off"
    WANTED = "wanted"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class Fault(StrEnum):
    """Why a recording could not be made: nothing was recorded, the disk is full, or the program for it failed."""

    NONE = "none"
    NOTHING = "nothing"
    DISK = "disk"
    PROGRAM = "program"


class Recording(Base):
    """The recording of a session, whose id it has. `media_id` names the folder of what is ready; another cut has
    another one, and what no row names is removed.

    `spans` say how its seconds lie to the clock, `[[instant, ms, leg]]`; `gaps` are what neither leg has, `[[instant,
    ms]]`; `sentences` the pieces that lie beside it, `[[from_ms, to_ms]]`. `stopped_at` is since when nothing is kept
    any more, because the disk is full.
    """

    __tablename__ = "recordings"
    __table_args__ = (CheckConstraint("(media_id IS NULL) = (state <> 'ready')", name="seen_when_it_is_ready"),)
    id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    media_id: Mapped[str | None] = mapped_column(short(32), unique=True)
    state: Mapped[RecordingState] = mapped_column(choice(RecordingState), default=RecordingState.OFF)
    fault: Mapped[Fault] = mapped_column(choice(Fault), default=Fault.NONE)
    progress: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    bytes: Mapped[int] = mapped_column(LARGE, default=0)
    spans: Mapped[list[list[int | str]]] = mapped_column(JSON, default=list)
    gaps: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    sentences: Mapped[list[list[int]]] = mapped_column(JSON, default=list)


class Passage(Base):
    """What is not shown of a recording any more, and the reason, which is public."""

    __tablename__ = "withdrawn_passages"
    __table_args__ = (CheckConstraint("ends_at > begins_at", name="some_time"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(short(300))
    withdrawn_at: Mapped[datetime]


class Caption(Base):
    """Words that were heard, from when to when. A correction is a new row that supersedes."""

    __tablename__ = "captions"
    __table_args__ = (
        Index(None, "session_id", "begins_at"), CheckConstraint("ends_at > begins_at", name="some_time"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(short(200))
    written_at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("captions.id"), unique=True)
