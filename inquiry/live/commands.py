"""The writes of the evening, in the order in which it happens."""

from .floor import FloorChange, clear_floor, close, lock_as_seen, take_item
from .preparation import call_off, change_session, close_intake, create_session, go_live, not_begun, open_intake
from .rundown import (
    add_item,
    change_item,
    insert_question_item,
    move_item,
    remove_item,
    reword_items,
    show_question,
)
from .slots import call_time, end_slot, extend_slot, pause_slot, resume_slot, start_slot

__all__ = [
    "FloorChange",
    "add_item",
    "call_off",
    "call_time",
    "change_item",
    "change_session",
    "clear_floor",
    "close",
    "close_intake",
    "create_session",
    "end_slot",
    "extend_slot",
    "go_live",
    "insert_question_item",
    "lock_as_seen",
    "move_item",
    "not_begun",
    "open_intake",
    "pause_slot",
    "remove_item",
    "resume_slot",
    "reword_items",
    "show_question",
    "start_slot",
    "take_item",
]
