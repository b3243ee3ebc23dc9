"""What comes in about the picture."""

from typing import Annotated

from pydantic import Field

from ..dispatch.registry import Id, Message
from .models import PictureSource


class ChooseSource(Message):
    """`address` only where the picture lies elsewhere."""

    session: Id
    source: PictureSource
    address: Annotated[str, Field(max_length=500)] = ""
