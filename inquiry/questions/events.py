"""What can happen to a question. Payloads hold ids and numbers: no question's words, and nothing of who asked.

`questions.asked` and `questions.imported` are facts anybody may know afterwards, on the page of a question that was
approved; until then they are told to the crew alone, hence on the staff stream.
"""

from flask_babel import lazy_gettext as _l

from ..trace.kinds import kind

ASKED = kind("questions.asked", _l("Question %(number)s was asked"), _l("The question was asked"))
IMPORTED = kind("questions.imported", _l("%(count)s questions were taken over from a file"))

APPROVED = kind("questions.approved", _l("Question %(number)s was approved"), _l("The question was approved"))
REFUSED = kind("questions.refused", _l("Question %(number)s was refused"), _l("The question was refused"))
MERGED = kind(
    "questions.merged", _l("Question %(number)s was merged into question %(into_number)s"),
    _l("Two questions on the same matter were merged"),
)  # fmt: skip
UNMERGED = kind(
    "questions.unmerged", _l("Question %(number)s was taken out of question %(from_number)s again"),
    _l("Two merged questions were taken apart again"),
)  # fmt: skip
REWORDED = kind(
    "questions.reworded", _l("Question %(number)s was put in other words as question %(as_number)s"),
    _l("The question was put in other words"),
)  # fmt: skip
UNDONE = kind(
    "questions.undone", _l("The last decision about question %(number)s was taken back"),
    _l("The last decision about the question was taken back"),
)  # fmt: skip
WORDS_CLOSED = kind(
    "questions.words_closed", _l("The words of question %(number)s are no longer published"),
    _l("The words of the question are no longer published"),
)  # fmt: skip
WORDS_WITHDRAWN = kind(
    "questions.words_withdrawn", _l("The published words of question %(number)s were withdrawn: %(reason)s"),
    _l("The published words of the question were withdrawn: %(reason)s"),
)  # fmt: skip
UNIT_SET = kind(
    "questions.unit_set", _l("It was decided who is to answer question %(number)s"),
    _l("It was decided who is to answer the question"),
)  # fmt: skip

PUT_ON_AIR = kind("questions.put_on_air", _l("Question %(number)s was put on air"))
TAKEN_BACK = kind("questions.taken_back", _l("Question %(number)s had been put on air by mistake and was taken back"))
LEFT_AIR = kind("questions.left_air", _l("Question %(number)s left the air"))
ANSWERED = kind("questions.answered", _l("Question %(number)s was answered"), _l("The question was answered"))
EVADED = kind("questions.evaded", _l("Question %(number)s was evaded"), _l("The question was evaded"))

HANDED = kind("questions.handed", _l("Handed to %(unit_name)s, to be answered by %(due_on)s"))
RETURNED = kind(
    "questions.returned",
    _l("%(unit_name)s asked that another unit answer; until that is decided it stays there, by %(due_on)s"),
)
RETURN_DECLINED = kind(
    "questions.return_declined", _l("It stays with %(unit_name)s, to be answered by %(due_on)s: %(reason)s")
)
REASSIGNED = kind(
    "questions.reassigned",
    _l("Passed on from %(from_name)s to %(unit_name)s, to be answered by %(due_on)s: %(reason)s"),
)
DEFERRED = kind("questions.deferred", _l("Deferred to the session %(to_code)s"))
CARRIED_OVER = kind("questions.carried_over", _l("Carried over from the session %(from_code)s"))
