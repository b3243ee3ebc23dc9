"""What pledges refuses."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class WrongState(Refusal):
    """`data.state` is how far the pledge is, `data.step` what was tried."""

    code = "WRONG_PLEDGE_STATE"
    sentence = _l("This cannot be done with a pledge in this state.")


class ResponseReplaced(Refusal):
    """`data.superseded_by` is the response that stands now."""

    code = "RESPONSE_REPLACED"
    sentence = _l("This response was corrected. Please record the pledge from the newer version.")


class DueBeforePromised(Refusal):
    """`data.promised_on` is the day of the promise."""

    code = "DUE_BEFORE_PROMISED"
    status = 400
    field = "due_on"
    sentence = _l("The due date lies before the day of the promise (%(promised_on)s).")


class DueTooFar(Refusal):
    """`data.latest` is the last day that is taken."""

    code = "DUE_TOO_FAR"
    status = 400
    field = "due_on"
    sentence = _l("The due date is too far away: %(latest)s at the latest.")


class DateExtended(Refusal):
    """The date moves by extensions once it has moved by one."""

    code = "DATE_EXTENDED"
    sentence = _l("The due date was extended: it can only be changed by another extension.")


class AlreadyConfirmed(Refusal):
    """`data.confirmation` is what stands."""

    code = "ALREADY_CONFIRMED"
    sentence = _l("The words of this pledge are settled already.")


class TooLateToDispute(Refusal):
    code = "TOO_LATE_TO_DISPUTE"
    sentence = _l("The 24 hours for objecting are over: the words stand as they were spoken.")


class TimeToAnswer(Refusal):
    """`data.until` is in milliseconds since the epoch."""

    code = "TIME_TO_ANSWER"
    sentence = _l("The unit may still confirm or dispute the words.")


class NoEvidence(Refusal):
    code = "NO_EVIDENCE"
    sentence = _l("Add evidence before you report this pledge as done; after a return, new evidence.")


class OwnCheck(Refusal):
    code = "OWN_CHECK"
    status = 403
    sentence = _l("Whoever promised or claimed it cannot check it: somebody from outside that unit has to.")


class NoDate(Refusal):
    code = "NO_DATE"
    sentence = _l("This pledge has no due date that could be extended.")


class ExtensionPending(Refusal):
    code = "EXTENSION_PENDING"
    sentence = _l("An extension is waiting for a signature already.")


class NoExtensionAsked(Refusal):
    code = "NO_EXTENSION_ASKED"
    sentence = _l("No extension is waiting for a signature.")


class TooLateToExtend(Refusal):
    """`data.due_on` has passed."""

    code = "TOO_LATE_TO_EXTEND"
    sentence = _l("The due date (%(due_on)s) has passed: an extension must be asked for before.")


class NotLater(Refusal):
    """`data.due_on` is the date in force."""

    code = "NOT_LATER"
    status = 400
    field = "due_on"
    sentence = _l("The new date must be later than %(due_on)s.")


class TooMuchLater(Refusal):
    """`data.latest` is the last day that is taken."""

    code = "TOO_MUCH_LATER"
    status = 400
    field = "due_on"
    sentence = _l("A pledge can be extended to %(latest)s at the latest, a year after its first due date.")


class PictureMissing(Refusal):
    code = "PICTURE_MISSING"
    status = 400
    field = "picture"
    sentence = _l("Please choose a picture.")


class PictureTooLarge(Refusal):
    """`data.most_megabytes` is the limit."""

    code = "PICTURE_TOO_LARGE"
    status = 413
    field = "picture"
    sentence = _l("The picture is larger than %(most_megabytes)s MB.")


class TooManyPixels(Refusal):
    """`data.most_megapixels` is the limit."""

    code = "TOO_MANY_PIXELS"
    status = 413
    field = "picture"
    sentence = _l("The picture has more than %(most_megapixels)s million pixels. Please make it smaller.")


class WithdrawnAlready(Refusal):
    code = "WITHDRAWN_ALREADY"
    sentence = _l("This has been withdrawn already.")


class PledgeWordsWithdrawn(Refusal):
    code = "PLEDGE_WORDS_WITHDRAWN"
    sentence = _l("The words of this pledge were withdrawn: the record has to be corrected with other words first.")


class NotAPicture(Refusal):
    """What a file is called does not matter; what is in it does. `data.kind` is there for HEIC and AVIF."""

    code = "NOT_A_PICTURE"
    status = 415
    field = "picture"
    sentence = _l("This is not a readable JPEG, PNG or WebP picture.")
    _of_phones = _l("Pictures of the kind %(kind)s cannot be shown by every browser. Please send it as JPEG.")

    @property
    def message(self) -> str:
        return str(self._of_phones) % self.data if "kind" in self.data else super().message
