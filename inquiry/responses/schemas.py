"""What comes in about responses."""

from typing import Annotated, Any, Literal, Self

from flask_babel import gettext as _
from pydantic import BeforeValidator, FailFast, Field, model_validator
from pydantic_core import PydanticCustomError

from ..accounts.schemas import OptionalId, Words
from ..core.bounds import MOST_LISTED
from ..core.fields import OrNone, Typed, Whole
from ..dispatch.registry import Id, Message
from ..questions.schemas import Seen, Text
from .models import ResponseKind
from .rules import Wish, Wishes

#: The longest real answers have some 3,800 characters; one of this length still fits into one message of a socket.
LONGEST_ANSWER = 4000
LONGEST_REASON = 500


#: On the session's clock, which does not run for longer than a day.
OptionalMilliseconds = Annotated[Annotated[Whole, Field(ge=0, le=24 * 60 * 60 * 1000)] | None, OrNone]
PersonName = Annotated[Words, Field(max_length=40)]
PersonTitle = Annotated[Words, Field(max_length=80)]
#: Whoever writes an answer gives one.
WrittenKind = Literal[
    ResponseKind.ACKNOWLEDGEMENT, ResponseKind.DEFLECTION, ResponseKind.GENERIC_COMMITMENT,
    ResponseKind.SPECIFIC_COMMITMENT,
]  # fmt: skip
AnswerText = Annotated[Text, Field(min_length=1, max_length=LONGEST_ANSWER)]
Reason = Annotated[Text, Field(min_length=2, max_length=LONGEST_REASON)]


class RecordResponse(Message):
    """Left out: the speaker and the times are those of the slot or the item on air. No answer needs no words."""

    question: Id
    unit: Id
    kind: ResponseKind
    text: Annotated[Text, Field(max_length=LONGEST_ANSWER)] = ""
    speaker: PersonName = ""
    speaker_title: PersonTitle = ""
    started_ms: OptionalMilliseconds = None
    ended_ms: OptionalMilliseconds = None


class CorrectResponse(Message):
    """What is left out (or empty) stays as it was."""

    response: Id
    unit: OptionalId = None
    kind: Annotated[ResponseKind | None, OrNone] = None
    text: Annotated[AnswerText | None, OrNone] = None
    speaker: Annotated[PersonName | None, OrNone] = None
    speaker_title: PersonTitle | None = None
    started_ms: OptionalMilliseconds = None
    ended_ms: OptionalMilliseconds = None


class AnswerInWriting(Message):
    """Left out: the speaker is whoever is signed in."""

    question: Id
    kind: WrittenKind
    text: AnswerText
    speaker: PersonName = ""
    speaker_title: PersonTitle = ""


class OfAsker(Message):
    """A question, named by its number to the phone that asked it, or by its receipt."""

    question: OptionalId = None
    receipt: Annotated[Annotated[str, Field(max_length=40)] | None, OrNone] = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.question is None) == (self.receipt is None):
            raise PydanticCustomError("asker", _("either `question` or `receipt` was expected"))
        return self


class JudgeAnswer(OfAsker):
    satisfied: bool


class ReopenQuestion(OfAsker):
    reason: Reason


class Settle(Message):
    """One question of the close. A form writes `12 hand`, `12 hand 3` (a unit) or `12 defer 7` (a session)."""

    question: Id
    do: Literal["hand", "defer"]
    unit: OptionalId = None
    to_session: OptionalId = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        question, do, target = map(Typed, (*value.split(), "", "", "")[:3])
        return {"question": question, "do": do, "unit" if do == "hand" else "to_session": target}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.do == "defer") != (self.to_session is not None):
            raise PydanticCustomError("settle", _("to defer, name a session; to hand over, name none"))
        return self

    @property
    def wish(self) -> Wish:
        return Wish(self.unit if self.do == "hand" else None, self.to_session)


def _listed(value: Any) -> Any:
    """A form with one choice sends no list, one with an unanswered choice an empty string in it."""
    if isinstance(value, str):
        value = [value]
    return [one for one in value if one != ""] if isinstance(value, list) else value


class _Settling(Message):
    """What becomes of the questions of a session that ends: single ones, the rest, those of the rest without a unit,
    and those that wait for a moderator, who goes on with them in another session, or here if that is said."""

    session: Id
    settle: Annotated[list[Settle], FailFast(), BeforeValidator(_listed), Field(max_length=MOST_LISTED)] = []
    defer_rest_to: OptionalId = None
    unitless_to: OptionalId = None
    leave_waiting: bool = False
    defer_waiting_to: OptionalId = None

    @property
    def wishes(self) -> Wishes:
        each = {one.question: one.wish for one in self.settle}
        return Wishes(each, self.defer_rest_to, self.unitless_to, self.leave_waiting, self.defer_waiting_to)


class CloseSession(_Settling):
    seen: Seen


class CallOffSession(_Settling):
    reason: Reason


class OfVagueWord(Message):
    word: Annotated[Words, Field(min_length=1, max_length=40)]
