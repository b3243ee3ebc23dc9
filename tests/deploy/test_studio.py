"""`make studio` as a whole: a test picture goes through every part, as a camera's would, until Ctrl-C."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from inquiry.demo.city import PASSWORD
from tests.media.on_stage import SEEN_SECONDS
from tests.support.client import LiveClient
from tests.support.people import Person
from tests.support.processes import eventually
from tests.support.together import Together, together

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.long]


def test_a_newcomer_sees_a_programme_with_its_picture() -> None:
    with together("studio", "nginx-light", "libnginx-mod-rtmp", "ffmpeg", "janus", "chromium") as studio:
        told = re.search(rf"on air: {studio.url}/sessions/([A-Z0-9]{{6}})", studio.told)
        assert told, studio.told
        _, picture = eventually(lambda: there(studio, "encoder"))
        playlist = urljoin(studio.url, picture["address"])
        seconds = eventually(lambda: re.findall(r"^.*\.ts$", got(playlist).text, re.MULTILINE))
        assert "#EXT-X-PROGRAM-DATE-TIME" in got(playlist).text
        assert got(playlist).headers["Cache-Control"] == "no-store"
        second = got(urljoin(playlist, seconds[-1]))
        assert second.content[0] == 0x47, "a transport stream"
        eventually(lambda: got(playlist).text.split()[-1] > seconds[-1], otherwise="the picture stands still")
        number, stage = eventually(lambda: there(studio, "stage"), seconds=120, otherwise="nobody speaks by video")
        assert ".ts" in got(urljoin(studio.url, stage["address"])).text
        host = Person(studio.url, LiveClient).sign_in("host", PASSWORD)
        both = [("green_room", True, True), ("stage", True, False)]
        eventually(
            lambda: speakers(host, number) == both,
            seconds=60,
            every=SEEN_SECONDS,
            otherwise="not one on the stage, one ready",
        )  # fmt: skip
        studio.end()
        eventually(lambda: not left_of(studio), otherwise="a browser is left")
    with pytest.raises(requests.ConnectionError):
        requests.get(studio.url, timeout=2)


def there(studio: Together, source: str) -> tuple[int, dict[str, Any]] | None:
    """The session of which the picture comes so, and that picture, once it is there."""
    for number in range(1, 30):
        answer = requests.get(f"{studio.url}/live/{number}/picture", timeout=10)
        told = answer.json() if answer.status_code == 200 else {}
        if (told.get("source"), told.get("state")) == (source, "on"):
            return number, told
    return None


def speakers(host: Person, number: int) -> list[tuple[str, bool, bool]]:
    """Of each who has a place: which, whether their picture is there, and whether they said that they are ready."""
    seen = host.call("media.see_stage", session=number)["publishers"]
    return sorted((one["place"], one["joined"], one["ready"]) for one in seen)


def left_of(studio: Together) -> list[str]:
    """Programs that still run in its folder."""
    told = (one.read_bytes().decode(errors="replace") for one in Path("/proc").glob("[0-9]*/cmdline") if one.exists())
    return [one for one in told if f"{studio.folder}/chromium" in one]


def got(url: str) -> requests.Response:
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    return answer
