"""How often one sender may be refused: whoever sends little else is slowed, and then cut off.

Refusals of every code count, whatever way they came: by person, by device, and for strangers by network, so that
nobody begins anew with a new socket. What a network is refused slows down those of it who are refused, nobody else.
"""

from dataclasses import dataclass

from ..core import metrics
from ..permissions import Actor
from . import registry
from .idempotency import owner_of
from .rate_limit import rates

#: A hand that presses too late, or twice, is refused now and then: these at once, and then one a second.
_SLOWED = rates("60/minute")[0]
#: Whoever goes on when slowed is no hand.
_CUT = rates("90/5minutes")[0]
#: A desk in a race with others is refused often, and whose it is is known; strangers are seldom refused anything.
_TIMES_A_PERSON = 100
_TIMES_STRANGERS = 4
_LONGEST_WAIT_SECONDS = 1.0
#: Whoever is cut off comes again at once, which costs more than to hold them.
_LAST_WAIT_SECONDS = 5.0

CUT = metrics.Counter("inquiry_senders_cut_total", "Senders cut off, or told no more, for what they were refused.")


@dataclass(frozen=True)
class Verdict:
    """The seconds by which the answer is held back, and whether the sender is cut off then."""

    wait: float
    cut: bool = False


def count(actor: Actor) -> Verdict:
    """One more refusal."""
    times = _TIMES_A_PERSON if actor.is_signed_in else 1 if actor.device_id is not None else _TIMES_STRANGERS
    wait, sender = registry.limiter.wait, owner_of(actor)
    if wait(_CUT.times(times), "refused", sender):
        CUT.add()
        return Verdict(_LAST_WAIT_SECONDS, cut=True)
    of_network = wait(_SLOWED.times(registry.DEVICES_OF_A_NETWORK), "refused", f"all of net:{actor.network}")
    own = wait(_SLOWED.times(times), "refused", sender)
    return Verdict(min(_LONGEST_WAIT_SECONDS, max(of_network, own)))
