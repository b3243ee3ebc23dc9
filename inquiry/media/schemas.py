"""What comes in about the picture."""

from typing import Annotated

from pydantic import Field

from ..core.fields import Whole
from ..dispatch.registry import Id, Message
from . import rules
from .models import PictureSource


class ChooseSource(Message):
    """`address` only where the picture lies elsewhere."""

    session: Id
    source: PictureSource
    address: Annotated[str, Field(max_length=500)] = ""


class BeginFilm(Message):
    """`size` in bytes, `name` as the file is called where it comes from."""

    session: Id
    name: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[Whole, Field(ge=1, le=rules.MOST_BYTES)]


class OfFilm(Message):
    film: Id
