"""A picture comes from a camera through the real nginx and ffmpeg to phones, and what is shown beside it keeps step."""

import re
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.people import Phone, in_minutes
from tests.support.browser import DESK, PHONE, SCREEN, Chromium, accessibility_faults, picture
from tests.support.media import READ, Studio
from tests.support.people import Person
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.long]


@pytest.fixture
def evening(house: Server, host: Person) -> dict[str, Any]:
    """A live session that takes its picture from an encoder: `{session, code, …}`."""
    made = host.call("live.create_session", title="路灯与停车", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    host.call("live.go_live", session=made["session"])
    host.call("media.choose_source", session=made["session"], source="encoder")
    return made


#: Note what the picture showed when the words on air first named the clip.
NOTE = """() => {
  const words = document.querySelector("#onair-text");
  const look = () => words.textContent.includes("暗访") && (window.cameAt ??= [(READ)(), Date.now()]);
  new MutationObserver(look).observe(words, { childList: true, characterData: true, subtree: true });
}""".replace("READ", READ)


#: Note what the picture showed whenever the seconds of the clock on the phone changed.
TURNS = """() => {
  const digits = document.querySelector("#onair-clock .clock-digits");
  window.turned = [];
  const look = () => {
    const [minutes, seconds] = digits.textContent.split(":").map(Number);
    const seen = (READ)();
    if (seen && Number.isFinite(seconds)) turned.push([minutes * 60 + seconds, seen.filmed]);
  };
  new MutationObserver(look).observe(digits, { childList: true, characterData: true, subtree: true });
}""".replace("READ", READ)

#: Fall back by some seconds, and note how fast it goes from then on.
LATE = """() => {
  const video = document.querySelector("#picture video");
  window.rates = [];
  video.addEventListener("ratechange", () => rates.push(video.playbackRate));
  video.pause();
  setTimeout(() => video.play(), 2500);
}"""

#: What a browser does with a tab that nobody sees, and with one that is seen again.
ASLEEP = """(asleep) => {
  Object.defineProperty(document, "hidden", { get: () => asleep, configurable: true });
  if (asleep) document.querySelector("#picture video").pause();
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def joined(chromium: Chromium, house: Server, code: str) -> Phone:
    phone = Phone(chromium, house.url)
    phone.open(f"/join/{code}")
    phone.button("进入").tap()
    phone.page.wait_for_url("**/s/*")
    return phone


def as_kept_from_before_it_began(route: Route) -> None:
    """What nginx may answer a crowd that asks in the second in which the picture comes."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"state": "off"})


def seen_from(chromium: Chromium, address: str, name: str, locale: str, surface: dict[str, Any]) -> None:
    """A page of somebody who came later: the picture plays by itself, and is looked at."""
    page = chromium.page(locale=locale, **surface)
    page.goto(address)
    assert page.wait_for_function(READ, timeout=60_000).json_value()
    picture(page, name)
    assert accessibility_faults(page) == []
    page.close()


def test_phones_see_the_picture_in_step_with_its_cards_and_it_is_back_by_itself(
    chromium: Chromium, house: Server, host: Person, studio: Studio, evening: dict[str, Any]
) -> None:
    chromium.expect("Failed to load resource")  # of a playlist that is not there yet
    phone, reader = (joined(chromium, house, evening["code"]) for _ in range(2))
    phone.page.route("**/live/*/picture", as_kept_from_before_it_began)
    place = phone.page.locator("#picture")
    expect(place).to_contain_text("画面尚未开始")
    reader.button("只看文字").tap()
    reader.page.reload()
    expect(reader.button("只看文字")).to_have_attribute("aria-pressed", "true")

    media_id, key = studio.stream_key(host, evening["code"])
    camera = studio.film(media_id, key)
    expect(place).to_contain_text("页面内容与画面同步", timeout=60_000)
    seen = phone.page.wait_for_function(READ, timeout=60_000).json_value()
    assert 0 < seen["behind"] < 15_000, seen
    assert phone.page.evaluate("() => document.querySelector('#picture video').muted"), "nothing sounds unasked"

    # A card comes when the picture shows the moment in which it went on air; to whoever only reads, at once.
    for one in (phone, reader):
        one.page.evaluate(NOTE)
    clip = host.call("live.add_item", session=evening["session"], kind="clip", title="暗访短片", planned_minutes=2)
    seen_rev = host.call("questions.take_item", session=evening["session"], item=clip["item"], seen=0)["floor_rev"]
    (shown, _now), (_none, read_at) = (
        one.page.wait_for_function("() => window.cameAt", timeout=60_000).json_value() for one in (phone, reader)
    )
    items = host.get(f"/live/{evening['session']}/snapshot").json()["state"]["item"]
    at = items[str(clip["item"])]["started_at"]
    assert abs(shown["filmed"] - at) < 500, (shown, at)
    assert read_at < at + shown["behind"], "text alone waits for no picture"
    picture(phone.page, "picture-phone")
    assert accessibility_faults(phone.page) == []
    phone.page.set_viewport_size({"width": 844, "height": 390})  # held sideways
    expect(place.locator("video")).to_be_in_viewport(ratio=1)
    expect(phone.page.locator("#onair")).to_be_in_viewport(ratio=1)
    picture(phone.page, "picture-phone-sideways")
    phone.page.set_viewport_size(PHONE["viewport"])

    # So does the time of whoever speaks: whenever its seconds change, the picture shows that moment.
    phone.page.evaluate(TURNS)
    host.call(
        "live.start_slot", session=evening["session"], seen=seen_rev, unit=2, speaker="程远帆", speaker_title="局长",
        seconds=120,
    )  # fmt: skip
    turned = phone.page.wait_for_function("() => turned.length > 6 && turned", timeout=60_000).json_value()
    [slot] = host.get(f"/live/{evening['session']}/snapshot").json()["state"]["slot"].values()
    off = [filmed - (slot["started_at"] + 120_000 - left * 1000) for left, filmed in turned[1:]]
    assert median(map(abs, off)) < 500, (off, turned)  # a page that was held up for once shows a second late

    # Whoever is late is back at the newest end by and by: nobody hears that it goes faster.
    phone.page.evaluate(LATE)
    rates = phone.page.wait_for_function("() => rates.length > 1 && rates.at(-1) === 1 && rates", timeout=60_000)
    assert 1 < max(rates.json_value()) <= 1.1
    newest = max(seen["behind"], 3_000) + 1_500  # three segments behind is where everybody is
    phone.page.wait_for_function(f"() => ({READ})()?.behind < {newest}", timeout=60_000)

    expect(place).to_contain_text(re.compile(r"已用流量 \d+\.\d\sMB"))
    loaded: list[str] = []
    phone.page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    phone.button("只听声音").tap()
    expect(place.locator("video")).to_have_js_property("videoWidth", 0, timeout=60_000)
    expect(place).to_contain_text("页面内容与画面同步", timeout=60_000)
    assert not phone.page.evaluate("() => document.querySelector('#picture video').muted"), "this was asked for"
    picture(phone.page, "picture-phone-sound")
    segments = [name for name in loaded if name.endswith(".ts")]
    assert segments
    assert all(name.startswith("a") for name in segments), "sound alone is loaded"
    phone.button("画面").tap()

    address = f"{house.url}/sessions/{evening['code']}"
    seen_from(chromium, address, "picture-session-1440", "zh-CN", DESK)
    seen_from(chromium, address, "picture-session-1920-en", "en-GB", SCREEN)
    seen_from(chromium, address, "picture-session-390-en", "en-GB", PHONE)

    # A tab that sleeps stands still; awake, it is where everybody is.
    phone.page.evaluate(ASLEEP, True)
    phone.page.wait_for_timeout(6_000)
    expect(place.locator("video")).to_have_js_property("paused", True)
    phone.page.evaluate(ASLEEP, False)
    slept = phone.page.evaluate(READ)["filmed"]
    phone.page.wait_for_function(
        f"(slept) => {{ const seen = ({READ})(); return seen && seen.behind < 6000 && seen.filmed > slept + 500; }}",
        arg=slept,
        timeout=10_000,
    )

    camera.stop()
    expect(place).to_contain_text("画面暂时中断", timeout=60_000)
    picture(phone.page, "picture-phone-gone")
    phone.page.evaluate("() => (window.sameVisit = true)")
    studio.film(media_id, key)
    expect(place).to_contain_text("页面内容与画面同步", timeout=60_000)
    again = phone.page.wait_for_function(READ, timeout=60_000).json_value()
    assert again["behind"] < 15_000, again
    assert phone.page.evaluate("() => window.sameVisit"), "without a reload"
