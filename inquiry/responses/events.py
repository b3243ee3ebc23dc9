"""What can happen to responses. All of it is public; a citizen's reason for reopening is not told, only kept."""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

RECORDED = kind("responses.recorded", _l("The answer of %(speaker)s on air was recorded"))
NOT_ANSWERED = kind("responses.not_answered", _l("It was recorded that %(speaker)s gave no answer on air"))
CORRECTED = kind("responses.corrected", _l("The record of the answer of %(speaker)s was corrected; both versions stay"))
WORDS_WITHDRAWN = kind(
    "responses.words_withdrawn", _l("The words of the answer of %(speaker)s were withdrawn: %(reason)s")
)
WRITTEN = kind("responses.written", _l("Answered in writing by %(speaker)s"))
JUDGED_SATISFIED = kind("responses.judged_satisfied", _l("The person who asked is satisfied with the answer"))
JUDGED_UNSATISFIED = kind("responses.judged_unsatisfied", _l("The person who asked is not satisfied with the answer"))
REOPENED = kind("responses.reopened", _l("The person who asked had it reopened; a new answer is due by %(due_on)s"))
VAGUE_WORD_ADDED = kind("responses.vague_word_added", _l("“%(word)s” was added to the list of vague words"))
VAGUE_WORD_REMOVED = kind("responses.vague_word_removed", _l("“%(word)s” was removed from the list of vague words"))
