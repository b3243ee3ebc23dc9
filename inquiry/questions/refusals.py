"""What asking, moderating and airing refuse."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class BadLength(Refusal):
    """`data` is `{fault: short | long, least, most}`, in characters as a person counts them."""

    code = "BAD_LENGTH"
    status = 400
    field = "text"
    sentence = _l("A question has %(least)s to %(most)s characters.")


class UnitNotQuestioned(Refusal):
    """`data.unit` is not among the units of the session."""

    code = "UNIT_NOT_QUESTIONED"
    status = 400
    field = "unit"
    sentence = _l("This unit is not questioned in this session. Choose another, or “not sure”.")


class WrongState(Refusal):
    """`data.state` is where the question stands."""

    code = "WRONG_STATE"
    sentence = _l("This question has moved on: this can no longer be done with it.")


class WordsWithdrawn(Refusal):
    code = "WORDS_WITHDRAWN"
    sentence = _l("The words of this question were withdrawn: this can no longer be done with it.")


class TooLateToTakeBack(Refusal):
    """`data.seconds` is for how long what was put on air can be taken back."""

    code = "TOO_LATE_TO_TAKE_BACK"
    sentence = _l("A question can be taken back for %(seconds)s seconds after it was put on air.")


class AnswerBegun(Refusal):
    code = "ANSWER_BEGUN"
    sentence = _l("Somebody has been given the floor for this question: it can no longer be taken back.")


class NotOpen(Refusal):
    """`data.state` is where the question stands."""

    code = "NOT_OPEN"
    sentence = _l("This question can no longer be supported.")


class IntoItself(Refusal):
    code = "INTO_ITSELF"
    status = 400
    sentence = _l("A question cannot be merged into itself or into what was merged into it.")


class OtherSession(Refusal):
    """`data.session` is the session of the other question."""

    code = "OTHER_SESSION"
    status = 400
    sentence = _l("Questions of different sessions cannot be merged.")


class MixedOrigins(Refusal):
    """One of the two questions belongs to a session and the other to none."""

    code = "MIXED_ORIGINS"
    status = 400
    sentence = _l("A question of a session and one asked outside sessions cannot be merged.")


class NoSession(Refusal):
    """`data.question` belongs to no session: nothing can be done with it that takes an evening."""

    code = "NO_SESSION"
    sentence = _l("This question was asked outside sessions: it is answered in writing.")


class NotMergeable(Refusal):
    """`data.state` is where the question stands that was to take in the other."""

    code = "NOT_MERGEABLE"
    sentence = _l("The other question cannot take this one in as it stands.")


class SameWording(Refusal):
    code = "SAME_WORDING"
    status = 400
    sentence = _l("The new wording is the old one.")


class NeedsUnit(Refusal):
    code = "NEEDS_UNIT"
    sentence = _l("The session is over: say which unit is to answer.")


class ReturnedAlready(Refusal):
    code = "RETURNED_ALREADY"
    sentence = _l("This question has been returned already: the staff decides, or has decided, who answers it.")


class TooLateToReturn(Refusal):
    """`data.days` is the number of working days for a return, `data.until` the last of them or null."""

    code = "TOO_LATE_TO_RETURN"
    sentence = _l(
        "A question can be returned within %(days)s working days after it came to the unit. After that the unit answers"
        " it, or the staff passes it on."
    )


class SameUnit(Refusal):
    code = "SAME_UNIT"
    status = 400
    field = "unit"
    sentence = _l("The question is with this unit already.")


class HeldByOther(Refusal):
    """`data` is `{name, until}`, the latter in milliseconds."""

    code = "HELD"
    sentence = _l("%(name)s is looking at this question.")


class NothingToUndo(Refusal):
    """`data.state` is where the question stands: no decision about it can be taken back now."""

    code = "NOTHING_TO_UNDO"
    sentence = _l("There is nothing to take back: the question has moved on since it was decided.")


class NotAnotherSession(Refusal):
    """`data.session` is where the question was to go."""

    code = "NOT_ANOTHER_SESSION"
    status = 400
    sentence = _l("A question can only be deferred to another session that is not closed.")


class ImportBrokeOff(Refusal):
    """Batches before it are in: `data` is `{total, done, fresh, why}`, `why` being the sentence of what happened, or
    empty.
    """

    code = "IMPORT_BROKE_OFF"
    status = 500
    sentence = _l(
        "The import broke off: %(fresh)s questions were added and stay, of %(total)s rows the first %(done)s were seen"
        " to. Importing the same file again adds the rest. %(why)s"
    )

    @property
    def message(self) -> str:
        return super().message.rstrip()
