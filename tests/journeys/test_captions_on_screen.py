"""What is said stands on the studio screen of whoever asks for it: below the picture, never over what a card says."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import SCREEN, Chromium, picture
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.journey

SAID = "路灯这个月底以前全部修好，我在这里向大家保证。"
#: Whether no word of the picture lies below the strip, and every word of the strip is inside it.
APART = """() => {
  const [strip, stage] = ["screen-captions", "stage"].map((name) => document.querySelector("." + name));
  const box = strip.getBoundingClientRect();
  const lines = [...strip.children].map((one) => one.getBoundingClientRect());
  return stage.getBoundingClientRect().bottom <= box.top + 1 && box.bottom <= innerHeight + 1
    && lines.every((one) => one.top >= box.top - 1 && one.bottom <= box.bottom + 1);
}"""


def test_what_is_said_stands_below_the_card_and_covers_nothing_of_it(
    chromium: Chromium, house: Server, host: Person, evening: dict[str, Any], connect: Connect
) -> None:
    clerk = Person(house.url, connect).sign_in("clerk")
    shown = chromium.page(**SCREEN)
    shown.goto(f"{house.url}/screen/{evening['code']}?captions=1")
    plain = chromium.page(**SCREEN)
    plain.goto(f"{house.url}/screen/{evening['code']}")
    for one in (shown, plain):
        expect(one.locator("html")).to_have_attribute("data-link", "live")
    strip = shown.locator(".screen-captions")
    expect(strip).to_be_hidden()

    clerk.call("media.caption", session=evening["session"], text=SAID)
    expect(strip).to_have_text(SAID)
    assert shown.evaluate(APART)
    picture(shown, "screen-captions")
    size = strip.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize) / innerHeight")
    assert size >= 1 / 20, "read from the last row"
    expect(plain.locator(".screen-captions")).to_have_count(0)

    for words in ("说" * 60, "说" * 120, "说" * 200, "Lamps and roads. " * 11):
        clerk.call("media.caption", session=evening["session"], text=words.strip())
        expect(strip).to_have_text(words.strip())
        assert shown.evaluate(APART)
    picture(shown, "screen-captions-long")
    host.call("live.show_on_screen", session=evening["session"], shows="black")
    expect(strip).to_be_hidden()
    clerk.http.close()
