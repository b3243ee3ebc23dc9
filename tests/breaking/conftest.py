"""An evening that goes on while its processes are hurt."""

from collections.abc import Callable, Iterator

import pytest

from tests.breaking.crowd import Crowd, Evening
from tests.breaking.follower import Follower
from tests.breaking.record import Record
from tests.realtime.test_live_state import a_live_session
from tests.support.client import Connect
from tests.support.people import MakePerson
from tests.support.server import Server, StartServer

#: `follower(url)` is a viewer there who has followed the evening from now on.
Follow = Callable[[str], Follower]


@pytest.fixture
def server(start_server: StartServer, database_url: str, database_kind: str) -> Server:
    """The first process. Each event loop once: what is hurt here is not the loop."""
    mode = {"sqlite": "gevent", "postgres": "eventlet"}[database_kind]
    return start_server(database_url, INQUIRY_ASYNC_MODE=mode, INQUIRY_PROCESS="first")


@pytest.fixture
def evening(person: MakePerson, units: dict[str, int]) -> Evening:
    """A session on air that takes questions, with a few to vote for."""
    return Evening.begin(person, units, a_live_session(person("host"), units))


@pytest.fixture
def crowd(evening: Evening, connect: Connect) -> Iterator[Crowd]:
    """Nobody presses before `crowd.begin(urls)`."""
    crowd = Crowd(evening, connect)
    yield crowd
    crowd.end()


@pytest.fixture
def record(database_url: str, evening: Evening) -> Record:
    """What is written down of the evening, and what is wrong with it."""
    return Record(database_url, evening)


@pytest.fixture
def follower(connect: Connect, evening: Evening) -> Follow:
    count = 0

    def come(url: str) -> Follower:
        nonlocal count
        count += 1
        return Follower(connect, url, evening.session, f"viewer {count}").come()

    return come
