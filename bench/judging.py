"""What a vote of a verdict costs beside one of support, and what it costs to count and look through those of a city.

    python -m bench.judging --votes 20000 --counted 200000

The application runs in this process, on the database of its environment. Votes come in groups, as `batching` hands them
over. Printed is JSON: for both kinds votes in a second and in a second of the processor, and statements for each
hundred of them; milliseconds of the processor for one tick of all views while a verdict of so many votes is open; and
for its page of votes that stand out seconds of the processor, and the longest piece, in which nobody else is served.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import click
from sqlalchemy import event, select

from inquiry import create_app
from inquiry.accounts.models import Device
from inquiry.core import extensions
from inquiry.core.db import engine, insert_all, reading
from inquiry.dispatch.batching import MOST_TOGETHER
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.live.models import Session, SessionState
from inquiry.permissions import Actor, Role
from inquiry.questions.commands.supporting import support_all
from inquiry.questions.models import Question, QuestionState
from inquiry.realtime import ticks
from inquiry.realtime.views import View
from inquiry.server import spare_the_collector
from inquiry.verdicts.commands import opening
from inquiry.verdicts.commands.judging import judge_all
from inquiry.verdicts.models import Vote
from inquiry.verdicts.queries import lookup, suspects

_HOST = Actor(Role.ADMINISTRATOR)
_VIEWS = (View.PUBLIC, View.INTERNAL, View.STAFF)
_TICKS = 5
_AT_ONCE = 1000

Press = Callable[[UnitOfWork, list[Actor]], None]


def fill(votes: int) -> list[Actor]:
    """New devices for all of them, made over an hour, four behind each address."""
    with unit_of_work() as uow:
        last = uow.db.scalar(select(Device.id).order_by(Device.id.desc()).limit(1)) or 0
        for first in range(0, votes, _AT_ONCE):
            made = [
                {
                    "token": f"bench {last} {one}",
                    "created_at": uow.now - timedelta(milliseconds=3_600_000 * one / votes),
                }
                for one in range(first, min(first + _AT_ONCE, votes))
            ]
            insert_all(uow.db, Device, made)
    with reading() as db:
        ids = db.scalars(select(Device.id).where(Device.id > last).order_by(Device.id))
        return [Actor(Role.AUDIENCE, device_id=one, network=f"10.{at >> 18}.{at >> 10 & 255}.{at >> 2 & 255}")
                for at, one in enumerate(ids)]  # fmt: skip


def on_air(code: str) -> int:
    """A live session of its own with a question on air."""
    with unit_of_work() as uow:
        session = Session(
            code=code, title="评议", starts_at=uow.now, planned_minutes=60, state=SessionState.LIVE,
            went_live_at=uow.now, intake_opened_at=uow.now, created_at=uow.now,
        )  # fmt: skip
        uow.add(session)
        question = Question(
            session_id=session.id, number=1, receipt=code, text="路灯何时修好？", search_text="",
            state=QuestionState.ON_AIR, asked_at=uow.now, approved_at=uow.now, on_air_at=uow.now,
        )  # fmt: skip
        uow.add(question)
        question.root_id = question.id
        return question.id


def open_verdict(code: str) -> int:
    question = on_air(code)
    with unit_of_work() as uow:
        return opening.open_verdict(uow, _HOST, question, 120).id


def _support(question: int, uow: UnitOfWork, some: list[Actor]) -> None:
    support_all(uow, [(one, question) for one in some])


def _judge(verdict: int, uow: UnitOfWork, some: list[Actor]) -> None:
    judge_all(uow, [(one, verdict, True) for one in some])


def measure(phones: list[Actor], press: Press) -> dict[str, float]:
    statements = 0

    def count(*_args: Any) -> None:
        nonlocal statements
        statements += 1

    event.listen(engine(), "before_cursor_execute", count)
    began, cpu = time.monotonic(), time.process_time()
    for start in range(0, len(phones), MOST_TOGETHER):
        with unit_of_work() as uow:
            press(uow, phones[start : start + MOST_TOGETHER])
    took, spent = time.monotonic() - began, time.process_time() - cpu
    event.remove(engine(), "before_cursor_execute", count)
    return {
        "votes/s": round(len(phones) / took), "votes/cpu s": round(len(phones) / spent),
        "statements/100": round(statements / len(phones) * 100, 1),
    }  # fmt: skip


def judged(phones: list[Actor]) -> int:
    """An open verdict with a word of each, given over half a minute."""
    verdict = open_verdict("CITY")
    with unit_of_work() as uow:
        for first in range(0, len(phones), _AT_ONCE):
            words = [
                {"verdict_id": verdict, "device_id": one.device_id, "satisfied": at % 3 > 0, "network": one.network,
                 "at": uow.now + timedelta(milliseconds=500 + 30_000 * at / len(phones))}
                for at, one in enumerate(phones[first : first + _AT_ONCE], first)
            ]  # fmt: skip
            insert_all(uow.db, Vote, words)
    return verdict


def tick(verdict: int) -> float:
    """Milliseconds of the processor for one tick of all views; the best of some."""
    spent = []
    for _ in range(_TICKS):
        with reading() as db:
            began = time.process_time()
            ticks.compose_all(db, lookup.verdict(db, verdict).session_id, set(), _VIEWS)
            spent.append((time.process_time() - began) * 1000)
    return min(spent)


@contextmanager
def pieces() -> Iterator[list[float]]:
    """The seconds of the processor between one pause and the next, in the block."""
    found: list[float] = []
    last = time.process_time()

    def sleep(_seconds: float) -> None:
        nonlocal last
        found.append(-last + (last := time.process_time()))

    before, extensions.socketio.sleep = extensions.socketio.sleep, sleep
    try:
        yield found
    finally:
        extensions.socketio.sleep = before
        sleep(0)


def look_through(verdict: int) -> dict[str, float]:
    with unit_of_work() as uow:
        opening.close_verdict(uow, _HOST, verdict)
    with reading() as db, pieces() as found:
        suspects.findings(db, lookup.verdict(db, verdict))
    return {"cpu_s": sum(found), "pieces": len(found), "longest_ms": max(found) * 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description="What a vote of a verdict costs.")
    parser.add_argument("--votes", type=int, default=20_000)
    parser.add_argument("--counted", type=int, default=200_000)
    asked = parser.parse_args()
    os.environ.setdefault("INQUIRY_ASYNC_MODE", "threading")
    app = create_app()
    spare_the_collector()
    with app.app_context():
        phones = fill(max(asked.votes, asked.counted))
        told: dict[str, Any] = {
            "support": measure(phones[: asked.votes], partial(_support, on_air("BEFORE"))),
            "verdict": measure(phones[: asked.votes], partial(_judge, open_verdict("AFTER"))),
        }
        city = judged(phones[: asked.counted])
        told |= {"tick_cpu_ms": tick(city), "patterns": look_through(city)}
    click.echo(json.dumps(told))


if __name__ == "__main__":
    main()
