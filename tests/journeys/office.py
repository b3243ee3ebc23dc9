"""After the evening: the unit's page, the staff's board, the asker with a receipt, and what anybody may read."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys.people import Somebody


class Reader(Somebody):
    """Anybody, without an account."""

    def search(self, board: str, words: str) -> Locator:
        """The lines of a public board (`questions` or `pledges`) that these words find."""
        self.open(f"/{board}")
        self.page.get_by_role("searchbox").fill(words)
        self.button("搜索").click()
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("link"))

    def follow(self, board: str, words: str, *, to: str = "") -> None:
        """Find one thing on a board by some words and open its page; `to` says which, if they find several."""
        found = self.search(board, words).filter(has_text=to or words)
        found.first.get_by_role("link").first.click()
        expect(self.page.get_by_role("main")).to_contain_text(to or words)

    @property
    def steps(self) -> list[str]:
        """What the trace of this page says, oldest first."""
        return self.page.locator(".trace .trace-what").all_inner_texts()

    def is_told_in_order(self, *sentences: str) -> None:
        """The trace holds a step for each of these patterns, in this order."""
        steps = iter(self.steps)
        for one in sentences:
            assert any(re.search(one, step) for step in steps), f"“{one}” is missing or out of order in {self.steps}"


class Asker(Reader):
    """Somebody who asked, at another machine: only the receipt number says so."""

    def look_up(self, receipt: str) -> None:
        self.open("/receipt")
        self.page.get_by_label("回执号").fill(receipt)
        self.button("查看办理情况").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("您的提问")

    def judge(self, satisfied: bool) -> None:
        self.page.get_by_role("radio", name="满意", exact=True).or_(self.page.get_by_role("radio", name="不满意"))
        self.page.get_by_role("radio", name="满意" if satisfied else "不满意", exact=True).check()
        self.button("提交评价").click()
        expect(self.page.get_by_text("您的评价：满意。" if satisfied else "您的评价：不满意。")).to_be_visible()

    def reopen(self, reason: str) -> None:
        self.page.get_by_label("为什么要重办？").fill(reason)
        self.button("申请重办").click()
        expect(self.page.get_by_role("main")).to_contain_text("重办")
        expect(self.page.get_by_label("为什么要重办？")).to_have_count(0)


class Unit(Somebody):
    """An official at the office."""

    def inbox(self, question: str) -> Locator:
        """The card of a question that waits for a written answer."""
        self.open("/unit")
        return self.page.get_by_role("article").filter(has_text=question)

    def commit_in_writing(self, question: str, text: str, action: str, thing: str) -> None:
        """A specific commitment asks for the matter, the officer (who signs) and the date, and opens a pledge."""
        card = self.inbox(question)
        card.get_by_text("书面答复", exact=True).click()
        expect(card.get_by_label("承诺事项")).to_be_hidden()
        card.get_by_role("radio", name="具体承诺").check()
        card.get_by_label("承诺事项").fill(action)
        card.get_by_label("对象").fill(thing)
        card.get_by_label("期限").fill(f"{datetime.now(UTC).date() + timedelta(days=30)}")
        card.get_by_label("答复内容").fill(text)
        card.get_by_role("button", name="公开答复").click()
        expect(self.page.get_by_role("status").filter(has_text="立项跟踪承诺")).to_be_visible()

    def report(self, words: str) -> None:
        """What was done, on the open page of a pledge."""
        self._unfold("报告进展")
        self.page.get_by_label("做了哪些工作？").fill(words)
        self.button("报告进展").click()
        expect(self.page.get_by_text("进展已登记。")).to_be_visible()

    def show_picture(self, file: Path, words: str) -> None:
        self._unfold("添加佐证")
        form = self.page.locator("form[action$='/evidence']")
        form.get_by_label("图片").set_input_files(file)
        form.get_by_label("说明").fill(words)
        form.get_by_role("button", name="上传图片").click()
        expect(self.page.get_by_text("图片已添加。")).to_be_visible()

    def claim_done(self) -> None:
        self.button("申报完成").click()
        expect(self.page.get_by_text("已申报完成，将由本单位以外的人员核查。")).to_be_visible()

    def _unfold(self, words: str) -> None:
        self.page.locator("summary").filter(has_text=words).click()


class Staff(Somebody):
    """Who follows up what was promised."""

    def accept(self, pledge: str) -> None:
        """Check a pledge that its unit reported as done, from the staff's board, with the evidence in sight."""
        self.open("/board")
        card = self.page.get_by_role("article").filter(has_text=pledge)
        card.locator("summary").filter(has_text="查看佐证并认定").click()
        card.get_by_label("认定依据").fill("十二月一日到现场看过，与佐证一致。")
        card.get_by_role("checkbox").check()
        card.get_by_role("button", name="认定兑现").click()
        expect(self.page.get_by_text("已认定兑现")).to_be_visible()
