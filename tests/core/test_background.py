"""What runs beside the requests goes on, whatever goes wrong; and there is one list of it."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from inquiry.core import background
from inquiry.core.background import Task, attempt, for_ever
from inquiry.core.draining import Draining


class Enough(BaseException):
    """The test has seen what it came for."""


def sleeper(times: int, slept: list[float]) -> Callable[[float], None]:
    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) >= times:
            raise Enough

    return sleep


@pytest.fixture(autouse=True)
def _nothing_said() -> None:
    background.forget_complaints()


def test_a_task_goes_on_after_any_failure_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    slept: list[float] = []
    turns = iter([0.25, RuntimeError("broken"), 0.25, *[ValueError("again")] * 50, 0.5])

    def turn() -> float:
        found = next(turns)
        if isinstance(found, Exception):
            raise found
        return found

    with caplog.at_level(logging.ERROR), pytest.raises(Enough):
        for_ever(Task("the test", turn), sleeper(54, slept))
    assert slept == [0.25, 1, 0.25, *[1] * 50, 0.5]
    assert [record.message for record in caplog.records] == [
        "the test failed and goes on (0 more since it was last said)"
    ]


def test_what_fails_again_later_is_said_again_with_how_often(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("broken")

    for _ in range(4):
        assert attempt("the test", fail) is None
    monkeypatch.setattr(background, "QUIET_SECONDS", 0.0)
    assert attempt("the test", fail) is None
    assert [record.message.partition("(")[2] for record in caplog.records] == [
        f"{failed} more since it was last said)" for failed in (0, 3)
    ]


def test_everything_that_runs_in_the_background_is_on_one_list(app: Flask) -> None:
    assert sorted(task.what for task in background.every(app)) == [
        "feeling for stalls", "forgetting old keys", "looking up devices", "the beat of the ticks", "the collector",
        "the watch for deadlines", "the watch for ended sign-ins", "the watch for forgotten rehearsals",
        "the watch for rehearsals that are gone", "the watch for revoked outputs", "the watch for silence",
        "the watch for verdicts",
    ]  # fmt: skip


def test_every_task_of_a_served_process_outlives_the_loss_of_its_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each as it is registered: two turns, the first of them without an engine."""
    for task in background.every(app):
        slept: list[float] = []
        with monkeypatch.context() as patch:
            patch.delitem(app.extensions, "inquiry.engine")
            with pytest.raises(Enough):
                for_ever(task, sleeper(1, slept))
        with pytest.raises(Enough):
            for_ever(task, sleeper(2, slept))
        assert len(slept) == 2, task.what


class Closing:
    """A socket that says goodbye, or cannot."""

    def __init__(self, *, broken: bool) -> None:
        self.broken, self.closed = broken, False

    def close(self, **_how: bool) -> None:
        if self.broken:
            raise RuntimeError("broken")
        self.closed = True


class Engine:
    def __init__(self, *sockets: Closing) -> None:
        self.sockets = dict(enumerate(sockets))

    def sleep(self, _seconds: float) -> None:
        """Nobody is waited for."""


def test_a_socket_that_cannot_be_closed_keeps_no_process_from_leaving() -> None:
    sockets = [Closing(broken=number % 2 == 0) for number in range(10)]
    draining, ended = Draining(), []
    draining.begun = True
    draining.watch(Engine(*sockets), stop_listening=lambda: 1 / 0, end=lambda: ended.append(True))
    assert ended == [True]
    assert all(socket.closed for socket in sockets if not socket.broken)
