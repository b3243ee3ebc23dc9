"""`make studio`: the demo programme with a picture, on this machine, until Ctrl-C.

A test picture with a tone and the time of day stands in for the camera: ffmpeg sends it to nginx-rtmp as an encoder
would, the media worker packages it, and nginx hands it to browsers beside the pages of one process. Where Janus and
Chromium are installed, the night exam has a stage besides: one speaks by video, one waits in the green room, both with
made-up cameras. `make cluster` needs none of it, and this needs neither PostgreSQL nor Redis. Everything lies under
var/studio.
"""

import re
import secrets
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from together import (
    INQUIRY,
    ROOT,
    CannotRun,
    Together,
    as_root,
    check_port,
    environment,
    program,
    run_until_asked,
    there,
)

DEPLOY = ROOT / "deploy"
JANUS_FILES = ("janus", "janus.plugin.videoroom", "janus.transport.http", "janus.transport.websockets")
RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
#: From the first port on: nginx, the process, the encoder's door, that by which an encoder is sent away, and the two of
#: Janus.
RTMP, CONTROL, JANUS, JANUS_SOCKET = 2, 3, 4, 5
CLOCK = r"drawtext=text='%{localtime\:%T}':fontsize=72:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=16"


class Studio(Together):
    order = (("speakers",), ("camera",), ("nginx",), ("worker",), ("inquiry", "rtmp", "janus"))

    def __init__(self, folder: Path, host: str, port: int, processes: int) -> None:
        super().__init__(folder, host, port, processes)
        found = {name: program(name) for name in ("nginx", "ffmpeg")}
        found["module"] = str(RTMP_MODULE) if RTMP_MODULE.exists() else None
        self.programs = there(found, {"nginx": "nginx-light", "module": "libnginx-mod-rtmp"})
        of_the_stage = {name: program(name) for name in ("janus", "chromium")}
        self.lacks = sorted(name for name, where in of_the_stage.items() if where is None)
        self.programs |= {name: where for name, where in of_the_stage.items() if where is not None}
        self.rtmp, self.control, self.janus, self.janus_socket = (
            self.ports[-1] + one - 1 for one in (RTMP, CONTROL, JANUS, JANUS_SOCKET)
        )
        self.environment = environment(folder) | {
            "INQUIRY_RTMP": f"rtmp://127.0.0.1:{self.rtmp}/picture",
            "INQUIRY_RTMP_CONTROL": f"http://127.0.0.1:{self.control}/control",
        }
        if not self.lacks:
            self.environment |= {
                "INQUIRY_JANUS": f"http://127.0.0.1:{self.janus}/janus",
                "INQUIRY_JANUS_SECRET": secrets.token_hex(16), "INQUIRY_JANUS_ADMIN_KEY": secrets.token_hex(16),
            }  # fmt: skip

    def start(self) -> None:
        for port in (self.port, *self.ports, self.rtmp, self.control, self.janus, self.janus_socket):
            check_port(self.host if port == self.port else "127.0.0.1", port)
        self.serve(self.environment)
        here = {
            "/var/lib/inquiry-media": str(self.folder / "media"),
            "127.0.0.1:8188": f"127.0.0.1:{self.janus_socket}",
        }
        self.start_nginx(self._here("nginx/locations.conf", here))
        self.start_rtmp()
        if not self.lacks:
            self.start_janus()
        self.run("worker", [INQUIRY, "media", "run"], env=self.environment, cwd=ROOT)
        self.start_camera()
        if not self.lacks:
            self.start_speakers()

    def start_janus(self) -> None:
        """The Janus of deploy/, but for its ports and secrets, and it sends and hears on the loopback alone."""
        folder = self.folder / "janus"
        folder.mkdir(exist_ok=True)
        ours: dict[str, dict[str, str]] = {
            "janus": {
                "TOKEN_SECRET": self.environment["INQUIRY_JANUS_SECRET"],
                '#ice_enforce_list = "eth0"': 'ice_enforce_list = "lo"',
            },
            "janus.plugin.videoroom": {"ADMIN_KEY": self.environment["INQUIRY_JANUS_ADMIN_KEY"]},
            "janus.transport.http": {"8088": str(self.janus)},
            "janus.transport.websockets": {"8188": str(self.janus_socket)},
        }
        for name in JANUS_FILES:
            self._here(f"janus/{name}.jcfg", ours[name]).rename(folder / f"{name}.jcfg")
        self.run("janus", [self.programs["janus"], "-F", str(folder), "-o"])
        self.until(lambda: listens(self.janus) and listens(self.janus_socket), "Janus")

    def start_speakers(self) -> None:
        """The night exam takes its picture from the stage, and two are there."""
        self.exam = self._told(r"/sessions/([A-Z0-9]{6})/lead", "night exam")
        session = self.once([INQUIRY, "media", "stage", self.exam], env=self.environment, cwd=ROOT).strip()
        command = [sys.executable, str(ROOT / "tools" / "speakers.py"), "--url", self.url, "--code", self.exam]
        command += ["--session", session, "--chromium", self.programs["chromium"]]
        self.run("speakers", [*command, "--folder", str(self.folder / "chromium")])

    def start_rtmp(self) -> None:
        """The nginx of deploy/, but for its ports and folders."""
        folder = self.folder / "rtmp"
        folder.mkdir(exist_ok=True)
        legs = self.folder / "media" / "legs"
        legs.mkdir(parents=True, exist_ok=True)
        here = {
            "worker_processes 1;": f"{as_root()}daemon off;\nworker_processes 1;",
            "/run/inquiry-rtmp": str(folder),
            "/var/lib/inquiry-media/legs": str(legs),
            "listen 1935;": f"listen 127.0.0.1:{self.rtmp};",
            "127.0.0.1:8935": f"127.0.0.1:{self.control}",
            "server 127.0.0.1:5001 max_fails=3 fail_timeout=2s;": f"server 127.0.0.1:{self.ports[0]};",
            "server 127.0.0.1:5002 max_fails=3 fail_timeout=2s;": "",
        }
        configuration = self._here("nginx/rtmp.conf", here)
        self.run("rtmp", [self.programs["nginx"], "-c", str(configuration), "-p", str(folder)], "QUIT")
        self.until(lambda: listens(self.rtmp), "nginx-rtmp")

    def start_camera(self) -> None:
        """Send a test picture to the evening that is live, with a stream key of its own."""
        self.code = self._told(r"/join/([A-Z0-9]{6})", "evening")
        told = self.once([INQUIRY, "media", "encoder", self.code], env=self.environment, cwd=ROOT)
        address = told.strip().splitlines()[-1]
        picture = ["-f", "lavfi", "-i", f"testsrc2=size=960x540:rate=25,{CLOCK}:x=(w-tw)/2:y=h-th-60"]
        tone = ["-f", "lavfi", "-i", "sine=frequency=440:beep_factor=4:sample_rate=48000,volume=0.1"]
        coded = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25"]
        sent = ["-b:v", "1M", "-c:a", "aac", "-b:a", "96k", "-f", "flv", address]
        ffmpeg = [self.programs["ffmpeg"], "-nostdin", "-hide_banner", "-loglevel", "warning", "-re", *picture, *tone]
        self.run("camera", [*ffmpeg, *coded, "-sc_threshold", "0", *sent])
        self.until(lambda: any((self.folder / "media").rglob("*.m3u8")), "the picture")

    def _told(self, shape: str, what: str) -> str:
        """The code of what the guide says is live."""
        found = re.search(shape, self.guide)
        if found is None:
            raise CannotRun(f"the demo programme has no {what} that is live")
        return found[1]

    def _here(self, name: str, changes: dict[str, str]) -> Path:
        """One of the configurations of deploy/ as it is meant for this machine."""
        text = (DEPLOY / name).read_text()
        for theirs, ours in changes.items():
            if theirs not in text:
                raise CannotRun(f"deploy/{name} does not say {theirs!r} any more")
            text = text.replace(theirs, ours)
        path = self.folder / "nginx" / Path(name).name
        path.write_text(text)
        return path


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def told(studio: Studio) -> Iterator[str]:
    yield f"a test picture is on air: {studio.url}/sessions/{studio.code} and {studio.url}/join/{studio.code}"
    yield f"its producer (sign in as producer): {studio.url}/sessions/{studio.code}/picture"
    if studio.lacks:
        yield f"no speakers by video: apt-get install {' '.join(studio.lacks)}"
        return
    yield f"the night exam by video, one speaks and one waits: {studio.url}/sessions/{studio.exam}"
    yield f"its stage (sign in as producer, host or leader): {studio.url}/sessions/{studio.exam}/stage"


if __name__ == "__main__":
    run_until_asked(Studio, ROOT / "var" / "studio", 1, told)
