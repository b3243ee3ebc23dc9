"""Decisions about the picture that need no database: `now` is an argument."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from ..realtime.views import View
from .models import PictureSource, PictureState, Place, Publisher

#: nginx says every three seconds that an encoder sends. One of which nothing was heard for so long is not in the way of
#: another; for LOOKED_FOR the worker goes on trying to read what it sends, and then takes it for gone.
IN_THE_WAY_FOR: Final = timedelta(seconds=8)
LOOKED_FOR: Final = timedelta(seconds=60)
#: By these names the worker says that the nginx that takes the picture, and the server of the stage, answer it.
NGINX: Final = "nginx-rtmp"
JANUS: Final = "janus"
#: A picture whose newest second is older has stopped.
FRESH_FOR: Final = timedelta(seconds=4)
#: Whoever waits in the green room without sending anything keeps a colleague out no longer than this.
WAITED_FOR: Final = timedelta(seconds=20)
#: The rest of the disk is the database's.
LEFT_FREE_BYTES: Final = 512 * 1024 * 1024
FAREWELL: Final = timedelta(minutes=10)
#: What may be asked for of the media folder: a plain name, of a kind that browsers play or read.
FILE_KINDS: Final = {
    "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "m4s": "video/iso.segment", "mp4": "video/mp4",
    "vtt": "text/vtt", "jpg": "image/jpeg", "json": "application/json",
}  # fmt: skip
FILE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,80}\.(?P<kind>" + "|".join(FILE_KINDS) + ")", re.ASCII)
_RTMP_PORT: Final = 1935
_ADDRESS: Final = re.compile(r"https://[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?(:[0-9]{1,5})?/[!-~]*", re.ASCII)


def is_address(typed: str) -> bool:
    """Whether pages may be told to fetch a stream there: its host stands in a header of theirs."""
    return _ADDRESS.fullmatch(typed) is not None


def origin(address: str) -> str:
    """The scheme and host of an address: from nowhere else comes any part of that stream."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def missing(source: PictureSource, programs: Mapping[str, str] | None, *, is_stage_set_up: bool) -> list[str]:
    """What keeps a picture from coming as it was chosen, by what the media worker has (None: it does not run):
    `no_stage`, `worker`, `ffmpeg`, `nginx`, `stage`."""
    if source not in (PictureSource.ENCODER, PictureSource.STAGE):
        return []
    unset = source is PictureSource.STAGE and not is_stage_set_up
    found = ["no_stage"] if unset else []
    if programs is None:
        return [*found, "worker"]
    if "ffmpeg" not in programs:
        found.append("ffmpeg")
    if source is PictureSource.ENCODER and NGINX not in programs:
        found.append("nginx")
    if source is PictureSource.STAGE and is_stage_set_up and JANUS not in programs:
        found.append("stage")
    return found


def may_send(source: PictureSource, *, is_over: bool, key: str | None, shown: str | None) -> bool:
    """Whether an encoder may send a picture with the key that it has shown; both keys are fingerprints."""
    return source is PictureSource.ENCODER and not is_over and key is not None and key == shown


def is_in_the_way(sender: str | None, heard_at: datetime | None, asks: str, now: datetime) -> bool:
    """Whether another encoder sends: one at a time."""
    return sender not in (None, asks) and heard_at is not None and now - heard_at < IN_THE_WAY_FOR


def is_looked_for(heard_at: datetime | None, now: datetime) -> bool:
    """Whether what an encoder sends is still worth looking for."""
    return heard_at is not None and now - heard_at < LOOKED_FOR


def state_of(before: PictureState, newest_at: datetime | None, now: datetime) -> PictureState:
    """How a picture is whose newest second was written then."""
    if newest_at is not None and now - newest_at < FRESH_FOR:
        return PictureState.ON
    return PictureState.OFF if before is PictureState.OFF else PictureState.GONE


def is_over(closed_at: datetime | None, now: datetime) -> bool:
    """Whether the picture of a session has ended with it: what is said in farewell is still seen."""
    return closed_at is not None and now - closed_at > FAREWELL


def rtmp_for_encoders(read_from: str, page: str) -> str:
    """The address to type into an encoder: the one that the worker reads from, on the host of our pages."""
    rtmp, host = urlsplit(read_from), urlsplit(page).hostname or ""
    port = "" if rtmp.port in (None, _RTMP_PORT) else f":{rtmp.port}"
    return f"rtmp://{f'[{host}]' if ':' in host else host}{port}{rtmp.path}"


def stops_recording(used_bytes: int, limit_bytes: int, free_bytes: int, *, stopped: bool) -> bool:
    """Whether nothing more is to be recorded: what is used has reached the limit (0: there is none), or the disk is
    nearly full. What has stopped goes on only where there is clearly room again."""
    needed = LEFT_FREE_BYTES * (2 if stopped else 1)
    allowed = limit_bytes * 9 // 10 if stopped else limit_bytes
    return free_bytes < needed or (limit_bytes > 0 and used_bytes >= allowed)


def is_given_up(publisher: Publisher, now: datetime) -> bool:
    """Whether whoever waits in the green room sends nothing any more, as one does who has closed the page. On the stage
    nobody is taken for gone: a line may fail."""
    waits = publisher.place is Place.GREEN_ROOM and not publisher.joined
    return waits and now - publisher.admitted_at > WAITED_FOR


def may_see_recording(view: View, *, is_published: bool, is_for_public: bool) -> bool:
    """What is not published is for the crew; what is, for whoever may read of the session: of a meeting that was closed
    to the public, or a rehearsal, for whoever is signed in."""
    if view == View.STAFF:
        return True
    return is_published and (view == View.INTERNAL or (view == View.PUBLIC and is_for_public))


#: Films: bytes of a file, of one piece of it, and left on the disk whatever comes; how many a session may have.
MOST_BYTES: Final = 4 * 1024**3
PIECE_BYTES: Final = 4 * 1024**2
SPARE_BYTES: Final = 2 * 1024**3
MOST_FILMS: Final = 40
#: Of what was refused the newest are told of.
MOST_REFUSED: Final = 40
LONGEST_FILM_MS: Final = 30 * 60 * 1000
#: At most so much a second is written of a film, picture and sound; what its container takes, and a beginning that is
#: all movement, come on top.
MADE_BITS: Final = 8_000_000 + 160_000
_MADE_BESIDE_BYTES: Final = 4 * 1024**2
#: After its last piece an upload is waited for so long; that a file was refused is told so long.
EXPECTED_FOR: Final = timedelta(hours=24)
TOLD_FOR: Final = timedelta(hours=24)
#: A file that no row names is somebody's who is just about to write it, or else nobody's.
NOBODYS_AFTER: Final = timedelta(hours=1)
#: What was filmed can be filmed but once, and a database that was restored from before that evening does not name it.
FILMED_KEPT_FOR: Final = timedelta(days=7)
MOST_PIXELS: Final = 4096 * 2304
#: Why a file is no film that can be shown.
NO_FILM, NO_PICTURE, MANY_PICTURES, TOO_LARGE = "no_film", "no_picture", "many_pictures", "too_large"
TOO_LONG, BROKEN, NO_ROOM = "too_long", "broken", "no_room"
#: What loudnorm says begins with a line of its own: whatever a file says of itself is told further to the right.
_MEASURED: Final = re.compile(r"^\[Parsed_loudnorm_0 @ 0x[0-9a-f]+\][ \t]*\n(\{[^{}]*\})", re.M | re.A)
_LEVELS: Final = ("input_i", "input_tp", "input_lra", "input_thresh", "output_i", "target_offset")
_LEVEL: Final = re.compile(r"-?(inf|[0-9]{1,4}(\.[0-9]{1,6})?)", re.A)


class FilmUnfit(Exception):
    """The file is no film that can be shown; the argument is the code."""


@dataclass(frozen=True)
class Found:
    """What a file says of itself: its length (0: not said), which stream is the picture, and whether it has sound."""

    duration_ms: int
    picture: int
    has_sound: bool


def found(told: dict[str, Any]) -> Found:
    """What ffprobe tells of a file, if it can be a film. Raises FilmUnfit."""
    streams = told.get("streams", [])
    pictures = [
        (place, one) for place, one in enumerate(streams)
        if one.get("codec_type") == "video" and not one.get("disposition", {}).get("attached_pic")
    ]  # fmt: skip
    if not pictures:
        raise FilmUnfit(NO_PICTURE)
    if len(pictures) > 1:
        raise FilmUnfit(MANY_PICTURES)
    place, picture = pictures[0]
    if not 0 < picture.get("width", 0) * picture.get("height", 0) <= MOST_PIXELS:
        raise FilmUnfit(TOO_LARGE if picture.get("width") else BROKEN)
    duration_ms = milliseconds_of(told.get("format", {}).get("duration"))
    if duration_ms > LONGEST_FILM_MS:
        raise FilmUnfit(TOO_LONG)
    return Found(duration_ms, place, any(one.get("codec_type") == "audio" for one in streams))


def milliseconds_of(seconds: object) -> int:
    """Of a length as ffprobe writes it; 0 where it does not say."""
    try:
        told = float(str(seconds))
    except ValueError:
        return 0
    return int(1000 * min(told, 10.0**9)) if told > 0 else 0


def is_cut_off(told_ms: int, made_ms: int) -> bool:
    """Whether much less could be read of a file than it says there is: what was copied half is no film."""
    return made_ms < told_ms * 9 // 10 - 500


def measured(said: str) -> dict[str, str]:
    """What loudnorm measured, as ffmpeg wrote it last; empty where it did not get so far. These are levels and nothing
    else: they go into the description of a filter."""
    blocks = _MEASURED.findall(said)
    try:
        told = json.loads(blocks[-1]) if blocks else {}
    except ValueError:
        return {}
    levels = {name: str(told.get(name)) for name in _LEVELS}
    return levels if all(_LEVEL.fullmatch(one) for one in levels.values()) else {}


def is_audible(measured: dict[str, str]) -> bool:
    """Whether there is anything to make louder or softer: of silence nothing can be said."""
    return "inf" not in measured.get("input_i", "-inf") and float(measured["input_i"]) > -69


def loudness(said: str) -> int | None:
    """How loud the film is that was written through loudnorm, in hundredths of LUFS; None where nothing is heard."""
    level = measured(said).get("output_i", "-inf")
    return None if "inf" in level else round(100 * float(level))


def has_room(free: int, needed: int) -> bool:
    """Whether the disk has room for so many bytes of films."""
    return free - needed >= SPARE_BYTES


def made_bytes(duration_ms: int) -> int:
    """The most that may be written of a film of this length (0: it does not say), whatever its file takes: half an
    hour of noise that repeats is a small one."""
    return (duration_ms or LONGEST_FILM_MS) * MADE_BITS // 8000 * 21 // 20 + _MADE_BESIDE_BYTES


def leaves_room(limit: int, used: int, size: int) -> bool:
    """Whether so many bytes of films leave the evening's recording a tenth of what all pictures may take (0: there is
    no limit)."""
    return limit == 0 or used + size <= limit * 9 // 10


def goes_on_at(received: int, size: int, offset: int, length: int) -> int | None:
    """Where the pieces go on after this one; None where it does not begin where they ended, or is too long. One that
    came before is nothing new."""
    if length == 0 or offset + length > size:
        return None
    if offset == received:
        return offset + length
    return received if offset + length <= received else None
