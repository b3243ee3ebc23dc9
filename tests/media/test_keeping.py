"""What is packaged is kept, until the disk is full: then the crew is told, and the evening goes on."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from inquiry.cli_media import media
from inquiry.core.clock import milliseconds, now
from inquiry.core.db import reading
from inquiry.media import heartbeat, keeping, legs, queries, rules
from inquiry.media.commands import sending
from inquiry.media.keeping import PLAYLIST, SOUND, Keeper
from inquiry.media.legs import Part
from inquiry.media.models import PictureSource, PictureState, Recording
from inquiry.permissions import SYSTEM
from inquiry.realtime.views import Row, View, whole
from inquiry.settings import Settings, SettingsError, settings
from tests.live.conftest import do
from tests.media.conftest import Clock, Nginx, Picture
from tests.media.test_database_away import away
from tests.support.replay import nothing_changes, replaying
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]

GIGABYTE = 1024**3


def test_when_recording_stops_and_goes_on() -> None:
    limit = 10 * GIGABYTE
    cases = [
        # used, limit, free, stopped so far -> stops
        (1, 0, 100 * GIGABYTE, False, False),
        (9 * GIGABYTE, limit, 100 * GIGABYTE, False, False),
        (limit, limit, 100 * GIGABYTE, False, True),
        (1, 0, rules.LEFT_FREE_BYTES - 1, False, True),
        # what has stopped goes on only where there is clearly room again
        (limit - 1, limit, 100 * GIGABYTE, True, True),
        (8 * GIGABYTE, limit, 100 * GIGABYTE, True, False),
        (1, 0, rules.LEFT_FREE_BYTES + 1, True, True),
        (1, 0, 2 * rules.LEFT_FREE_BYTES, True, False),
    ]
    for used, most, free, stopped, expected in cases:
        assert rules.stops_recording(used, most, free, stopped=stopped) is expected, (used, most, free, stopped)


def package(place: Path, seconds: range) -> None:
    """Playlists that name these, as the packager leaves them; files of what is named now."""
    place.mkdir(parents=True, exist_ok=True)
    for letter, playlist in (("s", PLAYLIST), ("a", SOUND)):
        parts = [Part(f"{letter}{one}.ts", one * 1000, 1000) for one in seconds]
        for one in parts:
            (place / one.name).touch()
        (place / playlist).write_text(legs.listed(parts))


def test_a_segment_is_known_after_the_playlist_has_forgotten_it(tmp_path: Path) -> None:
    keeper = Keeper()
    for begins in (0, 3, 6):
        package(tmp_path, range(begins, begins + 5))
        keeper.keep(tmp_path)
    Keeper().keep(tmp_path)  # another worker: nothing is written down twice
    assert [one.name for one in keeping.kept(tmp_path)] == [f"s{number}.ts" for number in range(11)]
    assert (tmp_path / keeping.INDEX).read_text().count(".ts") == 11


def on_air(app: Flask, picture: Picture) -> Path:
    do(sending.tell_state, SYSTEM, picture.session, PictureState.ON)
    heartbeat.beat(app, {})
    return settings().media_dir / queries.PROGRAMMES / picture.media_id


def test_of_the_sound_alone_nothing_is_kept_that_nobody_can_ask_for(app: Flask, picture: Picture) -> None:
    """No recording is made of it."""
    place, watch = on_air(app, picture), keeping._Watch(Keeper())
    package(place, range(3))  # of a worker before
    for begins in (5, 8):
        package(place, range(begins, begins + 5))
        watch.turn()
    assert {one.name for one in place.glob("a*.ts")} == {f"a{number}.ts" for number in range(8, 13)}
    assert len(list(place.glob("s*.ts"))) == 11


def test_whatever_else_is_slow_or_away_segments_are_written_down_in_time(app: Flask, picture: Picture) -> None:
    place, watch = on_air(app, picture), keeping._Watch(Keeper())
    whats = [one.what for one in keeping.tasks(app)]
    assert len(whats) == 2, "to look at every file takes seconds: it is done beside"
    package(place, range(5))
    watch.turn()
    for number in range(5, 25, 5):
        with away("SELECT", "UPDATE"):
            package(place, range(number, number + 5))
            watch.turn()
    assert [one.name for one in keeping.kept(place)] == [f"s{number}.ts" for number in range(25)]


def test_what_a_worker_before_measured_holds_until_another_has(app: Flask, picture: Picture) -> None:
    """Or recording would go on for as long as measuring takes."""
    place = on_air(app, picture)
    app.config["INQUIRY"] = replace(settings(), media_limit=1)
    package(place, range(5))
    (place / "large.bin").write_bytes(b"x" * 10)
    before = keeping._Watch(Keeper())
    before.measure()
    with replaying(picture.session) as kinds:
        before.turn()
    assert kinds == ["media.recording_stopped"]
    with nothing_changes():
        keeping._Watch(Keeper()).turn()


def test_a_full_disk_stops_the_recording_with_an_alarm_and_not_the_picture(
    app: Flask, picture: Picture, browser: Browser
) -> None:
    def programme_as(view: View) -> Row:
        with reading() as db:
            return whole(db, picture.session, view, only="programme")["programme"][str(picture.session)] or {}

    do(sending.tell_state, SYSTEM, picture.session, PictureState.ON)
    place = settings().media_dir / queries.PROGRAMMES / picture.media_id
    watch = keeping._Watch(Keeper())
    package(place, range(5))
    heartbeat.beat(app, {})
    watch.measure()
    watch.turn()
    app.config["INQUIRY"] = replace(settings(), media_limit=1)
    (place / "large.bin").write_bytes(b"x" * 10)
    watch.measure()
    package(place, range(5, 10))
    with replaying(picture.session) as kinds:
        watch.turn()
        watch.turn()
    assert kinds == ["media.recording_stopped"]
    package(place, range(8, 14))
    watch.turn()
    there = {one.name for one in place.glob("s*.ts")}
    assert there == {f"s{number}.ts" for number in (*range(5), *range(8, 14))}, "what was kept, and what readers see"
    with reading() as db:
        stopped_at = db.get_one(Recording, picture.session).stopped_at
        assert stopped_at is not None
        assert queries.used_bytes(db) == watch.used_bytes > 10
    assert programme_as(View.STAFF)["recording_stopped_at"] == milliseconds(stopped_at)
    assert "recording_stopped_at" not in programme_as(View.PUBLIC)
    page = f"/sessions/{picture.evening.row.code}/picture"
    assert "磁盘已满" in browser.get(page, picture.producer).words
    for state, is_told in ((PictureState.GONE, False), (PictureState.ON, True)):
        do(sending.tell_state, SYSTEM, picture.session, state)
        assert ("磁盘已满" in browser.get(page, picture.producer).words) is is_told, "of a picture that is there"
    app.config["INQUIRY"] = replace(settings(), media_limit=0)
    with replaying(picture.session) as kinds:
        watch.turn()
    assert kinds == ["media.recording_resumed"]
    assert programme_as(View.STAFF)["recording_stopped_at"] is None
    assert "磁盘已满" not in browser.get(page, picture.producer).words
    assert "s13.ts" in (place / keeping.INDEX).read_text()
    assert keeping.taken(settings().media_dir).keys() == {"programmes", "in all"}
    assert {"finish", "disk", "run"} <= media.commands.keys()


def test_without_a_worker_nothing_is_taken_that_would_fill_the_disk(
    app: Flask, picture: Picture, nginx: Nginx, clock: Clock
) -> None:
    legs_of = settings().media_dir / queries.FILES
    legs_of.mkdir(parents=True)
    app.config["INQUIRY"] = replace(settings(), media_limit=1000)
    heartbeat.beat(app, {})
    assert nginx("publish", picture.key) == 204
    leg = legs_of / f"{picture.media_id}-1.flv"
    leg.write_bytes(bytes(2000))
    later = now().timestamp() + 5
    os.utime(leg, (later, later))
    assert nginx("update_publish", picture.key) == 204, "the worker sees to it"
    clock.forward(seconds=12)
    with replaying(picture.session) as kinds:
        assert nginx("update_publish", picture.key) == 403, "and nginx closes the connection"
        assert nginx("publish_done", picture.key) == 204
    assert kinds == ["media.recording_stopped", "media.encoder_left"]
    with nothing_changes():
        assert nginx("publish", picture.key, client=2) == 403
        assert nginx("publish", "wrong", client=3) == 403
    app.config["INQUIRY"] = replace(settings(), media_limit=0)
    assert nginx("publish", picture.key, client=2) == 204, "there is room"
    app.config["INQUIRY"] = replace(settings(), media_limit=1000)
    assert nginx("update_publish", picture.key, client=2) == 403
    heartbeat.beat(app, {})
    assert nginx("publish", picture.key, client=2) == 204, "it is the worker's again"


def test_the_limit_is_a_number_of_megabytes(tmp_path: Path) -> None:
    here = {"INQUIRY_DATA_DIR": str(tmp_path)}
    assert Settings.from_environment(here | {"INQUIRY_MEDIA_MB": "2"}).media_limit == 2 * 1024 * 1024
    assert Settings.from_environment(here).media_limit == 0
    with pytest.raises(SettingsError, match="INQUIRY_MEDIA_MB"):
        Settings.from_environment(here | {"INQUIRY_MEDIA_MB": "much"})


def test_with_a_full_disk_the_second_leg_of_a_stage_stops_as_well(app: Flask, picture: Picture, clock: Clock) -> None:
    app.config["INQUIRY"] = replace(settings(), janus="http://127.0.0.1:8088/janus")
    picture.choose(PictureSource.STAGE)
    do(sending.tell_state, SYSTEM, picture.session, PictureState.ON)
    beside = settings().media_dir / queries.FILES
    beside.mkdir(parents=True)
    watch = keeping._Watch(Keeper())
    heartbeat.beat(app, {})
    app.config["INQUIRY"] = replace(settings(), media_limit=1)
    began = int(now().timestamp())
    for name in (f"{picture.media_id}-{began - 10}.ts", f"{'0' * 24}-{began + 10}.ts"):
        (beside / name).write_bytes(b"a second")
    watch.measure()
    watch.turn()
    (beside / f"{picture.media_id}-{began + 10}.ts").write_bytes(b"a second")
    clock.forward(seconds=12)
    watch.turn()
    there = {one.name for one in beside.iterdir()}
    assert there == {f"{picture.media_id}-{began - 10}.ts", f"{'0' * 24}-{began + 10}.ts"}
