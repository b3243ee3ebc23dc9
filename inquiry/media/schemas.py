"""What comes in about the picture."""

from typing import Annotated

from pydantic import Field

from ..accounts.schemas import Words
from ..core.fields import Whole
from ..dispatch.registry import Id, Message
from . import rules
from .models import CameraView, Part, PictureSource


class ChooseSource(Message):
    """`address` only where the picture lies elsewhere."""

    session: Id
    source: PictureSource
    address: Annotated[str, Field(max_length=500)] = ""


class Finish(Message):
    """`anew`: also where it is there already."""

    session: Id
    anew: bool = False


Second = Annotated[Whole, Field(ge=0, le=7 * 86_400)]
Instant = Annotated[Whole, Field(ge=0, le=2**45)]
Heard = Annotated[Words, Field(min_length=1, max_length=200)]


class WithdrawPassage(Message):
    """In seconds of the recording, which are others in another `cut` of it; the reason is public."""

    session: Id
    cut: Annotated[str, Field(min_length=1, max_length=32)]
    from_s: Second
    to_s: Second
    reason: Annotated[Words, Field(min_length=2, max_length=300)]


class WriteCaption(Message):
    """What was heard from `begins` to `ends`, in milliseconds since 1970; without them, just now."""

    session: Id
    text: Heard
    begins: Instant | None = None
    ends: Instant | None = None


class CorrectCaption(Message):
    caption: Id
    text: Heard


class BeginFilm(Message):
    """`size` in bytes, `name` as the file is called where it comes from, `modified` when it was changed there last, in
    milliseconds since 1970: by these three the same file is known again."""

    session: Id
    name: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[Whole, Field(ge=1, le=rules.MOST_BYTES)]
    modified: Instant = 0


class OfFilm(Message):
    film: Id


class ShowFilm(Message):
    """`item` is the line that shows it."""

    film: Id
    item: Id


class OfLine(Message):
    item: Id


class JoinStage(Message):
    session: Id
    camera: CameraView = CameraView.MAIN


class OfPublisher(Message):
    publisher: Id


class MarkReady(OfPublisher):
    ready: bool = True


class RaiseHand(OfPublisher):
    raised: bool = True


class Mute(OfPublisher):
    muted: bool = True


class SetConference(Message):
    session: Id
    part: Part
    address: Annotated[str, Field(max_length=500)] = ""
