"""What comes in about pledges. Forms send strings, and an empty one for "none"."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from flask_babel import gettext as _
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..accounts.schemas import Words
from ..core.fields import Day, OrNone
from ..dispatch.registry import Id, Message
from ..questions.schemas import Seen, Text
from ..responses import schemas as response_schemas


def _web_address(value: str) -> str:
    """An address that a browser may open, or none. Raises for what could run, read files or carry a password."""
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or " " in value:
        raise PydanticCustomError("web_address", _("an address that begins with https:// was expected"))
    return value


OptionalDay = Annotated[Day | None, OrNone]
Spoken = Annotated[Text, Field(min_length=1, max_length=1000)]
Element = Annotated[Words, Field(max_length=200)]
Officer = Annotated[Words, Field(max_length=40)]
NeededNote = Annotated[Text, Field(min_length=2, max_length=1000)]
PublicReason = Annotated[Words, Field(min_length=1, max_length=300)]
Report = Annotated[Text, Field(min_length=2, max_length=2000)]
Link = Annotated[Words, AfterValidator(_web_address), Field(max_length=500)]


class RecordPledge(Message):
    response: Id
    spoken: Spoken
    lead_unit: Id
    action: Element = ""
    object: Element = ""
    officer: Officer = ""
    due_on: OptionalDay = None


class AnswerInWriting(response_schemas.AnswerInWriting):
    """What a specific commitment promises: all four, and they are not looked at with another kind."""

    action: Element = ""
    object: Element = ""
    officer: Officer = ""
    due_on: OptionalDay = None


class OfPledge(Message):
    """`seen` is the pledge's `rev` that the presser saw."""

    pledge: Id
    seen: Seen


class CorrectPledge(OfPledge):
    """What is left out stays; what is empty is emptied."""

    spoken: Spoken = ""
    lead_unit: Id = 0
    action: Element = ""
    object: Element = ""
    officer: Officer = ""
    due_on: OptionalDay = None


class DisputePledge(OfPledge):
    words: NeededNote


class ShowOnScreen(Message):
    pledge: Id


class ReportProgress(Message):
    pledge: Id
    text: Report


class WithdrawEvidence(Message):
    evidence: Id
    reason: PublicReason


class WithdrawProgress(Message):
    progress: Id
    reason: PublicReason


class WithdrawPledge(OfPledge):
    reason: PublicReason


class WithdrawResponse(Message):
    response: Id
    reason: PublicReason


class AddEvidence(Message):
    """Pictures have a route of their own."""

    pledge: Id
    kind: Literal["text", "link"]
    text: Annotated[Text, Field(max_length=2000)] = ""
    link: Link = ""

    @model_validator(mode="after")
    def _has_its_kind(self) -> Self:
        if (self.kind == "link") != bool(self.link) or (self.kind == "text" and not self.text):
            raise PydanticCustomError("evidence", _("the proof itself is missing"))
        return self


class AddPicture(Message):
    """What comes with a picture."""

    pledge: Id
    text: Annotated[Text, Field(max_length=200)] = ""


class DecidePledge(OfPledge):
    """Kept or not, whoever decides says by what."""

    note: NeededNote


class RefuseExtension(OfPledge):
    note: NeededNote


class AskExtension(OfPledge):
    due_on: Day
    reason: NeededNote
