"""The slot policy in a browser: a form and its JSON are one thing, and the plan stands beside it while it is typed."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import night as nights
from tests.journeys.people import Somebody
from tests.support.browser import Chromium, accessibility_faults, picture
from tests.support.server import Server

pytestmark = pytest.mark.journey


def test_a_policy_is_typed_tried_and_kept(chromium: Chromium, house: Server) -> None:
    chromium.expect(r"status of 4\d\d")  # what is half typed is refused, and told beside the field
    nights.hold(house)
    somebody = Somebody(chromium, house.url, "host")
    page = somebody.page
    somebody.open("/exam/policy")
    sums = page.locator("#preview .plan-sums small")
    expect(sums.first).to_be_visible()
    seconds = [int(re.sub(r"\D", "", one)) for one in sums.all_inner_texts()]
    assert sum(seconds[:-1]) == seconds[-1] == 60 * int(page.get_by_label("会议总时长").input_value())
    assert accessibility_faults(page) == []
    picture(page, "policy-form", full_page=True)

    first = page.locator(".policy-segment").first
    shortest = first.get_by_label("最短（秒）")
    was = shortest.input_value()
    shortest.fill("93")
    expect(first.locator(".field-error")).to_contain_text("五秒的整数倍")
    expect(shortest).to_have_attribute("aria-invalid", "true")
    shortest.fill(was)
    expect(first.locator(".field-error")).to_have_count(0)
    first.get_by_label("环节名称").fill("先讲的")

    page.get_by_role("button", name="JSON 文本").click()
    text = page.get_by_label("规则（JSON）")
    assert '"name": "先讲的"' in text.input_value()
    text.fill(text.input_value().replace('"先讲的"', '"改过的"'))
    page.get_by_role("button", name="表单").click()
    expect(first.locator("h3")).to_have_text("1. 改过的")

    first.get_by_role("button", name="下移").press("Enter")
    expect(page.locator(".policy-segment h3").nth(1)).to_have_text("2. 改过的")
    expect(page.locator(":focus")).to_have_attribute("aria-label", re.compile("“改过的”.移"))
    expect(page.locator("#preview .plan-segment", has_text="改过的")).to_be_visible()
    page.get_by_role("button", name="存为新版").click()
    expect(page.locator("#said")).to_contain_text("已存为第2版")
    expect(page.locator(".policy-segment h3").nth(1)).to_have_text("2. 改过的")
    expect(page.locator(".draft-notice")).to_have_count(0)
    expect(sums.first).to_be_visible()  # nothing is asked for any more
    expect(page.locator("#preview")).not_to_have_attribute("aria-busy", "true")
