"""What is made of an uploaded film: found out what it is, its loudness measured, and written anew for every browser.

Nothing of the file is believed: what it says of itself is looked at under limits, it opens no other file and no
address, and however long it says it is, no more than the longest film is read of it.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from flask import Flask

from ..core import background, clock
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import commit
from ..errors import NotFound
from ..permissions import SYSTEM
from ..settings import settings
from . import film_queries, keeping, queries, rules
from .commands import films
from .film_queries import FILM, POSTER
from .models import MediaJob
from .rules import FilmUnfit, Found
from .running import CalledOff, JobFailed, Running

#: A file is read as one of these or not at all: no list of other files or addresses is among them.
_CONTAINERS: Final = "mov,mp4,matroska,webm,mpegts,mpeg,avi,mxf,asf,flv"
_MOST_STREAMS: Final = 32
#: How often it is looked for what nobody goes on uploading.
PERIOD_SECONDS: Final = 60.0
#: EBU R 128.
_TARGET: Final = "I=-23:TP=-1:LRA=11"
#: Square pixels, at most full HD and never larger than it was, whole pairs of pixels, 25 pictures a second.
_PICTURE: Final = (
    "yadif=deint=interlaced,"
    "scale=w='max(2,2*trunc(min(min(1920,1080*dar),ih*dar)/2))':h='max(2,2*trunc(ow/dar/2))',"
    "setsar=1,fps=25,format=yuv420p"
)


def _reading(file: Path) -> list[str]:
    return [
        "-protocol_whitelist", "file", "-format_whitelist", _CONTAINERS, "-max_streams", str(_MOST_STREAMS),
        "-i", f"file:{file}",
    ]  # fmt: skip


def _ffmpeg(file: Path, *output: str) -> list[str]:
    longest = str(rules.LONGEST_FILM_MS // 1000 + 1)
    return [
        "ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-y", "-progress", "pipe:1",
        "-filter_threads", "1", "-threads", "1", "-max_pixels", str(rules.MOST_PIXELS), *_reading(file),
        "-t", longest, "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-threads", "1", *output,
    ]  # fmt: skip


def make_ready(job: MediaJob, running: Running) -> None:
    """Raises JobFailed with why it cannot be shown, CalledOff."""
    try:
        _make_ready(job, running)
    except JobFailed as failed:
        if shutil.disk_usage(running.folder).free < rules.SPARE_BYTES // 2:
            raise JobFailed(rules.NO_ROOM) from failed  # whatever a program says that has no room to write
        raise


def _make_ready(job: MediaJob, running: Running) -> None:
    try:
        film = film_queries.film_to_make_ready(job.subject_id)
    except NotFound:
        return
    uploaded = film_queries.upload_of(settings().media_dir, film.media_id)
    found = look_at(running, uploaded)
    measured = _loudness(running, uploaded, found) if found.has_sound else None
    loudness = _write(_with_room(running, found.duration_ms), uploaded, found, measured)
    duration_ms = _length(running)
    if duration_ms > rules.LONGEST_FILM_MS:
        raise JobFailed(rules.TOO_LONG)
    if rules.is_cut_off(found.duration_ms, duration_ms):
        raise JobFailed(rules.BROKEN)
    _poster(running, duration_ms)
    _keep(running, film.media_id)
    if not _is_kept(job.id, film.id, duration_ms, loudness):
        shutil.rmtree(settings().media_dir / queries.FILMS / film.media_id, ignore_errors=True)
        raise CalledOff()
    uploaded.unlink(missing_ok=True)


def _with_room(running: Running, duration_ms: int) -> Running:
    """There is room for all that may be written of it, and no more is: the size of the upload says nothing about it.
    Raises JobFailed."""
    here, most = settings(), rules.made_bytes(duration_ms)
    with reading() as db:
        expected = film_queries.expected_bytes(db)
    is_free = rules.has_room(shutil.disk_usage(running.folder).free, expected + most)
    if not (is_free and rules.leaves_room(here.media_limit, keeping.used(here.media_dir), expected + most)):
        raise JobFailed(rules.NO_ROOM)
    return replace(running, file_bytes=most)


def _is_kept(job_id: int, film_id: int, duration_ms: int, loudness: int | None) -> bool:
    try:
        return commit(
            "media.keep_film", lambda uow: films.keep_film(uow, SYSTEM, job_id, film_id, duration_ms, loudness)
        )
    except NotFound:
        return False


def look_at(running: Running, file: Path) -> Found:
    """What the file is, by its content. Raises JobFailed."""
    probe = [
        "ffprobe", "-v", "error", "-of", "json", *_reading(file), "-show_entries",
        "format=duration:stream=codec_type,width,height:stream_disposition=attached_pic",
    ]  # fmt: skip
    running.run(probe, otherwise=rules.NO_FILM)
    try:
        return rules.found(json.loads(running.said))
    except FilmUnfit as unfit:
        raise JobFailed(str(unfit)) from unfit
    except ValueError as error:
        raise JobFailed(rules.NO_FILM) from error


def _loudness(running: Running, file: Path, found: Found) -> dict[str, str]:
    said = running.run(
        _ffmpeg(file, "-map", "0:a:0", "-vn", "-af", f"loudnorm={_TARGET}:print_format=json", "-f", "null", "-"),
        otherwise=rules.BROKEN, lasts_ms=found.duration_ms, part=(0, 150),
    )  # fmt: skip
    return rules.measured(said)


def _write(running: Running, file: Path, found: Found, measured: dict[str, str] | None) -> int | None:
    """Write the film; how loud it is then, in hundredths of LUFS."""
    sound, is_audible = ["-an"], measured is not None and rules.is_audible(measured)
    if measured is not None:
        level = "anull"
        if is_audible:
            known = ":".join(f"measured_{name}={measured[f'input_{name.lower()}']}" for name in ("I", "TP", "LRA"))
            known += f":measured_thresh={measured['input_thresh']}:offset={measured['target_offset']}"
            level = f"loudnorm={_TARGET}:{known}:linear=true:print_format=json"
        sound = ["-map", "0:a:0", "-af", level, "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2"]
    said = running.run(
        _ffmpeg(
            file, "-map", f"0:{found.picture}", "-vf", _PICTURE, *sound,
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-maxrate", "8M", "-bufsize", "16M", "-g", "50",
            "-movflags", "+faststart", "-f", "mp4", FILM,
        ),
        otherwise=rules.BROKEN, lasts_ms=found.duration_ms, part=(150, 950),
    )  # fmt: skip
    return rules.loudness(said) if is_audible else None


def _length(running: Running) -> int:
    running.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_entries", "format=duration", FILM], otherwise=rules.BROKEN
    )  # fmt: skip
    told: dict[str, Any] = json.loads(running.said)
    length = rules.milliseconds_of(told["format"].get("duration"))
    if not length:
        raise JobFailed(rules.BROKEN)
    return length


def _poster(running: Running, duration_ms: int) -> None:
    made = [
        "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-threads", "1",
        "-ss", f"{duration_ms / 10_000:.3f}", "-i", FILM, "-frames:v", "1", "-vf", "scale=640:-2",
        "-threads", "1", POSTER,
    ]  # fmt: skip
    running.run(made, otherwise=rules.BROKEN)


def _keep(running: Running, media_id: str) -> None:
    """Move what is done to its place; what a killed worker had put there goes."""
    made, place = running.folder / "made", settings().media_dir / queries.FILMS / media_id
    made.mkdir()
    for name in (FILM, POSTER):
        (running.folder / name).rename(made / name)
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    made.rename(place)


def look_after(app: Flask) -> float:
    """Let go of what nobody goes on uploading."""
    with app.app_context():
        with reading() as db:
            forgotten = film_queries.forgotten(db, clock.now())

        def forget(film_id: int) -> bool:
            return commit("media.forget_film", lambda uow: films.forget_film(uow, SYSTEM, film_id))

        background.each(forgotten, forget, "film %s could not be forgotten")
    return PERIOD_SECONDS


def tasks(app: Flask) -> Iterator[Task]:
    yield Task("looking after films", partial(look_after, app))
