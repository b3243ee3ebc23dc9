"""What people read for how a picture comes, and how it is."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from .models import Part, PictureSource, PictureState, Place

add(
    "picture_source",
    {
        PictureSource.NONE: lazy_pgettext("picture source", "No picture"),
        PictureSource.ENCODER: lazy_pgettext("picture source", "From an encoder (OBS, hardware)"),
        PictureSource.STAGE: lazy_pgettext("picture source", "From the stage: speakers on video"),
        PictureSource.ADDRESS: lazy_pgettext("picture source", "From the address of a stream elsewhere"),
    },
)
add(
    "picture_state",
    {
        PictureState.OFF: lazy_pgettext("picture state", "Not there yet"),
        PictureState.ON: lazy_pgettext("picture state", "On"),
        PictureState.GONE: lazy_pgettext("picture state", "Away"),
    },
)
add(
    "stage_part",
    {
        Part.HOST: lazy_pgettext("stage", "Host"),
        Part.LEADER: lazy_pgettext("stage", "Leader"),
        Part.SPEAKER: lazy_pgettext("stage", "Speaker"),
    },
)
add(
    "stage_place",
    {
        Place.GREEN_ROOM: lazy_pgettext("stage", "Green room"),
        Place.STAGE: lazy_pgettext("stage", "On the stage"),
    },
)
