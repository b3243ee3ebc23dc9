"""The real worker with nginx and a camera: when the disk is full nothing more is recorded, and the picture goes on."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from inquiry.media import keeping
from tests.journeys.people import Somebody, in_minutes
from tests.media.test_packaging import Viewer, studio
from tests.support.browser import Chromium
from tests.support.media import Studio
from tests.support.people import MakePerson
from tests.support.processes import eventually
from tests.support.server import Server

__all__ = ["studio"]

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.long]
#: What is tried here are the programs; what the databases do is tried without them.
DATABASES = ("sqlite",)


def recorded(studio: Studio, media_id: str) -> tuple[int, int]:
    """What both legs have: segments that were written down, and bytes that nginx wrote beside them."""
    index = studio.media_dir / "programmes" / media_id / keeping.INDEX
    lines = index.read_text().count(".ts") if index.is_file() else 0
    return lines, sum(one.stat().st_size for one in (studio.media_dir / "legs").glob("*.flv"))


def older(studio: Studio) -> Path:
    """What an evening before has left on the disk: more than there may be."""
    left = studio.media_dir / "recordings" / "0123456789ab" / "recording.mp4"
    left.parent.mkdir(parents=True)
    left.write_bytes(bytes(3 * 2**20))
    return left


def alarm_on(chromium: Chromium, url: str, code: str, desk: str) -> Locator:
    """The sign on a desk that is open."""
    somebody = Somebody(chromium, url, "host" if desk == "host" else "producer")
    somebody.open(f"/desk/{code}/{desk}")
    expect(somebody.page.locator("html")).to_have_attribute("data-link", "live")
    return somebody.page.locator(".recording-alarm")


@pytest.mark.parametrize("server", ["eventlet"], indirect=True)
def test_with_a_full_disk_neither_leg_records_the_crew_is_told_and_the_picture_goes_on(
    server: Server, studio: Studio, person: MakePerson, chromium: Chromium
) -> None:
    producer = person("producer")
    made = producer.call("live.create_session", title="路灯", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    session, viewer = made["session"], Viewer(server.url, made["session"])
    producer.call("media.choose_source", session=session, source="encoder")
    media_id, key = studio.stream_key(producer, made["code"])
    crew = producer.socket()
    assert crew.call("follow", {"session": session, "view": "staff"})["ok"]
    studio.film(media_id, key)
    viewer.sees("on")
    eventually(lambda: min(recorded(studio, media_id)) > 0, otherwise="nothing is recorded")

    alarms = [alarm_on(chromium, server.url, made["code"], desk) for desk in ("host", "director")]
    for one in alarms:
        expect(one).to_be_empty()
    left = older(studio)
    studio.worker.kill()
    studio.worker.start(INQUIRY_MEDIA_MB="2")
    crew.wait_for_entry("media.recording_stopped", seconds=30)
    for one in alarms:
        expect(one).to_be_in_viewport()
        expect(one).to_have_text(re.compile(r"\d\d:\d\d 起未录制：磁盘已满"))
    segments, beside = recorded(studio, media_id)
    viewer.sees("on", since=time.time() + 6)
    later, of_seconds = recorded(studio, media_id)
    assert later == segments, "the first leg does not grow"
    assert of_seconds < beside + 300_000, "the second one by some seconds, again and again"
    legs = studio.media_dir / "legs"
    eventually(
        lambda: len(list(legs.glob("*.flv"))) == 2, otherwise="what was recorded before, and what is removed next"
    )
    assert "磁盘已满" in producer.get(f"/sessions/{made['code']}/recording").text

    left.unlink()
    studio.worker.kill()
    studio.worker.start(INQUIRY_MEDIA_MB="20")
    crew.wait_for_entry("media.recording_resumed", seconds=30)
    for one in alarms:
        expect(one).to_be_empty()
    eventually(lambda: recorded(studio, media_id)[0] > segments, otherwise="it is not recorded again")
    eventually(lambda: recorded(studio, media_id)[1] > of_seconds, otherwise="nor by nginx")
    assert "Traceback" not in studio.worker.log
