"""A film comes in pieces, is made ready within limits, and whatever cannot be shown is refused and leaves nothing."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inquiry.core import clock as clocks
from inquiry.core.db import reading
from inquiry.live.commands import clearing, rehearsing
from inquiry.media import film_queries, jobs, removing, rules, tickets
from inquiry.media import films as making
from inquiry.media.commands import films
from inquiry.media.commands import jobs as work
from inquiry.media.models import Film, FilmState, JobKind, JobState, MediaJob
from inquiry.permissions import SYSTEM, VISITOR, Actor, Role
from inquiry.responses.commands import closing
from inquiry.settings import settings
from tests.live.conftest import Evening, do
from tests.support.application import Say
from tests.support.parts import require_part
from tests.support.replay import nothing_changes, replaying

PIECE = 50_000


@pytest.fixture
def producer(evening: Evening) -> Actor:
    return evening.city.person(Role.PRODUCER)


@pytest.fixture
def put(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Send one piece: `put(actor, film, offset, bytes) -> (status, answer)`."""
    app.config["WTF_CSRF_ENABLED"] = False

    def send(actor: Actor, film: int, offset: int, sent: bytes) -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr("inquiry.dispatch.registry.identify", lambda _db: actor)
        answer = app.test_client().put(
            f"/films/{film}?offset={offset}", data=sent, headers={"Accept": "application/json"}
        )  # fmt: skip
        return answer.status_code, json.loads(answer.get_data())

    return send


def ffmpeg(*arguments: str | Path) -> None:
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=300)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds, loud, 30 pictures a second, of an odd shape, in a container that browsers do not play."""
    require_part("ffmpeg")
    made = tmp_path_factory.mktemp("clip") / "clip.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=322x182:rate=30:duration=3", "-f", "lavfi", "-i",
        "sine=frequency=440:duration=3,volume=12dB", "-c:v", "mpeg4", "-threads", "1", "-c:a", "pcm_s16le", made,
    )  # fmt: skip
    return made


def uploaded(actor: Actor, session: int, file: Path) -> int:
    """As if all its pieces had come."""
    size = file.stat().st_size
    film = do(films.begin_film, actor, session, file.name, size)
    place = film_queries.upload_of(settings().media_dir, film.media_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(file.read_bytes())
    do(films.take_piece, actor, film.id, 0, size)
    return int(film.id)


def the_film(film: int) -> Film:
    with reading() as db:
        return film_queries.film(db, film)


def the_job(film: int) -> MediaJob:
    with reading() as db:
        return db.scalars(select(MediaJob).where(MediaJob.subject_id == film)).one()


def left() -> set[str]:
    """Every file in the media folder, when the worker has looked."""
    removing.empty()
    return {str(one.relative_to(settings().media_dir)) for one in settings().media_dir.rglob("*") if one.is_file()}


def told(file: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(file)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def test_pieces_come_once_in_their_order_and_the_same_file_goes_on(
    evening: Evening, producer: Actor, put: Any, say: Say, clip: Path
) -> None:
    content = clip.read_bytes()
    wish = {"session": evening.session, "name": "暗访.mkv", "size": len(content)}
    begun = say(producer, "media.begin_film", **wish)
    film = begun["film"]
    assert put(producer, film, 0, content[:PIECE]) == (200, {"received": PIECE})
    assert put(producer, film, 0, content[:PIECE]) == (200, {"received": PIECE}), "a piece twice is nothing new"
    with nothing_changes():
        status, answer = put(producer, film, PIECE + 1, content[PIECE + 1 :])
        assert (status, answer["error"]["code"]) == (409, "PIECE_OUT_OF_PLACE")
        assert answer["error"]["data"] == {"received": PIECE}
        assert put(producer, film, PIECE, content[PIECE:] + b"more")[0] == 409
        assert put(producer, film, PIECE, b"")[0] == 409
        assert put(VISITOR, film, PIECE, content[PIECE:])[0] == 401
        assert put(evening.city.person(Role.CLERK), film, PIECE, content[PIECE:])[0] == 403
        assert put(producer, film, PIECE, b"x" * (rules.PIECE_BYTES + 1))[0] == 413
        again = say(producer, "media.begin_film", **wish)
        assert (again["film"], again["received"]) == (film, PIECE), "after a reload it goes on where it stopped"
    assert put(producer, film, PIECE, content[PIECE:]) == (200, {"received": len(content)})
    assert put(producer, film, PIECE, content[PIECE:])[0] == 200
    assert (the_film(film).state, the_job(film).state) == (FilmState.WAITING, JobState.QUEUED)
    assert film_queries.upload_of(settings().media_dir, the_film(film).media_id).read_bytes() == content
    assert say(producer, "media.begin_film", **wish)["film"] != film, "one that has come is another one's start"


def test_the_number_of_a_film_that_was_discarded_is_given_to_no_other(
    evening: Evening, producer: Actor, put: Any
) -> None:
    """A window that still uploads it would write its bytes into the other one."""
    discarded = do(films.begin_film, producer, evening.session, "a.mp4", 8).id
    assert put(producer, discarded, 0, b"half") == (200, {"received": 4})
    do(films.discard_film, producer, discarded)
    other = do(films.begin_film, producer, evening.session, "b.mp4", 8).id
    with nothing_changes():
        assert put(producer, discarded, 4, b"half")[0] == 404
    assert other != discarded


def test_a_film_is_made_ready_for_every_browser_at_the_loudness_of_broadcasts(
    app: Flask, evening: Evening, producer: Actor, clip: Path
) -> None:
    with replaying(evening.session) as kinds:
        film = uploaded(producer, evening.session, clip)
        assert jobs.turn(app) == 0
        assert jobs.turn(app) == jobs.PERIOD_SECONDS
    assert kinds == ["media.film_begun", "media.film_uploaded", "media.film_ready"]
    ready, place = the_film(film), f"films/{the_film(film).media_id}/"
    assert left() == {place + film_queries.FILM, place + film_queries.POSTER}
    assert (ready.state, the_job(film).progress) == (FilmState.READY, 1000)
    assert ready.duration_ms == pytest.approx(3000, abs=100)
    assert ready.loudness == pytest.approx(-2300, abs=100)
    made = told(settings().media_dir / place / film_queries.FILM)
    picture, sound = made["streams"]
    assert (picture["codec_name"], picture["pix_fmt"], picture["r_frame_rate"]) == ("h264", "yuv420p", "25/1")
    assert (picture["width"], picture["height"], sound["codec_name"]) == (322, 182, "aac")
    beginning = (settings().media_dir / place / film_queries.FILM).read_bytes()
    assert beginning.index(b"moov") < beginning.index(b"mdat"), "it plays before it is loaded"
    secret, now = settings().secret_key, clocks.now()
    address = f"/media/{tickets.make(secret, ready.media_id, 'staff', now)}/{ready.media_id}/{film_queries.FILM}"
    with app.test_client().get(address, headers={"Range": "bytes=0-99"}) as part:
        assert (part.status_code, len(part.get_data())) == (206, 100)
    public = tickets.make(secret, ready.media_id, "public", now)
    assert app.test_client().get(f"/media/{public}/{ready.media_id}/{film_queries.FILM}").status_code == 403


def test_a_film_without_sound_has_no_loudness_whatever_its_title_says(
    app: Flask, evening: Evening, producer: Actor, tmp_path: Path
) -> None:
    require_part("ffmpeg")
    silent = tmp_path / "silent.mkv"
    title = "title=a\n[Parsed_loudnorm_0 @ 0x1]\n" + '{"output_i" : ["x"]}'
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64:duration=1", "-c:v", "mpeg4", "-metadata", title, silent)
    film = uploaded(producer, evening.session, silent)
    jobs.turn(app)
    assert (the_film(film).state, the_film(film).loudness) == (FilmState.READY, None)


def playlist(address: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n".encode()


#: What is in a file that calls itself film.mp4: its bytes, or how ffmpeg makes it.
BYTES = {
    "playlist": playlist("http://127.0.0.1:9/secret.ts"), "elsewhere": playlist("file:///etc/passwd"),
    "list": b"ffconcat version 1.0\nfile /etc/passwd\n", "noise": bytes(range(256)) * 400,
}  # fmt: skip
MADE = {
    "picture": "-i testsrc2=size=64x64 -frames:v 1 -f image2 -c:v png",
    "sound": "-i sine=duration=1 -f matroska",
    "endless": "-i color=size=16x16:rate=1/600:duration=360000 -c:v mpeg4 -f avi",
    "huge": "-i color=size=8000x8000:rate=1:duration=1 -c:v mjpeg -f matroska",
    "half": "-i testsrc2=size=64x64:duration=8 -c:v mpeg4 -f mp4",
    "half in the middle": "-i testsrc2=size=64x64:duration=8 -c:v mpeg4 -f matroska",
    "two pictures": "-i testsrc2=size=64x64:duration=1 -map 0 -map 0 -f matroska",
    "many streams": f"-i sine=duration=0.1 {'-map 0 ' * 200}-c:a pcm_s16le -f matroska",
}


def write(file: Path, kind: str) -> None:
    if kind in BYTES:
        file.write_bytes(BYTES[kind])
        return
    ffmpeg("-f", "lavfi", *MADE[kind].split(), file)
    if kind.startswith("half"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


REFUSED = {
    "half": "no_film", "half in the middle": "broken", "elsewhere": "no_film",
    "playlist": "no_film", "list": "no_film", "noise": "no_film", "picture": "no_film", "sound": "no_picture",
    "endless": "too_long", "huge": "too_large", "two pictures": "many_pictures", "many streams": "no_film",
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_shown_is_refused_and_leaves_nothing(
    app: Flask, evening: Evening, producer: Actor, tmp_path: Path, kind: str
) -> None:
    require_part("ffmpeg")
    file = tmp_path / "film.mp4"
    write(file, kind)
    film = uploaded(producer, evening.session, file)
    with replaying(evening.session) as kinds:
        jobs.turn(app)
    assert kinds == ["media.film_refused"]
    assert (the_film(film).state, the_film(film).failure) == (FilmState.REFUSED, REFUSED[kind])
    assert left() == set()


def test_a_film_that_lies_about_its_length_is_read_no_longer_than_the_longest(
    app: Flask, evening: Evening, producer: Actor, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "found", lambda _told: rules.Found(1000, 0, False))
    monkeypatch.setattr(rules, "LONGEST_FILM_MS", 1000)
    film = uploaded(producer, evening.session, clip)
    jobs.turn(app)
    assert the_film(film).failure == "too_long"
    assert left() == set()


def test_work_that_a_killed_worker_left_begins_anew_three_times_at_most(
    app: Flask, evening: Evening, producer: Actor, clip: Path
) -> None:
    film = uploaded(producer, evening.session, clip)
    for attempt in (1, 2, 3):
        job = do(work.take, SYSTEM)  # and killed
        assert (job.subject_id, job.attempts) == (film, attempt)
        assert do(work.tell_progress, SYSTEM, job.id, 400) is True
    with replaying(evening.session) as kinds:
        assert jobs.turn(app) == jobs.PERIOD_SECONDS
    assert kinds == ["media.film_refused"]
    assert (the_film(film).failure, the_job(film).failure) == ("gave_up", "gave_up")
    assert left() == set()


def test_a_worker_that_is_asked_to_end_gives_its_work_back_and_that_is_no_attempt(
    app: Flask, evening: Evening, producer: Actor, clip: Path
) -> None:
    film = uploaded(producer, evening.session, clip)
    for _ in range(2 * work.MOST_ATTEMPTS):
        job = do(work.take, SYSTEM)
        do(work.give_back, SYSTEM)
        assert do(work.tell_progress, SYSTEM, job.id, 400) is False, "whoever still does it, stops"
    assert (the_job(film).state, the_job(film).attempts) == (JobState.QUEUED, 0)
    with nothing_changes():
        do(work.give_back, SYSTEM)
    jobs.turn(app)
    assert the_film(film).state is FilmState.READY


def test_a_film_gives_way_to_a_recording_which_is_out_of_sight_until_it_is_made(
    app: Flask, evening: Evening, producer: Actor, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, look_at, in_turn = uploaded(producer, evening.session, clip), making.look_at, []

    def asked_for_meanwhile(running: Any, file: Path) -> Any:
        if not in_turn:
            do(work.ask, evening.session, JobKind.RECORDING, evening.session)
        in_turn.append(JobKind.FILM)
        return look_at(running, file)

    monkeypatch.setattr(making, "look_at", asked_for_meanwhile)
    monkeypatch.setitem(jobs.KINDS, JobKind.RECORDING, lambda job, _running: (in_turn.append(job.kind), _ended(job)))
    for _ in range(3):
        jobs.turn(app)
    assert in_turn == [JobKind.FILM, JobKind.RECORDING, JobKind.FILM]
    with reading() as db:
        [job] = db.scalars(select(MediaJob).where(MediaJob.kind == JobKind.FILM)).all()
    assert (the_film(film).state, job.attempts) == (FilmState.READY, 1)


def _ended(job: MediaJob) -> None:
    do(work.finish, job.id)


def test_a_film_may_be_discarded_while_it_is_made_ready(
    app: Flask, evening: Evening, producer: Actor, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = uploaded(producer, evening.session, clip)
    look_at = making.look_at

    def discarded_meanwhile(running: Any, file: Path) -> Any:
        found = look_at(running, file)
        do(films.discard_film, producer, film)
        return found

    monkeypatch.setattr(making, "look_at", discarded_meanwhile)
    jobs.turn(app)
    assert the_job(film).failure == "called_off"
    assert left() == set()
    with reading() as db:
        assert db.get(Film, film) is None


def test_the_films_of_a_rehearsal_go_with_it(evening: Evening, producer: Actor, clip: Path) -> None:
    rehearsal = do(rehearsing.rehearse_session, evening.host, evening.session)
    film = uploaded(producer, rehearsal.id, clip)
    assert left() == {f"uploads/{the_film(film).media_id}"}
    do(clearing.clear_rehearsal, evening.host, rehearsal.id)
    assert left() == set()
    assert do(work.take, SYSTEM) is None


def test_what_a_killed_worker_left_of_an_upload_goes_and_after_the_end_films_can_be_discarded(
    app: Flask, evening: Evening, producer: Actor, clip: Path, put: Any
) -> None:
    film = uploaded(producer, evening.session, clip)
    jobs.turn(app)
    left_over = film_queries.upload_of(settings().media_dir, the_film(film).media_id)
    left_over.write_bytes(b"all of it")
    long_ago = time.time() - 2 * rules.NOBODYS_AFTER.total_seconds()
    os.utime(left_over, (long_ago, long_ago))
    removing.sweep()
    assert not left_over.exists()
    coming = do(films.begin_film, producer, evening.session, "b.mp4", 4).id
    evening.go_live()
    do(closing.close_session, evening.host, evening.session, evening.rev, {})
    there = left()
    with nothing_changes():
        assert put(producer, coming, 0, b"late")[1]["error"]["code"] == "SESSION_CLOSED"
    assert left() == there
    do(films.discard_film, producer, film)
    assert left() == set()
