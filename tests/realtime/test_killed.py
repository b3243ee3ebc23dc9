"""kill -9 in the middle of a burst: whatever was acknowledged is there, once, and the chain is whole."""

import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import pytest
import requests
from sqlalchemy import select

from inquiry.db import connect
from inquiry.questions.models import Question, Support
from tests.support.people import MakePerson, Person
from tests.support.server import Server

pytestmark = pytest.mark.live

PHONES = 8
KILLS = 3
SECONDS_BETWEEN = 1.5


@dataclass
class Burst:
    """What the phones were told: receipts by key, and which supports were acknowledged."""

    session: int
    question: int
    receipts: dict[str, str] = field(default_factory=dict)
    supporters: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def press(self, phone: Person, number: int) -> None:
        """One phone: support once, then ask three times; each press is repeated until it is answered."""
        if self._until_answered(phone, "questions.support", question=self.question):
            self.supporters += 1
        for n in range(3):
            key = uuid.uuid4().hex
            answer = self._until_answered(
                phone,
                "questions.ask",
                session=self.session,
                text=f"第{number}部手机的第{n}个问题是什么？",
                client_id=key,
            )
            if answer:
                self.receipts[key] = answer["receipt"]
            time.sleep(random.uniform(0.2, 1.2))

    def _until_answered(self, phone: Person, name: str, **fields: object) -> dict[str, str] | None:
        while not self.over.is_set():
            try:
                answer = phone.ask(name, **fields)
            except (requests.RequestException, ValueError):
                time.sleep(0.1)
                continue
            assert answer["ok"], answer
            return answer
        return None


def a_session_with_one_question(person: MakePerson) -> Burst:
    host, moderator = person("host"), person("moderator")
    session = host.call(
        "live.create_session", kind="inquiry", title="市容问政", starts_at="2026-12-01T20:00", planned_minutes=40
    )["session"]
    host.call("live.open_intake", session=session)
    asked = person().call("questions.ask", session=session, text="路灯什么时候修好？")
    moderator.call("questions.approve", question=asked["question"], seen=0)
    return Burst(session, asked["question"])


def test_nothing_acknowledged_is_lost_or_doubled(server: Server, person: MakePerson, database_url: str) -> None:
    burst = a_session_with_one_question(person)
    phones = [person() for _ in range(PHONES)]
    threads = [threading.Thread(target=burst.press, args=(phone, n)) for n, phone in enumerate(phones)]
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        time.sleep(SECONDS_BETWEEN)
        server.kill()
        server.start()
    for thread in threads:
        thread.join(60)
    burst.over.set()

    assert len(burst.receipts) == PHONES * 3
    engine = connect(database_url)
    with engine.connect() as db:
        stored = [receipt for (receipt,) in db.execute(select(Question.receipt))]
        supports = len(db.execute(select(Support.device_id).where(Support.question_id == burst.question)).all())
        numbers = sorted(number for (number,) in db.execute(select(Question.number)))
    engine.dispose()
    assert set(burst.receipts.values()) <= set(stored)
    assert len(stored) == len(set(stored)) == PHONES * 3 + 1, "each press is stored once"
    assert supports == burst.supporters == PHONES
    assert numbers == list(range(1, len(stored) + 1))
    assert_the_chain_is_whole(server)


def assert_the_chain_is_whole(server: Server) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "inquiry.cli", "trace", "verify"]
    verified = subprocess.run(command, env=server.environment, capture_output=True, text=True, timeout=60)
    assert verified.returncode == 0, verified.stderr
    assert "are whole" in verified.stdout
