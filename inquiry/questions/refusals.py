"""What asking, moderating and airing refuse."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class BadLength(Refusal):
    """`data` is `{fault: short | long, least, most}`, in characters as a person counts them."""

    code = "BAD_LENGTH"
    status = 400
    sentence = _l("A question has %(least)s to %(most)s characters.")


class UnitNotQuestioned(Refusal):
    """`data.unit` is not among the units of the session."""

    code = "UNIT_NOT_QUESTIONED"
    status = 400
    sentence = _l("This unit is not questioned in this session. Choose another, or “not sure”.")


class WrongState(Refusal):
    """`data.state` is where the question stands."""

    code = "WRONG_STATE"
    sentence = _l("This question has moved on: this can no longer be done with it.")


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


class UnreadableFile(Refusal):
    """`data.why` is `encoding`, `empty`, `columns` or `csv`; `data.columns` are the columns that are missing."""

    code = "UNREADABLE_FILE"
    status = 400
    sentence = _l(
        "This file cannot be read as a table of questions (CSV with the columns id, title, submitted_at, body)."
    )
