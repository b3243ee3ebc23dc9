"""Hosts at three processes start and end slots as fast as they can: never do two run at the same instant."""

import random
import threading
from collections import Counter

import pytest

from tests.breaking.crowd import Evening, slot_mark
from tests.breaking.record import Record
from tests.support.client import Connect
from tests.support.history import Outcome, Press
from tests.support.people import Person
from tests.support.server import Server, StartServer
from tests.support.sizes import Size

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(900)]
DATABASES = ("postgres",)

HOSTS_OF_A_PROCESS = 2


class Race:
    """Each host presses on what was seen last by anybody, or rashly on what is to be seen next."""

    def __init__(self, evening: Evening, starts: int) -> None:
        self.presses: list[Press] = []
        self.codes: Counter[str] = Counter()
        self._evening = evening
        self._left = starts
        self._seen = evening.seen
        self._lock = threading.Lock()

    def run(self, hosts: list[Person]) -> None:
        threads = [threading.Thread(target=self._press_on, args=[host]) for host in hosts]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def _press_on(self, host: Person) -> None:
        while (number := self._next()) > 0:
            for _ in range(random.randrange(2)):
                self._press(host, "live.end_slot")
            speaker = f"第{number}位"
            start = {"unit": self._evening.unit, "speaker": speaker, "seconds": 600}
            answer = self._press(host, "live.start_slot", **start)
            outcome = Outcome.OK if answer["ok"] else Outcome.REFUSED
            self.presses.append(Press(slot_mark(speaker), outcome, str(answer.get("slot", ""))))

    def _next(self) -> int:
        with self._lock:
            self._left -= 1
            return self._left + 1

    def _press(self, host: Person, name: str, **fields: object) -> dict[str, object]:
        seen = self._seen + (random.random() < 0.3)
        answer = host.ask(name, session=self._evening.session, seen=seen, **fields)
        with self._lock:
            self._seen = max(self._seen, known_by(answer))
            self.codes[f"{name} {'OK' if answer['ok'] else answer['error']['code']}"] += 1
        return answer


def known_by(answer: dict[str, object]) -> int:
    """The number of presses on the floor that an answer tells of."""
    now = answer if answer["ok"] else answer["error"]["data"].get("now", {})
    return int(now.get("floor_rev", 0))


@pytest.fixture
def processes(server: Server, neighbour: Server, database_url: str, start_server: StartServer) -> list[Server]:
    """Three of one installation."""
    third = {"INQUIRY_PROCESS": "third", "INQUIRY_DATA_DIR": server.environment["INQUIRY_DATA_DIR"]}
    return [server, neighbour, start_server(database_url, **third)]


def test_two_slots_never_run_at_once(
    processes: list[Server], evening: Evening, record: Record, connect: Connect, size: Size[int]
) -> None:
    hosts = [Person(one.url, connect) for one in processes for _ in range(HOSTS_OF_A_PROCESS)]
    for host in hosts:
        host.http.cookies.update(evening.host.http.cookies)
    race = Race(evening, size(300, 10_000))
    race.run(hosts)
    for host in hosts:
        host.http.close()
    print(sorted(race.codes.items()))  # noqa: T201 - shown with -s
    assert len(race.presses) == size(300, 10_000)
    assert {"live.start_slot STALE", "live.start_slot SLOT_RUNNING", "live.start_slot OK"} <= race.codes.keys()
    assert record.broken(race.presses) == []
