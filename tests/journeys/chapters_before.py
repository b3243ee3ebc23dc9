"""Before the evening: it is planned, citizens' messages are taken over, people join, ask, and are moderated."""

import csv
import random
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.desks import ClerkDesk, HostDesk, ModerationDesk, OfficialDesk
from tests.journeys.evening import (
    CLUMSY,
    LAMPS,
    LAMPS_TOO,
    NEXT_WEEK,
    NIGHT_WORK,
    RUDE,
    STALLS,
    TONIGHT,
    WELL_PUT,
    Evening,
)
from tests.journeys.people import Phone, Planner, Screen, in_minutes
from tests.support.browser import ROOT

#: 2,585 messages that citizens wrote to an inquiry column; they lie beside the project, never in it.
REAL_MESSAGES = ROOT.parent / "shared" / "data" / "citizen_messages.csv"


# --- before ---------------------------------------------------------------------------------------------------------


def it_is_planned(evening: Evening) -> None:
    planner = evening.planner = Planner(evening.chromium, evening.server.url, "producer")
    planner.plan(NEXT_WEEK, "雨季之前", in_minutes(7 * 24 * 60), ["水务局"])
    evening.code = planner.plan(TONIGHT, "家门口的路", in_minutes(3), ["城管局", "水务局"])
    planner.add("发言", "三分钟：给出时间表", 3, "城管局")
    planner.add("短片", "《灯下黑》", 4, "城管局")
    planner.add("满意度评议", "总评", 5)
    # The clip comes first: chosen and moved by keyboard.
    planner.rundown.filter(has_text="《灯下黑》").focus()
    planner.press("Alt+ArrowUp")
    expect(planner.rundown.first).to_contain_text("《灯下黑》")
    planner.open_intake()


def real_messages_are_taken_over(evening: Evening) -> None:
    file, evening.rows = messages(evening)
    looked = evening.planner.hand_in(evening.code, file, "先检查")
    assert (looked.total, looked.fresh + looked.bad, looked.known) == (evening.rows, evening.rows, 0)
    taken = evening.planner.hand_in(evening.code, file, "导入")
    took = evening.planner.import_took
    assert taken == looked, "the import did something else than the look beforehand said"
    assert took < 30
    before = evening.inquiry("trace", "head").stdout
    again = evening.planner.hand_in(evening.code, file, "导入")
    assert (again.fresh, again.known, again.bad) == (0, looked.fresh, looked.bad)
    assert evening.inquiry("trace", "head").stdout == before, "the second run left a trace"
    evening.say(f"{taken.fresh} of {taken.total} messages taken over in {took:.1f} s; {taken.bad} cannot be used")


def messages(evening: Evening) -> tuple[Path, int]:
    """The real ones, or as many of the same shape where the data does not lie beside the project."""
    file = REAL_MESSAGES
    if not file.exists():
        evening.say("the real messages are not here: made-up ones of the same shape take their place")
        file = evening.folder / "messages.csv"
        made_up_messages(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    titles = [row["title"].strip() for row in rows]
    # One with a title of its own, of the length a screen is made for.
    evening.real = next(one for one in titles if 12 <= len(one) <= 30 and sum(one in other for other in titles) == 1)
    return file, len(rows)


def made_up_messages(file: Path) -> None:
    chance = random.Random(7)
    places = ["柳浪路", "青岚巷", "沙洲桥", "石磴坡", "苇塘街"]
    matters = ["路灯不亮", "违章停车", "夜里施工", "垃圾没人收", "积水排不走", "公交改线"]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["id", "author", "title", "submitted_at", "body", "down_votes", "up_votes"])
        for number in range(2585):
            title = f"{chance.choice(places)}{number}号附近{chance.choice(matters)}，请问谁来管"
            at = f"2029/{1 + number % 12}/{1 + number % 28} 8:{number % 60:02}:00"
            writer.writerow([number, f"U{number}", title, at, "情况如下。\n" + title * 8, 0, 0])


# --- asking ---------------------------------------------------------------------------------------------------------


def everybody_comes(evening: Evening) -> None:
    chromium, url, code = evening.chromium, evening.server.url, evening.code
    evening.screen = Screen(chromium, url, code)
    evening.screen.shows(TONIGHT, code)
    evening.host = HostDesk(chromium, url, code)
    evening.moderator = ModerationDesk(chromium, url, code)
    evening.clerk = ClerkDesk(chromium, url, code)
    evening.official = OfficialDesk(chromium, url, code)
    evening.ann = Phone(chromium, url)
    evening.ann.join_by_code(code)
    evening.bo = Phone(chromium, url)
    evening.bo.join_by_qr(f"/join/{code}")
    evening.chen = Phone(chromium, url)
    evening.chen.join_by_code(code)


def phones_ask(evening: Evening) -> None:
    receipts, chen = evening.receipts, evening.chen
    receipts[LAMPS] = evening.ann.ask(LAMPS, unit="城管局", asker="下夜班的人")
    evening.ann.ask_again()
    receipts[RUDE] = evening.ann.ask(RUDE)
    receipts[LAMPS_TOO] = evening.bo.ask(LAMPS_TOO)
    evening.bo.ask_again()
    receipts[CLUMSY] = evening.bo.ask(CLUMSY)
    # In a dead spot at the moment of sending: kept, sent by itself, once.
    chen.write(NIGHT_WORK)
    evening.chromium.expect("ERR_INTERNET_DISCONNECTED")
    chen.context.set_offline(True)
    chen.button("提交").tap()
    expect(chen.page.locator("#sent")).to_contain_text("等待发送")
    chen.context.set_offline(False)
    receipts[NIGHT_WORK] = chen.receipt()
    chen.ask_again()
    receipts[STALLS] = chen.ask(STALLS, unit="城管局")
    numbers = [receipt.number for receipt in receipts.values()]
    assert numbers == list(range(numbers[0], numbers[0] + 6)), "a question was lost, or came twice"
    for phone, text in ((evening.ann, LAMPS), (evening.bo, CLUMSY), (chen, NIGHT_WORK)):
        phone.sees_fate(text, "待审", receipts[text].code)


def questions_are_moderated(evening: Evening) -> None:
    moderator, ann, bo, chen = evening.moderator, evening.ann, evening.bo, evening.chen
    moderator.approve(LAMPS)
    ann.sees_fate(LAMPS, "已通过")
    moderator.merge(LAMPS_TOO, into=LAMPS)
    bo.sees_fate(LAMPS_TOO, "已合并", f"与第 {evening.receipts[LAMPS].number} 号提问合并")
    moderator.refuse(RUDE, note="请换一种说法再问")
    ann.sees_fate(RUDE, "未采用", "请换一种说法再问")
    moderator.reword(CLUMSY, WELL_PUT)
    bo.sees_fate(CLUMSY, "已合并", "已通过")
    moderator.refuse_at_once(NIGHT_WORK, "3", "与主题无关")
    chen.sees_fate(NIGHT_WORK, "未采用", "与本场主题无关")
    moderator.undo()
    chen.sees_fate(NIGHT_WORK, "待审")
    moderator.approve(NIGHT_WORK)
    moderator.approve(STALLS)
    chen.sees_fate(NIGHT_WORK, "已通过")
    moderator.approve(evening.real, unit="城管局")
    moderator.approve_next(5)
    expect(moderator.figure("通过")).to_have_text("10")
    received = evening.rows + len(evening.receipts) + 1  # the better wording has a number of its own
    waiting = received - 10 - 2 - 1
    assert moderator.totals == {"收到": received, "待审": waiting, "通过": 10, "合并": 2, "未采用·其他": 1}


def similar_ones_are_supported(evening: Evening) -> None:
    chen, lamps = evening.chen, evening.receipts[LAMPS]
    chen.write("柳浪路的路灯什么时候能亮")
    found = chen.page.locator("#similar").get_by_role("listitem").filter(has_text=LAMPS)
    found.get_by_role("button", name="支持").tap()
    expect(found.get_by_role("button", name="已支持")).to_have_attribute("aria-pressed", "true")
    expect(found.locator(".support-count")).to_have_text("1")
    chen.is_told(re.compile(f"已支持第 {lamps.number} 号"))
    evening.ann.sees_fate(LAMPS, "现有 1 人支持")
