"""The plan of a meeting out of a policy and the tables: who speaks in which order, for how long, and why, in figures.

A pure function of its sources: the same tables and the same policy give the same plan, byte for byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from ...results.rules.scores import band, exact_of, half_up, shown_of
from .lengths import Line, share_out
from .picks import Candidate, Picked, picked
from .policy import Policy, Segment

Json = dict[str, Any]

#: What the host says before and after: how the rundown calls it.
OPENING: Final = ("开场", "Opening")
CLOSING: Final = ("总结", "Closing")
#: So many points away from 100 count for a length, at most.
MOST_POINTS: Final = 30


@dataclass(frozen=True)
class Sources:
    """What a plan is made from. `groups` are the units by the name that the policy gives their peer group, with that
    group's own names in `called`; `speakers` is who heads a unit, as `{name, title}`."""

    policy: Policy
    groups: Mapping[str, Sequence[Candidate]]
    called: Mapping[str, Json]
    speakers: Mapping[int, Json]


def raw_length(segment: Segment, scores: Sequence[Fraction | None]) -> Fraction:
    """`base_s + per_point_s · min(|score − 100|, 30)` in seconds, of a duel the mean of the two; whoever has no score
    has nothing but the base."""
    return sum((_raw(segment, score) for score in scores), Fraction(0)) / len(scores)


def _raw(segment: Segment, score: Fraction | None) -> Fraction:
    away = Fraction(0) if score is None else min(abs(score - 100), Fraction(MOST_POINTS))
    return Fraction(segment.base_s) + Fraction(segment.per_point_s) * away


def plan(sources: Sources) -> Json:
    """`{slots, opening_s, closing_s, interruptions_s, reserve_s, total_s}`; the seconds of all add up to the total.

    Raises DoesNotFit where the shortest lengths are more than what is available.
    """
    policy = sources.policy
    lines = picked(policy.segments, sources.groups)
    shared = share_out([_line(line) for line in lines], policy.available_s)
    slots: list[Json] = []
    pairs = 0
    for line, seconds in zip(lines, shared.lengths, strict=True):
        pairs += len(line) > 1
        slots += [_slot(sources, one, seconds, pairs if len(line) > 1 else None) for one in line]
    return {
        "slots": slots, "opening_s": policy.opening_s, "closing_s": policy.closing_s,
        "interruptions_s": policy.interruptions_s, "reserve_s": policy.reserve_s + shared.rest,
        "total_s": policy.total_s,
    }  # fmt: skip


def _line(line: Sequence[Picked]) -> Line:
    segment = line[0].segment
    raw = raw_length(segment, [one.unit.score for one in line])
    return Line(raw, segment.shortest_s, segment.longest_s, len(line))


def _slot(sources: Sources, one: Picked, seconds: int, pair: int | None) -> Json:
    segment, unit = one.segment, one.unit
    speaker = sources.speakers.get(unit.unit_id, {"name": "", "title": ""})
    return {
        "segment": segment.name, "segment_en": segment.name_en, "pick": segment.pick.value,
        "unit_id": unit.unit_id, "unit": unit.name, "unit_en": unit.name_en,
        "speaker": speaker["name"], "speaker_title": speaker["title"],
        "seconds": seconds, "pair": pair, "at_zero": segment.at_zero.value, "grace_s": segment.grace_s,
        "shortest_s": segment.shortest_s, "longest_s": segment.longest_s,
        "reason": _reason(sources, one),
    }  # fmt: skip


def _reason(sources: Sources, one: Picked) -> Json:
    """The figures that the sentence about a slot is made of; scores as they are shown and exactly."""
    unit = one.unit
    called = sources.called.get(one.segment.group, {"name": "", "name_en": ""})
    return {
        "group": called["name"], "group_en": called["name_en"], "rank": unit.rank, "of": unit.of,
        "score": shown_of(unit.score), "score_exact": exact_of(unit.score),
        "band": band(unit.score).value if unit.score is not None else None,
        "toward_stretch": _toward_stretch(unit.score),
        "previous_rank": unit.previous_rank,
        "places": unit.previous_rank - unit.rank if unit.previous_rank and unit.rank else None,
        "gain": shown_of(unit.gain), "below": unit.below, "missing": list(unit.missing),
        "rival": _rival(one.rival), "difference": _difference(one), "tied": one.is_tied,
    }  # fmt: skip


def _toward_stretch(score: Fraction | None) -> str | None:
    """How much of the way from the baseline target to the stretch target is gone, in whole percent; None below."""
    if score is None or score < 100:
        return None
    return f"{half_up(min((score - 100) * 5, Fraction(100)), 0):f}"


def _rival(rival: Candidate | None) -> Json | None:
    if rival is None:
        return None
    return {"unit_id": rival.unit_id, "unit": rival.name, "unit_en": rival.name_en, "rank": rival.rank,
            "score": shown_of(rival.score)}  # fmt: skip


def _difference(one: Picked) -> str | None:
    if one.rival is None or one.unit.score is None or one.rival.score is None:
        return None
    return shown_of(abs(one.unit.score - one.rival.score))


def told(policy: Policy) -> Json:
    """A policy as it is kept and digested: its keys and values as they come in, decimals as text."""
    return {
        "minutes": policy.minutes, "opening_s": policy.opening_s, "closing_s": policy.closing_s,
        "reserve_s": policy.reserve_s, "interruptions_s": policy.interruptions_s, "silent_after": policy.silent_after,
        "segments": [
            {
                "name": one.name, "name_en": one.name_en, "pick": one.pick.value, "group": one.group,
                "count": one.count, "base_s": _plain(one.base_s), "per_point_s": _plain(one.per_point_s),
                "shortest_s": one.shortest_s, "longest_s": one.longest_s, "at_zero": one.at_zero.value,
                "grace_s": one.grace_s, "units": list(one.units),
            }
            for one in policy.segments
        ],
    }  # fmt: skip


def _plain(value: Decimal) -> str:
    return exact_of(Fraction(value)) or "0"


def sources_told(sources: Sources) -> Json:
    """All that a plan was made from, as JSON: whoever has this can compute the plan again."""
    return {
        "policy": told(sources.policy),
        "groups": {
            name: {**sources.called[name], "units": [_candidate(one) for one in group]}
            for name, group in sources.groups.items()
        },
        "speakers": {str(unit_id): dict(speaker) for unit_id, speaker in sorted(sources.speakers.items())},
    }


def _candidate(one: Candidate) -> Json:
    return {
        "unit_id": one.unit_id, "unit": one.name, "unit_en": one.name_en, "order": one.order, "of": one.of,
        "rank": one.rank, "score": exact_of(one.score), "previous_rank": one.previous_rank, "gain": exact_of(one.gain),
        "below": one.below, "missing": list(one.missing),
    }  # fmt: skip
