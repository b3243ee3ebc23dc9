"""Writes that arrive together share a transaction, and nothing else: each has an outcome of its own."""

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from inquiry import permissions
from inquiry.accounts.models import Device
from inquiry.core.db import engine, reading
from inquiry.dispatch import batching, registry
from inquiry.dispatch.batching import Sharing, Write
from inquiry.dispatch.unit_of_work import UnitOfWork
from inquiry.errors import NotFound, Refusal
from inquiry.permissions import Actor
from inquiry.trace import kinds
from inquiry.trace.streams import Stream
from tests.support.application import City, Say

NOTED = kinds.kind("tests.noted", "Noted")


class Note(registry.Message):
    text: str
    wrong: str = ""


def note(uow: UnitOfWork, actor: Actor, message: Note) -> dict[str, Any]:
    row = Device(token=message.text, created_at=uow.now)
    uow.db.add(row)
    uow.db.flush()
    uow.record(Stream("tests"), NOTED, actor, [row], device=row.id)
    if message.wrong == "refused":
        raise NotFound(what="note", id=1)
    if message.wrong == "broken":
        raise RuntimeError("secret detail")
    return {"text": message.text}


def note_many(uow: UnitOfWork, presses: list[tuple[Actor, Note]]) -> list[dict[str, Any] | Refusal]:
    """The same as a list: the refused ones leave nothing."""
    if any(message.wrong == "broken" for _actor, message in presses):
        raise RuntimeError("secret detail")
    return [NotFound(what="note", id=1) if message.wrong else note(uow, actor, message) for actor, message in presses]


@pytest.fixture(autouse=True, params=[Sharing.EACH, Sharing.MANY])
def a_command(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(permissions.PERMISSIONS, "tests.note", permissions.has_device)
    handle = note if request.param is Sharing.EACH else note_many
    registry.command("tests.note", Note, limit="1000/minute", shares=request.param)(handle)
    yield
    del registry._endpoints["tests.note"]


@pytest.fixture
def press(app: Flask, city: City, say: Say, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Press many times in the same moment, each from a thread of its own; the answers in the order of the presses."""
    monkeypatch.setattr(batching, "GATHER_SECONDS", 0.2)
    phone = city.phone()

    def press(*messages: dict[str, Any]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = [{}] * len(messages)

        def one(at: int) -> None:
            with app.app_context():
                answers[at] = say(phone, "tests.note", **messages[at])

        hands = [threading.Thread(target=one, args=(at,)) for at in range(len(messages))]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join(20)
        return answers

    return press


@pytest.fixture
def commits(app: Flask) -> list[None]:
    """Grows by one with every transaction that is committed."""
    counted: list[None] = []
    event.listen(engine(), "commit", lambda _connection: counted.append(None))
    return counted


def noted() -> list[str]:
    with reading() as db:
        return sorted(db.scalars(select(Device.token).where(Device.token.like("note %"))))


def test_presses_of_one_moment_share_a_transaction(
    press: Callable[..., list[dict[str, Any]]], commits: list[None]
) -> None:
    answers = press(*({"text": f"note {number:02}"} for number in range(12)))
    assert [answer["text"] for answer in answers] == [f"note {number:02}" for number in range(12)]
    assert len(noted()) == 12
    assert len(commits) <= 2


def test_a_refused_neighbour_leaves_nothing_and_harms_nobody(press: Callable[..., list[dict[str, Any]]]) -> None:
    answers = press({"text": "note a"}, {"text": "note b", "wrong": "refused"}, {"text": "note c"})
    assert [answer["ok"] for answer in answers] == [True, False, True]
    assert answers[1]["error"]["code"] == "NOT_FOUND"
    assert noted() == ["note a", "note c"]


def test_a_broken_neighbour_leaves_nothing_and_harms_nobody(press: Callable[..., list[dict[str, Any]]]) -> None:
    answers = press({"text": "note a"}, {"text": "note b", "wrong": "broken"}, {"text": "note c"})
    assert [answer["ok"] for answer in answers] == [True, False, True]
    assert answers[1]["error"] == {"code": "BROKEN", "message": answers[1]["error"]["message"], "data": {}}
    assert noted() == ["note a", "note c"]


def test_a_double_tap_is_done_once(press: Callable[..., list[dict[str, Any]]]) -> None:
    once = {"text": "note a", "client_id": "the same key"}
    answers = press(once, once, {"text": "note b", "client_id": "the same key"})
    assert sorted(str(answer.get("text")) for answer in answers) in (
        ["None", "note a", "note a"],
        ["None", "None", "note b"],
    )
    assert {answer["error"]["code"] for answer in answers if not answer["ok"]} == {"KEY_REUSED"}
    assert len(noted()) == 1


def test_a_repeat_is_answered_as_the_first_time_even_by_a_process_that_forgot(
    press: Callable[..., list[dict[str, Any]]], city: City
) -> None:
    once = {"text": "note a", "client_id": "the same key"}
    first = press(once)
    for _ in range(2):
        assert press(once) == first
        batching._groups.forget()  # as after a restart
    assert noted() == ["note a"]


def test_too_many_are_refused_at_once_and_nothing_is_done(
    press: Callable[..., list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_WAITING", 4)
    answers = press(*({"text": f"note {number}"} for number in range(8)))
    refused = [answer for answer in answers if not answer["ok"]]
    assert {answer["error"]["code"] for answer in refused} == {"BUSY"}
    assert len(noted()) == 8 - len(refused)
    assert len(refused) >= 1


def test_a_full_transaction_is_followed_by_another(
    press: Callable[..., list[dict[str, Any]]], commits: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_TOGETHER", 3)
    answers = press(*({"text": f"note {number}"} for number in range(7)))
    assert all(answer["ok"] for answer in answers)
    assert len(noted()) == 7
    assert 3 <= len(commits) <= 7


def test_what_shares_a_transaction_takes_its_locks_in_one_order(app: Flask, city: City) -> None:
    """A question, which holds its session, before a verdict, whoever came first."""
    order: list[str] = []

    def write(name: str) -> Write:
        def handle(_uow: UnitOfWork, presses: list[Any]) -> list[dict[str, Any]]:
            order.append(name)
            return [{} for _ in presses]

        return Write(name, Sharing.MANY, handle, city.phone(), None, (), None)

    names = ("verdicts.judge", "questions.ask", "questions.support", "verdicts.judge")
    batching._commit([write(name) for name in names])
    assert order == ["questions.ask", "questions.support", "verdicts.judge"]


def test_who_may_not_press_at_all_keeps_nobody_waiting(
    app: Flask, say: Say, commits: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_WAITING", 0)
    answer = say(permissions.VISITOR, "tests.note", text="a stranger's")
    assert answer["error"]["code"] == "SIGNED_OUT"
    assert commits == []


def test_who_was_refused_leaves_nothing_for_the_collector(press: Callable[..., list[dict[str, Any]]]) -> None:
    """It hardly ever looks through the old, and a press in flight may have grown old in its eyes."""
    gc.collect()
    gc.disable()
    try:
        assert not any(answer["ok"] for answer in press(*[{"text": f"{at}", "wrong": "refused"} for at in range(4)]))
        assert not [one for one in gc.get_objects() if isinstance(one, batching.Write)]
    finally:
        gc.enable()
