"""What a disk and a session have room for: films leave the evening its own."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from inquiry.media import jobs, rules
from inquiry.media.commands import films
from inquiry.media.models import FilmState
from inquiry.permissions import Actor
from tests.live.conftest import Evening
from tests.media.test_films import clip, left, producer, the_film, uploaded
from tests.support.application import Say
from tests.support.replay import nothing_changes

__all__ = ["clip", "producer"]


def test_a_disk_that_is_nearly_full_and_a_session_with_many_take_no_more(
    evening: Evening, producer: Actor, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"session": evening.session, "name": "a.mp4", "size": 10}
    monkeypatch.setattr(films, "_free", lambda _folder: rules.SPARE_BYTES + 19)
    with nothing_changes():
        assert say(producer, "media.begin_film", **wish)["error"]["code"] == "NO_ROOM_FOR_FILM"
        assert (
            say(producer, "media.begin_film", **wish | {"size": rules.MOST_BYTES + 1})["error"]["code"] == "BAD_INPUT"
        )
    monkeypatch.undo()
    monkeypatch.setattr(rules, "MOST_FILMS", 1)
    assert say(producer, "media.begin_film", **wish)["ok"]
    with nothing_changes():
        assert say(producer, "media.begin_film", **wish | {"size": 11})["error"]["code"] == "TOO_MANY_FILMS"
    assert [one["received"] for one in say(producer, "media.films", session=evening.session)["films"]] == [0]


def test_films_leave_the_evenings_recording_its_room(app: Flask, evening: Evening, producer: Actor, say: Say) -> None:
    app.config["INQUIRY"] = replace(app.config["INQUIRY"], media_limit=100_000_000)
    wish = {"session": evening.session, "name": "a.mp4"}
    with nothing_changes():
        assert say(producer, "media.begin_film", **wish, size=95_000_000)["error"]["code"] == "NO_ROOM_FOR_FILM"
    assert say(producer, "media.begin_film", **wish, size=60_000_000)["ok"]
    with nothing_changes():
        assert say(producer, "media.begin_film", **wish, size=60_000_001)["error"]["code"] == "NO_ROOM_FOR_FILM"


def test_before_a_film_is_written_there_is_room_for_all_that_may_be_and_no_more_is(
    app: Flask, evening: Evening, producer: Actor, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three seconds may become three megabytes and more, however small their file."""
    size = clip.stat().st_size
    app.config["INQUIRY"] = replace(app.config["INQUIRY"], media_limit=(size + rules.made_bytes(2_900)) * 10 // 9)
    film = uploaded(producer, evening.session, clip)
    jobs.turn(app)
    assert the_film(film).failure == rules.NO_ROOM
    assert left() == set()
    app.config["INQUIRY"] = replace(app.config["INQUIRY"], media_limit=0)
    monkeypatch.setattr(rules, "made_bytes", lambda _duration_ms: 20_000)
    film = uploaded(producer, evening.session, clip)
    jobs.turn(app)
    assert the_film(film).failure == rules.BROKEN, "it would have been longer than it says"
    assert left() == set()


def test_where_there_is_no_room_a_film_is_not_called_broken(
    app: Flask, evening: Evening, producer: Actor, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that cannot write ends as one does that cannot read."""
    (half := tmp_path / "half.mkv").write_bytes(clip.read_bytes()[:2000])
    film = uploaded(producer, evening.session, half)
    monkeypatch.setattr(rules, "SPARE_BYTES", 2**62)
    jobs.turn(app)
    assert (the_film(film).state, the_film(film).failure) == (FilmState.REFUSED, rules.NO_ROOM)
