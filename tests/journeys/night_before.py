"""Before a night exam: figures come in wrong and are mended, the table is published, the slots are planned."""

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from playwright.sync_api import expect

from tests.exam.conftest import NOVEMBER
from tests.exam.reckoning import shared
from tests.journeys.night import Night
from tests.journeys.people import Somebody, in_minutes
from tests.support.browser import Chromium
from tests.support.server import Server

TOP: dict[str, Any] = {
    "name": "经验", "pick": "top", "group": "各区", "base_s": 7, "per_point_s": "0.2", "shortest_s": 5, "longest_s": 30,
}  # fmt: skip
#: Three minutes, with each of the four ends; whoever reported nothing would speak last.
POLICY: dict[str, Any] = {
    "minutes": 3, "opening_s": 5, "closing_s": 5, "reserve_s": 45, "interruptions_s": 60, "silent_after": 1,
    "segments": [
        TOP, TOP | {"name": "打擂台", "pick": "duel", "base_s": 8, "at_zero": "end"},
        TOP | {"name": "最后", "pick": "bottom", "base_s": 6, "at_zero": "grace", "grace_s": 5},
        TOP | {"name": "说明", "pick": "bottom", "base_s": 4, "at_zero": "next"},
        TOP | {"name": "缺数", "pick": "unreported", "base_s": 10, "per_point_s": 0},
    ],
}  # fmt: skip

FIGURES = NOVEMBER | {"己区": "102.5"}


@dataclass
class Planned:
    session: int
    code: str
    lengths: dict[str, int]


def plan_by_page(chromium: Chromium, house: Server, night: Night, folder: Path) -> Planned:
    """From figures with errors to a plan, each step on its page."""
    staff = Somebody(chromium, house.url, "staff")
    bring(staff, workbook(folder, night.open, FIGURES | {"己区": "101%", "庚区": "九十"}))
    wrong = staff.page.locator("#result .cards tbody tr")
    expect(wrong).to_have_count(2)
    expect(wrong.first).to_contain_text("7")
    expect(wrong.first).to_contain_text("101%")
    expect(wrong.nth(1)).to_contain_text("九十")
    expect(staff.button("导入")).to_have_count(0)
    bring(staff, workbook(folder, night.open, FIGURES))
    staff.button("导入").click()
    expect(staff.page.get_by_role("status").filter(has_text="已")).to_be_visible()
    staff.open(f"/results/draft?theme=经济&period={night.open}")
    staff.page.get_by_role("link", name="各区").first.click()
    staff.button("公布本表").click()
    expect(staff.page.get_by_text("排名已公布")).to_be_visible()

    host = Somebody(chromium, house.url, "host")
    page = host.page
    host.open("/exam/policy")
    host.button("JSON 文本").click()
    page.get_by_label("规则（JSON）").fill(json.dumps(POLICY, ensure_ascii=False))
    host.button("存为新版").click()
    expect(page.locator("#said")).to_contain_text("已存为第")
    host.open("/exam/new")
    page.get_by_label("标题", exact=True).fill("夜考会：三分钟")
    page.get_by_label("排名主题").select_option(label="经济")
    page.get_by_label("排名时期").fill(night.open)
    page.get_by_label("开始时间").fill(in_minutes(0))
    host.button("创建").click()
    host.button("排定发言").click()
    expect(page.get_by_text("发言已排定")).to_be_visible()
    session = int(page.locator("input[name=session]").first.get_attribute("value") or 0)
    planned = Planned(session, page.url.split("/")[-2], lengths())
    shown = [
        (row.locator(".plan-who strong").inner_text(), re.sub(r"\D", "", row.locator(".plan-length").inner_text()))
        for row in page.locator(".plan-slot").all()
    ]
    assert shown == [(unit, str(length)) for unit, length in planned.lengths.items()]
    line = page.locator(".plan-slot").last
    line.get_by_text("跳过").first.click()
    form = line.locator("form[action='/do/exam.skip_slot']")
    form.get_by_label("理由").fill("会场连不上")
    host.hold(form.get_by_role("button"))
    expect(line).to_contain_text("会场连不上")
    return planned


def workbook(folder: Path, month: str, figures: dict[str, str]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "完成情况"
    sheet.append(["指标", "单位", "周期", "完成值", "佐证"])
    for unit, value in figures.items():
        sheet.append(["PROJECTS", unit, month, float(value) if value.replace(".", "").isdigit() else value, "月报"])
    path = folder / "figures.xlsx"
    written = BytesIO()
    book.save(written)
    path.write_bytes(written.getvalue())
    return path


def bring(staff: Somebody, file: Path) -> None:
    """Choose a file and look through it."""
    staff.open("/results/import")
    staff.page.locator("#file").set_input_files(file)
    staff.button("先检查").click()
    expect(staff.page.locator("#result")).to_be_visible()


def lengths() -> dict[str, int]:
    """Who speaks and for how long, in their order: the scores are the figures, since a hundred was promised."""
    away = {unit: min(abs(Fraction(value) - 100), Fraction(30)) for unit, value in NOVEMBER.items()}
    fifth = Fraction(1, 5)
    raw = [
        7 + fifth * away["乙区"], 8 + fifth * (away["丙区"] + away["甲区"]) / 2, 6 + fifth * away["丁区"],
        4 + fifth * away["戊区"], Fraction(10),
    ]  # fmt: skip
    best, ring, last, before_last, unreported = shared(raw, [(5, 30)] * 5, [1, 2, 1, 1, 1], 180 - 5 - 5 - 45 - 60)
    assert best + 2 * ring + last + before_last + unreported == 65  # nothing is left for the reserve
    return {"乙区": best, "丙区": ring, "甲区": ring, "丁区": last, "戊区": before_last, "庚区": unreported}
