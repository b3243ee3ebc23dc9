"""Two processes and a Redis: what one commits, the other tells its readers at once; without it, a little later."""

import itertools
import threading
import time
from pathlib import Path

import pytest
import redis

from inquiry.core.background import Task, for_ever
from inquiry.realtime.hints import Hints
from tests.realtime.test_live_state import a_live_session
from tests.realtime.test_two_processes import a_session_with_one_question, press, told_tally
from tests.support.client import Connect, LiveClient
from tests.support.people import MakePerson, Person
from tests.support.processes import eventually
from tests.support.redis import RedisServer
from tests.support.server import Server, StartServer

pytestmark = pytest.mark.alone

AT_ONCE_SECONDS = 0.3
WITHOUT_SECONDS = 2.0
BACK_SECONDS = 3.0
#: A tick at the one process, a tick at the other, and a hundredth of a second each way.
TWO_TICKS_SECONDS = 1.15
#: What the machine does to one of them it does not do to all.
ATTEMPTS = 3


@pytest.fixture
def server(start_server: StartServer, database_url: str, database_kind: str, redis_server: RedisServer) -> Server:
    """Each event loop once: hints do not ask which database it is."""
    mode = {"sqlite": "gevent", "postgres": "eventlet"}[database_kind]
    return start_server(database_url, INQUIRY_ASYNC_MODE=mode, INQUIRY_REDIS_URL=redis_server.url)


class Crossing:
    """A host at one process and a reader at the other."""

    def __init__(self, host: Person, reader: LiveClient, session: int) -> None:
        self.host, self.reader, self.session = host, reader, session
        streams = reader.call("follow", {"session": session})["streams"]
        self.first = streams[f"session:{session}:public"]["seq"] + 1

    def seconds(self) -> float:
        """From a press until the reader is told of it."""
        told = len(self.reader.entries)
        pressed = time.monotonic()
        press(self.host, self.session, 1, f"短片{told}-")
        self.reader.wait_for(lambda: len(self.reader.entries) > told, seconds=5)
        return time.monotonic() - pressed

    def is_at_once(self) -> bool:
        """Six times running: the processes look by themselves every half second, which is luck in one case of 20."""
        return all(self.seconds() < AT_ONCE_SECONDS for _ in range(6))

    @property
    def numbers(self) -> list[int]:
        return [one["seq"] for one in self.reader.entries]


@pytest.mark.live
def test_a_hint_is_heard_at_once_and_nothing_depends_on_it(
    server: Server, neighbour: Server, redis_server: RedisServer, person: MakePerson, units: dict[str, int],
    connect: Connect,
) -> None:  # fmt: skip
    host = person("host")
    crossing = Crossing(host, connect(neighbour.url), a_live_session(host, units)["session"])
    eventually(crossing.is_at_once, otherwise="no hint was heard")

    redis_server.kill()
    assert all(crossing.seconds() < WITHOUT_SECONDS for _ in range(5))
    for process in (server, neighbour):
        assert process.log.count("Redis is not to be had") == 1, "one line, however many presses"

    redis_server.start()
    back = time.monotonic()
    eventually(crossing.is_at_once, seconds=BACK_SECONDS + 6 * 0.6, every=0)
    print(f"at once again {time.monotonic() - back:.2f} s after Redis was back")  # noqa: T201 - shown with -s
    assert neighbour.log.count("Redis is back") == 1
    assert crossing.numbers == list(range(crossing.first, crossing.first + len(crossing.numbers)))


@pytest.mark.live
def test_votes_are_counted_at_the_other_process_with_its_next_tick(
    server: Server, neighbour: Server, person: MakePerson, connect: Connect
) -> None:
    session, question = a_session_with_one_question(person)
    reader = connect(neighbour.url)
    reader.call("follow", {"session": session})

    def is_counted(votes: int) -> bool:
        person().call("questions.support", question=question)
        pressed = time.monotonic()
        reader.wait_for(lambda: told_tally(reader, question) == votes, seconds=6)
        return time.monotonic() - pressed < TWO_TICKS_SECONDS

    is_counted(1)  # Redis may not be listened to yet
    votes = itertools.count(2)
    assert any(all(is_counted(next(votes)) for _ in range(4)) for _ in range(ATTEMPTS))


class Ear(Hints):
    """A process by its hints alone; `heard` are the sessions it was told of."""

    def __init__(self, url: str) -> None:
        self.sessions: list[int] = []
        self.questions: list[set[int]] = []
        self.notes: list[str] = []
        super().__init__(url, self.hear, lambda sentence, _error: self.notes.append(sentence))
        for task in (self.speak, self.listen):
            threading.Thread(target=for_ever, args=[Task("hints", task), time.sleep], daemon=True).start()

    def hear(self, session: int, questions: set[int]) -> None:
        self.sessions.append(session)
        self.questions.append(questions)


def test_hints_are_heard_again_soon_after_redis_is_back(redis_server: RedisServer) -> None:
    one, other = Ear(redis_server.url), Ear(redis_server.url)

    def is_heard() -> bool:
        one.say(["7"])
        return 7 in other.sessions

    eventually(is_heard)
    redis_server.kill()
    for _ in range(100):
        one.say(["8"])
    time.sleep(1.5)
    redis_server.start()
    other.sessions.clear()
    eventually(is_heard, seconds=BACK_SECONDS)
    assert len([note for note in one.notes if "not to be had" in note]) == 1
    assert 7 not in one.sessions, "nobody hears what it said itself"


def test_a_burst_is_a_few_hints_and_nonsense_is_none(redis_server: RedisServer) -> None:
    one, other = Ear(redis_server.url), Ear(redis_server.url)
    eventually(lambda: one.say(["1"]) or other.sessions)
    other.sessions.clear()
    for _ in range(2000):
        one.say(["5"])
    for nonsense in (
        b"",
        b"x",
        b"x y",
        b"\xff 5",
        b"x 999999999999999",
        b"x -5",
        b"%016x 5 " % 0,
        b"%016x 5 3," % 0,
        b"%016x 5 x" % 0,
    ):
        one._redis.publish("inquiry:hints", nonsense)
    one.say(["6 3,50,99999999999"])
    eventually(lambda: 6 in other.sessions)
    assert other.questions[-1] == {3, 50}
    assert not any(other.questions[:-1])
    assert set(other.sessions) <= {1, 5, 6}
    assert len(other.sessions) < 50


def test_the_access_list_of_the_handbook_is_enough_and_no_more(redis_server: RedisServer) -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    rules = [line for line in handbook.splitlines() if line.startswith("user ")]
    redis_server.restrict(rules)
    url = redis_server.url.replace("//", "//inquiry:a-long-password@")
    one, other = Ear(url), Ear(url)
    eventually(lambda: one.say(["1"]) or other.sessions)
    with redis.Redis.from_url(url) as intruder:
        for command in (["SET", "x", "1"], ["KEYS", "*"], ["CONFIG", "GET", "*"], ["PUBLISH", "another", "x"]):
            with pytest.raises(redis.exceptions.NoPermissionError):
                intruder.execute_command(*command)
    with redis.Redis.from_url(redis_server.url) as stranger, pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()


def test_saying_never_waits() -> None:
    """Nobody answers at this address; whoever presses does not notice."""
    ear = Ear("redis://192.0.2.1:6379")
    taken = []
    for _ in range(ATTEMPTS):
        began = time.monotonic()
        for number in range(1000):
            ear.say([number])
        taken.append(time.monotonic() - began)
    assert min(taken) < 0.2, taken


def test_a_hint_that_cannot_be_followed_is_the_last_of_none(redis_server: RedisServer) -> None:
    class Stumbling(Ear):
        def hear(self, session: int, questions: set[int]) -> None:
            if session == 6:
                raise ValueError("broken")
            super().hear(session, questions)

    one, other = Ear(redis_server.url), Stumbling(redis_server.url)
    eventually(lambda: one.say(["1"]) or other.sessions)
    one.say(["6"])
    time.sleep(0.2)
    one.say(["7"])
    eventually(lambda: 7 in other.sessions)


def test_whoever_says_hints_goes_on_after_what_nobody_expected(redis_server: RedisServer) -> None:
    one, other = Ear(redis_server.url), Ear(redis_server.url)
    eventually(lambda: one.say(["1"]) or other.sessions)
    one.say(["\ud800"])  # no bytes can be made of it
    time.sleep(0.2)
    one.say(["7"])
    eventually(lambda: 7 in other.sessions)
