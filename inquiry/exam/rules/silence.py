"""Heads who have not earned the floor (一把手长时间发不了言): since when, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ...results.rules.scores import Band


class Unheard(StrEnum):
    """Why a head did not speak in a meeting."""

    ABSENT = "absent"
    DEPUTY = "deputy"
    CUT = "cut"
    INCOMPLETE = "incomplete"
    LAGGING = "lagging"
    LEADING = "leading"
    NEITHER = "neither"


@dataclass(frozen=True)
class Stood:
    """How a unit stood in a meeting: its band in the tables of that plan (None: not ranked), whether it had a slot,
    whether it was there, and the names of those who spoke for it."""

    band: Band | None = None
    was_planned: bool = False
    was_absent: bool = False
    spoke: Sequence[str] = ()


@dataclass(frozen=True)
class Meeting:
    session_id: int
    day: date
    units: Mapping[int, Stood] = field(default_factory=dict)


@dataclass(frozen=True)
class Silence:
    """`meetings` counts those since the head came into office, `silent` the last of them in a row without a word;
    `last` is the one in which the head spoke last, and `why` says why not in each silent one, the newest first."""

    meetings: int
    silent: int
    last: Meeting | None
    why: Sequence[tuple[Meeting, Unheard]]


def silence(unit_id: int, head: str, since: date | None, meetings: Sequence[Meeting]) -> Silence:
    """Of one head in office `since` a day (None: since before anybody wrote it down). `meetings` are those that were
    held, the newest first; those that were not about the unit's peers do not count."""
    own = [one for one in meetings if unit_id in one.units and (since is None or one.day >= since)]
    why: list[tuple[Meeting, Unheard]] = []
    for one in own:
        stood = one.units[unit_id]
        if head in stood.spoke:
            return Silence(len(own), len(why), one, why)
        why.append((one, unheard(stood)))
    return Silence(len(own), len(why), None, why)


def unheard(stood: Stood) -> Unheard:
    """A deputy's words do not break a head's silence."""
    if stood.spoke:
        return Unheard.DEPUTY
    if stood.was_absent:
        return Unheard.ABSENT
    if stood.was_planned:
        return Unheard.CUT
    return _BY_BAND[stood.band]


_BY_BAND = {
    None: Unheard.INCOMPLETE, Band.LAGGING: Unheard.LAGGING, Band.LEADING: Unheard.LEADING,
    Band.HOLDING: Unheard.NEITHER,
}  # fmt: skip
