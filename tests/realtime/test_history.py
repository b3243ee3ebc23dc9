"""What was told of a session, and what somebody who comes back is given of it."""

from typing import Any

import pytest

from inquiry.realtime.history import CATCH_UP_LIMIT, Body, History

PUBLIC, STAFF = "session:7:public", "session:7:staff"


def body(seq: int, stream: str = PUBLIC) -> Body:
    return {"stream": stream, "seq": seq, "hash": f"h{seq}", "payload": {}, "state": {}}


def at(**numbers: int) -> History:
    names = {"public": PUBLIC, "staff": STAFF}
    return History.at({names[name]: {"seq": seq, "hash": f"h{seq}"} for name, seq in numbers.items()})


def told(known: History, *bodies: Body) -> History:
    for one in bodies:
        known = known.told(one)
    return known


def numbers(bodies: list[Body] | None) -> Any:
    return None if bodies is None else [(one["stream"].rsplit(":", 1)[1], one["seq"]) for one in bodies]


def test_the_streams_stand_where_the_last_entry_was_told() -> None:
    assert told(at(public=41), body(42)).positions == {PUBLIC: {"seq": 42, "hash": "h42"}}


@pytest.mark.parametrize(
    ("seen", "given"),
    [(43, []), (42, [43]), (41, [42, 43]), (40, None), (-1, None), (44, None)],
    ids=["up to date", "one missed", "all that is held", "from before", "no number", "of another history"],
)
def test_who_comes_back_is_given_what_is_missing(seen: int, given: list[int] | None) -> None:
    known = told(at(public=41), body(42), body(43))
    assert numbers(known.since({PUBLIC: seen})) == (None if given is None else [("public", seq) for seq in given])


def test_two_streams_are_given_in_the_order_in_which_they_were_told() -> None:
    """A row that changed in both is right only in that order."""
    known = told(at(public=41, staff=7), body(42), body(8, STAFF), body(43))
    assert numbers(known.since({PUBLIC: 41, STAFF: 7})) == [("public", 42), ("staff", 8), ("public", 43)]
    assert numbers(known.since({PUBLIC: 42, STAFF: 8})) == [("public", 43)]
    assert known.since({PUBLIC: 42}) is None


def test_only_so_many_are_held() -> None:
    known = told(at(public=0), *(body(seq) for seq in range(1, CATCH_UP_LIMIT + 3)))
    assert known.since({PUBLIC: 1}) is None
    assert len(known.since({PUBLIC: 2}) or []) == CATCH_UP_LIMIT


def test_what_came_before_is_put_before_it() -> None:
    known = told(at(public=41, staff=0), body(42)).reaching_back([body(39), body(40), body(41), body(42)])
    assert numbers(known.since({PUBLIC: 38, STAFF: 0})) == [("public", seq) for seq in (39, 40, 41, 42)]
    assert known.since({PUBLIC: 37, STAFF: 0}) is None


def test_nothing_is_put_before_what_is_full() -> None:
    """Between the older entries and those that are held some would be missing."""
    full = told(at(public=41), *(body(seq) for seq in range(42, 42 + CATCH_UP_LIMIT + 9)))
    assert full.reaching_back([body(40), body(41)]) == full


def test_a_jump_never_leads_back() -> None:
    known = told(at(public=41, staff=7), body(42)).jumped(
        {PUBLIC: {"seq": 41, "hash": "h41"}, STAFF: {"seq": 300, "hash": "h300"}}
    )
    assert known.seen == {PUBLIC: 42, STAFF: 300}
    assert known.since({PUBLIC: 42, STAFF: 299}) is None
