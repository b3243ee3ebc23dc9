"""What it costs to paint the phone of everybody who joins: the list, and the whole page.

    python -m bench.joins --questions 1000 --votes 200000 --joins 2000

The application runs in this process, on the database of its environment, in which a session is filled with open
questions and votes. Every phone has a token of its own and has never voted. Printed is JSON: the processor time of this
process for each (PostgreSQL's own is not in it), and what the database was asked.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import timedelta

import click
from flask import Flask
from sqlalchemy import event, insert, select

from inquiry import create_app
from inquiry.accounts import devices
from inquiry.accounts.commands import audience
from inquiry.accounts.models import Device
from inquiry.core import clock
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.live.models import Session
from inquiry.questions.commands import asking
from inquiry.questions.models import QuestionState, Support
from inquiry.questions.queries import lists

_TOKENS = 200
_ROWS_AT_ONCE = 20_000


def fill(session_id: int, questions: int, votes: int) -> None:
    """Open questions, asked over the last hours, and votes: the first half of the questions get most of them."""
    with unit_of_work() as uow:
        session = uow.lock(Session, session_id)
        wordings = [asking.word(f"第{number}条巷子一下雨就积水，请问什么时候能修好？") for number in range(questions)]
        added = asking.add_questions(uow, session, [(wording, {"asked_at": uow.now}) for wording in wordings])
        for number, question in enumerate(added):
            question.state = QuestionState.APPROVED
            question.approved_at = uow.now - timedelta(seconds=10 * number)
        uow.db.flush()
        _vote(uow, [one.id for one in added], votes)


def _vote(uow: UnitOfWork, questions: list[int], votes: int) -> None:
    voters = -(-votes // len(questions)) * 2
    uow.db.execute(insert(Device), [{"token": f"bench-{one}", "created_at": uow.now} for one in range(voters)])
    newest_first = select(Device.id).order_by(Device.id.desc()).limit(voters)
    devices_there = uow.db.scalars(newest_first).all()
    rows = [
        {"question_id": question, "device_id": devices_there[(number + nth) % voters], "at": uow.now}
        for number, question in enumerate(questions)
        for nth in range(_of(number, len(questions), votes))
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        uow.db.execute(insert(Support), rows[start : start + _ROWS_AT_ONCE])


def _of(number: int, questions: int, votes: int) -> int:
    """How many votes a question gets: the first half gets three of four."""
    share = 1.5 if number < questions // 2 else 0.5
    return int(votes / questions * share)


def each(app: Flask, times: int, act: Callable[[int], object]) -> dict[str, float]:
    """Processor time and statements of one act, in the mean."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(app.extensions["inquiry.engine"], "before_cursor_execute", count)
    began, cpu = time.monotonic(), time.process_time()
    for number in range(times):
        act(number)
    spent = {"cpu_ms": (time.process_time() - cpu) * 1000 / times, "ms": (time.monotonic() - began) * 1000 / times}
    event.remove(app.extensions["inquiry.engine"], "before_cursor_execute", count)
    return spent | {"statements": asked / times}


def measure(app: Flask, session_id: int, joins: int, pages: int) -> dict[str, dict[str, float]]:
    with app.app_context():
        with unit_of_work() as uow:
            phones = [audience.join_audience(uow) for _ in range(_TOKENS)]
            code = uow.db.get_one(Session, session_id).code
        readers = [device.id for device, _token in phones]
        cookies = [f"{devices.COOKIE}={token}" for _device, token in phones]

        def list_alone(number: int) -> None:
            with reading() as db:
                lists.listing(db, session_id, lists.Sort.SUPPORTED, 1, clock.now(), readers[number % _TOKENS])

        def whole_page(number: int) -> None:
            answer = app.test_client(use_cookies=False).get(f"/s/{code}", headers={"Cookie": cookies[number % _TOKENS]})
            if answer.status_code != 200:
                raise SystemExit(f"the phone's page answered {answer.status_code}")

        whole_page(0)  # templates are compiled once
        return {"list": each(app, joins, list_alone), "page": each(app, pages, whole_page)}


def main() -> None:
    parser = argparse.ArgumentParser(description="What a join costs.")
    parser.add_argument("--session", type=int, required=True)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--votes", type=int, default=200_000)
    parser.add_argument("--joins", type=int, default=20_000)
    parser.add_argument("--pages", type=int, default=1000)
    asked = parser.parse_args()
    os.environ.setdefault("INQUIRY_ASYNC_MODE", "threading")
    app = create_app()
    with app.app_context():
        fill(asked.session, asked.questions, asked.votes)
    click.echo(json.dumps(measure(app, asked.session, asked.joins, asked.pages)))


if __name__ == "__main__":
    main()
