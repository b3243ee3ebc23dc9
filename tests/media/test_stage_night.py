"""A night exam by video: sites speak in turn and in a duel, a third must not, and viewers see each within seconds."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inquiry.media.pulses import STILL_SECONDS
from tests.media.on_stage import CAMERA, CORNER, FILMED, LEFT, RIGHT, WHOLE, House, is_on
from tests.media.test_stage_live import frames, house, janus, segments, server
from tests.support.browser import PHONE, accessibility_faults, picture
from tests.support.people import MakePerson, Person
from tests.support.processes import eventually

__all__ = ["house", "janus", "server"]

DATABASES = ("sqlite",)
pytestmark = [pytest.mark.journey, pytest.mark.live, pytest.mark.alone]

#: So often somebody begins to speak here; it was measured over more.
TURNS = 3
#: Six seconds are promised, on a machine that is at rest.
GENEROUS_SECONDS = 20.0


@pytest.fixture
def night(house: House) -> House:
    return house.settle_night()


@pytest.fixture
def host(person: MakePerson) -> Person:
    return person("host")


def enter(house: House, unit: str) -> Page:
    page = house.open(f"unit-{house.sites[unit]}", script=CAMERA)
    page.get_by_role("button", name="进入候场室").click()
    is_on(page, "候场室")
    return page


def watch(house: House) -> Page:
    """Anybody's page of the session."""
    page = house.chromium.page()
    page.goto(f"{house.server.url}/sessions/{house.code}")
    return page


def filmed(viewer: Page, part: list[float], since: float) -> bool:
    """Whether something is seen there that was filmed after an instant."""
    at: Any = viewer.evaluate(FILMED, part)
    return at is not None and at > since


def test_sites_speak_in_turn_and_two_in_a_duel_are_seen_side_by_side(night: House, host: Person) -> None:
    first, challenger, rival = (enter(night, unit) for unit in ("乙区", "丙区", "甲区"))
    last = night.open(f"unit-{night.sites['庚区']}", script=CAMERA)
    expect(last.locator(".stage-now")).to_contain_text("还没有轮到您")
    viewer = watch(night)
    took = []
    for number in range(TURNS):
        if number:
            night.end(host)
            host.call(
                "live.start_slot", session=night.session, seen=night.rev(host), unit=night.sites["乙区"],
                speaker="乙区长", seconds=300,
            )  # fmt: skip
        else:
            night.begin(host, night.items[0])
        began = time.time()
        eventually(lambda began=began: filmed(viewer, WHOLE, began * 1000), seconds=60, every=0.1)
        took.append(time.time() - began)
    assert max(took) < GENEROUS_SECONDS, took
    is_on(first, "您已上台")
    assert frames(segments(night)[-1]) == (640, 360), "one picture is passed on as it is"

    # An interpreter, by a second camera, stands small in the corner.
    first.get_by_role("button", name="加一路手语画面").click()
    began = time.time() * 1000
    eventually(lambda: filmed(viewer, CORNER, began), seconds=60, every=0.1)
    assert frames(segments(night)[-1]) == (1280, 720)

    # The one who challenges speaks first; the other is seen beside, and not heard.
    night.begin(host, night.items[1])
    began = time.time() * 1000
    is_on(challenger, "观众看得到也听得到您")
    is_on(rival, "您在对手旁边")
    expect(first.locator(".stage-now")).to_contain_text("发言时间已到")
    for part in (LEFT, RIGHT):
        eventually(lambda part=part: filmed(viewer, part, began), seconds=60, every=0.1)
    picture(viewer, "stage-duel-1440")
    assert accessibility_faults(rival) == []

    # Then they change over, each on its side.
    night.begin(host, night.items[2])
    began = time.time() * 1000
    is_on(rival, "观众看得到也听得到您")
    is_on(challenger, "您在对手旁边")
    for part in (LEFT, RIGHT):
        eventually(lambda part=part: filmed(viewer, part, began), seconds=60, every=0.1)

    # A camera that stands still holds nobody: the other one is seen alone, until it comes again.
    challenger.evaluate("() => (window.still = true)")
    began = time.time() * 1000 + STILL_SECONDS * 1000
    eventually(lambda: filmed(viewer, WHOLE, began), seconds=60, every=0.1)
    challenger.evaluate("() => (window.still = false)")
    began = time.time() * 1000
    for part in (LEFT, RIGHT):
        eventually(lambda part=part: filmed(viewer, part, began), seconds=60, every=0.1)
    night.end(host)
    for page in (challenger, rival):
        expect(page.locator(".stage-now")).to_contain_text("发言时间已到")


def test_host_and_director_see_who_is_ready_and_who_asks_to_speak_and_mute(night: House) -> None:
    first = enter(night, "乙区")
    leader = night.open("leader", script=CAMERA)
    leader.get_by_role("button", name="上台").click()
    is_on(leader, "您已上台")
    host = night.open("host", f"/desk/{night.code}/host", camera=False)
    director = night.open("producer", f"/desk/{night.code}/director", camera=False)
    line = host.locator(f"#rundown [data-item='{night.items[0]}']")
    expect(line).to_contain_text("未准备好")
    first.get_by_role("button", name="我准备好了").click()
    expect(line).to_contain_text("已准备好")
    rundown = night.person("host").get(f"/live/{night.session}/snapshot").json()["state"]["item"].values()
    opening = min(rundown, key=lambda item: item["position"])["id"]
    night.person("host").call("questions.take_item", session=night.session, item=opening, seen=0)
    expect(host.locator(".exam-next")).to_contain_text("已准备好")
    expect(director.locator(f"#rundown [data-item='{night.items[0]}']")).to_contain_text("已准备好")
    leader.get_by_role("button", name="举手要求发言").click()
    expect(host.locator(".stage-hands")).to_contain_text("举手要求发言")
    people = director.locator("#side li[data-publisher]")
    expect(people).to_have_count(2)
    expect(people.first).to_contain_text("举手")  # whoever asks stands first
    director.get_by_role("button", name="只留发言人的声音").click()
    expect(leader.locator(".stage-now")).to_contain_text("已将您静音")
    people.first.get_by_role("button", name="取消静音").click()
    expect(leader.locator(".stage-now")).to_contain_text("您已上台")
    picture(host, "stage-host-desk-1440")
    picture(director, "stage-director-1440")
    for page in (host, director):
        assert accessibility_faults(page) == []


#: Browsers that cannot: one that knows nothing of it, and one that finds no way through its network.
NONE = "delete window.RTCPeerConnection"
NO_WAY = """window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(how) { super({ ...how, iceTransportPolicy: "relay" }); }
}"""


def test_whoever_cannot_be_on_the_stage_watches_in_its_place_and_the_sites_see_it_in_their_rooms(
    house: House, host: Person
) -> None:
    """Of a meeting that is closed to the public, of which others see nothing."""
    night = house.settle_night(closed_to_public=True)
    enter(night, "乙区")
    night.begin(host, night.items[0])
    began = time.time() * 1000
    unable = night.open(f"unit-{night.sites['丙区']}", script=NONE, **PHONE)
    kept_out = night.open("leader", script=CAMERA + ";" + NO_WAY)
    kept_out.get_by_role("button", name="上台").click()
    expect(unable.locator(".stage-now")).to_contain_text("不能视频连线")
    expect(kept_out.locator(".stage-now")).to_contain_text("连不上舞台")
    site = night.sites["丁区"]
    room = night.open(f"unit-{site}", f"/sessions/{night.code}/room/{site}", camera=False)
    for page in (unable, kept_out, room):
        eventually(lambda page=page: filmed(page, WHOLE, began), seconds=60, every=0.1)
        assert accessibility_faults(page) == []
    picture(unable, "stage-watches-390")
    picture(kept_out, "stage-watches-1440")
    picture(room, "room-picture-1440")
    expect(watch(night).locator("#picture")).to_have_count(0)
