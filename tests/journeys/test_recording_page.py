"""Pages of what was filmed that were open for long: their tickets are good for some minutes."""

import io
import wave

import pytest
from playwright.sync_api import Page, Route, expect

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


def refused_once(page: Page, address: str) -> list[str]:
    """What is asked for there: the first time in vain, as with a ticket that is over."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=403)
        else:
            route.fulfill(body=sound(), content_type="audio/wav")

    page.route(address, answer)
    return asked


def test_whoever_plays_it_first_after_its_ticket_is_given_another(bench: OpenBench, chromium: Chromium) -> None:
    chromium.expect("403")
    page = bench()
    asked = refused_once(page, "**/recording.mp4*")
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", PAGE)
    page.add_script_tag(url="/static/recording/recording.js", type="module")
    page.wait_for_function("() => !document.querySelector('[data-with-script]').hidden")
    page.evaluate("() => { document.querySelector('video').src = '/recording.mp4'; }")
    page.wait_for_function("() => document.querySelector('video').readyState > 0")
    assert len(asked) == 2
    assert page.evaluate("() => document.querySelector('video').currentTime") == 0


CHAPTERS = """<style>ol { position: relative; height: 200px; overflow-y: auto; }
li { height: 40px; }</style>
<div data-recording><video></video><p data-with-script hidden></p><ol data-chapters></ol></div>"""


def test_of_hundreds_of_chapters_the_list_shows_the_one_that_is_played(bench: OpenBench) -> None:
    page = bench()
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", CHAPTERS)
    page.evaluate(
        """() => { document.querySelector("ol").innerHTML = Array.from({ length: 300 }, (_, n) =>
        `<li><a href="?t=${n * 10}" data-start="${n * 10_000}"${n === 250 ? " aria-current='true'" : ""}>${n}</a>`)
        .join(""); }"""
    )
    page.add_script_tag(url="/static/recording/recording.js", type="module")
    expect(page.get_by_role("link", name="250")).to_be_in_viewport()
    page.evaluate("() => { const one = document.querySelector('video'); one.currentTime = 1005; }")
    page.locator("video").dispatch_event("timeupdate")
    expect(page.get_by_role("link", name="100")).to_be_in_viewport()


FILMS = """<div id="fault"></div><ul id="films"><li id="film-7" data-film="7" data-drawn="ready 0 0">
<video preload="none" src="/media/ticket/film.mp4"></video></li></ul>"""


def test_so_is_who_looks_at_a_film_on_the_page_of_the_films(bench: OpenBench, chromium: Chromium) -> None:
    chromium.expect("403")
    page = bench(FILMS)
    film = {"id": 7, "state": "ready", "cues": 0, "items": [], "size": 8, "received": 8, "progress": 0}
    page.route("**/api/media.films", lambda route: route.fulfill(json={"ok": True, "films": [film]}))
    asked = refused_once(page, "**/film.mp4")
    page.add_script_tag(url="/static/setup/films.js", type="module")
    page.evaluate(
        "() => { const one = document.querySelector('video'); one.muted = true; one.play().catch(() => null); }"
    )
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.1")
    assert len(asked) == 2
