"""How the picture of a session comes, and how it is, as the worker says it; its films, and work that takes long."""

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


class JobKind(StrEnum):
    """Work that takes long: a film is made ready, a recording is finished."""

    FILM = "film"
    RECORDING = "recording"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class MediaJob(Base):
    """Work for the worker, the oldest first and one at a time. `subject_id` is the id of what it works on, by its kind:
    the film, or the session whose recording is finished. `progress` is in thousandths, `failure` a code."""

    __tablename__ = "media_jobs"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 1000", name="progress_in_thousandths"),
        CheckConstraint("(state = 'failed') = (failure <> '')", name="a_failure_has_a_word"),
        Index("ix_media_jobs_state_id", "state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    kind: Mapped[JobKind] = mapped_column(choice(JobKind))
    subject_id: Mapped[int]
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.QUEUED)
    progress: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(short(40), default="")
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FilmState(StrEnum):
    """Pieces of it come; it is made ready; it can be shown; or it is none that can."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


class Film(Base):
    """A film to be shown in a session. `media_id` names its folder; `size` and `received` are bytes of the file as it
    was uploaded, `loudness` hundredths of LUFS of what is shown (null: it has no sound), `failure` a code."""

    __tablename__ = "films"
    __table_args__ = (
        CheckConstraint("received BETWEEN 0 AND size", name="received_of_its_size"),
        CheckConstraint("(state = 'refused') = (failure <> '')", name="a_refusal_has_a_word"),
        CheckConstraint("(state = 'ready') = (duration_ms IS NOT NULL)", name="ready_has_a_length"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    media_id: Mapped[str] = mapped_column(short(32), unique=True)
    name: Mapped[str] = mapped_column(short(200))
    size: Mapped[int] = mapped_column(LARGE)
    received: Mapped[int] = mapped_column(LARGE, default=0)
    state: Mapped[FilmState] = mapped_column(choice(FilmState), default=FilmState.ARRIVING)
    failure: Mapped[str] = mapped_column(short(40), default="")
    duration_ms: Mapped[int | None]
    loudness: Mapped[int | None]
    begun_at: Mapped[datetime]
