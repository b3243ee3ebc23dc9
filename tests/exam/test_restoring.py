"""What was skipped or cut is taken back until the meeting, or its rundown, has moved on."""

import pytest

from inquiry.core.db import reading
from inquiry.errors import Forbidden
from inquiry.exam import refusals
from inquiry.exam.commands import changing
from inquiry.exam.commands.changing import Wish
from inquiry.exam.queries import lookup
from inquiry.live.commands import rundown, steps
from inquiry.live.models import ItemKind
from tests.exam.conftest import Night, do
from tests.support.replay import nothing_changes


def test_only_the_last_is_taken_back_and_only_until_the_meeting_moves_on(held: Night) -> None:
    def restore() -> None:
        do(changing.restore_slots, held.host, held.session, "撤回")

    with pytest.raises(refusals.NothingToRestore), nothing_changes():
        restore()
    skipped = held.slot("庚区")[0].id
    do(changing.skip_slot, held.host, skipped, "未到会", absent=False)
    with pytest.raises(Forbidden), nothing_changes():
        do(changing.restore_slots, held.leader, held.session, "撤回")
    do(changing.change_slot, held.host, held.slot("丁区")[0].id, Wish(seconds=300), "改短")
    with pytest.raises(refusals.PlanMovedOn), nothing_changes():
        restore()
    do(changing.skip_slot, held.host, held.slot("戊区")[0].id, "未到会", absent=True)
    restore()
    with reading() as db:
        assert held.units["戊区"] not in lookup.attendance(db, held.session)
        assert lookup.slot(db, skipped).dropped_at is not None
    do(changing.skip_slot, held.host, held.slot("戊区")[0].id, "未到会", absent=False)
    held.begin("乙区")
    with pytest.raises(refusals.PlanMovedOn), nothing_changes():
        restore()


@pytest.mark.parametrize("by_hand", ["added", "moved", "removed", "changed together"])
def test_nothing_is_put_back_by_its_number_among_lines_that_moved_since(held: Night, by_hand: str) -> None:
    first, second = (
        do(rundown.add_item, held.host, held.session, kind=ItemKind.BREAK, title="茶歇", planned_ms=60_000).id
        for _each in range(2)
    )
    do(changing.skip_slot, held.host, held.slot("庚区")[0].id, "未到会", absent=False)
    if by_hand == "added":
        do(rundown.add_item, held.host, held.session, kind=ItemKind.CLIP, title="短片", planned_ms=1000, position=1)
    elif by_hand == "moved":
        do(rundown.move_item, held.host, second, first)
    elif by_hand == "removed":
        do(rundown.remove_item, held.host, first)
    else:
        do(steps.undo, held.host, held.session)
    with pytest.raises(refusals.PlanMovedOn), nothing_changes():
        do(changing.restore_slots, held.host, held.session, "撤回")
