"""Afterwards: what was handed over is answered, what was promised is kept and checked, and anybody can read it."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.journeys.evening import LAMPS, PROMISED, Evening
from tests.journeys.office import Asker, Staff, Unit


def the_unit_answers_and_is_asked_again(evening: Evening) -> None:
    unit = evening.unit = Unit(evening.chromium, evening.server.url, "official")
    unit.commit_in_writing(
        LAMPS, "二十盏路灯九月三十日前全部修好，由照明科周立言负责，每周公布进度。", "修复并公布进度", "二十盏路灯"
    )
    evening.ann.sees_fate(LAMPS, "已回应")
    asker = evening.asker = Asker(evening.chromium, evening.server.url)
    asker.look_up(evening.receipts[LAMPS].code)
    expect(asker.page.get_by_role("main")).to_contain_text("九月三十日前全部修好")
    asker.judge(satisfied=False)
    asker.reopen("只修了桥头，菜场那一段还是黑的。")
    again = unit.inbox(LAMPS)
    expect(again).to_contain_text("重办")
    expect(again).to_contain_text("菜场那一段还是黑的")
    evening.ann.sees_fate(LAMPS, "已转办")


def the_pledge_is_kept_and_checked(evening: Evening) -> None:
    unit = evening.unit
    evening.reader.follow("pledges", PROMISED.action)
    address = evening.reader.page.url.removeprefix(evening.server.url)
    unit.open(address)
    unit.report("二十盏已修好十二盏，其余等待电缆。")
    unit.show_picture(a_picture(evening.folder), "桥头一侧，修好后的夜景")
    unit.claim_done()
    # Nobody checks their own work: the button is not there.
    expect(unit.button("核查通过，认定兑现")).to_have_count(0)
    staff = evening.staff = Staff(evening.chromium, evening.server.url, "staff")
    staff.accept(PROMISED.action)


def a_picture(folder: Path) -> Path:
    file = folder / "evidence.png"
    Image.effect_noise((640, 360), 60).save(file)
    return file


def everybody_can_read_how_it_went(evening: Evening) -> None:
    reader = evening.reader
    reader.follow("pledges", PROMISED.action)
    main = reader.page.get_by_role("main")
    for words in ("已兑现", PROMISED.words, "二十盏已修好十二盏", evening.real):
        expect(main).to_contain_text(words)
    shown = main.get_by_role("img", name="桥头一侧，修好后的夜景")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 640)
    life = ["已记录.*现场回应", "登记承诺", "确认原话无误", "进展", "佐证", "申报已兑现", "核查通过"]
    reader.is_told_in_order(*life)
    reader.follow("questions", evening.real)
    reader.is_told_in_order("从文件导入", "调整了.*答复单位", "通过审核", "上台", *life)
    reader.follow("questions", "路灯", to=LAMPS)
    reader.is_told_in_order("已提交", "通过审核", "并入", "转交", "书面答复", "不满意", "转交", "申请重办")
    for code in (receipt.code for receipt in evening.receipts.values()):
        assert code not in reader.page.content(), "a receipt number stands on a public page"
    reader.search("questions", "吃干饭")
    expect(main).to_contain_text("没有符合条件的问题")
    whole = evening.inquiry("trace", "verify")
    assert whole.returncode == 0, whole.stderr
    assert "are whole" in whole.stdout
