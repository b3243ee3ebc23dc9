"""What a session left in the media folder: segments of a test picture, laid at any instant, and the file beside."""

import shutil
import subprocess
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from inquiry.core.clock import milliseconds
from inquiry.core.db import reading
from inquiry.dispatch.unit_of_work import unit_of_work
from inquiry.live.models import Session
from inquiry.media import keeping, legs, marks, queries
from inquiry.media.commands import jobs, recordings
from inquiry.media.legs import Part
from inquiry.permissions import SYSTEM, Actor
from tests.support.parts import require_part

SECONDS = 30


@cache
def picture() -> Path:
    """Thirty segments of one second, and the same as FLV: made once for all tests of a process."""
    require_part("ffmpeg")
    folder = Path(mkdtemp(prefix="inquiry-picture-"))
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25", "-f", "lavfi",
         "-i", "sine=frequency=440", "-t", str(SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-tune",
         "zerolatency", "-threads", "1", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0", "-pix_fmt", "yuv420p",
         "-c:a", "aac", "picture.flv"],
        cwd=folder, check=True, timeout=300,
    )  # fmt: skip
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", "picture.flv", "-c", "copy", "-f", "hls", "-hls_time", "1",
         "-hls_list_size", "0", "-hls_segment_filename", "s%d.ts", "all.m3u8"],
        cwd=folder, check=True, timeout=300,
    )  # fmt: skip
    return folder


def lay(
    media_dir: Path, media_id: str, begins: datetime, *, without: range = range(0), file: range | None = None
) -> list[Part]:  # fmt: skip
    """Half a minute from `begins` on, without some of its seconds; as a second leg, those seconds (`file`) of it."""
    place = media_dir / queries.PROGRAMMES / media_id
    place.mkdir(parents=True)
    parts = []
    for second in range(SECONDS):
        if second not in without:
            shutil.copy(picture() / f"s{second}.ts", place)
            parts.append(Part(f"s{second}.ts", milliseconds(begins + timedelta(seconds=second)), 1000))
    (place / keeping.INDEX).write_text(legs.listed(parts))
    if file is not None:
        beside = media_dir / queries.FILES
        beside.mkdir(parents=True, exist_ok=True)
        began = begins + timedelta(seconds=file.start)
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-ss", str(file.start), "-t", str(len(file)), "-i",
             str(picture() / "picture.flv"), "-c", "copy", str(beside / f"{media_id}-{int(began.timestamp())}.flv")],
            check=True, timeout=300,
        )  # fmt: skip
    return parts


def lay_beside(media_dir: Path, media_id: str, begins: datetime, seconds: int, *, whole_every: int) -> None:
    """The second leg alone, from the beginning on, with a whole picture every so many seconds."""
    name = f"{media_id}-{int(begins.timestamp())}.flv"
    gop = str(25 * whole_every)
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(picture() / "picture.flv"), "-t", str(seconds), "-c:v",
         "libx264", "-preset", "ultrafast", "-threads", "1", "-g", gop, "-keyint_min", gop, "-sc_threshold", "0",
         "-c:a", "copy", str(media_dir / queries.FILES / name)],
        check=True, timeout=300,
    )  # fmt: skip


def publish(producer: Actor, session_id: int) -> None:
    """The recording of a whole evening as the worker would say that it made it, without its files."""
    with reading() as db:
        session = db.get_one(Session, session_id)
        said = marks.sentences(db, session)
    assert session.went_live_at
    assert session.closed_at
    began, ended = milliseconds(session.went_live_at), milliseconds(session.closed_at)
    line = legs.timeline([(began, ended - began)])
    windows = [list(found) for one in said if (found := legs.window(line, *one))]
    what = recordings.Made("a-recording", 1000, [[began, ended - began, "segments"]], [], windows)
    with unit_of_work() as uow:
        recordings.finish(uow, producer, session_id)
    with unit_of_work() as uow:
        job = jobs.take(uow, SYSTEM)
        assert job is not None
        recordings.made(uow, SYSTEM, job.id, session_id, what)
    with unit_of_work() as uow:
        recordings.publish(uow, producer, session_id)
