"""How the picture of a session comes, and how it is, as the worker says it; its films, and work that takes long."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import LARGE, Base, choice, short


class MediaWorker(Base):
    """The one process that runs programs for the picture. `programs` names those that it found, with their versions,
    and the nginx that takes the picture while that answers; `used_bytes` is what the media folder takes, measured now
    and then."""

    __tablename__ = "media_workers"
    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    programs: Mapped[dict[str, str]] = mapped_column(JSON)
    used_bytes: Mapped[int] = mapped_column(LARGE, default=0, server_default="0")


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
    at an address elsewhere has none. `filmed_closed` says that something was filmed while the meeting was to be, or
    was, closed to the public. What was filmed before `tried_until` was forgotten when the meeting was opened.
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
    filmed_closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    tried_until: Mapped[datetime | None]


class RecordingState(StrEnum):
    """Nobody has asked for it yet, it is asked for (how far it is, its job says), it can be seen, or it could not be
    made."""

    OFF = "off"
    WANTED = "wanted"
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
    made_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    bytes: Mapped[int] = mapped_column(LARGE, default=0)
    #: Of the version before, beside which this one serves while processes are changed: how far it is, its job says.
    progress: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
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
    """Words that were heard, from when to when. A correction is a new row that supersedes. `sought` is what a search
    looks in: the end of the line before, too, since sentences run on (null: the version before this one wrote it)."""

    __tablename__ = "captions"
    __table_args__ = (
        Index(None, "session_id", "begins_at"), CheckConstraint("ends_at > begins_at", name="some_time"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(short(200))
    sought: Mapped[str | None] = mapped_column(short(300))
    written_at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("captions.id"), unique=True)


class JobKind(StrEnum):
    """Work that takes long: a film is made ready, a recording is finished."""

    FILM = "film"
    RECORDING = "recording"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


#: What is still to be done, or was left by a worker that was killed.
UNFINISHED: Final = (JobState.QUEUED, JobState.RUNNING)


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
    was uploaded, `modified` when it was changed last where it lies, in milliseconds (0: not said), `heard_at` when a
    piece of it came last; `loudness` hundredths of LUFS of what is shown (null: it has no sound), `failure` a code;
    `captions` WebVTT of our own writing, with so many `cues`."""

    __tablename__ = "films"
    __table_args__ = (
        CheckConstraint("received BETWEEN 0 AND size", name="received_of_its_size"),
        CheckConstraint("(state = 'refused') = (failure <> '')", name="a_refusal_has_a_word"),
        CheckConstraint("(state = 'ready') = (duration_ms IS NOT NULL)", name="ready_has_a_length"),
        {"sqlite_autoincrement": True},  # the trace names them, and pieces of one that was discarded may still come
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
    # with defaults of the database: the version before this one goes on writing
    modified: Mapped[int] = mapped_column(LARGE, default=0, server_default="0")
    heard_at: Mapped[datetime | None]
    cues: Mapped[int] = mapped_column(default=0, server_default="0")
    captions: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)


class Showing(Base):
    """The film that a line of the rundown shows. The line may be taken out of the rundown and put back; one that is
    gone has no use for it."""

    __tablename__ = "showings"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the line
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id"), index=True)


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
