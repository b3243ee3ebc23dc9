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


class NoStage(Refusal):
    """The picture of the session does not come from the stage, or the installation has none."""

    code = "NO_STAGE"
    sentence = _l("This session has no stage.")


class NoRightToPublish(Refusal):
    """Nobody speaks here whose slot does not run, or come soon."""

    code = "NO_RIGHT_TO_PUBLISH"
    status = 403
    sentence = _l("It is not your turn: the stage is open to you while you speak, and shortly before.")
