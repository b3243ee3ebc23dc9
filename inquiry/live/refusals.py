"""What the evening refuses."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class NotLive(Refusal):
    code = "NOT_LIVE"
    sentence = _l("This session is not live.")


class AlreadyLive(Refusal):
    code = "ALREADY_LIVE"
    sentence = _l("This session went live before.")


class SessionClosed(Refusal):
    code = "SESSION_CLOSED"
    sentence = _l("This session is closed: its record stands as it is.")


class AlreadyRehearsed(Refusal):
    """`data` is the rehearsal that there is: `{session, rehearsal_code}`."""

    code = "ALREADY_REHEARSED"
    sentence = _l("This session is being rehearsed already (%(rehearsal_code)s).")


class IsRehearsal(Refusal):
    code = "IS_REHEARSAL"
    sentence = _l("This is a rehearsal itself.")


class NoRehearsal(Refusal):
    code = "NO_REHEARSAL"
    sentence = _l("This is no rehearsal: what happened in it stays.")


class NotItsTime(Refusal):
    """`data` is `{starts_on, starts_at}`: the day in the city, and the instant in milliseconds."""

    code = "NOT_ITS_TIME"
    sentence = _l("This session is planned for %(starts_on)s. To go live now all the same, name that day.")


class HasAired(Refusal):
    code = "HAS_AIRED"
    sentence = _l("Something was on air already: what is left is to close the session.")


class NeedsUnits(Refusal):
    code = "NEEDS_UNITS"
    sentence = _l("Say first which units are to be questioned.")


class HasBegun(Refusal):
    """`data.field` is what can no longer be changed."""

    code = "HAS_BEGUN"
    sentence = _l("The session has begun: its kind and its beginning stay as they are.")


class StaysPublic(Refusal):
    code = "STAYS_PUBLIC"
    sentence = _l("This session began in public and stays so: it could be closed to the public only before it began.")


class IntakeClosed(Refusal):
    """`data.intake` is `not_yet` or `closed`."""

    code = "INTAKE_CLOSED"
    sentence = _l("Questions are not taken now.")


class IntakeOpen(Refusal):
    code = "INTAKE_OPEN"
    sentence = _l("Questions are being taken already.")


class PlannedByResults(Refusal):
    code = "PLANNED_BY_RESULTS"
    sentence = _l("Results have planned this. It is changed on the plan of the night exam, with a reason.")


class NotPlanned(Refusal):
    """`data.state` is `on_air` or `done`."""

    code = "NOT_PLANNED"
    sentence = _l("This item has been on air: it keeps its place in the record.")


class OnAirAlready(Refusal):
    code = "ON_AIR_ALREADY"
    sentence = _l("This item is on air already.")


class NothingOnFloor(Refusal):
    code = "NOTHING_ON_FLOOR"
    sentence = _l("Nothing is on air. Take an item first.")


class SlotRunning(Refusal):
    """`data.slot` is the slot that has not ended."""

    code = "SLOT_RUNNING"
    sentence = _l("A speaking slot has not ended yet.")


class NoSlot(Refusal):
    code = "NO_SLOT"
    sentence = _l("Nobody has the right to speak now.")


class NoPlannedSpeaker(Refusal):
    """`data.item` is the item that names no speaker, or no unit for which somebody speaks."""

    code = "NO_PLANNED_SPEAKER"
    sentence = _l("Nobody is planned to speak here: start the speaking time by itself.")


class IsACase(Refusal):
    code = "IS_A_CASE"
    sentence = _l("This is a case: it has no time of its own and is never on air. What lies in it has, and is.")


class CaseInCase(Refusal):
    code = "CASE_IN_CASE"
    sentence = _l("A case cannot lie in another case.")


class CaseStays(Refusal):
    code = "CASE_STAYS"
    sentence = _l("A case stays a case, and nothing else becomes one: add a new item instead.")


class CueTaken(Refusal):
    """`data.cue` is the cue number that another line has."""

    code = "CUE_TAKEN"
    field = "cue"
    sentence = _l("Another line has the cue number %(cue)s.")


class RundownFull(Refusal):
    """`data.most` is how many lines a rundown may have."""

    code = "RUNDOWN_FULL"
    sentence = _l("A rundown has at most %(most)s lines.")


class NoStep(Refusal):
    code = "NO_STEP"
    sentence = _l("There is nothing of yours to undo here.")


class NoUndoneStep(Refusal):
    code = "NO_UNDONE_STEP"
    sentence = _l("There is nothing of yours to do again here.")


class ChangedSince(Refusal):
    """`data.title` is what the line is called."""

    code = "CHANGED_SINCE"
    sentence = _l("Somebody else has changed “%(title)s” since. To keep that, nothing was undone.")


class QuestionsItem(Refusal):
    """`data.question` is the question that the item is planned for."""

    code = "QUESTIONS_ITEM"
    sentence = _l("This item is a citizen's question: put it on air first, then give somebody the floor.")


class SlotPaused(Refusal):
    code = "SLOT_PAUSED"
    sentence = _l("The time has been stopped already.")


class SlotNotPaused(Refusal):
    code = "SLOT_NOT_PAUSED"
    sentence = _l("The time is running already.")


class BelowTimeUsed(Refusal):
    """`data.most` is how many seconds can be taken away at this moment."""

    code = "BELOW_TIME_USED"
    sentence = _l("At most %(most)s seconds can be taken away: the rest has been used.")


class TooLong(Refusal):
    """`data.most` is how many seconds can be added."""

    code = "TOO_LONG"
    sentence = _l("At most %(most)s seconds can be added.")


class QuestionsWords(Refusal):
    """`data.question` is the question whose words the item shows."""

    code = "QUESTIONS_WORDS"
    sentence = _l("This item shows a citizen's question: its words are changed by rewording the question.")


class TooManyTimers(Refusal):
    """`data.most` is how many there may be."""

    code = "TOO_MANY_TIMERS"
    sentence = _l("There are %(most)s timers already: remove one first.")


class TimerStarted(Refusal):
    code = "TIMER_STARTED"
    sentence = _l("This timer was started already.")


class TimerNotRunning(Refusal):
    code = "TIMER_NOT_RUNNING"
    sentence = _l("This timer does not run.")


class TimerNotPaused(Refusal):
    code = "TIMER_NOT_PAUSED"
    sentence = _l("This timer is not stopped.")


class TooManyMessages(Refusal):
    """`data.most` is how many may wait for an acknowledgement."""

    code = "TOO_MANY_MESSAGES"
    sentence = _l("%(most)s messages wait to be acknowledged: more would not be read.")
