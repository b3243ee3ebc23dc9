"""The writes of responses, in the order in which they happen."""

from .asker import judge_answer, reopen_question
from .closing import Closed, call_off_session, close_session
from .recording import answer_in_writing, correct_response, record_response
from .words import add_vague_word, remove_vague_word

__all__ = [
    "Closed",
    "add_vague_word",
    "answer_in_writing",
    "call_off_session",
    "close_session",
    "correct_response",
    "judge_answer",
    "record_response",
    "remove_vague_word",
    "reopen_question",
]
