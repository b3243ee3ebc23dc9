"""What comes in about the picture."""

from typing import Annotated

from pydantic import Field

from ..dispatch.registry import Id, Message
from .models import CameraView, Part, PictureSource


class ChooseSource(Message):
    """`address` only where the picture lies elsewhere."""

    session: Id
    source: PictureSource
    address: Annotated[str, Field(max_length=500)] = ""


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
