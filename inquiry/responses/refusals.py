"""What responses refuses."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class UnrecordedAnswers(Refusal):
    """`data.questions` lists what was on air and has no response yet: `[{id, number, text}]`."""

    code = "UNRECORDED_ANSWERS"
    sentence = _l("Before the close, record what was answered to: %(numbers)s.")


class NotAired(Refusal):
    """Only what was on air can have been answered on air. `data.state` is where the question stands."""

    code = "NOT_AIRED"
    sentence = _l("This question has not been on air.")


class EveningOver(Refusal):
    """The session is closed, or has not begun: nothing is said on its air."""

    code = "EVENING_OVER"
    sentence = _l("This session is not on air.")


class AlreadyCorrected(Refusal):
    """`data.superseded_by` is the response that stands now."""

    code = "ALREADY_CORRECTED"
    sentence = _l("This response was corrected already. Please correct the newer version.")


class EndsBeforeItStarts(Refusal):
    code = "ENDS_BEFORE_IT_STARTS"
    status = 400
    sentence = _l("The answer cannot end before it starts.")


class SpeakerNeeded(Refusal):
    code = "SPEAKER_NEEDED"
    status = 400
    sentence = _l("Please say who answered.")


class WordsNeeded(Refusal):
    code = "WORDS_NEEDED"
    status = 400
    sentence = _l("Please write down what was answered.")


class NotHanded(Refusal):
    """`data.state` is where the question stands."""

    code = "NOT_HANDED"
    sentence = _l("This question is not waiting for a written answer.")


class NotTheAsker(Refusal):
    code = "NOT_THE_ASKER"
    status = 403
    sentence = _l("Only the person who asked can do this. Use the phone you asked with, or your receipt number.")


class NotAnswered(Refusal):
    """`data.state` is where the question stands."""

    code = "NOT_ANSWERED"
    sentence = _l("This question has not been answered yet.")


class AlreadyJudged(Refusal):
    """`data.satisfied` is the judgement that stands."""

    code = "ALREADY_JUDGED"
    sentence = _l("You have already judged this answer.")


class AlreadyReopened(Refusal):
    code = "ALREADY_REOPENED"
    sentence = _l("This question was reopened once already.")


class SatisfiedAlready(Refusal):
    code = "SATISFIED_ALREADY"
    sentence = _l("You said that you were satisfied with this answer.")


class TooLateToReopen(Refusal):
    """`data.days` is how many days after the answer a question could be reopened."""

    code = "TOO_LATE_TO_REOPEN"
    sentence = _l("A question can be reopened within %(days)s days of its answer.")


class StillOnTheEvening(Refusal):
    code = "STILL_ON_THE_EVENING"
    sentence = _l("A question can be reopened when its session is closed.")


class UnitNeeded(Refusal):
    """`data.questions` lists what would be lost: `[{id, number, text}]`."""

    code = "UNIT_NEEDED"
    sentence = _l("Nobody is named to answer: %(numbers)s.")


class StillWaiting(Refusal):
    """`data.number` questions wait for a moderator, and nothing was said about them (`leave_waiting`)."""

    code = "STILL_WAITING"
    sentence = _l("%(number)s questions wait for a moderator. Have them decided, or say that this goes on afterwards.")


class WordKnown(Refusal):
    """`data.word` is on the list."""

    code = "WORD_KNOWN"
    sentence = _l("“%(word)s” is on the list already.")


class LastWord(Refusal):
    code = "LAST_WORD"
    sentence = _l("The list needs at least one word.")
