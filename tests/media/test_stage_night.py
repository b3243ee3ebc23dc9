"""A night exam by video: sites speak in turn and in a duel, a third must not, and viewers see each within seconds."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.media.on_stage import CAMERA, FILMED, LEFT, RIGHT, WHOLE, House, is_on
from tests.media.test_stage_live import frames, house, janus, segments, server
from tests.support.browser import accessibility_faults, picture
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
    night.end(host)
    for page in (challenger, rival):
        expect(page.locator(".stage-now")).to_contain_text("发言时间已到")
