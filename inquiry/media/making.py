"""The worker makes recordings: one file out of the two legs, copied without encoding anything again, with its chapters,
its poster, and the sentences that pages play.

Everything is made in the workshop, and what is to be seen is given a folder with its name at the end: whatever happens
in the middle, what can be seen is whole. A folder that no row names is removed.
"""

import json
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from ..core.clock import milliseconds
from ..core.db import reading
from ..dispatch.unit_of_work import commit
from ..errors import NotFound
from ..live import queries as live
from ..live.models import Session
from ..permissions import SYSTEM
from ..settings import settings
from . import chapters, forward, keeping, legs, marks, queries, removing
from .commands import recordings
from .commands.recordings import Made
from .legs import Leg, Part, Picked, Stretch, Timeline
from .models import Fault, MediaJob, Recording
from .programs import bound
from .rules import FAREWELL, LEFT_FREE_BYTES
from .running import CalledOff, JobFailed, Running

#: What is recorded begins a little before the session goes live.
BEFORE: Final = timedelta(seconds=15)
#: Copying hours takes minutes; a program that takes longer is stuck.
_LONGEST_SECONDS: Final = 3600
#: How much of the work is done when all is copied, in thousandths: the sentences are the rest.
_COPIED: Final = 700


def make(job: MediaJob, running: Running) -> None:
    """The recording of a session: its files in a folder that has its name, kept by the row. Raises JobFailed with the
    fault, CalledOff."""
    _sweep()
    try:
        with reading() as db:
            session = live.session(db, job.session_id)
    except NotFound:
        return
    what = _make(session, running)
    if not _is_kept(job, what):
        shutil.rmtree(_folder() / what.media_id, ignore_errors=True)
        raise CalledOff()


def _is_kept(job: MediaJob, what: Made) -> bool:
    try:
        return commit("media.recording_made", lambda uow: recordings.made(uow, SYSTEM, job.id, job.session_id, what))
    except NotFound:
        return False


def _folder() -> Path:
    return settings().media_dir / queries.RECORDINGS


def _sweep() -> None:
    """Remove what no row names: the cut before, and what was left by a worker that was killed."""
    removing.empty()
    if not _folder().is_dir():
        return
    there = [one for one in _folder().iterdir() if one.is_dir()]  # looked at before the rows: none is newer than these
    with reading() as db:
        named = set(db.scalars(select(Recording.media_id).where(Recording.media_id.is_not(None))))
    for one in there:
        if one.name not in named:
            shutil.rmtree(one, ignore_errors=True)


def _make(session: Session, running: Running) -> Made:
    with reading() as db:
        withdrawn = queries.passages(db, session.id)
        programme = queries.programme(db, session.id)
    source = settings().media_dir / queries.PROGRAMMES / (programme.media_id if programme else "none")
    cut = [(milliseconds(one.begins_at), milliseconds(one.ends_at)) for one in withdrawn]
    picked = legs.without(_picked(source, session, programme.tried_until if programme else None), cut)
    if not picked.stretches:
        raise JobFailed(Fault.NOTHING)
    place = running.folder
    if shutil.disk_usage(place).free < _needed(source, picked) + LEFT_FREE_BYTES // 4:
        raise JobFailed(Fault.DISK)
    running = replace(
        running, wall_seconds=_LONGEST_SECONDS, processor_seconds=_LONGEST_SECONDS, file_bytes=None
    )  # fmt: skip
    spans = [_ready(running, source, number, one) for number, one in enumerate(picked.stretches)]
    line = legs.timeline(one[:2] for one in spans)
    with reading() as db:
        told = marks.marks(db, session)
        said = marks.sentences(db, session)
    (place / "chapters.txt").write_text(chapters.ffmetadata(chapters.chapters(told, line), session.title), "utf-8")
    (place / "list.txt").write_text(
        "ffconcat version 1.0\n"
        + "".join(f"file '{_name(number, one.leg)}'\n" for number, one in enumerate(picked.stretches))
    )
    _copy(running, line.ms)
    _poster(running, line.ms)
    sentences = _sentences(running, said, line)
    media_id, size = _keep(place)
    return Made(
        media_id=media_id, bytes=size, spans=spans, gaps=[[one.at, one.ms] for one in picked.gaps],
        sentences=sentences,
    )  # fmt: skip


def _keep(place: Path) -> tuple[str, int]:
    """Give what is to be seen a folder with a random name: that, and how many bytes it has."""
    made, media_id = place / "made", secrets.token_hex(12)
    made.mkdir()
    for one in [one for one in place.iterdir() if one.suffix in (".mp4", ".jpg")]:
        one.rename(made / one.name)
    _folder().mkdir(parents=True, exist_ok=True)
    size = sum(one.stat().st_size for one in made.iterdir())
    made.rename(_folder() / media_id)
    return media_id, size


def _picked(source: Path, session: Session, tried_until: datetime | None) -> Picked:
    """From shortly before it went live to its farewell, as far as anything was recorded; nothing of what was tried in
    private."""
    earliest = milliseconds(tried_until) if tried_until is not None else 0
    kept = [one for one in keeping.kept(source) if one.at >= earliest and (source / one.name).is_file()]
    files = _files(source.name)
    if session.went_live_at is None or session.closed_at is None or not (kept or files):
        raise JobFailed(Fault.NOTHING)
    first = min(one.at for one in (*kept, *files))
    last = max(one.until for one in (*kept, *files))
    # What is missing at the beginning and at the end of the evening itself is a gap, too.
    begins = max(milliseconds(session.went_live_at - BEFORE), min(first, milliseconds(session.went_live_at)), earliest)
    ends = min(milliseconds(session.closed_at + FAREWELL), max(last, milliseconds(session.closed_at)))
    return legs.pick(kept, files, begins, ends)


def _files(media_id: str) -> list[Part]:
    """What was recorded beside the segments, by when it began."""
    found, put = [], forward.read(settings().media_dir / queries.PROGRAMMES / media_id)
    for path in queries.recorded_beside(settings().media_dir, media_id):
        begun = legs.begun(path.name)
        if begun is not None and (ms := round(probed(path) * 1000)) > 0:
            left_out = _left_out_ms(path)
            at = begun * 1000 - put.of_file(path.name) + left_out
            found.append(Part(path.name, at, max(0, ms - left_out)))
    return found


def _left_out_ms(file: Path) -> int:
    """Of the beginning of a file: that of a stage begins within the second that it names, and has a successor at every
    change, so that what is there twice is not taken twice."""
    return 1000 if file.suffix == ".ts" else 0


def probed(path: Path) -> float:
    """How many seconds a file has; 0 where it cannot be read."""
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "json", str(path)]
    told = subprocess.run(bound(command), capture_output=True, timeout=60, check=False)
    try:
        return float(json.loads(told.stdout)["format"]["duration"])
    except (ValueError, KeyError, TypeError):
        return 0.0


def _needed(source: Path, picked: Picked) -> int:
    """As many bytes as are copied, and once more for what lies beside it."""
    paths = {
        (source if one.leg is Leg.SEGMENTS else settings().media_dir / queries.FILES) / part.name
        for one in picked.stretches for part in one.parts
    }  # fmt: skip
    return 3 * sum(path.stat().st_size for path in paths) // 2


def _name(number: int, leg: Leg) -> str:
    return f"{number}.m3u8" if leg is Leg.SEGMENTS else f"{number}.ts"


def _ready(running: Running, source: Path, number: int, one: Stretch) -> list[int | str]:
    """Lay one stretch ready to be joined with the others; returns its span."""
    file = running.folder / _name(number, one.leg)
    if one.leg is Leg.SEGMENTS:
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:60", "#EXT-X-PLAYLIST-TYPE:VOD"]
        for part in one.parts:
            lines += [f"#EXTINF:{part.ms / 1000:.3f},", str(source / part.name)]
        file.write_text("\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n")
        return [one.at, one.ms, one.leg.value]
    origin = settings().media_dir / queries.FILES / one.parts[0].name
    # a copy begins with the key frame before: what lies between is left out
    arguments = ["-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-copypriorss", "0", "-f", "mpegts", file.name]
    begins = (one.skip_ms + _left_out_ms(origin)) / 1000
    _run(running, ["-ss", f"{begins:.3f}", "-t", f"{one.ms / 1000:.3f}", "-i", str(origin), *arguments])
    return [one.at, round(probed(file) * 1000) or one.ms, one.leg.value]


def _copy(running: Running, whole_ms: int) -> None:
    """All stretches into one file that begins to play before it is loaded, and say how far it is."""
    arguments = [
        "-f", "concat", "-safe", "0", "-i", "list.txt", "-i", "chapters.txt", "-map_metadata", "1",
        "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-movflags", "+faststart", "-progress", "pipe:1",
        "recording.mp4",
    ]  # fmt: skip
    _run(running, arguments, whole_ms)


def _run(running: Running, arguments: Sequence[str], lasts_ms: int = 0) -> None:
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *arguments]
    running.run(command, otherwise=Fault.PROGRAM, lasts_ms=lasts_ms, part=(0, _COPIED) if lasts_ms else (0, 0))


def _poster(running: Running, whole_ms: int) -> None:
    _run(running, ["-ss", f"{whole_ms / 3000:.3f}", "-i", "recording.mp4", "-frames:v", "1", "-q:v", "4", "poster.jpg"])


def _sentences(running: Running, said: Sequence[tuple[int, int]], line: Timeline) -> list[list[int]]:
    """Each as a small file of its own: a page that plays one loads nothing else."""
    made: list[list[int]] = []
    for number, (begins, ends) in enumerate(said):
        window = legs.window(line, begins, ends)
        if window is None or list(window) in made:
            continue
        if not running.tell(_COPIED + (1000 - _COPIED) * number // len(said)):
            raise CalledOff()
        _run(running, ["-ss", f"{window[0] / 1000:.3f}", "-t", f"{(window[1] - window[0]) / 1000:.3f}",
                     "-i", "recording.mp4", "-map_chapters", "-1", "-map_metadata", "-1", "-map", "0:v:0",
                     "-map", "0:a:0?", "-c", "copy", "-movflags", "+faststart",
                     legs.sentence_name(window)])  # fmt: skip
        made.append(list(window))
    return made
