"""What is shown on each layer: what the crew may type there, and what is read from the record and nowhere else."""

from typing import Annotated, Any

from pydantic import Field

from ..accounts.schemas import Words
from ..dispatch.registry import Message, parse
from . import refusals
from .models import Layer

Content = dict[str, Any]

Title = Annotated[Words, Field(max_length=120)]
TitleEn = Annotated[Words, Field(max_length=160)]
Some = Field(min_length=1)
#: A row that counts, by the name that entries have for it; no number is larger than the database has (`LARGEST_ID`).
Timer = Annotated[str, Field(pattern=r"^(slot|timer):[1-9][0-9]{0,8}$")]
#: The code by which people join, drawn by this server; empty for none.
QrPath = Annotated[str, Field(pattern=r"^(/qr/[0-9A-Z]{6}\.svg)?$")]


class Logo(Message):
    title: Annotated[Title, Some]
    title_en: TitleEn = ""


class Line(Message):
    text: Annotated[Title, Some]
    text_en: Annotated[Words, Field(max_length=200)] = ""


class Ticker(Message):
    lines: Annotated[list[Line], Field(min_length=1, max_length=20)]


class LowerThird(Message):
    name: Annotated[Words, Field(min_length=1, max_length=60)]
    title: Title = ""
    title_en: TitleEn = ""
    unit: Annotated[Words, Field(max_length=80)] = ""
    unit_en: Annotated[Words, Field(max_length=120)] = ""


class Countdown(Message):
    """`timer` names the row that counts; the page that shows it has that row in its state."""

    label: Annotated[Words, Field(max_length=60)] = ""
    label_en: Annotated[Words, Field(max_length=120)] = ""
    timer: Timer


class FullFrame(Message):
    title: Annotated[Title, Some]
    title_en: TitleEn = ""
    subtitle: Annotated[Words, Field(max_length=200)] = ""
    subtitle_en: Annotated[Words, Field(max_length=240)] = ""
    qr: QrPath = ""


#: The layers whose words the crew types.
TYPED: dict[Layer, type[Message]] = {
    Layer.LOGO: Logo,
    Layer.TICKER: Ticker,
    Layer.LOWER_THIRD: LowerThird,
    Layer.COUNTDOWN: Countdown,
    Layer.FULL_FRAME: FullFrame,
}


def typed(layer: Layer, content: Content) -> Content:
    """What somebody typed for a layer, checked. Raises WordsOfRecord where nobody types, BadInput."""
    if layer not in TYPED:
        raise refusals.WordsOfRecord(layer=layer.value)
    return parse(TYPED[layer], content).model_dump()
