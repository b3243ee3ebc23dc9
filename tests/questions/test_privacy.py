"""Nothing private and no unapproved word reaches anybody outside: every public view of a session is searched for it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from inquiry.core import clock
from inquiry.core.db import reading
from inquiry.live.models import ItemKind
from inquiry.questions import rows
from inquiry.questions.commands import asking, moderation, settling
from inquiry.questions.models import Question, RefusalReason
from inquiry.questions.queries import lists
from inquiry.realtime import streams, ticks
from inquiry.realtime.views import View
from inquiry.trace.queries import naming
from tests.questions.conftest import Floor, do, imported
from tests.support.application import Say

#: Words that stand in texts nobody approved, in notes, or behind questions: none of them may be found.
UNAPPROVED = ("等待审核的话", "被拒绝的话", "未经批准就合并的话", "批准后又撤回的话", "撤下的话", "导入未审的话")
NOTES = ("只给提问人看的说明",)
#: What is approved, so that a view which holds nothing cannot pass for a discreet one.
APPROVED = "湖滨路的路灯何时修好？"


@pytest.fixture
def busy(floor: Floor) -> Floor:
    """Every way in which words can be known to us and to nobody else."""
    floor.ask(UNAPPROVED[0])
    floor.decide(moderation.refuse, floor.ask(UNAPPROVED[1]), RefusalReason.PRIVATE, NOTES[0])
    public = floor.approved(APPROVED, unit=floor.city.water.id)
    floor.decide(moderation.merge, floor.ask(UNAPPROVED[2]), public)
    taken_back = floor.approved(UNAPPROVED[3])
    floor.decide(moderation.undo, taken_back)
    taken_down = floor.approved(UNAPPROVED[4])
    floor.support(taken_down)
    floor.decide(moderation.refuse, taken_down, RefusalReason.ABUSIVE, NOTES[0])
    do(asking.import_questions, floor.moderator, floor.session, [imported("外部编号", UNAPPROVED[5], "背景里的话")])
    floor.item(UNAPPROVED[0], kind=ItemKind.QUESTION, question_id=1)  # planned for a question nobody has approved
    do(moderation.hold, floor.moderator, 1)
    floor.support(public)
    floor.go_live().put(public)
    handed = floor.approved("物业费为何上涨？")
    do(lambda uow: settling.hand_to_unit(
        uow, floor.host, uow.lock(Question, handed), floor.city.housing.id, date(2026, 12, 15)
    ))  # fmt: skip
    deferred, elsewhere = floor.approved("公交几时加密？"), floor.plan("下一期")
    do(lambda uow: settling.defer(uow, floor.host, uow.lock(Question, deferred), elsewhere))
    return floor


def public_views(floor: Floor, say: Say) -> Iterator[tuple[str, Any]]:
    """Everything a stranger can be told about the session."""
    stranger = floor.city.phone()
    with reading() as db:
        yield "snapshot", streams.snapshot(db, floor.session, View.PUBLIC)
        yield "entries", streams.missed(db, floor.session, View.PUBLIC, {str(streams.public_stream(floor.session)): 0})
        every = set(range(1, 60))
        yield "tick", ticks.compose(db, floor.session, every, View.PUBLIC)
        board = lists.board(db, lists.Filters(), clock.now()).rows
        yield "board", [rows.listed(one) for one in lists.counted(db, [row.question for row in board])]
        yield "traces", [[entry.payload for entry in naming(db, f"question:{number}")] for number in every]
        yield "rows", rows.question_rows(db, sorted(every), View.PUBLIC)
    for sort in lists.Sort:
        yield f"listing by {sort}", say(stranger, "questions.listing", session=floor.session, sort=sort.value)
    for typed in (*UNAPPROVED, APPROVED):
        yield f"similar to {typed}", say(stranger, "questions.similar", session=floor.session, text=typed)
    yield "mine", say(stranger, "questions.mine")


def secrets() -> dict[str, str]:
    """What must not be found, by what it is."""
    with reading() as db:
        questions = [db.get_one(Question, number) for number in range(1, 10)]
    receipts = {f"receipt of {one.number}": one.receipt for one in questions}
    words = {f"unapproved words {at}": word for at, word in enumerate(UNAPPROVED)}
    notes = {f"note {at}": note for at, note in enumerate(NOTES)}
    return receipts | words | notes | {"external id": "外部编号", "background": "背景里的话"}


def test_no_public_view_holds_a_private_word(busy: Floor, say: Say) -> None:
    searched = dict(public_views(busy, say))
    for name, view in searched.items():
        written = json.dumps(view, ensure_ascii=False, default=str)
        found = [what for what, secret in secrets().items() if secret in written]
        assert not found, f"{name} holds {found}"
    assert APPROVED in json.dumps(searched["snapshot"], ensure_ascii=False)


def test_no_public_row_has_a_private_column(busy: Floor, say: Say) -> None:
    private = {"receipt", "device_id", "device", "network", "refusal_note", "background_excerpt", "held_by", "rev"}

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(map(str, value)) | {key for one in value.values() for key in keys(one)}
        return {key for one in value for key in keys(one)} if isinstance(value, list) else set()

    for name, view in public_views(busy, say):
        assert not keys(view) & private, name


def test_the_crew_is_told_what_it_needs(busy: Floor) -> None:
    """The same search finds the words in the crew's snapshot: it can find them."""
    with reading() as db:
        snapshot = json.dumps(streams.snapshot(db, busy.session, View.STAFF), ensure_ascii=False)
    assert all(word in snapshot for word in (*UNAPPROVED, *NOTES, "背景里的话"))
    assert not [secret for what, secret in secrets().items() if what.startswith("receipt") and secret in snapshot]


def test_another_askers_question_is_told_in_public_words_only(busy: Floor, say: Say) -> None:
    own, others = busy.city.phone(), busy.ask("别人等待审核的话")
    mine = busy.ask("我的问题", phone=own)
    busy.decide(moderation.merge, mine, others)
    [row] = say(own, "questions.mine")["questions"]
    assert (row["fate"]["number"], row["fate"]["text"]) == (busy.question(others).number, "")


def test_no_page_holds_a_private_word(busy: Floor, app: Flask) -> None:
    visitor = app.test_client()
    paths = ["/questions", *(f"/questions/{number}" for number in range(1, 14))]
    for path in [*paths, *(f"/questions?q={word}" for word in UNAPPROVED)]:
        page = visitor.get(path)
        assert page.status_code in (200, 404), path
        read = page.get_data(as_text=True)
        searched_for = path.partition("=")[2]  # the page repeats it
        assert not [what for what, secret in secrets().items() if secret in read and secret != searched_for], path
    assert APPROVED in visitor.get("/questions").get_data(as_text=True)
