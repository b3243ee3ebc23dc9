"""Who pages through a list misses nothing and sees nothing twice, whatever happens meanwhile."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.questions.commands import asking, moderation
from inquiry.questions.models import QuestionState, RefusalReason
from inquiry.questions.queries import lookup, open_questions
from inquiry.questions.queries.lists import Board, Sort
from inquiry.questions.queries.places import Place
from tests.questions.conftest import EIGHT, Clock, Floor, do, imported
from tests.questions.test_lists import ids, page_of
from tests.support.application import Say

S = QuestionState

# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(floor: Floor) -> list[int]:
    """45 public questions; 15 have one vote."""
    do(asking.import_questions, floor.moderator, floor.session,
       [imported(str(number), f"第{number}个问题") for number in range(45)])  # fmt: skip
    with unit_of_work() as uow:
        waiting = lookup.of_session(uow.db, floor.session, [S.WAITING])
        for question in waiting:
            question.state, question.approved_at = S.APPROVED, EIGHT - timedelta(minutes=45 - question.number // 3)
    found = [question.id for question in waiting]
    for question_id in found[::3]:
        floor.support(question_id, floor.phone)
    return found


def vote_and_ask(floor: Floor, clock: Clock, page: Board) -> None:
    """What happens while somebody reads a page: what stands last gets support, another question is made public."""
    clock.forward(seconds=5)
    last = page_of(page.behind, Sort.SUPPORTED).rows[-1].question.id if page.behind else ids(page)[0]
    floor.support(last, *(floor.city.phone() for _ in range(3)))
    floor.approved(f"又来一个问题{last}", phone=floor.city.phone())


@pytest.mark.parametrize("sort", [Sort.SUPPORTED, Sort.NEWEST])
def test_pages_miss_nothing_and_repeat_nothing_while_votes_come_in(
    floor: Floor, clock: Clock, many: list[int], sort: Sort
) -> None:
    clock.forward(seconds=1)
    page = page_of(None, sort)
    first, seen, numbers = ids(page), ids(page), [page.number]
    while page.behind:
        vote_and_ask(floor, clock, page)
        page = page_of(page.behind, sort)
        seen += ids(page)
        numbers.append(page.number)
    assert sorted(seen) == sorted(many)
    assert (numbers, page.pages, page.total) == ([1, 2, 3], 3, 45)
    while page.before:
        vote_and_ask(floor, clock, page)
        page = page_of(page.before, sort)
    assert (ids(page), page.number) == (first, 1)
    assert page_of(None, Sort.SUPPORTED).total > 45


def test_what_leaves_the_list_moves_no_other_out_of_sight(floor: Floor, many: list[int]) -> None:
    page = page_of(None)
    for question in ids(page)[:5]:
        floor.decide(moderation.refuse, question, RefusalReason.SPAM)
    second = page_of(page.behind)
    assert sorted(ids(page) + ids(second) + ids(page_of(second.behind))) == sorted(many)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1",
        "1-2-3-4-5",
        "a-b-c-d-e-f",
        "1-2-3-4-5-6-7",
        "-1-2-3-4-5-6",
        f"{9**17}-1-1-1-0-0",
        "1-1-1-1-0-0",
        "9" * 110,
    ],
)
def test_an_address_that_was_cut_off_shows_the_beginning(written: str) -> None:
    assert Place.parse(written) is None


def test_the_address_of_a_page_shows_it(app: Flask, many: list[int]) -> None:
    browser = app.test_client()
    first = browser.get("/questions?sort=supported").get_data(as_text=True)
    [later] = re.findall(r'rel="next"\s+href="([^"]+)"', first)
    second = browser.get(html.unescape(later)).get_data(as_text=True)
    assert 'rel="prev"' in second
    assert "不因支持数变化而遗漏或重复" in second
    assert not set(re.findall(r"/questions/\d+", first)) & set(re.findall(r"/questions/\d+", second))
    assert browser.get("/questions?at=1-2-3").status_code == browser.get("/questions?page=3").status_code == 200


# --- on phones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("forget", [False, True])
def test_a_phone_pages_on_in_the_order_it_began_with(
    floor: Floor, clock: Clock, many: list[int], say: Say, sort: Sort, forget: bool
) -> None:
    """Also where another process told it the first page."""
    clock.forward(seconds=1)
    answer = say(floor.phone, "questions.listing", session=floor.session, sort=sort.value)
    seen, as_of = [row["id"] for row in answer["questions"]], answer["as_of"]
    for page in (2, 3):
        clock.forward(seconds=5)
        floor.support(many[-page], *(floor.city.phone() for _ in range(3)))
        floor.approved(f"又来一个问题{page}", phone=floor.city.phone())
        if forget:
            open_questions._memories.here().clear()
        answer = say(floor.phone, "questions.listing", session=floor.session, sort=sort.value, page=page, as_of=as_of)
        seen += [row["id"] for row in answer["questions"]]
        assert (answer["as_of"], answer["total"]) == (as_of, 45)
    assert sorted(seen) == sorted(many)


def test_what_was_taken_down_is_not_listed_in_an_order_of_before(floor: Floor, many: list[int], say: Say) -> None:
    first = say(floor.phone, "questions.listing", session=floor.session, sort="newest")
    taken_down = many[20]
    floor.decide(moderation.refuse, taken_down, RefusalReason.PRIVATE)
    for page in (1, 2, 3):
        answer = say(floor.phone, "questions.listing", session=floor.session, sort="newest", page=page,
                     as_of=first["as_of"])  # fmt: skip
        assert taken_down not in [row["id"] for row in answer["questions"]]


@pytest.mark.parametrize("as_of", [0, -1, 10**15, "1", True])
def test_a_moment_that_cannot_be_is_refused(floor: Floor, say: Say, as_of: object) -> None:
    answer = say(floor.phone, "questions.listing", session=floor.session, as_of=as_of)
    assert answer["error"]["code"] == "BAD_INPUT"
