"""How ffmpeg makes the programme of what the stage sends it: one picture as it comes, two side by side, and a
sign-language picture small in the corner; whoever is heard is heard together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .models import CameraView

#: By which numbers Janus is to send sound and picture, whatever the browser called them.
OPUS: Final = 111
H264: Final = 96
_WIDTH, _HEIGHT = 1280, 720
#: Below two pictures side by side there is so much room.
_SIGN: Final = "scale=320:180:force_original_aspect_ratio=decrease,setsar=1,fps=25"
_SOUND: Final = ["-c:a", "aac", "-b:a", "128k", "-ar", "48000"]
_X264: Final = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-threads", "2"]
_SILENCE: Final = ["-re", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]


@dataclass(frozen=True)
class Ports:
    """Where what somebody sends arrives on this machine, by UDP: sound, picture, or both."""

    audio: int | None
    video: int | None


@dataclass(frozen=True)
class Wanted:
    """What the programme takes of somebody: which picture, if any, and whether the sound."""

    picture: CameraView | None
    sound: bool


def description(ports: Sequence[Ports]) -> str:
    """The session description by which ffmpeg hears and sees everybody."""
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=stage", "c=IN IP4 127.0.0.1", "t=0 0"]
    for one in ports:
        if one.audio is not None:
            lines += [f"m=audio {one.audio} RTP/AVP {OPUS}", f"a=rtpmap:{OPUS} opus/48000/2"]
        if one.video is not None:
            lines += [f"m=video {one.video} RTP/AVP {H264}", f"a=rtpmap:{H264} H264/90000"]
            lines += [f"a=fmtp:{H264} packetization-mode=1"]
    return "\r\n".join([*lines, ""])


def reading(name: str, wanted: Sequence[Wanted]) -> list[str]:
    """How ffmpeg reads what a description tells; it knows with the first whole picture what is sent, and begins with
    that one: it neither counts pictures first (`fpsprobesize`) nor drops what it looked at (`nobuffer`). Both would
    cost a second, and make the time of the picture wrong. Where nobody is heard, it has silence besides: a picture
    without sound would wait for it. It listens to this machine alone: whoever is elsewhere is in no programme."""
    return [
        "-copytb", "0",  # what is copied keeps its times, also where it goes to two places
        "-protocol_whitelist", "file,udp,rtp", "-localaddr", "127.0.0.1", "-fflags", "+genpts", "-fpsprobesize", "0",
        "-analyzeduration", "1500000", "-probesize", "3000000",
        "-use_wallclock_as_timestamps", "1", "-thread_queue_size", "512", "-i", name,
        *([] if any(one.sound for one in wanted) else _SILENCE),
    ]  # fmt: skip


def making(wanted: Sequence[Wanted]) -> dict[str, list[str]]:
    """What ffmpeg makes of them, of both `picture` and `sound`: nothing but the sound is encoded again where one is
    on."""
    pictures = [one.picture for one in wanted if one.picture is not None]
    heard = sum(one.sound for one in wanted)
    filters = []
    picture, coded = "0:v:0", ["-c:v", "copy"]
    if len(pictures) > 1:
        filters, picture, coded = _composed(pictures), "[v]", _X264
    sounds = ["0:a:0", "0:a:0"] if heard else ["1:a:0", "1:a:0"]
    if heard > 1:
        mixed = "".join(f"[0:a:{number}]" for number in range(heard))
        filters += [f"{mixed}amix={heard}:normalize=0,asplit=2[s][t]"]
        sounds = ["[s]", "[t]"]
    graph = ["-filter_complex", ";".join(filters)] if filters else []
    return {
        "picture": [*graph, "-map", picture, "-map", sounds[0], *coded, *_SOUND],
        "sound": ["-map", sounds[1], *_SOUND],
    }


def _composed(pictures: Sequence[CameraView]) -> list[str]:
    """The filters that make `[v]` of several pictures, one or two of them large."""
    large = [number for number, one in enumerate(pictures) if one is CameraView.MAIN]
    size = f"{_WIDTH // len(large)}:{_HEIGHT}"
    filters = [
        f"[0:v:{number}]scale={size}:force_original_aspect_ratio=decrease,pad={size}:-1:-1,setsar=1,fps=25[p{number}]"
        for number in large
    ]
    beside = "".join(f"[p{number}]" for number in large)
    filters += [f"{beside}hstack=2[m]" if len(large) > 1 else f"{beside}null[m]"]
    signs = [number for number, one in enumerate(pictures) if one is CameraView.SIGN]
    if not signs:
        return [*filters, "[m]null[v]"]
    return [*filters, f"[0:v:{signs[0]}]{_SIGN}[i]", "[m][i]overlay=W-w:H-h[v]"]
