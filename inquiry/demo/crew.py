"""The crew of a played evening, and the officials: they press what people at those desks press, at a human pace."""

from collections.abc import Iterator
from datetime import timedelta

from ..core import clock
from ..core.text import SIMILAR, similarity
from .city import PEOPLE
from .crowd_lines import ANSWERS, DISPUTES, OTHER_ANSWERS, RUDE, SUBJECTS, SpokenPledge
from .people import Evening, Person
from .stage import Row
from .units import UNITS
from .visitor import Visitor

_RUDE = dict(RUDE)
_TITLES = {unit.name: unit.head_title for unit in UNITS}
_ANSWERS = {answer.subject: answer for answer in ANSWERS}
_NAMES = {person.login: person.name for person in PEOPLE}
#: Who answers for which unit, by login.
OFFICIALS = {person.login: person.unit for person in PEOPLE if person.unit}
#: A question takes a quarter of a short evening, and no more than this.
_LONGEST_QUESTION_SECONDS = 75.0
_SHORTEST_QUESTION_SECONDS = 10.0
_NEARLY_OVER_SECONDS = 8
_TRIES_AT_THE_END = 3


def subject_of(text: str) -> str:
    """The key of the subject a question is about; '' for whatever else."""
    alike, key = max((similarity(text, wording), one.key) for one in SUBJECTS for wording in one.wordings)
    return key if alike >= SIMILAR else ""


class CrewMember(Person):
    """Somebody signed in."""

    def __init__(self, evening: Evening, visitor: Visitor, login: str) -> None:
        super().__init__(evening, visitor)
        self.login = login

    def unit_for(self, question: Row) -> int:
        """Who is to answer: whoever is named, whose subject it is, or the first unit on the stage."""
        subject = subject_of(question["text"])
        of_subject = next((self.evening.unit(one.unit) for one in SUBJECTS if one.key == subject), None)
        unit: int = question["unit"] or of_subject or self.stage.session["units"][0]
        return unit


class Moderator(CrewMember):
    """Takes the oldest question nobody else is reading; refuses, merges or approves it."""

    def life(self) -> Iterator[float]:
        while True:
            question = self._oldest()
            if question is None:
                yield self.after(1, 2)
                continue
            self.evening.read_now.add(question["id"])
            self.do("questions.hold", "held", question=question["id"])
            yield self.after(1.8, 4.5)
            self._decide(question["id"])
            self.evening.read_now.discard(question["id"])
            yield self.after(0.4, 1.2)

    def _oldest(self) -> Row | None:
        others = self.stage.held_by_others({_NAMES["moderator"], _NAMES["moderator2"]}) | self.evening.read_now
        return next((one for one in self.stage.questions("waiting") if one["id"] not in others), None)

    def _decide(self, number: int) -> None:
        question = self.stage.row("question", number)
        if question is None or question["state"] != "waiting":
            return
        press = {"question": number, "seen": question["rev"]}
        reason = next((why for text, why in _RUDE.items() if question["text"].endswith(text)), None)
        same = self._asked_before(question)
        if reason:
            self.do("questions.refuse", "moderated", **press, reason=reason)
        elif same:
            self.do("questions.merge", "moderated", **press, into=same)
        else:
            self.do("questions.approve", "moderated", **press, unit=self.unit_for(question))

    def _asked_before(self, question: Row) -> int | None:
        found = self.look("questions.candidates", question=question["id"])
        found = [one for one in found if one["score"] >= SIMILAR]
        public_first = sorted(found, key=lambda one: (one["state"] == "waiting", -one["score"]))
        return public_first[0]["id"] if public_first else None


class Host(CrewMember):
    """Puts the most supported question on air, gives its unit the floor, more time now and then, and goes on."""

    def life(self) -> Iterator[float]:
        whole = min(_LONGEST_QUESTION_SECONDS, max(_SHORTEST_QUESTION_SECONDS, self.evening.seconds / 4))
        if self.stage.slot is not None:
            yield self.after(whole * 0.2, whole * 0.4)
            self._press("live.end_slot")
            yield self.after(1, 2)
        while True:
            question = self._most_supported()
            if question is None or self.stage.slot is not None or not self._put_on_air(question):
                yield self.after(2, 3)
                continue
            yield self.after(whole * 0.1, whole * 0.15)
            yield from self._let_speak(question["id"], round(whole * 0.6))
            yield self.after(whole * 0.1, whole * 0.15)
            if self._take_verdict():
                yield self.after(whole * 0.1, whole * 0.15)

    def _press(self, command: str, counted_as: str = "", /, **fields: object) -> bool:
        """A press on the floor, carrying what is seen of it."""
        session = self.stage.session
        return bool(self.do(command, counted_as, session=session["id"], seen=session["floor_rev"], **fields))

    def _most_supported(self) -> Row | None:
        return max(self.stage.questions("approved"), key=lambda one: one["votes"], default=None)

    def _put_on_air(self, question: Row) -> bool:
        taken = self._press("questions.put_on_air", "aired", question=question["id"], unit=self.unit_for(question))
        if taken:
            self.tell("on_air", number=question["number"], votes=question["votes"], text=question["text"])
        return taken

    def _let_speak(self, number: int, seconds: int) -> Iterator[float]:
        question = self.stage.row("question", number)
        unit = self.stage.row("unit", self.unit_for(question) if question else None)
        if unit is None:
            return
        title = _TITLES.get(unit["name"], "")
        self._press(
            "live.start_slot", "slots", unit=unit["id"], speaker=unit["head"] or unit["name"], speaker_title=title,
            seconds=seconds,
        )  # fmt: skip
        self.tell("slot", unit=unit["name"], speaker=unit["head"], seconds=seconds)
        yield self.after(seconds * 0.7, seconds * 0.9)
        if self.chance.random() < 0.35:
            more = max(5, round(seconds / 3))
            self._press("live.extend_slot", "extended", seconds=more)
            self.tell("extended", seconds=more)
            yield self.after(more * 0.6, more)
        yield self.after(seconds * 0.05, seconds * 0.2)
        self._press("live.end_slot", "ended")

    def _take_verdict(self) -> bool:
        """The audience judges, where the rundown has it next; the last word of the evening is kept for its close."""
        floor = self.stage.floor
        items = sorted(self.stage.rows("item"), key=lambda one: one["position"])
        coming = [one for one in items if floor and one["position"] > floor["position"] and one["kind"] != "case"]
        if len(coming) < 2 or (coming[0]["kind"], coming[0]["state"]) != ("verdict", "planned"):
            return False
        return self._press("questions.take_item", "items", item=coming[0]["id"])

    def finish(self) -> None:
        """Somebody faster, or an entry that is still on its way, makes a press stale: look, and press again."""
        for _ in range(_TRIES_AT_THE_END):
            self.stage.keep_up()
            if self.stage.slot is not None:
                self._press("live.end_slot", "ended")
                self.wait_for(lambda: self.stage.slot is None)
            elif self.stage.floor is not None:
                self._press("questions.clear_floor", "cleared")
                self.wait_for(lambda: self.stage.floor is None)
            else:
                return


class Clerk(CrewMember):
    """Writes down the answer while it ends, and then every pledge in it."""

    def life(self) -> Iterator[float]:
        while True:
            yield self.after(1, 2)
            for question in self.stage.unrecorded():
                if self._was_answered(question):
                    yield from self._write_down(question)

    def _was_answered(self, question: Row) -> bool:
        """Whether it left the floor, or somebody had time to answer it and that is nearly over."""
        if question["state"] == "aired":
            return True
        left = self.stage.seconds_left()
        items = {one["id"] for one in self.stage.rows("item") if one["question"] == question["id"]}
        spoken = any(one["item"] in items for one in self.stage.rows("slot"))
        return spoken and (self.stage.slot is None or (left is not None and left < _NEARLY_OVER_SECONDS))

    def _write_down(self, question: Row) -> Iterator[float]:
        answer = _ANSWERS.get(subject_of(question["text"])) or self.chance.choice(OTHER_ANSWERS)
        unit = self.stage.row("unit", self.unit_for(question))
        assert unit is not None
        slots = [one for one in self.stage.rows("slot") if one["unit"] == unit["id"]]
        speaker = slots[-1]["speaker"] if slots else unit["head"] or unit["name"]
        recorded = self.do(
            "responses.record_response", "answered", question=question["id"], unit=unit["id"], kind=answer.kind,
            text=answer.text, speaker=speaker, speaker_title=_TITLES.get(unit["name"], ""),
        )  # fmt: skip
        if recorded is None:
            return
        self.tell("recorded", kind=answer.kind)
        for pledge in answer.pledges:
            yield self.after(1.5, 4)
            self._record_pledge(recorded["response"], pledge, unit["id"], speaker)

    def _record_pledge(self, response: int, pledge: SpokenPledge, unit: int, speaker: str) -> None:
        today = clock.now().date()
        due_on = None if pledge.due_in is None else (today + timedelta(days=pledge.due_in)).isoformat()
        written = self.do(
            "pledges.record_pledge", "pledged", response=response, spoken=pledge.spoken, action=pledge.action,
            object=pledge.object, officer=pledge.officer.format(speaker=speaker), lead_unit=unit, due_on=due_on,
        )  # fmt: skip
        if written:
            self.evening.fresh_pledges.add(written["pledge"])
            self.tell("pledge", spoken=pledge.spoken, specificity=written["specificity"])

    def finish(self) -> None:
        for question in self.stage.unrecorded():
            for _pause in self._write_down(question):
                """Nobody waits any more."""


class Official(CrewMember):
    """Reads what was recorded of the unit's pledges and confirms it, or says what was meant instead."""

    def life(self) -> Iterator[float]:
        while True:
            yield self.after(2, 4)
            for pledge in self.stage.rows("pledge"):
                if pledge["id"] in self.evening.fresh_pledges and self._is_ours(pledge["lead_unit"]):
                    yield self.after(2, 6)
                    self.evening.fresh_pledges.discard(pledge["id"])
                    self._answer_for(pledge)

    def _is_ours(self, number: int | None) -> bool:
        own = self.evening.unit(OFFICIALS[self.login])
        while number is not None and number != own:
            unit = self.stage.row("unit", number)
            number = unit["parent"] if unit else None
        return number is not None

    def _answer_for(self, pledge: Row) -> None:
        unit = self.stage.row("unit", pledge["lead_unit"])
        name = unit["name"] if unit else ""
        press = {"pledge": pledge["id"], "seen": pledge["rev"]}
        if self.chance.random() < 0.8:
            if self.do("pledges.confirm_pledge", "confirmed", **press):
                self.tell("confirmed", unit=name)
        elif self.do("pledges.dispute_pledge", "disputed", **press, words=self.chance.choice(DISPUTES)):
            self.tell("disputed", unit=name)
