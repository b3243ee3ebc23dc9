"""An evening that was filmed is seen afterwards: made by a button, published, played from any moment of the trace, and
where something was pledged.

Camera, nginx, ffmpeg, worker, server and browser are the real ones. The camera burns the time of day into its picture:
what a browser sees of the recording says itself when it was filmed.
"""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.graphics.test_outputs_served import output_of
from tests.journeys.people import Somebody, in_minutes
from tests.support.browser import PHONE, SCREEN, Chromium, accessibility_faults, picture
from tests.support.client import Connect, LiveClient
from tests.support.media import READ, Studio
from tests.support.people import Person
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.alone, pytest.mark.long]

UNIT = 2  # 城管局: the second that `settle` founds
SAID = "湖滨路的路灯下周开始修"
CORRECTED = "湖滨路的路灯，下周一开始修"


@dataclass
class Filmed:
    """What was done, and when by the trace: milliseconds since 1970, by the kind of entry."""

    session: int = 0
    code: str = ""
    question: int = 0
    pledge: int = 0
    caption: int = 0
    answered: int = 0
    trace: dict[str, int] = field(default_factory=dict)


def token_of(person: Person, session: int) -> str:
    """For a program that writes captions."""
    fields = {"name": "速录", "days": "1", "session": str(session), "commands[]": "media.caption"}
    told = re.search(r'class="secret">([^<]+)<', person.post_form("/account/tokens", "/account/tokens", fields).text)
    assert told
    return told[1]


def hold(
    house: Server, studio: Studio, people: dict[str, Person], connect: Connect, phone: Somebody, over_the_picture: Page
) -> Filmed:  # fmt: skip
    """Twenty seconds of an evening."""
    host, clerk = people["host"], people["clerk"]
    made = host.call(
        "live.create_session", title="路灯与停车", starts_at=in_minutes(0), planned_minutes=40, units=[UNIT]
    )
    told = Filmed(made["session"], made["code"])
    host.call("media.choose_source", session=told.session, source="encoder")
    host.call("live.open_intake", session=told.session)
    asked = people["citizen"].call("questions.ask", session=told.session, text="湖滨路的路灯何时修好？", unit=UNIT)
    told.question = asked["question"]
    people["moderator"].call("questions.approve", question=told.question, seen=0)
    phone.open(f"/join/{told.code}")
    phone.button("进入").tap()
    camera = studio.film(*studio.stream_key(host, told.code))
    eventually(lambda: host.get(f"/live/{told.session}/picture").json()["state"] == "on", seconds=60)
    _number, output = output_of(people["producer"], told.session)
    over_the_picture.goto(f"{house.url}/output/{output}?captions=1")

    listener = connect(house.url)
    assert listener.call("follow", {"session": told.session})["ok"]
    speech = host.call("live.add_item", session=told.session, kind="slot", title="城管局发言", planned_minutes=1)
    host.call("live.go_live", session=told.session)
    phone.page.wait_for_timeout(1_500)  # the opening
    seen = host.call("questions.take_item", session=told.session, item=speech["item"], seen=0)["floor_rev"]
    phone.page.wait_for_timeout(1_500)
    speaks = host.call(
        "live.start_slot",
        session=told.session,
        seen=seen,
        unit=UNIT,
        speaker="程远帆",
        speaker_title="局长",
        seconds=60,
    )
    phone.page.wait_for_timeout(1_500)
    seen = host.call("live.end_slot", session=told.session, seen=speaks["floor_rev"])["floor_rev"]
    told.trace = {
        "item": listener.wait_for_entry("live.item_taken")["at"],
        "slot": listener.wait_for_entry("live.slot_started")["at"],
    }
    seen = host.call("questions.put_on_air", session=told.session, question=told.question, seen=seen)["floor_rev"]
    put = listener.wait_for_entry("questions.put_on_air")
    began = host.get(f"/live/{told.session}/snapshot").json()["state"]["session"][str(told.session)]["went_live_at"]
    phone.page.wait_for_timeout(3_000)  # it is asked
    told.answered = host.get(f"/live/{told.session}/snapshot").json()["now"]
    stenographer = connect(house.url, auth={"token": token_of(clerk, told.session)})
    written = stenographer.call("media.caption", {"session": told.session, "text": SAID})
    told.caption = written["caption"]
    refused = stenographer.call("media.correct_caption", {"caption": told.caption, "text": CORRECTED})
    assert refused["error"]["code"] == "BEYOND_TOKEN"
    expect(phone.page.get_by_role("region", name="字幕")).to_contain_text(SAID)
    expect(over_the_picture.locator(".output-captions")).to_have_text(SAID)
    picture(phone.page, "recording-captions-phone")
    phone.page.wait_for_timeout(3_000)  # it is answered
    response = clerk.call(
        "responses.record_response", question=told.question, unit=UNIT, kind="specific_commitment", speaker="程远帆",
        speaker_title="局长", text="12月20日前修好。", started_ms=told.answered - began,
    )["response"]  # fmt: skip
    told.pledge = clerk.call(
        "pledges.record_pledge", response=response, spoken="12月20日前修好。", lead_unit=UNIT, action="修复",
        object="湖滨路路灯", officer="林知远", due_on="2030-12-20",
    )["pledge"]  # fmt: skip
    phone.page.wait_for_timeout(6_000)  # it is heard out, and farewell is said
    host.call("responses.close_session", session=told.session, seen=seen)
    told.trace |= {
        "question": put["at"], "answer": told.answered, "pledge": listener.wait_for_entry("pledges.recorded")["at"]
    }  # fmt: skip
    eventually(lambda: list((studio.media_dir / "legs").glob("*.flv")), otherwise="nginx records nothing")
    camera.stop()
    return told


def probed(file: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_chapters", "-of", "json", str(file)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return found


def filmed_at(page: Page, seconds: float | None = None) -> int:
    """When that which a page's video shows was filmed; at a second of it, or where it stands."""
    if seconds is not None:
        page.evaluate("(at) => { document.querySelector('video').currentTime = at; }", seconds)
    page.wait_for_function(
        "() => { const v = document.querySelector('video'); return !v.seeking && v.readyState > 1; }"
    )
    told = page.wait_for_function(READ).json_value()
    return int(told["filmed"])


class Loaded:
    """What a page loads of pictures: names of files, and bytes."""

    def __init__(self, page: Page) -> None:
        self.names: set[str] = set()
        self.bytes = 0
        page.on("request", self._asked)
        page.on("response", self._came)

    def _asked(self, request: Request) -> None:
        name = request.url.partition("?")[0].rpartition("/")[2]
        if name.endswith((".mp4", ".ts", ".m3u8", ".jpg")):
            self.names.add(name)

    def _came(self, response: Response) -> None:
        if response.url.endswith(".mp4") and response.status in (200, 206):
            self.bytes = max(self.bytes, int(response.headers.get("content-range", "/0").rpartition("/")[2]))


def plays_its_sentence(page: Page, house: Server, path: str, begins: int, folder: Path) -> None:
    """The page plays the one sentence from about this instant on, and loads nothing but that, and not before; `folder`
    is that of the recording."""
    loaded = Loaded(page)
    page.goto(house.url + path)
    video = page.locator("video").first
    expect(video).to_be_visible()
    assert loaded.names == set(), "nothing is loaded before somebody plays it"
    video.evaluate("(one) => { one.muted = true; return one.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
    video.evaluate("(one) => one.pause()")
    played = 1000 * page.evaluate("() => document.querySelector('video').currentTime")
    assert abs(filmed_at(page) - played - begins) < 3_000, "where it was said"
    assert len(loaded.names) == 1, loaded.names
    name = min(loaded.names)
    told = re.fullmatch(r"sentence-(\d+)-(\d+)\.mp4", name)
    assert told, name
    assert loaded.bytes == (folder / name).stat().st_size < (folder / "recording.mp4").stat().st_size
    lasts = (int(told[2]) - int(told[1])) / 1000
    assert float(probed(folder / name)["format"]["duration"]) == pytest.approx(lasts, abs=1.2)


def test_an_evening_is_made_published_played_where_it_was_said_and_a_passage_withdrawn(
    chromium: Chromium, house: Server, studio: Studio, connect: Connect
) -> None:
    chromium.expect("Failed to load resource")  # of a playlist that is not there yet, and of what is withdrawn
    people = {one: Person(house.url, connect).sign_in(one) for one in ("host", "moderator", "clerk", "producer")}
    people["citizen"] = Person(house.url, LiveClient).join()
    phone, over_the_picture = Somebody(chromium, house.url, **PHONE), chromium.page(**SCREEN)
    told = hold(house, studio, people, connect, phone, over_the_picture)
    expect(over_the_picture.locator(".output-captions")).to_be_hidden()
    here = f"/sessions/{told.code}/recording"

    # The button makes it, and says how far it is; the crew alone sees it until it is published.
    staff, anybody = Somebody(chromium, house.url, "staff"), Somebody(chromium, house.url)
    producer = Somebody(chromium, house.url, "producer")
    producer.open(f"/sessions/{told.code}")
    producer.page.get_by_role("link", name="制作并公开录像").click()
    producer.button("制作录像").click()
    expect(producer.page.locator("progress").or_(producer.page.locator("video")).first).to_be_visible()
    expect(producer.page.locator("video")).to_be_visible(timeout=60_000)
    answer = anybody.page.goto(house.url + here)
    assert answer
    assert answer.status == 404
    staff.open(here)
    staff.button("公开录像").click()
    expect(staff.page.get_by_text("录像已公开")).to_be_visible()

    # Its chapters are the trace's, to a second: by ffprobe in the file, by what the camera burnt in in the browser.
    file = next((studio.media_dir / "recordings").glob("*/recording.mp4"))
    inside, lasts = probed(file)["chapters"], float(probed(file)["format"]["duration"])
    listed = anybody.page.request.get(f"{house.url}{here}/chapters.json").json()["chapters"]
    starts = {one["kind"]: one["start_ms"] / 1000 for one in listed}
    assert [float(one["start_time"]) for one in inside] == pytest.approx([one["start_ms"] / 1000 for one in listed])
    anybody.open(f"{here}?t={int(starts['answer'])}")
    anybody.page.wait_for_function("() => document.querySelector('video').readyState > 1")
    assert anybody.page.evaluate("() => document.querySelector('video').currentTime") == int(starts["answer"])
    assert abs(filmed_at(anybody.page) - told.trace["answer"]) < 1_500
    for kind, at in told.trace.items():
        assert abs(filmed_at(anybody.page, starts[kind]) - at) < 1_000, kind
    zero = filmed_at(anybody.page, 0)
    cues = (
        "() => [...document.querySelector('track[kind=captions]').track.cues].map((one) => [one.startTime, one.text])"
    )
    anybody.page.wait_for_function("() => document.querySelector('track[kind=captions]').track.cues?.length")
    [[at, words]] = anybody.page.evaluate(cues)
    assert words == SAID
    assert abs(filmed_at(anybody.page, at) - (told.answered - 4_000)) < 2_000
    picture(anybody.page, "recording-1440")
    assert accessibility_faults(anybody.page) == []

    # The minutes lead to the second, the pages of the pledge and of the question play the sentence and no more.
    anybody.open(f"/sessions/{told.code}/minutes")
    href = anybody.page.locator(f"a[href*='{here}?t=']").first.get_attribute("href")
    assert href in {f"{here}?t={int(second)}" for second in starts.values()}, href
    for path, begins in (
        (f"/pledges/{told.pledge}", told.answered - 10_000),
        (f"/questions/{told.question}", told.trace["question"] - 5_000),
    ):
        plays_its_sentence(chromium.page(), house, path, max(zero, begins), file.parent)

    # What was heard wrongly is corrected afterwards.
    clerk = Somebody(chromium, house.url, "clerk")
    clerk.open(f"/sessions/{told.code}/captions")
    clerk.page.get_by_text("更正", exact=True).first.click()
    clerk.page.get_by_role("textbox", name="当时的话").fill(CORRECTED)
    clerk.button("更正").click()
    expect(clerk.page.get_by_text("字幕已更正")).to_be_visible()
    assert CORRECTED in anybody.page.request.get(f"{house.url}{here}/captions.zh-CN.vtt").text()

    # A passage that is withdrawn is served at no address any more, and the public is told why.
    address = anybody.page.request.get(f"{house.url}{here}/recording.mp4").url
    assert anybody.page.request.get(address).status == 200
    staff.open(here)
    staff.page.get_by_text("撤下一段", exact=True).first.click()
    staff.page.get_by_label("从第几秒").fill("0")
    staff.page.get_by_label("到第几秒").fill("3")
    staff.page.get_by_label("理由").fill("含住址")
    staff.button("撤下一段").click()
    assert anybody.page.request.get(address).status in (403, 404)
    eventually(lambda: anybody.page.request.get(house.url + here).status == 200, seconds=60, every=0.5)
    anybody.open(here)
    expect(anybody.page.get_by_text("含住址")).to_be_visible()
    assert filmed_at(anybody.page, 0) > zero + 2_000
    assert not file.exists()
    cut = probed(next((studio.media_dir / "recordings").glob("*/recording.mp4")))["format"]["duration"]
    assert lasts - 6 < float(cut) < lasts - 2
    for one in people.values():
        one.http.close()
    assert "Traceback" not in studio.worker.log
