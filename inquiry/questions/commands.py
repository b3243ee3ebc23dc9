"""The writes of questions, in the order of a question's life."""

from .air import clear_floor, leave_air, mark_answered, put_on_air, take_item
from .asking import Imported, Wording, ask_question, import_questions, word
from .finding import aired_without_response
from .moderation import approve, hold, merge, refuse, reword, set_unit, undo, unmerge
from .settling import defer, defer_all, hand_all_to_unit, hand_to_unit, reply_due_on
from .supporting import support, support_all, withdraw_support

__all__ = [
    "Imported",
    "Wording",
    "aired_without_response",
    "approve",
    "ask_question",
    "clear_floor",
    "defer",
    "defer_all",
    "hand_all_to_unit",
    "hand_to_unit",
    "hold",
    "import_questions",
    "leave_air",
    "mark_answered",
    "merge",
    "put_on_air",
    "refuse",
    "reply_due_on",
    "reword",
    "set_unit",
    "support",
    "support_all",
    "take_item",
    "undo",
    "unmerge",
    "withdraw_support",
    "word",
]
