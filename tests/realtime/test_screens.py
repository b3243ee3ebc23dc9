"""The studio screens that are there, as the crew's ticks tell them."""

import pytest

from inquiry.core.db import reading
from inquiry.permissions import Role
from inquiry.realtime import screens, ticks
from inquiry.realtime.views import View
from tests.questions.conftest import Clock, Floor, clock, floor
from tests.support.application import Say

__all__ = ["Clock", "clock", "floor"]


class Seconds:
    """The monotonic clock of a test."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    found = Seconds()
    monkeypatch.setattr(screens, "time", found)
    return found


def told(session: int, view: View) -> int | None:
    with reading() as db:
        found: int | None = ticks.compose(db, session, set(), view).get("screens")
    return found


def test_the_crew_sees_a_screen_for_as_long_as_it_says_that_it_is_there(
    floor: Floor, say: Say, seconds: Seconds
) -> None:  # fmt: skip
    def report(screen: str) -> None:
        assert say(floor.host, "live.report_screen", session=floor.session, screen=screen) == {"ok": True}

    assert told(floor.session, View.STAFF) == 0
    report("screen-of-the-hall")
    report("screen-of-the-hall")
    report("screen-in-the-foyer")
    assert told(floor.session, View.STAFF) == 2
    assert told(floor.session, View.PUBLIC) is None, "how many there are is for the crew alone"
    seconds.now += 3
    report("screen-in-the-foyer")
    seconds.now += 3
    assert told(floor.session, View.STAFF) == 1
    assert screens.here() == {floor.session: (1, 0, 0)}
    seconds.now += screens.STALE_SECONDS
    assert (told(floor.session, View.STAFF), screens.here()) == (0, {})


def test_the_crew_is_told_of_screens_that_play_a_film_without_its_sound_or_do_not_play_it(
    floor: Floor, say: Say, seconds: Seconds
) -> None:  # fmt: skip
    def faulty() -> tuple[int, int]:
        with reading() as db:
            found = ticks.compose(db, floor.session, set(), View.STAFF)
        return found["mute_screens"], found["stuck_screens"]

    def report(screen: str, **fields: bool) -> None:
        assert say(floor.host, "live.report_screen", session=floor.session, screen=screen, **fields) == {"ok": True}

    report("screen-of-the-hall", is_mute=False)
    report("screen-in-the-foyer", is_mute=True)
    assert (told(floor.session, View.STAFF), faulty()) == (2, (1, 0))
    assert screens.here() == {floor.session: (2, 1, 0)}, "and so the other processes hear of it"
    report("screen-in-the-foyer", is_stuck=True)
    assert faulty() == (0, 1)
    assert screens.here() == {floor.session: (2, 0, 1)}
    report("screen-in-the-foyer")
    assert faulty() == (0, 0)
    report("screen-in-the-foyer", is_mute=True, is_stuck=True)
    seconds.now += screens.STALE_SECONDS + 1
    assert faulty() == (0, 0)


def test_a_stranger_cannot_keep_a_lost_screen_from_being_missed(floor: Floor, say: Say) -> None:
    for somebody in (floor.phone, floor.city.person(Role.OFFICIAL)):
        refused = say(somebody, "live.report_screen", session=floor.session, screen="screen-of-the-hall")
        assert refused["error"]["code"] in ("SIGNED_OUT", "FORBIDDEN")
    for number in range(2 * screens.MOST):
        say(floor.host, "live.report_screen", session=floor.session, screen=f"invented-{number}")
    assert told(floor.session, View.STAFF) == screens.MOST
