"""How a picture comes is chosen by the producer; one encoder with the right key is let in, and everybody is told."""

from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from inquiry.core.db import engine, reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live.refusals import SessionClosed
from inquiry.media import packaging, rules
from inquiry.media.commands import sending
from inquiry.media.models import MediaWorker, PictureSource, PictureState
from inquiry.permissions import SYSTEM
from inquiry.realtime.views import View, whole
from inquiry.responses.commands import closing
from inquiry.settings import settings
from tests.media.conftest import Clock, Nginx, Picture, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]


def row(picture: Picture, view: View) -> dict[str, object]:
    with reading() as db:
        found = whole(db, picture.session, view, only="programme")["programme"][str(picture.session)]
        assert found is not None
        return found


def test_whoever_follows_knows_whether_there_is_a_picture_and_nobody_its_key(picture: Picture, nginx: Nginx) -> None:
    with replaying(picture.session) as kinds:
        picture.choose(PictureSource.ADDRESS, "https://live.example/a.m3u8")
        picture.choose(PictureSource.ENCODER)
        key = picture.make_key()
        assert nginx("publish", key) == 204
        do(sending.tell_state, SYSTEM, picture.session, PictureState.ON)
        assert row(picture, View.PUBLIC)["state"] == "on"
        assert nginx("publish_done", key) == 204
        do(sending.tell_state, SYSTEM, picture.session, PictureState.GONE)
        do(sending.tell_state, SYSTEM, picture.session, PictureState.GONE)
        picture.revoke_key()
    assert kinds == [
        "media.source_chosen", "media.source_chosen", "media.key_made", "media.encoder_let_in", "media.picture_on",
        "media.encoder_left", "media.picture_gone", "media.key_revoked",
    ]  # fmt: skip
    assert set(row(picture, View.PUBLIC)) == {"id", "source", "state", "on_since"}
    assert row(picture, View.STAFF)["has_key"] is False
    assert key not in str(vars(picture.now))


def test_one_encoder_at_a_time_with_the_key_of_the_session(picture: Picture, nginx: Nginx, clock: Clock) -> None:
    assert nginx("publish", picture.key, client=1) == 204
    with nothing_changes():
        assert nginx("publish", picture.key, client=2) == 403
        assert nginx("publish", "wrong", client=3) == 403
        assert nginx("publish", "", client=3) == 403
        assert nginx("publish", picture.key, client=3, name="f" * 24) == 403
        assert nginx("publish_done", picture.key, client=2) == 204, "another one's farewell ends nobody"
        assert nginx("update_play", "", client=9) == 204, "whoever only reads is no encoder"
    clock.forward(seconds=5)
    assert nginx("update_publish", picture.key, client=1) == 204
    clock.forward(seconds=5)
    assert nginx("publish", picture.key, client=2) == 403, "the first was heard five seconds ago"
    clock.forward(seconds=5)
    assert nginx("publish", picture.key, client=2) == 204, "nginx was killed and never said that the first is gone"
    assert picture.now.sender == "2@192.0.2.7"


def test_one_whose_farewell_was_lost_is_taken_for_gone(
    app: Flask, picture: Picture, nginx: Nginx, clock: Clock, browser: Browser
) -> None:
    """The machine, or nginx, was killed, and the encoder does not come back: in mid-evening, and after its end."""
    worker, asked = packaging.Packager(settings()), []
    page = f"/sessions/{picture.evening.row.code}/picture"
    with ThreadingHTTPServer(("127.0.0.1", 0), noting(asked)) as control:
        Thread(target=control.serve_forever, daemon=True).start()
        there = f"http://127.0.0.1:{control.server_port}/control"
        worker.here = replace(settings(), rtmp_control=there, rtmp="rtmp://127.0.0.1:9/picture")
        assert nginx("publish", picture.key) == 204
        picture.choose(PictureSource.NONE)
        clock.forward(seconds=59)
        with nothing_changes():
            worker.turn()
        assert len(asked) == 1
        assert "编码器自" in browser.get(page, picture.producer).words
        clock.forward(seconds=2)
        with replaying(picture.session) as kinds:
            worker.turn()
            worker.turn()
        assert kinds == ["media.encoder_left"]
        assert (picture.now.sender, picture.now.sending_since) == (None, None)
        assert len(asked) == 1, "nginx is asked no more"
        control.shutdown()
    assert "编码器自" not in browser.get(page, picture.producer).words
    picture.choose(PictureSource.ENCODER)
    assert nginx("update_publish", picture.key) == 204, "one that was there all the while is let in again"
    assert picture.now.sender == "1@192.0.2.7"
    with nothing_changes():
        do(sending.take_for_gone, SYSTEM, picture.media_id)


def noting(asked: list[str]) -> type[BaseHTTPRequestHandler]:
    """An nginx that only notes what it is asked."""

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_said: object) -> None:
            pass

    return Noting


def test_a_database_that_falters_ends_no_picture_and_lets_nobody_in(
    picture: Picture, nginx: Nginx, clock: Clock
) -> None:  # fmt: skip
    def falter(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE programmes"):
            raise OperationalError(statement, None, Exception("the connection was lost"))

    assert nginx("publish", picture.key, client=1) == 204
    clock.forward(seconds=9)
    event.listen(engine(), "before_cursor_execute", falter)
    with nothing_changes():
        assert nginx("update_publish", picture.key, client=1) == 204
        assert nginx("publish", picture.key, client=2) == 503
    event.remove(engine(), "before_cursor_execute", falter)
    assert nginx("update_publish", "wrong", client=1) == 403


def test_a_key_that_was_changed_or_revoked_is_good_for_nothing_from_then_on(picture: Picture, nginx: Nginx) -> None:
    assert nginx("publish", picture.key) == 204
    fresh = picture.make_key()
    with nothing_changes():
        assert nginx("update_publish", picture.key) == 403
    assert nginx("publish_done", picture.key) == 204
    assert nginx("publish", fresh) == 204
    picture.revoke_key()
    assert nginx("update_publish", fresh) == 403
    picture.choose(PictureSource.NONE)
    assert nginx("publish", picture.make_key()) == 403, "where no picture is wanted none is let in"


def test_nobody_but_the_nginx_of_this_machine_is_answered(picture: Picture, nginx: Nginx) -> None:
    with nothing_changes():
        assert nginx("publish", picture.key, headers={"X-Forwarded-For": "192.0.2.9"}) == 404


def test_nobody_who_guesses_keys_is_in_the_way_of_the_encoder_behind_the_same_address(
    picture: Picture, nginx: Nginx, caplog: pytest.LogCaptureFixture
) -> None:
    assert nginx("publish", picture.key, client=1) == 204
    with nothing_changes():
        assert {nginx("publish", f"guess {number}", client=2 + number) for number in range(100)} == {403}
    assert {nginx("update_publish", picture.key, client=1) for _third_second in range(40)} == {204}
    assert nginx("publish_done", picture.key, client=1) == 204
    assert nginx("publish", picture.key, client=200) == 204, "and comes back after a break in the line"
    assert "guess" not in caplog.text


def test_who_is_refused_is_a_line_in_the_log_whatever_was_typed_and_from_wherever(
    picture: Picture, nginx: Nginx, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(31):
        assert nginx("publish", f"guess {number}", name=f"a\nb{number}", addr=f"192.0.2.{number}") == 403
        assert nginx("publish", f"guess {number}", addr=f"192.0.2.{number}") == 403
    lines = [record.getMessage() for record in caplog.records if "encoder" in record.getMessage()]
    assert len(lines) == 2, "one in a minute for the session, and one for all that is no session"
    assert all("STREAM_KEY_REFUSED" in line for line in lines)
    assert f"session {picture.session}" in caplog.text
    for secret in ("192.0.2", "guess", "a\nb", picture.media_id):
        assert secret not in caplog.text


@pytest.mark.parametrize("address", ["", "http://live.example/a", "https://live.example", "/media/x"])
def test_an_address_is_one_that_pages_may_load_from(picture: Picture, say: Say, address: str) -> None:
    wish = {"session": picture.session, "source": "address", "address": address}
    with nothing_changes():
        answer = say(picture.producer, "media.choose_source", **wish)
        assert answer["error"]["code"] == "NO_STREAM_ADDRESS"
    assert say(picture.producer, "media.choose_source", **wish | {"source": "none"})["ok"]
    assert picture.now.address == "", "a form sends the field whatever is chosen"


def test_after_the_session_no_other_picture_is_chosen(picture: Picture, clock: Clock) -> None:
    picture.evening.go_live()
    do(closing.close_session, picture.evening.host, picture.session, picture.evening.rev, {})
    with nothing_changes():
        for press in (lambda: picture.choose(PictureSource.NONE), picture.make_key):
            with pytest.raises(SessionClosed):
                press()
    picture.revoke_key()
    assert picture.now.key_hash is None


ALL = {"ffmpeg": "7", "ffprobe": "7", rules.NGINX: "", rules.JANUS: ""}
JANUS = "http://127.0.0.1:8088/janus"
NO_WORKER, NO_FFMPEG = "媒体进程未运行", "未安装 ffmpeg"
NO_NGINX, NO_STAGE, STAGE_AWAY = "接收画面的 nginx 没有响应", "尚未配置连线服务器，", "连线服务器没有响应"
EVERYTHING = (NO_WORKER, NO_FFMPEG, NO_NGINX, NO_STAGE, STAGE_AWAY)


@pytest.mark.parametrize(
    ("source", "programs", "janus", "said"),
    [
        (PictureSource.NONE, None, "", []),
        (PictureSource.ENCODER, None, "", [NO_WORKER]),
        (PictureSource.ENCODER, {}, "", [NO_FFMPEG, NO_NGINX]),
        (PictureSource.ENCODER, {"ffmpeg": "7"}, "", [NO_NGINX]),
        (PictureSource.ENCODER, {"ffmpeg": "7", rules.NGINX: ""}, "", []),
        (PictureSource.STAGE, ALL, "", [NO_STAGE]),
        (PictureSource.STAGE, None, JANUS, [NO_WORKER]),
        (PictureSource.STAGE, {"ffmpeg": "7"}, JANUS, [STAGE_AWAY]),
        (PictureSource.STAGE, {"ffmpeg": "7", rules.JANUS: ""}, JANUS, []),
    ],
)
def test_the_page_says_what_is_missing(
    app: Flask, picture: Picture, browser: Browser,
    source: PictureSource, programs: dict[str, str] | None, janus: str, said: list[str],
) -> None:  # fmt: skip
    app.config["INQUIRY"] = replace(settings(), janus=JANUS)
    picture.choose(source)
    app.config["INQUIRY"] = replace(settings(), janus=janus)
    if programs is not None:
        with unit_of_work() as uow:
            uow.db.merge(MediaWorker(id=1, seen_at=uow.now, programs=programs))
    for page in ("picture", "edit"):
        told = browser.get(f"/sessions/{picture.evening.row.code}/{page}", picture.producer).words
        assert [one for one in EVERYTHING if one in told] == said, page
    chosen = browser.get(f"/sessions/{picture.evening.row.code}/picture", picture.producer)
    is_offered = source is PictureSource.STAGE or bool(janus)
    assert ("不可选：尚未配置连线服务器" in chosen.words) is not is_offered
