"""What comes in about cards, layers and outputs."""

from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..accounts.schemas import OptionalId, Words
from ..core.fields import Whole
from ..dispatch.registry import Id, Message
from .models import Layer

Count = Annotated[Whole, Field(ge=0, le=2**31 - 1)]
Pixels = Annotated[Whole, Field(ge=0, le=20_000)]
#: It plays, without its sound, stands still, or cannot be loaded, decoded, or read at all.
FilmSeen = Literal["plays", "mute", "stalled", "network", "broken", "unreadable"]
Typed = Annotated[dict[str, Any], Field(max_length=12)]


class PrepareCard(Message):
    """Words that the crew types in `content`, or a question or a pledge by its id."""

    session: Id
    layer: Layer
    content: Typed | None = None
    question: OptionalId = None
    pledge: OptionalId = None


class ChangeCard(Message):
    """`seen` is the card's `rev`."""

    card: Id
    seen: Whole
    content: Typed


class OfCard(Message):
    card: Id


class Take(Message):
    """A `card` as it was seen (`rev`), or what the floor has for a `layer` as it was seen (`digest`). `seen` is the
    layer's `revision`, 0 before the first press on it; a token may leave out all three."""

    session: Id
    card: OptionalId = None
    rev: Whole | None = None
    layer: Layer | None = None
    digest: Annotated[str, Field(max_length=16)] | None = None
    seen: Whole | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Take":
        if (self.card is None) is (self.layer is None):
            raise PydanticCustomError("card_or_layer", _("a card or a layer was expected"))
        if self.seen is not None and (self.rev if self.layer is None else self.digest) is None:
            raise PydanticCustomError("as_seen", _("what was seen of it is missing"))
        return self


class SeeFilled(Message):
    """What the floor has; and what the `card` shows that is chosen."""

    session: Id
    card: OptionalId = None


class OfLayer(Message):
    session: Id
    layer: Layer


class OnLayer(OfLayer):
    """`seen` is the layer's `revision`; a token may leave it out."""

    seen: Whole | None = None


class Update(OnLayer):
    """Without `content` it is read again: from the record, or from the floor."""

    content: Typed | None = None


class OfOutput(Message):
    output: Id


class MakeOutput(Message):
    """No `layers`: all of them."""

    session: Id
    name: Annotated[Words, Field(min_length=1, max_length=60)]
    layers: Annotated[list[Layer], Field(max_length=10)] = []


class ReportOutput(Message):
    """What a page of an output really shows: the revision of each layer on which something stands, frames a second, the
    size of its window, the build it runs, whether anybody could see it, and how the film is that it plays. `page` is
    made once by the page."""

    session: Id
    page: Annotated[str, Field(min_length=8, max_length=64)]
    layers: Annotated[dict[Layer, Count], Field(max_length=10)]
    fps: Annotated[Whole, Field(ge=0, le=1000)]
    width: Pixels
    height: Pixels
    build: Annotated[str, Field(max_length=20)]
    visible: bool
    film: FilmSeen | None = None
