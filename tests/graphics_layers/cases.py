"""What the layers are shown with: an ordinary evening, and as much of everything as was promised to fit."""

from collections.abc import Iterator
from typing import Any

#: The server's time on the harness page: nothing runs while a picture is taken.
NOW = 1_795_000_000_000

Data = dict[str, Any]

NAME_60 = (
    "阿卜杜热合曼·买买提依明·图尔荪托合提·居麦尼牙孜·伊斯拉木江·阿布都克里木·吾拉木丁·努尔买买提·艾力亚斯江·巴图尔汗"
)
NAME_EN_60 = "Maximiliana Wilhelmina Featherstonehaugh-Cholmondeley vanden"
TITLE_120 = (
    "党组成员、副局长，兼任云汀市城镇老旧小区改造工作领导小组办公室常务副主任，市住房保障和房产交易服务中心主任，"
    "城市更新与既有建筑加装电梯工作专班负责人（主持日常工作），"
    "物业管理与住宅专项维修资金监督管理处（含各区县分中心）总联络员，专职督查员"
)
TITLE_EN_120 = (
    "Deputy Director-General and Executive Deputy Head of the Office "
    "for the Renewal of Old Residential Districts and Bridges"
)
UNIT = {"unit": "市住房和城乡建设局", "unit_en": "Housing and Construction Bureau"}
QUESTION = "城东老小区的路灯坏了半年没人修，什么时候能亮？"
QUESTION_300 = (
    "我们住在城东区柳巷街道幸福里小区，一共有十二栋楼、八百多户人家。去年三月，社区贴出通知，说年内完成“水、电、气、网”四项管线改造，"
    "还要给 3 号楼和 7 号楼加装电梯；可是到了今年十月，路面挖开以后一直没有回填，下雨天老人出门要踩着砖头走，"
    "WiFi 和 5G 信号箱也只装了一半。我打过 12345 热线 4 次，每次都说“已转相关部门”，施工单位说等资金，街道说等图纸，"
    "住建局说等验收。请问：第一，这个项目到底由谁负责？第二，剩下的工程什么时候完工？第三，因为施工损坏的树木、停车位、"
    "健身器材，由谁来恢复？希望今天能给我们一个明确的日期，不要再让大家“等通知”了，好吗？！全小区的居民等着您的回答。"
)
PLEDGE = "十一月底前修复城东六个老旧小区全部路灯，并公布维修电话。"


def speaker(name: str, title: str = "局长", title_en: str = "Director", **others: Any) -> Data:
    unit = {"unit": "市住房和城乡建设局", "unit_en": "Housing and Construction Bureau"}
    return {"name": name, "title": title, "title_en": title_en, **unit, "ms": 180_000, **others}


def slot(**others: Any) -> Data:
    """The row of a slot that began a minute ago and has three."""
    return {
        "allotted_ms": 180_000, "extended_ms": 0, "started_at": NOW - 60_000, "paused_at": None, "paused_ms": 0,
        "interrupted_ms": 0, "is_interruption": False, "ended_at": None, "at_zero": "count_over", "grace_ms": 0,
        "time_called_at": None, "warning_ms": 30_000, "danger_ms": 10_000, **others,
    }  # fmt: skip


PANEL = {"satisfied": 19, "not_satisfied": 11, "low": 45.5, "high": 78.1}
VIEWERS = {"satisfied": 1204, "not_satisfied": 3311, "low": 25.4, "high": 28.0}
OVER = slot(started_at=NOW - 205_000, time_called_at=NOW - 25_000)

NORMAL: dict[str, Data] = {
    "logo": {"title": "问政云汀", "title_en": "Yunting Asks"},
    "ticker": {
        "lines": [
            {"text": "扫码提问：无需注册，提交后可全程查询", "text_en": "Scan to ask a question; no account is needed"},
            {"text": "今晚收到提问 1,204 条", "text_en": "1,204 questions received tonight"},
        ]
    },
    "speaker_queue": {
        "now": speaker("李明远"),
        "next": [
            speaker("周晓岚", unit="市城市管理局", unit_en="City Management Bureau", ms=120_000),
            speaker("陈国栋", unit="城东区政府", unit_en="Chengdong District", ms=120_000),
        ],
    },
    "lower_third": speaker("李明远"),
    "question_card": {"number": 128, "text": QUESTION, "asker": "陈女士", **UNIT, "support": 1204},
    "pledge_card": {"number": "P2026-12", "text": PLEDGE, **UNIT, "officer": "李明远", "due_on": "2026-11-30"},
    "earlier_pledge": {
        "number": "P2026-7", "text": "年内为幸福里小区 3 号楼、7 号楼加装电梯。", **UNIT, "promised_on": "2026-03-18",
        "due_on": "2026-10-31", "state": "未兑现", "state_en": "Not kept", "kept": False,
    },
    "verdict": {"open": False, "ends_at": NOW, "panel": PANEL, "viewers": VIEWERS},
    "countdown": {"label": "李明远", "label_en": "Li Mingyuan", "timer": slot()},
    "full_frame": {
        "title": "城市更新专场", "title_en": "Renewing the city", "subtitle": "每个问题、每项承诺，公开跟踪，直至办结",
        "subtitle_en": "Every question and every pledge is followed in public until it is done", "qr": "/qr.svg",
    },
}  # fmt: skip

FULLEST = speaker(NAME_60, TITLE_120, TITLE_EN_120)
LONG_PLEDGE = QUESTION_300[:299] + "。"
OVERFULL: dict[str, Data] = {
    "logo": {
        "title": "云汀市电视问政特别节目：城市更新与民生实事年终专场直播",
        "title_en": "Yunting public inquiry: renewing the city, a special live programme at the end of the year",
    },
    "ticker": {"lines": [{"text": QUESTION_300, "text_en": "A long line passes by. " * 9}, *NORMAL["ticker"]["lines"]]},
    "speaker_queue": {"now": FULLEST, "next": [speaker(NAME_60) for _ in range(9)]},
    "lower_third": FULLEST,
    "question_card": {
        "number": 12048, "text": QUESTION_300, "asker": "幸福里小区业主委员会筹备组的陈女士", "support": 1_204_311,
        "unit": "云汀市住房和城乡建设局（市人民防空办公室）",
        "unit_en": "Yunting Bureau of Housing and Construction (Civil Defence)",
    },
    "pledge_card": {"number": "P2026-12048", "text": LONG_PLEDGE, **UNIT, "officer": NAME_60[:40], "due_on": None},
    "earlier_pledge": {
        "number": "P2026-12048", "text": LONG_PLEDGE, **UNIT, "promised_on": "2025-09-18", "due_on": "2026-12-31",
        "state": "已延期一次，正在按新的期限办理", "state_en": "Extended once, in progress by its new date",
        "kept": None,
    },
    "verdict": {
        "open": False, "ends_at": NOW, "panel": {"satisfied": 2, "not_satisfied": 1, "low": None, "high": None},
        "viewers": {"satisfied": 1_204_311, "not_satisfied": 9, "low": 99.9, "high": 100.0},
    },
    "countdown": {
        "label": QUESTION_300[60:120],
        "label_en": TITLE_EN_120,
        "timer": slot(started_at=NOW - 3_905_000, time_called_at=NOW - 3_725_000),
    },
    "full_frame": {
        "title": TITLE_120, "title_en": TITLE_EN_120, "subtitle": QUESTION_300[:200], "subtitle_en": TITLE_EN_120,
        "qr": "/qr.svg",
    },
}  # fmt: skip


def counting(timer: Data | None) -> tuple[str, Data]:
    return "countdown", {**NORMAL["countdown"], "timer": timer}


#: More states of a layer, each to be looked at: what is filed under a name that says layer and state.
STATES: dict[str, tuple[str, Data]] = {
    "countdown-warning": counting(slot(started_at=NOW - 157_000)),
    "countdown-danger": counting(slot(started_at=NOW - 172_000)),
    "countdown-over": counting(OVER),
    "countdown-grace": counting({**OVER, "at_zero": "grace", "grace_ms": 30_000}),
    "countdown-paused": counting(slot(paused_at=NOW - 20_000)),
    "countdown-idle": counting(None),
    "verdict-open": ("verdict", {**NORMAL["verdict"], "open": True, "ends_at": NOW + 23_000}),
    "verdict-empty": ("verdict", {"open": False, "ends_at": NOW, "panel": None, "viewers": None}),
    "earlier_pledge-kept": (
        "earlier_pledge",
        {**NORMAL["earlier_pledge"], "state": "已兑现", "state_en": "Kept", "kept": True},
    ),
    "full_frame-plain": ("full_frame", {**NORMAL["full_frame"], "qr": None}),
    "speaker_queue-empty": ("speaker_queue", {"now": None, "next": []}),
}

#: Bottom to top.
LAYERS = list(NORMAL)


def every_case() -> Iterator[tuple[str, str, Data]]:
    """A name for each case, its layer, and what that is given."""
    for kind, cases in (("normal", NORMAL), ("overfull", OVERFULL)):
        yield from ((f"{name}-{kind}", name, data) for name, data in cases.items())
    yield from ((case, name, data) for case, (name, data) in STATES.items())
