"""The real nginx, ffmpeg, worker and server: who may send is let in, and the picture is back whoever was killed."""

import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from tests.journeys.people import in_minutes
from tests.support.media import Studio
from tests.support.people import MakePerson
from tests.support.processes import eventually
from tests.support.server import Server

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.long]
#: What is tried here are the programs; what the databases do is tried without them.
DATABASES = ("sqlite",)

BROKEN = re.compile(r"#EXT-X-DISCONTINUITY\n(?:#.*\n)*(\S+)")
LISTED = re.compile(r"#EXTINF:([0-9.]+),\n#EXT-X-PROGRAM-DATE-TIME:(\S+)\n(\S+)")


@pytest.fixture
def studio(server: Server, tmp_path: Path) -> Iterator[Studio]:
    with Studio(server, tmp_path / "rtmp") as studio:
        yield studio


class Viewer:
    """Somebody who asks for the picture as a player does."""

    def __init__(self, url: str, session: int) -> None:
        self.url, self.session = url, session

    def told(self) -> dict[str, str]:
        told: dict[str, str] = requests.get(f"{self.url}/live/{self.session}/picture", timeout=20).json()
        return told

    def listed(self) -> list[tuple[float, float, str]]:
        """Length, instant and name of each segment of the playlist."""
        playlist = requests.get(self.url + self.told()["address"], timeout=20)
        assert playlist.status_code == 200
        found = LISTED.findall(playlist.text)
        return [(float(length), datetime.fromisoformat(at).timestamp(), name) for length, at, name in found]

    def sees(self, state: str, *, since: float = 0) -> None:
        """Wait until the picture is so; `on`: with a segment that was filmed after an instant."""

        def is_so() -> bool:
            return self.told()["state"] == state and (state != "on" or self.listed()[-1][1] > since)

        eventually(is_so, seconds=60, otherwise=f"the picture is not {state}")

    def breaks(self) -> set[str]:
        """The segments before which the picture was away."""
        return set(BROKEN.findall(requests.get(self.url + self.told()["address"], timeout=20).text))


@pytest.mark.parametrize("server", ["eventlet"], indirect=True)
def test_who_shows_the_key_is_seen_and_the_picture_is_back_whoever_was_killed(
    server: Server, studio: Studio, person: MakePerson
) -> None:
    producer = person("producer")
    made = producer.call("live.create_session", title="路灯", starts_at=in_minutes(0), planned_minutes=40, units=[2])
    session, viewer = made["session"], Viewer(server.url, made["session"])
    producer.call("media.choose_source", session=session, source="encoder")
    media_id, key = studio.stream_key(producer, made["code"])

    wrong = studio.film(media_id, "not the key")
    eventually(lambda: wrong.is_refused)
    assert viewer.told()["state"] == "off"

    camera = studio.film(media_id, key)
    viewer.sees("on")
    eventually(lambda: len(viewer.listed()) > 3)
    times = viewer.listed()
    assert all(0.9 < length < 1.2 for length, _at, _name in times), times
    steps = [later[1] - earlier[1] for earlier, later in pairwise(times)]
    assert all(0.9 < step < 1.2 for step in steps), "each begins where the one before ends"
    second = studio.film(media_id, key)
    eventually(lambda: second.is_refused, otherwise="two encoders send at once")

    begun = viewer.breaks()  # where it begins, while that is still listed
    server.kill()  # nginx asks three times in vain, and answers by itself
    killed, playlist = time.time(), studio.media_dir / "programmes" / media_id / "live.m3u8"
    eventually(lambda: playlist.stat().st_mtime > killed + 10 or camera.is_refused, seconds=60)
    assert not camera.is_refused, "the encoder is sent away while a process starts anew"
    server.start()
    viewer.sees("on", since=time.time())
    assert viewer.breaks() <= begun, "and no program began anew"

    os.kill(_ffmpeg(studio), signal.SIGKILL)
    viewer.sees("on", since=time.time())
    studio.worker.kill()
    now = time.time()
    studio.worker.start()
    viewer.sees("on", since=now)
    assert len(viewer.breaks()) >= 2, "a reader is told that the picture was away in between"

    def says_nginx_is_away() -> bool:
        return "接收画面的 nginx 没有响应" in producer.get(f"/sessions/{made['code']}/picture").text

    assert not says_nginx_is_away()
    studio.nginx.kill()
    eventually(lambda: camera.process.poll() is not None)
    viewer.sees("gone")
    eventually(says_nginx_is_away, otherwise="the producer is not told")
    studio.nginx.start()
    eventually(lambda: not says_nginx_is_away())
    camera = eventually(lambda: _let_in(studio, media_id, key), seconds=60)
    viewer.sees("on", since=time.time())

    producer.call("media.revoke_key", session=session)
    revoked = time.time()
    eventually(lambda: camera.is_refused, otherwise="a revoked key is still good")
    viewer.sees("gone")
    assert viewer.listed()[-1][1] < revoked + 2, "no more of it is seen"
    assert "Traceback" not in studio.worker.log


def _ffmpeg(studio: Studio) -> int:
    children = Path("/proc").glob(f"{studio.worker.process.pid}/task/*/children")
    found = [int(pid) for one in children for pid in one.read_text().split()]
    return next(pid for pid in found if Path(f"/proc/{pid}/comm").read_text() == "ffmpeg\n")


def _let_in(studio: Studio, media_id: str, key: str) -> object:
    """An encoder that tries again until it is let in, as they do."""
    camera = studio.film(media_id, key)
    time.sleep(2)
    return None if camera.is_refused else camera
