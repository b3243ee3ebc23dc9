"""What can happen to the picture of a session. No payload holds a key."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

SOURCE_CHOSEN = kind("media.source_chosen", _l("It was chosen how the picture comes"))
KEY_MADE = kind("media.key_made", _l("The picture was given a new stream key"), public=False)
KEY_REVOKED = kind("media.key_revoked", _l("The stream key of the picture was revoked"), public=False)
ENCODER_LET_IN = kind("media.encoder_let_in", _l("An encoder began to send the picture"), public=False)
ENCODER_LEFT = kind("media.encoder_left", _l("The encoder stopped sending the picture"), public=False)
PICTURE_ON = kind("media.picture_on", _l("The picture is there"))
PICTURE_GONE = kind("media.picture_gone", _l("The picture is away"))
RECORDING_ASKED = kind("media.recording_asked", _l("It was asked that the recording be made"), public=False)
RECORDING_MADE = kind("media.recording_made", _l("The recording was made"), public=False)
RECORDING_FAILED = kind("media.recording_failed", _l("The recording could not be made"), public=False)
RECORDING_STOPPED = kind(
    "media.recording_stopped", _l("Nothing is recorded any more: the disk is full. The evening goes on"), public=False
)
RECORDING_RESUMED = kind("media.recording_resumed", _l("It is recorded again"), public=False)
RECORDING_PUBLISHED = kind("media.recording_published", _l("The recording was published"))
PASSAGE_WITHDRAWN = kind("media.passage_withdrawn", _l("A passage of the recording was withdrawn: %(reason)s"))
CAPTION_CORRECTED = kind("media.caption_corrected", _l("A caption was corrected; both versions stay"), public=False)
FILM_BEGUN = kind("media.film_begun", _l("The upload of a film was begun"), public=False)
FILM_UPLOADED = kind("media.film_uploaded", _l("A film was uploaded and is made ready"), public=False)
FILM_READY = kind("media.film_ready", _l("A film is ready to be shown"), public=False)
FILM_REFUSED = kind("media.film_refused", _l("A file was uploaded that cannot be shown as a film"), public=False)
FILM_DISCARDED = kind("media.film_discarded", _l("A film was discarded"), public=False)
FILM_FORGOTTEN = kind(
    "media.film_forgotten", _l("A film that nobody went on uploading, or that was refused, was removed"), public=False
)
FILM_SHOWN = kind("media.film_shown", _l("A line of the rundown was given a film"), public=False)
FILM_TAKEN_OUT = kind("media.film_taken_out", _l("A line of the rundown shows no film any more"), public=False)
FILM_CAPTIONED = kind("media.film_captioned", _l("The captions of a film were changed"), public=False)

STAGE_ON = kind("media.stage_on", _l("The server of the stage is there"), public=False)
STAGE_GONE = kind("media.stage_gone", _l("The server of the stage is away"), public=False)
CONFERENCE_SET = kind("media.conference_set", _l("It was said where to join the conference"), public=False)
PUBLISHER_ADMITTED = kind("media.publisher_admitted", _l("Somebody was let onto the stage"), public=False)
PUBLISHER_SEEN = kind("media.publisher_seen", _l("Somebody’s picture is on the stage"), public=False)
PUBLISHER_MOVED = kind("media.publisher_moved", _l("Somebody moved between green room and stage"), public=False)
PUBLISHER_LOST = kind("media.publisher_lost", _l("Somebody’s picture is missing on the stage"), public=False)
PUBLISHER_WITHDRAWN = kind("media.publisher_withdrawn", _l("Somebody’s right to the stage ended"), public=False)
READY = kind("media.ready", _l("Somebody in the green room is ready"), public=False)
NOT_READY = kind("media.not_ready", _l("Somebody in the green room is not ready"), public=False)
HAND_RAISED = kind("media.hand_raised", _l("A leader raised the hand"), public=False)
HAND_LOWERED = kind("media.hand_lowered", _l("A leader lowered the hand"), public=False)
MUTED = kind("media.muted", _l("Somebody on the stage was muted"), public=False)
UNMUTED = kind("media.unmuted", _l("Somebody on the stage may be heard again"), public=False)
