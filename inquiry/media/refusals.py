"""What is refused of the picture."""

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
