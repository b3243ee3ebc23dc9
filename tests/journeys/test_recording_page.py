"""The page of a recording that was open for long: its ticket is good for some minutes."""

import io
import re
import wave

import pytest
from playwright.sync_api import Route

from tests.journeys.conftest import OpenBench
from tests.support.browser import Chromium

pytestmark = pytest.mark.journey

PAGE = """<div data-recording><video></video><p data-with-script hidden></p></div>"""


def sound() -> bytes:
    """Two seconds of silence."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(32_000))
    return written.getvalue()


def test_whoever_plays_it_first_after_its_ticket_is_given_another(bench: OpenBench, chromium: Chromium) -> None:
    chromium.expect("403")
    asked: list[str] = []
    page = bench()

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=403)
        else:
            route.fulfill(body=sound(), content_type="audio/wav")

    page.route(re.compile(r"/recording\.mp4"), answer)
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", PAGE)
    page.add_script_tag(url="/static/recording/recording.js", type="module")
    page.wait_for_function("() => !document.querySelector('[data-with-script]').hidden")
    page.evaluate("() => { document.querySelector('video').src = '/recording.mp4'; }")
    page.wait_for_function("() => document.querySelector('video').readyState > 0")
    assert len(asked) == 2
    assert page.evaluate("() => document.querySelector('video').currentTime") == 0
