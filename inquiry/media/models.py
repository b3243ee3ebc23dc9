"""How the picture of a session comes, and how it is, as the worker says it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
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


class Part(StrEnum):
    """What somebody on the stage is there."""

    HOST = "host"
    LEADER = "leader"
    SPEAKER = "speaker"


class Place(StrEnum):
    """Where somebody with a picture is: behind the stage, seen by nobody, or on it."""

    GREEN_ROOM = "green_room"
    STAGE = "stage"


class CameraView(StrEnum):
    """Which picture of somebody it is: the own, or the one of who interprets into sign language."""

    MAIN = "main"
    SIGN = "sign"


class Stage(Base):
    """The stage of a session, whose id it has, as the worker says it. `conference` are the addresses at which people of
    a part join the city's own conference system."""

    __tablename__ = "stages"
    id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    state: Mapped[PictureState] = mapped_column(choice(PictureState), default=PictureState.OFF)
    conference: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class Publisher(Base):
    """Somebody's right to send one picture to the stage, from when it was asked for until it was taken away.

    Each has a `room` of its own on the stage's server, which nobody else can enter and which goes with the right: so
    whatever a browser says of itself, it ends. A speaker's right is to one item, and to one slot of it: `turn` counts
    those that ended there before. `place` and `joined` are as the worker says.
    """

    CALLED = "publisher"
    __tablename__ = "publishers"
    __table_args__ = (
        Index("one_picture_of_each", "session_id", "user_id", "camera", unique=True,
              sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL")),
        CheckConstraint("(part = 'speaker') = (item_id IS NOT NULL)", name="a_speaker_in_an_item"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    part: Mapped[Part] = mapped_column(choice(Part))
    camera: Mapped[CameraView] = mapped_column(choice(CameraView), default=CameraView.MAIN)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    item_id: Mapped[int | None]
    turn: Mapped[int] = mapped_column(default=0)
    room: Mapped[int] = mapped_column(LARGE, unique=True)
    place: Mapped[Place] = mapped_column(choice(Place))
    joined: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[bool] = mapped_column(default=False)
    ready: Mapped[bool] = mapped_column(default=False)
    hand_raised_at: Mapped[datetime | None]
    admitted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
