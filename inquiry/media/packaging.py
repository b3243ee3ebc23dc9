"""The worker's packager: what an encoder sends becomes segments of a second that browsers play.

One ffmpeg for each programme that is sent, without encoding anything again. It begins where the playlist of the one
before it ends, so that a reader sees a picture that was away and is back, and every segment stays: the recording is
made of them.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

from flask import Flask

from ..core import background, clock
from ..core.background import Task
from ..core.db import reading
from ..dispatch.unit_of_work import commit
from ..live.models import Session, SessionState
from ..permissions import SYSTEM
from ..settings import Settings, settings
from . import forward, queries, rules
from .commands import sending
from .models import PictureSource, PictureState, Programme
from .programs import Program

PERIOD_SECONDS: Final = 0.25
PLAYLIST: Final = "live.m3u8"
#: That of the sound alone, of which no recording is made.
SOUND: Final = "sound.m3u8"
#: How far back a reader can begin.
_LISTED_SECONDS: Final = 20
_CONTROL_SECONDS: Final = 2.0
_MOST_TOLD: Final = 1000
#: So ffmpeg says that there is nothing of what it is to take: so often it is tried with one sender.
_NO_STREAM: Final = "matches no streams"
_TRIES: Final = 4


#: What is made of a programme, each by a program of its own: what it takes of the streams, and its playlist. A picture
#: that has no sound loses nothing by it.
MADE: Final = {
    "picture": (("-map", "0:v:0", "-map", "0:a:0?"), "s%d.ts", PLAYLIST),
    "sound": (("-map", "0:a:0"), "a%d.ts", SOUND),
}
_SEQUENCE: Final = re.compile(r"^#EXT-X-MEDIA-SEQUENCE:([0-9]{1,18})$", re.M)
#: Who writes the folder of a programme, by its `media_id`: one at a time, also while its picture comes to be made
#: another way. Two would write one playlist, and name their segments alike.
_writers: Final[dict[str, object]] = {}
_BESIDE: Final = "f=segment:segment_time=300:segment_format=mpegts:strftime=1:onfail=ignore"
FFMPEG: Final = ("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "warning")


def packager(read: Sequence[str], folder: Path, what: str = "picture") -> list[str]:
    """The ffmpeg that makes segments of what it reads, in the folder in which it runs: with the picture or, for those
    who only listen, of the sound alone."""
    streams, _segments, _playlist = MADE[what]
    return [*FFMPEG, *read, *streams, "-c", "copy", *into(what, folder)]


def into(what: str, folder: Path, beside: str = "") -> list[str]:
    """Where ffmpeg writes the segments of a second, and in which form. `beside` are files of five minutes, named by the
    second in which each begins (`%s`), which have the same once more: where they cannot be written, the segments go on.
    """
    _streams, segments, playlist = MADE[what]
    form = {
        "hls_time": "1", "hls_list_size": str(_LISTED_SECONDS), "start_number": str(_counts_from(folder / playlist)),
        "hls_flags": "append_list+omit_endlist+program_date_time+independent_segments+temp_file",
        "hls_segment_filename": segments,
    }  # fmt: skip
    if not beside:
        return ["-f", "hls", *chain.from_iterable((f"-{name}", value) for name, value in form.items()), playlist]
    hls = ":".join(f"{name}={value}" for name, value in form.items())
    return ["-f", "tee", f"[f=hls:{hls}]{playlist}|[{_BESIDE}]{beside}"]


def _counts_from(playlist: Path) -> int:
    """The number of the first segment that a playlist names, or the present second, since those of an evening before
    may lie there. ffmpeg goes on behind the last one; told a later number, as the present second is, it would give all
    that are named another number, and players would be at a loss."""
    told = playlist.read_text(errors="replace") if playlist.is_file() else ""
    found = _SEQUENCE.search(told)
    return int(found[1]) if found and "#EXTINF:" in told else int(time.time())


def begins(folder: Path) -> None:
    """What follows in the playlist of the picture goes by the clock of the machine as it is now."""
    playlist = folder / PLAYLIST
    told = playlist.read_text(errors="replace") if playlist.is_file() else ""
    found = _SEQUENCE.search(told)
    following = int(found[1]) + told.count("#EXTINF:") if found else 0
    background.attempt("keeping how far the clock is put forward", forward.segments_begin, folder, following)


def from_encoder(rtmp: str, media_id: str) -> list[str]:
    """How ffmpeg reads what nginx was sent; five seconds of silence are an end.

    The time of the picture begins with the first that it reads: nothing is read ahead to find out what it is, and
    nginx begins with a whole picture. Read ahead, or with sound that came before, it would be off by a second.
    """
    looking = ["-analyzeduration", "0", "-fpsprobesize", "0"]
    return [*looking, "-rw_timeout", "5000000", "-i", f"{rtmp}/{media_id}"]


def takes(media_id: str, who: object) -> bool:
    """Whether somebody has the folder of a programme, now or already."""
    return _writers.setdefault(media_id, who) is who


def lets_go(media_id: str, who: object) -> None:
    """What writes there has ended."""
    if _writers.get(media_id) is who:
        del _writers[media_id]


class Packager:
    """The programs of all programmes that are sent, as the database says it."""

    def __init__(self, here: Settings) -> None:
        self.here = here
        self._programs: dict[tuple[str, datetime], list[Program]] = {}
        self._newest = Newest()

    def turn(self) -> float:
        """Look once; returns the seconds until the next look."""
        now = clock.now()
        with reading() as db:
            found = queries.carried(db)
        sent = [(one, session, queries.opens(one, session, one.sender_key, now)) for one, session in found]
        self._run({
            (one.media_id, one.sending_since): one
            for one, _session, welcome in sent
            if welcome and one.sending_since is not None and rules.is_looked_for(one.heard_at, now)
        })  # fmt: skip
        for one, session, welcome in sent:
            if one.sender is not None and not rules.is_looked_for(one.heard_at, now):
                gone = partial(sending.take_for_gone, actor=SYSTEM, media_id=one.media_id)
                background.attempt("taking an encoder for gone", commit, "media.take_for_gone", gone)
            elif one.sender is not None and not welcome:
                background.attempt("sending an encoder away", self._send_away, one)
            if one.source is not PictureSource.STAGE or session.state is SessionState.CLOSED:
                self._tell(one, session, welcome, now)
        return PERIOD_SECONDS

    def _run(self, wanted: Mapping[tuple[str, datetime], Programme]) -> None:
        """These and no others: a new sender is read by new programs, which have no pause to wait for."""
        for gone in self._programs.keys() - wanted.keys():
            for program in self._programs.pop(gone):
                program.end()
            lets_go(gone[0], self)
        for key, programme in wanted.items():
            if not takes(programme.media_id, self):
                continue
            if key not in self._programs:
                self._programs[key] = self._begin(programme)
            for program in self._programs[key]:
                program.look(time.monotonic())
            self._programs[key] = [one for one in self._programs[key] if not is_in_vain(one)]

    def _begin(self, programme: Programme) -> list[Program]:
        read, folder = (
            from_encoder(self.here.rtmp, programme.media_id),
            queries.folder_of(self.here.media_dir, programme),
        )
        programs = {what: Program(what, packager(read, folder, what), folder) for what in MADE}
        programs["picture"].begins = partial(begins, folder)
        return list(programs.values())

    def _tell(self, programme: Programme, session: Session, welcome: bool, now: datetime) -> None:
        folder = queries.folder_of(self.here.media_dir, programme)
        newest = self._newest.written_at(folder, now) if welcome else None
        since = programme.sending_since
        if newest is not None and (since is None or newest < since):
            newest = None  # of the one that sent before
        tell(programme, session, newest, now)

    def _send_away(self, programme: Programme) -> None:
        """nginx closes the connection, and says so by its callback. One that cannot be asked says within three seconds
        that the encoder sends, and is told then that it may not. One that is gone says nothing, and is waited for no
        longer than LOOKED_FOR."""
        tell_nginx(self.here, "drop/publisher", programme.media_id)


def tell_nginx(here: Settings, what: str, media_id: str) -> str:
    """Have the nginx that takes the picture do something with a stream; what it answers. Raises OSError where it cannot
    be asked."""
    about = urlencode({"app": here.rtmp.rpartition("/")[2], "name": media_id})
    with urlopen(f"{here.rtmp_control}/{what}?{about}", timeout=_CONTROL_SECONDS) as answer:  # noqa: S310
        return str(answer.read(_MOST_TOLD), "utf-8", "replace")


def is_in_vain(program: Program) -> bool:
    """Whether a sender sends nothing of what a program is to take, such as any sound: it would end again and again."""
    return program.ends >= _TRIES and _NO_STREAM in program.said()


class Newest:
    """When the newest seconds of programmes were written, by the time that is held here: what a file says goes by the
    clock of the machine, which somebody may set."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[int, datetime]] = {}

    def written_at(self, folder: Path, now: datetime) -> datetime | None:
        """When that in a folder was written, if any was: when it was seen to be another one, and for the first that is
        seen what the file says."""
        try:
            written = (folder / PLAYLIST).stat().st_mtime_ns
        except FileNotFoundError:
            self._seen.pop(folder, None)
            return None
        before, at = self._seen.get(folder, (None, now))
        if before is None:
            at = min(now, datetime.fromtimestamp(written / 1e9, UTC))
        elif before != written:
            at = now
        self._seen[folder] = written, at
        return at


def tell(programme: Programme, session: Session, newest: datetime | None, now: datetime) -> None:
    """Say how the picture is, where that has changed, by its newest second; and that it is of a closed meeting."""
    state = rules.state_of(programme.state, newest, now)
    is_closed = state is PictureState.ON and session.closed_to_public
    if state is not programme.state or (is_closed and not programme.filmed_closed):
        commit("media.tell_state", lambda uow: sending.tell_state(uow, SYSTEM, programme.id, state))


def tasks(app: Flask) -> Iterator[Task]:
    with app.app_context():
        one = Packager(settings())
    yield Task("packaging the picture", one.turn)
