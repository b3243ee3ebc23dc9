"""What was asked on the city's hotline last month, and what the departments answered within it: of this the platform's
own table of that month is made. Seeded: for the same month it is the same."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle
from typing import Final

from ..accounts.commands import people as account_people
from ..accounts.queries import person
from ..core import clock, workdays
from ..dispatch.unit_of_work import UnitOfWork
from ..permissions import VISITOR, Role
from ..pledges.commands import checking, extensions, progress, writing
from ..pledges.queries import lookup as pledges
from ..questions.commands import asking, moderation
from ..questions.models import Question, QuestionOrigin
from ..responses.commands import judging, recording
from ..responses.models import ResponseKind
from ..results.rules.periods import Period
from .agenda import Agenda, Calendar
from .book import Book
from .units import UNITS

_SEED: Final = 12345
#: Calls come on so many of a month's first days; what is promised is due so many days after the answer.
_CALLS_UNTIL, _DUE_DAYS = 15, 6
#: What is extended is due so many days later; what was left open is made up for so many days after the month.
_EXTENDED_DAYS, _MADE_UP = 4, 5
#: Of ten answers so many are plans without a day, and of twenty so many say that others are responsible.
_VAGUE_OF_TEN, _DEFLECTED_OF_TWENTY = 2, 1
#: One answer in so many promises something with a day; one caller in so many is not reached afterwards.
_PROMISED, _UNREACHED = 3, 12


class _End(StrEnum):
    """What became of a promise: done in time, done late, given more days and done then, sent back by a check and done
    anew in the month after, left until then, claimed and waiting for its check."""

    KEPT = "k"
    LATE = "l"
    EXTENDED = "x"
    SENT_BACK = "s"
    LEFT = "o"
    WAITING = "w"


@dataclass(frozen=True)
class _Desk:
    """A department: how many called, how many in a hundred were satisfied, how many working days an answer takes at
    most, what became of its promises (in turn, an `_End` each); about what was called (at a place; several things in
    turn), and what was done."""

    unit: str
    calls: int
    satisfied: int
    days: int
    ends: str
    about: str
    done: str
    works_on: str


_DESKS: Final = (
    _Desk("urban", 36, 81, 6, "kkxklkoksw",
        "路口的垃圾桶满了没人清，味道飘到对面楼上；背街的小广告撕了又贴；夜里渣土车一路洒",
        "清运改为每日两次；逐街清除并巡查；设卡检查车辆密闭", "市容整治"),
    _Desk("housing", 16, 57, 8, "klosk", "老楼外墙的瓷砖往下掉；电梯一个月停了三回；小区大门的坡道坏了半年",
        "搭设防护棚并排查外墙；更换部件并每周巡检；坡道重新浇筑", "物业管理"),
    _Desk("traffic", 33, 88, 5, "kkkkxkklk",
        "路口的红绿灯配时太短，老人走不完；学校门口早上堵成一团；非机动车道停满了汽车",
        "把行人绿灯延长到二十八秒；上学时段增派护学岗；清理违停并加装隔离柱", "路口整治"),
    _Desk("water", 10, 72, 7, "kxkl", "早上水压低，六楼以上接半天接不满一壶水", "检修加压泵并换新阀门", "二次加压"),
    _Desk("market", 6, 79, 6, "kk", "菜场有两个摊位的秤不准，回家一称少了一两多", "复核计量并处罚两户", "计量检查"),
    _Desk("transport", 5, 75, 7, "lk", "公交站的电子站牌坏了，等车只能靠猜", "更换站牌通信模块", "站牌检修"),
    _Desk("ecology", 5, 58, 8, "ok", "夜里有工厂的气味，关着窗也闻得到，天亮就散了", "夜间巡查并公布结果", "夜间巡查"),
    _Desk("education", 4, 67, 6, "kx", "课后服务到五点就结束，双职工家庭接不了孩子", "延长课后服务到六点", "课后服务"),
    _Desk("health", 4, 75, 5, "kk", "社区医院的慢病药常常断货，跑两趟才配得齐", "建立缺药登记并调剂", "药品调剂"),
    _Desk("labour", 3, 62, 7, "l", "工地上的工钱拖了两个月，问谁谁都说快了", "约谈施工单位并督促发放", "工资清欠"),
    _Desk("civil", 2, 80, 5, "k", "社区食堂中午要排半个钟头，老人站不住", "错时供餐并增加座位", "社区食堂"),
    _Desk("police", 2, 80, 4, "k", "夜里总有摩托车轰油门，从街头开到街尾", "设卡查处并固定巡逻", "夜间巡逻"),
    _Desk("land", 2, 60, 8, "o", "规划公示牌的字太小，还贴在围挡里面，看不清写什么", "改贴在入口并附大图", "公示方式"),
    _Desk("insurance", 2, 75, 5, "k", "异地看病备案在手机上总是提交不了", "修复备案页面", "备案系统"),
    _Desk("services", 2, 100, 3, "k", "办事大厅中午不办业务，上班的人只能请假来", "中午安排窗口轮值", "窗口轮值"),
    _Desk("fire", 1, 100, 4, "k", "消防通道停满了车，画的黄线都磨没了", "清理车辆并重画标线", "通道清理"),
    _Desk("culture", 1, 67, 6, "l", "图书分馆周末五点就关门，孩子借书赶不上", "周末延长到八点", "开放时间"),
    _Desk("commerce", 1, 50, 6, "w", "充值卡的店关了门，卡里的钱不知道找谁退", "登记金额并联系商户", "预付退款"),
)  # fmt: skip
_NAMES: Final = {unit.key: unit.name for unit in UNITS}
_PLACES: Final = [unit.name.removesuffix("办事处") for unit in UNITS if unit.kind == "street"]
_KINDS: Final = {
    ResponseKind.SPECIFIC_COMMITMENT: "{place}的情况已到现场看过：{done}，由{works_on}专班负责，办结后回访。",
    ResponseKind.GENERIC_COMMITMENT: "您反映的{place}的问题已收悉，我们将结合{works_on}工作统筹研究，逐步改善。",
    ResponseKind.DEFLECTION: "经核，{place}该处由产权单位负责日常管理，建议直接与其联系。",
}


@dataclass
class _Call:
    """One call: where, about what, when it came, was answered and called back, how, whether that satisfied, and what
    became of what was promised; None where nothing was."""

    desk: _Desk
    place: str
    about: str
    done: str
    came: date
    answered: date
    called_back: date
    kind: ResponseKind
    satisfied: bool | None
    end: _End | None
    question_id: int = 0
    pledge_id: int = 0


#: What is done about some calls on a day.
_Act = Callable[[UnitOfWork, Book, list[_Call]], None]


def answer_calls(agenda: Agenda, calendar: Calendar, book: Book, month: Period, password_hash: str) -> None:
    """All calls of the month: written down, handed to a department, answered, called back; promises are kept."""
    calls = _calls(month)
    first = calendar.day(month.first_day)
    agenda.at(calendar.office(first, "hotline desks"), _open_desks, book, password_hash)
    steps = [(day, act, call) for call in calls for day, act in _steps(call, month)]
    for day in sorted({day for day, _act, _call in steps}):
        for nth, act in enumerate((_take, _answer, _call_back, _extend, _claim, _send_back, _accept)):
            those = [call for on, its, call in steps if (on, its) == (day, act)]
            if those and day < calendar.date(0):
                agenda.at(calendar.office(calendar.day(day), "hotline", nth), act, book, those)


def _calls(month: Period) -> list[_Call]:
    chance = random.Random(f"{_SEED} {month}")  # noqa: S311 - a story, not a secret
    found = []
    for desk in _DESKS:
        places = chance.sample(_PLACES, desk.calls)
        verdicts = _shuffled(chance, [number * 100 < desk.satisfied * desk.calls for number in range(desk.calls)])
        ends = cycle(map(_End, desk.ends))
        for number, place in enumerate(places):
            came = month.first_day + timedelta(days=1 + chance.randrange(_CALLS_UNTIL))
            answered = workdays.add_workdays(came, chance.randint(1, desk.days))
            satisfied = None if number % _UNREACHED == _UNREACHED - 1 else verdicts[number]
            kind = _kind(number)
            promises = kind is ResponseKind.SPECIFIC_COMMITMENT and number % _PROMISED == 0
            # what is promised is due within the month
            answered = min(answered, month.last_day - timedelta(days=1 + (_DUE_DAYS if promises else 0)))
            found.append(_Call(
                desk, place, _in_turn(desk.about, number), _in_turn(desk.done, number), came,
                answered, answered + timedelta(days=1), kind, satisfied, next(ends) if promises else None,
            ))  # fmt: skip
    return found


def _steps(call: _Call, month: Period) -> list[tuple[date, _Act]]:
    """What is done about a call, and when."""
    due = call.answered + timedelta(days=_DUE_DAYS)
    in_time, late = due - timedelta(days=2), due + timedelta(days=3)
    later = month.last_day + timedelta(days=_MADE_UP)

    def done(day: date) -> list[tuple[date, _Act]]:
        return [(day, _claim), (day, _accept)]

    follow: dict[_End | None, list[tuple[date, _Act]]] = {
        None: [], _End.KEPT: done(in_time), _End.LATE: done(late), _End.LEFT: done(later),
        _End.EXTENDED: [(in_time, _extend), *done(late)], _End.WAITING: [(in_time, _claim)],
        _End.SENT_BACK: [(in_time, _claim), (in_time, _send_back), *done(later)],
    }  # fmt: skip
    return [(call.came, _take), (call.answered, _answer), (call.called_back, _call_back), *follow[call.end]]


def _in_turn(said: str, number: int) -> str:
    things = said.split("；")
    return things[number % len(things)]


def _shuffled(chance: random.Random, values: list[bool]) -> Sequence[bool]:
    chance.shuffle(values)
    return values


def _kind(number: int) -> ResponseKind:
    if number % 20 < _DEFLECTED_OF_TWENTY and number:
        return ResponseKind.DEFLECTION
    vague = number % 10 in range(1, 1 + _VAGUE_OF_TEN)
    return ResponseKind.GENERIC_COMMITMENT if vague else ResponseKind.SPECIFIC_COMMITMENT


def _open_desks(uow: UnitOfWork, book: Book, password_hash: str) -> None:
    """In each department somebody writes what it answers to the hotline."""
    for desk in _DESKS:
        user = account_people.add_person(
            uow, book.people["admin"], login=_login(desk), name="热线承办岗", title=_NAMES[desk.unit],
            role=Role.OFFICIAL, unit_id=book.units[desk.unit], password_hash=password_hash,
        )  # fmt: skip
        book.people[_login(desk)] = person(uow.db, user)


def _login(desk: _Desk) -> str:
    return f"hotline-{desk.unit}"


def _take(uow: UnitOfWork, book: Book, calls: list[_Call]) -> None:
    """Whoever sits at the hotline writes it down, and passes it to the department."""
    for call in calls:
        wording = asking.word(f"{call.place}{call.about}，请问什么时候能解决？")
        question = asking.open_question(
            uow, book.people["staff"], QuestionOrigin.HOTLINE, wording, book.units[call.desk.unit], "来电市民"
        )
        moderation.approve(uow, book.people["moderator"], question.id, question.rev)
        call.question_id = question.id


def _answer(uow: UnitOfWork, book: Book, calls: list[_Call]) -> None:
    for call in calls:
        actor, desk = book.people[_login(call.desk)], call.desk
        text = _KINDS[call.kind].format(place=call.place, done=call.done, works_on=desk.works_on)
        if call.end:
            _response, pledge = writing.answer_in_writing(
                uow, actor, call.question_id, kind=call.kind, text=text,
                promised={
                    "action": call.done, "object": f"{call.place}{desk.works_on}", "officer": "热线承办岗",
                    "due_on": clock.city_day(uow.now) + timedelta(days=_DUE_DAYS),
                },
            )  # fmt: skip
            assert pledge
            call.pledge_id = pledge.id
        else:
            recording.answer_in_writing(uow, actor, call.question_id, kind=call.kind, text=text)


def _call_back(uow: UnitOfWork, _book: Book, calls: list[_Call]) -> None:
    """Who asked is called back, and says so by the receipt."""
    for call in calls:
        if call.satisfied is not None:
            receipt = uow.db.get_one(Question, call.question_id).receipt
            judging.judge_answer(uow, VISITOR, call.satisfied, receipt=receipt)


def _extend(uow: UnitOfWork, book: Book, calls: list[_Call]) -> None:
    for call in calls:
        pledge = pledges.pledge(uow.db, call.pledge_id)
        assert pledge.due_on
        extensions.ask_extension(
            uow, book.people[_login(call.desk)], pledge.id, pledge.rev,
            pledge.due_on + timedelta(days=_EXTENDED_DAYS), "连日降雨，室外作业顺延。",
        )  # fmt: skip


def _claim(uow: UnitOfWork, book: Book, calls: list[_Call]) -> None:
    for call in calls:
        actor = book.people[_login(call.desk)]
        progress.add_evidence(
            uow, actor, call.pledge_id, text=f"{call.place}：{call.done}，现场记录存档可查。", link=""
        )
        progress.claim_done(uow, actor, call.pledge_id, pledges.pledge(uow.db, call.pledge_id).rev)


def _send_back(uow: UnitOfWork, book: Book, calls: list[_Call]) -> None:
    for call in calls:
        seen = pledges.pledge(uow.db, call.pledge_id).rev
        checking.return_pledge(uow, book.people["staff"], call.pledge_id, seen, "到现场看过，只做了一半，请继续办理。")


def _accept(uow: UnitOfWork, book: Book, calls: list[_Call]) -> None:
    for call in calls:
        seen = pledges.pledge(uow.db, call.pledge_id).rev
        checking.accept_pledge(uow, book.people["staff"], call.pledge_id, seen, "到现场看过，与来电市民核实。")
