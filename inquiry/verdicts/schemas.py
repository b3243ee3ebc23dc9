"""What comes in about verdicts."""

from typing import Annotated

from pydantic import Field

from ..accounts.schemas import Words
from ..core.fields import Whole
from ..dispatch.registry import LARGEST_ID, Id, Message
from .models import Pattern
from .rules.cards import MOST_AT_ONCE
from .rules.voting import FEWEST_SECONDS, MOST_SECONDS


class Open(Message):
    question: Id
    seconds: Annotated[Whole, Field(ge=FEWEST_SECONDS, le=MOST_SECONDS)]


class OfVerdict(Message):
    verdict: Id


class Judge(OfVerdict):
    satisfied: bool


class JudgeByCard(Judge):
    """`typed` is what stands on the card, `12 K7CM-3XHP`, or the whole address behind its QR code."""

    typed: Annotated[str, Field(min_length=1, max_length=200)]


class MakeCards(Message):
    session: Id
    number: Annotated[Whole, Field(ge=1, le=MOST_AT_ONCE)]


class OfCard(Message):
    panel_card: Id


class OfDevice(Message):
    session: Id
    device: Id


class SetAside(OfVerdict):
    """A finding of the dry run: its `pattern`, which of them (`found`), how many `votes` it had. `note` is public."""

    pattern: Pattern
    found: Annotated[str, Field(max_length=64)] = ""
    votes: Annotated[Whole, Field(ge=1, le=LARGEST_ID)]
    note: Annotated[Words, Field(max_length=200)] = ""


class BringBack(Message):
    set_aside: Id
