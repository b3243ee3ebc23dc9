"""What a slot is warned of, and the same time on top for everybody: as tables, and by the commands."""

import pytest

from inquiry.core.db import reading
from inquiry.errors import BadInput
from inquiry.live import queries, refusals, rules
from inquiry.live.commands import rundown, slots
from inquiry.live.models import Slot
from tests.live.conftest import Clock, Evening, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying


@pytest.mark.parametrize(
    ("allotted_ms", "said", "warned"),
    [
        # As usual: half a minute, or a tenth of the time, and ten seconds.
        (180_000, (None, None), (30_000, 10_000)),
        (1_200_000, (None, None), (120_000, 10_000)),
        # What was said is kept, nothing too.
        (180_000, (60_000, None), (60_000, 10_000)),
        (180_000, (None, 0), (30_000, 0)),
        (180_000, (0, 0), (0, 0)),
    ],
)
def test_what_a_slot_is_warned_of(
    allotted_ms: int, said: tuple[int | None, int | None], warned: tuple[int, int]
) -> None:
    assert rules.warned(allotted_ms, *said) == dict(zip(("warning_ms", "danger_ms"), warned, strict=True))


@pytest.mark.parametrize(
    ("extra_ms", "given", "due"),
    [
        # Who has spoken without it has it with the next slot.
        (30_000, [], 30_000),
        (30_000, [0, 0], 30_000),
        # Each unit has it once.
        (30_000, [30_000], 0),
        (60_000, [30_000, 0], 30_000),
        # What was taken back after it was spoken is nobody's debt.
        (0, [30_000], 0),
    ],
)
def test_what_everybody_was_given_and_is_still_due(extra_ms: int, given: list[int], due: int) -> None:
    assert rules.extra_due_ms(extra_ms, given) == due


def test_a_slot_is_never_longer_than_the_longest() -> None:
    assert rules.with_extra(rules.MOST_MS - 20_000, 30_000) == {"extended_ms": 20_000, "extra_ms": 20_000}


# --- set on the item and when the slot starts -------------------------------------------------------------------------


def test_what_is_planned_for_an_item_is_its_slots(on_air: Evening) -> None:
    item = on_air.plan_speaker(90, warning_ms=45_000, danger_ms=5_000)
    slot = on_air.begin(item)
    assert (slot.warning_ms, slot.danger_ms) == (45_000, 5_000)


def test_an_item_without_any_is_warned_of_as_usual(on_air: Evening) -> None:
    slot = on_air.begin(on_air.plan_speaker(1200))
    assert (slot.warning_ms, slot.danger_ms) == (120_000, 10_000)


def test_by_the_doors(on_air: Evening, say: Say) -> None:
    line = say(on_air.host, "live.add_item", session=on_air.session, kind="slot", title="发言", planned_seconds=60,
               warning_seconds=20, danger_seconds="")  # fmt: skip
    item = on_air.item(line["item"])
    assert (item.warning_ms, item.danger_ms) == (20_000, None)
    say(on_air.host, "live.change_item", item=item.id, seen=0, danger_seconds=3)
    say(on_air.host, "live.change_item", item=item.id, seen=1, warning_seconds="")
    item = on_air.item(item.id)
    assert (item.warning_ms, item.danger_ms) == (None, 3_000)
    unit = on_air.city.water.id
    say(on_air.host, "live.start_slot", session=on_air.session, seen=on_air.rev, unit=unit, speaker="周启明",
        seconds=60, warning_seconds=40)  # fmt: skip
    slot = on_air.open_slot()
    assert slot
    assert (slot.warning_ms, slot.danger_ms) == (40_000, 10_000)
    with nothing_changes():
        refused = say(on_air.host, "live.change_item", item=item.id, seen=2, warning_seconds=7201)
    assert refused["error"]["code"] == BadInput.code


# --- the same for everybody -------------------------------------------------------------------------------------------


def units(evening: Evening) -> tuple[int, int]:
    return evening.city.city_management.id, evening.city.water.id


def test_each_unit_has_it_once_spoken_for_or_not(on_air: Evening, clock: Clock) -> None:
    planned = on_air.plan_speaker(60)
    running = on_air.start(180)
    with replaying(on_air.session):
        on_air.press(slots.extend_everybody, 30)
    now = on_air.open_slot()
    assert now
    assert (now.id, now.extended_ms, now.extra_ms) == (running.id, 30_000, 30_000)
    with replaying(on_air.session):
        spoken = on_air.begin(planned)
    assert (spoken.allotted_ms, spoken.extended_ms, spoken.extra_ms) == (60_000, 30_000, 30_000)
    # Neither of them has it again.
    on_air.press(slots.end_slot)
    again = on_air.start(180)
    assert (again.extended_ms, again.extra_ms) == (0, 0)


def test_the_projected_end_knows_of_it_before_anybody_has_spoken_it(on_air: Evening, clock: Clock) -> None:
    on_air.plan_speaker(60)
    on_air.plan_speaker(60)  # the same unit: once is enough
    with reading() as db:
        before = queries.sheet(db, on_air.row, clock.forward()).times
    on_air.press(slots.extend_everybody, 30)
    with reading() as db:
        after = queries.sheet(db, on_air.row, clock.forward()).times
    assert after.drift_ms - before.drift_ms == 30_000
    assert after.planned_end == before.planned_end


def test_the_negative_undoes_it(on_air: Evening) -> None:
    planned = on_air.plan_speaker(60)
    on_air.start(180)
    on_air.press(slots.extend_everybody, 30)
    on_air.press(slots.extend_everybody, -30)
    slot = on_air.open_slot()
    assert slot
    assert (slot.extended_ms, slot.extra_ms, on_air.row.extra_ms) == (0, 0, 0)
    assert on_air.begin(planned).extended_ms == 0


def test_who_has_spoken_it_owes_nothing_when_it_is_taken_back(on_air: Evening) -> None:
    on_air.press(slots.extend_everybody, 30)
    assert on_air.start(60).extra_ms == 30_000
    on_air.press(slots.end_slot)
    on_air.press(slots.extend_everybody, -30)
    assert on_air.start(60).extended_ms == 0


def test_what_was_given_by_hand_stays(on_air: Evening) -> None:
    on_air.start(180)
    on_air.press(slots.extend_slot, 60)
    on_air.press(slots.extend_everybody, 30)
    on_air.press(slots.extend_everybody, -30)
    slot = on_air.open_slot()
    assert slot
    assert slot.extended_ms == 60_000


@pytest.mark.parametrize(
    ("used", "stays"),
    [
        (0, 0),
        (85, 25),  # five seconds of it are left
        (600, 30),  # the slot is over
    ],
)
def test_a_mistake_can_always_be_taken_back(on_air: Evening, clock: Clock, used: int, stays: int) -> None:
    """From everybody else at once; of the slot that runs what has not been spoken."""
    planned = on_air.plan_speaker(60)
    on_air.start(60)
    on_air.press(slots.extend_everybody, 30)
    clock.forward(seconds=used)
    with replaying(on_air.session):
        on_air.press(slots.extend_everybody, -30)
    slot = on_air.open_slot()
    assert slot
    assert (slot.extended_ms, slot.extra_ms, on_air.row.extra_ms) == (stays * 1000, stays * 1000, 0)
    assert on_air.begin(planned).extended_ms == 0


def test_who_speaks_longest_already_is_no_reason_to_refuse_everybody(on_air: Evening) -> None:
    planned = on_air.plan_speaker(60)
    on_air.start(7190)
    with replaying(on_air.session):
        on_air.press(slots.extend_everybody, 30)
    slot = on_air.open_slot()
    assert slot
    assert (slot.extended_ms, slot.extra_ms) == (10_000, 10_000)
    assert on_air.begin(planned).extended_ms == 30_000


@pytest.mark.parametrize(
    ("given", "seconds", "refusal", "most"),
    [
        (30, -31, refusals.BelowTimeUsed, 30),  # more than was given
        (0, 7201, refusals.TooLong, 7200),
    ],
)
def test_what_is_refused(on_air: Evening, given: int, seconds: int, refusal: type[Exception], most: int) -> None:
    on_air.start(60)
    if given:
        on_air.press(slots.extend_everybody, given)
    with nothing_changes(), pytest.raises(refusal) as told:
        on_air.press(slots.extend_everybody, seconds)
    assert told.value.data == {"most": most}  # type: ignore[attr-defined]


def test_changing_an_item_leaves_what_it_is_warned_of(on_air: Evening) -> None:
    item = on_air.plan_speaker(60, warning_ms=20_000)
    do(rundown.change_item, on_air.host, item, title="水务局再发言")
    assert on_air.item(item).warning_ms == 20_000


def test_a_slot_of_before_is_warned_of_as_it_was() -> None:
    assert (Slot.__table__.c.warning_ms.server_default.arg, rules.WARNING_MS) == ("30000", 30_000)
