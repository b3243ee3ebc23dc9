"""The demo's content: a city that does not exist, its people, and three sessions. Plain data; `shapes.py` tells fields.

How to walk it:

1. `UNITS`, parents first. 2. `PEOPLE`. 3. Every session of `SESSIONS`, with its units, rundown and intake, before any
   question, because a question may be deferred to another session.
4. Session by session, in the order given (the ended one, tonight's, next week's). Everything in a session has a moment:
   `minute` on its clock, `day` from today, or none, which means "when it comes up". So that the trace reads in order,
   sort by moment: questions are asked; refused, merged or approved soon after; supported until they are aired; put on
   air, slot started and ended, response and pledges recorded while their item runs; then the close, with the handed
   and deferred questions; then the steps of the pledges, the written answers and what the askers said of them.
5. Steps of one pledge on one day happen in the order in which they stand.

A merged question keeps its own votes, which then count for the one it was merged into. Whoever answers on air needs no
account: the clerk records. Whoever takes a step or answers in writing is one of PEOPLE and is allowed to.
"""

from .city import PEOPLE
from .last_month import LAST_MONTH
from .next_week import NEXT_WEEK
from .tonight import TONIGHT
from .units import UNITS

SESSIONS = (LAST_MONTH, TONIGHT, NEXT_WEEK)

__all__ = ["LAST_MONTH", "NEXT_WEEK", "PEOPLE", "SESSIONS", "TONIGHT", "UNITS"]
