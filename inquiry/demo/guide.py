"""What a newcomer is told when the demo starts: where everything is, and who may sign in, in both languages."""

import socket
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from ..core import clock
from ..core.db import reading
from ..live.models import Session, SessionKind
from .city import PASSWORD
from .content import LAST_MONTH, NEXT_WEEK, PEOPLE, TONIGHT, UNITS
from .control_room import OUTPUTS

_UNIT = {unit.key: unit for unit in UNITS}
_ROLES = {
    "administrator": ("系统管理员", "administrator"),
    "host": ("主持人", "host"),
    "producer": ("制片人", "producer"),
    "moderator": ("审核员", "moderator"),
    "clerk": ("书记员", "clerk"),
    "official": ("单位负责人", "official"),
    "staff": ("督办人员", "follow-up staff"),
    "leader": ("领导", "leader"),
}
#: From then on the evening that is live has become an old one.
_OLD_AFTER = timedelta(hours=3)


def show(app: Flask, base_url: str, echo: Callable[[str], object]) -> None:
    """Print the guide for the demo that is served at `base_url`."""
    with app.app_context(), reading() as db:
        by_title = {one.title: one for one in db.scalars(select(Session))}
    live, past, coming = (by_title[one.title] for one in (TONIGHT, LAST_MONTH, NEXT_WEEK))
    exams = sorted(
        (one for one in by_title.values() if one.kind is SessionKind.NIGHT_EXAM), key=lambda one: one.starts_at
    )
    url = _reachable(base_url)
    echo("")
    echo(f"云汀市问政演示 · The inquiry of Yunting, a city that does not exist          {url}")
    echo(_age(live, clock.now()))
    for heading, rows in [*_places(url, live, past, coming), _of_exams(url, exams[-3], exams[-2])]:
        echo(f"\n{heading}")
        for line in _table(rows):
            echo(f"  {line}")
    echo(f"\n登录 Sign in: {url}/sign-in     密码 password: {PASSWORD}")
    for line in _table(_sign_ins()):
        echo(f"  {line}")
    echo(f"\n评议 A verdict: {url}/panel/{live.code} 评议团平板 the panel's tablet")
    echo("  主持台按 V 两次开始，手机和评议卡随即可用；结束后按 G 结果上屏。")
    echo("  V twice on the host's desk opens one for phones and cards; after its close G shows the result.")
    echo("\n让全场热闹起来 · See it alive, from a second terminal:")
    echo(f"  .venv/bin/inquiry demo crowd --url {url}")
    echo(
        "演示账号人人皆知，切勿用于正式环境。The demo's sign-ins are known to everybody: never use them in production."
    )


def _age(live: Session, now: datetime) -> str:
    assert live.went_live_at is not None
    minutes = round((now - live.went_live_at).total_seconds() / 60)
    told = f"今晚的场次已直播 {minutes} 分钟 · Tonight's session has been live for {minutes} minutes"
    if now - live.went_live_at < _OLD_AFTER:
        return told + "."
    hours = minutes // 60
    old, tail = (f"{hours // 24} 天", f"{hours // 24} days") if hours >= 48 else (f"{hours} 小时", f"{hours} hours")
    return (
        f"这套演示是 {old}前载入的，“今晚”早已过去：make demo-reset 重新开始。\n"
        f"This programme was loaded {tail} ago, its evening is long over: make demo-reset starts over."
    )


def _places(url: str, live: Session, past: Session, coming: Session) -> Iterable[tuple[str, list[Sequence[str]]]]:
    desk = f"{url}/desk/{live.code}"
    yield (
        "大家 Everybody",
        [
            ("首页", "home", f"{url}/"),
            (f"场次码 {live.code}", "join from a phone", f"{url}/join/{live.code}"),
            ("演播厅大屏", "studio screen", f"{url}/screen/{live.code}"),
            ("本场公开页", "tonight in public", f"{url}/sessions/{live.code}"),
            ("提问总览", "all questions", f"{url}/questions"),
            ("承诺总览", "all pledges", f"{url}/pledges"),
            ("考核排名", "tables of results", f"{url}/results"),
            ("上期纪要", "minutes of last month", f"{url}/sessions/{past.code}/minutes"),
            ("下期征集", "asking for next week", f"{url}/join/{coming.code}"),
        ],
    )
    yield (
        "当晚各席 The desks of the evening",
        [
            ("主持台", "host", f"{desk}/host", "host"),
            ("审核台", "moderators", f"{desk}/moderate", "moderator, moderator2"),
            ("记录台", "clerk", f"{desk}/clerk", "clerk"),
            ("答问席", "official", f"{desk}/official", "tingnan, urban, housing"),
            ("评议卡", "cards of the panel", f"{url}/sessions/{live.code}/cards", "host, producer"),
        ],
    )
    yield (
        "导播间 The control room",
        [
            ("导播台", "director's desk", f"{desk}/director", "producer, host"),
            *(("图文输出", name.split(" ", 1)[1], f"{url}/output/{token}") for name, token, _layers in OUTPUTS),
            ("输出地址", "make and revoke outputs", f"{url}/sessions/{live.code}/outputs", "producer, host"),
            ("幕后", "behind the scenes", f"{url}/backstage/{live.code}", "producer, host"),
            ("台口屏", "stage timer", f"{url}/stage/{live.code}", "producer, host"),
            ("提词屏", "teleprompter", f"{url}/prompter/{live.code}", "producer, host"),
        ],
    )
    yield (
        "会前会后 Before and afterwards",
        [
            ("场次与议程", "sessions and rundowns", f"{url}/sessions", "producer"),
            ("单位收件", "a unit's inbox", f"{url}/unit", "housing, tingnan, urban"),
            ("督办工作台", "staff board", f"{url}/board", "staff, leader"),
            ("人员与单位", "people and units", f"{url}/admin/people", "admin"),
            ("模糊用语", "vague words", f"{url}/admin/words", "clerk, staff"),
        ],
    )


def _of_exams(url: str, past: Session, live: Session) -> tuple[str, list[Sequence[str]]]:
    """The night exam that was live as the demo was loaded, and the one before."""
    return (
        "夜考会 The night exam",
        [
            ("发言安排", "who speaks, and why", f"{url}/sessions/{live.code}/plan"),
            ("夜考会大屏", "its studio screen", f"{url}/screen/{live.code}"),
            ("上次纪要", "minutes of the one before", f"{url}/sessions/{past.code}/minutes"),
            ("夜考会主持台", "host", f"{url}/desk/{live.code}/host", "host"),
            ("会场", "a unit's room", f"{url}/sessions/{live.code}/room", "shiji, tingnan, changdi"),
            ("在会领导", "a leader in the meeting", f"{url}/sessions/{live.code}/lead", "mayor, leader"),
            ("点名", "roll call", f"{url}/sessions/{live.code}/roll-call", "clerk, staff"),
            ("发言规则", "slot policy", f"{url}/exam/policy", "producer"),
            ("长期未发言", "heads who are silent", f"{url}/silence", "leader, staff"),
        ],
    )  # fmt: skip


def _sign_ins() -> list[Sequence[str]]:
    return [
        (person.login, *_ROLES[person.role], person.name, _UNIT[person.unit].name if person.unit else "")
        for person in PEOPLE
    ]


def _reachable(base_url: str) -> str:
    """An address that can be opened: a server that listens everywhere is told by the address of this machine."""
    parts = urlsplit(base_url)
    if parts.hostname not in ("0.0.0.0", "::", None):  # noqa: S104 - compared, not bound
        return base_url
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it only asks which of our addresses would be used
            own = probe.getsockname()[0]
        except OSError:
            own = "127.0.0.1"
    return f"{parts.scheme}://{own}:{parts.port}"


# --- columns --------------------------------------------------------------------------------------------------------


def _table(rows: list[Sequence[str]]) -> list[str]:
    """Rows as lines, each column as wide as its widest cell."""
    widths = [max(_width(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """How many columns of a terminal it takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
