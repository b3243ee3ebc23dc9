"""Yunting's night exams: one a month about last month's tables, eleven of them held, one live, one to come.

Who speaks follows from the figures; how the evening went is chance with a fixed seed: who was away, who sent a deputy,
how much of a slot was used. What happens is carried out by the commands that a host, a clerk and a leader press.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from ..dispatch.unit_of_work import UnitOfWork
from ..exam.commands import attendance, changing, meeting, planning, policies
from ..exam.commands.changing import Wish
from ..exam.models import ExamSlot, Presence
from ..exam.policy_file import parse
from ..exam.queries import lookup
from ..exam.queries import meeting as standing
from ..live import queries as live
from ..live.commands import preparation, slots
from ..live.models import Item, ItemKind
from ..permissions import SYSTEM
from ..pledges.commands import checking, progress, recording
from ..pledges.queries import lookup as pledges
from ..questions.commands import air
from ..responses.commands import closing
from ..responses.rules import Wishes
from ..results.rules.periods import Period
from .agenda import Agenda, Calendar
from .book import Book
from .figures import SEED, month_before
from .indicators import ECONOMY, SERVICES
from .measured import last_month, published_at

HELD: Final = 11
#: The meeting that is live began so many minutes ago; the one to come is announced for so many days from today.
LIVE_FOR_MINUTES: Final = 12.0
_TO_COME_DAYS: Final = 24
_EIGHT_IN_THE_EVENING = time(20)
_DAYS_AFTER_THE_TABLES: Final = 4
_SILENT_FOR: Final = 3
#: Of a hundred units so many are away, of a hundred heads who are to speak so many send a deputy.
_AWAY, _DEPUTIES = 3, 9
#: Between two speakers.
_CHANGE_SECONDS: Final = 4
_INTERRUPTED_AFTER, _INTERRUPTED_FOR = 70, 35
_ROLL_CALL_MINUTES: Final = 5

THEMES = ((ECONOMY, "Economy", "经济运行夜考会", "Night exam: the economy"),
          (SERVICES, "Public services", "民生服务夜考会", "Night exam: public services"))  # fmt: skip


def _segment(name: str, name_en: str, pick: str, group: str, count: int, **more: Any) -> dict[str, Any]:
    lengths = {"base_s": 150, "per_point_s": 3, "shortest_s": 90, "longest_s": 360, "at_zero": "count_over"}
    return {"name": name, "name_en": name_en, "pick": pick, "group": group, "count": count} | lengths | more


def _policy(*segments: dict[str, Any]) -> dict[str, Any]:
    return {
        "minutes": 40, "opening_s": 90, "closing_s": 150, "reserve_s": 120, "interruptions_s": 180,
        "silent_after": _SILENT_FOR, "segments": list(segments),
    }  # fmt: skip


_RING = _segment("打擂台", "In the ring", "duel", "各区", 1, base_s=150, per_point_s=2, shortest_s=120, at_zero="end")
_MISSING = _segment("缺报说明", "Figures missing", "unreported", "各区", 1, base_s=60, per_point_s=0, shortest_s=60,
                    longest_s=90, at_zero="end")  # fmt: skip
#: How the forty minutes are given, by theme.
POLICIES = {
    ECONOMY: _policy(
        _segment("经验分享", "How it was done", "top", "各区", 2), _RING,
        _segment("进步最快", "Most improved", "most_improved", "各区", 1, at_zero="grace", grace_s=15),
        _segment("表态说明", "To explain", "bottom", "各区", 3, base_s=180, per_point_s=4, at_zero="next"), _MISSING,
    ),
    SERVICES: _policy(
        _segment("经验分享", "How it was done", "top", "各区", 1),
        _segment("部门先进", "Departments ahead", "top", "市直部门", 1), _RING,
        _segment("区级说明", "Districts, to explain", "bottom", "各区", 2, base_s=180, at_zero="grace", grace_s=15),
        _segment("部门说明", "Departments, to explain", "bottom", "市直部门", 2, base_s=180, at_zero="next"), _MISSING,
    ),
}  # fmt: skip

#: What is promised by whoever has to explain, by theme: what is said, what is done to what.
PROMISES = {
    ECONOMY: (
        ("一个月内，落后的项目逐个定专班、定开工日，名单向社会公开。", "逐个落实专班和开工日期", "落后项目"),
        ("三十天内，把欠进度的投资补回来，每周报一次进度。", "补回投资欠进度", "当年重点项目"),
        ("下月底前，停摆的两个项目复工，复不了的当月退出。", "复工或退出停摆项目", "两个停摆项目"),
    ),
    SERVICES: (
        ("一个月内，超期的工单清零，每一件都回访。", "清零超期工单并逐件回访", "热线超期工单"),
        ("三十天内，满意率最低的三个街道，班子成员到现场接访。", "班子成员现场接访", "满意率最低的三个街道"),
        ("下月底前，夜间油烟和扬尘各查一遍，结果公开。", "排查并公开结果", "夜间油烟和扬尘"),
    ),
}
_REASONS_AWAY = ("在外抢险", "赴省里开会", "病假", "未说明")


@dataclass(frozen=True)
class Exam:
    """A meeting about the tables of a month; `number` counts back from the one that is live, which is 0."""

    number: int
    period: Period
    starts_at: datetime

    @property
    def theme(self) -> int:
        """They take turns; the one that is live is about services, where heads of departments may be silent."""
        return (self.number + 1) % 2

    @property
    def key(self) -> str:
        return f"exam {self.period}"

    def chance(self, what: str) -> random.Random:
        return random.Random(f"{SEED}|{self.period}|{what}")  # noqa: S311 - an evening, not a secret


def hold(agenda: Agenda, calendar: Calendar, book: Book) -> None:
    """All of them: planned once their tables are published, held four days later, one live now, one to come."""
    for number in range(HELD, -1, -1):
        month = month_before(last_month(calendar), number)
        published = published_at(calendar, month)
        evening = calendar.date(calendar.day(published.date()) + _DAYS_AFTER_THE_TABLES)
        starts_at = _evening(calendar, evening) if number else calendar.now - timedelta(minutes=LIVE_FOR_MINUTES)
        starts_at = starts_at.replace(microsecond=0)
        exam = Exam(number, month, starts_at)
        announced = min(published + timedelta(minutes=20), starts_at - timedelta(minutes=45))
        agenda.at(announced, _announce, book, exam)
        agenda.at(starts_at - timedelta(minutes=40), _plan, book, exam)
        agenda.at(starts_at - timedelta(minutes=_ROLL_CALL_MINUTES), _call_the_roll, book, exam)
        agenda.at(starts_at, _begin, agenda, calendar, book, exam)
    to_come = Exam(-1, month_before(last_month(calendar), -1), _evening(calendar, calendar.date(_TO_COME_DAYS)))
    agenda.at(calendar.now - timedelta(minutes=30), _announce, book, to_come)


def _evening(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, _EIGHT_IN_THE_EVENING, calendar.zone)


# --- before -----------------------------------------------------------------------------------------------------------


def _announce(uow: UnitOfWork, book: Book, exam: Exam) -> None:
    theme, theme_en, title, title_en = THEMES[exam.theme]
    policy, _fresh = policies.set_policy(uow, book.people["producer"], parse(json.dumps(POLICIES[theme])))
    month = f"{exam.period.year}年{exam.period.number}月"
    book.sessions[exam.key] = planning.create_exam(
        uow, book.people["producer"], title=f"{month}{title}", title_en=f"{title_en}, {exam.period}", theme=theme,
        theme_en=theme_en, period=exam.period, starts_at=exam.starts_at, policy_id=policy.id,
    ).id  # fmt: skip


def _plan(uow: UnitOfWork, book: Book, exam: Exam) -> None:
    session_id = book.sessions[exam.key]
    planning.plan_slots(uow, book.people["producer"], session_id)
    chance = exam.chance("deputies")
    for slot, item in lookup.slots(uow.db, session_id):
        if exam.number and chance.randrange(100) < _DEPUTIES:
            wish = Wish(speaker=f"{item.speaker[:1]}副职", speaker_title=f"分管副职（代{item.speaker_title}）")
            changing.change_slot(uow, book.people["producer"], slot.id, wish, "主要负责人在外开会")


def _call_the_roll(uow: UnitOfWork, book: Book, exam: Exam) -> None:
    session_id, chance = book.sessions[exam.key], exam.chance("roll call")
    speaking = {slot.unit_id for slot, _item in lookup.slots(uow.db, session_id)}
    clerk = book.people["clerk"]
    for unit_id in standing.expected(uow.db, lookup.exam(uow.db, session_id)):
        away = chance.randrange(100) < _AWAY and (exam.number > 0 or unit_id not in speaking)
        presence, why = (Presence.ABSENT, chance.choice(_REASONS_AWAY)) if away else (Presence.PRESENT, "")
        attendance.note_presence(uow, clerk, session_id, unit_id, presence, why)


# --- the evening ------------------------------------------------------------------------------------------------------


def _begin(uow: UnitOfWork, agenda: Agenda, calendar: Calendar, book: Book, exam: Exam) -> None:
    """Go live, and say when everything that follows happens: the lengths are in the plan. What lies ahead of now is for
    whoever watches the demo."""
    session_id = book.sessions[exam.key]
    preparation.go_live(uow, book.people["host"], session_id)
    evening = _Evening(agenda, calendar, book, exam, session_id, exam.starts_at)
    away = {
        unit_id for unit_id, said in lookup.attendance(uow.db, session_id).items() if said.presence is Presence.ABSENT
    }
    planned = lookup.slots(uow.db, session_id)
    items = live.rundown(uow.db, session_id)
    evening.take(next(item for item in items if item.kind is ItemKind.ADDRESS))
    for slot, item in planned:
        if slot.unit_id in away:
            evening.say(_skip, slot.id)
        else:
            evening.speak(slot, item)
    for item in items[len(planned) + 1 :]:
        evening.take(item, 25 if item.kind is ItemKind.SILENT_HEADS else None)
    evening.say(_close, session_id)


@dataclass
class _Evening:
    """Where the evening stands while it is laid out; `at` is when the next thing happens."""

    agenda: Agenda
    calendar: Calendar
    book: Book
    exam: Exam
    session_id: int
    at: datetime

    def say(self, act: Any, *details: Any, after: float = 0) -> None:
        when = self.at + timedelta(seconds=after)
        if when <= self.calendar.now:
            self.agenda.at(when, act, self.book, *details)

    def take(self, item: Item, seconds: int | None = None) -> None:
        self.say(_take, self.session_id, item.id)
        self.at += timedelta(seconds=item.planned_ms / 1000 if seconds is None else seconds)

    def speak(self, slot: ExamSlot, item: Item) -> None:
        """Most use nearly all of their time; whoever may count over does so now and then."""
        chance, seconds = self.exam.chance(f"slot {slot.number}"), item.planned_ms // 1000
        is_asked = slot.pick.value == "bottom" and slot.number % 2 == 0
        used = seconds * chance.randrange(90, 104 if item.at_zero.value == "count_over" else 100) // 100
        paused = _INTERRUPTED_FOR if is_asked else 0
        self.say(_start, self.session_id, item.id)
        if is_asked:
            self.say(_interrupt, self.session_id, after=_INTERRUPTED_AFTER)
            self.say(_go_on, self.session_id, after=_INTERRUPTED_AFTER + paused)
        if used > seconds:
            self.say(_call_time, self.session_id, after=seconds + paused)
        self.say(_end, self.session_id, after=used + paused)
        if slot.pick.value == "bottom":
            self.say(_promise, self, slot.unit_id, slot.number, after=used + paused + 1)
        self.at += timedelta(seconds=used + paused + _CHANGE_SECONDS)


def _seen(uow: UnitOfWork, session_id: int) -> int:
    return live.session(uow.db, session_id).floor_rev


def _take(uow: UnitOfWork, book: Book, session_id: int, item_id: int) -> None:
    air.take_item(uow, book.people["host"], session_id, item_id, _seen(uow, session_id))


def _start(uow: UnitOfWork, book: Book, session_id: int, item_id: int) -> None:
    slots.take_and_start(uow, book.people["host"], session_id, item_id, _seen(uow, session_id))


def _skip(uow: UnitOfWork, book: Book, slot_id: int) -> None:
    changing.skip_slot(uow, book.people["host"], slot_id, "未到会", absent=False)


def _interrupt(uow: UnitOfWork, book: Book, session_id: int) -> None:
    words = "原因讲了三条，日期一个没有。到底哪一天？"
    meeting.interrupt(uow, book.people["mayor"], session_id, _seen(uow, session_id), words, None)


def _go_on(uow: UnitOfWork, book: Book, session_id: int) -> None:
    meeting.end_interruption(uow, book.people["host"], session_id, _seen(uow, session_id))


def _call_time(uow: UnitOfWork, _book: Book, session_id: int) -> None:
    slot = live.open_slot(uow.db, session_id)
    assert slot is not None
    slots.call_time(uow, SYSTEM, slot.id)


def _end(uow: UnitOfWork, book: Book, session_id: int) -> None:
    slots.end_slot(uow, book.people["host"], session_id, _seen(uow, session_id))


def _close(uow: UnitOfWork, book: Book, session_id: int) -> None:
    closing.close_session(uow, book.people["host"], session_id, _seen(uow, session_id), Wishes({}, leave_waiting=True))


# --- what was promised ------------------------------------------------------------------------------------------------


def _promise(uow: UnitOfWork, book: Book, evening: _Evening, unit_id: int, number: int) -> None:
    """Whoever explains promises something within thirty days; of most it is known by now whether it was kept. The demo
    tells of those whose unit somebody can sign in for."""
    official = next((one for one in book.people.values() if one.unit_id == unit_id), None)
    if official is None:
        return
    calendar, exam = evening.calendar, evening.exam
    theme = THEMES[exam.theme][0]
    spoken, action, what = exam.chance(f"promise {number}").choice(PROMISES[theme])
    day = calendar.day(exam.starts_at.astimezone(calendar.zone).date())
    head = standing.head_of(uow.db, evening.session_id, unit_id)[0]
    written = meeting.record_pledge(
        uow, book.people["clerk"], evening.session_id,
        {"spoken": spoken, "lead_unit_id": unit_id, "action": action, "object": what, "officer": head,
         "due_on": calendar.date(day + 30)},
    )  # fmt: skip
    steps: Sequence[tuple[int, Any]] = (
        (1, recording.confirm_pledge), (11, progress.report_progress), (26, progress.add_evidence),
        (27, progress.claim_done), (29, checking.accept_pledge),
    )  # fmt: skip
    for place, (days, command) in enumerate(steps[: exam.chance(f"kept {number}").choice((2, 3, 5, 5, 5))]):
        when = calendar.office(day + days, exam.key, place)
        if when < calendar.now:
            evening.agenda.at(when, _go_a_step, book, written.id, command, official)


_WORDS = {
    progress.report_progress: "专班已到位，名单已公开，过半事项有了开工日。",
    progress.add_evidence: "逐项清单和现场照片已上传，办结率百分之百。",
    checking.accept_pledge: "逐项核对，情况属实。",
}


def _go_a_step(uow: UnitOfWork, book: Book, pledge_id: int, command: Any, official: Any) -> None:
    row, words = pledges.pledge(uow.db, pledge_id), _WORDS.get(command, "")
    if command is progress.report_progress:
        command(uow, official, row.id, words)
    elif command is progress.add_evidence:
        command(uow, official, row.id, text=words)
    elif command is checking.accept_pledge:
        command(uow, book.people["staff"], row.id, row.rev, words)
    else:
        command(uow, official, row.id, row.rev)
