"""The order of a rundown: a case, then what lies in it, then the next; cases do not lie in one another.

A place is told by a neighbour and never by a number, so that two who move different lines at once do not disturb each
other: *before* that item, and so in the case that holds it; or at the end of a case, or of everything.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from .models import ItemKind


class Nested(Protocol):
    """The part of an item that its place is reckoned from."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def case_id(self) -> int | None: ...


N = TypeVar("N", bound=Nested)

#: Before which item, and in which case; both None is the end of all.
Place = tuple[int | None, int | None]


def families(items: Iterable[N]) -> list[list[N]]:
    """Each case with what lies in it, and each item that lies in none, in their order."""
    lines = list(items)
    cases = {one.id for one in lines if one.kind is ItemKind.CASE}
    found: dict[int, list[N]] = {one.id: [one] for one in lines if one.case_id not in cases}
    for one in lines:
        if one.case_id in cases:
            found[one.case_id].append(one)
    return list(found.values())


def tidied(items: Iterable[N]) -> list[N]:
    """The items so that each case has what lies in it right behind it."""
    return [one for family in families(items) for one in family]


def moved(items: Sequence[N], family: Sequence[N], before: N | None, case: N | None) -> list[N]:
    """The order with some lines (an item, or a case with what lies in it) put before another, or at the end of a case,
    or of all; `case_id` of what moves says already where it is to lie."""
    rest = [one for one in items if one not in family]
    at = len(rest)
    if before is not None:
        at = rest.index(before)
    elif case is not None:
        at = max(place for place, one in enumerate(rest) if one is case or one.case_id == case.id) + 1
    return [*rest[:at], *family, *rest[at:]]


def restored(items: Sequence[N], touched: Iterable[int], order: Sequence[int]) -> list[N]:
    """The order with the touched lines where an earlier order had them: each before whoever stood behind it there and
    is still here."""
    known = {one.id: one for one in items}
    wanted = [number for number in order if number in known and number in set(touched)]
    result = [one for one in items if one.id not in set(wanted)]
    for number in reversed(wanted):
        behind = [one for one in order[order.index(number) + 1 :] if one not in known or known[one].case_id != number]
        there = [one.id for one in result]
        at = next((there.index(one) for one in behind if one in there), len(result))
        result.insert(at, known[number])
    return tidied(result)


def steps(items: Sequence[Nested]) -> dict[int, dict[str, Place]]:
    """Where each item can go from where it is by one step: `up`, `down`, `into` the case above, `out` of its case. The
    twin of `steps` in static/link/places.js."""
    groups = families(items)
    heads: list[int | None] = [family[0].id for family in groups]
    ends = [*heads, None]
    found: dict[int, dict[str, Place]] = {}
    for at, (head, *inside) in enumerate(groups):
        ways: dict[str, Place] = {}
        if at > 0:
            ways["up"] = (heads[at - 1], None)
            above = groups[at - 1][0]
            if above.kind is ItemKind.CASE and head.kind is not ItemKind.CASE:
                ways["into"] = (None, above.id)
        if at + 1 < len(groups):
            ways["down"] = (ends[at + 2], None)
        found[head.id] = ways
        for place, child in enumerate(inside):
            found[child.id] = {"out": (ends[at + 1], None)}
            if place > 0:
                found[child.id]["up"] = (inside[place - 1].id, head.id)
            if place + 1 < len(inside):
                behind = inside[place + 2].id if place + 2 < len(inside) else None
                found[child.id]["down"] = (behind, head.id)
    return found


def displaced(before: Sequence[int], after: Sequence[int], fixed: Iterable[int] = ()) -> set[int]:
    """Which of the lines of both orders have to be said to have moved, as few as possible: those outside of the longest
    sequence that kept its order, in which all the `fixed` ones are wherever that can be."""
    place = {number: at for at, number in enumerate(before)}
    kept = [number for number in after if number in place]
    anchored = set(fixed)
    weight = {number: len(kept) + 1 if number in anchored else 1 for number in kept}
    best: list[tuple[int, int]] = []  # the weight of the best sequence that ends here, and where it came from
    for at, number in enumerate(kept):
        earlier = [(best[i][0], i) for i in range(at) if place[kept[i]] < place[number]]
        most, source = max(earlier, default=(0, -1))
        best.append((most + weight[number], source))
    stays: set[int] = set()
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        stays.add(kept[at])
        at = best[at][1]
    return set(kept) - stays
