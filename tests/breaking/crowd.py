"""Who presses while processes are hurt: phones that vote and ask, and a host at the rundown.

Everybody does as the protocol tells a client: no answer means not knowing, so the same press is sent again under the
same key, to whichever process answers, until one does.
"""

import base64
import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.support.client import Connect
from tests.support.history import Outcome, Press
from tests.support.people import MakePerson, Person

QUESTIONS_TO_VOTE_FOR = 3  # as many as one phone may ask in a minute
QUESTIONS_OF_A_PHONE = 2
PHONES = 5
#: Between two presses of one hand. Everything here shares two cores with what it presses.
PAUSE_SECONDS = 0.03
ANSWER_SECONDS = 4
IMPATIENT = 0.2

#: A fault of the server's own, or a database that went away in mid-commit, is no promise that nothing happened.
_OUTCOMES = {"OK": Outcome.OK, "": Outcome.UNKNOWN, "BROKEN": Outcome.UNKNOWN, "BUSY": Outcome.UNKNOWN}


@dataclass
class Evening:
    """A live session with an item on the floor, an open intake and questions to vote for."""

    session: int
    unit: int
    seen: int
    host: Person
    questions: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, person: MakePerson, units: dict[str, int], made: dict[str, Any]) -> "Evening":
        host, moderator = person("host"), person("moderator")
        evening = cls(made["session"], units["城管局"], made["seen"], host)
        host.call("live.open_intake", session=evening.session)
        citizen = person()
        for number in range(QUESTIONS_TO_VOTE_FOR):
            asked = citizen.call("questions.ask", session=evening.session, text=f"第{number}盏路灯什么时候修好？")
            moderator.call("questions.approve", question=asked["question"], seen=0)
            evening.questions.append(asked["question"])
        return evening

    @property
    def stream(self) -> str:
        return f"session:{self.session}:public"

    def press(self, name: str, **fields: Any) -> dict[str, Any]:
        """A press of the host on the floor, as somebody who has seen everything so far."""
        answer = self.host.call(name, session=self.session, seen=self.seen, **fields)
        self.seen = answer["floor_rev"]
        return answer

    def start(self, seconds: int, **fields: Any) -> int:
        """Let somebody speak; returns the slot."""
        return int(self.press("live.start_slot", unit=self.unit, speaker="陈述人", seconds=seconds, **fields)["slot"])


class Crowd:
    """`presses` are what everybody was told, answer by answer.

    `answers` are the same as times (monotonic) and codes, oldest first: OK, REPEATED where it had been heard before,
    the code of a refusal, or "" for none.
    """

    def __init__(self, evening: Evening, connect: Connect) -> None:
        self.evening = evening
        self.presses: list[Press] = []
        self.answers: list[tuple[float, str]] = []
        self._connect = connect
        self._urls: Sequence[str] = ()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._faults: list[BaseException] = []
        self._numbers = itertools.count(1)

    def begin(self, *urls: str) -> "Crowd":
        """Everybody presses from now on, each at one of the processes, and at the next one when it does not answer."""
        self._urls = urls
        for number, hand in enumerate([*[self._phones] * PHONES, self._host]):
            thread = threading.Thread(target=self._guarded, args=[hand, number], daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def end(self) -> None:
        """Let the presses that are on their way be answered. Raises what went wrong among the crowd."""
        self._over.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive(), "somebody is still waiting for an answer"
        self._threads.clear()
        if self._faults:
            raise self._faults.pop()

    def is_answered_after(self, moment: float) -> bool:
        """Whether something was acknowledged after this monotonic moment."""
        return any(at > moment and code == "OK" for at, code in reversed(self.answers))

    def _guarded(self, hand: Callable[[int], None], number: int) -> None:
        try:
            hand(number)
        except BaseException as fault:
            self._faults.append(fault)

    def _phones(self, number: int) -> None:
        """One phone after the other: each votes for every question and asks some of its own."""
        while not self._over.is_set():
            phone = Person(self._urls[number % len(self._urls)], self._connect)
            try:
                if self._joined(phone):
                    self._votes_and_asks(phone)
            finally:
                phone.http.close()

    def _joined(self, phone: Person) -> bool:
        while not self._over.is_set():
            try:
                phone.join()
            except (requests.RequestException, AssertionError):
                self._elsewhere(phone)
            else:
                return True
        return False

    def _votes_and_asks(self, phone: Person) -> None:
        device = _token(phone.http.cookies["device"])
        for question in self.evening.questions:
            self._until_answered(phone, vote_mark(question, device), "questions.support", question=question)
        for _ in range(QUESTIONS_OF_A_PHONE):
            text = f"第{next(self._numbers)}件事什么时候解决？"
            session = self.evening.session
            self._until_answered(phone, question_mark(text), "questions.ask", "receipt", session=session, text=text)

    def _host(self, number: int) -> None:
        host = Person(self._urls[number % len(self._urls)], self._connect)
        host.http.cookies.update(self.evening.host.http.cookies)
        item = {"session": self.evening.session, "kind": "clip", "planned_minutes": 1}
        while not self._over.is_set():
            title = f"第{next(self._numbers)}段短片"
            self._until_answered(host, item_mark(title), "live.add_item", "item", title=title, **item)
            time.sleep(3 * PAUSE_SECONDS)
        host.http.close()

    def _until_answered(self, who: Person, mark: str, name: str, proof: str = "", **fields: Any) -> None:
        """Send a press until it is acknowledged; when everything is over before, nobody knows what became of it.

        Some are impatient: they send it once more, to another process where there is one.
        """
        fields["client_id"] = uuid.uuid4().hex
        outcome = Outcome.UNKNOWN
        again = random.random() < IMPATIENT
        while (outcome is not Outcome.OK or again) and not self._over.is_set():
            is_known, again = outcome is Outcome.OK, again and outcome is not Outcome.OK
            code, answer = self._sent(who, name, fields)
            outcome = _OUTCOMES.get(code, Outcome.REFUSED)
            self.answers.append((time.monotonic(), "REPEATED" if is_known and code == "OK" else code))
            self.presses.append(Press(mark, outcome, str(answer.get(proof, ""))))
            if outcome is not Outcome.OK or again:
                self._elsewhere(who)
        time.sleep(PAUSE_SECONDS)

    def _sent(self, who: Person, name: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        try:
            sent = who.http.post(f"{who.url}/api/{name}", json=fields, timeout=ANSWER_SECONDS)
            answer: dict[str, Any] = sent.json()
        except (requests.RequestException, ValueError):
            return "", {}
        return ("OK", answer) if answer["ok"] else (answer["error"]["code"], answer)

    def _elsewhere(self, who: Person) -> None:
        at = self._urls.index(who.url)
        who.url = self._urls[(at + 1) % len(self._urls)]
        time.sleep(0.1)


def vote_mark(question: int, device: str) -> str:
    return f"the vote of {device} for question {question}"


def question_mark(text: str) -> str:
    return f"question “{text}”"


def item_mark(title: str) -> str:
    return f"item “{title}”"


def slot_mark(speaker: str) -> str:
    return f"slot of {speaker}"


def _token(cookie: str) -> str:
    """The token in a signed cookie."""
    contents = cookie.partition(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(contents + "=" * (-len(contents) % 4))))
