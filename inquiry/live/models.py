"""Sessions, their units, the rundown's items, and slots: timers that are data and never tick."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.db import LARGE, Base, choice, short


class SessionKind(StrEnum):
    INQUIRY = "inquiry"
    NIGHT_EXAM = "night_exam"


class SessionState(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    CLOSED = "closed"


class ItemKind(StrEnum):
    CLIP = "clip"
    QUESTION = "question"
    SLOT = "slot"
    VERDICT = "verdict"
    BREAK = "break"
    ADDRESS = "address"  # words of the host: an opening, a closing
    SILENT_HEADS = "silent_heads"  # those who have not had the floor for long: the list that ends a night exam
    FOLLOW_UP = "follow_up"  # a question that asks on after an answer
    PLEDGE = "pledge"  # what was promised is read back
    CASE = "case"  # holds the items behind it that belong together, and is never on air itself


#: They are over when their planned time is, though nobody speaks by a clock: what is armed behind them follows.
TIMED_KINDS = frozenset({ItemKind.CLIP, ItemKind.BREAK})


class ItemColour(StrEnum):
    """By which the crew knows lines that go together; its word stands beside it."""

    NONE = "none"
    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    GREY = "grey"


#: Whom the notes of an item are for: each has a column, `note_host` and so on.
NOTED = ("host", "producer", "moderator", "clerk", "floor")


class ItemState(StrEnum):
    PLANNED = "planned"
    ON_AIR = "on_air"
    DONE = "done"


class AtZero(StrEnum):
    """What happens when a slot's time is up: count over in red, end by itself after a grace or at once, or end at once
    so that the next item of the rundown begins."""

    COUNT_OVER = "count_over"
    GRACE = "grace"
    END = "end"
    NEXT = "next"


#: A period of grace belongs to the end that has one.
GRACE_FITS = "grace_ms = 0 OR (grace_ms > 0 AND at_zero = 'grace')"


class Counts(StrEnum):
    """Which way a timer of the crew counts."""

    DOWN = "down"
    UP = "up"


class Backstage(StrEnum):
    """To whom the crew says something behind the scenes."""

    HOST = "host"
    STAGE = "stage"  # the speaker, on the stage timer
    FLOOR = "floor"


class MessageState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"


OPEN_FITS = "(state = 'open') = (acknowledged_at IS NULL)"


class ScreenShows(StrEnum):
    """What the studio screens show: the programme as it runs, nothing (black, or the ground alone), or one thing."""

    PROGRAMME = "programme"
    BLACK = "black"
    CLEAR = "clear"
    QR = "qr"
    CLOCK = "clock"
    PLEDGE = "pledge"
    VERDICT = "verdict"


class Session(Base):
    """An inquiry session. `floor_item_id` is what is on air; `floor_rev` counts every press on the floor.

    Everybody who may press sends the `floor_rev` they saw; of two presses on the same one, one wins.
    Questions may be asked while `intake_opened_at` is set and `intake_closed_at` is not. A session that was called off
    is closed without ever having been live, and says why in `called_off_reason`. `plan_ends_at` is when its rundown was
    to end as it stood when the session went live: from then on the plan is frozen. `screen_pledge_id` is set while
    `screen` is a pledge, `screen_verdict_id` while it is the result of a verdict. `closed_to_public` says that, while
    it is live, only whoever is signed in may follow it: see `readers`. One with `rehearsal_of_id` is the rehearsal of
    that session: nobody but those ever sees it, and it goes with all that hangs on it. `extra_ms` is what everybody was
    given on top in this session: each unit has it once, in the slot that runs or with the next one.
    """

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(short(6), unique=True)
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind), default=SessionKind.INQUIRY)
    title: Mapped[str] = mapped_column(short(120))
    title_en: Mapped[str] = mapped_column(short(160), default="")
    theme: Mapped[str] = mapped_column(short(200), default="")
    theme_en: Mapped[str] = mapped_column(short(240), default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    planned_minutes: Mapped[int]
    plan_ends_at: Mapped[datetime | None]
    state: Mapped[SessionState] = mapped_column(choice(SessionState), default=SessionState.PLANNED)
    intake_opened_at: Mapped[datetime | None]
    intake_closed_at: Mapped[datetime | None]
    went_live_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    called_off_reason: Mapped[str | None]
    floor_item_id: Mapped[int | None]
    floor_rev: Mapped[int] = mapped_column(default=0)
    # with a default of the database: the version before this one goes on writing sessions while processes are changed
    screen: Mapped[ScreenShows] = mapped_column(
        choice(ScreenShows), default=ScreenShows.PROGRAMME, server_default=ScreenShows.PROGRAMME.value
    )
    screen_pledge_id: Mapped[int | None]
    screen_verdict_id: Mapped[int | None]
    closed_to_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    rehearsal_of_id: Mapped[int | None] = mapped_column(index=True, unique=True)
    extra_ms: Mapped[int] = mapped_column(default=0, server_default="0")
    question_count: Mapped[int] = mapped_column(default=0)  # the last number given to a question
    created_at: Mapped[datetime]


class SessionUnit(Base):
    """A unit that is to be questioned in a session."""

    __tablename__ = "session_units"
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class Item(Base):
    """One line of the rundown. `question_id` is set on a question that was put on air or planned beforehand.

    `planned_at` is when it was to begin as the session went live; what came in later has none. `block_id` is the item
    in whose time a question was put on air that nobody had planned. An item may say who is to speak (`speaker` and
    `speaker_title`, for `unit_id`, planned_ms long) and what happens when that time is up; `warning_ms` and `danger_ms`
    are with how much left it is warned of, None as usual for its length. One that a plan made out of results
    (`by_plan`) is changed by the verbs of `exam` alone, which ask for a reason.

    `case_id` is the case that the item lies in; its lines stand behind it without a gap (`nesting`). A case has no time
    of its own and is never on air. `follows` arms an item: the watcher takes it when the one before ends by time.
    `taken_at` is when it came on air last, `started_at` when it did first. `rev` counts the changes of what the line
    says: whoever changes it names the one they saw. `placed_by_id` is whoever gave it its place.

    Items can be removed before they were on air; their ids are not given again, because the trace names them.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index("one_item_on_air", "session_id", unique=True,
              sqlite_where=text("state = 'on_air'"), postgresql_where=text("state = 'on_air'")),
        CheckConstraint(GRACE_FITS, name="grace_fits"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    title: Mapped[str] = mapped_column(short(200))
    title_en: Mapped[str] = mapped_column(short(240), default="")
    planned_ms: Mapped[int]
    planned_at: Mapped[datetime | None]
    block_id: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    question_id: Mapped[int | None] = mapped_column(index=True)
    by_plan: Mapped[bool] = mapped_column(default=False, server_default=false())
    case_id: Mapped[int | None]
    # with defaults of the database, as below: the version before this one goes on writing
    speaker: Mapped[str] = mapped_column(short(40), default="", server_default="")
    speaker_title: Mapped[str] = mapped_column(short(80), default="", server_default="")
    at_zero: Mapped[AtZero] = mapped_column(
        choice(AtZero), default=AtZero.COUNT_OVER, server_default=AtZero.COUNT_OVER.value
    )
    grace_ms: Mapped[int] = mapped_column(default=0, server_default="0")
    warning_ms: Mapped[int | None]
    danger_ms: Mapped[int | None]
    colour: Mapped[ItemColour] = mapped_column(
        choice(ItemColour), default=ItemColour.NONE, server_default=ItemColour.NONE.value
    )
    cue: Mapped[str] = mapped_column(short(8), default="", server_default="")
    follows: Mapped[bool] = mapped_column(default=False, server_default=false())
    note_host: Mapped[str] = mapped_column(short(300), default="", server_default="")
    note_producer: Mapped[str] = mapped_column(short(300), default="", server_default="")
    note_moderator: Mapped[str] = mapped_column(short(300), default="", server_default="")
    note_clerk: Mapped[str] = mapped_column(short(300), default="", server_default="")
    note_floor: Mapped[str] = mapped_column(short(300), default="", server_default="")
    rev: Mapped[int] = mapped_column(default=0, server_default="0")
    placed_by_id: Mapped[int | None]
    state: Mapped[ItemState] = mapped_column(choice(ItemState), default=ItemState.PLANNED)
    started_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StepKind(StrEnum):
    """What somebody did to a rundown off air."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"
    ARMED = "armed"
    RENUMBERED = "renumbered"
    IMPORTED = "imported"


class RundownStep(Base):
    """One of the last off-air actions of somebody on a rundown, to be undone and done again.

    `before` and `after` are `{"lines": {id: columns or null}, "moved": [id], "order": [id]}`: the lines it touched
    (null: it was not there), which of them it moved, and the order of all. It is gone with the session's end, and
    with the words of a question that it holds.
    """

    __tablename__ = "rundown_steps"
    __table_args__ = (Index("steps_of_a_person", "session_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[StepKind] = mapped_column(choice(StepKind))
    title: Mapped[str] = mapped_column(short(200))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_undone: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class Slot(Base):
    """A timed right to speak, held by one unit's speaker, while an item is on the floor.

    Time used = (ended_at or paused_at or now) - started_at - paused_ms; time allowed = allotted_ms + extended_ms.
    An interruption is a pause whose time is somebody's: `interrupted_ms` is the part of `paused_ms` that was one,
    `is_interruption` says whether the pause that lasts is. `extra_ms` is the part of `extended_ms` that everybody was
    given. With `warning_ms` left, and again with `danger_ms`, its clocks say so. At most one slot of a session has not
    ended.
    """

    __tablename__ = "slots"
    __table_args__ = (
        Index("one_open_slot", "session_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("allotted_ms > 0", name="some_time"),
        CheckConstraint(GRACE_FITS, name="grace_fits"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    speaker: Mapped[str] = mapped_column(short(40))
    speaker_title: Mapped[str] = mapped_column(short(80), default="")
    allotted_ms: Mapped[int]
    extended_ms: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_ms: Mapped[int] = mapped_column(LARGE, default=0)
    interrupted_ms: Mapped[int] = mapped_column(LARGE, default=0, server_default="0")
    is_interruption: Mapped[bool] = mapped_column(default=False, server_default=false())
    ended_at: Mapped[datetime | None]
    at_zero: Mapped[AtZero] = mapped_column(choice(AtZero), default=AtZero.COUNT_OVER)
    grace_ms: Mapped[int] = mapped_column(default=0, server_default="0")
    time_called_at: Mapped[datetime | None]
    extra_ms: Mapped[int] = mapped_column(default=0, server_default="0")
    # with the defaults of the database, as above
    warning_ms: Mapped[int] = mapped_column(default=30_000, server_default="30000")
    danger_ms: Mapped[int] = mapped_column(default=10_000, server_default="10000")


class Timer(Base):
    """A timer of the crew beside the slots: a break, a clip, the panel, the floor manager's own.

    Its time is reckoned as that of a slot. One that is ready has no `started_at`, and none ends: it counts on until it
    is set back. The public holds only those that are `public`. Ids are not given again: the trace names them.
    """

    __tablename__ = "timers"
    __table_args__ = (CheckConstraint("allotted_ms >= 0", name="no_negative_time"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    name: Mapped[str] = mapped_column(short(40))
    name_en: Mapped[str] = mapped_column(short(60), default="")
    counts: Mapped[Counts] = mapped_column(choice(Counts), default=Counts.DOWN)
    public: Mapped[bool] = mapped_column(default=False)
    allotted_ms: Mapped[int]
    extended_ms: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_ms: Mapped[int] = mapped_column(LARGE, default=0)


class BackstageMessage(Base):
    """What the crew says to the host, to whoever speaks, or to the floor. It stays until somebody has acknowledged it;
    the crew alone ever reads it."""

    __tablename__ = "backstage_messages"
    __table_args__ = (CheckConstraint(OPEN_FITS, name="open_until_acknowledged"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    to: Mapped[Backstage] = mapped_column(choice(Backstage))
    text: Mapped[str] = mapped_column(short(120))
    sent_at: Mapped[datetime]
    sent_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.OPEN)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class StageTimer(Base):
    """What the stage timer of a session, whose id it has, shows besides the time: nothing at all (`black`), that it
    blinks for some seconds from `blinked_at`, and to which slot it says "wrap up"."""

    __tablename__ = "stage_timers"
    id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    black: Mapped[bool] = mapped_column(default=False)
    blinked_at: Mapped[datetime | None]
    wrap_up_slot_id: Mapped[int | None]
