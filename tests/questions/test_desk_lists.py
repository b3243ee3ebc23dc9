"""What a desk looks up beyond its windows: the crew's lists in each order, and how much stands in each lane."""

from datetime import timedelta
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.permissions import Role
from inquiry.questions import desk_lists
from inquiry.questions.commands import moderation
from inquiry.questions.desk_lists import DeskList
from inquiry.questions.models import RefusalReason
from inquiry.questions.queries.lists import Sort
from inquiry.questions.queries.places import Place
from inquiry.realtime import ticks
from inquiry.realtime.views import View
from tests.questions.conftest import EIGHT, Clock, Floor
from tests.support.application import Say


def listed(
    floor: Floor, of: DeskList, sort: Sort | None = None, words: str = "", place: Place | None = None
) -> desk_lists.Found:
    with reading() as db:
        return desk_lists.find(db, floor.session, of, words, None, sort, place, EIGHT + timedelta(minutes=30))


@pytest.fixture
def approved(floor: Floor, clock: Clock) -> list[int]:
    """Three questions, ten minutes between them; the first has four votes, the second three, the third none."""
    found = []
    for number, votes in enumerate((4, 3, 0)):
        clock.forward(minutes=10 if number else 0)
        found.append(floor.approved(f"第{number}盏路灯"))
        if votes:
            floor.support(found[-1], *(floor.city.phone() for _ in range(votes)))
    return found


@pytest.mark.parametrize(
    ("sort", "order"),
    [(Sort.SUPPORTED, (0, 1, 2)), (Sort.NEWEST, (2, 1, 0)), (None, (2, 1, 0)), (Sort.NEEDS, (1, 0, 2))],
)
def test_the_host_has_the_open_questions_in_each_order(
    floor: Floor, approved: list[int], sort: Sort | None, order: tuple[int, ...]
) -> None:
    """By votes, by when they were approved, by number, and by how many votes they win in their time."""
    assert listed(floor, DeskList.OPEN, sort).ids == [approved[one] for one in order]


def test_each_list_of_the_moderators_has_its_states(floor: Floor, approved: list[int]) -> None:
    first, second = floor.ask("一号问题"), floor.ask("二号问题")
    refused = floor.ask("三号问题")
    floor.decide(moderation.refuse, refused, RefusalReason.OTHER)
    floor.decide(moderation.merge, approved[2], approved[0])
    assert listed(floor, DeskList.WAITING).ids == [first, second], "what came first is next"
    assert listed(floor, DeskList.APPROVED).ids == [approved[1], approved[0]]
    assert listed(floor, DeskList.REFUSED).ids == [refused]
    assert listed(floor, DeskList.MERGED).ids == [approved[2]]
    assert listed(floor, DeskList.WAITING, words="二号").ids == [second]


def test_a_page_is_bounded_and_the_next_goes_on(
    floor: Floor, approved: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_lists, "DESK_PAGE", 2)
    first = listed(floor, DeskList.OPEN, Sort.SUPPORTED)
    second = listed(floor, DeskList.OPEN, Sort.SUPPORTED, place=first.behind)
    assert (first.ids, second.ids) == (approved[:2], approved[2:])
    assert (first.total, second.total, second.behind) == (3, 3, None)


@pytest.mark.parametrize("sort", [None, *Sort])
@pytest.mark.parametrize("of", [DeskList.OPEN, DeskList.WAITING, DeskList.APPROVED])
def test_who_pages_on_misses_and_repeats_nothing_while_the_crew_works_and_votes_come_in(
    floor: Floor, clock: Clock, say: Say, monkeypatch: pytest.MonkeyPatch, sort: Sort | None, of: DeskList
) -> None:
    """Of each page one leaves the list; what stands last gets more votes than all; another question comes in."""
    monkeypatch.setattr(desk_lists, "DESK_PAGE", 3)
    stand = []
    for number in range(10):
        clock.forward(minutes=1)
        stand.append(floor.ask(f"第{number}条路", phone=floor.city.phone()))
        if of is not DeskList.WAITING:
            floor.decide(moderation.approve, stand[-1])
            floor.support(stand[-1], *(floor.city.phone() for _ in range(number * 7 % 4)))
    clock.forward(minutes=1)
    asked: dict[str, Any] = {"session": floor.session, "list": of.value} | ({"sort": sort.value} if sort else {})
    seen: list[int] = []
    gone: set[int] = set()
    answer: dict[str, Any] = {}
    while not seen or answer["behind"]:
        after = {"after": answer["behind"]} if seen else {}
        answer = say(floor.moderator, "questions.find", **asked, **after)
        seen += answer["ids"]
        clock.forward(seconds=1)
        gone.add(answer["ids"][0])
        floor.decide(moderation.refuse, answer["ids"][0], RefusalReason.OTHER)
        late = floor.ask(f"后来的{len(seen)}", phone=floor.city.phone())
        if of is not DeskList.WAITING:
            floor.decide(moderation.approve, late)
            left = [one for one in stand if one not in gone]
            floor.support(min(left, key=lambda one: one in seen), *(floor.city.phone() for _ in range(5)))
    assert sorted(one for one in seen if one in stand) == stand
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("sort", [None, *Sort])
def test_a_clock_that_was_put_back_hides_nothing(floor: Floor, approved: list[int], sort: Sort | None) -> None:
    with reading() as db:
        found = desk_lists.find(db, floor.session, DeskList.OPEN, "", None, sort, None, EIGHT - timedelta(hours=1))
    assert sorted(found.ids) == approved


@pytest.mark.parametrize("after", ["", "1", "1-2-3-4-5", "a-b-c-d-e-f", "9" * 101, 7])
def test_what_is_no_place_is_refused(floor: Floor, say: Say, after: object) -> None:
    answer = say(floor.moderator, "questions.find", session=floor.session, list="open", after=after)
    assert answer["error"]["code"] == "BAD_INPUT"


def test_the_lanes_are_counted_for_the_crew_alone(floor: Floor, approved: list[int]) -> None:
    """What may still be put on air, and what left the air without a response; what is on air is in neither."""

    def told(view: View) -> Any:
        with reading() as db:
            return ticks.compose(db, floor.session, set(), view).get("lanes")

    floor.ask()
    floor.go_live().put(approved[0])
    assert told(View.STAFF) == {"approved": 2, "aired": 0}
    floor.put(approved[1])
    assert told(View.STAFF) == {"approved": 1, "aired": 1}
    assert told(View.PUBLIC) is None


@pytest.mark.parametrize(("role", "may"), [(Role.MODERATOR, True), (Role.HOST, True), (Role.OFFICIAL, False)])
def test_the_lists_are_the_crews(floor: Floor, say: Say, role: Role, may: bool) -> None:
    answer = say(floor.city.person(role), "questions.find", session=floor.session, list="waiting")
    assert answer["ok"] is may
    assert may or answer["error"]["code"] == "FORBIDDEN"
