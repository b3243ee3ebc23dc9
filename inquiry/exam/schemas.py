"""What comes in about night exams. Forms send strings, and an empty one for "none"."""

from enum import StrEnum
from typing import Annotated

from flask_babel import gettext as _
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..accounts.schemas import OptionalId, Words
from ..core.fields import OrNone, When, Whole
from ..dispatch.registry import Id, Message
from ..live.schemas import OfFloor, OfSession, Title, TitleEn
from ..pledges.commands.recording import PledgeWords
from ..pledges.schemas import Element, Officer, OptionalDay, Spoken
from ..results.schemas import PeriodName
from .models import EXPECTED, Presence
from .policy_file import MOST_BYTES, Length

PolicyText = Annotated[str, Field(min_length=2, max_length=MOST_BYTES)]
ResultsTheme = Annotated[Words, Field(min_length=1, max_length=80)]
Reason = Annotated[Words, Field(min_length=2, max_length=200)]


class SetPolicy(Message):
    """`policy` is JSON as text."""

    policy: PolicyText


class Preview(Message):
    policy: PolicyText
    theme: ResultsTheme
    period: PeriodName


class CreateExam(Message):
    """Without a `policy` it is the newest."""

    title: Title
    title_en: TitleEn = ""
    theme: ResultsTheme
    theme_en: Annotated[Words, Field(max_length=240)] = ""
    period: PeriodName
    starts_at: When
    policy: OptionalId = None
    closed_to_public: bool = False


class ChangeSlot(Message):
    """What is left out stays. `position` is the number in the rundown, from 1."""

    slot: Id
    unit: OptionalId = None
    speaker: Annotated[Annotated[Words, Field(max_length=40)] | None, OrNone] = None
    speaker_title: Annotated[Words, Field(max_length=80)] = ""
    seconds: Annotated[Length | None, OrNone] = None
    position: Annotated[Annotated[Whole, Field(ge=1, le=1000)] | None, OrNone] = None
    why: Reason


class SkipSlot(Message):
    slot: Id
    why: Reason
    absent: bool = False


class RestoreSlots(OfSession):
    why: Reason


class Interrupt(OfFloor):
    """Either a citizen's `question`, or a leader's own `words`."""

    words: Annotated[Words, Field(max_length=200)] = ""
    question: OptionalId = None


class CutOf(Message):
    """What was shown of a slot: its length `before`, and `after`, null where it is left out; in seconds."""

    slot: Id
    before: Whole
    after: Annotated[Length | None, OrNone] = None


class CutSlots(OfFloor):
    cuts: Annotated[list[CutOf], Field(min_length=1, max_length=400)]


class Mark(StrEnum):
    """What may be said of a unit; EXPECTED takes it back."""

    PRESENT = Presence.PRESENT.value
    LEFT = Presence.LEFT.value
    ABSENT = Presence.ABSENT.value
    EXPECTED = EXPECTED


class MarkPresence(OfSession):
    unit: Id
    presence: Mark
    reason: Annotated[Words, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _says_why(self) -> "MarkPresence":
        if self.presence is Mark.ABSENT and not self.reason:
            raise PydanticCustomError("reason", _("why the unit is absent is missing"))
        return self


class LastPledges(OfSession):
    unit: Id


class RollCall(OfSession):
    page: Annotated[Whole, Field(ge=1, le=1000)] = 1


class OfRoom(OfSession):
    unit: Id


class RecordPledge(OfSession):
    spoken: Spoken
    lead_unit: Id
    action: Element = ""
    object: Element = ""
    officer: Officer = ""
    due_on: OptionalDay = None

    @property
    def words(self) -> PledgeWords:
        return {
            "spoken": self.spoken, "lead_unit_id": self.lead_unit, "action": self.action, "object": self.object,
            "officer": self.officer, "due_on": self.due_on,
        }  # fmt: skip
