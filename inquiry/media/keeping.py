"""The worker keeps what is packaged: it writes down each segment with its instant, which the playlist of readers soon
forgets, and looks after the disk.

Where the disk is nearly full, or what media may take is taken, nothing more is kept: the crew is told, the picture goes
on, and segments go as soon as no reader can ask for them; so does what is recorded beside them.
"""

import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import select, update

from ..core import background, clock
from ..core.background import Task
from ..core.clock import milliseconds
from ..core.db import Db, reading
from ..dispatch.unit_of_work import UnitOfWork, commit
from ..permissions import SYSTEM
from ..settings import settings
from . import forward, legs, queries, rules
from .commands import recordings
from .legs import Part
from .models import MediaWorker, PictureSource, PictureState, Programme, Recording
from .packaging import PLAYLIST, SOUND, tell_nginx

PERIOD_SECONDS: Final = 2.0
#: To measure is to look at every file, which takes seconds after twenty evenings: nothing else waits for that.
MEASURED_EVERY_SECONDS: Final = 30.0
#: Whatever else lies there was there before.
_JUST_BEGUN_SECONDS: Final = 60
#: The time of a picture that has run for hours may be ahead by so much.
_AHEAD_MS: Final = 5000
INDEX: Final = "recorded.txt"


def kept(folder: Path) -> list[Part]:
    """The segments that were written down, and those that the playlist still names, by their instants."""
    told = {one.name: one for one in (*_read(folder / PLAYLIST), *_read(folder / INDEX))}
    return sorted(told.values(), key=lambda one: (one.at, one.name))


def _read(file: Path) -> list[Part]:
    """The segments of a list, by the time that nobody sets: what is written down has been put right already."""
    found = legs.segments(file.read_text(errors="replace")) if file.is_file() else []
    put = forward.Forward() if file.name == INDEX else forward.read(file.parent)
    return [replace(one, at=one.at - put.of_segment(one.name)) for one in found]


def _over(one: Part) -> Part:
    """As it was at most: where the clock is set within a segment of a stage, that says to be an hour long."""
    ends = milliseconds(clock.now())
    return one if one.until <= ends + _AHEAD_MS else replace(one, ms=max(0, ends - one.at))


@dataclass
class Keeper:
    """What one worker knows of what it keeps; made anew, it reads the same from the files."""

    playlist: str = PLAYLIST
    _known: dict[Path, set[str]] = field(default_factory=dict)
    _passing: dict[Path, set[str]] = field(default_factory=dict)

    def keep(self, one: Path) -> None:
        """Write down the segments that are new."""
        known, listed = self._known_in(one), _read(one / self.playlist)
        for name in self._passing.pop(one, set()) - {part.name for part in listed}:
            (one / name).unlink(missing_ok=True)
        new = [_over(part) for part in listed if part.name not in known]
        if new:
            with (one / INDEX).open("a") as index:
                index.write(legs.listed(new))
            known.update(part.name for part in new)

    def let_pass(self, one: Path) -> None:
        """Keep nothing that is new: what readers cannot ask for any more is removed."""
        known, listed = self._known_in(one), {part.name for part in _read(one / self.playlist)}
        if one not in self._passing:
            self._passing[one] = self._left(one, listed) - known
        passing = self._passing[one]
        passing |= listed - known
        for name in passing - listed:
            (one / name).unlink(missing_ok=True)
        passing &= listed

    def _known_in(self, one: Path) -> set[str]:
        """What was written down; read once: it grows by a line for each second."""
        if one not in self._known:
            self._known[one] = {part.name for part in _read(one / INDEX)}
        return self._known[one]

    @staticmethod
    def _left(one: Path, listed: set[str]) -> set[str]:
        """What a worker before has let lie: its number is lower than all that are named."""
        first = min(map(forward.number, listed), default=0)
        like = f"{min(listed)[0]}[0-9]*.ts" if listed else ""
        return {there.name for there in one.glob(like) if forward.number(there.name) < first} if like else set()


def used(folder: Path) -> int:
    """The bytes of all files of a folder, however deep."""
    return sum(written(one)[0] for one in folder.rglob("*")) if folder.is_dir() else 0


def has_room(media_id: str, now: datetime) -> bool:
    """Whether nginx may go on recording a programme. The worker sees to that while it runs; without one this asks the
    disk, and for the limit what was measured last and what nginx has written since."""
    here = settings()
    with reading() as db:
        programme = queries.by_media_id(db, media_id)
        if programme is None or queries.worker(db, now) is not None or not here.media_dir.is_dir():
            return True
        recording, last = queries.recording(db, programme.id), db.get(MediaWorker, 1)
    since = last.seen_at.timestamp() + clock.off_seconds() if last else 0.0  # as files say it
    beside = queries.recorded_beside(here.media_dir, media_id)
    since_then = sum(octets for octets, at in map(written, beside) if at > since)
    return not rules.stops_recording(
        (last.used_bytes if last else 0) + since_then, here.media_limit, shutil.disk_usage(here.media_dir).free,
        stopped=recording is not None and recording.stopped_at is not None,
    )  # fmt: skip


def taken(folder: Path) -> dict[str, int]:
    """Megabytes by the folders of the media folder, and of all of it."""
    mega = 1024 * 1024
    there = sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
    return {one.name: used(one) // mega for one in there} | {"in all": used(folder) // mega}


def written(one: Path) -> tuple[int, float]:
    """The bytes of a file, and when the last of them came; nothing where it is none, or somebody has just taken it
    away."""
    try:
        told = one.stat()
    except FileNotFoundError:
        return 0, 0.0
    return (told.st_size, told.st_mtime) if stat.S_ISREG(told.st_mode) else (0, 0.0)


@dataclass
class _Watch:
    keeper: Keeper
    sound: Keeper = field(default_factory=lambda: Keeper(SOUND))
    #: None: it has not been measured yet, and what the worker before measured holds.
    used_bytes: int | None = None
    _running: list[tuple[Programme, datetime | None]] = field(default_factory=list)
    _beside: dict[str, set[str]] = field(default_factory=dict)

    def measure(self) -> float:
        self.used_bytes = used(settings().media_dir)
        commit("media.tell_disk", self._tell_disk)
        return MEASURED_EVERY_SECONDS

    def _tell_disk(self, uow: UnitOfWork) -> None:
        """For the pages: to walk through all segments is nothing for a process that serves."""
        uow.db.execute(update(MediaWorker).values(used_bytes=self.used_bytes))

    def turn(self) -> float:
        """Look once; returns the seconds until the next look. A playlist forgets what was not written down in time,
        whether the database answers or not: until it does, what ran before runs."""
        here = settings()
        here.media_dir.mkdir(parents=True, exist_ok=True)
        background.attempt("seeing which pictures are to be kept", self._ask)
        free = shutil.disk_usage(here.media_dir).free
        for programme, stopped_at in self._running:
            self._look(programme, free, stopped_at)
        return PERIOD_SECONDS

    def _ask(self) -> None:
        with reading() as db:
            self._running = _running(db)
            if self.used_bytes is None:
                self.used_bytes = queries.used_bytes(db)

    def _look(self, programme: Programme, free: int, stopped_at: datetime | None) -> None:
        here, stopped = settings(), stopped_at is not None
        place = queries.folder_of(here.media_dir, programme)
        beside = queries.recorded_beside(here.media_dir, programme.media_id)
        background.attempt("seeing which files began", self._see, programme.media_id, place, beside)
        full = rules.stops_recording(self.used_bytes or 0, here.media_limit, free, stopped=stopped)
        if full and programme.source is PictureSource.ENCODER:
            ended = background.attempt("having nginx keep nothing", end_file, programme.media_id)
            if stopped and ended is not None:
                ended.unlink(missing_ok=True)
        if full and stopped_at is not None and programme.source is PictureSource.STAGE:
            put = forward.read(place)
            for one in beside:
                if (legs.begun(one.name) or 0) - put.of_file(one.name) / 1000 >= stopped_at.timestamp():
                    one.unlink(missing_ok=True)
        if place.is_dir():
            (self.keeper.let_pass if full else self.keeper.keep)(place)
            self.sound.let_pass(place)  # no recording is made of it
        if full is not stopped:
            change = recordings.stop if full else recordings.resume
            background.attempt(
                "telling that recording stops, or goes on",
                lambda: commit("media.keep", lambda uow: change(uow, SYSTEM, programme.id)),
            )

    def _see(self, media_id: str, place: Path, beside: Sequence[Path]) -> None:
        """Files are named by when they began as the clock of the machine said it then."""
        seen, said = self._beside.setdefault(media_id, set()), clock.of_machine().timestamp()
        for one in beside:
            begun = legs.begun(one.name)
            if one.name not in seen and begun is not None and abs(said - begun) < _JUST_BEGUN_SECONDS:
                forward.file_began(place, one.name)
            seen.add(one.name)


def end_file(media_id: str) -> Path | None:
    """nginx ends the file that it writes of an encoder, and begins another one: where that lies which has ended, if it
    wrote any. Raises OSError, where it cannot be asked."""
    here = settings()
    ended = tell_nginx(here, "record/stop", media_id)
    return here.media_dir / queries.FILES / Path(ended).name if ended else None


def _running(db: Db) -> list[tuple[Programme, datetime | None]]:
    """The pictures that are there, and since when nothing is kept of them."""
    found = db.execute(
        select(Programme, Recording.stopped_at)
        .outerjoin(Recording, Recording.id == Programme.id)
        .where(Programme.state == PictureState.ON)
    )
    return [(programme, stopped_at) for programme, stopped_at in found]


def tasks(_app: Flask) -> Iterator[Task]:
    watch = _Watch(Keeper())
    yield Task("measuring what pictures take", watch.measure)
    yield Task("keeping what is recorded", watch.turn)
