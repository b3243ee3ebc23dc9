"""The writes of pledges, in the order of a pledge's life."""

from .checking import accept_pledge, return_pledge
from .extensions import ask_extension, refuse_extension, sign_extension
from .progress import add_evidence, add_picture, claim_done, report_progress
from .recording import confirm_pledge, correct_pledge, dispute_pledge, let_spoken_version_stand, record_pledge

__all__ = [
    "accept_pledge",
    "add_evidence",
    "add_picture",
    "ask_extension",
    "claim_done",
    "confirm_pledge",
    "correct_pledge",
    "dispute_pledge",
    "let_spoken_version_stand",
    "record_pledge",
    "refuse_extension",
    "report_progress",
    "return_pledge",
    "sign_extension",
]
