"""The door of the media folder: who is given a ticket, what a ticket opens, and which files there are behind it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.live import queries as live
from inquiry.live.commands import clearing, preparation, rehearsing
from inquiry.media import jobs, queries, removing, tickets
from inquiry.media.commands import recordings, sending
from inquiry.media.models import PictureSource, PictureState, Programme
from inquiry.permissions import SYSTEM, VISITOR, Actor, Role
from inquiry.responses.commands import closing
from inquiry.settings import settings
from tests.media.conftest import Clock, Nginx, Picture, do
from tests.support import recorded
from tests.support.media import Answers
from tests.surfaces.conftest import Browser, Seen, browser

__all__ = ["browser"]

SEGMENT = b"G" + b"\0" * 187


@pytest.fixture
def folder(picture: Picture) -> Path:
    place = settings().media_dir / queries.PROGRAMMES / picture.media_id
    place.mkdir(parents=True)
    (place / "live.m3u8").write_text("#EXTM3U\n")
    (place / "s1.ts").write_bytes(SEGMENT)
    (place / "packager.log").write_text("not for readers")
    return place


def where(browser: Browser, session: int, actor: Actor = VISITOR, inside: str = "") -> tuple[int, str]:
    seen = browser.get(f"/live/{session}/picture{inside}", actor)
    return seen.status, str(seen.json["address"] if seen.status == 200 else seen.json["error"]["code"])


def allowed(browser: Browser, address: str) -> Seen:
    _empty, _media, ticket, media_id, _file = address.split("/")
    return browser.get(f"/media/allowed?ticket={ticket}&media={media_id}")


@pytest.mark.usefixtures("folder")
def test_a_ticket_opens_the_picture_for_browsers_and_nginx(browser: Browser, picture: Picture) -> None:
    status, address = where(browser, picture.session)
    assert status == 200
    playlist = browser.get(address)
    assert (playlist.status, playlist.text) == (200, "#EXTM3U\n")
    assert playlist.headers["Content-Type"].startswith("application/vnd.apple.mpegurl")
    assert playlist.headers["Cache-Control"] == "no-store"
    segment = browser.get(address.replace("live.m3u8", "s1.ts"))
    assert (segment.status, segment.headers["Content-Type"]) == (200, "video/mp2t")
    assert "immutable" in segment.headers["Cache-Control"]
    assert "private" in segment.headers["Cache-Control"]
    told = allowed(browser, address)
    assert (told.status, told.headers["X-Media-Folder"]) == (204, queries.PROGRAMMES)
    asked = browser.get(f"/live/{picture.session}/picture")
    assert asked.headers["Cache-Control"] == "public, max-age=1"
    assert "Set-Cookie" not in asked.headers


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "name", ["packager.log", "..%2flive.m3u8", "s2.ts", "live.m3u8%00.ts", ".m3u8", "%2e%2e", "live.m3u8.tmp", "a" * 99]
)
def test_nothing_else_lies_there(browser: Browser, picture: Picture, name: str) -> None:
    _status, address = where(browser, picture.session)
    assert browser.get(address.replace("live.m3u8", name)).status == 404


def test_a_ticket_is_of_one_programme_and_ends(browser: Browser, picture: Picture, folder: Path, clock: Clock) -> None:
    _status, address = where(browser, picture.session)
    other = address.replace(picture.media_id, "f" * 24)
    assert browser.get(other).status == allowed(browser, other).status == 403
    for nothing in ("%2e%2e", "a", "f" * 33, "A" * 12):
        nowhere = address.replace(picture.media_id, nothing)
        assert (browser.get(nowhere).status, allowed(browser, nowhere).status) in [(403, 403), (404, 403)], nothing
    clock.forward(seconds=2 * tickets.WINDOW_SECONDS)
    assert browser.get(address).status == allowed(browser, address).status == 403
    _status, fresh = where(browser, picture.session)
    assert browser.get(fresh).status == 200
    assert folder.name in fresh


def test_a_session_without_a_picture_names_no_address(browser: Browser, picture: Picture) -> None:
    picture.choose(PictureSource.NONE)
    assert where(browser, picture.session) == (200, "")
    picture.choose(PictureSource.ADDRESS, "https://live.example/a.m3u8")
    assert where(browser, picture.session) == (200, "https://live.example/a.m3u8")
    assert where(browser, 999) == (404, "NOT_FOUND")


@pytest.mark.usefixtures("folder")
def test_a_meeting_closed_to_the_public_is_closed_in_picture_too(browser: Browser, picture: Picture) -> None:
    """Also to whoever got a ticket before, and wherever the picture lies."""
    inside = picture.evening.city.official_of(picture.evening.city.water)
    _status, before = where(browser, picture.session)
    do(preparation.change_session, picture.evening.host, picture.session, closed_to_public=True)
    assert where(browser, picture.session) == (200, ""), "people speak to each other before it is on"
    assert browser.get(before).status == allowed(browser, before).status == 403
    picture.evening.go_live()
    assert where(browser, picture.session) == (403, "NOT_PUBLIC")
    assert browser.get(before).status == allowed(browser, before).status == 403
    assert where(browser, picture.session, VISITOR, "/internal")[0] == 401
    assert where(browser, picture.session, picture.evening.city.phone(), "/internal")[0] == 401
    status, address = where(browser, picture.session, inside, "/internal")
    assert status == 200
    assert browser.get(address).status == allowed(browser, address).status - 4 == 200
    segment = browser.get(address.replace("live.m3u8", "s1.ts"))
    assert (segment.status, segment.headers["Cache-Control"]) == (200, "no-store"), "a browser has several readers"
    forged = address.replace(".internal.", ".public.")
    assert browser.get(forged).status == allowed(browser, forged).status == 403
    do(closing.close_session, picture.evening.host, picture.session, picture.evening.rev, {})
    assert where(browser, picture.session) == (200, ""), "all its segments lie there for some minutes"
    assert browser.get(before).status == allowed(browser, before).status == 403
    assert where(browser, picture.session, inside, "/internal")[1] != ""


@pytest.mark.usefixtures("folder")
def test_what_was_filmed_of_a_closed_meeting_stays_closed_when_it_is_opened(browser: Browser, picture: Picture) -> None:
    host, session = picture.evening.host, picture.session
    _status, before = where(browser, session)
    do(preparation.change_session, host, session, closed_to_public=True)
    picture.evening.go_live()
    do(sending.tell_state, SYSTEM, session, PictureState.ON)
    do(preparation.change_session, host, session, closed_to_public=False)
    assert where(browser, session) == (200, "")
    assert browser.get(before).status == allowed(browser, before).status == 403
    inside = picture.evening.city.official_of(picture.evening.city.water)
    assert where(browser, session, inside, "/internal")[1] != ""


def test_what_was_tried_in_private_is_gone_where_a_meeting_is_to_be_open_after_all(
    browser: Browser, picture: Picture, folder: Path
) -> None:
    host, session = picture.evening.host, picture.session
    do(preparation.change_session, host, session, closed_to_public=True)
    do(sending.tell_state, SYSTEM, session, PictureState.ON)
    removing.forget_tried()
    assert (folder / "s1.ts").exists()
    do(preparation.change_session, host, session, closed_to_public=False)
    assert where(browser, session) == (200, ""), "until it is gone"
    removing.forget_tried()
    assert not (folder / "s1.ts").exists()
    _status, address = where(browser, session)
    assert browser.get(address).status == 200
    picture.evening.go_live()
    assert where(browser, session)[1] != ""


def test_nor_is_any_of_it_in_the_recording_which_begins_when_it_was_forgotten(
    picture: Picture, app: Flask, clock: Clock
) -> None:
    """It was opened ten seconds before it is live; a stage writes its second leg in files of five minutes."""
    host, session, began = picture.evening.host, picture.session, clocks.now()
    app.config["INQUIRY"] = replace(settings(), janus="http://127.0.0.1:8088/janus")
    picture.choose(PictureSource.STAGE)
    do(preparation.change_session, host, session, closed_to_public=True)
    do(sending.tell_state, SYSTEM, session, PictureState.ON)
    recorded.lay(settings().media_dir, picture.media_id, began, file=range(30))
    beside = settings().media_dir / queries.FILES
    ended = beside / f"{picture.media_id}-{int(began.timestamp()) - 300}.ts"
    ended.write_bytes(SEGMENT)
    os.utime(ended, (0, 0))
    clock.forward(seconds=10)
    do(preparation.change_session, host, session, closed_to_public=False)
    removing.forget_tried()
    assert not ended.exists()
    assert len(list(beside.iterdir())) == 1, "what is written at this moment is not taken away from whoever writes it"
    clock.forward(seconds=10)
    picture.evening.go_live()
    clock.forward(seconds=8)
    do(closing.close_session, host, session, picture.evening.rev, {})
    do(recordings.finish, picture.producer, session)
    jobs.turn(app)
    with reading() as db:
        made = queries.recording(db, session)
    assert made
    assert [one[2] for one in made.spans] == ["file"]
    assert made.spans[0][0] >= clocks.milliseconds(began) + 10_000


def test_nginx_begins_another_file_when_what_it_recorded_in_private_goes(
    picture: Picture, nginx: Nginx, app: Flask
) -> None:
    host, session, beside = picture.evening.host, picture.session, settings().media_dir / queries.FILES
    do(preparation.change_session, host, session, closed_to_public=True)
    do(sending.tell_state, SYSTEM, session, PictureState.ON)
    assert nginx("publish", picture.key) == 204
    beside.mkdir(parents=True)
    before = [beside / f"{picture.media_id}-{number}.flv" for number in (1_790_000_000, 1_790_000_300)]
    for one in before:
        one.write_bytes(SEGMENT)
    new = beside / f"{picture.media_id}-1790000600.flv"
    do(preparation.change_session, host, session, closed_to_public=False)
    with Answers(lambda _asked, _body: new.write_bytes(SEGMENT) and f"/var/lib/legs/{before[1].name}") as control:
        app.config["INQUIRY"] = replace(settings(), rtmp_control=control.address)
        removing.forget_tried()
    assert control.asked == [f"/record/stop?app=picture&name={picture.media_id}"]
    assert list(beside.iterdir()) == [new]


@pytest.mark.usefixtures("folder")
def test_a_meeting_that_was_opened_before_anything_was_filmed_is_seen(browser: Browser, picture: Picture) -> None:
    host, session = picture.evening.host, picture.session
    do(preparation.change_session, host, session, closed_to_public=True)
    picture.evening.go_live()
    do(preparation.change_session, host, session, closed_to_public=False)
    do(sending.tell_state, SYSTEM, session, PictureState.ON)
    _status, address = where(browser, session)
    assert browser.get(address).status == 200


@pytest.mark.usefixtures("folder")
def test_so_is_one_at_an_address_elsewhere(browser: Browser, picture: Picture) -> None:
    do(preparation.change_session, picture.evening.host, picture.session, closed_to_public=True)
    picture.choose(PictureSource.ADDRESS, "https://live.example/a.m3u8")
    picture.evening.go_live()
    assert where(browser, picture.session) == (403, "NOT_PUBLIC")
    do(closing.close_session, picture.evening.host, picture.session, picture.evening.rev, {})
    assert where(browser, picture.session) == (200, "")


def test_the_picture_of_a_rehearsal_is_for_whoever_is_signed_in_and_goes_with_it(
    app: Flask, browser: Browser, picture: Picture
) -> None:
    host = picture.evening.host
    rehearsal = do(rehearsing.rehearse_session, host, picture.session).id
    rehearsed = Picture(picture.evening, rehearsal)
    place = settings().media_dir / queries.PROGRAMMES / rehearsed.media_id
    place.mkdir(parents=True)
    (place / "live.m3u8").write_text("#EXTM3U\n")
    assert where(browser, rehearsal) == (403, "NOT_PUBLIC")
    status, address = where(browser, rehearsal, host, "/internal")
    assert status == browser.get(address).status == 200
    secret, view = app.config["INQUIRY"].secret_key, address.split("/")[2].split(".")[1]
    assert view == "internal"
    with reading() as db:
        now = db.get_one(Programme, rehearsal)
    public = tickets.make(secret, now.media_id, "public", clocks.now())
    assert browser.get(f"/media/{public}/{now.media_id}/live.m3u8").status == 403
    do(clearing.clear_rehearsal, host, rehearsal)
    assert not place.exists()
    assert browser.get(address).status == 403


@pytest.mark.usefixtures("folder")
def test_after_the_farewell_the_picture_is_not_served_any_more(
    browser: Browser, picture: Picture, clock: Clock
) -> None:  # fmt: skip
    picture.evening.go_live()
    do(closing.close_session, picture.evening.host, picture.session, picture.evening.rev, {})
    clock.forward(minutes=9)
    _status, address = where(browser, picture.session)
    assert browser.get(address).status == 200
    clock.forward(minutes=2)
    assert browser.get(address).status == allowed(browser, address).status == 403
    assert where(browser, picture.session) == (200, "")


def test_the_page_of_the_picture_tells_the_key_once_and_what_is_missing(browser: Browser, picture: Picture) -> None:
    code = f"/sessions/{code_of(picture)}/picture"
    page = browser.get(code, picture.producer, lang="en")
    assert "The media worker does not run" in page.text
    assert "?key=" not in page.text
    made = browser.post(code, picture.producer, lang="en", back=code)
    assert f"{picture.media_id}?key=" in made.text
    assert browser.get(code, picture.evening.city.person(Role.CLERK)).status == 403
    assert browser.post(code).status in (302, 401)
    setup = browser.get(f"/sessions/{code_of(picture)}/edit", picture.producer, lang="en")
    assert "From an encoder" in setup.text


def code_of(picture: Picture) -> str:
    with reading() as db:
        return live.session(db, picture.session).code
