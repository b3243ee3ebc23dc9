"""Which buttons a page offers somebody at a pledge. The commands ask all of it again: this only spares a refusal."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from ..errors import Refusal
from ..permissions import Actor, Scope, allows
from . import rules
from .models import Evidence, Extension, ExtensionState, Pledge
from .rules import Transition

_STEPS = {
    "correct_pledge": Transition.CORRECT,
    "confirm_pledge": Transition.SETTLE_WORDS,
    "dispute_pledge": Transition.SETTLE_WORDS,
    "let_spoken_version_stand": Transition.SETTLE_WORDS,
    "report_progress": Transition.REPORT,
    "add_evidence": Transition.ADD_EVIDENCE,
    "claim_done": Transition.CLAIM,
    "accept_pledge": Transition.ACCEPT,
    "return_pledge": Transition.RETURN,
    "ask_extension": Transition.ASK_EXTENSION,
    "sign_extension": Transition.DECIDE_EXTENSION,
    "refuse_extension": Transition.DECIDE_EXTENSION,
}


def possible(
    actor: Actor,
    pledge: Pledge,
    extensions: Sequence[Extension],
    claimant_unit_id: int | None,
    now: datetime,
    today: date,
) -> set[str]:
    """The commands of `pledges`, by their names, that this actor could carry out now.

    A claim that still lacks its evidence is among them: the page says what is missing.
    """
    checker, claimant = (actor.user_id, actor.unit_id), (pledge.claimed_by_id, claimant_unit_id)
    settled = (pledge.confirmation, pledge.confirmation_due_at, now)
    fits: dict[str, Callable[[], Any]] = {
        "confirm_pledge": lambda: rules.check_confirming(pledge.confirmation),
        "dispute_pledge": lambda: rules.check_disputing(*settled),
        "let_spoken_version_stand": lambda: rules.check_silence(*settled),
        "accept_pledge": lambda: rules.check_checker(checker, claimant, pledge.lead_unit_id),
        "return_pledge": lambda: rules.check_checker(checker, claimant, pledge.lead_unit_id),
    }
    earlier = [one.state for one in extensions]
    asked_as = {name: rules.permission_to_decide(name, earlier) for name in ("sign_extension", "refuse_extension")}
    wrong = set()
    pending = ExtensionState.ASKED in earlier
    if pending or pledge.due_on is None or today > pledge.due_on:
        wrong |= {"ask_extension"}
    if not pending:
        wrong |= {"sign_extension", "refuse_extension"}
    return {
        name
        for name, step in _STEPS.items()
        if name not in wrong
        and not (step is Transition.SETTLE_WORDS and pledge.withdrawn_at)
        and pledge.state in rules.TRANSITIONS[step]
        and allows(actor, f"pledges.{asked_as.get(name, name)}", Scope(unit_id=pledge.lead_unit_id))
        and _passes(fits.get(name))
    }


def _passes(check: Callable[[], Any] | None) -> bool:
    try:
        if check is not None:
            check()
    except Refusal:
        return False
    return True


def lacks_evidence(pledge: Pledge, evidence: Sequence[Evidence]) -> bool:
    """Whether a claim would be refused for want of (new) evidence."""
    newest = max((one.at for one in evidence if one.withdrawn_at is None), default=None)
    return not _passes(lambda: rules.check_claim(pledge.claimed_at, newest))
