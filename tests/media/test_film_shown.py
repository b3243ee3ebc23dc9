"""A film is given to a clip of the rundown, seen on air by whoever may, and let go of when nobody wants it."""

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.errors import Forbidden
from inquiry.graphics.commands import outputs
from inquiry.graphics.queries import of_output
from inquiry.live import readers, watch
from inquiry.live.commands import clearing, preparation, rehearsing, rundown
from inquiry.live.models import ItemKind, ItemState
from inquiry.media import film_queries, removing, rules
from inquiry.media import films as making
from inquiry.media.commands import films
from inquiry.media.models import Film, FilmState, Showing
from inquiry.permissions import SYSTEM, VISITOR, Actor, Role
from inquiry.settings import settings
from tests.media.conftest import Clock, Evening, do
from tests.support.application import Say
from tests.support.replay import nothing_changes, replaying
from tests.surfaces.conftest import Browser, browser

__all__ = ["browser"]

LENGTH_MS = 12_480
CAPTIONS = (
    "\ufeffWEBVTT - 暗访\n\nNOTE for nobody\n\nfirst\n00:01.000 --> 00:03.500 line:0\n<v 记者>垃圾&amp;桶</v>\n满了\n"
)


def made(evening: Evening, name: str = "暗访.mp4", **columns: Any) -> int:
    """A film as the worker leaves it."""
    with unit_of_work() as uow:
        film = Film(
            session_id=evening.session, media_id=f"{name.encode().hex():0<24}"[:24], name=name, size=10, received=10,
            begun_at=uow.now, **{"state": FilmState.READY, "duration_ms": LENGTH_MS, "loudness": -2300} | columns,
        )  # fmt: skip
        uow.add(film)
        uow.db.flush()
        place = settings().media_dir / "films" / film.media_id
        if film.state is FilmState.READY:
            place.mkdir(parents=True)
            (place / film_queries.FILM).write_bytes(b"film")
        return film.id


@pytest.fixture
def producer(evening: Evening) -> Actor:
    return evening.city.person(Role.PRODUCER)


def lines(film: int) -> list[int]:
    with reading() as db:
        return film_queries.lines_of(db, [film]).get(film, [])


def the_film(film: int) -> Film | None:
    with reading() as db:
        return db.get(Film, film)


def test_a_clip_is_given_a_film_and_is_as_long_as_it(evening: Evening, producer: Actor, say: Say) -> None:
    film, other = made(evening), made(evening, "片头.mp4", duration_ms=3000)
    with replaying(evening.session) as kinds:
        assert say(producer, "media.show_film", film=film, item=evening.clip) == {"ok": True, "film": film}
    assert kinds == ["live.item_changed", "media.film_shown"]
    assert (lines(film), evening.item(evening.clip).planned_ms) == ([evening.clip], LENGTH_MS)
    with nothing_changes():
        assert say(producer, "media.show_film", film=film, item=evening.clip)["ok"]
    say(producer, "live.change_item", item=evening.clip, note_host="注意音量", planned_minutes=0, planned_seconds=12)
    assert evening.item(evening.clip).planned_ms == LENGTH_MS, "a form knows whole seconds, a film its own length"
    with nothing_changes():
        assert say(producer, "media.show_film", film=film, item=evening.slot)["error"]["code"] == "NO_CLIP"
        waiting = {"film": other, "item": evening.clip}
        assert say(evening.city.person(Role.CLERK), "media.show_film", **waiting)["error"]["code"] == "FORBIDDEN"
    with replaying(evening.session):
        say(producer, "media.show_film", film=other, item=evening.clip)
    assert (lines(film), lines(other)) == ([], [evening.clip]), "a line shows one film"
    with replaying(evening.session) as kinds:
        say(producer, "media.take_film_out", item=evening.clip)
    assert (kinds, lines(other)) == (["media.film_taken_out"], [])
    do(rundown.change_item, producer, evening.clip, planned_ms=60_400)
    say(producer, "media.show_film", film=made(evening, "一分钟.mp4", duration_ms=60_000), item=evening.clip)
    assert evening.item(evening.clip).planned_ms == 60_000, "to the millisecond, also where it is whole seconds"
    say(producer, "media.take_film_out", item=evening.clip)
    assert say(producer, "media.take_film_out", item=evening.clip)["error"]["code"] == "NOT_FOUND"


def test_what_is_not_ready_or_was_on_air_is_not_given(evening: Evening, producer: Actor, say: Say) -> None:
    waiting = made(evening, state=FilmState.WAITING, duration_ms=None)
    film = made(evening, "片头.mp4")
    evening.go_live().take(evening.clip)
    with nothing_changes():
        assert say(producer, "media.show_film", film=waiting, item=evening.clip)["error"]["code"] == "FILM_NOT_READY"
        assert say(producer, "media.show_film", film=film, item=evening.clip)["error"]["code"] == "NOT_PLANNED"


def output_of(evening: Evening) -> Actor:
    made, _token = do(outputs.make_output, evening.city.person(Role.PRODUCER), evening.session, "混切台", [])
    return of_output(made, "")


@pytest.mark.parametrize("closed", [False, True])
def test_only_while_it_is_on_air_do_screens_and_outputs_see_it(
    evening: Evening, producer: Actor, say: Say, browser: Browser, clock: Clock, closed: bool
) -> None:
    film = made(evening)
    do(films.show_film, producer, film, evening.clip)
    do(preparation.change_session, evening.host, evening.session, closed_to_public=closed)
    official, output = evening.city.official_of(evening.city.water), output_of(evening)
    wish = {"session": evening.session}
    evening.go_live()
    assert say(producer, "media.see_film", **wish)["next"]["id"] == film, "the crew's screens load it before"
    for somebody in (official, output):
        assert say(somebody, "media.see_film", **wish) == {"ok": True, "film": None, "next": None}
    for nobody in (VISITOR, evening.city.phone()):
        assert say(nobody, "media.see_film", **wish)["error"]["code"] == "SIGNED_OUT"
    evening.take(evening.clip)
    clock.forward(seconds=5)
    told = {one.role: say(one, "media.see_film", **wish)["film"] for one in (producer, official, output)}
    for one in told.values():
        assert (one["id"], one["item"], one["duration_ms"]) == (film, evening.clip, LENGTH_MS)
        assert clock.forward().timestamp() * 1000 - one["started_at"] == 5000
        assert browser.get(one["address"]).status == 200
        assert (
            browser.get(one["address"].replace(one["address"].split("/")[2], "9" * 10 + ".staff." + "x" * 24)).status
            == 403
        )
    with nothing_changes():
        assert say(producer, "media.discard_film", film=film)["error"]["code"] == "ON_AIR_ALREADY"
        assert say(producer, "media.take_film_out", item=evening.clip)["error"]["code"] == "ON_AIR_ALREADY"
    evening.take(evening.slot)
    assert [browser.get(one["address"]).status for one in told.values()] == [200, 403, 403], "of others it is gone"


def test_what_is_armed_follows_when_the_film_ends(evening: Evening, producer: Actor, clock: Clock) -> None:
    do(films.show_film, producer, made(evening), evening.clip)
    do(rundown.arm_item, producer, evening.slot, follows=True)
    evening.go_live().take(evening.clip)
    assert watch.let_follow(clock.forward(milliseconds=LENGTH_MS - 1)) == 0
    assert watch.let_follow(clock.forward(milliseconds=1)) == 1
    assert evening.item(evening.slot).state is ItemState.ON_AIR


def test_a_rehearsal_shows_the_films_of_its_session(evening: Evening, producer: Actor, say: Say) -> None:
    film = made(evening)
    own = [evening.clip, evening.add(ItemKind.CLIP, "片尾")]
    for line in own:
        do(films.show_film, producer, film, line)
    rehearsal = do(rehearsing.rehearse_session, evening.host, evening.session).id
    copy, other = (one for one in lines(film) if one not in own)
    do(preparation.go_live, evening.host, rehearsal, evening.row.starts_at.date())
    say(evening.host, "questions.take_item", session=rehearsal, item=copy, seen=0)
    assert say(producer, "media.see_film", session=rehearsal)["film"]["id"] == film
    official = evening.city.official_of(evening.city.water)
    assert say(official, "media.see_film", session=rehearsal) == {"ok": True, "film": None, "next": None}
    with reading() as db:
        assert not film_queries.is_on_air(db, film_queries.film(db, film), readers.REAL), "no ticket of theirs opens it"
    with replaying(rehearsal) as kinds:
        say(producer, "media.take_film_out", item=other)
    assert kinds == ["media.film_taken_out"], "it is told where it happened"
    assert lines(film) == [*own, copy]
    told = say(producer, "media.films", session=evening.session)["films"]
    assert [one["items"] for one in told] == [own], "as its page has them, which is drawn anew where they differ"
    do(clearing.clear_rehearsal, evening.host, rehearsal)
    assert lines(film) == own


def test_a_rehearsal_is_told_what_becomes_of_the_films_that_it_shows(
    evening: Evening, producer: Actor, say: Say
) -> None:  # fmt: skip
    film, other = made(evening), made(evening, "片尾.mp4")
    do(films.show_film, producer, film, evening.clip)
    rehearsal = do(rehearsing.rehearse_session, evening.host, evening.session).id
    another = evening.add(ItemKind.CLIP, "片尾")
    steps = {
        "media.film_captioned": lambda: do(films.set_captions, producer, film, CAPTIONS.removeprefix("\ufeff")),
        "media.film_shown": lambda: do(films.show_film, producer, film, another),
        "media.film_discarded": lambda: say(producer, "media.discard_film", film=film),
    }
    for kind, press in steps.items():
        with replaying(evening.session) as there, replaying(rehearsal) as lent:
            press()
        assert [one for one in there if one.startswith("media")] == lent == [kind]
    with replaying(evening.session) as kinds:
        say(producer, "media.discard_film", film=other)
    assert kinds == ["media.film_discarded"]


def test_captions_are_read_bounded_and_kept_as_plain_words(
    app: Flask, evening: Evening, producer: Actor, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    film, page = made(evening), f"/sessions/{evening.row.code}/films"

    def send(content: bytes, actor: Actor = producer) -> tuple[int, str]:
        monkeypatch.setattr("inquiry.dispatch.registry.identify", lambda _db: actor)
        fields = {"captions": (io.BytesIO(content), "a.vtt"), "next": page, "back": page, "film": str(film)}
        answer = app.test_client().post(f"/films/{film}/captions", data=fields, headers={"Accept-Language": "en"})
        return answer.status_code, answer.get_data(as_text=True)

    with replaying(evening.session) as kinds:
        assert send(CAPTIONS.encode())[0] == 303
    assert kinds == ["media.film_captioned"]
    do(films.show_film, producer, film, evening.clip)
    evening.go_live().take(evening.clip)
    with reading() as db:
        assert db.scalar(select(Film.captions)) == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.500\n垃圾&amp;桶 满了\n"
    with nothing_changes():
        for content, words in {
            b"1\n00:01.000 --> 00:02.000\nno head": "its first line has to be WEBVTT",
            b"WEBVTT\n\n00:03.000 --> 00:02.000\nback": "Line 3 has no times",
            b"WEBVTT\n\nsome words": "Line 3 has no times",
            b"WEBVTT\n\nNOTE nothing": "There is no caption in this file",
            b"WEBVTT\n\n00:13.000 --> 00:14.000\nlate": "after the film has ended",
            b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x" * 301: "too long",
            b"WEBVTT\n" + b"\n00:01.000 --> 00:02.000\nx\n" * 2001: "too many captions",
            b"WEBVTT\n\n\xff\xfe": "not text in UTF-8",
        }.items():
            status, told = send(content)
            assert (status, words in told) == (409, True), words
        assert send(b"WEBVTT" + b"\n" * 495_000)[0] == 413
        with pytest.raises(Forbidden):
            do(films.set_captions, evening.city.person(Role.CLERK), film, CAPTIONS)
    with nothing_changes():
        assert send(b"")[0] == 409, "an empty file is a mistake"
    many = "".join(
        f"\n{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.500\n{'&' * 100}\n" for n in range(300)
    )
    assert send(f"WEBVTT\n{many}".encode())[0] == 303
    assert len(say(producer, "media.see_film", session=evening.session)["film"]["cues"]) == 300
    app.test_client().post(f"/films/{film}/captions", data={"none": "1", "next": page, "film": str(film)})
    assert getattr(the_film(film), "cues", None) == 0


def test_what_nobody_goes_on_with_is_let_go_of_and_takes_no_place(
    app: Flask, evening: Evening, producer: Actor, say: Say, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"session": evening.session, "name": "a.mp4", "size": 10, "modified": 1_700_000_000_000}
    begun = say(producer, "media.begin_film", **wish)["film"]
    assert say(producer, "media.begin_film", **wish | {"modified": 1})["film"] != begun, "another file of that name"
    refused = made(evening, "b.mp4", state=FilmState.REFUSED, failure="no_film", duration_ms=None)
    ready = made(evening, "c.mp4")
    monkeypatch.setattr(rules, "MOST_FILMS", 4)
    assert say(producer, "media.begin_film", **wish | {"name": "d.mp4"})["ok"], "what was refused takes no place"
    assert say(producer, "media.begin_film", **wish | {"name": "e.mp4"})["error"]["code"] == "TOO_MANY_FILMS"
    with nothing_changes():
        making.look_after(app)
    clock.forward(hours=23)
    with unit_of_work() as uow:
        uow.lock(Film, begun).heard_at = uow.now
    clock.forward(hours=2)
    with replaying(evening.session) as kinds:
        making.look_after(app)
    assert kinds == ["media.film_forgotten"] * 3
    assert [bool(the_film(one)) for one in (begun, refused, ready)] == [True, False, True]
    assert do(films.forget_film, SYSTEM, begun) is False, "somebody has gone on"


def test_files_that_no_film_names_are_removed_after_a_while(evening: Evening) -> None:
    here, kept = settings().media_dir, made(evening)
    (here / "uploads").mkdir()
    for name in ("uploads/0123456789ab", "uploads/new", "films/0123456789ab/film.mp4"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_bytes(b"x")
    for old in (here / "uploads/0123456789ab", here / "films/0123456789ab", *(here / "films").iterdir()):
        os.utime(old, (time.time() - 7200,) * 2)
    os.utime(here / "uploads/new", (time.time() - 60,) * 2)
    removing.sweep()
    assert {str(one.relative_to(here)) for one in here.rglob("*") if one.is_file()} == {
        "uploads/new", f"films/{getattr(the_film(kept), 'media_id', '')}/film.mp4",
    }  # fmt: skip


def test_discarding_takes_a_film_out_of_the_rundown(evening: Evening, producer: Actor) -> None:
    film = made(evening)
    do(films.show_film, producer, film, evening.clip)
    with replaying(evening.session) as kinds:
        do(films.discard_film, producer, film)
    assert kinds == ["media.film_discarded"]
    with reading() as db:
        assert db.scalars(select(Showing)).all() == []
    assert list((settings().media_dir / "films").iterdir()) == []


def test_the_page_tells_what_is_missing(evening: Evening, producer: Actor, browser: Browser) -> None:
    made(evening)
    gone = made(evening, "片头.mp4")
    Path(settings().media_dir / "films" / str(getattr(the_film(gone), "media_id", "")) / "film.mp4").unlink()
    made(evening, "x.mp4", state=FilmState.REFUSED, failure="too_long", duration_ms=None)
    page = browser.get(f"/sessions/{evening.row.code}/films", producer)
    assert page.status == 200
    for words in ("媒体进程未运行", "文件不在本机", "超过 30 分钟。 未保留任何内容。", "2 / 40", "1 · 暗访短片"):
        assert words in page.words, words
    assert browser.get(f"/sessions/{evening.row.code}/films", evening.city.person(Role.CLERK)).status == 403
    assert browser.get(f"/sessions/{evening.row.code}/films").status == 302


def test_of_what_was_refused_the_newest_are_told_of(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_REFUSED", 2)
    fault = {"state": FilmState.REFUSED, "failure": rules.NO_FILM, "duration_ms": None, "loudness": None}
    refused = [made(evening, f"扫描件{number}", **fault) for number in range(2)]
    producer = evening.city.person(Role.PRODUCER)
    with replaying(evening.session) as kinds:
        begun = do(films.begin_film, producer, evening.session, "短片.mp4", 5)
    assert kinds == ["media.film_forgotten", "media.film_begun"]
    with reading() as db:
        assert [one.id for one in film_queries.films(db, evening.session)] == [refused[1], begun.id]
