"""A pledge that was just recorded, on the studio screen: who, what, by when."""

from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.errors import NotFound
from inquiry.live.commands import floor, rundown
from inquiry.live.commands import screen as live_screen
from inquiry.live.models import ItemKind, ScreenShows, Session
from inquiry.permissions import Role
from inquiry.pledges.commands import screen
from inquiry.realtime.streams import snapshot
from inquiry.realtime.views import View
from tests.pledges.conftest import Promise, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying


def shown(promise: Promise) -> tuple[Any, Any]:
    with reading() as db:
        session = db.get_one(Session, promise.session)
        return session.screen.value, session.screen_pledge_id


def host_of(promise: Promise) -> Any:
    return promise.city.person(Role.HOST)


def test_the_card_follows_and_is_in_every_fresh_look(promise: Promise) -> None:
    with replaying(promise.session):
        do(screen.show_on_screen, host_of(promise), promise.id)
    assert shown(promise) == ("pledge", promise.id)
    with reading() as db:
        rows = snapshot(db, promise.session, View.PUBLIC)["state"]
    assert rows["session"][str(promise.session)]["screen_pledge"] == promise.id
    assert rows["pledge"][str(promise.id)]["action"] == "修复"


def test_the_card_goes_with_what_was_on_air_and_black_stays(promise: Promise) -> None:
    host = host_of(promise)
    do(screen.show_on_screen, host, promise.id)
    take_another(promise, host)
    assert shown(promise) == ("programme", None)
    do(live_screen.show_on_screen, host, promise.session, ScreenShows.BLACK)
    with nothing_changes():  # what is shown already is no change
        do(live_screen.show_on_screen, host, promise.session, ScreenShows.BLACK)
    assert shown(promise) == ("black", None)
    do(floor.close, host, promise.session)
    assert shown(promise) == ("programme", None)


def take_another(promise: Promise, host: Any) -> None:
    item = do(rundown.add_item, host, promise.session, kind=ItemKind.CLIP, title="短片", planned_ms=1000)
    with reading() as db:
        seen = db.get_one(Session, promise.session).floor_rev
    do(floor.take_item, host, promise.session, item.id, seen)


def test_what_is_no_pledge_of_a_session_is_not_shown(promise: Promise) -> None:
    with nothing_changes(), pytest.raises(NotFound):
        do(screen.show_on_screen, host_of(promise), promise.id + 1)


def test_the_doors(promise: Promise, say: Say) -> None:
    host = host_of(promise)
    assert say(host, "pledges.show_on_screen", pledge=promise.id)["pledge"] == promise.id
    assert say(host, "live.show_on_screen", session=promise.session, shows="clock")["ok"]
    assert shown(promise) == ("clock", None)
    assert say(host, "live.show_on_screen", session=promise.session, shows="pledge")["error"]["code"] == "BAD_INPUT"
    assert say(promise.clerk, "pledges.show_on_screen", pledge=promise.id)["error"]["code"] == "FORBIDDEN"
