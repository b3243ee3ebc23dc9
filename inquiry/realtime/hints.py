"""Hints between processes, over Redis: "session 7 has something new", "votes for its questions 3 and 5". Nothing else
ever travels there.

Whoever hears one looks into the database at once, as it does twice a second anyway. A hint that is lost costs that half
second; Redis that is gone costs it every time; what was accepted is in the database either way. Whoever commits never
waits for Redis: a task beside says it, at most one hint for each session waiting.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from random import SystemRandom

import redis
from flask import Flask, current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..core import metrics
from ..core.background import Task, attempt
from . import session_cache, streams

#: Not the chance that the whole program shares: whoever set that in order to repeat something would be disturbed.
_CHANCE = SystemRandom()

CHANNEL = "inquiry:hints"
#: A hint that is not gone after this long is not worth waiting for.
TIMEOUT_SECONDS = 0.5
#: So long others may join one publishing; a burst of commits is a few hints.
GATHER_SECONDS = 0.01
#: Redis is asked this often whether it is still there, and given up when it does not answer until the next time.
ASK_SECONDS = 1.0
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0

_HINTS = metrics.Counter("inquiry_hints_total", "Hints between processes.", label="way")
_KEY = "inquiry.hints"
_MOST_QUESTIONS = 100
#: A larger number names nothing, and the database would refuse to look for it.
_LARGEST_ID = 2**31 - 1
_HINT = re.compile(
    r"(?P<name>[0-9a-f]{16}) (?P<session>[0-9]{1,11})( (?P<questions>[0-9]{1,11}(,[0-9]{1,11}){0,99}))?", re.ASCII
)


class Hints:
    """The two tasks of one process: one says what was committed here, one hears what was committed elsewhere.

    `heard(session id, questions)` is called for what other processes say: entries, or votes where there are questions.
    `log(sentence, error)` is told when Redis is lost and when it is back, once each.
    """

    def __init__(self, url: str, heard: Callable[[int, set[int]], None], log: Callable[[str, object], None]) -> None:
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            client_name="inquiry",
        )
        self._heard = heard
        self._log = log
        self._name = secrets.token_hex(8)
        self._waiting: set[str] = set()
        self._wake = threading.Event()
        self._is_lost = False
        self._pause = SHORTEST_PAUSE_SECONDS
        metrics.gauge("inquiry_redis_lost", "1 while Redis is not to be had.", lambda: self._is_lost)

    def say(self, hints: Iterable[str]) -> None:
        """`7`: something was committed for session 7; `7 3,5`: votes for its questions. Returns at once."""
        self._waiting.update(hints)
        if self._waiting:
            self._wake.set()

    def speak(self) -> float:
        """Say what waits, as soon as something does. What could not be said is forgotten: nobody needs it by then."""
        self._wake.wait()
        self._wake.clear()
        said, self._waiting = self._waiting, set()
        try:
            for hint in said:
                self._redis.publish(CHANNEL, f"{self._name} {hint}")
                _HINTS.add(of="said")
        except (redis.RedisError, OSError) as error:
            self._lost(error)
        return GATHER_SECONDS

    def listen(self) -> float:
        """Hear what others say, until Redis is lost."""
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        try:
            with self._redis.pubsub() as ear:
                ear.subscribe(CHANNEL)
                for kind, told in self._told(ear):
                    pause = self._pause = SHORTEST_PAUSE_SECONDS
                    self._found()
                    if kind == "message":
                        attempt("a hint", self._take, told)
        except (redis.RedisError, OSError) as error:
            self._lost(error)
        return pause * _CHANCE.uniform(0.5, 1)  # so that not all processes come back in one moment

    def _told(self, ear: "redis.client.PubSub") -> Iterable[tuple[str, bytes]]:
        """Whatever Redis sends, answers to our asking among it. Raises TimeoutError when it is silent."""
        answered = asked = time.monotonic()
        while True:
            message = ear.get_message(timeout=ASK_SECONDS)
            now = time.monotonic()
            if message is not None:
                answered = now
                yield message["type"], message["data"]
            elif answered < asked:
                raise redis.TimeoutError("no answer")
            if now - asked >= ASK_SECONDS:
                asked = time.monotonic()
                ear.ping()

    def _take(self, told: bytes) -> None:
        """Whoever else may publish here can make us look, and nothing more."""
        found = _HINT.fullmatch(told.decode(errors="replace"))
        if found and found["name"] != self._name:
            _HINTS.add(of="heard")
            questions = {int(one) for one in (found["questions"] or "").split(",") if one}
            self._heard(int(found["session"]), {one for one in questions if one <= _LARGEST_ID})

    def _lost(self, error: Exception) -> None:
        if not self._is_lost:
            self._is_lost = True
            self._log("Redis is not to be had (%s): other processes notice by themselves, a little later", error)

    def _found(self) -> None:
        if self._is_lost:
            self._is_lost = False
            self._log("Redis is back%s", "")


def tasks(app: Flask, url: str, count_again: Callable[[int, set[int]], None]) -> Iterator[Task]:
    """Say and hear hints in this process from now on."""

    def heard(session: int, questions: set[int]) -> None:
        with app.app_context():
            if not session_cache.views_of(streams.public_stream(session)):
                return
            if questions:
                count_again(session, questions)
            else:
                session_cache.look_soon()

    hints = app.extensions[_KEY] = Hints(url, heard, app.logger.warning)
    yield Task("saying hints", hints.speak)
    yield Task("hearing hints", hints.listen)


def say(sessions: Iterable[int]) -> None:
    """Let the other processes know of what was just committed here for these sessions."""
    _say(map(str, sessions))


def say_voted(session_id: int, questions: Iterable[int]) -> None:
    """Let the other processes count these again. Beyond a hundred they notice by themselves."""
    _say({f"{session_id} {','.join(map(str, sorted(questions)[:_MOST_QUESTIONS]))}"})


def _say(hints: Iterable[str]) -> None:
    here: Hints | None = current_app.extensions.get(_KEY)
    if here is not None:
        here.say(hints)
