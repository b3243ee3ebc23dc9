"""What a vote of a verdict costs beside one of support: the presses of a city, in groups as `batching` hands them over.

    python -m bench.judging --votes 5000

The application runs in this process, on the empty database of its environment. Printed is JSON: for both, in turn and
three times over, votes in a second and in a second of the processor, and statements for each hundred of them.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from sqlalchemy import event, select

from inquiry import create_app
from inquiry.accounts.models import Device
from inquiry.core.db import engine, insert_all, reading
from inquiry.dispatch.batching import MOST_TOGETHER
from inquiry.dispatch.unit_of_work import UnitOfWork, unit_of_work
from inquiry.live.models import Session, SessionState
from inquiry.permissions import Actor, Role
from inquiry.questions.commands.supporting import support_all
from inquiry.questions.models import Question, QuestionState
from inquiry.verdicts.commands import opening
from inquiry.verdicts.commands.judging import judge_all

ROUNDS = 3
_HOST = Actor(Role.ADMINISTRATOR)

Press = Callable[[UnitOfWork, list[Actor]], None]


def fill(votes: int) -> list[Actor]:
    """Devices for all of them."""
    with unit_of_work() as uow:
        insert_all(uow.db, Device, [{"token": f"bench {one}", "created_at": uow.now} for one in range(votes)])
    with reading() as db:
        ids = db.scalars(select(Device.id).order_by(Device.id))
        return [Actor(Role.AUDIENCE, device_id=one, network=f"10.0.{one // 250 % 250}.{one % 250}") for one in ids]


def on_air(number: int) -> int:
    """A live session of its own with a question on air."""
    with unit_of_work() as uow:
        session = Session(
            code=f"C{number}", title="评议", starts_at=uow.now, planned_minutes=60, state=SessionState.LIVE,
            went_live_at=uow.now, intake_opened_at=uow.now, created_at=uow.now,
        )  # fmt: skip
        uow.add(session)
        question = Question(
            session_id=session.id, number=1, receipt=f"R{number}", text="路灯何时修好？", search_text="",
            state=QuestionState.ON_AIR, asked_at=uow.now, approved_at=uow.now, on_air_at=uow.now,
        )  # fmt: skip
        uow.add(question)
        question.root_id = question.id
        return question.id


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


def main() -> None:
    parser = argparse.ArgumentParser(description="What a vote of a verdict costs.")
    parser.add_argument("--votes", type=int, default=5000)
    asked = parser.parse_args()
    os.environ.setdefault("INQUIRY_ASYNC_MODE", "threading")
    app = create_app()
    with app.app_context():
        phones = fill(asked.votes)
        told: dict[str, list[dict[str, float]]] = {"support": [], "verdict": []}
        for number in range(ROUNDS):
            question = on_air(number)
            told["support"].append(measure(phones, partial(_support, question)))
            with unit_of_work() as uow:
                verdict = opening.open_verdict(uow, _HOST, question, 120).id
            told["verdict"].append(measure(phones, partial(_judge, verdict)))
    click.echo(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
