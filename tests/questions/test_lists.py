"""The lists people choose from: similar ones, open ones, the public board, merging candidates, a unit's inbox."""

from datetime import date, timedelta
from typing import Any

import pytest

from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import NotFound
from inquiry.questions.commands import air, asking, moderation, settling
from inquiry.questions.models import Question, QuestionState, RefusalReason
from inquiry.questions.queries import alike, lists, lookup
from inquiry.questions.queries.lists import Board, Filters, Sort
from inquiry.questions.queries.places import Place
from tests.questions.conftest import EIGHT, Clock, Floor, do, imported
from tests.support.application import Say
from tests.support.statements import statements

S = QuestionState
NOISE = "湖滨路的路灯何时修好？"


def similar(floor: Floor, typed: str) -> list[int]:
    with reading() as db:
        return [one.question.id for one in alike.similar(db, floor.session, typed)]


def board(sort: Sort = Sort.NEWEST, **filters: Any) -> list[int]:
    return ids(page_of(None, sort, **filters))


def page_of(place: Place | None, sort: Sort = Sort.NEWEST, **filters: Any) -> Board:
    """A page, its place having gone through an address."""
    with reading() as db:
        return lists.board(db, Filters(**filters), clocks.now(), sort, Place.parse(str(place)) if place else None)


def ids(page: Board) -> list[int]:
    return [row.question.id for row in page.rows]


# --- similar --------------------------------------------------------------------------------------------------------


def test_what_was_asked_already_is_found_while_typing(floor: Floor) -> None:
    lamps = floor.approved("湖滨路的路灯坏了两个月，什么时候能修好？")
    floor.approved("小区停水三天了，何时恢复？")
    for typed in ("湖滨路路灯", "湖滨路的路灯坏了怎么没人修", "请问湖滨路路灯什么时候修"):
        assert similar(floor, typed) == [lamps]
    assert similar(floor, "公交车晚点太久") == []


@pytest.mark.parametrize("typed", ["", "？", "。。。", "请问", " "])
def test_words_that_say_nothing_find_nothing(floor: Floor, typed: str) -> None:
    floor.approved()
    assert similar(floor, typed) == []


def test_only_what_anybody_may_read_is_found(floor: Floor) -> None:
    floor.ask()
    floor.decide(moderation.refuse, floor.ask(), RefusalReason.SPAM)
    other = floor.plan("下一期")
    elsewhere = floor.ask(session=other)
    floor.decide(moderation.approve, elsewhere)
    assert similar(floor, NOISE) == []


def test_what_was_merged_is_found_under_what_stands_for_it(floor: Floor) -> None:
    root = floor.approved("城区道路照明维修计划")
    unapproved, approved = floor.ask("湖滨路的路灯何时修好"), floor.approved("路灯都不亮，天黑以后不敢出门")
    floor.decide(moderation.merge, unapproved, root)
    floor.decide(moderation.merge, approved, root)
    assert similar(floor, "湖滨路路灯何时能修好") == [root]
    with reading() as db:
        [found] = alike.similar(db, floor.session, "路灯不亮，天黑不敢出门")
    assert (found.question.id, found.question.text) == (root, "城区道路照明维修计划")


def test_at_most_three_are_shown_the_likest_first(floor: Floor, say: Say) -> None:
    likest = floor.approved("湖滨路的路灯何时修好？")
    for number in range(5):
        floor.approved(f"湖滨路的路灯何时修好？已经报修{number}次", phone=floor.city.phone())
    floor.support(likest, floor.phone)
    answer = say(floor.phone, "questions.similar", session=floor.session, text="湖滨路的路灯何时修好")
    assert answer["questions"][0]["id"] == likest
    assert len(answer["questions"]) == 3
    assert [(row["supported"], row["votes"]) for row in answer["questions"]] == [(True, 1), (False, 0), (False, 0)]


def test_moderators_are_shown_candidates_with_how_alike_they_are(floor: Floor, say: Say) -> None:
    one = floor.ask("湖滨路的路灯何时修好？")
    waiting, approved = floor.ask("湖滨路路灯几时修好？"), floor.approved("湖滨路的路灯修好要多久？")
    refused, merged = floor.ask("湖滨路的路灯何时修好！"), floor.ask("湖滨路的路灯何时修好了？")
    floor.decide(moderation.refuse, refused, RefusalReason.SPAM)
    floor.decide(moderation.merge, merged, one)
    rows = say(floor.moderator, "questions.candidates", question=one)["questions"]
    assert {row["id"] for row in rows} == {waiting, approved}
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    rows = say(floor.moderator, "questions.candidates", question=approved)["questions"]
    assert rows == []  # the others wait: an approved question is not merged into them
    assert say(floor.phone, "questions.candidates", question=one)["error"]["code"] == "SIGNED_OUT"


# --- open questions -------------------------------------------------------------------------------------------------


@pytest.fixture
def supported(floor: Floor, clock: Clock) -> tuple[int, int, int]:
    """Three questions: an early one with three votes, a later one with two, a new one without."""
    early = floor.approved("早来的问题")
    clock.forward(minutes=30)
    later = floor.approved("后来的问题")
    clock.forward(minutes=10)
    new = floor.approved("最新的问题")
    floor.support(early, *(floor.city.phone() for _ in range(3)))
    floor.support(later, floor.city.phone(), floor.phone)
    return early, later, new


@pytest.mark.parametrize(("sort", "order"), [("supported", [0, 1, 2]), ("newest", [2, 1, 0]), ("needs", [2, 1, 0])])
def test_open_questions_have_three_orders(
    floor: Floor, say: Say, supported: tuple[int, int, int], sort: str, order: list[int]
) -> None:
    answer = say(floor.phone, "questions.listing", session=floor.session, sort=sort)
    assert [row["id"] for row in answer["questions"]] == [supported[at] for at in order]
    assert (answer["page"], answer["pages"], answer["total"]) == (1, 1, 3)
    assert {row["id"]: row["supported"] for row in answer["questions"]}[supported[1]] is True


def test_only_open_questions_are_listed(floor: Floor, say: Say) -> None:
    floor.ask("等待中的问题")
    root, merged, handed = floor.approved("一号问题"), floor.approved("二号问题"), floor.approved("三号问题")
    floor.decide(moderation.merge, merged, root)
    do(lambda uow: settling.hand_to_unit(
        uow, floor.host, uow.lock(Question, handed), floor.city.water.id, date(2026, 12, 15)
    ))  # fmt: skip
    answer = say(floor.phone, "questions.listing", session=floor.session)
    assert [row["id"] for row in answer["questions"]] == [root]


def test_lists_come_in_pages_that_exist(floor: Floor, say: Say) -> None:
    do(asking.import_questions, floor.moderator, floor.session,
       [imported(str(number), f"第{number}个问题") for number in range(45)])  # fmt: skip
    with unit_of_work() as uow:
        for question in lookup.of_session(uow.db, floor.session, [S.WAITING]):
            question.state, question.approved_at = S.APPROVED, EIGHT + timedelta(seconds=question.number)
    pages = [
        say(floor.phone, "questions.listing", session=floor.session, sort="newest", page=page) for page in (1, 3, 9)
    ]
    assert [len(page["questions"]) for page in pages] == [20, 5, 5]
    assert [(page["page"], page["pages"], page["total"]) for page in pages] == [(1, 3, 45), (3, 3, 45), (3, 3, 45)]
    assert pages[0]["questions"][0]["text"] == "第44个问题"


def test_a_session_without_questions_has_an_empty_list(floor: Floor, say: Say) -> None:
    answer = say(floor.phone, "questions.listing", session=floor.session)
    assert answer | {"as_of": 0} == {"ok": True, "questions": [], "page": 1, "pages": 1, "total": 0, "as_of": 0}
    assert say(floor.phone, "questions.listing", session=999)["error"]["code"] == "NOT_FOUND"


# --- the board ------------------------------------------------------------------------------------------------------


def test_two_characters_find_a_question(floor: Floor) -> None:
    lamps, water = floor.approved("湖滨路的路灯何时修好？"), floor.approved("小区停水三天了")
    assert board(text="路灯") == [lamps]
    assert board(text="停水") == [water]
    assert board(text="路燈") == [lamps]  # written in Traditional characters
    assert board(text="灯路") == []


@pytest.mark.parametrize("text", ["%", "_", "100%", "a_b", "\\", "'; --"])
def test_signs_that_mean_something_to_databases_are_looked_for_as_they_are(floor: Floor, text: str) -> None:
    floor.approved("普通的问题")
    exact = floor.approved(f"带有{text}的问题")
    assert board(text=text) == [exact]


def test_latin_letters_are_found_in_either_case(floor: Floor) -> None:
    question = floor.approved("BRT 三号线几时通车？")
    assert board(text="brt") == board(text="Brt 三号") == [question]


def test_the_board_is_narrowed_by_unit_state_and_session(floor: Floor) -> None:
    water = floor.approved("停水了怎么办", unit=floor.city.water.id)
    aired = floor.approved("路灯坏了怎么办", unit=floor.city.city_management.id)
    elsewhere = floor.plan("下一期")
    other = floor.ask("公交太少怎么办", session=elsewhere)
    floor.decide(moderation.approve, other)
    floor.go_live().put(aired)
    assert set(board()) == {water, aired, other}
    assert board(unit_id=floor.city.water.id) == [water]
    assert board(state=S.ON_AIR) == [aired]
    assert board(session_id=elsewhere) == [other]
    assert board(text="怎么办", session_id=floor.session, state=S.APPROVED) == [water]
    assert board(state=S.WAITING) == []


def test_the_board_can_be_ordered_by_support(floor: Floor, clock: Clock) -> None:
    first = floor.approved("一号问题")
    clock.forward(minutes=1)
    second = floor.approved("二号问题")
    floor.support(first)
    assert board() == [second, first]
    assert board(sort=Sort.SUPPORTED) == [first, second]
    with reading() as db:
        [row, _other] = lists.board(db, Filters(), clocks.now(), Sort.SUPPORTED).rows
    assert (row.votes, row.session.id, row.unit) == (1, floor.session, None)


def test_a_merged_question_is_found_by_its_words_under_what_stands_for_it(floor: Floor) -> None:
    root, merged, unapproved = floor.approved("城区照明"), floor.approved("路灯不亮"), floor.ask("张三家门口太黑")
    floor.decide(moderation.merge, merged, root)
    floor.decide(moderation.merge, unapproved, root)
    assert board() == [root]
    assert board(text="路灯") == [root]
    assert board(text="张三") == []  # nobody approved these words


@pytest.mark.parametrize("typed", ["路灯 湖滨", "湖滨　路灯", "不亮 湖滨路", "城管局 路灯", "城管 路灯", "１２ 路灯"])
def test_words_are_found_in_any_order_with_the_number_and_the_unit(floor: Floor, typed: str) -> None:
    for number in range(11):
        floor.approved(f"第{'一二三四五六七八九十百'[number]}个别的问题", phone=floor.city.phone())
    lamps = floor.approved("湖滨路的路灯不亮", unit=floor.city.city_management.id)
    assert floor.question(lamps).number == 12
    floor.approved("湖滨路的公交", unit=floor.city.water.id)
    floor.approved("水杉路的路灯坏了", unit=floor.city.water.id)
    assert lamps in board(text=typed)
    assert len(board(text=typed)) == 1


@pytest.mark.parametrize("typed", ["3", "#3", "３", "3号", "第3号", "No.3"])
def test_a_question_is_found_by_its_number(floor: Floor, typed: str) -> None:
    for words in ("一号问题", "二号问题"):
        floor.approved(words, phone=floor.city.phone())
    third = floor.approved("路灯坏了")
    assert board(text=typed) == [third]


def test_what_was_merged_is_found_by_its_number_if_it_was_approved(floor: Floor) -> None:
    root, merged, unapproved = floor.approved("城区照明"), floor.approved("路灯不亮"), floor.ask("太黑")
    floor.decide(moderation.merge, merged, root)
    floor.decide(moderation.merge, unapproved, root)
    assert board(text="#2") == [root]
    assert board(text="#3") == []
    assert board(text="路灯 #2") == [root]


@pytest.mark.parametrize(
    ("kept", "typed"),
    [("⽔管漏⽔", "水管"), ("水管漏水", "⽔管"), ("BRT 几时通车", "ＢＲＴ\u200e"), ("水\u2060管", "水管")],
)
def test_what_looks_the_same_is_found(floor: Floor, kept: str, typed: str) -> None:
    question = floor.approved(kept)
    assert board(text=typed) == [question]


# --- a unit's inbox -------------------------------------------------------------------------------------------------


def test_a_unit_sees_what_it_has_to_answer_the_most_urgent_first(floor: Floor) -> None:
    later, sooner, others = (floor.approved(f"第{name}个问题") for name in "一二三")
    city = floor.city
    for question, unit, day in ((later, city.water, 9), (sooner, city.water, 4), (others, city.housing, 1)):
        do(lambda uow, one=question, to=unit, on=day: settling.hand_to_unit(
            uow, floor.host, uow.lock(Question, one), to.id, date(2026, 12, on)
        ))  # fmt: skip

    def inbox(*units: int, today: int) -> list[tuple[int, bool]]:
        with reading() as db:
            return [(row.question.id, row.overdue) for row in lists.inbox(db, units, date(2026, 12, today))]

    assert inbox(city.water.id, today=4) == [(sooner, False), (later, False)]
    assert inbox(city.water.id, today=5) == [(sooner, True), (later, False)]
    assert inbox(city.water.id, city.housing.id, today=1) == [(others, False), (sooner, False), (later, False)]
    do(lambda uow: air.mark_answered(uow, floor.host, uow.lock(Question, sooner), False))
    assert inbox(city.water.id, today=5) == [(later, False)]
    assert inbox(today=5) == []


def test_a_question_is_looked_up_by_what_one_knows(floor: Floor) -> None:
    question = floor.ask()
    with reading() as db:
        assert lookup.question(db, question).id == question
        with pytest.raises(NotFound):
            lookup.question(db, 999)
        with pytest.raises(NotFound):
            lookup.by_receipt(db, "2222-2222-2222")
        with pytest.raises(NotFound):
            lookup.by_receipt(db, "不是回执")


def test_what_became_of_many_questions_is_asked_as_often_as_of_few(floor: Floor) -> None:
    target = floor.approved("湖滨路的路灯为什么不亮？", phone=floor.city.phone())

    def asked_with(number: int) -> int:
        phone = floor.city.phone()
        merged = [floor.approved(f"第{one}个问题", phone=phone) for one in range(number)]
        for one in merged:
            floor.decide(moderation.merge, one, target)
        with reading() as db, statements() as asked:
            mine = lists.mine(db, phone.device_id or 0, floor.session)
        assert {one.fate.id for one in mine} == {target}
        assert len(mine) == number
        return len(asked)

    assert asked_with(12) == asked_with(2)
