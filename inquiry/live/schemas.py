"""What comes in about sessions, rundowns and slots. Forms send strings, and an empty one for "none"."""

from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..accounts.schemas import OptionalId, Words
from ..core.fields import Day, OrNone, When, Whole
from ..dispatch.registry import LARGEST_ID, Id, Message, Reading
from ..realtime.views import View
from .models import AtZero, Backstage, Counts, ItemColour, ItemKind, SessionKind
from .rules import MOST_MS, MOST_TIMER_MS

LONGEST_ITEM_MS = 12 * 60 * 60 * 1000


def _filled(value: Any) -> Any:
    """A list without its empty strings; one value alone is a list of one."""
    return [one for one in (value if isinstance(value, list) else [value]) if one != ""]


Title = Annotated[Words, Field(min_length=1, max_length=120)]
TitleEn = Annotated[Words, Field(max_length=160)]
Theme = Annotated[Words, Field(max_length=200)]
ThemeEn = Annotated[Words, Field(max_length=240)]
ItemTitle = Annotated[Words, Field(min_length=1, max_length=200)]
ItemTitleEn = Annotated[Words, Field(max_length=240)]
PlannedMinutes = Annotated[Whole, Field(ge=1, le=720)]
Units = Annotated[list[Id], BeforeValidator(_filled), Field(max_length=60)]
Speaker = Annotated[Words, Field(max_length=40)]
SpeakerTitle = Annotated[Words, Field(max_length=80)]
Grace = Annotated[Annotated[Whole, Field(ge=0, le=600)] | None, OrNone]
#: With how many seconds left a slot is warned of; None is as usual for its length.
Warned = Annotated[Annotated[Whole, Field(ge=0, le=MOST_MS // 1000)] | None, OrNone]
Cue = Annotated[Words, Field(max_length=8)]
Note = Annotated[Words, Field(max_length=300)]
OptionalNumber = Annotated[Annotated[Whole, Field(ge=0)] | None, OrNone]


class OfSession(Message):
    session: Id


class FindSession(Message):
    code: Annotated[str, Field(min_length=1, max_length=40)]


class GoLive(OfSession):
    """`planned_for` is the day in the city for which the session was planned; it is asked for far from its time."""

    planned_for: Annotated[Day | None, OrNone] = None


class ReportScreen(OfSession):
    """`screen` is made once by the page, so that one that comes back is not counted twice; `is_mute`: its browser lets
    it play a film, and not its sound; `is_stuck`: it does not play the film that is on air."""

    screen: Annotated[str, Field(min_length=8, max_length=64)]
    is_mute: bool = False
    is_stuck: bool = False


class ShowOnScreen(OfSession):
    """A pledge has a command of its own."""

    shows: Literal["programme", "black", "clear", "qr", "clock"]


class NextPage(Message):
    """`after` is the edge of the window, `most` how many rows it lacks."""

    session: Id
    view: Reading = View.PUBLIC
    of: Annotated[str, Field(max_length=40)]
    window: Annotated[str, Field(max_length=40)]
    after: Annotated[Whole, Field(ge=0, le=LARGEST_ID)]
    most: Annotated[Whole, Field(ge=0, le=100)]


class Rows(Message):
    session: Id
    view: Reading = View.PUBLIC
    of: Annotated[str, Field(max_length=40)]
    ids: Annotated[list[Id], Field(max_length=100)]


class CreateSession(Message):
    """It begins with the rundown of the session that it is to be `like`, if of any."""

    kind: SessionKind = SessionKind.INQUIRY
    title: Title
    title_en: TitleEn = ""
    theme: Theme = ""
    theme_en: ThemeEn = ""
    starts_at: When
    planned_minutes: PlannedMinutes
    units: Units = []
    closed_to_public: bool = False
    like: OptionalId = None


class ChangeSession(Message):
    """What is left out stays as it is."""

    session: Id
    kind: SessionKind = SessionKind.INQUIRY
    title: Title = ""
    title_en: TitleEn = ""
    theme: Theme = ""
    theme_en: ThemeEn = ""
    starts_at: When | None = None
    planned_minutes: PlannedMinutes = 0
    units: Units = []
    closed_to_public: bool = False


class _Timed(Message):
    """A length, as minutes, seconds, or both together."""

    planned_minutes: OptionalNumber = None
    planned_seconds: OptionalNumber = None

    @property
    def planned_ms(self) -> int | None:
        """None when neither was given."""
        if self.planned_minutes is None and self.planned_seconds is None:
            return None
        return ((self.planned_minutes or 0) * 60 + (self.planned_seconds or 0)) * 1000

    @model_validator(mode="after")
    def _some_time(self) -> "_Timed":
        if self.planned_ms is not None and not 0 < self.planned_ms <= LONGEST_ITEM_MS:
            raise PydanticCustomError("item_length", _("an item lasts between one second and twelve hours"))
        return self


class _Noted(Message):
    """What the crew notes on a line for itself."""

    colour: ItemColour = ItemColour.NONE
    cue: Cue = ""
    follows: bool = False
    note_host: Note = ""
    note_producer: Note = ""
    note_moderator: Note = ""
    note_clerk: Note = ""
    note_floor: Note = ""


class AddItem(_Timed, _Noted):
    """`before` an item, and so in its case; or at the end of a `case`; or, with neither, last or at a number. A case
    has no time of its own."""

    session: Id
    before: OptionalId = None
    case: OptionalId = None
    kind: ItemKind
    title: ItemTitle
    title_en: ItemTitleEn = ""
    unit: OptionalId = None
    question: OptionalId = None
    position: OptionalNumber = None
    speaker: Speaker = ""
    speaker_title: SpeakerTitle = ""
    at_zero: AtZero = AtZero.COUNT_OVER
    grace_seconds: Grace = None
    warning_seconds: Warned = None
    danger_seconds: Warned = None

    @model_validator(mode="after")
    def _time_given(self) -> "AddItem":
        if self.planned_ms is None and self.kind is not ItemKind.CASE:
            raise PydanticCustomError("item_length", _("how long the item is to last is missing"))
        return self


class ChangeItem(_Timed, _Noted):
    """What is left out stays as it is. `seen` is the `rev` of the line as its writer saw it."""

    item: Id
    seen: Whole
    kind: ItemKind = ItemKind.CLIP
    title: ItemTitle = ""
    title_en: ItemTitleEn = ""
    unit: OptionalId = None
    speaker: Speaker = ""
    speaker_title: SpeakerTitle = ""
    at_zero: AtZero = AtZero.COUNT_OVER
    grace_seconds: Grace = None
    warning_seconds: Warned = None
    danger_seconds: Warned = None


class MoveItem(Message):
    """`before` an item, and so in its case; or at the end of a `case`; or, with neither, last."""

    item: Id
    before: OptionalId = None
    case: OptionalId = None


class RemoveItem(Message):
    """`seen` is the `rev` of the line as whoever removes it saw it."""

    item: Id
    seen: Whole


class ArmItem(Message):
    item: Id
    follows: bool


class OfFloor(Message):
    """`seen` is the `floor_rev` that the presser saw; a token may leave it out."""

    session: Id
    seen: Whole | None = None


class PauseSlot(OfFloor):
    """An interruption is a pause whose time is counted; a pause that lasts already becomes one, or a plain one, from
    now on."""

    interruption: bool = False


class TakeAndStart(OfFloor):
    item: Id


class StartSlot(OfFloor):
    unit: Id
    speaker: Annotated[Words, Field(min_length=1, max_length=40)]
    speaker_title: SpeakerTitle = ""
    seconds: Annotated[Whole, Field(ge=1, le=MOST_MS // 1000)]
    at_zero: AtZero = AtZero.COUNT_OVER
    grace_seconds: Grace = None
    warning_seconds: Warned = None
    danger_seconds: Warned = None


class ExtendSlot(OfFloor):
    """`seconds` may be negative."""

    seconds: Annotated[Whole, Field(ge=-MOST_MS // 1000, le=MOST_MS // 1000)]


TimerName = Annotated[Words, Field(min_length=1, max_length=40)]
TimerNameEn = Annotated[Words, Field(max_length=60)]
TimerSeconds = Annotated[Whole, Field(ge=0, le=MOST_TIMER_MS // 1000)]


class _Timer(Message):
    """One that counts down has a length."""

    name: TimerName
    name_en: TimerNameEn = ""
    counts: Counts = Counts.DOWN
    seconds: TimerSeconds = 0
    public: bool = False

    @model_validator(mode="after")
    def _has_length(self) -> "_Timer":
        if self.counts is Counts.DOWN and not self.seconds:
            raise PydanticCustomError("timer_length", _("what counts down has a length"))
        return self


class AddTimer(_Timer):
    session: Id


class SetTimer(_Timer):
    timer: Id


class OfTimer(Message):
    timer: Id


class ExtendTimer(OfTimer):
    """`seconds` may be negative."""

    seconds: Annotated[Whole, Field(ge=-MOST_TIMER_MS // 1000, le=MOST_TIMER_MS // 1000)]


class SendMessage(OfSession):
    to: Backstage
    text: Annotated[Words, Field(min_length=1, max_length=120)]


class AcknowledgeMessage(Message):
    message: Id


class SwitchStageTimer(OfSession):
    """`black` and `wrap_up` stay as they are where they are left out."""

    black: bool | None = None
    wrap_up: bool | None = None
    blink: bool = False
