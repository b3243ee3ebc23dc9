"""The people of an evening: each has a life, told as the seconds until they do something again; here the audience."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .crowd_lines import AGAIN, ASKERS, FOLLOW_UPS, RUDE, SUBJECTS
from .stage import Row, Stage
from .units import UNITS
from .visitor import Visitor

_UNIT_NAMES = {unit.key: unit.name for unit in UNITS}
#: What somebody on a phone does next. However many phones: moderators read some twenty questions a minute.
_ASKS, _ALL_ASK, _THINKS_BETTER = 0.13, 3.5, 0.02
_BETWEEN_TAPS_SECONDS = 6.0
#: What is asked about: the first subjects much, the last little.
_INTEREST = [1 / (place + 1.5) for place in range(len(SUBJECTS))]


@dataclass
class Evening:
    """What everybody shares: the stage, the session's code, how long it lasts, chance, and how to tell and to count.

    `read_now` are the questions that the crowd's moderators are reading, `fresh_pledges` those nobody has answered for.
    """

    stage: Stage
    code: str
    seconds: float
    chance: random.Random
    tell: Callable[..., None]
    count: Callable[[str, Row, str], None]
    read_now: set[int] = field(default_factory=set)
    fresh_pledges: set[int] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)

    def unit(self, key: str) -> int | None:
        """The unit of the content's city, as it is numbered here."""
        name = _UNIT_NAMES.get(key)
        return next((one["id"] for one in self.stage.rows("unit") if one["name"] == name), None)

    def line(self) -> tuple[str, int | None]:
        """What somebody types next, and of which unit: the rude, the pressing, and those who ask the same."""
        kind = self.chance.random()
        floor = self.stage.floor
        if kind < 0.09:
            text, unit = self.chance.choice(RUDE)[0], None
        elif kind < 0.22 and floor is not None and floor["question"]:
            text, unit = self.chance.choice(FOLLOW_UPS), floor["unit"]
        else:
            subject = self.chance.choices(SUBJECTS, _INTEREST)[0]
            text, unit = self.chance.choice(subject.wordings), self.unit(subject.unit)
        if text in self._asked:
            text = self.chance.choice(AGAIN) + text
        self._asked.add(text)
        knows = unit in self.stage.session["units"] and self.chance.random() < 0.6
        return text, unit if knows else None


class Person:
    """Somebody with a browser. `life` yields the seconds until it goes on."""

    def __init__(self, evening: Evening, visitor: Visitor) -> None:
        self.evening, self.visitor = evening, visitor
        self.stage, self.chance, self.tell = evening.stage, evening.chance, evening.tell
        self._wait = 0.0

    def life(self) -> Iterator[float]:
        raise NotImplementedError

    def finish(self) -> None:
        """What still has to be done when the evening's time is over."""

    def do(self, command: str, counted_as: str = "", /, **fields: Any) -> Row | None:
        """The answer, or None for a refusal, which is counted; one that says when to try again is obeyed."""
        answer = self.visitor.press(command, **fields)
        self.evening.count(command, answer, counted_as or command)
        if answer["ok"]:
            return answer
        self._wait = float(answer["error"]["data"].get("retry_after", 0))
        return None

    def look(self, query: str, /, **fields: Any) -> list[Row]:
        """The questions that a query answers with."""
        answer = self.visitor.say(query, **fields)
        self.evening.count(query, answer, query)
        if not answer["ok"]:
            self._wait = float(answer["error"]["data"].get("retry_after", 0))
            return []
        found: list[Row] = answer["questions"]
        return found

    def wait_for(self, is_so: Callable[[], bool], seconds: float = 2.0) -> None:
        """Until the stage shows it, or somebody gives up."""
        end = time.monotonic() + seconds
        while not is_so() and time.monotonic() < end:
            time.sleep(0.05)

    def after(self, least: float, most: float) -> float:
        """A while between the two, or as long as the server asked to wait."""
        wait, self._wait = self._wait, 0.0
        return max(wait, self.chance.uniform(least, most))


class Phone(Person):
    """A citizen who joins at some moment, looks through the questions, supports some, and asks now and then."""

    def __init__(self, evening: Evening, visitor: Visitor, phones: int) -> None:
        super().__init__(evening, visitor)
        self.has_joined = False
        self._asks = min(_ASKS, _ALL_ASK / phones)
        self._may_ask_at = 0.0

    def life(self) -> Iterator[float]:
        yield self.chance.uniform(0, self.evening.seconds * 0.2)
        self.visitor.join(self.evening.code)
        self.visitor.connect()
        self.visitor.say("follow", session=self.stage.session_id)
        self.has_joined = True
        while True:
            yield self.after(0.5, 2 * _BETWEEN_TAPS_SECONDS)
            mood = self.chance.random()
            if mood < self._asks and time.monotonic() > self._may_ask_at:
                yield from self._ask()
            elif mood < self._asks + _THINKS_BETTER:
                self._think_better()
            else:
                self._support(self._listed())

    def _listed(self) -> list[Row]:
        sort = self.chance.choices(("supported", "newest", "needs"), (5, 3, 2))[0]
        return self.look("questions.listing", session=self.stage.session_id, sort=sort)

    def _support(self, listed: list[Row]) -> None:
        fresh = [one for one in listed if not one["supported"]]
        if fresh:
            place = min(int(self.chance.expovariate(0.35)), len(fresh) - 1)
            self.do("questions.support", "supported", question=fresh[place]["id"])

    def _think_better(self) -> None:
        supported = [one for one in self._listed() if one["supported"]]
        if supported:
            self.do("questions.withdraw_support", "withdrawn", question=self.chance.choice(supported)["id"])

    def _ask(self) -> Iterator[float]:
        """Type, be shown what is similar, and support that instead as often as not."""
        text, unit = self.evening.line()
        session = self.stage.session_id
        similar = self.look("questions.similar", session=session, text=text)
        yield self.after(1, 3)
        if any(not one["supported"] for one in similar) and self.chance.random() < 0.4:
            self._support([one for one in similar if one["state"] in ("approved", "on_air")])
            return
        asker = self.chance.choice(ASKERS)
        if self.do("questions.ask", "asked", session=session, text=text, unit=unit, asker=asker) is None:
            # Supporting goes on meanwhile.
            self._may_ask_at, self._wait = time.monotonic() + self._wait, 0.0
