"""How ffmpeg makes the programme of what the stage sends it: one picture as it comes, two side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: By which numbers Janus is to send sound and picture, whatever the browser called them.
OPUS: Final = 111
H264: Final = 96
#: Half of a 720p picture.
_WIDTH, _HEIGHT = 640, 720
_SOUND: Final = ["-c:a", "aac", "-b:a", "128k", "-ar", "48000"]


@dataclass(frozen=True)
class Ports:
    """Where one person's sound and picture arrive on this machine, by UDP."""

    audio: int
    video: int


def description(ports: Ports) -> str:
    """The session description by which ffmpeg hears one person."""
    lines = [
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=stage", "c=IN IP4 127.0.0.1", "t=0 0",
        f"m=audio {ports.audio} RTP/AVP {OPUS}", f"a=rtpmap:{OPUS} opus/48000/2",
        f"m=video {ports.video} RTP/AVP {H264}", f"a=rtpmap:{H264} H264/90000",
        f"a=fmtp:{H264} packetization-mode=1", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def reading(descriptions: Sequence[str]) -> list[str]:
    """How ffmpeg reads one or two people; it knows within a second what they send."""
    found = []
    for name in descriptions:
        found += [
            "-protocol_whitelist", "file,udp,rtp", "-fflags", "+genpts+nobuffer", "-analyzeduration", "1500000",
            "-probesize", "1000000", "-use_wallclock_as_timestamps", "1", "-thread_queue_size", "512", "-i", name,
        ]  # fmt: skip
    return found


def making(people: int) -> dict[str, list[str]]:
    """What ffmpeg makes of them, of both `picture` and `sound`: nothing but the sound is encoded again where one is
    on."""
    if people == 1:
        return {
            "picture": ["-map", "0:v:0", "-map", "0:a:0", "-c:v", "copy", *_SOUND],
            "sound": ["-map", "0:a:0", *_SOUND],
        }
    half = f"scale={_WIDTH}:{_HEIGHT}:force_original_aspect_ratio=decrease,pad={_WIDTH}:{_HEIGHT}:-1:-1,setsar=1,fps=25"
    pictures = f"[0:v]{half}[a];[1:v]{half}[b];[a][b]hstack=2[v]"
    sounds = "[0:a][1:a]amix=2:normalize=0,asplit=2[s][t]"
    x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-threads", "2"]
    return {
        "picture": ["-filter_complex", f"{pictures};{sounds}", "-map", "[v]", "-map", "[s]", *x264, *_SOUND],
        "sound": ["-map", "[t]", *_SOUND],
    }
