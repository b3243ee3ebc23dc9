"""What comes in about questions. Forms send strings, and an empty one for "none"."""

from typing import Annotated

from flask_babel import gettext as _
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..accounts.schemas import OptionalId, Words
from ..core.fields import Day, Moment, OrNone, Whole
from ..core.text import clean
from ..core.written_dates import Order
from ..dispatch.registry import Id, Message
from .desk_lists import DeskList
from .models import RefusalReason
from .queries.lists import Sort
from .queries.places import LONGEST, Place

#: The length that counts is the one a person sees, and the command's to refuse; this one bounds the work.
Text = Annotated[str, Field(max_length=5000), AfterValidator(clean)]
Seen = Annotated[Whole, Field(ge=0)]


class Ask(Message):
    session: Id
    text: Text
    unit: OptionalId = None
    asker: Annotated[Words, Field(max_length=40)] = ""


class Similar(Message):
    session: Id
    text: Annotated[str, Field(max_length=5000)]


class Listing(Message):
    """`as_of` is that of the page before: the list goes on in the order of that moment."""

    session: Id
    sort: Sort = Sort.SUPPORTED
    as_of: Moment | None = None
    page: Annotated[Whole, Field(ge=1, le=100_000)] = 1


def _place(written: str) -> str:
    if Place.parse(written) is None:
        raise PydanticCustomError("place", _("this is not in the expected form"))
    return written


class Find(Message):
    """Without a `sort` they come in the order of their numbers. `after` is `behind` of the page before."""

    session: Id
    list: DeskList
    text: Annotated[str, Field(max_length=200)] = ""
    unit: OptionalId = None
    sort: Sort | None = None
    after: Annotated[str, Field(max_length=LONGEST), AfterValidator(_place)] | None = None


class ReadFile(Message):
    """What the form of the import page says about how a file is to be read."""

    asked_on: Annotated[Day | None, OrNone] = None
    order: Annotated[Order | None, OrNone] = None


class Mine(Message):
    session: OptionalId = None


class OfQuestion(Message):
    question: Id


class Press(OfQuestion):
    """`seen` is the question's `rev` that the presser saw."""

    seen: Seen


class Approve(Press):
    unit: OptionalId = None


class SetUnit(Press):
    unit: OptionalId = None


class Refuse(Press):
    reason: RefusalReason
    note: Annotated[Text, Field(max_length=500)] = ""


class Merge(Press):
    into: Id


class Reword(Press):
    """`closed` is whether the former words stay closed to the public; left out, as they are."""

    text: Text
    closed: bool | None = None


class WithdrawWords(Press):
    reason: Annotated[Words, Field(min_length=1, max_length=300)]


class Return(Press):
    reason: Annotated[Text, Field(min_length=2, max_length=1000)]


class Reassign(Press):
    unit: Id
    reason: Annotated[Words, Field(min_length=1, max_length=300)]


class OnFloor(Message):
    """`seen` is the session's `floor_rev` that the presser saw; a token may leave it out."""

    session: Id
    seen: Seen | None = None


class PutOnAir(OnFloor):
    question: Id
    unit: OptionalId = None


class TakeBack(OnFloor):
    question: Id


class TakeItem(OnFloor):
    item: Id
