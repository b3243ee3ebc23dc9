"""Those who play a night exam: the host begins one speaker after the other, a leader asks, rooms say that they are
there, and the clerk writes down what is promised."""

from collections.abc import Iterator
from datetime import timedelta

from ..core import clock
from .crew import OFFICIALS, CrewMember, Host
from .night_exams import PROMISES, THEMES
from .people import Evening, Person
from .stage import Row
from .visitor import Visitor

_LONGEST_SLOT_SECONDS, _SHORTEST_SLOT_SECONDS = 60.0, 4.0
_DUE_IN = timedelta(days=30)
_ASKED = ("原因讲了三条，日期一个没有。到底哪一天？", "上个月也是这句话，变了什么？", "谁负责？名字报一下。")


class ExamHost(Host):
    """Goes through the plan at a pace that fits the time, and shows the heads who have long been silent."""

    def life(self) -> Iterator[float]:
        share = min(
            _LONGEST_SLOT_SECONDS, max(_SHORTEST_SLOT_SECONDS, self.evening.seconds / (len(self._to_come()) + 2))
        )
        while True:
            if self.stage.slot is not None:
                yield from self._speak(share)
            following = next(iter(self._to_come()), None)
            if following is None:
                yield self.after(1, 2)
                continue
            self._begin(following)
            yield self.after(share * 0.05, share * 0.1)

    def _to_come(self) -> list[Row]:
        """The lines of the plan that were not on air, in the order of the rundown."""
        planned = [one for one in self.stage.rows("item") if one["by_plan"] and one["state"] == "planned"]
        return sorted(planned, key=lambda one: one["position"])

    def _begin(self, item: Row) -> None:
        if not item["speaker"]:
            self._press("questions.take_item", "items", item=item["id"])
        elif self._press("live.take_and_start", "slots", item=item["id"]):
            unit = self.stage.row("unit", item["unit"])
            seconds = item["planned_ms"] // 1000
            self.tell("slot", unit=unit["name"] if unit else "", speaker=item["speaker"], seconds=seconds)

    def _speak(self, share: float) -> Iterator[float]:
        yield self.after(share * 0.6, share * 0.85)
        while (slot := self.stage.slot) is not None and slot["is_interruption"]:
            yield self.after(1, 2)
        if self.stage.slot is not None:
            self._press("live.end_slot", "ended")


class Leader(CrewMember):
    """Asks those who have to explain, once each, and is done after some seconds; the interruptions' minutes are few."""

    def life(self) -> Iterator[float]:
        asked: set[int] = set()
        while True:
            yield self.after(1.5, 3)
            slot = self.stage.slot
            line = self._line(slot)
            if slot is None or line is None or slot["id"] in asked or line["pick"] != "bottom":
                continue
            asked.add(slot["id"])
            if self._press("exam.interrupt", "asked", words=self.chance.choice(_ASKED)):
                yield self.after(3, 6)
                self._press("exam.end_interruption", "interruptions")

    def _line(self, slot: Row | None) -> Row | None:
        lines = self.stage.rows("examslot")
        return next((one for one in lines if slot is not None and one["item"] == slot["item"]), None)

    def _press(self, command: str, counted_as: str, /, **fields: object) -> bool:
        session = self.stage.session
        return bool(self.do(command, counted_as, session=session["id"], seen=session["floor_rev"], **fields))


class ExamClerk(CrewMember):
    """Writes down one promise of each who has to explain, once they have ended."""

    def life(self) -> Iterator[float]:
        done = {one["id"] for one in self.stage.rows("slot")}
        while True:
            yield self.after(1, 2)
            for slot in self.stage.rows("slot"):
                if slot["ended_at"] is not None and slot["id"] not in done:
                    done.add(slot["id"])
                    self._write_down(slot)

    def _write_down(self, slot: Row) -> None:
        line = next((one for one in self.stage.rows("examslot") if one["item"] == slot["item"]), None)
        if line is None or line["pick"] != "bottom":
            return
        theme = next(iter(self.stage.rows("exam")), {"theme": THEMES[0][0]})["theme"]
        spoken, action, what = self.chance.choice(PROMISES.get(theme, PROMISES[THEMES[0][0]]))
        written = self.do(
            "exam.record_pledge", "pledged", session=self.stage.session_id, spoken=spoken, lead_unit=slot["unit"],
            action=action, object=what, officer=slot["speaker"], due_on=(clock.now().date() + _DUE_IN).isoformat(),
        )  # fmt: skip
        if written:
            self.evening.fresh_pledges.add(written["pledge"])
            self.tell("pledge", spoken=spoken, specificity=written["specificity"])


class Room(CrewMember):
    """Says once that its unit is there, if it is expected, and watches."""

    def life(self) -> Iterator[float]:
        yield self.after(0.5, 4)
        unit = self.evening.unit(OFFICIALS[self.login])
        expected = {one["unit"] for one in self.stage.rows("examslot")}
        if unit in expected:
            self.do("exam.mark_presence", "present", session=self.stage.session_id, unit=unit, presence="present")
        while True:
            yield self.after(20, 30)


def cast(evening: Evening, own: Visitor, url: str) -> dict[str, Person]:
    """By sign-in name; the host is whose browser knows the stage."""
    return {
        "host": ExamHost(evening, own, "host"), "clerk": ExamClerk(evening, Visitor(url), "clerk"),
        "mayor": Leader(evening, Visitor(url), "mayor"),
        **{login: Room(evening, Visitor(url), login) for login in OFFICIALS},
    }  # fmt: skip
