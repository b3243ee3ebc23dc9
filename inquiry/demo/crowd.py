"""A believable evening at a running server, played through its public doors alone: phones, crew and officials."""

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import exam_crew
from .city import PASSWORD
from .crew import OFFICIALS, Clerk, Host, Moderator, Official
from .crowd_words import Words
from .people import Evening, Person, Phone
from .stage import Row, Stage, live_session
from .visitor import Unreachable, Visitor

_REPORTS = 30
_DONE = ("asked", "supported", "moderated", "aired", "answered", "pledged")
_MEETING_DONE = ("slots", "interruptions", "pledged", "present")
#: Refusals that a busy evening brings with it: too fast, or somebody else was faster.
EXPECTED = frozenset({"TOO_MANY", "STALE", "HELD", "NOT_OPEN"})


@dataclass
class Played:
    """What was done in the evening, and which refusals came back, by code."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def unexpected(self) -> dict[str, int]:
        return {code: times for code, times in self.refused.items() if code not in EXPECTED}


def play(
    url: str, minutes: float, people: int, seed: int, echo: Callable[[str], object], kind: str = "inquiry"
) -> Played:
    """Play until the minutes are over, the session is, or somebody presses Ctrl-C; the floor is left in order. `kind`
    is `inquiry` or `night_exam`, in which nobody has a phone."""
    words, played = Words(), Played()
    try:
        session = live_session(Visitor(url), kind)
        if session is None:
            raise SystemExit(words.say("no_session", url=url))
        title = session["title_en"] if words.language == "en" and session["title_en"] else session["title"]
        people = people if kind == "inquiry" else 0
        echo(words.say("begins" if people else "meeting_begins", title=title, people=people, minutes=minutes))
        Crowd(url, session, minutes, people, seed, played, words, echo).play()
    except Unreachable as error:
        raise SystemExit(f"inquiry: {error}") from error
    if people:
        echo(words.say("done", **{name: played.done[name] for name in _DONE}))
    else:
        echo(words.say("meeting_done", **{name: played.done[name] for name in _MEETING_DONE}))
    if played.refused:
        echo(words.say("turned_away", codes=", ".join(f"{code} {times}" for code, times in played.refused.items())))
    return played


def _cast(evening: Evening, own: Visitor, url: str) -> dict[str, Person]:
    """By sign-in name; the moderator is whose browser knows the stage."""
    return {
        "moderator": Moderator(evening, own, "moderator"),
        "moderator2": Moderator(evening, Visitor(url), "moderator2"),
        "host": Host(evening, Visitor(url), "host"),
        "clerk": Clerk(evening, Visitor(url), "clerk"),
        **{login: Official(evening, Visitor(url), login) for login in OFFICIALS},
    }


class Crowd:
    """Everybody of the evening. Each person lives a life of their own; one loop lets them act in turn."""

    def __init__(
        self, url: str, session: Row, minutes: float, people: int, seed: int, played: Played, words: Words,
        echo: Callable[[str], object],
    ) -> None:  # fmt: skip
        self.stage = Stage(url, session["id"])
        self.played, self.words, self._echo = played, words, echo
        self._seconds = minutes * 60
        chance = random.Random(seed)  # noqa: S311 - an evening, not a secret
        evening = Evening(self.stage, session["code"], self._seconds, chance, self.tell, self._count)
        cast = exam_crew.cast if session["kind"] == "night_exam" else _cast
        self._crew = cast(evening, self.stage.visitor, url)
        self._phones = [Phone(evening, Visitor(url), people) for _ in range(people)]
        self._report_every = min(10.0, max(3.0, self._seconds / _REPORTS))

    def play(self) -> None:
        """Raises Unreachable when the server goes away."""
        try:
            for login, person in self._crew.items():
                person.visitor.sign_in(login, PASSWORD)
                person.visitor.connect()
            self.stage.follow()
            self._let_live([*self._crew.values(), *self._phones])
        except KeyboardInterrupt:
            self.tell("stopping")
        finally:
            self._leave_in_order()

    def _let_live(self, people: list[Person]) -> None:
        """Whoever is due next acts, and says in how many seconds there is something to do again."""
        began = time.monotonic()
        due: list[tuple[float, int, Iterator[float]]] = [(began, n, one.life()) for n, one in enumerate(people)]
        due.append((began, len(people), self._reports()))
        heapq.heapify(due)
        while due and due[0][0] < began + self._seconds and self._is_live():
            at, number, life = heapq.heappop(due)
            time.sleep(max(0.0, at - time.monotonic()))
            pause = next(life, None)
            if pause is not None:
                heapq.heappush(due, (max(at, time.monotonic()) + pause, number, life))

    def _is_live(self) -> bool:
        self.stage.keep_up()
        if self.stage.session["state"] == "live":
            return True
        self.tell("over_now")
        return False

    def _leave_in_order(self) -> None:
        """End who speaks, write down what was answered, clear the floor, go home. The evening itself goes on."""
        if self.stage.is_followed and self.stage.session["state"] == "live":
            for login in ("host", "clerk"):
                self._crew[login].finish()
        for person in [*self._phones, *self._crew.values()]:
            person.visitor.leave()

    # --- telling ----------------------------------------------------------------------------------------------------

    def _reports(self) -> Iterator[float]:
        while True:
            yield self._report_every
            totals = self.stage.totals
            if not self._phones:
                self.tell("meeting_status", floor=self._floor())
            elif "received" in totals:
                refused = sum(totals["refused"].values())
                self.tell(
                    "status", **totals | {"refused": refused}, phones=sum(phone.has_joined for phone in self._phones),
                    supports=self.played.done["supported"], floor=self._floor(),
                )  # fmt: skip

    def _floor(self) -> str:
        slot, left = self.stage.slot, self.stage.seconds_left()
        if slot is None or left is None:
            return self.words.say("nobody")
        return self.words.say("over" if left < 0 else "speaks", speaker=slot["speaker"], left=abs(left))

    def tell(self, key: str, **details: Any) -> None:
        if "kind" in details:
            details["kind"] = self.words.kind(details["kind"])
        if "specificity" in details:
            details["specificity"] = self.words.kind(details["specificity"])
        self._echo(f"{time.strftime('%H:%M:%S')} {self.words.say(key, **details)}")

    def _count(self, command: str, answer: Row, counted_as: str) -> None:
        if answer["ok"]:
            self.played.done[counted_as] += 1
            return
        code = answer["error"]["code"]
        self.played.refused[code] += 1
        if code not in EXPECTED:
            self.tell("refused", command=command, code=code, message=answer["error"]["message"])
