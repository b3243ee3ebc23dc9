"""The protocol page names every collection and every field of its rows, with the values that states and kinds have."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from inquiry.accounts.models import UnitKind
from inquiry.core.db import reading
from inquiry.exam.models import Interrupter
from inquiry.exam.rules.policy import Pick
from inquiry.graphics.models import Layer
from inquiry.live.models import AtZero, ItemKind, ItemState, SessionKind, SessionState
from inquiry.live.rules import Intake
from inquiry.media.models import PictureSource, PictureState
from inquiry.pledges.models import Confirmation, PledgeOrigin, PledgeState, Specificity
from inquiry.questions.models import QuestionState, RefusalReason
from inquiry.realtime import views
from inquiry.realtime.views import View
from inquiry.responses.models import Medium, ResponseKind
from tests.graphics.conftest import Clock, Desk, Evening, Promise, clock, desk, evening, promise

__all__ = ["Clock", "Desk", "Evening", "Promise", "clock", "desk", "evening", "promise"]

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
VALUES: list[tuple[str, str, type[StrEnum]]] = [
    ("session", "kind", SessionKind), ("session", "state", SessionState), ("session", "intake", Intake),
    ("item", "kind", ItemKind), ("item", "state", ItemState), ("slot", "at_zero", AtZero), ("item", "at_zero", AtZero),
    ("question", "state", QuestionState), ("question", "refusal_reason", RefusalReason),
    ("response", "kind", ResponseKind), ("response", "medium", Medium), ("pledge", "state", PledgeState),
    ("pledge", "confirmation", Confirmation), ("pledge", "specificity", Specificity),
    ("pledge", "origin", PledgeOrigin), ("unit", "kind", UnitKind),
    ("examslot", "pick", Pick), ("interruption", "by", Interrupter),
    ("graphiccard", "layer", Layer), ("onairlayer", "layer", Layer), ("programme", "source", PictureSource),
    ("programme", "state", PictureState),
]  # fmt: skip


def told() -> dict[str, str]:
    """What the table of rows says, by collection."""
    table = PROTOCOL.split("### Rows", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE))


def test_every_field_of_every_row_is_named_in_the_view_that_has_it(desk: Desk) -> None:
    said = told()
    desk.take(desk.prepare())
    desk.output()
    with reading() as db:
        public, crew = (views.whole(db, desk.session, view) for view in (View.PUBLIC, View.STAFF))
    graphics = {"graphiccard", "onairlayer", "output"}
    assert {"session", "item", "question", "response", "pledge", "unit", "totals"} | graphics <= crew.keys()
    for name in crew.keys() - {"window"}:
        for_all, _colon, for_crew = said[name].partition("crew: ")
        fields = {view: {field for row in state[name].values() if row for field in row} for view, state in
                  (("public", public), ("crew", crew))}  # fmt: skip
        assert fields["public"] <= set(re.findall(r"`(\w+)`", for_all)), name
        assert fields["crew"] <= set(re.findall(r"`(\w+)`", for_all + for_crew)), name


@pytest.mark.parametrize(("name", "field", "values"), VALUES)
def test_every_value_of_a_state_or_kind_is_named(name: str, field: str, values: type[StrEnum]) -> None:
    assert f"`{field}` " + r"\|".join(values) in told()[name]
