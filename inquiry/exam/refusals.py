"""What the night exam refuses."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class NoPolicy(Refusal):
    code = "NO_POLICY"
    sentence = _l("No slot policy was kept yet.")


class BadPolicy(Refusal):
    """`data.faults` are `[where, why]`, `data.first` the first of them in words."""

    code = "BAD_POLICY"
    status = 400
    field = "policy"
    sentence = _l("This is no slot policy: %(first)s")


class DoesNotFit(Refusal):
    """`data.seconds` is by how much the shortest lengths are more than the minutes."""

    code = "DOES_NOT_FIT"
    sentence = _l("The shortest lengths do not fit into the meeting: %(seconds)s seconds too many.")


class NoTable(Refusal):
    code = "NO_TABLE"
    sentence = _l("%(period)s, %(group)s: there is no table to pick speakers from.")


class UnknownName(Refusal):
    """`data.what` is `group`, `unit` or `theme`, `data.hint` the nearest name that is known."""

    code = "UNKNOWN_NAME"
    status = 400
    sentence = _l("%(name)s is not known here.")
    sentence_with_hint = _l("%(name)s is not known here. Is %(hint)s meant?")

    @property
    def message(self) -> str:
        return str(self.sentence_with_hint if self.data["hint"] else self.sentence) % self.data


class NoExam(Refusal):
    code = "NO_EXAM"
    sentence = _l("This session is no night exam: results do not decide who speaks.")


class NotPlannedYet(Refusal):
    code = "NOT_PLANNED_YET"
    sentence = _l("The slots of this meeting are not planned yet.")


class NextHasPassed(Refusal):
    """`data.day` is when the next meeting would have been, `2026-11-05`."""

    code = "NEXT_HAS_PASSED"
    sentence = _l("The next meeting would have been on %(day)s, which is over. Please create it by hand.")


class SlotGone(Refusal):
    code = "SLOT_GONE"
    sentence = _l("This slot was on air already, or was left out.")


class NothingToRestore(Refusal):
    code = "NOTHING_TO_RESTORE"
    sentence = _l("Nothing was passed over or cut that could be taken back.")


class PlanMovedOn(Refusal):
    code = "PLAN_MOVED_ON"
    sentence = _l("The meeting has moved on since: this cannot be taken back any more.")


class SlotsChanged(Refusal):
    code = "SLOTS_CHANGED"
    sentence = _l("What is to be cut has changed meanwhile. Please look at the new proposal.")


class NothingToCut(Refusal):
    code = "NOTHING_TO_CUT"
    sentence = _l("The meeting ends in time: nothing has to be cut.")


class BudgetUsedUp(Refusal):
    code = "BUDGET_USED_UP"
    sentence = _l("The time for questions from above is used up.")


class NoInterruption(Refusal):
    code = "NO_INTERRUPTION"
    sentence = _l("Nobody has interrupted.")


class NotExpected(Refusal):
    code = "NOT_EXPECTED"
    sentence = _l("This unit is not expected in the meeting.")
