"""One whole evening, as everybody lived it: eight windows open at once, real messages, and what became of it all."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys import chapters_after as after
from tests.journeys import chapters_before as before
from tests.journeys import chapters_on_air as air
from tests.journeys.evening import Evening
from tests.support.browser import Chromium, picture
from tests.support.server import LOOP_OF, Server, StartServer

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(420)]

CHAPTERS = [
    before.it_is_planned,
    before.real_messages_are_taken_over,
    before.everybody_comes,
    before.phones_ask,
    before.questions_are_moderated,
    before.similar_ones_are_supported,
    air.the_evening_begins,
    air.a_real_message_is_on_air,
    air.a_pledge_is_recorded,
    air.two_hosts_press_at_once,
    air.a_vague_answer_prompts_the_host,
    air.the_close_waits_for_the_record,
    air.every_question_is_accounted_for,
    after.the_unit_answers_and_is_asked_again,
    after.the_pledge_is_kept_and_checked,
    after.everybody_can_read_how_it_went,
]


@pytest.fixture
def server(start_server: StartServer, database_kind: str, database_url: str) -> Server:
    """Each event loop once and each database once: how these two get on is asked where it matters, not all evening."""
    return start_server(database_url, INQUIRY_ASYNC_MODE=LOOP_OF[database_kind])


@pytest.fixture
def evening(
    chromium: Chromium, server: Server, units: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Evening:
    def say(words: str) -> None:
        with capsys.disabled():
            print(f"\n    {words}", end="", flush=True)  # noqa: T201 - what was measured is worth reading

    return Evening(chromium, server, say, tmp_path)


@contextmanager
def looked_at_when_it_fails(evening: Evening) -> Iterator[None]:
    """What everybody had before them in that moment is kept as pictures."""
    try:
        yield
    except BaseException:
        for name, somebody in evening.everybody.items():
            picture(somebody.page, f"failed-evening-{name}")
        raise


def test_the_whole_evening(evening: Evening) -> None:
    took = {}
    with looked_at_when_it_fails(evening):
        for chapter in CHAPTERS:
            began = time.monotonic()
            chapter(evening)
            took[chapter.__name__.replace("_", " ")] = time.monotonic() - began
    evening.say("; ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items()))
