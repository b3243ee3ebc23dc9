"""Which questions are meant by what somebody types into a search: words in any order, a number, a unit's name."""

import re
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import ColumnElement

from ...accounts.models import Unit
from ...core import text
from ...core.db import Db
from .. import rules
from ..models import Question, QuestionState

#: `rules.is_public`, said to the database.
PUBLIC: Final = and_(Question.state.in_(sorted(rules.PUBLIC_WORDS)), Question.approved_at.is_not(None))

#: 12, #12, 12号, 第12号, No.12
_NUMBER: Final = re.compile(r"(?:#|第|no\.?)?(\d{1,8})号?", re.ASCII)
#: A shorter word is in the name of half of all units.
_LEAST_OF_A_NAME: Final = 2


def fitting(db: Db, typed: str) -> list[ColumnElement[bool]]:
    """Conditions on Question, none where nothing was typed: each word is in its text or in the name of its unit, or is
    its number.
    """
    return [_has(db, term) for term in text.search_terms(typed)]


def fitting_families(db: Db, typed: str) -> list[ColumnElement[bool]]:
    """The same, where a question is also found by one that was merged into it after it had been approved."""
    wanted = fitting(db, typed)
    if not wanted:
        return []
    merged = select(Question.root_id).where(
        Question.root_id != Question.id,  # by which the few of them are found
        Question.state == QuestionState.MERGED,
        Question.approved_at.is_not(None),
        *wanted,
    )
    return [or_(and_(*wanted), Question.id.in_(merged))]


def _has(db: Db, term: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [Question.search_text.contains(term, autoescape=True)]
    if number := _NUMBER.fullmatch(term):
        ways.append(Question.number == int(number[1]))
    if len(term) >= _LEAST_OF_A_NAME and (units := _units_named(db, term)):
        ways.append(Question.unit_id.in_(units))
    return or_(*ways)


def _units_named(db: Db, term: str) -> list[int]:
    """A city has some hundreds of units, and their names are kept as they are written."""
    wanted = text.look_alike(term)
    named = db.execute(select(Unit.id, Unit.name, Unit.name_en))
    return [one for one, *names in named if any(wanted in text.look_alike(name) for name in names)]
