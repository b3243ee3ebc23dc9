"""What can happen to a pledge. All of it is public: that is what it was promised in public for.

Payloads hold no words of a pledge, a report or a proof: out of the trace nothing can be withdrawn.
"""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

RECORDED = kind("pledges.recorded", _l("The pledge was recorded"))
CORRECTED = kind("pledges.corrected", _l("The record of the pledge was corrected; both versions stay"))
CONFIRMED = kind("pledges.confirmed", _l("The unit confirmed that these were its words"))
DISPUTED = kind("pledges.disputed", _l("The unit disputes the words; what it says was meant stands beside them"))
STANDS_AS_SPOKEN = kind("pledges.stands_as_spoken", _l("The unit said nothing: the words stand as they were spoken"))
WORDS_WITHDRAWN = kind("pledges.words_withdrawn", _l("The words of the pledge were withdrawn: %(reason)s"))

PROGRESS_REPORTED = kind("pledges.progress_reported", _l("Progress was reported"))
PROGRESS_WITHDRAWN = kind("pledges.progress_withdrawn", _l("A report of progress was withdrawn: %(reason)s"))
EVIDENCE_ADDED = kind("pledges.evidence_added", _l("Evidence was added"))
EVIDENCE_WITHDRAWN = kind("pledges.evidence_withdrawn", _l("Evidence was withdrawn: %(reason)s"))
CLAIMED_DONE = kind("pledges.claimed_done", _l("The unit says that the pledge is kept; this is being checked"))
KEPT = kind("pledges.kept", _l("Checked: the pledge was kept"))
RETURNED = kind("pledges.returned", _l("Checked and returned: %(note)s"))

EXTENDED = kind("pledges.extended", _l("Extended from %(due_before)s to %(due_after)s: %(reason)s"))
EXTENSION_ASKED = kind("pledges.extension_asked", _l("An extension to %(due_after)s was asked for: %(reason)s"))
EXTENSION_SIGNED = kind("pledges.extension_signed", _l("The extension from %(due_before)s to %(due_after)s was signed"))
EXTENSION_REFUSED = kind("pledges.extension_refused", _l("The extension was refused, %(due_on)s stands: %(note)s"))
