"""Who has the right to send a picture to the stage at an instant, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from inquiry.live.models import AtZero, Item, ItemState, Session, SessionState, Slot
from inquiry.media import rights
from inquiry.media.models import Part, Place
from inquiry.media.rights import Evening, Right
from inquiry.permissions import Role

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OURS, OTHER, THIRD, FOURTH = 5, 6, 7, 8


def item(number: int, unit: int | None, state: ItemState = ItemState.PLANNED, speaker: str = "某某") -> Item:
    return Item(id=number, position=number, unit_id=unit, state=state, speaker=speaker)


def slot(unit: int, of: int, *, seconds: int = 60, at_zero: AtZero = AtZero.END, paused: bool = False) -> Slot:
    began = NOW - timedelta(seconds=30)
    return Slot(
        item_id=of, unit_id=unit, allotted_ms=seconds * 1000, extended_ms=0, paused_ms=0, started_at=began,
        paused_at=NOW if paused else None, ended_at=None, at_zero=at_zero, grace_ms=0, time_called_at=None,
    )  # fmt: skip


def evening(
    slot: Slot | None = None, *items: Item, ended: dict[int, int] | None = None,
    rivals: dict[int, Item] | None = None, state: SessionState = SessionState.LIVE, floor: int = 0,
) -> Evening:  # fmt: skip
    return Evening(Session(state=state, floor_item_id=floor or None), slot, items, ended or {}, rivals or {}, floor)


ON = item(1, OURS, ItemState.ON_AIR)
STAGE = Right(Part.SPEAKER, Place.STAGE, OURS, 1)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(evening(slot(OURS, 1), ON), STAGE, id="its slot runs"),
        pytest.param(evening(slot(OURS, 1, paused=True), ON), STAGE, id="a pause takes nothing away"),
        pytest.param(evening(slot(OURS, 1, seconds=30), ON), None, id="it is cut in this instant, whoever noticed"),
        pytest.param(
            evening(slot(OURS, 1, seconds=30, at_zero=AtZero.COUNT_OVER), ON), STAGE, id="over time, which counts over"
        ),
        pytest.param(evening(None, ON, ended={1: 1}), None, id="its slot has ended while the item is on air"),
        pytest.param(
            evening(slot(OURS, 1), ON, ended={1: 1}), Right(Part.SPEAKER, Place.STAGE, OURS, 1, 1), id="a second slot"
        ),
        pytest.param(evening(slot(OTHER, 2), item(2, OTHER, ItemState.ON_AIR)), None, id="another speaks"),
        pytest.param(evening(None, ON), Right(Part.SPEAKER, Place.GREEN_ROOM, OURS, 1), id="on air, and not begun"),
        pytest.param(
            evening(slot(OTHER, 1), item(1, OTHER, ItemState.ON_AIR), item(2, THIRD), item(3, FOURTH), item(4, OURS)),
            Right(Part.SPEAKER, Place.GREEN_ROOM, OURS, 4), id="third of those to come",
        ),
        pytest.param(
            evening(None, item(2, OTHER), item(3, THIRD), item(4, FOURTH), item(5, OURS)), None, id="fourth to come"
        ),
        pytest.param(evening(None, item(1, OURS, speaker="")), None, id="nobody is planned to speak"),
        pytest.param(evening(None, item(1, OURS, ItemState.DONE)), None, id="spoken before"),
        pytest.param(
            evening(slot(OTHER, 2), item(2, OTHER, ItemState.ON_AIR), ON, rivals={2: ON}),
            Right(Part.SPEAKER, Place.STAGE, OURS, 1, beside=True), id="the other of the duel speaks first",
        ),
        pytest.param(
            evening(slot(OTHER, 2), item(2, OTHER, ItemState.ON_AIR), ended={1: 1}, rivals={2: ON}),
            Right(Part.SPEAKER, Place.STAGE, OURS, 1, beside=True), id="the other of the duel answers",
        ),
        pytest.param(
            evening(slot(OTHER, 2, seconds=30), item(2, OTHER, ItemState.ON_AIR), ended={1: 1}, rivals={2: ON}), None,
            id="the duel is over",
        ),
        pytest.param(
            evening(None, ON, item(2, OTHER), ended={1: 1}, rivals={1: item(2, OTHER)}, floor=1),
            Right(Part.SPEAKER, Place.STAGE, OURS, 1, beside=True), id="of a duel: has spoken, the other is to begin",
        ),
        pytest.param(
            evening(slot(OURS, 1, seconds=30), ON, item(2, OTHER), rivals={1: item(2, OTHER)}, floor=1),
            Right(Part.SPEAKER, Place.STAGE, OURS, 1, beside=True), id="of a duel: is cut in this instant",
        ),
        pytest.param(
            evening(None, ON, ended={1: 1, 2: 1}, rivals={1: item(2, OTHER)}, floor=1), None,
            id="of a duel: both have spoken",
        ),
        pytest.param(
            evening(None, ON, item(2, OTHER, ItemState.ON_AIR), ended={1: 1}, rivals={2: ON}, floor=2),
            Right(Part.SPEAKER, Place.STAGE, OURS, 1, beside=True), id="of a duel: the other is on air, and not begun",
        ),
        pytest.param(
            evening(None, item(1, OTHER, ItemState.ON_AIR), item(2, OURS), rivals={1: item(2, OURS)}, floor=1),
            Right(Part.SPEAKER, Place.GREEN_ROOM, OURS, 2), id="of a duel: is to begin",
        ),
        pytest.param(
            evening(
                None, item(1, OTHER), item(2, THIRD), item(3, FOURTH), item(4, OTHER, ItemState.ON_AIR), item(5, OURS),
                floor=4,
            ),
            Right(Part.SPEAKER, Place.GREEN_ROOM, OURS, 5), id="comes next, and others were passed over",
        ),
        pytest.param(
            evening(None, item(1, OURS), item(2, THIRD, ItemState.ON_AIR), item(3, FOURTH), floor=2),
            Right(Part.SPEAKER, Place.GREEN_ROOM, OURS, 1), id="was passed over, and there is room",
        ),
        pytest.param(evening(slot(OURS, 1), ON, state=SessionState.CLOSED), None, id="the session is over"),
    ],
)  # fmt: skip
def test_a_speaker_has_it_while_the_slot_runs_and_behind_the_stage_before(
    found: Evening, expected: Right | None
) -> None:
    assert rights.right(Role.OFFICIAL, {OURS}, found, NOW) == expected


@pytest.mark.parametrize("role", Role)
def test_of_all_others_the_host_and_leaders_alone(role: Role) -> None:
    expected = {Role.HOST: Part.HOST, Role.LEADER: Part.LEADER}.get(role)
    found = rights.right(role, {OURS}, evening(slot(OURS, 1), ON), NOW) if role is not Role.OFFICIAL else None
    assert (found and found.part) == expected
    assert rights.right(role, {OURS}, evening(state=SessionState.CLOSED), NOW) is None


@pytest.mark.parametrize("role", [Role.HOST, Role.LEADER])
def test_before_it_is_live_nobody_is_on_the_stage(role: Role) -> None:
    for state, place in ((SessionState.PLANNED, Place.GREEN_ROOM), (SessionState.LIVE, Place.STAGE)):
        found = rights.right(role, (), evening(None, ON, state=state), NOW)
        assert found is not None
        assert found.place is place
        assert found.is_heard is (place is Place.STAGE)


def test_the_same_right_goes_on_from_the_green_room_to_the_stage_and_not_to_a_second_slot() -> None:
    before = rights.right(Role.OFFICIAL, {OURS}, evening(None, ON), NOW)
    on = rights.right(Role.OFFICIAL, {OURS}, evening(slot(OURS, 1), ON), NOW)
    again = rights.right(Role.OFFICIAL, {OURS}, evening(slot(OURS, 1), ON, ended={1: 1}), NOW)
    assert None not in (before, on, again)
    whats = [one.what for one in (before, on, again) if one]
    assert whats[0] == whats[1] != whats[2]
