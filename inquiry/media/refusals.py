"""What is refused of the picture."""

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class NoStreamAddress(Refusal):
    """A picture elsewhere lies at `https://host/…`, in plain signs."""

    code = "NO_STREAM_ADDRESS"
    sentence = _l("The address of a stream begins with https://, names a host and a path, and has no blanks.")


class TicketRefused(Refusal):
    """The ticket is not good for this, not any more, or not while the meeting is closed to the public."""

    code = "TICKET_REFUSED"
    status = 403
    sentence = _l("This address is not good any more. Please load the page again.")


class StreamKeyRefused(Refusal):
    code = "STREAM_KEY_REFUSED"
    status = 403
    sentence = _l("This stream key is not good, or the picture of this session does not come from an encoder.")


class AlreadySending(Refusal):
    code = "ALREADY_SENDING"
    sentence = _l("Another encoder sends the picture of this session.")


class NoRoomToRecord(Refusal):
    """The disk is full, and no worker runs that would remove what nginx records. `data.session` is whose picture."""

    code = "NO_ROOM_TO_RECORD"
    sentence = _l("The disk is full and the media worker does not run: no picture is taken.")


class NotOver(Refusal):
    code = "NOT_OVER"
    sentence = _l("The recording is made after the end of the session.")


class NotReady(Refusal):
    """`data.state` is how far the recording is."""

    code = "NOT_READY"
    sentence = _l("The recording is not ready.")


class NoPassage(Refusal):
    """A passage has an end behind its beginning, and lies in the recording."""

    code = "NO_PASSAGE"
    sentence = _l("A passage begins within the recording and ends after its beginning.")


class TooManyPassages(Refusal):
    """`data.most` is how many a recording can have."""

    code = "TOO_MANY_PASSAGES"
    sentence = _l("At most %(most)s passages of a recording can be withdrawn.")


class NotLiveForCaptions(Refusal):
    code = "NO_CAPTIONS_NOW"
    sentence = _l("Captions are written while the session is live.")


class NoTimeForCaption(Refusal):
    """A caption was heard a moment ago, for some seconds."""

    code = "NO_TIME_FOR_CAPTION"
    sentence = _l("A caption ends after it begins, lasts at most %(seconds)s seconds, and was heard a moment ago.")


class CaptionSuperseded(Refusal):
    code = "CAPTION_SUPERSEDED"
    sentence = _l("This caption was corrected already. Please load the page again.")


class TooManyFilms(Refusal):
    code = "TOO_MANY_FILMS"
    sentence = _l("A session has at most %(most)s films. Discard one that is not needed.")


class NoRoomForFilm(Refusal):
    """The disk of the picture is nearly full."""

    code = "NO_ROOM_FOR_FILM"
    status = 507
    sentence = _l("There is no room on the disk for a film of this size.")


class PieceOutOfPlace(Refusal):
    """`data.received` says where to go on."""

    code = "PIECE_OUT_OF_PLACE"
    sentence = _l("This piece of the film does not begin where the one before ended.")


class FilmNotReady(Refusal):
    """`data.state` is how far it is."""

    code = "FILM_NOT_READY"
    sentence = _l("This film is not ready to be shown.")


class NoClip(Refusal):
    code = "NO_CLIP"
    sentence = _l("Only a clip of the rundown shows a film.")


class CaptionsUnreadable(Refusal):
    """`data.why` is what is wrong with the file, `data.line` where (0: with all of it)."""

    code = "CAPTIONS_UNREADABLE"
    field = "captions"
    sentence = _l("These captions cannot be used.")
    _SAYS: ClassVar = {
        "no_webvtt": _l("This is no WebVTT file: its first line has to be WEBVTT."),
        "no_times": _l("Line %(line)s has no times that can be read, such as 00:01.000 --> 00:04.500."),
        "no_cue": _l("There is no caption in this file."),
        "many": _l("This file has too many captions: at most 2000."),
        "long": _l("This file, or a caption in it, is too long."),
        "no_text": _l("This file is not text in UTF-8."),
        "beyond": _l("The first caption begins after the film has ended."),
    }

    @property
    def message(self) -> str:
        return str(self._SAYS[self.data["why"]]) % self.data


class NoStage(Refusal):
    """The picture of the session does not come from the stage, or the installation has none."""

    code = "NO_STAGE"
    sentence = _l("This session has no stage.")


class PlaceTaken(Refusal):
    """One speaks for a unit: whoever of it came first, or, before anybody of a unit above, the unit's own people."""

    code = "STAGE_PLACE_TAKEN"
    sentence = _l("Somebody else of your unit is on the stage already, or in the green room.")


class NoRightToPublish(Refusal):
    """Nobody speaks here whose slot does not run, or come soon."""

    code = "NO_RIGHT_TO_PUBLISH"
    status = 403
    sentence = _l("It is not your turn: the stage is open to you while you speak, and shortly before.")
