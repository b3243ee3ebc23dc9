"""What people read for how a picture comes, and how it is."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from .models import Fault, FilmState, Part, PictureSource, PictureState, Place, RecordingState

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
    "recording_state",
    {
        RecordingState.OFF: lazy_pgettext("recording", "Not asked for yet"),
        RecordingState.WANTED: lazy_pgettext("recording", "Being made"),
        RecordingState.READY: lazy_pgettext("recording", "Ready"),
        RecordingState.FAILED: lazy_pgettext("recording", "Could not be made"),
    },
)
add(
    "recording_fault",
    {
        Fault.NONE: lazy_pgettext("recording", "No fault."),
        Fault.NOTHING: lazy_pgettext("recording", "Nothing was recorded while the session was live."),
        Fault.DISK: lazy_pgettext("recording", "There is not enough room on the disk."),
        Fault.PROGRAM: lazy_pgettext(
            "recording", "ffmpeg could not put together what was recorded; the log of the media worker says more."
        ),
        # what its work may say besides
        "took_too_long": lazy_pgettext("recording", "It took too long to make it."),
        "gave_up": lazy_pgettext(
            "recording", "It was begun three times and never finished; the log of the media worker says more."
        ),
        "broke": lazy_pgettext("recording", "Something went wrong on our side; the log of the media worker says more."),
    },
)
add(
    "chapter_kind",
    {
        "opening": lazy_pgettext("chapter", "Opening"),
        "item": lazy_pgettext("chapter", "Item of the rundown"),
        "slot": lazy_pgettext("chapter", "Speaker"),
        "question": lazy_pgettext("chapter", "Question"),
        "answer": lazy_pgettext("chapter", "Answer"),
        "pledge": lazy_pgettext("chapter", "A pledge"),
    },
)
add(
    "film_state",
    {
        FilmState.ARRIVING: lazy_pgettext("film", "Upload not finished"),
        FilmState.WAITING: lazy_pgettext("film", "Being made ready"),
        FilmState.READY: lazy_pgettext("film", "Ready"),
        FilmState.REFUSED: lazy_pgettext("film", "Cannot be shown"),
    },
)
add(
    "film_failure",
    {
        "no_film": lazy_pgettext(
            "film", "This is no film that can be read: perhaps a list of addresses, a document or a broken file."
        ),
        "no_picture": lazy_pgettext("film", "There is no picture in this file."),
        "many_pictures": lazy_pgettext("film", "There are several pictures in this file; export it with one."),
        "too_large": lazy_pgettext("film", "Its picture is too large: at most 4096 × 2304."),
        "too_long": lazy_pgettext("film", "It is longer than 30 minutes."),
        "broken": lazy_pgettext("film", "It is broken: it could not be read to its end. Export it again."),
        "no_room": lazy_pgettext("film", "The disk was full. Upload it once more when there is room."),
        "took_too_long": lazy_pgettext("film", "It took too long to make it ready."),
        "gave_up": lazy_pgettext(
            "film", "It was begun three times and never finished. Upload it once more, or export it again."
        ),
        "broke": lazy_pgettext(
            "film", "Something went wrong on our side. Upload it once more; the log of the media worker says more."
        ),
    },
)
add(
    "stage_part",
    {
        Part.HOST: lazy_pgettext("stage", "Host"),
        Part.LEADER: lazy_pgettext("stage", "Leader"),
        Part.SPEAKER: lazy_pgettext("stage", "Speaks"),
    },
)
add(
    "stage_place",
    {
        Place.GREEN_ROOM: lazy_pgettext("stage", "Green room"),
        Place.STAGE: lazy_pgettext("stage", "On the stage"),
    },
)
