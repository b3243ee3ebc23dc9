"""The reads of questions: one, the lists people choose from, what is alike, and how the numbers add up."""

from .alike import Alike, candidates, similar
from .finding import (
    aired_without_response,
    by_receipt,
    fate,
    holds,
    of_session,
    public_question,
    question,
    supported,
    tallies,
    totals,
    versions,
)
from .lists import Asked, BoardRow, Counted, Filters, InboxRow, Page, Sort, board, counted, inbox, listing, mine

__all__ = [
    "Alike",
    "Asked",
    "BoardRow",
    "Counted",
    "Filters",
    "InboxRow",
    "Page",
    "Sort",
    "aired_without_response",
    "board",
    "by_receipt",
    "candidates",
    "counted",
    "fate",
    "holds",
    "inbox",
    "listing",
    "mine",
    "of_session",
    "public_question",
    "question",
    "similar",
    "supported",
    "tallies",
    "totals",
    "versions",
]
