"""Lists of many questions go by indexes: what a database would do for them, not how long it takes on some machine."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from inquiry.core import clock
from inquiry.core.db import Db
from inquiry.questions import desk_lists
from inquiry.questions.desk_lists import DeskList
from inquiry.questions.queries import lists, open_questions
from inquiry.questions.queries.lists import Filters, Sort
from tests.questions.conftest import EIGHT, Floor
from tests.support.statements import plans

VOTES = {"ix_supports_question_id_at", "ix_questions_merged"}
PUBLIC = {"ix_questions_approved_at_state_root_id"}
#: A whole table, where it is not read in the order of an index.
WHOLE = re.compile(r"Seq Scan on (questions|supports)|SCAN (questions|supports)\w*\b(?! USING)")


def board(sort: Sort, **narrowed: Any) -> Callable[[Floor, Db], object]:
    return lambda _floor, db: lists.board(db, Filters(**narrowed), clock.now(), sort)


def found(sort: Sort) -> Callable[[Floor, Db], object]:
    return lambda floor, db: desk_lists.find(db, floor.session, DeskList.OPEN, "", None, sort, None, EIGHT)


@pytest.mark.parametrize(
    ("look", "indexes"),
    [
        (board(Sort.NEWEST), PUBLIC),
        (board(Sort.SUPPORTED), PUBLIC | VOTES),
        (board(Sort.SUPPORTED, text="路灯"), VOTES),
        (found(Sort.NEWEST), set()),
        (found(Sort.SUPPORTED), VOTES),
        (found(Sort.NEEDS), VOTES),
        (lambda floor, db: open_questions.of(db, floor.session, EIGHT), VOTES),
        (lambda floor, db: open_questions.ordered_at(db, floor.session, Sort.NEEDS, 1, EIGHT), VOTES),
    ],
)  # fmt: skip
def test_a_long_list_goes_by_an_index(floor: Floor, look: Callable[[Floor, Db], object], indexes: set[str]) -> None:
    floor.support(floor.approved())
    plan = plans(lambda db: look(floor, db))
    assert {one for one in indexes if one not in plan} == set(), plan
    assert not WHOLE.search(plan), plan
