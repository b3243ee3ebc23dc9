"""What verdicts refuse. A vote that is refused counts for nothing."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class VerdictOpen(Refusal):
    """`data.verdict` is the one that is open."""

    code = "VERDICT_OPEN"
    sentence = _l("A verdict is open already.")


class VerdictClosed(Refusal):
    """`data.verdict` is the one that was meant."""

    code = "VERDICT_CLOSED"
    sentence = _l("This verdict is closed: nothing more is counted in it.")


class VerdictStillOpen(Refusal):
    code = "VERDICT_STILL_OPEN"
    sentence = _l("The verdict is still open. Please wait for its close.")


class VerdictCalledOff(Refusal):
    code = "VERDICT_CALLED_OFF"
    sentence = _l("This verdict was called off: it has no result.")


class TooManyVerdicts(Refusal):
    """`data.most` is how many one session can have."""

    code = "TOO_MANY_VERDICTS"
    sentence = _l("One session can have %(most)s verdicts.")


class DeviceTakenOut(Refusal):
    code = "DEVICE_TAKEN_OUT"
    status = 403
    sentence = _l("This device was taken out of the verdicts of this session: nothing was counted.")


class DeviceNotOut(Refusal):
    code = "DEVICE_NOT_OUT"
    sentence = _l("This device was not taken out.")


class WrongCard(Refusal):
    """No card has this number with this PIN."""

    code = "WRONG_CARD"
    status = 403
    sentence = _l("No card has this number and PIN: nothing was counted.")


class CardOfAnotherSession(Refusal):
    code = "CARD_OF_ANOTHER_SESSION"
    status = 403
    sentence = _l("This card belongs to another session: nothing was counted.")


class CardTakenOut(Refusal):
    """`data.number` is the card's."""

    code = "CARD_TAKEN_OUT"
    status = 403
    sentence = _l("Card %(number)s was taken out: nothing was counted.")


class CardNotOut(Refusal):
    code = "CARD_NOT_OUT"
    sentence = _l("This card was not taken out.")


class CardUsed(Refusal):
    """`data.number` is the card's."""

    code = "CARD_USED"
    sentence = _l("Card %(number)s was used in this verdict already: its first word stands.")


class TooManyCards(Refusal):
    """`data.most` is how many can still be made."""

    code = "TOO_MANY_CARDS"
    sentence = _l("At most %(most)s more cards can be made for this session.")


class NotFoundAgain(Refusal):
    """The votes are not, or not any more, what the dry run showed. `data.votes` is how many there are now."""

    code = "NOT_FOUND_AGAIN"
    sentence = _l("These votes have changed since you looked. Please look again.")


class BroughtBack(Refusal):
    code = "BROUGHT_BACK"
    sentence = _l("These votes were brought back already.")
